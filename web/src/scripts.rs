//! What needs the script language or the reader of logs: runs of scripts, here or again on each machine, and logs.
//!
//! Only in the module with the feature `scripts`. Everything here is called in a worker.

use crate::compare::read_changes;
use crate::dto::{ErrorDto, ImportDto, OutcomeDto, PrintedDto, RerunDto, RerunsDto, SkippedDto, Typed};
use crate::js;
use pageturner::import::strace::{self, Options, Report};
use pageturner::lab::compare::Rerun;
use pageturner::lab::recording::{Recording, Written};
use pageturner::lab::tell::placed::PlacedError;
use pageturner::script::{CannotRunAgain, Limits, run_recording_on_each, run_script};
use serde::Serialize;
use std::collections::BTreeMap;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// Runs a scenario. `on_progress` gets the number of steps now and then; answering `false` ends the run.
#[wasm_bindgen(js_name = runScript)]
pub fn run(source: &str, on_progress: js_sys::Function) -> Typed<OutcomeDto> {
    let progress = move |steps: u32| {
        let answer = on_progress.call1(&JsValue::NULL, &steps.into());
        answer.is_ok_and(|goes_on| goes_on != JsValue::FALSE)
    };
    let outcome = run_script(source, &Limits::default(), progress);
    let written = outcome.written(source);
    let cut = written.as_ref().and_then(Written::cut);
    let recording = written.map(|written| written.text).unwrap_or_default();
    let error = match (outcome.error, cut) {
        (Some(error), Some(cut)) => Some(PlacedError { message: format!("{}; {}", error.message, cut.what), ..error }),
        (None, Some(cut)) => Some(PlacedError::at(source, 1, 1, cut.what).hint(cut.hint)),
        (error, None) => error,
    };
    let printed = outcome.printed.into_iter().map(|(step, text)| PrintedDto { step, text }).collect();
    let early = outcome.early.map(|early| early.to_string());
    js::typed(&OutcomeDto { recording, error: error.map(ErrorDto::from), early, printed })
}

/// A script's runs on other machines, or why it has none.
#[derive(Serialize, Tsify, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Ran {
    Runs(RerunsDto),
    Why(&'static str),
}

/// Runs, in a worker, the script of a recording again on each machine. `runs` is for `Reruns`; `why` explains why
/// there are none.
#[wasm_bindgen(js_name = runOnEach)]
pub fn run_on_each(recording: &str, changes_json: &str, on_progress: js_sys::Function) -> Result<Typed<Ran>, JsValue> {
    let progress = move |steps: u32| on_progress.call1(&JsValue::NULL, &steps.into()).is_ok();
    Ok(js::typed(&match runs_of(recording, changes_json, progress).map_err(js::thrown)? {
        Ok(runs) => Ran::Runs(runs),
        Err(why) => Ran::Why(why),
    }))
}

/// Runs the script of a recording again, on each machine with these changes, and returns its runs.
/// `Ok(Err(why))`: it has no script, or other commands than its script's, which can only be replayed.
pub fn runs_of(
    recording: &str,
    changes_json: &str,
    progress: impl FnMut(u32) -> bool + 'static,
) -> Result<Result<RerunsDto, &'static str>, ErrorDto> {
    let recording = Recording::parse(recording).map_err(ErrorDto::from)?;
    let changes = read_changes(changes_json)?;
    let ran = match run_recording_on_each(&recording, &changes, &Limits::default(), progress) {
        Ok(ran) => ran,
        Err(CannotRunAgain::NoScript(why)) => return Ok(Err(why)),
        Err(CannotRunAgain::Refused(refusal)) => return Err(ErrorDto::from(refusal)),
        Err(CannotRunAgain::Script(error)) => return Err(error.into()),
        Err(CannotRunAgain::Limit(what)) => {
            let hint = Some("replay its commands instead, or compare fewer machines".to_string());
            return Err(ErrorDto { hint, ..ErrorDto::plain(format!("The script was run again: {what}")) });
        }
    };
    let ended = ran.first.error.map(|error| format!("line {}: {}", error.line, error.message));
    let other = |Rerun { config, steps, ended }: Rerun| RerunDto {
        recording: Recording { config, steps, ..Recording::default() }.to_jsonl(),
        ended,
    };
    Ok(Ok(RerunsDto { ended, others: ran.others.into_iter().map(other).collect() }))
}

/// Turns a log of strace into a recording. A log shows no accesses to memory; so that something can be seen, the
/// programs are assumed to touch what they get for writing, and the recording's first note says so.
///
/// `lenient`: damaged calls that change memory are left out, else the first is an error. `one_process`: processes whose
/// birth the log does not show are threads of one.
#[wasm_bindgen(js_name = importStrace)]
pub fn import_strace(text: &str, lenient: bool, one_process: bool) -> Result<Typed<ImportDto>, JsValue> {
    let imported = strace::import_with(text, Options { touch: true, lenient, one_process }).map_err(js::thrown)?;
    let counted =
        |counts: BTreeMap<String, u64>| counts.into_iter().map(|(what, count)| SkippedDto { what, count }).collect();
    let Report { notes, differs, skipped, may_be_threads } = imported.report;
    let (differs, skipped) = (counted(differs), counted(skipped));
    Ok(js::typed(&ImportDto { recording: imported.recording.to_jsonl(), notes, differs, skipped, may_be_threads }))
}
