//! From lines to whole calls in the order in which they took effect.
//!
//! With several processes strace breaks calls off (`<unfinished ...>`) and finishes them later. A call takes effect where
//! it answers, with three exceptions: `munmap` where it begins (another thread may be given the pages before the answer is
//! written), `exit` where it begins (it has no answer), and a child is born at its first line or at its parent's answer,
//! whichever is first.

use super::line::{Answer, Body, body, name_of, prefix};
use super::value::flags;
use crate::lab::command::Position;
use crate::lab::placed::PlacedError;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a process did.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// As in the log; 0 for the process of a log without numbers.
    pub pid: u32,
    pub at: Position,
    pub what: What<'a>,
}

/// What was done.
#[derive(Clone, Debug)]
pub enum What<'a> {
    /// A call whose answer is known; only calls of [`USED`].
    Call { name: &'a str, arguments: Cow<'a, str>, answer: Answer<'a> },
    /// The process is here from now on.
    Born(Birth),
    /// The process is gone; the signal that killed it.
    Gone(Option<&'a str>),
    /// A call has begun that will be answered later, in another entry.
    Begun,
    /// The answer to a call that took effect where it began.
    Answered,
    /// The thread `from` called `execve` and goes on as this process.
    Takes { from: u32 },
    /// A place kept for something that then did not happen.
    Nothing,
}

/// How a process came to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Birth {
    /// Before the log, or by a call that is not in it.
    Unknown,
    /// With a copy of its parent's address space.
    Fork(u32),
    /// In its parent's address space until it calls `execve` or ends.
    Vfork(u32),
    /// In its parent's address space for ever.
    Thread(u32),
}

/// Calls that the import understands, those that bear children excepted.
pub const USED: [&str; 24] = [
    "mmap",
    "mmap2",
    "munmap",
    "mprotect",
    "pkey_mprotect",
    "mremap",
    "brk",
    "madvise",
    "mlock",
    "mlock2",
    "munlock",
    "execve",
    "execveat",
    "exit",
    "exit_group",
    "open",
    "openat",
    "openat2",
    "creat",
    "close",
    "dup",
    "dup2",
    "dup3",
    "read",
];

/// Calls that bear children.
const BIRTHS: [&str; 5] = ["clone", "clone2", "clone3", "fork", "vfork"];

/// A log, read.
#[derive(Debug, Default)]
pub struct Joined<'a> {
    pub entries: Vec<Entry<'a>>,
    /// What was left out, and how often.
    pub skipped: BTreeMap<String, u64>,
    pub lines: u32,
}

impl Joined<'_> {
    /// Counts something that is left out.
    pub fn skip(&mut self, what: impl Into<String>) {
        *self.skipped.entry(what.into()).or_default() += 1;
    }
}

/// A call that is not yet answered.
struct Pending<'a> {
    name: &'a str,
    arguments: Cow<'a, str>,
    at: Position,
    /// Where in the entries it began.
    begun: usize,
}

#[derive(Default)]
struct Joiner<'a> {
    joined: Joined<'a>,
    pending: BTreeMap<u32, Pending<'a>>,
    /// Processes that are alive.
    alive: BTreeSet<u32>,
    /// Births of processes that showed up before the call that bore them answered.
    unclaimed: BTreeMap<u32, usize>,
    /// The number of the process that lines without a number belong to, once known.
    unnumbered: Option<u32>,
}

/// Reads a log whose cut lines are mended.
pub fn join(text: &str) -> Result<Joined<'_>, PlacedError> {
    let mut joiner = Joiner::default();
    let mut understood = false;
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        joiner.joined.lines = number;
        let (pid, start) = prefix(line);
        let at = place(line, start, number);
        let body = body(&line[start..]);
        match body {
            // An answer without the end of its line may be the beginning of a longer number.
            Some(Body::Call { answer: Answer::Value(..), .. } | Body::Resumed { answer: Answer::Value(..), .. })
                if is_cut_off(text, line) =>
            {
                joiner.joined.skip(CUT_OFF);
            }
            Some(body) => joiner.line(pid, at, body),
            None if line.trim().is_empty() => {}
            None => joiner.other_line(text, line, &line[start..], at)?,
        }
        understood |= body.is_some_and(|body| body != Body::Remark);
    }
    if !understood {
        return Err(PlacedError::at(text, 1, 1, "this is no strace log: it has not one call")
            .hint("record one with `strace -f -y -e trace=%memory,%process -o FILE PROGRAM`"));
    }
    joiner.finish();
    Ok(joiner.joined)
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
    /// A line that strace would not write: the program's own output, or a damaged one. Only a damaged call matters.
    fn other_line(&mut self, text: &str, line: &str, body: &str, at: Position) -> Result<(), PlacedError> {
        if let Some(name) = name_of(body).filter(|name| USED.contains(name) || BIRTHS.contains(name)) {
            if !is_cut_off(text, line) {
                return Err(PlacedError::in_line(line, at.line, at.column, format!("this call of `{name}` is damaged"))
                    .hint("a call ends with `) = ANSWER` or `<unfinished ...>`; strace's -o keeps the program's output out of the log"));
            }
            self.joined.skip(CUT_OFF);
        } else {
            self.joined.skip("lines that are not strace's");
        }
        Ok(())
    }

    fn line(&mut self, pid: Option<u32>, at: Position, body: Body<'a>) {
        if body == Body::Remark {
            return self.joined.skip("strace's own remarks");
        }
        let pid = self.known(pid, Some(&body));
        self.appear(pid, at);
        match body {
            Body::Call { name, arguments, answer } => {
                self.call(pid, at, name, Cow::Borrowed(arguments), answer, self.joined.entries.len())
            }
            Body::Unfinished { name, arguments } => self.begin(pid, at, name, Cow::Borrowed(arguments)),
            Body::Resumed { name, arguments, answer } => self.resume(pid, at, name, arguments, answer),
            Body::Signal(name) => self.joined.skip(format!("signal {name}")),
            Body::Exited => self.gone(pid, at, None),
            Body::Killed(signal) => self.gone(pid, at, Some(signal)),
            Body::Superseded(by) => self.superseded(pid, at, by),
            Body::Remark => {}
        }
    }

    /// Whom a line belongs to. A log on a terminal numbers its lines only while there are several processes, so the first
    /// number that no call gave to a child is that of the process so far without one.
    fn known(&mut self, pid: Option<u32>, body: Option<&Body>) -> u32 {
        let Some(pid) = pid else {
            let only = self.alive.iter().next().copied().filter(|_| self.alive.len() == 1);
            return only.unwrap_or(0);
        };
        if self.unnumbered == Some(pid) {
            return 0;
        }
        if self.unnumbered.is_none() && self.alive.contains(&0) && !self.alive.contains(&pid) {
            let pending = self.pending.get(&0).map(|pending| pending.name);
            let resumes = matches!(body, Some(Body::Resumed { name, .. }) if Some(*name) == pending);
            let bears = pending.is_some_and(|name| BIRTHS.contains(&name));
            if resumes || !bears {
                self.unnumbered = Some(pid);
                return 0;
            }
        }
        pid
    }

    /// A process without a birth so far is born where it first shows up.
    fn appear(&mut self, pid: u32, at: Position) {
        if self.alive.insert(pid) {
            self.unclaimed.insert(pid, self.joined.entries.len());
            self.push(pid, at, What::Born(Birth::Unknown));
        }
    }

    fn push(&mut self, pid: u32, at: Position, what: What<'a>) {
        self.joined.entries.push(Entry { pid, at, what });
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
        if BIRTHS.contains(&name) {
            match answer {
                Answer::Value(child, _) => self.birth(pid, at, how(name, &arguments, pid), child, begun),
                Answer::Failed(error) => self.joined.skip(format!("{name} that failed with {error}")),
                Answer::Never => self.joined.skip(format!("{name} that never answered")),
            }
        } else if USED.contains(&name) {
            self.push(pid, at, What::Call { name, arguments, answer });
        } else {
            self.joined.skip(name);
        }
    }

    fn begin(&mut self, pid: u32, at: Position, name: &'a str, arguments: Cow<'a, str>) {
        self.appear(pid, at);
        let begun = self.joined.entries.len();
        match name {
            "exit" | "exit_group" => return self.push(pid, at, What::Call { name, arguments, answer: Answer::Never }),
            "munmap" => self.push(pid, at, What::Nothing),
            _ => {}
        }
        if USED.contains(&name) {
            self.push(pid, at, What::Begun);
        }
        if self.pending.insert(pid, Pending { name, arguments, at, begun }).is_some() {
            self.joined.skip("calls that never answered");
        }
    }

    fn resume(&mut self, pid: u32, at: Position, name: &'a str, arguments: &'a str, answer: Answer<'a>) {
        let Some(pending) = self.pending.remove(&pid).filter(|pending| pending.name == name) else {
            if !name.starts_with("exit") {
                self.joined.skip("ends of calls whose beginning is missing");
            }
            return;
        };
        let whole = if arguments.is_empty() {
            pending.arguments
        } else {
            Cow::Owned(format!("{}{arguments}", pending.arguments))
        };
        if name == "munmap" {
            self.joined.entries[pending.begun] =
                Entry { pid, at: pending.at, what: What::Call { name, arguments: whole, answer } };
            self.push(pid, at, What::Answered);
        } else {
            self.call(pid, at, name, whole, answer, pending.begun);
        }
    }

    /// A call has answered with a child's number. If the child showed up since the call began, it was born there.
    fn birth(&mut self, parent: u32, at: Position, how: Birth, child: u64, begun: usize) {
        self.appear(parent, at);
        let Ok(child) = u32::try_from(child) else { return self.joined.skip("children with impossible numbers") };
        if child == parent {
            return self.joined.skip("children with impossible numbers");
        }
        match self.unclaimed.remove(&child).filter(|born| *born >= begun) {
            Some(born) => self.joined.entries[born].what = What::Born(how),
            None => {
                self.alive.insert(child);
                self.push(child, at, What::Born(how));
            }
        }
    }

    fn gone(&mut self, pid: u32, at: Position, signal: Option<&'a str>) {
        self.alive.remove(&pid);
        if self.pending.remove(&pid).is_some() {
            self.joined.skip("calls that never answered");
        }
        self.push(pid, at, What::Gone(signal));
    }

    /// `thread` began an `execve` that will be answered under its process's number, `by`.
    fn superseded(&mut self, thread: u32, at: Position, by: u32) {
        let by = if self.unnumbered == Some(by) { 0 } else { by };
        self.alive.remove(&thread);
        if let Some(pending) = self.pending.remove(&thread) {
            self.pending.insert(by, pending);
        }
        self.push(by, at, What::Takes { from: thread });
    }

    fn finish(&mut self) {
        for pending in std::mem::take(&mut self.pending).into_values() {
            self.joined.skip(format!("{} that never answered", pending.name));
        }
    }
}

/// What kind of child a call bears.
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
mod tests {
    use super::super::line::mend;
    use super::*;

    /// The entries in short, a line each.
    fn check(log: &str, expected: &str) {
        let mended = mend(log);
        let joined = join(&mended).unwrap();
        let text: Vec<String> = joined
            .entries
            .iter()
            .filter(|entry| !matches!(entry.what, What::Nothing | What::Begun | What::Answered))
            .map(|entry| {
                let what = match &entry.what {
                    What::Call { name, arguments, answer: Answer::Value(value, _) } => {
                        format!("{name}({arguments}) = {value}")
                    }
                    What::Call { name, arguments, .. } => format!("{name}({arguments})"),
                    other => format!("{other:?}"),
                };
                format!("{} {}:{} {what}", entry.pid, entry.at.line, entry.at.column)
            })
            .collect();
        assert_eq!(text.join("\n"), expected.trim());
    }

    #[test]
    fn a_call_takes_effect_where_it_answers_but_munmap_where_it_begins() {
        check(
            "1 brk(NULL <unfinished ...>\n2 munmap(0x1000,  <unfinished ...>\n2 <... munmap resumed>4096) = 0\n1 <... brk resumed>) = 7\n",
            "1 1:3 Born(Unknown)\n2 2:3 Born(Unknown)\n2 2:3 munmap(0x1000,  4096) = 0\n1 4:3 brk(NULL ) = 7",
        );
    }

    #[test]
    fn a_child_is_born_at_its_first_line() {
        check(
            "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n2 brk(NULL) = 1\n1 <... clone resumed>, child_tidptr=0x7) = 2\n",
            "1 1:3 Born(Unknown)\n2 2:3 Born(Fork(1))\n2 2:3 brk(NULL) = 1",
        );
        check("1 vfork() = 2\n2 brk(NULL) = 1\n", "1 1:3 Born(Unknown)\n2 1:3 Born(Vfork(1))\n2 2:3 brk(NULL) = 1");
        check(
            "1 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x1} => {parent_tid=[2]}, 88) = 2\n",
            "1 1:3 Born(Unknown)\n2 1:3 Born(Thread(1))",
        );
        check("1 clone(child_stack=0x1, flags=0x4111) = 2\n", "1 1:3 Born(Unknown)\n2 1:3 Born(Vfork(1))");
    }

    #[test]
    fn a_number_may_be_used_again() {
        check(
            "1 fork() = 2\n2 +++ exited with 0 +++\n1 fork() = 2\n",
            "1 1:3 Born(Unknown)\n2 1:3 Born(Fork(1))\n2 2:3 Gone(None)\n2 3:3 Born(Fork(1))",
        );
    }

    #[test]
    fn on_a_terminal_numbers_come_and_go() {
        check(
            "brk(NULL) = 1\nvfork(strace: Process 8 attached\n <unfinished ...>\n[pid     8] brk(NULL) = 2\n[pid     7] <... vfork resumed>) = 8\n\
             [pid     8] +++ exited with 0 +++\nbrk(NULL) = 3\n+++ killed by SIGSEGV +++\n",
            "0 1:1 Born(Unknown)\n0 1:1 brk(NULL) = 1\n8 4:13 Born(Vfork(0))\n8 4:13 brk(NULL) = 2\n8 6:13 Gone(None)\n\
             0 7:1 brk(NULL) = 3\n0 8:1 Gone(Some(\"SIGSEGV\"))",
        );
        check(
            "clone(flags=SIGCHLDstrace: Process 8 attached\n, child_tidptr=0x7) = 8\n[pid 7] brk(NULL) = 1\n[pid 8] brk(NULL) = 2\n",
            "0 1:1 Born(Unknown)\n8 1:1 Born(Fork(0))\n0 3:9 brk(NULL) = 1\n8 4:9 brk(NULL) = 2",
        );
    }

    #[test]
    fn a_thread_may_exec_for_its_process() {
        check(
            "1 clone(flags=CLONE_VM|CLONE_THREAD) = 2\n2 execve(\"/bin/a\", [], 0x7 <unfinished ...>\n2 +++ superseded by execve in pid 1 +++\n1 <... execve resumed>) = 0\n",
            "1 1:3 Born(Unknown)\n2 1:3 Born(Thread(1))\n1 3:3 Takes { from: 2 }\n1 4:3 execve(\"/bin/a\", [], 0x7 ) = 0",
        );
    }

    #[test]
    fn damage_has_its_place() {
        let error = join("1 brk(NULL) = 1\n1 mmap(NULL, 81 hello\n1 brk(NULL) = 1\n").unwrap_err();
        assert_eq!((error.line, error.column, error.message.as_str()), (2, 3, "this call of `mmap` is damaged"));
        let error = join("fn main() {}\n").unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (1, "this is no strace log: it has not one call"));
        assert!(join("").is_err());
        let joined = join("hello\n1 brk(NULL) = 1\n1 wait4(1) = 2\n--- SIGCHLD {} ---\n1 mmap(NULL, 8").unwrap();
        let skipped: Vec<_> = joined.skipped.iter().map(|(what, count)| format!("{count} {what}")).collect();
        assert_eq!(
            skipped,
            ["1 a last line that is cut off", "1 lines that are not strace's", "1 signal SIGCHLD", "1 wait4"]
        );
    }
}
