//! The processes as the page has them: one that is as it was is handed out as the same object again. Of a thousand
//! processes a step changes a few, and to make objects of all takes longer than all else of the state.

use crate::dto::{ProcessDto, StateDto, Typed};
use crate::js;
use crate::session::JsSession;
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// The processes of the last state that was sent, each with its object; the lowest pid first.
#[derive(Debug, Default)]
pub struct Sent(Vec<(ProcessDto, JsValue)>);

impl Sent {
    /// These processes, the lowest pid first, as an array of objects.
    pub fn processes(&mut self, now: Vec<ProcessDto>) -> Array {
        let mut old = std::mem::take(&mut self.0).into_iter().peekable();
        let object = |process: ProcessDto| {
            while old.next_if(|(each, _)| each.pid < process.pid).is_some() {}
            old.next_if(|(each, _)| *each == process).unwrap_or_else(|| {
                let made = js::value(&process);
                (process, made)
            })
        };
        self.0 = now.into_iter().map(object).collect();
        self.0.iter().map(|(_, object)| object).collect()
    }
}

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// Everything the page shows. Processes that are as in the last state are the same objects as there.
    pub fn state(&mut self) -> Typed<StateDto> {
        let mut state = self.state_dto();
        let processes = self.sent.processes(std::mem::take(&mut state.processes));
        let object = js::typed(&state);
        Reflect::set(&object, &"processes".into(), &processes).expect("a plain object takes what is set");
        object
    }
}
