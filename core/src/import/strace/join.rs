//! From lines to whole calls in the order in which they took effect.
//!
//! With several processes strace breaks calls off (`<unfinished ...>`) and finishes them later. A call takes effect
//! where it answers, with three exceptions: `munmap` where it begins (another thread may be given the pages before the
//! answer is written), `exit` where it begins (it has no answer), and a child is born at its first line or at its
//! parent's answer, whichever is first.

use super::Options;
use super::births::Births;
use super::entry::{Birth, Entry, What};
use super::line::{Answer, Body, body, damaged, prefix};
use super::names::{bears, changes_memory, is_exit, is_used, runs_into};
use super::report::Report;
use super::terminal::{Mended, behind_output};
use super::value::flags;
use crate::lab::tell::placed::PlacedError;
use crate::vocabulary::command::Position;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A log, read.
#[derive(Debug, Default)]
pub struct Joined<'a> {
    pub entries: Vec<Entry<'a>>,
    pub report: Report,
    pub lines: u32,
}

/// A call that is not yet answered.
struct Pending<'a> {
    name: &'a str,
    arguments: Cow<'a, str>,
    at: Position,
    /// Index of the entry in which it began.
    begun: usize,
}

#[derive(Default)]
struct Joiner<'a> {
    entries: Vec<Entry<'a>>,
    report: Report,
    lenient: bool,
    pending: BTreeMap<u32, Pending<'a>>,
    /// Processes that are alive.
    alive: BTreeSet<u32>,
    births: Births,
    /// The number of the process that lines without a number belong to, once known.
    unnumbered: Option<u32>,
    /// At least one line that is no remark was understood.
    understood: bool,
}

/// Reads a log whose cut lines have been joined again.
pub fn join<'a>(mended: &'a Mended<'_>, options: Options) -> Result<Joined<'a>, PlacedError> {
    let text = &*mended.text;
    let mut joiner = Joiner { lenient: options.lenient, ..Joiner::default() };
    joiner.births.attached = mended.attached.clone();
    let mut lines = 0;
    for (index, line) in text.lines().enumerate() {
        lines = index as u32 + 1;
        joiner.text_line(line, lines, is_cut_off(text, line))?;
    }
    if !joiner.understood {
        return Err(PlacedError::at(text, 1, 1, "this is no strace log: it has not one call")
            .hint("record one with `strace -f -y -e trace=%memory,%process -o FILE PROGRAM`"));
    }
    let Joiner { mut entries, mut report, pending, births, .. } = joiner;
    for Pending { name, .. } in pending.into_values() {
        report.lose(changes_memory(name), format!("{name} that never answered"));
    }
    births.settle(&mut entries, options.one_process, &mut report);
    Ok(Joined { entries, report, lines })
}

/// How the last line is counted if the log ends within it.
const CUT_OFF: &str = "a last line that is cut off";

/// Whether the text ends with this line, and without its end.
fn is_cut_off(text: &str, line: &str) -> bool {
    line.as_ptr() as usize + line.len() == text.as_ptr() as usize + text.len()
}

/// Line and column of a byte of a line.
fn place(line: &str, byte: usize, number: u32) -> Position {
    Position { line: number, column: line[..byte].chars().count() as u32 + 1 }
}

impl<'a> Joiner<'a> {
    fn text_line(&mut self, line: &'a str, number: u32, cut_off: bool) -> Result<(), PlacedError> {
        let (pid, start) = prefix(line);
        let at = place(line, start, number);
        match body(&line[start..]) {
            // An answer without the end of its line may be the beginning of a longer number.
            Some(Body::Call { answer: Answer::Value(..), .. } | Body::Resumed { answer: Answer::Value(..), .. })
                if cut_off =>
            {
                self.report.skip(CUT_OFF);
                self.understood = true;
            }
            Some(Body::Call { name, .. }) if runs_into(name) && self.behind(line, number) => {}
            Some(body) => self.line(pid, at, body),
            None if line.trim().is_empty() => {}
            None => self.other_line(line, &line[start..], at, cut_off)?,
        }
        Ok(())
    }

    /// Takes in the call after a program's output in the same line, if there is one; returns whether there was.
    fn behind(&mut self, line: &'a str, number: u32) -> bool {
        let Some(start) = behind_output(line) else { return false };
        let (pid, after) = prefix(&line[start..]);
        let Some(body) = body(&line[start + after..]) else { return false };
        self.report.skip("output of the program in the line of a call");
        self.line(pid, place(line, start + after, number), body);
        true
    }

    /// A line that strace would not write: the program's own output, typed input, or a damaged call. Only a damaged
    /// call that changes memory matters.
    fn other_line(&mut self, line: &'a str, body: &str, at: Position, cut_off: bool) -> Result<(), PlacedError> {
        let name = damaged(body).filter(|name| is_used(name) || bears(name));
        match name {
            Some(_) if cut_off => self.report.skip(CUT_OFF),
            Some(name) if changes_memory(name) && !self.lenient => {
                return Err(PlacedError::in_line(line, at.line, at.column, format!("this call of `{name}` is damaged"))
                    .hint("a call ends with `) = ANSWER` or `<unfinished ...>`; strace's -o keeps the program's output out of the log"));
            }
            Some(name) => {
                let matters = changes_memory(name) || is_exit(name);
                self.report.lose(matters, format!("damaged calls of {name}"));
            }
            None if self.behind(line, at.line) => {}
            None => self.report.skip("lines that are not strace's"),
        }
        Ok(())
    }

    fn line(&mut self, pid: Option<u32>, at: Position, body: Body<'a>) {
        match body {
            Body::Attached { pid, threads } => return self.attached(pid, threads, at),
            Body::Remark => return self.report.skip(REMARKS),
            _ => self.understood = true,
        }
        let pid = self.known(pid, Some(&body));
        self.appear(pid, at);
        match body {
            Body::Call { name, arguments, answer } => {
                self.call(pid, at, name, Cow::Borrowed(arguments), answer, self.entries.len())
            }
            Body::Unfinished { name, arguments } => self.begin(pid, at, name, Cow::Borrowed(arguments)),
            Body::Resumed { name, arguments, answer } => self.resume(pid, at, name, arguments, answer),
            Body::Signal(name) => self.report.skip(format!("signal {name}")),
            Body::Exited => self.gone(pid, at, None),
            Body::Killed(signal) => self.gone(pid, at, Some(signal)),
            Body::Superseded(by) => self.superseded(pid, at, by),
            Body::Attached { .. } | Body::Remark => {}
        }
    }

    /// Notes a process that strace attached to: before the first call it existed before the log (`-p`), later it is a
    /// child.
    fn attached(&mut self, pid: u32, threads: u32, at: Position) {
        self.report.skip(REMARKS);
        if self.understood {
            self.births.attached.insert(pid);
            return;
        }
        self.births.root(pid, threads);
        // A single process's lines have no number on a terminal.
        self.unnumbered = self.births.only_root();
        if threads > 1 {
            self.appear(pid, at);
        }
    }

    /// The process that a line belongs to. A log on a terminal numbers its lines only while there are several
    /// processes, so the first number that no call gave to a child is that of the process without a number so far.
    fn known(&mut self, pid: Option<u32>, body: Option<&Body>) -> u32 {
        let Some(pid) = pid else {
            let only = self.alive.iter().next().copied().filter(|_| self.alive.len() == 1);
            return only.unwrap_or(0);
        };
        if self.unnumbered == Some(pid) {
            return 0;
        }
        let unknown = !self.alive.contains(&pid) && !self.births.attached.contains(&pid);
        if self.unnumbered.is_none() && self.alive.contains(&0) && unknown {
            let pending = self.pending.get(&0).map(|pending| pending.name);
            let resumes = matches!(body, Some(Body::Resumed { name, .. }) if Some(*name) == pending);
            let bears = pending.is_some_and(bears);
            if resumes || !bears {
                self.unnumbered = Some(pid);
                return 0;
            }
        }
        pid
    }

    /// Notes the birth of a process at the place where it first shows up, if none was seen before.
    fn appear(&mut self, pid: u32, at: Position) {
        if self.alive.insert(pid) {
            self.births.stranger(pid, self.entries.len());
            self.push(pid, at, What::Born(Birth::Unknown));
        } else {
            self.births.shows(pid);
        }
    }

    fn push(&mut self, pid: u32, at: Position, what: What<'a>) {
        self.entries.push(Entry { pid, at, what });
    }

    fn call(
        &mut self,
        pid: u32,
        at: Position,
        name: &'a str,
        arguments: Cow<'a, str>,
        answer: Answer<'a>,
        begun: usize,
    ) {
        if bears(name) {
            match answer {
                Answer::Value(child, _) => self.birth(pid, at, how(name, &arguments, pid), child, begun),
                Answer::Failed(error) => self.report.skip(format!("{name} that failed with {error}")),
                Answer::Never => self.report.differ(format!("{name} that never answered")),
                Answer::Injected => self.report.skip(format!("{name} that strace answered itself")),
            }
        } else if is_used(name) {
            self.push(pid, at, What::Call { name, arguments, answer });
        } else {
            self.report.skip(name);
        }
    }

    fn begin(&mut self, pid: u32, at: Position, name: &'a str, arguments: Cow<'a, str>) {
        self.appear(pid, at);
        let begun = self.entries.len();
        match name {
            name if is_exit(name) => {
                return self.push(pid, at, What::Call { name, arguments, answer: Answer::Never });
            }
            "munmap" => self.push(pid, at, What::Nothing),
            _ => {}
        }
        if is_used(name) {
            self.push(pid, at, What::Begun);
        }
        if let Some(Pending { name, .. }) = self.pending.insert(pid, Pending { name, arguments, at, begun }) {
            self.never_answered(name);
        }
    }

    fn never_answered(&mut self, name: &str) {
        self.report.lose(changes_memory(name), "calls that never answered");
    }

    fn resume(&mut self, pid: u32, at: Position, name: &'a str, arguments: &'a str, answer: Answer<'a>) {
        let Some(pending) = self.pending.remove(&pid).filter(|pending| pending.name == name) else {
            if !is_exit(name) {
                self.report.lose(changes_memory(name), "ends of calls whose beginning is missing");
            }
            return;
        };
        let whole = if arguments.is_empty() {
            pending.arguments
        } else {
            Cow::Owned(format!("{}{arguments}", pending.arguments))
        };
        if name == "munmap" {
            self.entries[pending.begun] =
                Entry { pid, at: pending.at, what: What::Call { name, arguments: whole, answer } };
            self.push(pid, at, What::Answered);
        } else {
            self.call(pid, at, name, whole, answer, pending.begun);
        }
    }

    /// Notes a call that has answered with a child's number. If the child showed up since the call began, it was born
    /// there.
    fn birth(&mut self, parent: u32, at: Position, how: Birth, child: u64, begun: usize) {
        self.appear(parent, at);
        let child = u32::try_from(child).ok().filter(|child| *child != parent);
        let Some(child) = child else { return self.report.differ("children with impossible numbers") };
        match self.births.claim(child, begun) {
            Some(born) => self.entries[born].what = What::Born(how),
            None => {
                self.alive.insert(child);
                self.births.expect(child, self.entries.len(), begun, how);
                self.push(child, at, What::Born(how));
            }
        }
    }

    fn gone(&mut self, pid: u32, at: Position, signal: Option<&'a str>) {
        self.alive.remove(&pid);
        if let Some(Pending { name, .. }) = self.pending.remove(&pid) {
            // Killed, or ended by another thread, while it waited.
            self.report.skip(format!("{name} during which its process ended"));
        }
        self.push(pid, at, What::Gone(signal));
    }

    /// Notes that `thread` began an `execve` that will be answered under its process's number, `by`.
    fn superseded(&mut self, thread: u32, at: Position, by: u32) {
        let by = if self.unnumbered == Some(by) { 0 } else { by };
        self.alive.remove(&thread);
        if let Some(pending) = self.pending.remove(&thread) {
            self.pending.insert(by, pending);
        }
        self.push(by, at, What::Takes { from: thread });
    }
}

const REMARKS: &str = "strace's own remarks";

/// The kind of child that a call makes.
fn how(name: &str, arguments: &str, parent: u32) -> Birth {
    let all = arguments.split_once("flags=").map_or("", |(_, after)| after);
    let all = all.split([',', '}', ' ']).next().and_then(flags).unwrap_or_default();
    match (all.has("CLONE_VM", 0x100), all.has("CLONE_VFORK", 0x4000)) {
        _ if name == "vfork" => Birth::Vfork(parent),
        (true, true) => Birth::Vfork(parent),
        (true, false) => Birth::Thread(parent),
        (false, _) => Birth::Fork(parent),
    }
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
