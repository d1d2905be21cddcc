//! A session as a recording, whole or in parts, and its machine's configuration.

use crate::session::JsSession;
use pageturner::lab::recording::first_line;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// The commands as a recording.
    pub fn recording(&self) -> String {
        self.recording_part(0, u32::MAX)
    }

    /// A part of that recording: `count` commands from number `from` a line each, after the first line if `from` is 0.
    #[wasm_bindgen(js_name = recordingPart)]
    pub fn recording_part(&self, from: u32, count: u32) -> String {
        let head = || first_line(self.core().config(), self.title(), self.script());
        let mut text = if from == 0 { head() } else { String::new() };
        text += &self.lines(from, count);
        text
    }

    /// The machine's configuration, whole, as JSON.
    pub fn config(&self) -> String {
        serde_json::to_string(self.core().config()).expect("a configuration has only string keys")
    }
}
