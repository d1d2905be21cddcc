//! Two to four machines that are given the same commands in lock-step: what each answers, where each puts things, and
//! where they part.
//!
//! The first machine is a session that has its history. The others differ from it in some fields of the configuration and
//! are given its commands, one after another, with the frames that commands name translated ([`Pairs`]). What can not be
//! given there (its run or its process is not there, or the machine refuses it) is a note there. Invariant: step `n` is the
//! same command on every machine, so that going to a place in time is a seek on each.

mod changes;
mod figures;
mod findings;
mod outcome;
mod text;

pub use changes::{changed, labels, parse_changes};
pub use figures::{FIGURES, Figures, best, size_asked};
pub use findings::{Findings, Parting};
pub use outcome::Outcome;
pub use text::{answer, report};

use super::command::{Command, Refusal, Reply};
use super::event::Event;
use super::lockstep::Pairs;
use super::session::Session;
use crate::config::Config;
use crate::mm::frame::{Frame, FrameTable, FrameUse, Owner};
use crate::mm::run::Runs;
use crate::units::Pfn;
use serde_json::{Map, Value};

/// Fields of a configuration, with what they are changed to.
pub type Changes = Map<String, Value>;

/// Most machines, the first one included.
pub const MAX_MACHINES: usize = 4;
/// Most frames of all of them together.
pub const MAX_FRAMES: u32 = 1 << 20;
/// Most commands.
pub const MAX_STEPS: usize = 100_000;
/// Most events of the others together.
pub const MAX_EVENTS: usize = 4_000_000;

/// The machines beside the first, and what is known of the first where they stand.
#[derive(Clone, Debug)]
pub struct Comparison {
    others: Vec<Other>,
    /// Commands that all have been given.
    done: u32,
    /// Of the first machine, after as many commands: its runs and frames, folded from its events.
    runs: Runs,
    frames: FrameTable,
}

/// One of the others.
#[derive(Clone, Debug)]
struct Other {
    session: Session,
    pairs: Pairs,
    outcomes: Vec<Outcome>,
    /// Frames that are used otherwise than on the first machine, after the last command given.
    apart: Vec<bool>,
    count: u32,
    first_place: Option<u32>,
}

impl Comparison {
    /// Over a session's configuration with these changes, one machine each; none of its commands has been given.
    ///
    /// # Errors
    /// Too much to compare, or a configuration's first broken limit.
    pub fn new(first: &Session, changes: &[Changes]) -> Result<Comparison, Refusal> {
        if !(1..MAX_MACHINES).contains(&changes.len()) {
            let what = format!("compare: {} machines beside the first", changes.len());
            return Err(Refusal::new(what, format!("name 1 to {}", MAX_MACHINES - 1)));
        }
        let configs = changes.iter().map(|fields| changed(first.config(), fields)).collect::<Result<Vec<_>, _>>()?;
        limits(first, &configs)?;
        let start = Session::new(first.config().clone())?;
        let (frames, runs) = (start.view().frames.clone(), start.view().runs.clone());
        let (machines, events) = (changes.len() as u32 + 1, MAX_EVENTS / changes.len());
        let other = |config| {
            let session = Session::new(config)?.one_of(machines, events);
            let len = frames.len().min(session.view().frames.len()) as usize;
            let mut other = Other {
                session,
                pairs: Pairs::default(),
                outcomes: Vec::new(),
                apart: vec![false; len],
                count: 0,
                first_place: None,
            };
            (0..len as u32).for_each(|n| other.look_at(Pfn(n), &frames));
            other.part_at(0);
            Ok(other)
        };
        let others = configs.into_iter().map(other).collect::<Result<Vec<_>, Refusal>>()?;
        Ok(Comparison { others, done: 0, runs, frames })
    }

    /// Gives commands until about `events` events have been made, or all have been given: then `true`.
    ///
    /// # Errors
    /// There is no room for more events; the machines are where they were.
    pub fn advance(&mut self, first: &Session, events: usize) -> Result<bool, Refusal> {
        let mut made = 0;
        while (self.done as usize) < first.steps().len() && made < events {
            for other in &mut self.others {
                let before = other.session.events().len();
                other.give(first, self.done, &self.runs)?;
                made += other.session.events().len() - before + 1;
            }
            self.follow(first);
        }
        Ok(self.done as usize == first.steps().len())
    }

    /// Takes the first machine past the command that all have been given, and looks where they part.
    fn follow(&mut self, first: &Session) {
        let range = first.events_of(self.done);
        let events = &first.events()[range.start as usize..range.end as usize];
        for event in events {
            match event {
                Event::Run { first, after: Some(run), .. } => drop(self.runs.insert(*first, *run)),
                Event::Run { first, after: None, .. } => drop(self.runs.remove(first)),
                Event::Frame { pfn, after, .. } => drop(self.frames.set(*pfn, **after)),
                _ => {}
            }
        }
        let (reply, runs) = (&first.steps()[self.done as usize].reply, &self.runs);
        for other in &mut self.others {
            let (step, view) = (&other.session.steps()[self.done as usize], other.session.view());
            other.pairs.note((reply, runs), (&step.reply, &view.runs));
            let theirs = other.session.events_of(self.done);
            let theirs = theirs.start as usize..theirs.end as usize;
            let touched = |event: &Event| match event {
                Event::Frame { pfn, .. } => Some(*pfn),
                _ => None,
            };
            let mut pfns: Vec<Pfn> = events.iter().filter_map(touched).collect();
            pfns.extend(other.session.events()[theirs].iter().filter_map(touched));
            pfns.into_iter().for_each(|pfn| other.look_at(pfn, &self.frames));
            other.part_at(self.done + 1);
        }
        self.done += 1;
    }

    /// Commands that all have been given.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// The others' sessions, at their ends, and what was found, once all commands have been given.
    pub fn finish(self) -> (Vec<Session>, Findings) {
        let apart = |other: Other| (other.session, findings::other(other.outcomes, other.first_place));
        let (sessions, others) = self.others.into_iter().map(apart).unzip();
        (sessions, Findings::new(others))
    }
}

impl Other {
    /// Gives it the first machine's command number `n`; `runs` are that machine's before it.
    fn give(&mut self, first: &Session, n: u32, runs: &Runs) -> Result<(), Refusal> {
        if self.session.steps().len() > n as usize {
            return Ok(());
        }
        let step = &first.steps()[n as usize];
        let translated = self.pairs.translate(&step.command, runs, &self.session.view().runs);
        let given = match translated {
            None => Err("its run was not given here".to_string()),
            Some(command) => match self.session.run_at(named(command, &step.reply), step.at) {
                Ok(_) => Ok(()),
                Err(refusal) if self.session.is_full(&refusal) => return Err(too_many_events()),
                Err(refusal) => Err(refusal.to_string()),
            },
        };
        if let Err(why) = given {
            self.session.run_at(Command::Note { text: why }, step.at).map_err(|_| too_many_events())?;
            self.outcomes.push(match step.command {
                Command::Alloc(_) => Outcome::Refused,
                _ => Outcome::Skipped,
            });
            return Ok(());
        }
        let reply = &self.session.steps()[n as usize].reply;
        self.outcomes.push(Outcome::of(&step.reply, reply));
        Ok(())
    }

    fn look_at(&mut self, pfn: Pfn, frames: &FrameTable) {
        let Some(apart) = self.apart.get_mut(pfn.index()) else { return };
        let now = use_of(&frames.get(pfn)) != use_of(&self.session.view().frames.get(pfn));
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
}

/// What a frame is used for, as the map shows it, whoever's it is.
fn use_of(frame: &Frame) -> (std::mem::Discriminant<FrameUse>, bool, bool) {
    (std::mem::discriminant(&frame.state), frame.slot.is_some(), matches!(frame.mapping, Owner::Object(_)))
}

/// A process has the same number on every machine, also where an earlier one could not be made.
fn named(mut command: Command, reply: &Reply) -> Command {
    if let (Command::Spawn { pid, .. } | Command::Fork { child: pid, .. }, Reply::Pid(given)) = (&mut command, reply) {
        *pid = Some(*given);
    }
    command
}

fn limits(first: &Session, configs: &[Config]) -> Result<(), Refusal> {
    let frames = u64::from(first.config().frames) + configs.iter().map(|c| u64::from(c.frames)).sum::<u64>();
    if frames > u64::from(MAX_FRAMES) {
        let what = format!("compare: the machines have {frames} frames together; the most is {MAX_FRAMES}");
        return Err(Refusal::new(what, "compare fewer machines, or smaller ones"));
    }
    if first.steps().len() > MAX_STEPS {
        let what = format!("compare: {} commands; the most is {MAX_STEPS}", first.steps().len());
        return Err(Refusal::new(what, "compare a shorter recording"));
    }
    Ok(())
}

fn too_many_events() -> Refusal {
    let what = format!("compare: the machines make more than {MAX_EVENTS} events together");
    Refusal::new(what, "compare fewer machines, or a shorter recording")
}
