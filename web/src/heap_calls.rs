//! The calls of one heap over time, for plots: of very many the dearest of each few, so that no spike is lost.

use crate::session::JsSession;
use pageturner::lab::time::HeapCall;
use pageturner::lab::time::session::Session;
use pageturner::units::{HeapId, Pid};
use pageturner::vocabulary::command::Command;
use wasm_bindgen::prelude::*;

/// At most this many points in a plot.
const MOST: usize = 1200;

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// The calls of one heap in the whole history, the future included, as numbers; none if there are none. First
    /// how many there are; of how many in a row the dearest is named; the cycles that half of all took at most, 99
    /// of 100, and the dearest. Then for each that is named: the number of its command, and of the command's name
    /// in `NAMES`; the bytes asked for, -1 for none; its cycles; and after it, the bytes in use, the pages held and
    /// those in memory, and all bytes copied so far.
    #[wasm_bindgen(js_name = heapCalls)]
    pub fn heap_calls(&self, pid: u32, heap: u32) -> Vec<f64> {
        calls(self.core(), Pid(pid), HeapId(heap))
    }
}

/// The calls of a heap in the whole history, as numbers.
pub fn calls(session: &Session, pid: Pid, heap: HeapId) -> Vec<f64> {
    let all: Vec<&HeapCall> = session.heap_calls().iter().filter(|call| (call.pid, call.heap) == (pid, heap)).collect();
    let mut cycles: Vec<u32> = all.iter().map(|call| call.cycles).collect();
    cycles.sort_unstable();
    let Some(most) = cycles.last() else { return Vec::new() };
    // The least number of cycles that so many of 100 calls do not exceed.
    let share = |of_100: usize| f64::from(cycles[(cycles.len() * of_100).div_ceil(100) - 1]);
    let each = all.len().div_ceil(MOST);
    let mut numbers = vec![all.len() as f64, each as f64, share(50), share(99), f64::from(*most)];
    for few in all.chunks(each) {
        let Some(call) = few.iter().max_by_key(|call| call.cycles) else { continue };
        let command = &session.steps()[call.step as usize].command;
        numbers.extend([
            call.step.into(),
            name(command) as f64,
            command.bytes_asked().map_or(-1.0, |bytes| bytes as f64),
            call.cycles.into(),
            call.asked as f64,
            call.held.into(),
            call.resident.into(),
            call.copied as f64,
        ]);
    }
    numbers
}

/// The number of a command's name.
fn name(command: &Command) -> usize {
    let name = command.name();
    NAMES.iter().position(|known| *known == name).unwrap_or(0)
}

/// The names that a call may have, in the order that the page knows.
const NAMES: [&str; 6] = ["malloc", "calloc", "realloc", "heap_free", "kmalloc", "kfree"];
