//! The browser edge: what the wasm module exports. The page's types are made from it by the build.
//!
//! [`session::JsSession`] is the machine with its time, [`map::MapPainter`] the map of physical memory; below are the
//! functions that make sessions and recordings. Data goes out as plain objects, see [`dto`]; errors are thrown as
//! [`dto::ErrorDto`], so the page can show them where they belong.
//!
//! The build makes two modules of this crate. Without the feature `scripts` it is the machine and its time: what the
//! first picture needs. With it (`scripts`, `Session::console`) the script language and the reader of logs are added;
//! the page's workers have this one, and the page once something is typed into the console.

mod alloc;
mod changed;
mod clock;
pub mod compare;
pub mod dto;
mod error;
mod free_runs;
mod heap;
mod heap_calls;
mod index;
mod inspect;
mod js;
mod jump;
mod killed;
mod links;
pub mod map;
pub mod opening;
mod owners;
mod pool;
mod port;
mod quiz;
mod ranks;
mod recent;
mod references;
mod saved;
mod schema;
#[cfg(feature = "scripts")]
pub mod scripts;
mod search;
mod sent;
pub mod session;
mod spaces;
mod state;
mod steps;
mod subject;
#[cfg(feature = "scripts")]
pub mod sweep;
#[cfg(test)]
mod tests;
mod timeline;
mod translate;
mod way_back;

use crate::dto::{Legend, Settings, Typed};
use crate::session::JsSession;
use pageturner::lab::recording::head::title;
use pageturner::lab::recording::{Recording, config_from_json};
use pageturner::lab::time::session::Session as Core;
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

/// An empty session of a machine, as tests want it; the configuration is JSON, `{}` is the default one.
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

/// A script's title, as everything shows it: its line `//! title: …`, else its first comment line.
#[wasm_bindgen(js_name = scriptTitle)]
pub fn script_title(source: &str) -> Option<String> {
    title(source)
}

/// What the colours, patterns and signs of the map and of the pages' cells stand for; `theme` is 0 light, 1 dark.
#[wasm_bindgen]
pub fn legend(theme: u32) -> Typed<Legend> {
    js::typed(&Legend(map::legend(map::Theme::by_number(theme))))
}
