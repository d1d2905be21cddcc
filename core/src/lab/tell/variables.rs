//! What a script calls its processes and areas: the variables that hold them, read off its text and the places at which
//! its commands were given. A recording has both, so no script need be run for it.
//!
//! `let shell = spawn("shell");` calls a process `shell`, `let a = shell.mmap(8);` calls an area of eight pages `a`. A
//! name holds for what was assigned to it last; what is assigned in any other way has no name.

use super::words::command_text;
use crate::hw::geometry::Geometry;
use crate::lab::time::session::{Session, Step};
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::command::{Command, Fork, Mmap, Mremap, Position};
use crate::vocabulary::reply::Reply;
use std::collections::BTreeMap;

/// At most this many names, as many as a script may have variables.
const MOST: usize = 256;

/// What a variable holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    Process(Pid),
    /// Pages that a process has mapped from an address on.
    Area {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
    },
}

/// The variables of a script at all times of a session.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// For each name what it held, each with the number of the command that gave it; ascending.
    names: Vec<(String, Vec<(u32, Held)>)>,
    /// For each child the process that was forked.
    parents: BTreeMap<Pid, Pid>,
    /// The number of commands read so far.
    read: u32,
}

impl Variables {
    /// Reads the commands that were given since the last call; `script` is the text that their places are in.
    pub fn read(&mut self, session: &Session, script: &str) {
        let new = session.steps().iter().enumerate().skip(self.read as usize);
        let mut lines: Option<Vec<&str>> = None;
        for (n, step) in new {
            if let (Command::Fork(Fork { pid, .. }), Reply::Pid(child)) = (&step.command, &step.reply) {
                self.parents.insert(*child, *pid);
            }
            let (Some(held), Some(at)) = (held(step), step.at) else { continue };
            let lines = lines.get_or_insert_with(|| script.lines().collect());
            if let Some(name) = assigned(lines, at) {
                self.assign(name, n as u32, held);
            }
        }
        self.read = session.steps().len() as u32;
    }

    /// Discards what was read of the commands from `step` on: they are gone.
    pub fn cut(&mut self, step: u32) {
        for (_, all) in &mut self.names {
            all.truncate(all.partition_point(|(n, _)| *n < step));
        }
        self.read = self.read.min(step);
    }

    /// The variables when `step` commands have been given.
    pub fn at(&self, step: u32) -> Names<'_> {
        let last = |all: &[(u32, Held)]| all[..all.partition_point(|(n, _)| *n < step)].last().copied();
        let mut held: Vec<_> =
            self.names.iter().filter_map(|(name, all)| last(all).map(|(n, held)| (n, name.as_str(), held))).collect();
        // The latest first, which are the names that count.
        held.sort_by_key(|(n, ..)| std::cmp::Reverse(*n));
        Names { held: held.into_iter().map(|(_, name, held)| (name, held)).collect(), parents: &self.parents }
    }

    fn assign(&mut self, name: &str, n: u32, held: Held) {
        if let Some((_, all)) = self.names.iter_mut().find(|(each, _)| each == name) {
            all.push((n, held));
        } else if self.names.len() < MOST {
            self.names.push((name.to_string(), vec![(n, held)]));
        }
    }
}

/// The variables at one time, the last assigned first.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    held: Vec<(&'a str, Held)>,
    parents: &'a BTreeMap<Pid, Pid>,
}

impl<'a> Names<'a> {
    /// All names, with what they hold.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, Held)> {
        self.held.iter().copied()
    }

    /// The name of a process; `None` if no variable holds it.
    pub fn process(&self, pid: Pid) -> Option<&'a str> {
        self.held.iter().find(|(_, held)| *held == Held::Process(pid)).map(|(name, _)| *name)
    }

    /// The areas that a process has mapped, or the nearest of those that it was forked from which has mapped any: each
    /// with its name, its first address and its length in pages.
    pub fn areas(&self, pid: Pid) -> Vec<(&'a str, VirtAddr, u64)> {
        let mut areas: Vec<(&str, VirtAddr, u64)> = Vec::new();
        let mut line = Some(pid);
        // No process is its own ancestor, since numbers are not given again while a script runs.
        for _ in 0..=self.parents.len() {
            let Some(of) = line else { break };
            for (name, held) in &self.held {
                if let Held::Area { pid, addr, pages } = *held
                    && pid == of
                    && !areas.iter().any(|(_, known, _)| *known == addr)
                {
                    areas.push((name, addr, pages));
                }
            }
            line = self.parents.get(&of).copied();
        }
        areas
    }

    /// A command in the script's language and with its names: `shell.write(a + 2 * PAGE, "x")`.
    pub fn command_text(&self, command: &Command, geometry: &Geometry) -> String {
        let text = command_text(command);
        let Some(pid) = command.pid() else { return text };
        let plain = format!("p{pid}.");
        let Some(call) = text.strip_prefix(&plain) else { return text };
        let process = self.process(pid).map_or(plain, |name| format!("{name}."));
        // The address of a call is its first argument.
        let Some((function, rest)) = call.split_once('(') else { return text };
        let end = rest.find([',', ')']).unwrap_or(rest.len());
        let address = rest[..end].strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
        match address.and_then(|addr| self.address(pid, VirtAddr(addr), geometry.page_size())) {
            Some(named) => format!("{process}{function}({named}{}", &rest[end..]),
            None => format!("{process}{call}"),
        }
    }

    fn address(&self, pid: Pid, addr: VirtAddr, page: u64) -> Option<String> {
        let within = |(_, from, pages): &(&str, VirtAddr, u64)| from.0 <= addr.0 && addr.0 < from.0 + pages * page;
        let (name, from, _) = self.areas(pid).into_iter().find(within)?;
        let beyond = addr.0 - from.0;
        Some(match (beyond / page, beyond % page) {
            (0, 0) => name.to_string(),
            (0, bytes) => format!("{name} + {bytes}"),
            (1, 0) => format!("{name} + PAGE"),
            (pages, 0) => format!("{name} + {pages} * PAGE"),
            (pages, bytes) => format!("{name} + {pages} * PAGE + {bytes}"),
        })
    }
}

/// What a command answered that a variable may hold.
fn held(step: &Step) -> Option<Held> {
    if let Reply::Pid(pid) = step.reply {
        return Some(Held::Process(pid));
    }
    let Reply::Addr(addr) = step.reply else { return None };
    if let Command::Mmap(Mmap { pid, pages, .. }) | Command::Mremap(Mremap { pid, new_pages: pages, .. }) = step.command
    {
        return Some(Held::Area { pid, addr, pages });
    }
    None
}

/// The variable that is assigned the answer of the call at a place, and nothing but it.
fn assigned<'a>(lines: &[&'a str], at: Position) -> Option<&'a str> {
    let line = lines.get(at.line as usize - 1)?;
    let start = line.char_indices().nth(at.column as usize - 1)?.0;
    let (before, call) = line.split_at(start);
    is_all(call).then_some(())?;
    // Before the call's name stands the process, if it has one, and before that the assignment.
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let of = before.trim_end_matches(|c: char| word(c) || matches!(c, '.' | '[' | ']'));
    let target = of.trim_end().strip_suffix('=')?.trim_end();
    let rest = target.trim_end_matches(word);
    let name = &target[rest.len()..];
    let proper = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let own = !rest.ends_with(['.', '!', '=', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^']);
    (proper && own).then_some(name)
}

/// Whether a call is all that stands there: nothing after its closing bracket but the end of the statement. A call that
/// goes on in the next line is: what would follow is rarely more.
fn is_all(call: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (n, c) in call.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    let rest = call[n + 1..].trim_start();
                    return rest.is_empty() || rest.starts_with(';') || rest.starts_with('}') || rest.starts_with("//");
                }
            }
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_named_if_it_is_assigned_the_answer_and_nothing_else() {
        for (line, call, name) in [
            ("let a = p.mmap(8);", "mmap", Some("a")),
            ("  a = all[0].mmap(8); // again", "mmap", Some("a")),
            ("let c = spawn(\"a) + b\");", "spawn", Some("c")),
            ("let a = p.mmap(#{ pages: n(2) }", "mmap", Some("a")),
            ("if x { a = p.fork() }", "fork", Some("a")),
            ("let a = p.mmap(8) + PAGE;", "mmap", None),
            ("let f = p.frame(p.mmap(8));", "mmap", None),
            ("map.a = p.mmap(8);", "mmap", None),
            ("a += p.mmap(8);", "mmap", None),
            ("a == p.mmap(8);", "mmap", None),
            ("p.mmap(8);", "mmap", None),
            ("7 = p.mmap(8);", "mmap", None),
        ] {
            let column = line.rfind(call).expect("it is there") as u32 + 1;
            assert_eq!(assigned(&[line], Position { line: 1, column }), name, "{line}");
        }
        assert_eq!(assigned(&[], Position { line: 1, column: 1 }), None);
    }
}
