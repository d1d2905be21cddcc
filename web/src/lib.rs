//! The browser edge: what the wasm module exports. Its twin for the page is `www/src/types.ts`.
//!
//! [`session::Session`] is the machine with its time, [`map::MapPainter`] the map of physical memory; below are the
//! functions that make sessions and recordings. Data goes out as plain objects, see [`dto`]; errors are thrown as
//! [`dto::ErrorDto`], so the page can show them where they belong.

mod alloc;
mod changed;
pub mod compare;
pub mod dto;
mod error;
mod index;
mod inspect;
mod js;
mod links;
pub mod map;
mod search;
pub mod session;
mod spaces;
mod state;
mod steps;
mod subject;
#[cfg(test)]
mod tests;
mod timeline;
mod way_back;

use crate::dto::{ErrorDto, ImportDto, OutcomeDto, PrintedDto, SkippedDto};
use crate::session::Session;
use pageturner::import::strace::{self, Options, Report};
use pageturner::lab::recording::Recording;
use pageturner::lab::tell::placed::PlacedError;
use pageturner::script::{Limits, run_script, title};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

/// Panics are bugs; this way they come with their place to the browser's console.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// A session that replays a recording, at its end.
#[wasm_bindgen(js_name = loadRecording)]
pub fn load_recording(text: &str) -> Result<Session, JsValue> {
    let recording = Recording::parse(text).map_err(js::thrown)?;
    let core = recording.replay().map_err(js::thrown)?;
    Ok(Session::new(core, recording.title, recording.script))
}

/// An empty session of a machine; the configuration is JSON, `{}` is the default one.
#[wasm_bindgen(js_name = newSession)]
pub fn new_session(config_json: &str) -> Result<Session, JsValue> {
    // A configuration is the greater part of a recording's first line: one reader, the same defaults and messages.
    const BEFORE: &str = "{\"pageturner\":1,\"machine\":";
    let line = config_json.replace(['\n', '\r'], " ");
    let recording = Recording::parse(&format!("{BEFORE}{line}}}"));
    let in_config = |error: PlacedError| ErrorDto {
        column: Some(error.column.saturating_sub(BEFORE.len() as u32).max(1)),
        ..ErrorDto::from(error)
    };
    let core = recording.and_then(|recording| recording.start()).map_err(in_config).map_err(js::thrown)?;
    Ok(Session::new(core, None, None))
}

/// Runs a scenario. `on_progress` hears of the steps now and then; answering `false` ends the run.
#[wasm_bindgen(js_name = runScript, unchecked_return_type = "{ recording: string; error: any; early: string | null; printed: { step: number; text: string }[] }")]
pub fn run(source: &str, on_progress: js_sys::Function) -> JsValue {
    let progress = move |steps: u32| {
        let answer = on_progress.call1(&JsValue::NULL, &steps.into());
        answer.is_ok_and(|goes_on| goes_on != JsValue::FALSE)
    };
    let outcome = run_script(source, &Limits::default(), progress);
    let recording = outcome.recording(source).map(|recording| recording.to_jsonl()).unwrap_or_default();
    let printed = outcome.printed.into_iter().map(|(step, text)| PrintedDto { step, text }).collect();
    let early = outcome.early.map(|early| early.to_string());
    js::value(&OutcomeDto { recording, error: outcome.error.map(ErrorDto::from), early, printed })
}

/// A script's title, as everything shows it: its line `//! title: …`, else its first comment line.
#[wasm_bindgen(js_name = scriptTitle)]
pub fn script_title(source: &str) -> Option<String> {
    title(source)
}

/// Turns a log of strace into a recording. A log shows no accesses to memory; so that there is something to see, the
/// programs are assumed to touch what they get for writing, and the recording's first note says so.
///
/// `lenient`: damaged calls that change memory are left out, else the first is an error. `one_process`: processes whose
/// birth the log does not show are threads of one.
#[wasm_bindgen(js_name = importStrace, unchecked_return_type = "{ recording: string; notes: string[]; differs: { what: string; count: number }[]; skipped: { what: string; count: number }[]; mayBeThreads: boolean }")]
pub fn import_strace(text: &str, lenient: bool, one_process: bool) -> Result<JsValue, JsValue> {
    let imported = strace::import_with(text, Options { touch: true, lenient, one_process }).map_err(js::thrown)?;
    let counted =
        |counts: BTreeMap<String, u64>| counts.into_iter().map(|(what, count)| SkippedDto { what, count }).collect();
    let Report { notes, differs, skipped, may_be_threads } = imported.report;
    let (differs, skipped) = (counted(differs), counted(skipped));
    Ok(js::value(&ImportDto { recording: imported.recording.to_jsonl(), notes, differs, skipped, may_be_threads }))
}

/// What the colours, patterns and signs of the map and of the pages' cells stand for; `theme` is 0 light, 1 dark.
#[wasm_bindgen(
    unchecked_return_type = "{ name: string; group: \"use\" | \"page\" | \"sign\"; label: string; meaning: string; color: string | null; ink: string | null; pattern: string | null; shape: number[] | null }[]"
)]
pub fn legend(theme: u32) -> JsValue {
    js::value(&map::legend(map::Theme::by_number(theme)))
}
