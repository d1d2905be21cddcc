//! One of the machines compared with the first: what it is given, and what is found on the way.

use super::align::{Aligned, Given};
use super::findings::{Found, Parting};
use super::outcome::Outcome;
use super::rerun::asks_the_same;
use super::too_many_events;
use super::victims::Victims;
use crate::lab::compare::lockstep::{Pairs, named};
use crate::lab::time::Playback;
use crate::lab::time::session::{Session, Step};
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::command::{Command, Note};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{Frame, FrameTable, FrameUse, Owner};
use crate::vocabulary::run::Runs;
use std::mem::discriminant;

/// One of the others.
#[derive(Clone, Debug)]
pub(super) struct Other {
    session: Session,
    /// Its own commands, where the script was run again; `None` where it is given the first one's.
    own: Option<Vec<Given>>,
    aligned: Aligned,
    pairs: Pairs,
    /// The outcome of every command of the first that has been followed; where commands are replayed, of the one just
    /// given, too.
    outcomes: Vec<Outcome>,
    /// Whether the command that goes with the first one's next asks the same; known once it has been given.
    same: bool,
    /// Number of the first command that asks something else; `None` until there is one.
    first_command: Option<u32>,
    /// Its machine once more, as far as it has been followed.
    playback: Playback,
    /// The frames there, folded from its events.
    frames: FrameTable,
    /// Which frames are used differently from the first machine, after the last command followed: as many as the larger
    /// of the two has, for the smaller one uses none of the rest.
    apart: Vec<bool>,
    count: u32,
    first_place: Option<u32>,
    /// Number of the first command for which another page went.
    first_victim: Option<u32>,
    /// Whether the machines have different address spaces, by their geometry or by the heaps in them.
    moved: bool,
}

impl Other {
    /// A machine that has been given nothing; `frames` are those of the first, which has just started, too.
    pub(super) fn new(
        session: Session,
        own: Option<Vec<Given>>,
        aligned: Aligned,
        moved: bool,
        frames: &FrameTable,
    ) -> Other {
        let own_frames = session.view().frames.clone();
        let len = frames.studied().max(own_frames.studied());
        let mut other = Other {
            playback: Playback::new(&session),
            session,
            own,
            aligned,
            pairs: Pairs::default(),
            outcomes: Vec::new(),
            same: false,
            first_command: None,
            frames: own_frames,
            apart: vec![false; len as usize],
            count: 0,
            first_place: None,
            first_victim: None,
            moved,
        };
        (0..len).for_each(|n| other.look_at(Pfn(n), frames));
        other.part_at(0);
        other
    }

    /// Gives it what goes with the first one's command number `n`, or, past its last, what is left; `runs` are those of
    /// the first machine before it. Returns `false` when `left`, the number of events to make, is used up.
    pub(super) fn give(&mut self, first: &Session, n: u32, runs: &Runs, left: &mut usize) -> Result<bool, Refusal> {
        let until = if (n as usize) < first.steps().len() { n + 1 } else { n };
        while (self.session.steps().len() as u32) < self.aligned.at(until) {
            if *left == 0 {
                return Ok(false);
            }
            let before = self.session.event_count() as usize;
            match &self.own {
                Some(own) => {
                    let given = own[self.session.steps().len()].clone();
                    self.give_own(first, n, runs, given)?;
                }
                None => self.give_same(&first.steps()[n as usize], runs)?,
            }
            *left = left.saturating_sub(self.session.event_count() as usize - before + 1);
        }
        Ok(true)
    }

    /// Gives it one of its own commands, recorded when the script was run again there.
    fn give_own(&mut self, first: &Session, n: u32, runs: &Runs, (command, at): Given) -> Result<(), Refusal> {
        let number = self.session.steps().len() as u32;
        if self.aligned.partner(n) == Some(number) {
            let there = &self.session.view().runs;
            let step = &first.steps()[n as usize];
            self.same = asks_the_same(&step.command, &command, &self.pairs, (runs, there), self.moved);
        }
        match self.session.run_at(command, at) {
            Err(_) if self.session.is_full() => Err(too_many_events()),
            given => given.map(drop),
        }
    }

    /// Gives it the first one's command, translated; a note if it cannot be given.
    fn give_same(&mut self, step: &Step, runs: &Runs) -> Result<(), Refusal> {
        let translated = self.pairs.translate(&step.command, runs, &self.session.view().runs);
        let given = match translated {
            None => Err("its run or block was not given here".to_string()),
            Some(command) => match self.session.run_at(named(command, &step.reply), step.at) {
                Ok(_) => Ok(()),
                Err(_) if self.session.is_full() => return Err(too_many_events()),
                Err(refusal) => Err(refusal.to_string()),
            },
        };
        self.same = true;
        if let Err(why) = given {
            self.session.run_at(Command::Note(Note::new(why)), step.at).map_err(|_| too_many_events())?;
            let asks_for_run = matches!(step.command, Command::Alloc(_));
            self.outcomes.push(if asks_for_run { Outcome::Refused } else { Outcome::Skipped });
        }
        Ok(())
    }

    /// Compares after the first has carried out `step`, its command number `n`, which changed these frames; `runs` and
    /// `frames` are the first one's after it.
    pub(super) fn follow(
        &mut self,
        (n, step): (u32, &Step),
        (changed, gone): (&[Pfn], &Victims),
        runs: &Runs,
        frames: &FrameTable,
    ) {
        self.compare(n, step, runs);
        let steps = self.aligned.steps(n);
        let mut pfns = changed.to_vec();
        let mut victims = Victims::default();
        // Compared when all has been done that goes with the first one's step. If the first has ended with it and this
        // machine goes on, then after each of its steps that follow.
        let from = self.aligned.partner(n).unwrap_or(steps.end);
        for own in steps {
            let Other { session, playback, frames: there, .. } = self;
            playback.next(session, &mut |event| {
                victims.note(event, there);
                if let Event::Frame { pfn, after, .. } = event {
                    there.set(*pfn, *after);
                    pfns.push(*pfn);
                }
            });
            if own >= from {
                pfns.drain(..).for_each(|pfn| self.look_at(pfn, frames));
                self.part_at(n + 1);
            }
        }
        pfns.into_iter().for_each(|pfn| self.look_at(pfn, frames));
        self.part_at(n + 1);
        if self.first_victim.is_none() && victims != *gone {
            self.first_victim = Some(n);
        }
    }

    /// Notes what the command came to here.
    fn compare(&mut self, n: u32, step: &Step, runs: &Runs) {
        let partner = self.aligned.partner(n);
        if self.first_command.is_none() && !(partner == Some(n) && self.same) {
            self.first_command = Some(n);
        }
        let Some(partner) = partner else { return self.outcomes.push(Outcome::Absent) };
        let here = &self.session.steps()[partner as usize];
        // The partner is the last of the steps that go with this one, unless the first has ended here.
        self.pairs.note((&step.reply, runs), (&here.reply, &self.session.view().runs));
        self.pairs.note_block(&step.command, &step.reply, &here.reply);
        if self.outcomes.len() > n as usize {
            return;
        }
        let outcome = Outcome::of((&step.command, &step.reply), (&here.command, &here.reply), self.moved);
        self.outcomes.push(if outcome.is_other() || self.same { outcome } else { Outcome::Changed });
    }

    fn look_at(&mut self, pfn: Pfn, frames: &FrameTable) {
        let Some(apart) = self.apart.get_mut(pfn.index()) else { return };
        let now = differ(frame(frames, pfn), frame(&self.frames, pfn));
        if now != *apart {
            *apart = now;
            self.count = if now { self.count + 1 } else { self.count - 1 };
        }
    }

    fn part_at(&mut self, step: u32) {
        if self.count > 0 && self.first_place.is_none() {
            self.first_place = Some(step);
        }
    }

    /// Its session, at its end, and what was found of it.
    pub(super) fn finish(self) -> (Session, Found) {
        let followed = self.outcomes.len() as u32;
        let longer = self.session.steps().len() as u32 > followed;
        let parting = Parting {
            command: self.first_command.or(longer.then_some(followed)),
            outcome: self.outcomes.iter().position(|outcome| outcome.is_other()).map(|n| n as u32),
            place: self.first_place,
            victim: self.first_victim,
        };
        (self.session, Found { aligned: self.aligned, outcomes: self.outcomes, parting })
    }
}

fn frame(frames: &FrameTable, pfn: Pfn) -> Option<Frame> {
    (pfn.0 < frames.studied()).then(|| frames.get(pfn))
}

/// Whether two machines use a frame differently, as the map shows it, whatever it belongs to. A machine without the
/// frame does not use it.
fn differ(first: Option<Frame>, here: Option<Frame>) -> bool {
    let used = |frame: &Frame| !matches!(frame.state, FrameUse::Free | FrameUse::Hole);
    let kind =
        |frame: &Frame| (discriminant(&frame.state), frame.slot.is_some(), matches!(frame.mapping, Owner::Object(_)));
    match (first, here) {
        (Some(first), Some(here)) => kind(&first) != kind(&here),
        (Some(only), None) | (None, Some(only)) => used(&only),
        (None, None) => false,
    }
}
