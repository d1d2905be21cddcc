//! All machines of a sweep, as many at a time as there are processors.

use super::load::Load;
use crate::Fatal;
use crate::parallel;
use crate::refs::refused;
use pageturner::lab::compare::Changes;
use pageturner::lab::sweep::{Fared, Plan, Sweep};
use pageturner::refusal::{Refusal, grouped};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How far the machines have come, told at a terminal.
#[derive(Default)]
struct Far {
    machines: AtomicUsize,
    commands: AtomicU64,
    of: usize,
    noun: &'static str,
    is_told: bool,
}

impl Far {
    fn tell(&self) {
        if self.is_told {
            let (machines, commands) = (self.machines.load(Ordering::Relaxed), self.commands.load(Ordering::Relaxed));
            eprint!("\r{machines} of {} machines, {} {}s", self.of, grouped(commands), self.noun);
        }
    }
}

/// What was counted on each machine, in the order of the points.
pub fn all(load: &Load, sweep: &Sweep, plan: &Plan) -> Result<Vec<Fared>, Fatal> {
    let points: Vec<Changes> = sweep.points();
    let is_told = std::io::stderr().is_terminal();
    let far = Arc::new(Far { of: points.len(), noun: load.noun(), is_told, ..Far::default() });
    let work = |changes: &Changes| {
        let mine = far.clone();
        let going = move |more: u32| {
            mine.commands.fetch_add(more.into(), Ordering::Relaxed);
            mine.tell();
            true
        };
        let fared = load.fare(changes, plan, going);
        far.machines.fetch_add(1, Ordering::Relaxed);
        far.tell();
        fared
    };
    let found = parallel::each(&points, parallel::processors(), work);
    if is_told {
        eprintln!();
    }
    let one = |(n, fared): (usize, Result<Fared, Refusal>)| {
        fared.map_err(|refusal| refused(Refusal { what: format!("{}: {}", sweep.name(n), refusal.what), ..refusal }))
    };
    found.into_iter().enumerate().map(one).collect()
}
