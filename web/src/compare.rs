//! The wasm class `Comparison`: machines in lock-step with the page's own, and what was found of them.
//!
//! The page gives the commands in pieces, so that it can show how far it is and stop; then it takes the other machines'
//! sessions, which are like its own, and asks here how they fared.

use crate::dto::{CompareDto, ComparedDto, ErrorDto, FailedDto, FigureDto};
use crate::js;
use crate::session::Session;
use pageturner::lab::command::Refusal;
use pageturner::lab::compare::{Changes, Comparison as Core, FIGURES, Figures, Findings, answer, labels, size_asked};
use pageturner::lab::session::Session as CoreSession;
use pageturner::lab::words::command_text;
use wasm_bindgen::prelude::*;

/// Failed requests that are listed.
const MOST_FAILED: usize = 200;

/// Machines in lock-step.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Comparison {
    /// Until all commands have been given.
    core: Option<Core>,
    labels: Vec<String>,
    sessions: Vec<Option<CoreSession>>,
    findings: Findings,
}

impl Comparison {
    /// Over the page's session; `changes_json` is an array of objects, the changed fields of each other machine.
    pub fn begin(session: &Session, changes_json: &str) -> Result<Comparison, ErrorDto> {
        let changes: Vec<Changes> = serde_json::from_str(changes_json)
            .map_err(|error| ErrorDto::plain(format!("compare: expected an array of objects: {error}")))?;
        let core = Core::new(session.core(), &changes).map_err(of_refusal)?;
        let labels = labels(session.core().config(), &changes);
        Ok(Comparison { core: Some(core), labels, sessions: Vec::new(), findings: Findings::default() })
    }

    /// Gives commands until about `events` events are made; `true` when all have been given.
    pub fn advance_by(&mut self, session: &Session, events: u32) -> Result<bool, ErrorDto> {
        let Some(core) = &mut self.core else { return Ok(true) };
        if !core.advance(session.core(), events as usize).map_err(of_refusal)? {
            return Ok(false);
        }
        if let Some(core) = self.core.take() {
            let (sessions, findings) = core.finish();
            self.sessions = sessions.into_iter().map(Some).collect();
            self.findings = findings;
        }
        Ok(true)
    }

    /// What was found, as data.
    pub fn found_dto(&self, session: &Session) -> CompareDto {
        let first = session.core();
        let failed = self.findings.failed_requests(first);
        let machine = |(machine, label): (usize, &String)| {
            let parting = self.findings.parting(machine);
            ComparedDto { label: label.clone(), outcome: parting.outcome.map(|step| step + 1), place: parting.place }
        };
        let request = |step: &u32| FailedDto {
            step: step + 1,
            text: command_text(&first.steps()[*step as usize].command),
            served: (0..self.labels.len()).map(|machine| self.findings.serves(first, machine, *step)).collect(),
        };
        CompareDto {
            size: size_asked(first),
            machines: self.labels.iter().enumerate().map(machine).collect(),
            failed_count: failed.len() as u32,
            failed: failed.iter().take(MOST_FAILED).map(request).collect(),
            figures: FIGURES.iter().map(|(name, text, more, _)| FigureDto { name, text, more: *more }).collect(),
        }
    }

    /// A machine's figures where its session stands.
    pub fn figures_of(&self, first: &Session, machine: u32, session: &Session, step: u32) -> Figures {
        let step = step.min(first.core().steps().len() as u32);
        Figures::of(&self.findings, first.core(), machine as usize, session.core(), step)
    }

    /// The session of machine number `n`, counted from 1: the first is the page's own. Only once.
    pub fn take_session(&mut self, n: u32) -> Option<Session> {
        let core = self.sessions.get_mut((n as usize).checked_sub(1)?)?.take()?;
        Some(Session::new(core, None, None))
    }
}

#[wasm_bindgen]
impl Comparison {
    /// Over the page's session.
    #[wasm_bindgen(constructor)]
    pub fn new(session: &Session, changes_json: &str) -> Result<Comparison, JsValue> {
        Comparison::begin(session, changes_json).map_err(js::thrown)
    }

    /// Gives commands until about `events` events are made.
    pub fn advance(&mut self, session: &Session, events: u32) -> Result<bool, JsValue> {
        self.advance_by(session, events).map_err(js::thrown)
    }

    /// Commands that all machines have been given.
    pub fn done(&self) -> u32 {
        self.core.as_ref().map_or(0, Core::done)
    }

    /// A machine's session, to be had once.
    pub fn take(&mut self, n: u32) -> Option<Session> {
        self.take_session(n)
    }

    /// What was found.
    pub fn found(&self, session: &Session) -> JsValue {
        js::value(&self.found_dto(session))
    }

    /// A machine's figures.
    pub fn figures(&self, first: &Session, machine: u32, session: &Session, step: u32) -> JsValue {
        js::value(&self.figures_of(first, machine, session, step))
    }

    /// What a command was answered on a machine.
    pub fn answer(&self, machine: u32, session: &Session, step: u32) -> Option<String> {
        let known = (step as usize) < session.core().steps().len();
        known.then(|| answer(&self.findings, session.core(), machine as usize, step))
    }

    /// What it came to there, beside the first machine.
    pub fn outcome(&self, machine: u32, step: u32) -> JsValue {
        js::value(&self.findings.outcome(machine as usize, step))
    }
}

fn of_refusal(refusal: Refusal) -> ErrorDto {
    ErrorDto { hint: Some(refusal.hint), ..ErrorDto::plain(refusal.what) }
}
