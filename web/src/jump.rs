//! What is different between two places in time: for the page to point at after a jump of several steps.
//!
//! Only what is different in the end counts: a frame that was taken and given back on the way is not listed.

use crate::changed::{LARGE, MOST_MOVED, TlbChanges, changed_tlb};
use crate::dto::{ChangedDto, Typed};
use crate::session::JsSession;
use crate::{alloc, js};
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::{FreeRun, ListId};
use pageturner::vocabulary::vma::{Vma, VmaFlags};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

/// What is different after event `to` from how it was after event `from`, in either direction; `None` if there are too
/// many events between the two to be looked through.
pub fn between(session: &Session, from: u32, to: u32) -> Option<ChangedDto> {
    let (first, end) = (from.min(to), from.max(to));
    if end - first > LARGE {
        return None;
    }
    let mut net = Net::default();
    session.each_event(first..end, |_, event| net.add(event));
    Some(net.dto(session, to < from))
}

/// A thing that events change, as three numbers: its kind, and what names it in its kind. One map for all kinds keeps
/// the module small.
type Thing = (u8, u64, u64);

const FRAME: u8 = 0;
const ENTRY: u8 = 1;
const VMA: u8 = 2;
const SLOT: u8 = 3;

#[derive(Default)]
struct Net {
    /// The first and the last event that changed a thing.
    changes: BTreeMap<Thing, (Event, Event)>,
    /// Frames whose bytes were written.
    written: Vec<u32>,
    /// Runs by list: 1 is a run more, -1 one less.
    runs: BTreeMap<(ListId, FreeRun), i32>,
    tlb: TlbChanges,
    /// Where what is in a frame now came from.
    moved: BTreeMap<u32, u32>,
}

impl Net {
    fn add(&mut self, event: &Event) {
        if let Event::Frame { pfn, .. } = event {
            self.change((FRAME, u64::from(pfn.0), 0), event);
        } else if let Event::Pte { table, index, .. } = event {
            self.change((ENTRY, u64::from(table.0), u64::from(*index)), event);
        } else if let Event::Contents { pfn, .. } | Event::Bytes { pfn, .. } = event {
            self.written.push(pfn.0);
        } else if let Event::Vma { id, .. } = event {
            self.change((VMA, u64::from(id.0), 0), event);
        } else if let Event::Slot { slot, .. } = event {
            self.change((SLOT, u64::from(slot.0), 0), event);
        } else if let Event::Free { run, list, linked, .. } = event {
            *self.runs.entry((*list, *run)).or_default() += if *linked { 1 } else { -1 };
        } else if let Event::Tlb { index, before, after } = event {
            self.tlb.entry(*index).or_insert((*before, *after)).1 = *after;
        } else if let Event::Migrate { from, to, pages } = event {
            let pages = 0..*pages;
            let origins: Vec<_> = pages.map(|n| self.moved.remove(&(from.0 + n)).unwrap_or(from.0 + n)).collect();
            self.moved.extend((to.0..).zip(origins).filter(|(to, from)| to != from));
        }
    }

    fn change(&mut self, thing: Thing, event: &Event) {
        self.changes.entry(thing).or_insert_with(|| (event.clone(), event.clone())).1 = event.clone();
    }

    fn dto(self, session: &Session, back: bool) -> ChangedDto {
        let (mut frames, mut pages, mut slots, mut vmas, mut grown) =
            (self.written, Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (first, last) in self.changes.into_values() {
            let change = (&first, &last);
            if let (Event::Frame { pfn, before, .. }, Event::Frame { after, .. }) = change {
                frames.extend((before != after).then_some(pfn.0));
            } else if let (Event::Pte { pid, table, level, vpn, before, .. }, Event::Pte { after, .. }) = change {
                frames.extend((before != after).then_some(table.0));
                pages.extend((*level == 0 && before != after).then_some((pid.0, vpn.0)));
            } else if let (Event::Slot { slot, before, .. }, Event::Slot { after, .. }) = change {
                slots.extend((before != after).then_some(slot.0));
            } else if let (Event::Vma { id, before, .. }, Event::Vma { after, .. }) = change
                && before != after
            {
                vmas.push(id.0);
                let grew = if back { None } else { grew(before.as_deref(), after.as_deref()) };
                grown.extend(grew.map(|pages| (id.0, pages)));
            }
        }
        let lists = self.runs.iter().filter(|(_, change)| **change != 0).map(|((list, _), _)| alloc::number(*list));
        let mut lists: Vec<u32> = lists.collect();
        sort(&mut frames);
        sort(&mut pages);
        sort(&mut lists);
        let turned = |(before, after)| if back { (after, before) } else { (before, after) };
        let tlb = self.tlb.into_iter().map(|(index, change)| (index, turned(change))).collect();
        ChangedDto {
            uncounted: false,
            frames,
            pages,
            slots,
            vmas,
            grown,
            lists,
            moved: runs(self.moved.into_iter().map(|(to, from)| if back { (to, from) } else { (from, to) }).collect()),
            seams: Vec::new(),
            stale: Vec::new(),
            tlb: changed_tlb(session, tlb),
        }
    }
}

fn sort<T: Ord>(all: &mut Vec<T>) {
    all.sort_unstable();
    all.dedup();
}

/// By how many pages a stack grew downwards.
fn grew(before: Option<&Vma>, after: Option<&Vma>) -> Option<u64> {
    let (before, after) = (before?, after?);
    let grew = after.flags.contains(VmaFlags::GROWSDOWN) && after.start < before.start;
    grew.then(|| before.start.0 - after.start.0)
}

/// Frames that moved alike as one: old and new place, and their number.
fn runs(mut moved: Vec<(u32, u32)>) -> Vec<(u32, u32, u32)> {
    moved.sort_unstable();
    let alike = moved.chunk_by(|a, b| a.0 + 1 == b.0 && a.1 + 1 == b.1);
    alike.map(|run| (run[0].0, run[0].1, run.len() as u32)).take(MOST_MOVED).collect()
}

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// What is different after event `to` from how it was after event `from`, as in the state; `undefined` if too much
    /// happened between the two.
    #[wasm_bindgen(js_name = changedBetween)]
    pub fn changed_between(&self, from: u32, to: u32) -> Option<Typed<ChangedDto>> {
        js::maybe(between(self.core(), from, to))
    }
}
