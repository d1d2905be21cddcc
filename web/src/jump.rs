//! What is different between two places in time: for the page to point at after a jump of several steps.
//!
//! Only what is different in the end counts: a frame that was taken and given back on the way is not listed.

use crate::changed::{LARGE, MOST_MOVED, TlbChanges, changed_tlb};
use crate::dto::{ChangedDto, Typed};
use crate::session::JsSession;
use crate::{alloc, js};
use pageturner::hw::disk::Slot;
use pageturner::hw::pte::RawPte;
use pageturner::lab::time::session::Session;
use pageturner::units::{Pfn, Pid, Vpn};
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::frame::Frame;
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

/// Values before the first and after the last change.
type Change<T> = (T, T);
/// Of an entry of a table; with the page, where it is a PTE.
type EntryChange = (Change<RawPte>, Option<(Pid, Vpn)>);

#[derive(Default)]
struct Net {
    frames: BTreeMap<Pfn, Change<Frame>>,
    /// By table and index.
    entries: BTreeMap<(Pfn, u16), EntryChange>,
    /// Frames whose bytes were written.
    written: Vec<u32>,
    vmas: BTreeMap<u32, Change<Option<Box<Vma>>>>,
    slots: BTreeMap<u32, Change<Slot>>,
    /// Runs by list: 1 is a run more, -1 one less.
    runs: BTreeMap<(ListId, FreeRun), i32>,
    tlb: TlbChanges,
    /// Where what is in a frame now came from.
    moved: BTreeMap<u32, u32>,
}

/// Notes a change of the thing named `key`.
fn note<K: Ord, T: Clone>(all: &mut BTreeMap<K, Change<T>>, key: K, before: &T, after: &T) {
    all.entry(key).or_insert_with(|| (before.clone(), after.clone())).1 = after.clone();
}

impl Net {
    fn add(&mut self, event: &Event) {
        if let Event::Frame { pfn, before, after } = event {
            note(&mut self.frames, *pfn, before, after);
        } else if let Event::Pte { pid, table, index, level, vpn, before, after } = event {
            let page = (*level == 0).then_some((*pid, *vpn));
            self.entries.entry((*table, *index)).or_insert(((*before, *after), page)).0.1 = *after;
        } else if let Event::Contents { pfn, .. } | Event::Bytes { pfn, .. } = event {
            self.written.push(pfn.0);
        } else if let Event::Vma { id, before, after } = event {
            note(&mut self.vmas, id.0, before, after);
        } else if let Event::Slot { slot, before, after } = event {
            note(&mut self.slots, slot.0, before, after);
        } else if let Event::Free { run, list, linked, .. } = event {
            *self.runs.entry((*list, *run)).or_default() += if *linked { 1 } else { -1 };
        } else if let Event::Tlb { index, before, after } = event {
            note(&mut self.tlb, *index, before, after);
        } else if let Event::Migrate { from, to, pages } = event {
            let pages = 0..*pages;
            let origins: Vec<_> = pages.map(|n| self.moved.remove(&(from.0 + n)).unwrap_or(from.0 + n)).collect();
            self.moved.extend((to.0..).zip(origins).filter(|(to, from)| to != from));
        }
    }

    fn dto(self, session: &Session, back: bool) -> ChangedDto {
        let tables = self.entries.iter().filter(|(_, ((before, after), _))| before != after);
        let (tables, pages): (Vec<_>, Vec<_>) = tables.map(|((table, _), (_, page))| (table.0, *page)).unzip();
        let frames = self.frames.iter().filter(|(_, (before, after))| before != after).map(|(pfn, _)| pfn.0);
        let mut frames: Vec<u32> = frames.chain(tables).chain(self.written).collect();
        let mut pages: Vec<_> = pages.into_iter().flatten().map(|(pid, vpn)| (pid.0, vpn.0)).collect();
        let mut lists: Vec<u32> =
            self.runs.iter().filter(|(_, change)| **change != 0).map(|((list, _), _)| alloc::number(*list)).collect();
        sort(&mut frames);
        sort(&mut pages);
        sort(&mut lists);
        let turned = |(before, after)| if back { (after, before) } else { (before, after) };
        let tlb = self.tlb.into_iter().map(|(index, change)| (index, turned(change))).collect();
        let grown = if back { Vec::new() } else { self.vmas.iter().filter_map(grown).collect() };
        ChangedDto {
            uncounted: false,
            frames,
            pages,
            slots: differing(&self.slots),
            vmas: differing(&self.vmas),
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

fn differing<T: PartialEq>(all: &BTreeMap<u32, Change<T>>) -> Vec<u32> {
    all.iter().filter(|(_, (before, after))| before != after).map(|(id, _)| *id).collect()
}

/// By how many pages a stack grew downwards.
fn grown((id, (before, after)): (&u32, &Change<Option<Box<Vma>>>)) -> Option<(u32, u64)> {
    let (before, after) = (before.as_ref()?, after.as_ref()?);
    let grew = after.flags.contains(VmaFlags::GROWSDOWN) && after.start < before.start;
    grew.then(|| (*id, before.start.0 - after.start.0))
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
