//! The grammar of one line of a log: who and when, then a call, a part of one, a signal or an end.
//!
//! ```text
//! [pid  7] 10:15:31.966 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</lib/libc.so.6>, 0) = 0x7f5e044fd000 <0.000057>
//! 7 mmap(NULL, 8192, PROT_READ,  <unfinished ...>
//! 7 <... mmap resumed>MAP_PRIVATE, 3, 0) = 0x7f5e044fd000
//! 7 --- SIGCHLD {si_signo=SIGCHLD, ...} ---
//! 7 +++ exited with 0 +++
//! ```

use super::scan::{UNFINISHED, scan};
use super::value::{integer, path};
use std::borrow::Cow;
use winnow::ascii::{dec_uint, digit1, space0, space1};
use winnow::combinator::{alt, delimited, fail, not, opt, preceded, repeat, terminated};
use winnow::token::{rest, take_till, take_while};
use winnow::{ModalResult, Parser};

/// Linux's PID_MAX_LIMIT: a larger number at the start of a line is a time.
const MAX_PID: u32 = 1 << 22;

/// What a line says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Body<'a> {
    Call {
        name: &'a str,
        arguments: &'a str,
        answer: Answer<'a>,
    },
    /// The call goes on in a later line of the same process.
    Unfinished {
        name: &'a str,
        arguments: &'a str,
    },
    /// The rest of an unfinished call.
    Resumed {
        name: &'a str,
        arguments: &'a str,
        answer: Answer<'a>,
    },
    Signal(&'a str),
    Exited,
    Killed(&'a str),
    /// This thread called `execve` and goes on under its process's number.
    Superseded(u32),
    /// strace speaks for itself.
    Remark,
}

/// What a call answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer<'a> {
    /// A number; of a file descriptor with its path, if strace ran with `-y`.
    Value(u64, Option<&'a str>),
    /// `-1` and the error's name.
    Failed(&'a str),
    /// `?`: the call never returned.
    Never,
}

/// The process's number, if the line has one, and how many bytes of the line stand before its body.
pub fn prefix(line: &str) -> (Option<u32>, usize) {
    let mut text = line;
    let pid = opt(alt((delimited(("[pid", space1), pid, (']', space0)), delimited(space0, pid, space1))))
        .parse_next(&mut text)
        .unwrap_or(None);
    let _: ModalResult<()> = repeat(0.., alt((time, bracketed))).parse_next(&mut text);
    let _: ModalResult<&str> = space0.parse_next(&mut text);
    (pid, line.len() - text.len())
}

/// A line's body, its prefix taken off; none if strace would not write it.
pub fn body(text: &str) -> Option<Body<'_>> {
    alt((signal, end, resumed, remark, call)).parse(text).ok()
}

/// The name that a line's body starts with, if a parenthesis follows: what a damaged line was going to be.
pub fn name_of(text: &str) -> Option<&str> {
    terminated(name, '(').parse_next(&mut &*text).ok()
}

/// `123` or `123<cat>`, but not the start of a time.
fn pid(input: &mut &str) -> ModalResult<u32> {
    terminated(dec_uint.verify(|pid| *pid <= MAX_PID), (opt(path), not(alt(('.', ':'))))).parse_next(input)
}

/// `10:15:31.966365`, `1700000000.123456`, `0.000123` or `(+     0.000123)`.
fn time(input: &mut &str) -> ModalResult<()> {
    let number = || take_while(1.., |c: char| c.is_ascii_digit() || matches!(c, '.' | ':'));
    (space0, alt((delimited(("(+", space0), number(), ')'), number())), space1).void().parse_next(input)
}

/// The system call's number (`-n`) or the instruction pointer (`-i`): `[  59]`, `[00007f5e044fdad7]`.
fn bracketed(input: &mut &str) -> ModalResult<()> {
    let inside = take_while(1.., |c: char| c.is_ascii_hexdigit() || matches!(c, ' ' | '?'));
    (space0, '[', inside, ']', space1).void().parse_next(input)
}

fn name<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '?')).parse_next(input)
}

fn word<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_').parse_next(input)
}

fn signal<'a>(input: &mut &'a str) -> ModalResult<Body<'a>> {
    delimited("--- ", alt((preceded("stopped by ", word), word)), rest).map(Body::Signal).parse_next(input)
}

fn end<'a>(input: &mut &'a str) -> ModalResult<Body<'a>> {
    let exited = "exited with ".value(Body::Exited);
    let killed = preceded("killed by ", word).map(Body::Killed);
    let superseded = preceded("superseded by execve in pid ", dec_uint).map(Body::Superseded);
    delimited("+++ ", alt((exited, killed, superseded)), rest).parse_next(input)
}

fn remark<'a>(input: &mut &'a str) -> ModalResult<Body<'a>> {
    alt(("strace: ", "[ Process ", "Process ", "> ")).parse_next(input)?;
    rest.value(Body::Remark).parse_next(input)
}

fn call<'a>(input: &mut &'a str) -> ModalResult<Body<'a>> {
    let name = terminated(name, '(').parse_next(input)?;
    Ok(match rest_of_call(input)? {
        (arguments, Some(answer)) => Body::Call { name, arguments, answer },
        (arguments, None) => Body::Unfinished { name, arguments },
    })
}

fn resumed<'a>(input: &mut &'a str) -> ModalResult<Body<'a>> {
    let name = delimited("<... ", name, (" resumed>", opt(' '))).parse_next(input)?;
    Ok(match rest_of_call(input)? {
        (arguments, Some(answer)) => Body::Resumed { name, arguments, answer },
        (arguments, None) => Body::Resumed { name, arguments, answer: Answer::Never },
    })
}

/// Arguments up to the parenthesis that closes the call, and the answer; none if it is unfinished.
fn rest_of_call<'a>(input: &mut &'a str) -> ModalResult<(&'a str, Option<Answer<'a>>)> {
    let Some(end) = scan(input, |_, byte| byte == b')') else { return fail.parse_next(input) };
    let (arguments, after) = input.split_at(end);
    *input = after;
    if after.starts_with(UNFINISHED) {
        // Of a process that was killed meanwhile strace writes `<unfinished ...>) = ?`.
        return rest.value((arguments, None)).parse_next(input);
    }
    (')', space0, '=', space0).parse_next(input)?;
    terminated(answer, rest).map(|answer| (arguments, Some(answer))).parse_next(input)
}

fn answer<'a>(input: &mut &'a str) -> ModalResult<Answer<'a>> {
    let failed = preceded(('-', digit1, space0), take_till(0.., [' ', '(']));
    alt((
        '?'.value(Answer::Never),
        failed.map(Answer::Failed),
        (integer, opt(path)).map(|(value, path)| Answer::Value(value, path)),
    ))
    .parse_next(input)
}

/// On a terminal strace remarks that a child is attached in the middle of a line, and the line goes on in the next. Joins
/// the two, and leaves an empty line for the second, so that all lines keep their numbers.
pub fn mend(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| cut_in_two(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut mended = String::with_capacity(text.len());
    let mut owed = 0;
    for line in text.split_inclusive('\n') {
        if let Some(head) = cut_in_two(line.trim_end()) {
            mended += head;
            owed += 1;
        } else {
            mended += line;
            // A text that ends within its last line goes on doing so.
            let lines = if line.ends_with('\n') { std::mem::take(&mut owed) } else { 0 };
            mended.extend(std::iter::repeat_n('\n', lines));
        }
    }
    Cow::Owned(mended)
}

/// What stands before the remark that a child is attached.
fn cut_in_two(line: &str) -> Option<&str> {
    let (head, remark) = line.rsplit_once("strace: Process ")?;
    let pid = remark.strip_suffix(" attached")?;
    (!head.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit())).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_pid_and_time() {
        let check = |line: &str, pid, body: &str| {
            let (found, at) = prefix(line);
            assert_eq!((found, &line[at..]), (pid, body), "{line}");
        };
        check("brk(NULL) = 0x0", None, "brk(NULL) = 0x0");
        check("123 brk(", Some(123), "brk(");
        check("123   brk(", Some(123), "brk(");
        check("[pid   123] brk(", Some(123), "brk(");
        check("[pid 123<cat>] brk(", Some(123), "brk(");
        check("123<a b> 10:15:31 brk(", Some(123), "brk(");
        check("10:15:31.966365 (+     0.000000) [  59] [00007f5e044fdad7] brk(", None, "brk(");
        check("1795256132.167237 brk(", None, "brk(");
        check("1795256132 brk(", None, "brk(");
        check("     0.000123 brk(", None, "brk(");
        check("[pid 31714]      0.000317 <... brk resumed>", Some(31714), "<... brk resumed>");
        check("7 1795256132.167237 brk(", Some(7), "brk(");
        check("[ Process PID=12 runs in 32 bit mode. ]", None, "[ Process PID=12 runs in 32 bit mode. ]");
    }

    #[test]
    fn reads_every_kind_of_body() {
        let check = |text: &str, expected| assert_eq!(body(text), expected, "{text}");
        let value = |value| Answer::Value(value, None);
        check("fork() = 12", Some(Body::Call { name: "fork", arguments: "", answer: value(12) }));
        check(
            "brk(NULL)     = 0x5000 <0.000008>",
            Some(Body::Call { name: "brk", arguments: "NULL", answer: value(0x5000) }),
        );
        check(
            "openat(AT_FDCWD</tmp>, \"a)\", O_RDONLY) = 3</tmp/a)>",
            Some(Body::Call {
                name: "openat",
                arguments: "AT_FDCWD</tmp>, \"a)\", O_RDONLY",
                answer: Answer::Value(3, Some("/tmp/a)")),
            }),
        );
        check(
            "munmap(0x1, 1) = -1 EINVAL (Invalid argument)",
            Some(Body::Call { name: "munmap", arguments: "0x1, 1", answer: Answer::Failed("EINVAL") }),
        );
        check("exit_group(0)    = ?", Some(Body::Call { name: "exit_group", arguments: "0", answer: Answer::Never }));
        check("wait4(-1,  <unfinished ...>", Some(Body::Unfinished { name: "wait4", arguments: "-1,  " }));
        check("exit_group(0 <unfinished ...>) = ?", Some(Body::Unfinished { name: "exit_group", arguments: "0 " }));
        check("<... brk resumed>) = 0x5", Some(Body::Resumed { name: "brk", arguments: "", answer: value(5) }));
        check("<... brk resumed> ) = 0x5", Some(Body::Resumed { name: "brk", arguments: "", answer: value(5) }));
        check("<... exit resumed>) = ?", Some(Body::Resumed { name: "exit", arguments: "", answer: Answer::Never }));
        check(
            "<... futex resumed> <unfinished ...>) = ?",
            Some(Body::Resumed { name: "futex", arguments: "", answer: Answer::Never }),
        );
        check("--- SIGCHLD {si_signo=SIGCHLD} ---", Some(Body::Signal("SIGCHLD")));
        check("--- stopped by SIGSTOP ---", Some(Body::Signal("SIGSTOP")));
        check("+++ exited with 0 +++", Some(Body::Exited));
        check("+++ killed by SIGSEGV (core dumped) +++", Some(Body::Killed("SIGSEGV")));
        check("+++ superseded by execve in pid 12 +++", Some(Body::Superseded(12)));
        check("strace: Process 12 attached", Some(Body::Remark));
        check("> /lib/libc.so.6(__mmap+0x23) [0x1]", Some(Body::Remark));
        for other in
            ["", "hello", "hello world", "mmap(NULL, 81", "mmap(NULL) =", "mmap(NULL)", "brk(0) = nothing", "<... brk"]
        {
            check(other, None);
        }
    }

    #[test]
    fn mends_what_a_terminal_cut() {
        assert_eq!(
            mend("vfork(strace: Process 12 attached\n <unfinished ...>\nbrk\n"),
            "vfork( <unfinished ...>\n\nbrk\n"
        );
        assert_eq!(mend("astrace: Process 1 attached\nbstrace: Process 2 attached\nc\nd\n"), "abc\n\n\nd\n");
        assert_eq!(mend("astrace: Process 1 attached\nb"), "ab");
        for whole in ["strace: Process 12 attached\nbrk(", "write(1, \"strace: Process 12 attached\") = 1\n"] {
            assert!(matches!(mend(whole), Cow::Borrowed(_)), "{whole}");
        }
    }
}
