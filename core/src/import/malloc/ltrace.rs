//! Logs of `ltrace -e malloc+calloc+realloc+free`, also with `-f` (pids at the start), with the library's name before
//! the call, and with calls that another process's line cuts in two.
//!
//! ```text
//! [pid 7] libc.so.6->realloc(0x55d0a2c0, 640 <unfinished ...>
//! [pid 7] <... realloc resumed> ) = 0x55d0a4d0
//! ```
//! Blocks of all processes go to one heap, by pid and address. A block that was given before the log began is unknown:
//! its `free` is left out and counted.

use super::{Blocks, Request, Requests};
use crate::lab::tell::placed::PlacedError;
use std::collections::BTreeMap;

const CALLS: [&str; 4] = ["malloc", "calloc", "realloc", "free"];

/// Reads a log.
pub fn read(text: &str) -> Result<Requests, PlacedError> {
    let mut log = Log::default();
    for (n, line) in text.lines().enumerate() {
        log.line(line, n as u32 + 1)?;
    }
    Ok(Requests { all: log.all, skipped: log.skipped.into_iter().collect() })
}

#[derive(Default)]
struct Log {
    blocks: Blocks<(u32, u64)>,
    /// The beginnings of calls that are not finished, by pid.
    begun: BTreeMap<u32, String>,
    all: Vec<(Request, u32)>,
    skipped: BTreeMap<String, u64>,
}

impl Log {
    fn line(&mut self, line: &str, number: u32) -> Result<(), PlacedError> {
        let (pid, rest) = split_pid(line.trim());
        if rest.is_empty() || rest.starts_with("+++") || rest.starts_with("---") {
            return Ok(());
        }
        if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
            self.begun.insert(pid, begun.trim_end().to_string());
            return Ok(());
        }
        let whole = match rest.strip_prefix("<... ").and_then(|rest| rest.split_once("resumed>")) {
            Some((_, end)) => match self.begun.remove(&pid) {
                Some(begun) => format!("{begun}{}", end.trim_start()),
                None => {
                    self.skip("ends of calls whose beginning is not in the log");
                    return Ok(());
                }
            },
            None => rest.to_string(),
        };
        let Some((name, arguments, answer)) = parts(&whole) else {
            return Err(PlacedError::in_line(line, number, 1, "not a call")
                .hint("a line is as malloc(24) = 0x55d0a2c0; see ltrace -e malloc+calloc+realloc+free"));
        };
        if !CALLS.contains(&name) {
            self.skip(&format!("calls of {}", name.chars().take(40).collect::<String>()));
            return Ok(());
        }
        let wrong = || {
            PlacedError::in_line(line, number, 1, format!("the arguments or the answer of {name} cannot be read"))
                .hint("numbers of bytes, and addresses such as 0x55d0a2c0 or nil")
        };
        let arguments: Option<Vec<u64>> = arguments.split(',').map(number_of).collect();
        self.call(pid, (name, &arguments.ok_or_else(wrong)?), number_of(answer), number).ok_or_else(wrong)
    }

    fn skip(&mut self, why: &str) {
        *self.skipped.entry(why.to_string()).or_default() += 1;
    }

    /// Takes in a call; `None` if it has the wrong arguments or no answer.
    fn call(&mut self, pid: u32, call: (&str, &[u64]), answer: Option<u64>, number: u32) -> Option<()> {
        let request = match call {
            ("malloc", [bytes]) => self.given(pid, answer?, |block| Request::Malloc { block, bytes: *bytes }),
            ("calloc", [count, bytes]) => {
                self.given(pid, answer?, |block| Request::Calloc { block, count: *count, bytes: *bytes })
            }
            ("realloc", [0, bytes]) => self.given(pid, answer?, |block| Request::Malloc { block, bytes: *bytes }),
            ("realloc", [old, 0]) => self.freed(pid, *old),
            ("realloc", [old, bytes]) => self.moved(pid, *old, answer?, *bytes),
            ("free", [0]) => None,
            ("free", [old]) => self.freed(pid, *old),
            _ => return None,
        };
        self.all.extend(request.map(|request| (request, number)));
        Some(())
    }

    fn given(&mut self, pid: u32, at: u64, request: impl FnOnce(u32) -> Request) -> Option<Request> {
        if at == 0 {
            self.skip("requests that the program's allocator did not serve");
            return None;
        }
        Some(request(self.blocks.begin((pid, at))))
    }

    fn freed(&mut self, pid: u32, at: u64) -> Option<Request> {
        let block = self.blocks.end(&(pid, at));
        if block.is_none() {
            self.skip("blocks freed that were given before the log began");
        }
        block.map(|block| Request::Free { block })
    }

    fn moved(&mut self, pid: u32, old: u64, new: u64, bytes: u64) -> Option<Request> {
        if new == 0 {
            self.skip("requests that the program's allocator did not serve");
            return None;
        }
        let Some(block) = self.blocks.get(&(pid, old)) else {
            // Given before the log began: from here on it is known.
            return Some(Request::Malloc { block: self.blocks.begin((pid, new)), bytes });
        };
        self.blocks.rename(&(pid, old), (pid, new));
        Some(Request::Realloc { block, bytes })
    }
}

/// The pid at the start of a line, `[pid 7]` or `7`, else 0; and the rest.
fn split_pid(line: &str) -> (u32, &str) {
    if let Some((pid, rest)) = line.strip_prefix("[pid ").and_then(|rest| rest.split_once(']')) {
        return (pid.trim().parse().unwrap_or(0), rest.trim_start());
    }
    match line.split_once(' ') {
        Some((pid, rest)) if !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()) => {
            (pid.parse().unwrap_or(0), rest.trim_start())
        }
        _ => (0, line),
    }
}

/// Name, arguments and answer of a call.
fn parts(call: &str) -> Option<(&str, &str, &str)> {
    let (before, answer) = call.rsplit_once('=')?;
    let (name, arguments) = before.trim_end().strip_suffix(')')?.split_once('(')?;
    let name = name.rsplit_once("->").map_or(name, |(_, name)| name).trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| (name, arguments.trim(), answer.trim()))
}

fn number_of(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if matches!(text, "nil" | "(nil)" | "<void>" | "NULL" | "0") => Some(0),
        None => text.parse().ok(),
    }
}
