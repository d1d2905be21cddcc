//! The wasm class `Opening`: a recording on its way to a session, in pieces.
//!
//! A recording may have 64 MB, and reading and replaying it takes seconds. The page gives the text and lets it be
//! replayed a piece at a time, so that it stays responsive, can show its progress and can stop. A `touch` of many pages
//! is divided, too; any other command is carried out at once.

use crate::dto::ErrorDto;
use crate::js;
use crate::session::JsSession;
use pageturner::lab::recording::{Reader, Recording};
use pageturner::lab::time::session::{Session as Core, UnderWay};
use wasm_bindgen::prelude::*;

/// A recording that is being read and then replayed.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Opening {
    reader: Reader,
    /// What was read, and the session that has run the commands so far; `None` while it is being read.
    replay: Option<(Recording, Core)>,
    done: usize,
    /// The command after these, if a part of it has been carried out.
    under_way: Option<UnderWay>,
}

/// A `touch` of at most this many pages is not divided: some milliseconds.
const UNDIVIDED: u64 = 4096;
/// About as many events as the first touch of a page makes.
const OF_PAGE: u32 = 8;

impl Opening {
    /// Reads the next lines; the error is of the first that is wrong.
    pub fn read_lines(&mut self, lines: &str) -> Result<(), ErrorDto> {
        self.reader.read(lines).map_err(ErrorDto::from)
    }

    /// Runs commands until they have made about `events` events; returns `true` when all have been run. The first call
    /// makes the machine and no more: a large one takes a while.
    pub fn advance_by(&mut self, events: u32) -> Result<bool, ErrorDto> {
        let Some((recording, session)) = &mut self.replay else {
            let recording = std::mem::take(&mut self.reader).finish().map_err(ErrorDto::from)?;
            let session = recording.start().map_err(ErrorDto::from)?;
            self.replay = Some((recording, session));
            return Ok(false);
        };
        let until = session.end().event.saturating_add(events);
        // Commands without events take time, too.
        let last = recording.steps.len().min(self.done + events as usize);
        let pages = u64::from(events / OF_PAGE).max(UNDIVIDED);
        while self.done < last && session.end().event < until {
            if !recording.replay_part(session, self.done, pages, &mut self.under_way).map_err(ErrorDto::from)? {
                return Ok(false);
            }
            self.done += 1;
        }
        Ok(self.done == recording.steps.len())
    }

    /// The session, at its end; `None` if nothing was replayed.
    pub fn into_session(self) -> Option<JsSession> {
        let (recording, session) = self.replay?;
        Some(JsSession::new(session, recording.title, recording.script))
    }
}

#[wasm_bindgen]
impl Opening {
    /// Begins with nothing read.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Opening {
        Opening::default()
    }

    /// Reads the next lines of the recording; each piece of it ends where a line ends.
    pub fn read(&mut self, lines: &str) -> Result<(), JsValue> {
        self.read_lines(lines).map_err(js::thrown)
    }

    /// Runs commands until they have made about `events` events; returns `true` when all have been run. To be called
    /// when everything has been read.
    pub fn advance(&mut self, events: u32) -> Result<bool, JsValue> {
        self.advance_by(events).map_err(js::thrown)
    }

    /// The number of commands that were run.
    pub fn done(&self) -> u32 {
        self.done as u32
    }

    /// The number of commands that were read; 0 until the first are run.
    pub fn commands(&self) -> u32 {
        self.replay.as_ref().map_or(0, |(recording, _)| recording.steps.len() as u32)
    }

    /// The session, at its end, which ends the opening; `undefined` if nothing was replayed.
    pub fn take(self) -> Option<JsSession> {
        self.into_session()
    }
}
