//! Damaged, truncated and hostile logs: read, or refused with their place.

use expect_test::expect;
use pageturner::import::strace::{Imported, Options, import, import_with};
use pageturner_tests::logs::{SMALL, log, replay};

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
    let logs = SMALL.files();
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
