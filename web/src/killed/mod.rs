//! Which processes were ended by a signal before the cursor: they stay on the page, with what they did.
//!
//! Invariant: `steps` are those of the first `looked` commands in which a process was ended, oldest first; `told` has
//! none that is not among them.

mod story;

use crate::changed::LARGE;
use crate::dto::KilledDto;
use crate::recent::Recent;
use pageturner::lab::measure::notable::Notable;
use pageturner::lab::time::session::{Session, Step};
use pageturner::vocabulary::reply::Reply;
use std::collections::BTreeMap;

/// At most this many are told of: the latest.
const MOST: usize = 3;

/// What has been found of a session's commands so far.
#[derive(Clone, Debug, Default)]
pub struct Killed {
    looked: usize,
    steps: Vec<u32>,
    told: BTreeMap<u32, Option<KilledDto>>,
}

impl Killed {
    /// Discards what was found of the commands from `step` on: they are gone.
    pub fn cut(&mut self, step: u32) {
        self.looked = self.looked.min(step as usize);
        self.steps.retain(|each| *each < step);
        self.told.retain(|each, _| *each < step);
    }

    /// The processes that were ended before the cursor, the latest first, without those whose number is in use again.
    pub fn at(&mut self, session: &Session, recent: &Recent) -> Vec<KilledDto> {
        let all = session.steps();
        let new = (self.looked..all.len()).filter(|n| kills(&all[*n])).map(|n| n as u32);
        self.steps.extend(new);
        self.looked = all.len();
        let cursor = session.cursor();
        // In the step under way the process may be gone already, too.
        let done = self.steps.partition_point(|step| *step < cursor.step);
        let under_way = self.steps.get(done).copied().filter(|step| *step == cursor.step);
        let mut found: Vec<KilledDto> =
            under_way.and_then(|step| story::tell((session, recent), step, cursor.event)).into_iter().collect();
        for step in self.steps[..done].iter().rev().take(MOST) {
            let told = self.told.entry(*step).or_insert_with(|| story::tell((session, recent), *step, u32::MAX));
            found.extend(told.clone());
        }
        let is_alive = |pid| session.view().processes().any(|process| process.pid.0 == pid);
        found.retain(|one| under_way == Some(one.step) || !is_alive(one.pid));
        found.truncate(MOST);
        found
    }
}

/// Whether a command ended a process by a signal: its own, or, where nothing failed for the caller, the one that the
/// OOM killer chose.
fn kills(step: &Step) -> bool {
    match step.reply {
        Reply::Signal(_) => true,
        Reply::Failed(_) | Reply::Warned(_) => false,
        _ => step.notable.contains(Notable::FAILURE),
    }
}

/// The events of a command that are looked through: the end of a very long one.
fn range(session: &Session, step: u32, end: u32) -> std::ops::Range<u32> {
    let all = session.events_of(step);
    let end = all.end.min(end);
    all.start.max(end.saturating_sub(LARGE))..end
}
