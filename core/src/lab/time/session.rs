//! Time travel over one machine: run commands, step and micro-step both ways, jump.
//!
//! ```text
//! commands   |  0  |   1   | 2 |      3      |          a step is a command, a micro-step is an event
//! events     | . . | . . . | . | . . . . . . |
//! checkpoint ^                 ^                        copies of the machine (`checkpoints`)
//! cursor                 ^ view                ^ end
//! ```
//! Commands are kept, events are not: the machine is deterministic, so carrying a command out again on a copy of the
//! machine makes its events again (`log`). A history so takes what its commands and checkpoints take. A command given
//! while the cursor is not at the end cuts the future first.

use super::budget::{Budget, DEFAULT_BUDGET};
use super::calls::{HeapCall, HeapCalls};
use super::checkpoints::Checkpoints;
use super::place::{Outcome, Place};
use super::samples::Samples;
use super::view::View;
use crate::config::Config;
use crate::lab::measure::counting::Counted;
use crate::lab::measure::footprint::{Footprint, Part};
use crate::lab::measure::notable::Notable;
use crate::lab::measure::tally::Tally;
use crate::os::machine::Machine;
use crate::refusal::{Refusal, grouped};
use crate::vocabulary::command::{Command, Position};
use crate::vocabulary::event::Event;
use crate::vocabulary::rank::PageName;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::report::Report;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

/// One command that was run, with what it answered and where its events end.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub command: Command,
    pub reply: Reply,
    /// Where in the script it was given.
    pub at: Option<Position>,
    /// The number of events up to its end.
    pub events_end: u32,
    /// What happened in it.
    pub notable: Notable,
    /// What was done for its request, if no free run could serve it.
    pub report: Option<Box<Report>>,
}

/// A place in time: `event` events have been applied; `step` commands are complete.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Cursor {
    pub step: u32,
    pub event: u32,
}

/// At most this many commands in a session: a million references, and what comes before them.
pub const MAX_STEPS: usize = 1 << 20;
/// At most this many events in a session.
pub const MAX_EVENTS: usize = 1_000_000_000;

/// A machine with its whole history, and a cursor in it.
#[derive(Clone, Debug)]
pub struct Session {
    config: Arc<Config>,
    pub(super) steps: Vec<Step>,
    /// The machine after the last command.
    end: Place,
    pub(super) checkpoints: Checkpoints,
    samples: Samples,
    calls: HeapCalls,
    /// [`MAX_EVENTS`], lower in tests.
    most_events: usize,
    budget: Budget,
    /// Whether the last command was refused for want of room in the session, not by the machine.
    full: bool,
    /// Cycles that the last command took.
    last_cost: u64,
    pub(super) cursor: Cursor,
    /// The machine after `cursor.step` commands, or after one more if the cursor came into a step from its end; `None`
    /// where that is the end.
    pub(super) here: Option<Place>,
    /// The machine as seen at the cursor. Made when it is looked at, but inside a step always there.
    pub(super) view: OnceCell<View>,
    /// Events around the cursor, while it is inside a step.
    pub(super) window: Option<Window>,
}

/// Some events of step `step` that follow each other, the first of them number `first`.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub step: u32,
    pub first: u32,
    pub events: Vec<Event>,
}

/// A command that is being carried out in parts, on a copy of the machine where it was begun.
#[derive(Debug)]
pub struct UnderWay {
    command: Command,
    at: Option<Position>,
    place: Place,
    outcome: Outcome,
    cursor: Cursor,
}

impl UnderWay {
    /// Carries it on by at most `pages` pages, where a command can be divided; returns `true` when it is complete.
    ///
    /// # Errors
    /// A [`Refusal`], at the first part: it makes no sense.
    pub fn go_on(&mut self, pages: u64) -> Result<bool, Refusal> {
        self.place.run_part(&self.command, &mut self.outcome, pages)?;
        Ok(self.outcome.reply.is_some())
    }
}

impl Window {
    /// The events with these numbers; `None` if not all of them are here.
    pub fn events_in(&self, range: &Range<u32>) -> Option<&[Event]> {
        let start = range.start.checked_sub(self.first)?;
        self.events.get(start as usize..(range.end - self.first) as usize)
    }
}

impl Session {
    /// A session on a machine that has just started, with the default budget.
    ///
    /// # Errors
    /// The configuration's first broken limit.
    pub fn new(config: Config) -> Result<Session, Refusal> {
        Session::within(config, DEFAULT_BUDGET)
    }

    /// A session on a machine that has just started, that may hold so many `bytes` of the host's memory.
    ///
    /// # Errors
    /// The configuration's first broken limit; or the machine alone takes more than that.
    pub fn within(config: Config, bytes: u64) -> Result<Session, Refusal> {
        let start = Place::start(config)?;
        let mut budget = Budget::new(bytes);
        let checkpoints = Checkpoints::new(start.clone(), budget.of_checkpoints());
        budget.holds_start(&start)?;
        Ok(Session {
            config: start.machine.config.clone(),
            steps: Vec::new(),
            end: start,
            checkpoints,
            samples: Samples::new(),
            calls: HeapCalls::default(),
            most_events: MAX_EVENTS,
            budget,
            full: false,
            last_cost: 0,
            cursor: Cursor::default(),
            here: None,
            view: OnceCell::new(),
            window: None,
        })
    }

    /// Limits it to `events` events.
    pub(crate) fn with_events(self, events: usize) -> Session {
        Session { most_events: events, ..self }
    }

    /// Counts what a script holds beside the session, in bytes.
    pub fn hold_beside(&mut self, bytes: u64) {
        self.budget.beside = bytes;
    }

    /// Bytes of the host's memory that the session may hold.
    pub fn budget(&self) -> u64 {
        self.budget.most()
    }

    /// What the session holds of the host's memory, estimated for a 64-bit host.
    pub fn footprint(&self) -> Footprint {
        let mut parts = self.budget.footprint(&self.end, &self.checkpoints);
        parts[Part::Commands] += self.samples.bytes();
        parts
    }

    /// The machine's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Runs a command at the cursor; if the cursor is not at the end, the future is cut first.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing: the future is still there.
    pub fn run(&mut self, command: Command) -> Result<Reply, Refusal> {
        self.run_at(command, None)
    }

    /// Runs a command at the cursor and remembers where in a script it stands (`None`: nowhere); if the cursor is not
    /// at the end, the future is cut first.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing: the future is still there.
    pub fn run_at(&mut self, command: Command, at: Option<Position>) -> Result<Reply, Refusal> {
        let result = self.carry_out(command, at);
        self.said(result)
    }

    fn carry_out(&mut self, command: Command, at: Option<Position>) -> Result<Reply, Refused> {
        // The command runs on a copy of the past, so that a refusal loses nothing.
        let mut past = (!self.at_end()).then(|| self.place_at(self.cursor.step));
        self.check_room(&command, past.as_ref())?;
        if past.is_none() {
            // What it shows would be copied where the command changes it.
            self.view.take();
        }
        let outcome = past.as_mut().unwrap_or(&mut self.end).run(&command).map_err(Refused::ByMachine)?;
        self.keep(command, at, outcome, past)
    }

    /// Notes who refused a command.
    fn said<T>(&mut self, result: Result<T, Refused>) -> Result<T, Refusal> {
        self.full = matches!(result, Err(Refused::NoRoom(_)));
        result.map_err(|(Refused::NoRoom(refusal) | Refused::ByMachine(refusal))| refusal)
    }

    /// Begins a command at the cursor that is carried out in parts, on a copy; [`enter`](Self::enter) takes it in.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn begin(&mut self, command: Command, at: Option<Position>) -> Result<UnderWay, Refusal> {
        let place = self.place_at(self.cursor.step);
        let room = self.check_room(&command, Some(&place));
        self.said(room)?;
        Ok(UnderWay { command, at, place, outcome: Outcome::default(), cursor: self.cursor })
    }

    /// Takes in a command that is complete: as [`run_at`](Self::run_at) does, whose future it cuts.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing.
    ///
    /// # Panics
    /// It is not complete, or the cursor is not where it was begun.
    pub fn enter(&mut self, done: UnderWay) -> Result<Reply, Refusal> {
        let UnderWay { command, at, place, outcome, cursor } = done;
        assert_eq!(cursor, self.cursor, "a command is taken in where it was begun");
        let result = self.keep(command, at, outcome, Some(place));
        self.said(result)
    }

    /// Checks that there is room for a command, at `place` or at the end.
    fn check_room(&self, command: &Command, place: Option<&Place>) -> Result<(), Refused> {
        self.room_for_more().map_err(Refused::NoRoom)?;
        self.budget.room_for(command, place.unwrap_or(&self.end), &self.checkpoints).map_err(Refused::NoRoom)
    }

    /// Keeps a command that was carried out on the machine at the end, or on `past`, a copy of that at the cursor.
    fn keep(
        &mut self,
        command: Command,
        at: Option<Position>,
        outcome: Outcome,
        past: Option<Place>,
    ) -> Result<Reply, Refused> {
        let Outcome { reply, counted: Counted { events, cycles, notable, report }, .. } = outcome;
        let reply = reply.expect("the command is complete");
        let events_end = u64::from(self.events_of(self.cursor.step).start) + events;
        let fits = if events_end > self.most_events as u64 {
            Err(too_much(self.most_events))
        } else {
            self.budget.holds(past.as_ref().unwrap_or(&self.end), &self.checkpoints, events_end as u32)
        };
        if let Err(refusal) = fits {
            if past.is_none() {
                self.end = self.place_at(self.cursor.step);
            }
            return Err(Refused::NoRoom(refusal));
        }
        let events_end = events_end as u32;
        self.last_cost = cycles;
        if let Some(place) = past {
            self.cut();
            self.end = place;
        }
        self.calls.enter(self.end.step - 1, &command, cycles, &self.end.machine);
        let step = Step { command, reply: reply.clone(), at, events_end, notable, report };
        self.budget.count(&step, true);
        self.steps.push(step);
        self.cursor = self.end();
        self.samples.enter(self.end.step, &self.end.tally);
        self.checkpoints.consider(&self.end, events_end);
        Ok(reply)
    }

    /// Whether the last command was refused for want of room in the session, not by the machine.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    fn room_for_more(&self) -> Result<(), Refusal> {
        let full = |what: String| {
            Err(Refusal::new(format!("the machine's history has {what}, the most it may"), "start a new machine"))
        };
        if self.cursor.step as usize >= MAX_STEPS {
            return full(format!("{} commands", grouped(MAX_STEPS as u64)));
        }
        if self.cursor.event as usize >= self.most_events {
            return full(format!("{} events", grouped(self.most_events as u64)));
        }
        Ok(())
    }

    /// Cycles that the command given last took.
    pub fn last_cost(&self) -> u64 {
        self.last_cost
    }

    /// Discards the command under way at the cursor and all that follow.
    fn cut(&mut self) {
        for step in self.steps.drain(self.cursor.step as usize..) {
            self.budget.count(&step, false);
        }
        self.checkpoints.cut(self.cursor.step);
        self.samples.cut(self.cursor.step);
        self.calls.cut(self.cursor.step);
        (self.here, self.window) = (None, None);
        self.view.take();
    }

    /// The machine as seen at the cursor.
    pub fn view(&self) -> &View {
        self.view.get_or_init(|| self.here.as_ref().unwrap_or(&self.end).view())
    }

    /// All commands, those after the cursor included.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The number of all events, those after the cursor included.
    pub fn event_count(&self) -> u32 {
        self.steps.last().map_or(0, |step| step.events_end)
    }

    /// The numbers of the events of command number `step`, counted from 0.
    pub fn events_of(&self, step: u32) -> Range<u32> {
        let end = |n: u32| n.checked_sub(1).map_or(0, |n| self.steps[n as usize].events_end);
        let step = step.min(self.steps.len() as u32);
        end(step)..end((step + 1).min(self.steps.len() as u32))
    }

    /// Which command an event belongs to.
    pub fn step_of_event(&self, event: u32) -> u32 {
        self.steps.partition_point(|step| step.events_end <= event) as u32
    }

    /// The counters after `step` commands; of a long history, after the last command before it whose counters are kept:
    /// of at least 1,024, evenly chosen.
    pub fn tally_near(&self, step: u32) -> &Tally {
        if step >= self.end.step { &self.end.tally } else { self.samples.before(step) }
    }

    /// What every call of an allocator came to, those after the cursor included.
    pub fn heap_calls(&self) -> &[HeapCall] {
        self.calls.all()
    }

    /// Where the view is.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The place after the last command.
    pub fn end(&self) -> Cursor {
        Cursor { step: self.steps.len() as u32, event: self.event_count() }
    }

    /// The page that was evicted last for the last command, by one of the processes that had it.
    pub fn evicted(&self) -> Option<PageName> {
        self.end.machine.mm.evicted()
    }

    /// The machine after the last command.
    pub(crate) fn machine(&self) -> &Machine {
        &self.end.machine
    }

    pub(super) fn end_place(&self) -> &Place {
        &self.end
    }

    /// Whether the cursor is after the last command and all its events.
    pub fn at_end(&self) -> bool {
        self.cursor == self.end()
    }
}

/// Who refused a command: the session, which has no room for it, or the machine.
enum Refused {
    NoRoom(Refusal),
    ByMachine(Refusal),
}

/// The refusal of a command that makes more events than a session holds: it was carried out, and is taken back.
fn too_much(events: usize) -> Refusal {
    let what =
        format!("this command makes more than the {} events that a machine's history may have", grouped(events as u64));
    Refusal::new(what, "use a smaller machine, or do less at a time")
}
