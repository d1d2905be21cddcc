//! What the next command does, as questions: what kind of fault, whose page goes, which block is split, what is copied.
//!
//! ```text
//! events of a command      Scan (victim)    Contents (from)    Fault       Split            Join
//! asked for                a frame          a frame            a choice    frames           a number
//! ```

use super::{Question, next_command};
use crate::lab::time::session::Session;
use crate::units::Pfn;
use crate::vocabulary::access::FaultKind;
use crate::vocabulary::command::{Command, CommandKind};
use crate::vocabulary::event::Event;
use crate::vocabulary::question::{Asks, Foreseen, Right, Task};
use crate::vocabulary::thing::Thing;

/// At most this many events of a command are read: what is asked for stands near its beginning, or nobody foresees it.
const MOST_EVENTS: u32 = 4096;

/// The kinds of faults, as they are to be chosen from.
pub const FAULTS: [&str; 7] = [
    "no fault: its PTE allows the access",
    "a new page: nobody has used it before",
    "a copy: others see the old bytes",
    "no copy: its own PTE is made writable",
    "it is in memory already, and is only mapped",
    "it has to be read from disk",
    "a signal: the access is not allowed",
];

/// Something about a command that can be foreseen.
#[derive(Clone, PartialEq, Debug)]
pub struct Prediction {
    pub what: Foreseen,
    pub question: String,
    pub asks: Asks,
    pub right: Right,
}

/// The question before a step, if it is one to ask: of several about its command the one that says most.
pub fn before(session: &Session, step: u32) -> Option<Prediction> {
    (next_command(session, step)? == step).then(|| of(session, step).into_iter().next())?
}

/// All that can be foreseen of a command, what says most first.
pub fn of(session: &Session, step: u32) -> Vec<Prediction> {
    let Some(done) = session.steps().get(step as usize) else { return Vec::new() };
    let mut seen = Seen::default();
    let events = session.events_of(step);
    let first = events.start..events.end.min(events.start + MOST_EVENTS);
    session.each_event(first, |_, event| seen.hear(event));
    seen.predictions(&done.command)
}

/// What the events of a command say.
#[derive(Default)]
struct Seen {
    victim: Option<Pfn>,
    copied: Option<Pfn>,
    fault: Option<FaultKind>,
    read: bool,
    split: Option<u32>,
    joins: u32,
    reclaims: bool,
}

impl Seen {
    fn hear(&mut self, event: &Event) {
        if let Event::Fault { kind, .. } = event {
            self.fault.get_or_insert(*kind);
        } else if let Event::Scan { pfn, victim: true, .. } = event {
            self.victim.get_or_insert(*pfn);
        } else if let Event::Contents { from: Some(pfn), .. } = event {
            self.copied.get_or_insert(*pfn);
        } else if let Event::Split { left, right, .. } = event {
            self.split.get_or_insert(left + right);
        }
        self.read |= matches!(event, Event::DiskRead { .. });
        self.reclaims |= matches!(event, Event::Reclaim { .. });
        self.joins += u32::from(matches!(event, Event::Join { .. }));
    }

    fn predictions(&self, command: &Command) -> Vec<Prediction> {
        let mut all = Vec::new();
        let is_access = matches!(command, Command::Read(_) | Command::Write(_)) || is_one_page(command);
        if let Some(pfn) = self.victim {
            all.push(Prediction::new(
                Foreseen::Victim,
                "A frame is needed and none is free. Whose page goes? Point at its frame.",
                Asks::Point,
                Right::Things(vec![Thing::Frame(pfn)]),
            ));
        }
        if let (Some(FaultKind::Cow), Some(pfn)) = (self.fault, self.copied) {
            all.push(Prediction::new(
                Foreseen::Copy,
                "This write copies a page. Point at the frame that is copied.",
                Asks::Point,
                Right::Things(vec![Thing::Frame(pfn)]),
            ));
        }
        if is_access {
            let of = FAULTS.map(String::from).to_vec();
            let right = Right::Choices(vec![self.fault_choice()]);
            all.push(Prediction::new(Foreseen::Fault, "What does this access meet?", Asks::Choice { of }, right));
        }
        if let Some(frames) = self.split {
            let right = Right::Number(frames.into());
            let asks = Asks::Number { unit: "frames".into(), within: 0 };
            all.push(Prediction::new(
                Foreseen::Split,
                "The allocator has to split a free block. How many frames has it?",
                asks,
                right,
            ));
        }
        if self.joins > 0 && command.kind() != CommandKind::Reclaim && !self.reclaims {
            let asks = Asks::Number { unit: "times".into(), within: 0 };
            all.push(Prediction::new(
                Foreseen::Merge,
                "What is freed here has free neighbours. How many times do two blocks become one?",
                asks,
                Right::Number(self.joins.into()),
            ));
        }
        all
    }

    /// The place of its fault among [`FAULTS`].
    fn fault_choice(&self) -> u32 {
        match self.fault {
            None | Some(FaultKind::Spurious) => 0,
            Some(FaultKind::ZeroPage | FaultKind::AnonWrite) => 1,
            Some(FaultKind::Cow) => 2,
            Some(FaultKind::Reuse | FaultKind::WriteNotify) => 3,
            Some(FaultKind::SwapCache | FaultKind::PageCache) => 4,
            Some(FaultKind::ObjectNew) if !self.read => 1,
            Some(FaultKind::SwapIn | FaultKind::ObjectNew) => 5,
            Some(FaultKind::Bad) => 6,
        }
    }
}

impl Prediction {
    fn new(what: Foreseen, question: &str, asks: Asks, right: Right) -> Prediction {
        Prediction { what, question: question.into(), asks, right }
    }

    /// The question before a step: it is asked once.
    pub fn of_step(self, step: u32) -> Question {
        Question { step, task: Task { tries: 1, ..Task::new(self.asks, None) }, right: Some(self.right) }
    }
}

/// Whether it touches one page.
fn is_one_page(command: &Command) -> bool {
    matches!(command, Command::Touch(touch) if touch.pages == 1)
}
