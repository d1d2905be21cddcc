//! Logs of real programs (recorded by `tests/strace/record.sh`): imported, replayed to the end with every invariant
//! checked, and held against what the kernel itself said was mapped.

use expect_test::{expect, expect_file};
use pageturner::import::strace::{Imported, Options, import, import_with};
use pageturner::lab::recording::{Recording, step_json};
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::{Brk, Command, Mmap};
use pageturner::vocabulary::reply::{Errno, Reply};
use std::path::{Path, PathBuf};

/// Steps between two checks of everything.
const CHECK_EVERY: u32 = 50;

fn log(name: &str) -> String {
    let path = format!("{}/strace/{name}.strace", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Replays; at every [`CHECK_EVERY`]th step and at the end all invariants hold and the folded view is the machine's, and
/// wherever the program read its maps the machine has the same VMAs.
fn replay(imported: &Imported) -> Session {
    let mut session = imported.recording.start().unwrap();
    let mut expected = imported.expected.iter().peekable();
    let steps = imported.recording.steps.len() as u32;
    for step in 1..=steps {
        imported.recording.replay_step(&mut session, step as usize - 1).unwrap();
        if step % CHECK_EVERY == 0 || step == steps {
            assert_eq!(session.check(), [""; 0], "after step {step}");
        }
        while let Some(expected) = expected.next_if(|expected| expected.step == step) {
            assert_eq!(expected.difference(session.view()), None, "after step {step}");
        }
    }
    assert_eq!(expected.next(), None, "a maps text at a step that never came");
    session
}

/// Every call that succeeded in the log succeeds in the machine, and those at chosen places answer the same.
fn answers_as_the_log(session: &Session) {
    for step in session.steps() {
        let as_logged = match (&step.command, &step.reply) {
            // Over a hole, as in the log.
            (Command::Mprotect(_) | Command::Madvise(_), Reply::Failed(Errno::ENOMEM)) => true,
            (Command::Mmap(Mmap { addr: Some(addr), .. }), Reply::Addr(answer)) => addr == answer,
            (Command::Brk(Brk { addr, .. }), Reply::Addr(answer)) => addr.0 == 0 || addr == answer,
            (_, reply) => !matches!(reply, Reply::Failed(_) | Reply::Signal(_)),
        };
        assert!(as_logged, "{step:?}");
    }
}

/// Calls taken in, as `5 brk, 2 mmap`.
fn summary(counts: &std::collections::BTreeMap<String, u64>) -> String {
    counts.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

fn check(name: &str, processes: u32, maps_texts: usize) -> Imported {
    let text = log(name);
    let imported = import(&text).unwrap();
    println!(
        "{name}: {} lines, {} commands, {} maps texts; {}; skipped: {}",
        imported.lines,
        imported.recording.steps.len(),
        imported.expected.len(),
        summary(&imported.calls),
        summary(&imported.report.skipped)
    );
    println!("notes: {:?}; differs: {}", imported.report.notes, summary(&imported.report.differs));
    assert_eq!(imported.processes, processes);
    assert!(imported.expected.len() >= maps_texts, "{} pieces of maps texts", imported.expected.len());
    assert_eq!(Recording::parse(&imported.recording.to_jsonl()).as_ref(), Ok(&imported.recording));
    let session = replay(&imported);
    answers_as_the_log(&session);
    assert!(session.view().processes.is_empty(), "all processes have ended");
    assert!(!imported.report.skipped.contains_key("lines that are not strace's"));
    assert!(!imported.report.differs.contains_key("areas mapped by a call that the log does not show"));
    imported
}

#[test]
fn cat() {
    check("cat", 1, 1);
}

#[test]
fn a_shell_pipeline() {
    check("pipeline", 5, 1);
}

#[test]
fn python_starting() {
    check("python", 1, 1);
}

#[test]
fn a_compiler_run() {
    check("compile", 5, 0);
}

#[test]
fn a_program_that_does_everything_to_its_memory() {
    check("memory", 3, 12);
}

#[test]
fn advice_that_splits_areas() {
    check("advice", 3, 6);
}

#[test]
fn droppable_memory() {
    check("droppable", 2, 5);
}

#[test]
fn mappings_made_a_second_time_and_moved_without_unmapping() {
    check("remap", 1, 4);
}

#[test]
fn locks_of_all_kinds() {
    check("lock", 2, 7);
}

#[test]
fn a_log_from_a_terminal() {
    check("terminal", 4, 0);
}

/// With assumed accesses the machine has pages to show, and is as sound.
#[test]
fn with_assumed_accesses() {
    for name in ["cat", "pipeline", "python", "compile", "memory", "advice", "droppable", "remap"] {
        let imported = import_with(&log(name), Options { touch: true, ..Options::default() }).unwrap();
        let session = replay(&imported);
        answers_as_the_log(&session);
        assert!(session.view().tally.get("faults").is_some_and(|faults| faults > 20), "{name}");
    }
}

/// How a small log is to be read: `NAME.one-process.strace`, `NAME.lenient.strace`.
fn options_of(path: &Path) -> Options {
    let name = path.file_name().unwrap().to_string_lossy();
    let has = |option: &str| name.split('.').any(|part| part == option);
    Options { touch: has("touch"), lenient: has("lenient"), one_process: has("one-process") }
}

fn small_logs() -> Vec<(PathBuf, String)> {
    let folder = format!("{}/strace/small", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "strace"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Each small log of `tests/strace/small` with what becomes of it, in the file of the same name that ends with `.txt`: how it
/// was read, what was counted, the commands, and the VMAs that they leave.
#[test]
fn small_logs_of_every_kind() {
    let logs = small_logs();
    assert!(logs.len() > 30);
    for (path, log) in logs {
        let text = match import_with(&log, options_of(&path)) {
            Ok(imported) => outcome(&imported),
            Err(error) => format!("{error}\n"),
        };
        expect_file![path.with_extension("txt")].assert_eq(&text);
    }
}

fn outcome(imported: &Imported) -> String {
    let Imported { recording, report, .. } = imported;
    let mut text = String::new();
    for sentence in &report.notes {
        text += &format!("note: {sentence}\n");
    }
    if report.may_be_threads {
        text += "note: may be threads of one process\n";
    }
    for (title, counts) in [("differs", &report.differs), ("skipped", &report.skipped)] {
        for (what, count) in counts {
            text += &format!("{title}: {count} {what}\n");
        }
    }
    text += &format!("geometry: {:?}\n", recording.config.geometry);
    for (command, at) in recording.steps.iter().filter(|(_, at)| at.is_some()) {
        text += &format!("{}\n", step_json(command, *at));
    }
    let session = replay(imported);
    answers_as_the_log(&session);
    let view = session.view();
    for pid in view.processes.keys() {
        for vma in view.vmas_of(*pid) {
            let (start, end) = (vma.start.0 << 12, vma.end.0 << 12);
            text += &format!("process {pid} has {start:x}-{end:x} {} {:?}\n", vma.prot, vma.flags);
        }
    }
    text
}

/// The commands of a small log, a line each.
fn commands(log: &str) -> String {
    let imported = import(log).unwrap();
    let session = imported.recording.replay().unwrap();
    assert_eq!(session.check(), [""; 0]);
    let steps = imported.recording.steps.iter().filter(|(_, at)| at.is_some());
    steps.map(|(command, at)| step_json(command, *at)).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_have_names_without_y_and_exec_closes() {
    let log = r#"
1 execve("/bin/a", ["a"], 0x7ffc /* 1 var */) = 0
1 brk(NULL) = 0x555555560000
1 openat(AT_FDCWD, "/etc/x", O_RDONLY|O_CLOEXEC) = 3
1 dup2(3, 9) = 9
1 mmap(0x10000, 8000, PROT_READ, MAP_SHARED|MAP_FIXED, 9, 0x3000) = 0x10000
1 fork() = 2
2 close(9) = 0
2 mmap(NULL, 1, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3, 0) = 0x20000
2 execve("/bin/b", ["b"], 0x7ffc /* 1 var */) = 0
2 mmap(NULL, 1, PROT_NONE, MAP_PRIVATE|MAP_NORESERVE, 3, 0) = 0x20000
2 +++ killed by SIGBUS +++
"#;
    expect![[r#"
        {"do":"spawn","pid":1,"name":"a","at":[2,3]}
        {"do":"exec","pid":1,"name":"a","brk":"0x555555560000","at":[2,3]}
        {"do":"brk","pid":1,"addr":"0x0","at":[3,3]}
        {"do":"mmap","pid":1,"addr":"0x10000","pages":2,"prot":"r","flags":["shared","fixed"],"file":"/etc/x","pgoff":3,"at":[6,3]}
        {"do":"fork","pid":1,"child":2,"at":[7,3]}
        {"do":"mmap","pid":2,"addr":"0x20000","pages":1,"prot":"rx","flags":["private","fixed"],"file":"/etc/x","at":[9,3]}
        {"do":"exec","pid":2,"name":"b","at":[10,3]}
        {"do":"mmap","pid":2,"addr":"0x20000","pages":1,"prot":"none","flags":["private","noreserve","fixed"],"file":"fd 3","at":[11,3]}
        {"do":"note","text":"killed by SIGBUS","at":[12,3]}
        {"do":"exit","pid":2,"at":[12,3]}"#]]
    .assert_eq(&commands(log));
}

#[test]
fn what_execve_mapped_is_inferred() {
    // Pages that a call changes but none has mapped; of a process that was there before the log began.
    let log = "
7 mprotect(0x10000, 8192, PROT_READ) = 0
7 mprotect(0x20000, 4096, PROT_READ|PROT_WRITE) = 0
7 brk(NULL) = 0x90001
7 munmap(0x30000, 4096) = 0
7 mremap(0x11000, 4096, 8192, MREMAP_MAYMOVE) = 0x40000
7 mprotect(0x11000, 4096, PROT_NONE) = 0
7 brk(0x92001) = 0x92001
7 brk(0x91001) = 0x91001
7 brk(0x1) = 0x91001
";
    expect![[r#"
        {"do":"spawn","pid":1,"name":"process 7","at":[2,3]}
        {"do":"exec","pid":1,"name":"process 7","brk":"0x91000","at":[2,3]}
        {"do":"mmap","pid":1,"addr":"0x10000","pages":2,"prot":"rw","flags":["private","fixed"],"file":"[exec image]","at":[2,3]}
        {"do":"mmap","pid":1,"addr":"0x20000","pages":1,"prot":"r","flags":["private","fixed"],"file":"[exec image]","pgoff":16,"at":[2,3]}
        {"do":"mprotect","pid":1,"addr":"0x10000","pages":2,"prot":"r","at":[2,3]}
        {"do":"mprotect","pid":1,"addr":"0x20000","pages":1,"prot":"rw","at":[3,3]}
        {"do":"brk","pid":1,"addr":"0x0","at":[4,3]}
        {"do":"munmap","pid":1,"addr":"0x30000","pages":1,"at":[5,3]}
        {"do":"mremap","pid":1,"addr":"0x11000","pages":1,"new_pages":2,"to":"0x40000","may_move":true,"at":[6,3]}
        {"do":"mmap","pid":1,"addr":"0x11000","pages":1,"prot":"rw","flags":["private","anonymous","fixed"],"at":[7,3]}
        {"do":"mprotect","pid":1,"addr":"0x11000","pages":1,"prot":"none","at":[7,3]}
        {"do":"brk","pid":1,"addr":"0x92001","at":[8,3]}
        {"do":"brk","pid":1,"addr":"0x91001","at":[9,3]}
        {"do":"note","text":"brk(0x1) was refused: the break stays at 0x91001","at":[10,3]}"#]]
    .assert_eq(&commands(log));
}

#[test]
fn a_vfork_child_lives_in_its_parents_memory_until_it_calls_execve() {
    let log = r#"
1 execve("/bin/a", ["a"], 0x7ffc) = 0
1 vfork( <unfinished ...>
2 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000
2 execve("/bin/b", ["b"], 0x7ffc <unfinished ...>
1 <... vfork resumed>) = 2
2 <... execve resumed>) = 0
2 exit_group(0) = ?
2 +++ exited with 0 +++
1 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7f}, 88) = 3
3 munmap(0x10000, 4096) = 0
3 exit(0) = ?
1 munmap(0x20000, 4096) = 0
1 exit_group(0) = ?
"#;
    expect![[r#"
        {"do":"spawn","pid":1,"name":"a","at":[2,3]}
        {"do":"exec","pid":1,"name":"a","at":[2,3]}
        {"do":"mmap","pid":1,"addr":"0x10000","pages":1,"prot":"r","flags":["private","anonymous","fixed"],"at":[4,3]}
        {"do":"note","text":"strace shows a vfork or a clone with CLONE_VM: until now the child lived in its parent's address space; here it is a fork","at":[7,3]}
        {"do":"fork","pid":1,"child":2,"at":[7,3]}
        {"do":"exec","pid":2,"name":"b","at":[7,3]}
        {"do":"exit","pid":2,"at":[8,3]}
        {"do":"munmap","pid":1,"addr":"0x10000","pages":1,"at":[11,3]}
        {"do":"munmap","pid":1,"addr":"0x20000","pages":1,"at":[13,3]}
        {"do":"exit","pid":1,"at":[14,3]}"#]]
    .assert_eq(&commands(log));
}

#[test]
fn a_damaged_log_is_answered_with_its_place() {
    let error = |log: &str| {
        let log = format!("1 brk(NULL) = 0x1000\n{log}\n1 brk(NULL) = 0x1000\n");
        let error = import(&log).unwrap_err();
        format!("{}:{} {}", error.line, error.column, error.message)
    };
    let checks = expect![[r#"
        2:3 this call of `mmap` is damaged
        2:10 `x` is not a number, as argument 1 of `munmap` is
        2:3 `munmap` lacks its argument 2
        2:10 0x1001 is not the start of a page of 4096 bytes
        2:10 4096 bytes from 0xffff800000000000 leave user space, which ends at 0x7ffffffff000
        2:10 18446744073709551615 bytes from 0x1000 leave user space, which ends at 0x7ffffffff000
        2:14 `mmap` of no bytes does not succeed
        2:20 `PROT_READ;` are not flags, as argument 3 of `mmap` is
        2:31 `mmap` needs MAP_PRIVATE or MAP_SHARED
        2:44 `-1` is not a file descriptor, as argument 5 of `mmap` is
        2:47 offset 0x10 is not a multiple of 4096
        2:15 the break 0xffffffffffffffff is outside user space, which ends at 0x7ffffffff000"#]];
    let lines = [
        "1 mmap(NULL, 40",
        "1 munmap(x, 1) = 0",
        "1 munmap(0x1000) = 0",
        "1 munmap(0x1001, 1) = 0",
        "1 munmap(0xffff800000000000, 4096) = 0",
        "1 munmap(0x1000, 18446744073709551615) = 0",
        "1 mmap(NULL, 0, PROT_READ, MAP_PRIVATE, 3, 0) = 0x1000",
        "1 mmap(NULL, 4096, PROT_READ;, MAP_PRIVATE, 3, 0) = 0x1000",
        "1 mmap(NULL, 4096, PROT_READ, MAP_FIXED, 3, 0) = 0x1000",
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0) = 0x1000",
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 16) = 0x1000",
        "1 brk(NULL) = 0xffffffffffffffff",
    ];
    checks.assert_eq(&lines.map(error).join("\n"));
    for nothing in ["", "\n\n", "fn main() {}", "{\"pageturner\":1}"] {
        assert_eq!(import(nothing).unwrap_err().line, 1, "{nothing:?}");
    }
}

/// What fuzzing found, and what else comes in an order that strace would not write.
#[test]
fn odd_orders_are_no_trouble() {
    let logs = [
        "1 brk(NULL <unfinished ...>\n1 fork() = 2\n1 <... brk resumed>) = 0x1000\n",
        "1 <... brk resumed>) = 0x1000\n1 +++ exited with 0 +++\n1 +++ exited with 0 +++\n1 brk(NULL) = 0x1000\n",
        "1 vfork() = 2\n1 exit_group(0) = ?\n2 execve(\"/a\", [], 0x7) = 0\n2 brk(NULL) = 0x1000\n",
        "1 clone(flags=CLONE_VM) = 2\n1 exit(0) = ?\n2 execve(\"/a\" <unfinished ...>\n2 +++ superseded by execve in pid 1 +++\n1 <... execve resumed>) = 0\n",
        "1 fork() = 1\n1 fork() = 2\n1 fork() = 2\n2 vfork() = 2\n",
        "1 +++ superseded by execve in pid 1 +++\n1 execve(\"\", [], 0x7) = 0\n",
    ];
    for log in logs {
        drop(replay(&import(log).unwrap()));
    }
}

/// A real log that ends anywhere is a shorter log.
#[test]
fn a_truncated_log_is_read_to_its_end() {
    for name in ["cat", "pipeline", "compile", "memory", "terminal", "lock"] {
        let log = log(name);
        for (n, end) in (0..log.len()).step_by(log.len() / 400).enumerate() {
            match import(&log[..end]) {
                Ok(imported) if n % 40 == 0 => drop(replay(&imported)),
                Ok(_) => {}
                Err(error) => assert!(end < 200, "{name} cut at {end}: {error}"),
            }
        }
    }
}

/// Small logs of every kind, cut anywhere, with lines of others between, and with damaged bytes: read or refused with a
/// place, and what was read is replayed.
#[test]
fn logs_of_every_kind_in_pieces() {
    let logs = small_logs();
    let lines: Vec<&str> = logs.iter().flat_map(|(_, log)| log.lines()).collect();
    let mut seed = 1u64;
    let mut random = |n: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % n
    };
    let mut texts: Vec<String> = Vec::new();
    for (_, log) in &logs {
        texts.extend((0..log.len()).filter(|end| log.is_char_boundary(*end)).map(|end| log[..end].to_string()));
        texts.extend((0..log.len()).step_by(7).filter(|at| log.is_char_boundary(*at)).map(|at| log[at..].to_string()));
    }
    for _ in 0..2000 {
        texts.push((0..1 + random(12)).map(|_| format!("{}\n", lines[random(lines.len())])).collect());
        let mut bytes = logs[random(logs.len())].1.clone().into_bytes();
        for _ in 0..1 + random(4) {
            let at = random(bytes.len());
            bytes[at] = b"0f\"<>()[]{}=,|- \n\\"[random(18)];
        }
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    for (n, text) in texts.iter().enumerate() {
        let options = Options { touch: n % 2 == 0, lenient: n % 3 == 0, one_process: n % 5 == 0 };
        match import_with(text, options) {
            Ok(imported) if n % 50 == 0 => replay_as_far_as_it_goes(&imported),
            Ok(_) => {}
            Err(error) => assert!(error.line >= 1 && error.column >= 1, "{error}"),
        }
    }
}

/// A log that nobody's program made may have the machine end a process that the log goes on about.
fn replay_as_far_as_it_goes(imported: &Imported) {
    let Imported { recording, expected, .. } = imported;
    let mut session = recording.start().unwrap();
    for step in 0..recording.steps.len() {
        if recording.replay_step(&mut session, step).is_err() {
            break;
        }
        for expected in expected.iter().filter(|expected| expected.step as usize == step + 1) {
            let _ = expected.difference(session.view());
        }
    }
    assert_eq!(session.check(), [""; 0]);
}

/// 10 MB of one thing each: answered in seconds, with the memory to spare, whatever the answer.
#[test]
fn ten_megabytes_of_anything() {
    let many = |line: &str| line.repeat(10_000_000 / line.len());
    let numbered = |line: &dyn Fn(u64) -> String| {
        let mut text = String::from("1 brk(NULL) = 0x1000\n");
        let mut n = 0;
        while text.len() < 10_000_000 {
            n += 1;
            text += &line(n);
        }
        text
    };
    let texts = [
        ("no lines", many("x")),
        ("empty lines", many("\n")),
        ("brackets", format!("1 brk({}", many("(["))),
        ("angles", format!("1 brk({}", many("<a"))),
        ("a string", format!("1 brk(\"{}", many("\\\""))),
        ("commas", format!("1 brk({}) = 0\n", many("1,"))),
        ("flags", format!("1 mmap(NULL, 1, {}0, MAP_PRIVATE, 3, 0) = 0x1000\n", many("PROT_READ|"))),
        ("short calls", many("1 brk(0) = 0\n")),
        ("begun calls", numbered(&|n| format!("{n} read(3 <unfinished ...>\n"))),
        ("names", numbered(&|n| format!("1 c{n}() = 0\n"))),
        ("areas", numbered(&|n| format!("1 mmap(NULL, 1, PROT_READ, MAP_PRIVATE, 3, 0) = {:#x}\n", n * 0x2000))),
        ("forks", numbered(&|n| format!("{n} fork() = {}\n", n + 1))),
        ("threads", numbered(&|n| format!("1 clone(flags=CLONE_VM) = {}\n", n + 1))),
        ("remarks", many("xstrace: Process 1 attached\n")),
        ("old remarks", many("f(Process 1 attached\n")),
        ("attached", numbered(&|n| format!("strace: Process {n} attached with 9 threads\n"))),
        (
            "many threads",
            format!("strace: Process 1 attached with 9999999 threads\n{}", numbered(&|n| format!("{n} brk(0) = 0\n"))),
        ),
        (
            "children of a namespace",
            numbered(&|n| format!("{} fork() = {n}\n{} brk(0) = 0\n", 4_000_000, 2_000_000 + n)),
        ),
        ("children that never appear", numbered(&|n| format!("1 fork() = {n}\n"))),
        ("output and calls", many("x mmap(mmap(mmap(munmap(fork(+++ +++ ")),
        ("names of calls", many("xfork() = 1\n")),
        ("sockets", format!("1 close({}", many("<UNIX\\\"\">"))),
        ("open sockets", format!("1 close({}", many("<UNIX\""))),
        ("structures", format!("1 old_mmap({}) = 0\n", many("{a="))),
        ("pages of 64 KiB", numbered(&|n| format!("1 mmap(NULL, 9, PROT_READ, 0x22, -1, 0) = {:#x}\n", n << 16))),
        (
            "advice",
            numbered(&|n| format!("1 madvise({:#x}, 4096, MADV_DONTFORK) = 0\n1 fork() = {}\n", n << 13, n + 1)),
        ),
        ("locks", numbered(&|n| format!("1 mmap(NULL, 1, 3, 0x22, -1, 0) = {:#x}\n1 mlockall(3) = 0\n", n << 13))),
        ("programs", numbered(&|n| format!("1 execve(\"{n}\") = 0\n1 mprotect(0x1000, 1, PROT_NONE) = 0\n"))),
        ("reads", numbered(&|_| "1 read(3</proc/1/maps>, \"1\", 1) = 1\n".into())),
    ];
    for (name, text) in texts {
        match import(&text) {
            Ok(imported) => println!("{name}: {} commands", imported.recording.steps.len()),
            Err(error) => {
                println!("{name}: {error}");
                assert!(error.line >= 1 && error.to_string().len() < 1000);
            }
        }
    }
}

/// Areas and forks by turns: each fork copies all areas.
#[test]
fn forks_that_copy_too_much_are_refused() {
    let mut log = String::new();
    for n in 1..20_000u64 {
        log += &format!("1 mmap(NULL, 1, PROT_READ, MAP_PRIVATE, 3, 0) = {:#x}\n", n * 0x2000);
    }
    for n in 2..20_000 {
        log += &format!("1 fork() = {n}\n{n} brk(NULL) = 0x1000\n");
    }
    let error = import(&log).unwrap_err();
    assert_eq!((error.line > 20_000, error.message.as_str()), (true, "all forks together copy too much"));
}
