//! The grammar of one line of a log: process and time, then a call, a part of one, a signal or an exit.
//!
//! ```text
//! [pid  7] 10:15:31.966 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</lib/libc.so.6>, 0) = 0x7f5e044fd000 <0.000057>
//! 7 mmap(NULL, 8192, PROT_READ,  <unfinished ...>
//! 7 <... mmap resumed>MAP_PRIVATE, 3, 0) = 0x7f5e044fd000
//! 7 --- SIGCHLD {si_signo=SIGCHLD, ...} ---
//! 7 +++ exited with 0 +++
//! ```

use super::scan::{breaks_off, scan};
use super::value::{integer, path};
use winnow::ascii::{dec_uint, space0, space1};
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
    /// strace reports that it begins to trace this process, with so many threads.
    Attached {
        pid: u32,
        threads: u32,
    },
    /// A message of strace about itself.
    Remark,
}

/// What a call answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer<'a> {
    /// A number; of a file descriptor with its path, if strace ran with `-y`; of a child in another pid namespace the
    /// number that strace sees, if it ran with `--pidns-translation`.
    Value(u64, Option<&'a str>),
    /// `-1` and the error's name.
    Failed(&'a str),
    /// `?`: the call never returned.
    Never,
    /// strace answered in the kernel's place (`-e inject`): nothing happened.
    Injected,
}

/// The process's number, if the line has one, and how many bytes of the line precede its body.
pub fn prefix(line: &str) -> (Option<u32>, usize) {
    let mut text = line;
    let pid = opt(alt((delimited(("[pid", space1), pid, (']', space0)), delimited(space0, pid, space1))))
        .parse_next(&mut text)
        .unwrap_or(None);
    let _: ModalResult<()> = repeat(0.., alt((time, bracketed))).parse_next(&mut text);
    let _: ModalResult<&str> = space0.parse_next(&mut text);
    (pid, line.len() - text.len())
}

/// A line's body, without its prefix; `None` if strace would not write it.
pub fn body(text: &str) -> Option<Body<'_>> {
    alt((signal, end, resumed, attached, remark, call)).parse(text).ok()
}

/// The name of the call that a line's body begins and does not end: what a damaged line was going to be. `None` for
/// prose, such as `fork() failed` or `read(2) returned 5`: strace writes the closing parenthesis and the answer
/// together.
pub fn damaged(text: &str) -> Option<&str> {
    let mut after = text;
    let name = terminated(name, '(').parse_next(&mut after).ok()?;
    let prose = scan(after, |_, byte| byte == b')').is_some_and(|end| {
        let rest = after[end..].trim_start_matches(')').trim();
        !rest.is_empty() && !rest.starts_with('=') && !breaks_off(rest)
    });
    (!prose).then_some(name)
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

/// `strace: Process 12 attached with 3 threads`; strace 4 leaves out its name, and may add what it waits for.
fn attached<'a>(input: &mut &'a str) -> ModalResult<Body<'a>> {
    let pid = delimited((opt("strace: "), "Process "), dec_uint, " attached").parse_next(input)?;
    let threads = opt(delimited(" with ", dec_uint, " threads")).parse_next(input)?.unwrap_or(1);
    rest.value(Body::Attached { pid, threads }).parse_next(input)
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

/// Arguments up to the parenthesis that closes the call, and the answer; `None` if it is unfinished.
fn rest_of_call<'a>(input: &mut &'a str) -> ModalResult<(&'a str, Option<Answer<'a>>)> {
    let Some(end) = scan(input, |_, byte| byte == b')') else { return fail.parse_next(input) };
    let (arguments, after) = input.split_at(end);
    *input = after;
    if breaks_off(after) {
        // For a process that was killed meanwhile strace writes `<unfinished ...>) = ?`.
        return rest.value((arguments, None)).parse_next(input);
    }
    (')', space0, '=', space0).parse_next(input)?;
    terminated(answer, rest).map(|answer| (arguments, Some(answer))).parse_next(input)
}

fn answer<'a>(input: &mut &'a str) -> ModalResult<Answer<'a>> {
    let answer = alt(('?'.value(Answer::Never), negative, value)).parse_next(input)?;
    // `(INJECTED: args)` alone is a call that the kernel did carry out.
    let injected = input.contains("(INJECTED)") || input.contains("(INJECTED: args, retval)");
    Ok(if injected { Answer::Injected } else { answer })
}

/// `5`, `0x7f00`, `3</lib/libc.so.6>` or `2 /* 2004 in strace's PID NS */`.
fn value<'a>(input: &mut &'a str) -> ModalResult<Answer<'a>> {
    let (value, path) = (integer, opt(path)).parse_next(input)?;
    let outside = opt(delimited((space0, "/* "), dec_uint, " in strace's PID NS */")).parse_next(input)?;
    Ok(Answer::Value(outside.unwrap_or(value), path))
}

/// `-1 ENOMEM (Cannot allocate memory)`, or an address of a 32-bit program that strace 4 printed as a negative number.
fn negative<'a>(input: &mut &'a str) -> ModalResult<Answer<'a>> {
    let number: u64 = preceded('-', dec_uint).parse_next(input)?;
    let name = preceded(space0, take_till(0.., [' ', '('])).parse_next(input)?;
    Ok(match name {
        "" if (0x1000..=0x8000_0000).contains(&number) => Answer::Value(number.wrapping_neg(), None),
        "" => Answer::Failed("an error without a name"),
        name => Answer::Failed(name),
    })
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
        check("read(0,  <detached ...>", Some(Body::Unfinished { name: "read", arguments: "0,  " }));
        check(
            "exit_group(0 <ptrace(SYSCALL):No such process>",
            Some(Body::Unfinished { name: "exit_group", arguments: "0 " }),
        );
        let fork = |answer| Some(Body::Call { name: "fork", arguments: "", answer });
        check("fork() = 2 /* 2004 in strace's PID NS */", fork(value(2004)));
        check("fork() = 77 (INJECTED)", fork(Answer::Injected));
        check("fork() = -1 ENOSYS (Function not implemented) (INJECTED)", fork(Answer::Injected));
        check("fork() = 77 (INJECTED: args, retval) (DELAYED)", fork(Answer::Injected));
        check("fork() = 77 (INJECTED: args)", fork(value(77)));
        check("fork() = -1207959552", fork(value(0xffff_ffff_b800_0000)));
        check("fork() = -1 (errno 38)", fork(Answer::Failed("an error without a name")));
        check(
            "close(4<TCP:[127.0.0.1:5000->127.0.0.1:5001]>) = 0",
            Some(Body::Call { name: "close", arguments: "4<TCP:[127.0.0.1:5000->127.0.0.1:5001]>", answer: value(0) }),
        );
        check("--- SIGCHLD {si_signo=SIGCHLD} ---", Some(Body::Signal("SIGCHLD")));
        check("--- stopped by SIGSTOP ---", Some(Body::Signal("SIGSTOP")));
        check("+++ exited with 0 +++", Some(Body::Exited));
        check("+++ killed by SIGSEGV (core dumped) +++", Some(Body::Killed("SIGSEGV")));
        check("+++ superseded by execve in pid 12 +++", Some(Body::Superseded(12)));
        check("strace: Process 12 attached", Some(Body::Attached { pid: 12, threads: 1 }));
        check("Process 12 attached (waiting for parent)", Some(Body::Attached { pid: 12, threads: 1 }));
        check("strace: Process 12 attached with 3 threads", Some(Body::Attached { pid: 12, threads: 3 }));
        check("Process 12 attached with 3 threads - interrupt to quit", Some(Body::Attached { pid: 12, threads: 3 }));
        check("strace: Process 12 detached", Some(Body::Remark));
        check("[ Process PID=12 runs in 32 bit mode. ]", Some(Body::Remark));
        check("> /lib/libc.so.6(__mmap+0x23) [0x1]", Some(Body::Remark));
        for other in
            ["", "hello", "hello world", "mmap(NULL, 81", "mmap(NULL) =", "mmap(NULL)", "brk(0) = nothing", "<... brk"]
        {
            check(other, None);
        }
    }

    #[test]
    fn tells_damaged_calls_from_prose() {
        for (text, name) in [
            ("mmap(NULL, 81 hello", Some("mmap")),
            ("mmap(NULL, 81", Some("mmap")),
            ("mmap(NULL)", Some("mmap")),
            ("mmap(NULL) = oops", Some("mmap")),
            ("read(0, 42", Some("read")),
            ("read(2) failed", None),
            ("fork() failed: Resource temporarily unavailable", None),
            ("munmap(p, 5): ok", None),
            ("it is (so)", None),
            ("", None),
        ] {
            assert_eq!(damaged(text), name, "{text}");
        }
    }
}
