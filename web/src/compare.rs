//! The wasm class `Comparison`: machines in lock-step with the page's own, and what was found of them.
//!
//! A script is run again on each machine in a worker (`scripts::run_on_each`), and the commands of these runs arrive
//! here as recordings ([`Reruns`]). The page reads these and gives the commands in pieces, so that it can show its
//! progress and stop; then it takes the other machines' sessions, which are like its own, and reads here what was
//! found.

use crate::dto::{CompareDto, ComparedDto, ErrorDto, FailedDto, FigureDto, SpanDto, Typed};
use crate::js;
use crate::session::JsSession;
use pageturner::lab::compare::{
    Changes, Comparison as Core, FIGURES, Figures, Findings, Outcome, Rerun, answer, commands_part, differ, labels,
    likely_partner, named_partners, size_asked,
};
use pageturner::lab::recording::{Reader, Recording};
use pageturner::lab::tell::words::command_text;
use pageturner::lab::time::session::Session as CoreSession;
use wasm_bindgen::prelude::*;

/// At most this many failed requests are listed.
const MOST_FAILED: usize = 200;

/// A script's runs on all machines, as they are read.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Reruns {
    /// Why the script ended with an error on the page's own machine; `None` if it did not.
    ended: Option<String>,
    others: Vec<(Reader, Option<String>)>,
}

impl Reruns {
    /// Reads the next lines of the last machine's recording; the error is of the first that is wrong.
    pub fn read_lines(&mut self, lines: &str) -> Result<(), ErrorDto> {
        let Some((reader, _)) = self.others.last_mut() else {
            return Err(ErrorDto::plain("compare: lines of no machine"));
        };
        reader.read(lines).map_err(ErrorDto::from)
    }

    /// The runs of the others.
    fn finish(self) -> Result<Vec<Rerun>, ErrorDto> {
        let rerun = |(reader, ended): (Reader, Option<String>)| {
            let Recording { config, steps, .. } = reader.finish().map_err(ErrorDto::from)?;
            Ok(Rerun { config, steps, ended })
        };
        self.others.into_iter().map(rerun).collect()
    }
}

#[wasm_bindgen]
impl Reruns {
    /// Begins with no machine. `ended`: why the script ended with an error on the page's own.
    #[wasm_bindgen(constructor)]
    pub fn new(ended: Option<String>) -> Reruns {
        Reruns { ended, others: Vec::new() }
    }

    /// Begins with the next machine.
    pub fn next(&mut self, ended: Option<String>) {
        self.others.push((Reader::default(), ended));
    }

    /// Reads the next lines of its recording; each piece of it ends where a line ends.
    pub fn read(&mut self, lines: &str) -> Result<(), JsValue> {
        self.read_lines(lines).map_err(js::thrown)
    }
}

pub(crate) fn read_changes(json: &str) -> Result<Vec<Changes>, ErrorDto> {
    serde_json::from_str(json)
        .map_err(|error| ErrorDto::plain(format!("compare: expected an array of objects: {error}")))
}

/// Machines in lock-step.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Comparison {
    /// The comparison under way; `None` once all commands have been given.
    core: Option<Core>,
    labels: Vec<String>,
    sessions: Vec<Option<CoreSession>>,
    /// The others' figures at their ends.
    ends: Vec<Figures>,
    findings: Findings,
}

impl Comparison {
    /// Begins a comparison with the page's session; `changes_json` is an array of objects, the changed fields of each
    /// other machine. With `runs`, of a worker, each is given what the script asked of it; without, the page's commands
    /// are replayed.
    pub fn begin(session: &JsSession, changes_json: &str, runs: Option<Reruns>) -> Result<Comparison, ErrorDto> {
        let changes = read_changes(changes_json)?;
        let first = session.core();
        let core = match runs {
            None => Core::replay(first, &changes),
            Some(mut runs) => Core::again(first, runs.ended.take(), runs.finish()?),
        };
        let labels = labels(first.config(), &changes);
        let core = Some(core.map_err(ErrorDto::from)?);
        Ok(Comparison { core, labels, sessions: Vec::new(), ends: Vec::new(), findings: Findings::default() })
    }

    /// Gives commands until about `events` events are made; returns `true` when all have been given.
    pub fn advance_by(&mut self, session: &JsSession, events: u32) -> Result<bool, ErrorDto> {
        let Some(core) = &mut self.core else { return Ok(true) };
        let first = session.core();
        if !core.advance(first, events as usize).map_err(ErrorDto::from)? {
            return Ok(false);
        }
        if let Some(core) = self.core.take() {
            let (sessions, findings) = core.finish();
            let steps = first.steps().len() as u32;
            let of = |(n, session)| Figures::of(&findings, first, n + 1, session, steps);
            self.ends = sessions.iter().enumerate().map(of).collect();
            self.sessions = sessions.into_iter().map(Some).collect();
            self.findings = findings;
        }
        Ok(true)
    }

    /// What was found, as data. The page's session is moved to its end and back, for its figures there.
    pub fn found_dto(&self, session: &mut JsSession) -> CompareDto {
        let steps = session.core().steps().len() as u32;
        let mut ends = vec![session.at_end(|first| Figures::of(&self.findings, first, 0, first, steps))];
        ends.extend(self.ends.iter().cloned());
        let first = session.core();
        let failed = self.findings.failed_requests(first);
        let machine = |(machine, label): (usize, &String)| {
            let parting = self.findings.parting(machine);
            let other = machine.checked_sub(1).and_then(|n| self.sessions.get(n)?.as_ref());
            ComparedDto {
                label: label.clone(),
                steps: self.findings.at(machine, steps),
                ended: self.findings.ended(machine).map(str::to_string),
                commands: parting.command.map(|step| (step + 1).min(steps)),
                commands_text: other.and_then(|other| commands_part(&self.findings, first, other, machine)),
                outcome: parting.outcome.map(|step| step + 1),
                place: parting.place,
                victim: parting.victim.map(|step| step + 1),
            }
        };
        let request = |step: &u32| FailedDto {
            step: step + 1,
            text: command_text(&first.steps()[*step as usize].command),
            served: (0..self.labels.len()).map(|machine| self.findings.serves(first, machine, *step)).collect(),
        };
        let shown = FIGURES.iter().enumerate().filter(|(n, figure)| figure.always || differ(&ends, *n));
        CompareDto {
            size: size_asked(first),
            again: self.findings.run_again(),
            machines: self.labels.iter().enumerate().map(machine).collect(),
            failed_count: failed.len() as u32,
            failed: failed.iter().take(MOST_FAILED).map(request).collect(),
            figures: shown
                .map(|(_, figure)| FigureDto { name: figure.name, text: figure.text, more: figure.more })
                .collect(),
        }
    }

    /// A machine's figures at its session's cursor.
    pub fn figures_of(&self, first: &JsSession, machine: u32, session: &JsSession, step: u32) -> Figures {
        let step = step.min(first.core().steps().len() as u32);
        Figures::of(&self.findings, first.core(), machine as usize, session.core(), step)
    }

    /// A machine's steps and events that go with a command of the page's own.
    pub fn span_of(&self, machine: u32, session: &JsSession, step: u32) -> SpanDto {
        let core = session.core();
        let steps = self.findings.steps(machine as usize, step);
        let most = core.steps().len() as u32;
        let (from, to) = (steps.start.min(most), steps.end.min(most));
        SpanDto { from, to, first_event: core.events_of(from).start, end_event: core.events_of(to).start }
    }

    /// The session of machine number `n`, counted from 1, as the first is the page's own; `None` if it was taken
    /// before.
    pub fn take_session(&mut self, n: u32) -> Option<JsSession> {
        let core = self.sessions.get_mut((n as usize).checked_sub(1)?)?.take()?;
        Some(JsSession::new(core, None, None))
    }
}

#[wasm_bindgen]
impl Comparison {
    /// Begins a comparison with the page's session.
    #[wasm_bindgen(constructor)]
    pub fn new(session: &JsSession, changes_json: &str, runs: Option<Reruns>) -> Result<Comparison, JsValue> {
        Comparison::begin(session, changes_json, runs).map_err(js::thrown)
    }

    /// Gives commands until about `events` events are made; returns `true` when all have been given.
    pub fn advance(&mut self, session: &JsSession, events: u32) -> Result<bool, JsValue> {
        self.advance_by(session, events).map_err(js::thrown)
    }

    /// The number of commands that all machines have been given.
    pub fn done(&self) -> u32 {
        self.core.as_ref().map_or(0, Core::done)
    }

    /// A machine's session; can be taken once.
    pub fn take(&mut self, n: u32) -> Option<JsSession> {
        self.take_session(n)
    }

    /// What was found; to be called before sessions are taken.
    pub fn found(&self, session: &mut JsSession) -> Typed<CompareDto> {
        js::typed(&self.found_dto(session))
    }

    /// A machine's figures, by their names.
    #[wasm_bindgen(unchecked_return_type = "Record<string, number>")]
    pub fn figures(&self, first: &JsSession, machine: u32, session: &JsSession, step: u32) -> JsValue {
        js::value(&self.figures_of(first, machine, session, step))
    }

    /// What a command was answered on a machine.
    pub fn answer(&self, machine: u32, session: &JsSession, step: u32) -> Option<String> {
        let own = self.findings.partner(machine as usize, step);
        let known = own.is_none_or(|own| (own as usize) < session.core().steps().len());
        (known && step < self.findings.commands())
            .then(|| answer(&self.findings, session.core(), machine as usize, step))
    }

    /// A machine's steps and events that go with a command of the page's own.
    pub fn span(&self, machine: u32, session: &JsSession, step: u32) -> Typed<SpanDto> {
        js::typed(&self.span_of(machine, session, step))
    }

    /// What a command came to on a machine, compared with the first.
    pub fn outcome(&self, machine: u32, step: u32) -> Typed<Outcome> {
        js::typed(&self.findings.outcome(machine as usize, step))
    }
}

/// The machines that are worth comparing with a session: those that its script names, or a likely one.
#[wasm_bindgen(unchecked_return_type = "Record<string, unknown>[]")]
pub fn partners(session: &JsSession) -> Result<JsValue, JsValue> {
    let first = session.core();
    let named = session.script().map_or(Ok(Vec::new()), named_partners);
    let mut named = named.map_err(|refusal| js::thrown(ErrorDto::from(refusal)))?;
    if named.is_empty() {
        named.push(likely_partner(first));
    }
    Ok(js::value(&named))
}
