//! Time travel over one machine: run commands, step and micro-step both ways, jump.
//!
//! ```text
//! commands   |  0  |   1   | 2 |      3      |          a step is a command, a micro-step is an event
//! events     | . . | . . . | . | . . . . . . |
//! checkpoint ^                 ^                        copies of view and machine, so that a jump folds few events
//! cursor                 ^ view                ^ machine (always at the end)
//! ```
//! A command given while the cursor is not at the end cuts the future first.

use super::view::View;
use crate::config::Config;
use crate::os::machine::Machine;
use crate::refusal::Refusal;
use crate::vocabulary::command::{Command, Position};
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::tape::Tape;
use std::ops::Range;
use std::sync::Arc;

/// One command that was run, with what it answered and where its events end.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub command: Command,
    pub reply: Reply,
    /// Where in the script it was given.
    pub at: Option<Position>,
    /// One past its last event in [`Session::events`].
    pub events_end: u32,
}

/// A place in time: `event` events have been applied; `step` commands are complete.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Cursor {
    pub step: u32,
    pub event: u32,
}

/// At most this many commands in a session.
pub const MAX_STEPS: usize = 1_000_000;
/// At most this many events in a session.
pub const MAX_EVENTS: usize = 20_000_000;
/// Events between two checkpoints, at first.
const CHECKPOINT_EVERY: u32 = 8192;
/// Bytes that all checkpoints may take, estimated.
const CHECKPOINT_BYTES: u64 = 128 << 20;

/// A copy of view and machine at a place in time, from which a jump starts.
#[derive(Clone, Debug)]
struct Checkpoint {
    at: Cursor,
    view: View,
    machine: Machine,
}

/// A machine with its whole history, and a cursor in it.
#[derive(Clone, Debug)]
pub struct Session {
    config: Arc<Config>,
    machine: Machine,
    view: View,
    steps: Vec<Step>,
    events: Vec<Event>,
    /// [`MAX_EVENTS`], lower in tests.
    most_events: usize,
    cursor: Cursor,
    checkpoints: Vec<Checkpoint>,
    checkpoint_every: u32,
    /// [`CHECKPOINT_BYTES`], lower where several sessions share them.
    checkpoint_bytes: u64,
}

impl Session {
    /// A session on a machine that has just started.
    ///
    /// # Errors
    /// The configuration's first broken limit.
    pub fn new(config: Config) -> Result<Session, Refusal> {
        let machine = Machine::new(config)?;
        let view = View::of(&machine);
        let start = Checkpoint { at: Cursor::default(), view: view.clone(), machine: machine.clone() };
        let config = view.config.clone();
        Ok(Session {
            config,
            machine,
            view,
            steps: Vec::new(),
            events: Vec::new(),
            most_events: MAX_EVENTS,
            cursor: Cursor::default(),
            checkpoints: vec![start],
            checkpoint_every: CHECKPOINT_EVERY,
            checkpoint_bytes: CHECKPOINT_BYTES,
        })
    }

    /// Limits it as one of `sessions` that share the memory of one: at most `events` events, and its share of the
    /// checkpoints.
    pub(crate) fn one_of(self, sessions: u32, events: usize) -> Session {
        Session { most_events: events, checkpoint_bytes: CHECKPOINT_BYTES / u64::from(sessions), ..self }
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
        self.room_for_more()?;
        let reply = if self.at_end() {
            let mut tape = Tape::keeping(&mut self.events, self.most_events);
            let reply = self.machine.apply(&command, &mut tape)?;
            if tape.full {
                self.events.truncate(self.cursor.event as usize);
                self.machine = self.machine_at(self.cursor.step);
                return Err(self.too_much());
            }
            reply
        } else {
            // The command runs on a copy of the past, so that a refusal loses nothing.
            let mut machine = self.machine_at(self.cursor.step);
            let mut events = Vec::new();
            let mut tape = Tape::keeping(&mut events, self.most_events - self.cursor.event as usize);
            let reply = machine.apply(&command, &mut tape)?;
            if tape.full {
                return Err(self.too_much());
            }
            self.cut();
            self.machine = machine;
            self.events.append(&mut events);
            reply
        };
        for event in &self.events[self.cursor.event as usize..] {
            self.view.apply(event);
        }
        self.steps.push(Step { command, reply: reply.clone(), at, events_end: self.events.len() as u32 });
        self.cursor = self.end();
        self.checkpoint();
        Ok(reply)
    }

    /// The refusal of a command that makes more events than a session holds: it was carried out, and is taken back.
    fn too_much(&self) -> Refusal {
        let what = format!("this command makes more than the {} events that a session holds", self.most_events);
        Refusal::new(what, "use a smaller machine, or do less at a time")
    }

    /// Whether a command was refused for want of room in the session, not by the machine.
    pub(crate) fn is_full(&self, refusal: &Refusal) -> bool {
        self.room_for_more().is_err() || *refusal == self.too_much()
    }

    fn room_for_more(&self) -> Result<(), Refusal> {
        let full = |what: String| Err(Refusal::new(format!("the session has {what}"), "start a new one"));
        if self.cursor.step as usize >= MAX_STEPS {
            return full(format!("{MAX_STEPS} commands"));
        }
        if self.cursor.event as usize >= self.most_events {
            return full(format!("{} events", self.most_events));
        }
        Ok(())
    }

    fn checkpoint(&mut self) {
        let last = self.checkpoints.last().map_or(0, |checkpoint| checkpoint.at.event);
        if self.cursor.event - last < self.checkpoint_every {
            return;
        }
        self.checkpoints.push(Checkpoint { at: self.cursor, view: self.view.clone(), machine: self.machine.clone() });
        // About 200 bytes a frame and 60 a slot for view and machine together.
        let size = u64::from(self.config.frames) * 200 + u64::from(self.config.swap_slots) * 60;
        if self.checkpoints.len() as u64 * size > self.checkpoint_bytes && self.checkpoints.len() > 4 {
            let mut n = 0;
            self.checkpoints.retain(|_| {
                n += 1;
                n % 2 == 1
            });
            self.checkpoint_every *= 2;
        }
    }

    /// Discards the command under way at the cursor and all that follow.
    fn cut(&mut self) {
        self.seek(self.cursor.step);
        self.steps.truncate(self.cursor.step as usize);
        self.events.truncate(self.cursor.event as usize);
        self.checkpoints.retain(|checkpoint| checkpoint.at.step <= self.cursor.step);
    }

    /// The machine after `step` commands, from the nearest checkpoint before.
    fn machine_at(&self, step: u32) -> Machine {
        let checkpoint = self
            .checkpoints
            .iter()
            .rev()
            .find(|checkpoint| checkpoint.at.step <= step)
            .expect("the start is a checkpoint");
        let mut machine = checkpoint.machine.clone();
        for done in &self.steps[checkpoint.at.step as usize..step as usize] {
            machine.apply(&done.command, &mut Tape::deaf()).expect("it was carried out before");
        }
        machine
    }

    /// The machine as seen at the cursor.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// All commands, those after the cursor included.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// All events, those after the cursor included.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events of command number `step`, counted from 0.
    pub fn events_of(&self, step: u32) -> Range<u32> {
        let end = |n: u32| n.checked_sub(1).map_or(0, |n| self.steps[n as usize].events_end);
        if step as usize >= self.steps.len() {
            end(self.steps.len() as u32)..end(self.steps.len() as u32)
        } else {
            end(step)..end(step + 1)
        }
    }

    /// Which command an event belongs to.
    pub fn step_of_event(&self, event: u32) -> u32 {
        self.steps.partition_point(|step| step.events_end <= event) as u32
    }

    /// Where the view is.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The place after the last command.
    pub fn end(&self) -> Cursor {
        Cursor { step: self.steps.len() as u32, event: self.events.len() as u32 }
    }

    /// The machine after the last command.
    pub(crate) fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Whether the cursor is after the last command and all its events.
    pub fn at_end(&self) -> bool {
        self.cursor == self.end()
    }

    /// Goes to the state after `step` commands, or to the end.
    pub fn seek(&mut self, step: u32) {
        let step = step.min(self.steps.len() as u32);
        let event = self.events_of(step).start;
        self.go(Cursor { step, event });
    }

    /// Goes to the state after `event` events, or to the end.
    pub fn seek_event(&mut self, event: u32) {
        let event = event.min(self.events.len() as u32);
        let step = self.steps.partition_point(|step| step.events_end <= event) as u32;
        self.go(Cursor { step, event });
    }

    /// Goes to a place that the cursor has been at.
    pub(super) fn go(&mut self, to: Cursor) {
        let far = |from: u32| from.abs_diff(to.event);
        // A checkpoint is worth its copying only if it saves more events than that costs.
        let copying = self.config.frames / 32;
        let after = self.checkpoints.partition_point(|checkpoint| checkpoint.at.event <= to.event);
        let near = self.checkpoints[after.saturating_sub(1)..self.checkpoints.len().min(after + 1)]
            .iter()
            .min_by_key(|checkpoint| far(checkpoint.at.event));
        if let Some(checkpoint) = near
            && far(checkpoint.at.event) + copying < far(self.cursor.event)
        {
            self.view = checkpoint.view.clone();
            self.cursor = checkpoint.at;
        }
        let (from, until) = (self.cursor.event as usize, to.event as usize);
        if from <= until {
            self.events[from..until].iter().for_each(|event| self.view.apply(event));
        } else {
            self.events[until..from].iter().rev().for_each(|event| self.view.revert(event));
        }
        self.cursor = to;
    }

    /// Goes to the end of the command under way, or of the next. Returns `false` at the end.
    pub fn step_forward(&mut self) -> bool {
        let more = self.cursor.step < self.steps.len() as u32;
        self.seek(self.cursor.step + 1);
        more
    }

    /// Goes to the start of the command under way, or of the one before. Returns `false` at the start.
    pub fn step_back(&mut self) -> bool {
        if self.cursor == Cursor::default() {
            return false;
        }
        let inside = self.cursor.event > self.events_of(self.cursor.step).start;
        self.seek(if inside { self.cursor.step } else { self.cursor.step - 1 });
        true
    }

    /// Goes one event forward; a command without events is one micro-step, too. Returns `false` at the end.
    pub fn micro_forward(&mut self) -> bool {
        if self.at_end() {
            return false;
        }
        let range = self.events_of(self.cursor.step);
        let event = (self.cursor.event + 1).min(range.end);
        let step = self.cursor.step + u32::from(event == range.end);
        self.go(Cursor { step, event });
        true
    }

    /// Goes one event back. Returns `false` at the start.
    pub fn micro_back(&mut self) -> bool {
        if self.cursor == Cursor::default() {
            return false;
        }
        let range = self.events_of(self.cursor.step);
        if self.cursor.event > range.start {
            self.go(Cursor { step: self.cursor.step, event: self.cursor.event - 1 });
        } else {
            let before = self.events_of(self.cursor.step - 1);
            self.go(Cursor { step: self.cursor.step - 1, event: before.end.saturating_sub(1).max(before.start) });
        }
        true
    }

    /// A digest of all events: equal on every host for the same recording.
    pub fn digest(&self) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for event in &self.events {
            let bytes = postcard::to_stdvec(event).expect("events have plain fields");
            hasher.update(&bytes);
        }
        hasher.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Pid, VirtAddr};
    use crate::vocabulary::command::{MapFlag, Mmap, Spawn, Touch};
    use crate::vocabulary::prot::Prot;

    /// A command that makes too many events is refused and taken back, at the end as in the past.
    #[test]
    fn one_command_can_not_fill_a_session() {
        let mut session = Session::new(Config { frames: 64, ..Config::default() }).unwrap();
        session.most_events = 200;
        session.run(Command::Spawn(Spawn { pid: None, name: None })).unwrap();
        let (prot, flags) = (Prot::READ | Prot::WRITE, vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed]);
        let addr = VirtAddr(0x10_0000);
        let mmap = Command::Mmap(Mmap { pid: Pid(1), addr: Some(addr), pages: 20, prot, flags, file: None, pgoff: 0 });
        session.run(mmap).unwrap();
        session.run(Command::Touch(Touch { pid: Pid(1), addr, pages: 1 })).unwrap();
        for step in [3, 2] {
            session.seek(step);
            let (view, steps) = (session.view().clone(), session.steps().len());
            let refusal = session.run(Command::Touch(Touch { pid: Pid(1), addr, pages: 20 })).unwrap_err();
            assert!(refusal.what.contains("200 events"), "{refusal}");
            assert_eq!((session.steps().len(), session.view().difference(&view)), (steps, None));
            assert_eq!(session.check(), Vec::<String>::new());
        }
    }
}
