//! What a terminal does to a log: without `-o`, strace's own remarks and the program's output appear in the middle of
//! lines.

use super::line::{Body, body, damaged, prefix};
use super::names::{BIRTHS, CHANGES, EXITS};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A log whose lines are whole again.
pub struct Mended<'a> {
    pub text: Cow<'a, str>,
    /// Processes that were attached according to the remarks taken out of lines: children, by strace's number.
    pub attached: BTreeSet<u32>,
}

/// Joins lines that a remark cut in two: on a terminal strace remarks in the middle of a line that a child is attached,
/// or that it detaches from a process, and the line goes on in the next. Leaves an empty line for the second, so that
/// all lines keep their numbers.
pub fn mend(text: &str) -> Mended<'_> {
    let mut attached = BTreeSet::new();
    if !text.lines().any(|line| cut_in_two(line, false).is_some()) {
        return Mended { text: Cow::Borrowed(text), attached };
    }
    let mut mended = String::with_capacity(text.len());
    let mut owed = 0;
    for line in text.split_inclusive('\n') {
        if let Some((head, child)) = cut_in_two(line.trim_end(), owed > 0) {
            mended += head;
            attached.extend(child);
            owed += 1;
        } else {
            mended += line;
            // A text that ended within its last line still does.
            let lines = if line.ends_with('\n') { std::mem::take(&mut owed) } else { 0 };
            mended.extend(std::iter::repeat_n('\n', lines));
        }
    }
    Mended { text: Cow::Owned(mended), attached }
}

/// The text before a remark within a line, and the process that it says is attached. strace 4 does not sign its
/// remarks: a call must have begun there, in this line or (`goes_on`) in the one before.
fn cut_in_two(line: &str, goes_on: bool) -> Option<(&str, Option<u32>)> {
    let (mut head, remark) = line.rsplit_once("Process ")?;
    let digits = remark.bytes().take_while(u8::is_ascii_digit).count();
    let pid = remark[..digits].parse().ok()?;
    let attached = match &remark[digits..] {
        " attached" | " attached (waiting for parent)" => Some(pid),
        " detached" | " suspended" => None,
        parent if parent.starts_with(" resumed") => None,
        _ => return None,
    };
    match head.strip_suffix("strace: ") {
        Some(before) => head = before,
        None if goes_on || begins_a_call(head) => {}
        None => return None,
    }
    // A remark on its own line leaves nothing; it may stand between the two halves of another.
    (goes_on || !head.is_empty()).then_some((head, attached))
}

fn begins_a_call(text: &str) -> bool {
    let text = &text[prefix(text).1..];
    damaged(text).is_some() || text.starts_with("<... ")
}

/// At most this many bytes of a line are searched for a call after a program's output.
const LONGEST: usize = 1 << 16;
/// At most this many places of a line are tried.
const TRIES: usize = 8;

/// Names that end like a call about memory and are another call.
const OTHERS: [&str; 3] = ["process_madvise", "pkey_mprotect", "vfork"];

/// The place after a program's output where strace's line begins: a program that writes no end of line leaves the
/// cursor in the middle of one, as in `How many? brk(NULL) = 0x5000`. It is the first place from which the line is a
/// whole call about memory or processes, or the exit of a process; `None` if there is none.
pub fn behind_output(line: &str) -> Option<usize> {
    if line.len() > LONGEST {
        return None;
    }
    let mut starts: Vec<usize> = Vec::new();
    let names = CHANGES.iter().chain(&BIRTHS).chain(&EXITS);
    for name in names {
        let found = line.match_indices(name).filter(|(at, _)| line[at + name.len()..].starts_with('('));
        starts.extend(found.map(|(at, _)| at).take(TRIES));
    }
    starts.extend(line.match_indices("+++ ").map(|(at, _)| at).take(TRIES));
    starts.sort_unstable();
    starts.into_iter().filter(|at| *at > 0).find_map(|at| {
        let whole = match body(&line[at..])? {
            Body::Call { name, .. } => !OTHERS
                .iter()
                .any(|other| *other != name && other.ends_with(name) && line[..at + name.len()].ends_with(other)),
            Body::Exited | Body::Killed(_) => true,
            _ => false,
        };
        whole.then(|| with_prefix(line, at))
    })
}

/// The place where the process's number before a call begins, if there is one: `Hello[pid  7] exit_group(0) = ?`.
fn with_prefix(line: &str, at: usize) -> usize {
    let number = line[..at].rfind("[pid ").filter(|start| *start + prefix(&line[*start..]).1 == at);
    number.unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_what_a_terminal_cut() {
        let check = |text: &str, mended: &str, children: &[u32]| {
            let found = mend(text);
            assert_eq!(found.text, mended);
            assert_eq!(found.attached.into_iter().collect::<Vec<_>>(), children, "{text}");
        };
        check("vfork(strace: Process 12 attached\n <unfinished ...>\nbrk\n", "vfork( <unfinished ...>\n\nbrk\n", &[12]);
        check("astrace: Process 1 attached\nbstrace: Process 2 attached\nc\nd\n", "abc\n\n\nd\n", &[1, 2]);
        check("astrace: Process 1 attached\nb", "ab", &[1]);
        check("read(0, ^Cstrace: Process 9 detached\n <detached ...>\n", "read(0, ^C <detached ...>\n\n", &[]);
        // strace 4.
        check("clone(Process 701 attached\nflags=0) = 701\n", "clone(flags=0) = 701\n\n", &[701]);
        check("[pid 7] fork(Process 8 attached (waiting for parent)\n) = 8\n", "[pid 7] fork() = 8\n\n", &[8]);
        check(
            "vfork(Process 8 attached (waiting for parent)\nProcess 8 resumed (parent 7 ready)\n) = 8\n",
            "vfork() = 8\n\n\n",
            &[8],
        );
        check("<... clone resumed> Process 9 attached\n) = 9\n", "<... clone resumed> ) = 9\n\n", &[9]);
        for whole in [
            "strace: Process 12 attached\nbrk(",
            "write(1, \"strace: Process 12 attached\") = 1\n",
            "Process 12 attached\n",
            "Hello, Process 12 attached\nbrk(0) = 1\n",
            "see (all) Process 12 detached\n",
        ] {
            assert!(matches!(mend(whole).text, Cow::Borrowed(_)), "{whole}");
        }
    }

    #[test]
    fn finds_a_call_behind_output() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(behind_output(line).map(|at| &line[at..]), expected, "{line}");
        };
        check("How many? brk(NULL) = 0x5000", Some("brk(NULL) = 0x5000"));
        check("helloexit_group(0)      = ?", Some("exit_group(0)      = ?"));
        check("Bye.[pid   7] exit_group(0) = ?", Some("[pid   7] exit_group(0) = ?"));
        check("Bye.+++ exited with 0 +++", Some("+++ exited with 0 +++"));
        check("100%vfork() = 8", Some("vfork() = 8"));
        for other in ["Hello", "munmap(p) failed", "process_madvise(1, 2) = 0", "brk(NULL) = 0x5000", "ébrk"] {
            check(other, None);
        }
    }
}
