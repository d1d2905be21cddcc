//! How many references each process has made, and how many missed, up to a place: counted on from the place before.

use super::{begun, reference};
use crate::lab::measure::notable::Notable;
use crate::lab::time::session::Session;
use crate::units::Pid;
use std::collections::BTreeMap;

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
    by: BTreeMap<Pid, Totals>,
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
            let of = self.by.entry(found.pid).or_default();
            let missed = u32::from(step.notable.contains(Notable::CAME));
            if more {
                (of.references, of.misses) = (of.references + 1, of.misses + missed);
            } else {
                (of.references, of.misses) = (of.references - 1, of.misses - missed);
            }
        }
        self.step = to;
        self.by.get(&pid).copied().unwrap_or_default()
    }

    /// Forgets what was counted if commands of it are gone: those from `step` on.
    pub fn cut(&mut self, step: u32) {
        if step < self.step {
            *self = Counted::default();
        }
    }
}
