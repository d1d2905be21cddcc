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

/// The frames of a page before and after a command; `None`: it was in none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moved {
    pub from: Option<Pfn>,
    pub to: Option<Pfn>,
}

/// The pages of a process that a command moved in or out.
pub(super) type Step = BTreeMap<Vpn, Moved>;

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
    let mut steps = vec![Step::new(); range.len()];
    let events = session.events_of(range.start).start..session.events_of(range.end).start;
    let (mut at, mut end) = (0, session.events_of(range.start).end);
    each(events, &mut |n, event| {
        while n >= end {
            at += 1;
            end = session.events_of(range.start + at).end;
        }
        hear(session, pid, event, &mut steps[at as usize]);
    });
    steps.iter_mut().for_each(settle);
    steps
}

/// What the command under way at the cursor has moved so far.
pub(super) fn under_way((session, each): (&Session, Each<'_>), pid: Pid) -> Step {
    let mut step = Step::new();
    let cursor = session.cursor();
    let done = session.events_of(cursor.step).start..cursor.event;
    each(done, &mut |_, event| hear(session, pid, event, &mut step));
    settle(&mut step);
    step
}

fn hear(session: &Session, pid: Pid, event: &Event, step: &mut Step) {
    let Event::Pte { pid: of, level: 0, vpn, before, after, .. } = event else { return };
    if *of == pid {
        let kind = session.config().geometry;
        let (from, to) = (Pte::decode(kind, *before).pfn(), Pte::decode(kind, *after).pfn());
        step.entry(*vpn).or_insert(Moved { from, to }).to = to;
    }
}

/// A page that is where it was has not moved.
fn settle(step: &mut Step) {
    step.retain(|_, moved| moved.from != moved.to);
}
