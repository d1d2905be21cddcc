//! Two to four machines in lock-step: what each answers, where each puts things, and where they part.
//!
//! The first machine is a session that has its history. The others differ from it in some fields of the configuration.
//! There are two ways to give them something to do:
//!
//! - **A script is run again** on each ([`Comparison::again`]): it may react to what a machine answers, so each session
//!   has steps of its own. Steps at the same place of the script go together ([`Aligned`]), and the findings say where
//!   the commands part.
//! - **The first one's commands are replayed** ([`Comparison::replay`]), one after another, with the frames and
//!   blocks that commands name translated (`Pairs`). What cannot be given there (its run, block or process does not
//!   exist, or the machine refuses it) becomes a note, so step `n` is the same command on every machine.
//!
//! Either way a number of steps of the first machine is a place in time on every machine ([`Findings::at`]), so that
//! going there is a seek on each.

mod align;
mod changes;
mod figures;
mod findings;
pub mod lockstep;
mod other;
mod outcome;
mod partners;
mod rerun;
mod text;
mod victims;

pub use align::{Aligned, Given};
pub use changes::{changed, labels, parse_changes};
pub use figures::{FIGURES, Figure, Figures, best, differ, size_asked};
pub use findings::{Findings, Parting};
pub use outcome::Outcome;
pub use partners::{likely_partner, named_partners};
pub use rerun::Rerun;
pub use text::{answer, commands_part, report};

use super::time::Playback;
use super::time::session::{MAX_STEPS, Session};
use crate::config::Config;
use crate::refusal::Refusal;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::FrameTable;
use crate::vocabulary::run::Runs;
use other::Other;
use serde_json::{Map, Value};
use victims::Victims;

/// Fields of a configuration, with what they are changed to.
pub type Changes = Map<String, Value>;

/// At most this many machines, the first one included.
pub const MAX_MACHINES: usize = 4;
/// At most this many frames in all machines together.
pub const MAX_FRAMES: u32 = 1 << 20;
/// At most this many events of the others together.
pub const MAX_EVENTS: usize = 100_000_000;

/// The machines other than the first, and what is known of the first where they stand.
#[derive(Clone, Debug)]
pub struct Comparison {
    others: Vec<Other>,
    /// Number of commands of the first that have been followed.
    done: u32,
    /// The first machine, which makes its events again.
    playback: Playback,
    /// The first machine's runs and frames after `done` commands, folded from its events.
    runs: Runs,
    frames: FrameTable,
    again: bool,
    /// For every machine why its run of the script ended with an error; `None` if it ran to its end.
    ended: Vec<Option<String>>,
}

/// A machine that is to be compared: its configuration, its own commands if a script was run again there, and how these
/// go with those of the first.
type Wanted = (Config, Option<Vec<Given>>, Aligned);

impl Comparison {
    /// Prepares replaying the first one's commands on one machine for each set of changes to its configuration; none
    /// has been given yet.
    ///
    /// # Errors
    /// Too much to compare, or a configuration's first broken limit.
    pub fn replay(first: &Session, changes: &[Changes]) -> Result<Comparison, Refusal> {
        let configs = configs(first.config(), changes)?;
        let aligned = Aligned::same(first.steps().len() as u32);
        let machines = configs.into_iter().map(|config| (config, None, aligned.clone())).collect();
        Comparison::new(first, machines, Vec::new())
    }

    /// Prepares giving each of the others what the script asked of it when it was run again there; none has been given
    /// yet. `first_ended`: where and why the first run ended with an error.
    ///
    /// # Errors
    /// Too much to compare.
    pub fn again(first: &Session, first_ended: Option<String>, reruns: Vec<Rerun>) -> Result<Comparison, Refusal> {
        let of_first = Rerun::of(first, None).steps;
        let mut ended = vec![first_ended];
        let mut machines = Vec::new();
        for rerun in reruns {
            ended.push(rerun.ended);
            let aligned = Aligned::of(&of_first, &rerun.steps);
            machines.push((rerun.config, Some(rerun.steps), aligned));
        }
        Comparison::new(first, machines, ended)
    }

    fn new(first: &Session, machines: Vec<Wanted>, ended: Vec<Option<String>>) -> Result<Comparison, Refusal> {
        check_count(machines.len())?;
        check_frames(std::iter::once(first.config()).chain(machines.iter().map(|(config, ..)| config)))?;
        for (_, own, _) in &machines {
            check_steps(first.steps().len().max(own.as_ref().map_or(0, Vec::len)))?;
        }
        let again = machines.iter().any(|(_, own, _)| own.is_some());
        let start = Session::new(first.config().clone())?;
        let (frames, runs) = (start.view().frames.clone(), start.view().runs.clone());
        let (count, events) = (machines.len() as u32 + 1, MAX_EVENTS / machines.len());
        let other = |(config, own, aligned): Wanted| {
            let moved = config.geometry != first.config().geometry || config.heap != first.config().heap;
            let session = Session::within(config, first.budget() / u64::from(count))?.with_events(events);
            Ok(Other::new(session, own, aligned, moved, &frames))
        };
        let others = machines.into_iter().map(other).collect::<Result<Vec<_>, Refusal>>()?;
        Ok(Comparison { others, done: 0, playback: Playback::new(first), runs, frames, again, ended })
    }

    /// Gives commands until about `events` events have been made, or all have been given: then returns `true`.
    ///
    /// # Errors
    /// There is no room for more events; the machines are where they were.
    pub fn advance(&mut self, first: &Session, events: usize) -> Result<bool, Refusal> {
        let mut left = events;
        loop {
            for other in &mut self.others {
                if !other.give(first, self.done, &self.runs, &mut left)? {
                    return Ok(false);
                }
            }
            if self.done as usize == first.steps().len() {
                return Ok(true);
            }
            self.follow(first);
        }
    }

    /// Takes the first machine past the command that all have been given, and compares the machines there.
    fn follow(&mut self, first: &Session) {
        let Comparison { runs, frames, playback, .. } = self;
        let (mut changed, mut victims) = (Vec::new(), Victims::default());
        playback.next(first, &mut |event| {
            victims.note(event, frames);
            if let Event::Run { first, after, .. } = event {
                match after {
                    Some(run) => drop(runs.insert(*first, (**run).clone())),
                    None => drop(runs.remove(first)),
                }
            }
            if let Event::Frame { pfn, after, .. } = event {
                frames.set(*pfn, *after);
                changed.push(*pfn);
            }
        });
        let step = &first.steps()[self.done as usize];
        for other in &mut self.others {
            other.follow((self.done, step), (&changed, &victims), &self.runs, &self.frames);
        }
        self.done += 1;
    }

    /// The number of commands of the first that have been followed on all.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// The others' sessions, at their ends, and what was found, once all commands have been given.
    pub fn finish(self) -> (Vec<Session>, Findings) {
        let (sessions, others) = self.others.into_iter().map(Other::finish).unzip();
        (sessions, Findings::new(self.again, others, self.ended))
    }
}

/// One configuration for each set of changes to `first`; refuses more than can be compared.
///
/// # Errors
/// Too many machines or frames, or a configuration's first broken limit.
pub fn configs(first: &Config, changes: &[Changes]) -> Result<Vec<Config>, Refusal> {
    check_count(changes.len())?;
    let configs = changes.iter().map(|fields| changed(first, fields)).collect::<Result<Vec<_>, _>>()?;
    check_frames(std::iter::once(first).chain(&configs))?;
    Ok(configs)
}

fn check_count(others: usize) -> Result<(), Refusal> {
    if (1..MAX_MACHINES).contains(&others) {
        return Ok(());
    }
    let what = format!("compare: {others} machines beside the first");
    Err(Refusal::new(what, format!("name 1 to {}", MAX_MACHINES - 1)))
}

fn check_frames<'a>(configs: impl Iterator<Item = &'a Config>) -> Result<(), Refusal> {
    let frames: u64 = configs.map(|config| u64::from(config.frames)).sum();
    if frames <= u64::from(MAX_FRAMES) {
        return Ok(());
    }
    let what = format!("compare: the machines have {frames} frames together; the most is {MAX_FRAMES}");
    Err(Refusal::new(what, "compare fewer machines, or smaller ones"))
}

fn check_steps(steps: usize) -> Result<(), Refusal> {
    if steps <= MAX_STEPS {
        return Ok(());
    }
    let what = format!("compare: {steps} commands; the most is {MAX_STEPS}");
    Err(Refusal::new(what, "compare a shorter recording"))
}

fn too_many_events() -> Refusal {
    let what = format!("compare: the machines make more than {MAX_EVENTS} events together");
    Refusal::new(what, "compare fewer machines, or a shorter recording")
}
