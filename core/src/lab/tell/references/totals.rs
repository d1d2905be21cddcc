//! How many references each process has made, and how many missed, up to a place: counted on from the place before.

use super::moves::Map;
use super::{begun, reference};
use crate::lab::measure::notable::Notable;
use crate::lab::time::session::Session;
use crate::units::Pid;

/// The references of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    pub references: u32,
    /// Those whose page was not in memory.
    pub misses: u32,
}

/// The references of all processes among the first `step` commands.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    step: u32,
    /// By process, the references in the upper half of the number.
    by: Map,
}

impl Counted {
    /// Those of a process at the session's cursor.
    pub fn at(&mut self, session: &Session, pid: Pid) -> Totals {
        let to = begun(session);
        let (from, more) = (self.step, self.step <= to);
        let between = if more { from..to } else { to..from };
        for n in between {
            let step = &session.steps()[n as usize];
            let Some(found) = reference(session.view(), n, step) else { continue };
            let one = (1 << 32) + u64::from(step.notable.contains(Notable::CAME));
            let of = self.by.entry(found.pid.0.into()).or_default();
            *of = if more { *of + one } else { *of - one };
        }
        self.step = to;
        let of = self.by.get(&pid.0.into()).copied().unwrap_or_default();
        Totals { references: (of >> 32) as u32, misses: of as u32 }
    }

    /// Forgets what was counted if commands of it are gone: those from `step` on.
    pub fn cut(&mut self, step: u32) {
        if step < self.step {
            *self = Counted::default();
        }
    }
}
