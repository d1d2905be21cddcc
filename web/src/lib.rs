//! The browser edge: what the wasm module exports. The page's types are made from it by the build.
//!
//! [`session::JsSession`] is the machine with its time, [`map::MapPainter`] the map of physical memory; below are the
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
pub mod opening;
mod schema;
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

use crate::dto::{ErrorDto, ImportDto, Legend, OutcomeDto, PrintedDto, Settings, SkippedDto, Typed};
use crate::session::JsSession;
use pageturner::import::strace::{self, Options, Report};
use pageturner::lab::recording::{Recording, Written, config_from_json};
use pageturner::lab::tell::placed::PlacedError;
use pageturner::lab::time::session::Session as Core;
use pageturner::script::{Limits, run_script, title};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

/// Sends panics, which are bugs, to the browser's console with their place, and leaves their text in the global
/// `pageturnerPanic`: the instance that panicked cannot be asked any more.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        // Fails only where the global object is frozen; the console has the text all the same.
        let _ = js_sys::Reflect::set(&js_sys::global(), &"pageturnerPanic".into(), &panic.to_string().into());
        console_error_panic_hook::hook(panic);
    }));
}

/// A session that replays a recording, at its end.
#[wasm_bindgen(js_name = loadRecording)]
pub fn load_recording(text: &str) -> Result<JsSession, JsValue> {
    let recording = Recording::parse(text).map_err(js::thrown)?;
    let core = recording.replay().map_err(js::thrown)?;
    Ok(JsSession::new(core, recording.title, recording.script))
}

/// An empty session of a machine; the configuration is JSON, `{}` is the default one.
#[wasm_bindgen(js_name = newSession)]
pub fn new_session(config_json: &str) -> Result<JsSession, JsValue> {
    let config = config_from_json(config_json).map_err(js::thrown)?;
    let core = Core::new(config).map_err(js::thrown)?;
    Ok(JsSession::new(core, None, None))
}

/// The fields of a configuration, with their allowed values.
#[wasm_bindgen(js_name = configSchema)]
pub fn config_schema() -> Typed<Settings> {
    js::typed(&Settings(schema::settings()))
}

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

/// A script's title, as everything shows it: its line `//! title: …`, else its first comment line.
#[wasm_bindgen(js_name = scriptTitle)]
pub fn script_title(source: &str) -> Option<String> {
    title(source)
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

/// What the colours, patterns and signs of the map and of the pages' cells stand for; `theme` is 0 light, 1 dark.
#[wasm_bindgen]
pub fn legend(theme: u32) -> Typed<Legend> {
    js::typed(&Legend(map::legend(map::Theme::by_number(theme))))
}
