//! What a run of a script stores about its other runs, on machines that differ: what is changed there, and what has
//! been asked.

use super::mistake::Mistake;
use crate::config::Config;
use crate::lab::compare::{Changes, changed};
use crate::lab::time::session::Session;
use crate::refusal::Refusal;
use rhai::{Map, Position};
use std::collections::BTreeMap;

/// At most this many events in all runs of a script together, once there is a second one.
const MAX_EVENTS: usize = 20_000_000;

/// Line and column where `what_if` is called, and the number of calls there so far, this one included.
pub type Call = (usize, usize, u32);

/// What a run stores about the other runs of its script.
#[derive(Clone, Debug, Default)]
pub struct OtherRuns {
    /// Fields that are changed on every machine that the script makes; `None` in the first run.
    pub changes: Option<Changes>,
    /// The call that this run is meant for; `None` if it goes to the script's end.
    pub wanted: Option<Call>,
    /// How often `what_if` was called at each place, in this run.
    pub calls: BTreeMap<(usize, usize), u32>,
    /// The answers of `what_if` in the first run.
    pub answers: BTreeMap<Call, Map>,
    /// Events that other runs have made.
    pub events: usize,
    /// Bytes that the first run's session holds.
    pub held: u64,
}

impl OtherRuns {
    /// The start of a run that follows the first one, on the same machine.
    pub fn following(first: &OtherRuns) -> OtherRuns {
        OtherRuns { changes: Some(Changes::new()), answers: first.answers.clone(), ..OtherRuns::default() }
    }

    /// Whether this is not the first run.
    pub fn is_other(&self) -> bool {
        self.changes.is_some()
    }

    /// Counts a call of `what_if` and returns its identity.
    pub fn next_call(&mut self, at: Position) -> Call {
        let place = (at.line().unwrap_or(0), at.position().unwrap_or(0));
        let times = self.calls.entry(place).or_default();
        *times += 1;
        (place.0, place.1, *times)
    }

    /// Whether this run is to end at this call.
    pub fn is_wanted(&self, call: Call) -> bool {
        self.wanted == Some(call)
    }

    /// The call's answer in the first run; `None` if it had none.
    pub fn known(&self, call: Call) -> Option<Map> {
        self.answers.get(&call).cloned()
    }

    /// Stores the answer of a call.
    pub fn keep(&mut self, call: Call, answer: &Map) {
        self.answers.insert(call, answer.clone());
    }

    /// Makes a machine, with the changes of this run.
    /// The first run's session lives on meanwhile, so this one may hold what is left of `bytes`.
    pub fn machine(&self, config: Config, bytes: u64) -> Result<Session, Refusal> {
        match &self.changes {
            None => Session::within(config, bytes),
            Some(changes) => {
                let left = MAX_EVENTS.saturating_sub(self.events);
                let bytes = bytes.saturating_sub(self.held);
                Ok(Session::within(changed(&config, changes)?, bytes)?.with_events(left))
            }
        }
    }

    /// Fails if there is no room for more events in all runs together.
    pub fn check_events(&self, session: Option<&Session>) -> Result<(), Mistake> {
        let own = session.map_or(0, |session| session.event_count() as usize);
        if self.events == 0 || own + self.events < MAX_EVENTS {
            return Ok(());
        }
        let message = format!("the script and its runs on other machines made more than {MAX_EVENTS} events");
        Err(Mistake::new(
            message,
            "ask `what_if` less often, or of a shorter script; use `over_seeds` with fewer seeds",
        ))
    }
}

/// The error that ends a run at the call that it was meant for.
#[derive(Clone, Copy, Debug)]
pub struct Reached;
