//! Tests of joining lines to calls.

use super::super::terminal::mend;
use super::*;

fn joined(log: &str) -> Result<Report, PlacedError> {
    join(&mend(log), Options::default()).map(|joined| joined.report)
}

/// The entries in short, a line each.
fn check(log: &str, expected: &str) {
    let mended = mend(log);
    let joined = join(&mended, Options::default()).unwrap();
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
        "1 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x1} => {parent_tid=[2]}, 88) = 2\n2 brk(NULL) = 1\n",
        "1 1:3 Born(Unknown)\n2 1:3 Born(Thread(1))\n2 2:3 brk(NULL) = 1",
    );
    check(
        "1 clone(child_stack=0x1, flags=0x4111) = 2\n2 brk(NULL) = 1\n",
        "1 1:3 Born(Unknown)\n2 1:3 Born(Vfork(1))\n2 2:3 brk(NULL) = 1",
    );
}

#[test]
fn a_number_may_be_used_again() {
    check(
        "1 fork() = 2\n2 +++ exited with 0 +++\n1 fork() = 2\n2 brk(NULL) = 1\n",
        "1 1:3 Born(Unknown)\n2 1:3 Born(Fork(1))\n2 2:3 Gone(None)\n2 3:3 Born(Fork(1))\n2 4:3 brk(NULL) = 1",
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
    let error = joined("1 brk(NULL) = 1\n1 mmap(NULL, 81 hello\n1 brk(NULL) = 1\n").unwrap_err();
    assert_eq!((error.line, error.column, error.message.as_str()), (2, 3, "this call of `mmap` is damaged"));
    let error = joined("fn main() {}\n").unwrap_err();
    assert_eq!((error.line, error.message.as_str()), (1, "this is no strace log: it has not one call"));
    assert!(joined("").is_err());
    let report = joined("hello\n1 brk(NULL) = 1\n1 wait4(1) = 2\n--- SIGCHLD {} ---\n1 mmap(NULL, 8").unwrap();
    let skipped: Vec<_> = report.skipped.iter().map(|(what, count)| format!("{count} {what}")).collect();
    assert_eq!(
        skipped,
        ["1 a last line that is cut off", "1 lines that are not strace's", "1 signal SIGCHLD", "1 wait4"]
    );
}
