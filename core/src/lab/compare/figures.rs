//! The figures by which machines are compared, at a place in time, and which value is the best.

use super::findings::{Findings, requests};
use crate::lab::command::Command;
use crate::lab::fragmentation::Fragmentation;
use crate::lab::session::Session;
use serde::Serialize;

/// Of one machine.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Figures {
    /// Contiguous requests, `alloc`, that were served, and that were not.
    pub served: u64,
    pub failed: u64,
    pub free: u64,
    /// Frames of the largest free run.
    pub largest: u64,
    /// Gorman's unusable free space index: of the free memory, how much can not serve a request of [`size_asked`]. In
    /// thousandths.
    pub unusable: u64,
    /// Frames given beyond what was asked for.
    pub lost: u64,
    pub moved: u64,
    pub inspected: u64,
    pub cycles: u64,
}

/// A figure's name, how it is told, whether more is better, and its value.
pub type Figure = (&'static str, &'static str, bool, fn(&Figures) -> u64);

/// All of them, in the order of a table.
pub const FIGURES: [Figure; 9] = [
    ("served", "requests served", true, |f| f.served),
    ("failed", "requests failed", false, |f| f.failed),
    ("free", "frames free", true, |f| f.free),
    ("largest", "largest free run", true, |f| f.largest),
    ("unusable", "unusable for", false, |f| f.unusable),
    ("lost", "lost to rounding", false, |f| f.lost),
    ("moved", "frames moved", false, |f| f.moved),
    ("inspected", "inspected", false, |f| f.inspected),
    ("cycles", "cycles", false, |f| f.cycles),
];

/// The machines with the best value of a figure; none if all have the same.
pub fn best(all: &[Figures], (.., more, value): &Figure) -> Vec<bool> {
    let values: Vec<u64> = all.iter().map(value).collect();
    let best = if *more { values.iter().max() } else { values.iter().min() };
    let same = values.iter().all(|value| Some(value) == best);
    values.iter().map(|value| !same && Some(value) == best).collect()
}

/// The largest contiguous request of a session: the size for which fragmentation is told. 16 (of 4 KiB: the sound buffer)
/// if it has none.
pub fn size_asked(first: &Session) -> u32 {
    let pages = first.steps().iter().filter_map(|step| match &step.command {
        Command::Alloc(request) => Some(request.pages),
        _ => None,
    });
    pages.max().unwrap_or(16)
}

impl Figures {
    /// Of a machine where its session stands; `step` commands are complete.
    pub fn of(findings: &Findings, first: &Session, machine: usize, session: &Session, step: u32) -> Figures {
        let requests: Vec<u32> = requests(first, step).collect();
        let served = requests.iter().filter(|n| findings.serves(first, machine, **n)).count() as u64;
        Figures { served, failed: requests.len() as u64 - served, ..of_session(session, size_asked(first)) }
    }
}

fn of_session(session: &Session, size: u32) -> Figures {
    let (view, tally) = (session.view(), &session.view().tally);
    let pieces = Fragmentation::of(view);
    Figures {
        served: 0,
        failed: 0,
        free: pieces.free.into(),
        largest: pieces.largest().into(),
        unusable: (pieces.unusable(size) * 1000.0).round() as u64,
        lost: pieces.internal,
        moved: tally.frames_moved,
        inspected: tally.inspected,
        cycles: tally.cycles,
    }
}
