//! In which frames the pages of a process were before and after each command: heard from events once, and kept while
//! the cursor moves about.

use super::Each;
use crate::hw::pte::Pte;
use crate::lab::time::session::Session;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::event::Event;
use std::collections::BTreeMap;
use std::ops::Range;

/// Commands that are kept at most beside those asked for.
const KEPT: u32 = 1 << 14;

/// Whoever goes back is read so many commands more at once, if they have few events: each time costs the way from a
/// checkpoint to there.
const MORE: u32 = 128;
const FEW_EVENTS: u32 = 1 << 13;

/// Numbers by numbers: one kind of map for all that is looked up here, so that its code is in the page's module once.
pub(super) type Map = BTreeMap<u64, u64>;
/// Stands for no frame.
pub(super) const NONE: u64 = u64::MAX;

/// The pages of a process that a command moved in or out: the frame of each before it, and after it; [`NONE`]: in none.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub from: Map,
    pub to: Map,
}

impl Step {
    /// The pages that came, or came to another frame, each with that frame.
    pub fn came(&self) -> impl Iterator<Item = (Vpn, Pfn)> {
        self.to.iter().filter(|(_, pfn)| **pfn != NONE).map(|(vpn, pfn)| (Vpn(*vpn), Pfn(*pfn as u32)))
    }

    /// The pages that went, or went from a frame, each with that frame.
    pub fn left(&self) -> impl Iterator<Item = (Vpn, Pfn)> {
        self.from.iter().filter(|(_, pfn)| **pfn != NONE).map(|(vpn, pfn)| (Vpn(*vpn), Pfn(*pfn as u32)))
    }

    /// The pages that are in no frame any more.
    pub fn went(&self) -> impl Iterator<Item = Vpn> {
        self.to.iter().filter(|(_, pfn)| **pfn == NONE).map(|(vpn, _)| Vpn(*vpn))
    }

    /// Whether a page was in no frame and came.
    pub fn missed(&self, page: Vpn) -> bool {
        self.from.get(&page.0) == Some(&NONE)
    }

    fn hear(&mut self, session: &Session, pid: Pid, event: &Event) {
        let Event::Pte { pid: of, level: 0, vpn, before, after, .. } = event else { return };
        if *of == pid {
            let kind = session.config().geometry;
            let frame = |raw| Pte::decode(kind, raw).pfn().map_or(NONE, |pfn| pfn.0.into());
            self.from.entry(vpn.0).or_insert(frame(*before));
            self.to.insert(vpn.0, frame(*after));
        }
    }

    /// A page that is where it was has not moved.
    fn settle(&mut self) {
        let Step { from, to } = self;
        to.retain(|vpn, pfn| from.get(vpn) != Some(pfn));
        from.retain(|vpn, _| to.contains_key(vpn));
    }
}

/// What the commands from number `first` on, one after another, moved of the pages of one process.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    pid: Option<Pid>,
    first: u32,
    steps: Vec<Step>,
}

impl Moves {
    /// What each of these commands moved; they are complete.
    pub fn of(&mut self, from: (&Session, Each<'_>), pid: Pid, wanted: Range<u32>) -> &[Step] {
        let end = self.first + self.steps.len() as u32;
        let apart = wanted.end < self.first || wanted.start > end;
        if self.pid != Some(pid) || apart || self.steps.len() as u32 > KEPT + wanted.len() as u32 {
            *self = Moves { pid: Some(pid), first: wanted.start, steps: heard(from, pid, wanted.clone()) };
        }
        if wanted.start < self.first {
            let event = |step: u32| from.0.events_of(step).start;
            let few = |step: &u32| event(wanted.start) - event(*step) <= FEW_EVENTS;
            let start = (wanted.start.saturating_sub(MORE)..=wanted.start).find(few).unwrap_or(wanted.start);
            let before = heard(from, pid, start..self.first);
            self.steps.splice(..0, before);
            self.first = start;
        }
        let end = self.first + self.steps.len() as u32;
        if wanted.end > end {
            self.steps.extend(heard(from, pid, end..wanted.end));
        }
        &self.steps[(wanted.start - self.first) as usize..(wanted.end - self.first) as usize]
    }

    /// The number of commands of which that is known.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.steps.len()
    }

    /// Discards what is known of the commands from `step` on.
    pub fn cut(&mut self, step: u32) {
        self.steps.truncate(step.saturating_sub(self.first) as usize);
    }
}

/// What each of some commands moved.
fn heard((session, each): (&Session, Each<'_>), pid: Pid, range: Range<u32>) -> Vec<Step> {
    let mut steps = vec![Step::default(); range.len()];
    let events = session.events_of(range.start).start..session.events_of(range.end).start;
    let (mut at, mut end) = (0, session.events_of(range.start).end);
    each(events, &mut |n, event| {
        while n >= end {
            at += 1;
            end = session.events_of(range.start + at).end;
        }
        steps[at as usize].hear(session, pid, event);
    });
    steps.iter_mut().for_each(Step::settle);
    steps
}

/// What the command under way at the cursor has moved so far.
pub(super) fn under_way((session, each): (&Session, Each<'_>), pid: Pid) -> Step {
    let mut step = Step::default();
    let cursor = session.cursor();
    let done = session.events_of(cursor.step).start..cursor.event;
    each(done, &mut |_, event| step.hear(session, pid, event));
    step.settle();
    step
}
