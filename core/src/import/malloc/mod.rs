//! What a real program asked of its allocator: traces of requests, to be made again on any heap. Three kinds are read:
//!
//! ```text
//! malloc lab (.rep)     four header lines, then   a 3 512     r 3 640     f 3
//! ltrace                malloc(512) = 0x55d0a2c0   realloc(0x55d0a2c0, 640) = 0x55d0a4d0   free(0x55d0a4d0) = <void>
//! CSV                   call,id,bytes     malloc,3,512     realloc,3,640     free,3,
//! ```
//! What a trace names, an id or an address, is a block; where it lies is up to the heap that the requests are made on.
//! Sources: CS:APP's malloc lab (its traces' format), `ltrace -e malloc+calloc+realloc+free`.

mod csv;
mod drive;
mod fared;
mod ltrace;
mod rep;

pub use drive::{Drive, Driven, drive};
pub use fared::{Fared, fare, table};

use crate::lab::tell::placed::PlacedError;

/// At most this many bytes in a trace.
pub const MAX_TEXT: usize = 64 << 20;
/// At most this many requests in a trace.
pub const MAX_REQUESTS: usize = 300_000;

/// One request. Blocks are numbered from 0 in the order in which they first appear.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Request {
    Malloc { block: u32, bytes: u64 },
    Calloc { block: u32, count: u64, bytes: u64 },
    Realloc { block: u32, bytes: u64 },
    Free { block: u32 },
}

impl Request {
    /// The block that it is about.
    pub fn block(self) -> u32 {
        match self {
            Request::Malloc { block, .. }
            | Request::Calloc { block, .. }
            | Request::Realloc { block, .. }
            | Request::Free { block } => block,
        }
    }
}

/// A trace that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requests {
    /// Each with its line in the trace, counted from 1.
    pub all: Vec<(Request, u32)>,
    /// Lines that were left out, by reason.
    pub skipped: Vec<(String, u64)>,
}

/// Reads a trace of any of the kinds.
///
/// # Errors
/// The first line that is none of its kind's, with its place.
pub fn read(text: &str) -> Result<Requests, PlacedError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_TEXT {
        let message = format!("the trace has {} MiB; {} are the most", text.len() >> 20, MAX_TEXT >> 20);
        return Err(PlacedError::in_line("", 1, 1, message).hint("cut it"));
    }
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let mut requests = if !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit()) {
        rep::read(text)?
    } else if csv::is_header(first) {
        csv::read(text)?
    } else {
        ltrace::read(text)?
    };
    if requests.all.is_empty() {
        return Err(PlacedError::at(text, 1, 1, "no request in this trace").hint(
            "it should be a malloc-lab trace (.rep), a log of `ltrace -e malloc+calloc+realloc+free`, or CSV that begins with call,id,bytes",
        ));
    }
    if let Some((_, line)) = requests.all.get(MAX_REQUESTS) {
        let message = format!("the trace has more than {MAX_REQUESTS} requests");
        return Err(PlacedError::at(text, *line, 1, message).hint("cut it"));
    }
    requests.skipped.sort();
    Ok(requests)
}

/// Numbers for the blocks that a trace names, and which of them are in use.
#[derive(Default)]
struct Blocks<K> {
    numbers: std::collections::BTreeMap<K, u32>,
    next: u32,
}

impl<K: Ord> Blocks<K> {
    /// A new block under this name; what was there under it is no more to be found.
    fn begin(&mut self, name: K) -> u32 {
        let number = self.next;
        self.next += 1;
        self.numbers.insert(name, number);
        number
    }

    fn get(&self, name: &K) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    fn end(&mut self, name: &K) -> Option<u32> {
        self.numbers.remove(name)
    }

    /// The block keeps its number under another name.
    fn rename(&mut self, name: &K, new: K) {
        if let Some(number) = self.numbers.remove(name) {
            self.numbers.insert(new, number);
        }
    }
}
