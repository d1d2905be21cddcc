//! The timeline's ticks and plots: what each command was about, and counters over time.

use crate::dto::Tick;
use crate::steps;
use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::pte::Pte;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::time::session::{Session, Step};
use pageturner::vocabulary::about_event::{Changed, EventKind};
use pageturner::vocabulary::command::CommandKind;
use pageturner::vocabulary::event::{Event, FaultKind};

/// At most this many points in a plot: more than a screen has pixels.
const MAX_POINTS: u32 = 4096;

/// What has been computed of a session's commands so far.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The ticks of the first commands; the others' are computed on demand.
    ticks: Vec<u8>,
    /// The tallies at the points last requested.
    samples: Vec<Tally>,
}

impl Timeline {
    /// Discards what was computed of the commands from `step` on: they are gone.
    pub fn cut(&mut self, step: u32) {
        self.ticks.truncate(step as usize);
        self.samples.clear();
    }

    /// A [`Tick`] for each command, as a number.
    pub fn ticks(&mut self, session: &Session) -> &[u8] {
        let kind = session.config().geometry;
        for n in self.ticks.len()..session.steps().len() {
            let events = session.events_of(n as u32);
            let events = &session.events()[events.start as usize..events.end as usize];
            self.ticks.push(tick(&session.steps()[n], events, kind) as u8);
        }
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

    /// A counter after each of at most `points` evenly chosen commands, the start and the end among them.
    pub fn series(&mut self, session: &Session, name: &str, points: u32) -> Vec<f64> {
        let steps = session.steps().len() as u64;
        let points = u64::from(points.min(MAX_POINTS)).min(steps + 1) as usize;
        if self.samples.len() != points {
            self.samples = sample(session, points);
        }
        self.samples.iter().filter_map(|tally| tally.get(name)).map(|n| n as f64).collect()
    }
}

/// Folds all events once, keeping the tally at each point.
fn sample(session: &Session, points: usize) -> Vec<Tally> {
    let (steps, rmap) = (session.steps(), session.config().rmap);
    let mut tally = Tally::default();
    let mut done = 0;
    (0..points)
        .map(|n| {
            let step =
                if points > 1 { (n as u64 * steps.len() as u64 / (points as u64 - 1)) as usize } else { steps.len() };
            let end = step.checked_sub(1).map_or(0, |last| steps[last].events_end as usize);
            session.events()[done..end].iter().for_each(|event| tally.apply(event, rmap));
            done = end;
            tally.clone()
        })
        .collect()
}

/// The kind of a command in the timeline: the most important one that applies.
fn tick(step: &Step, events: &[Event], geometry: GeometryKind) -> Tick {
    let failed = steps::failed(step);
    let kind = step.command.kind();
    match kind {
        CommandKind::Expect if failed => Tick::ExpectFailed,
        CommandKind::Expect => Tick::None,
        CommandKind::Note | CommandKind::Ask => Tick::Note,
        CommandKind::Call | CommandKind::Access | CommandKind::Alloc | CommandKind::Reclaim | CommandKind::Process => {
            if failed || events.iter().any(is_failure) {
                Tick::Failure
            } else if events.iter().any(|event| is_swap_out(event, geometry)) {
                Tick::SwapOut
            } else if kind == CommandKind::Process {
                Tick::Process
            } else if events.iter().any(is_fault) {
                Tick::Fault
            } else {
                Tick::None
            }
        }
    }
}

fn is_failure(event: &Event) -> bool {
    matches!(event.kind(), EventKind::Failure(_))
}

fn is_fault(event: &Event) -> bool {
    matches!(event.kind(), EventKind::Fault(kind) if kind != FaultKind::Spurious)
}

/// Whether an event wrote a page out to its slot; a fork that copies the slot's number does not.
fn is_swap_out(event: &Event, kind: GeometryKind) -> bool {
    let Some(Changed::Pte(entry)) = event.sets() else { return false };
    let (before, after) = (Pte::decode(kind, entry.before), Pte::decode(kind, entry.after));
    entry.level == 0 && matches!((before, after), (Pte::Mapped { .. }, Pte::Swapped { .. }))
}
