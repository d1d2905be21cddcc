//! The timeline's ticks and plots: what each command was about, and counters over time.

use crate::dto::Tick;
use crate::steps;
use pageturner::lab::measure::notable::Notable;
use pageturner::lab::time::session::{Session, Step};
use pageturner::vocabulary::command::CommandKind;

/// At most this many points in a plot: more than a screen has pixels.
const MAX_POINTS: u32 = 4096;

/// What has been computed of a session's commands so far.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The ticks of the first commands; the others' are computed on demand.
    ticks: Vec<u8>,
}

impl Timeline {
    /// Discards what was computed of the commands from `step` on: they are gone.
    pub fn cut(&mut self, step: u32) {
        self.ticks.truncate(step as usize);
    }

    /// A [`Tick`] for each command, as a number.
    pub fn ticks(&mut self, session: &Session) -> &[u8] {
        let new = &session.steps()[self.ticks.len()..];
        self.ticks.extend(new.iter().map(|step| tick(step) as u8));
        &self.ticks
    }

    /// The state after the nearest command of this kind, as a number for `seek`; `None` if there is none.
    pub fn find(&mut self, session: &Session, kind: Tick, back: bool) -> Option<u32> {
        let done = session.cursor().step as usize;
        let (ticks, kind) = (self.ticks(session), kind as u8);
        let found = if back {
            // The last complete command is the one at the cursor.
            ticks[..done.saturating_sub(1)].iter().rposition(|tick| *tick == kind)
        } else {
            ticks[done..].iter().position(|tick| *tick == kind).map(|n| n + done)
        };
        found.map(|n| n as u32 + 1)
    }

    /// A counter after each of at most `points` evenly chosen commands, the start and the end among them; in a long
    /// history after one nearby ([`Session::tally_near`]).
    pub fn series(session: &Session, name: &str, points: u32) -> Vec<f64> {
        let steps = session.steps().len() as u64;
        let points = u64::from(points.min(MAX_POINTS)).min(steps + 1);
        let step = |n: u64| if points > 1 { n * steps / (points - 1) } else { steps };
        let values = (0..points).filter_map(|n| session.tally_near(step(n) as u32).get(name));
        values.map(|n| n as f64).collect()
    }
}

/// The kind of a command in the timeline: the most important one that applies.
fn tick(step: &Step) -> Tick {
    let failed = steps::failed(step);
    let kind = step.command.kind();
    match kind {
        CommandKind::Expect if failed => Tick::ExpectFailed,
        CommandKind::Expect | CommandKind::Show | CommandKind::Answer => Tick::Quiet,
        CommandKind::Note => Tick::Note,
        CommandKind::Ask => Tick::Ask,
        CommandKind::Call
        | CommandKind::Access
        | CommandKind::Heap
        | CommandKind::Alloc
        | CommandKind::Reclaim
        | CommandKind::Process => {
            if failed || step.notable.contains(Notable::FAILURE) {
                Tick::Failure
            } else if step.notable.contains(Notable::SWAP_OUT) {
                Tick::SwapOut
            } else if kind == CommandKind::Process {
                Tick::Process
            } else if step.notable.contains(Notable::FAULT) {
                Tick::Fault
            } else {
                Tick::None
            }
        }
    }
}
