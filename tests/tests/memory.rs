//! What a session says it takes of the host's memory, against what it takes: workloads with very different parts, under
//! an allocator that counts. And the budget: runs that would take any amount are stopped in time, with the reason, and
//! what ran before is there.
//!
//! One test after the other in one thread: the allocator counts for the whole process.

use cap::Cap;
use libtest_mimic::{Arguments, Failed, Trial};
use pageturner::config::AllocatorKind;
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, Outcome, run_script};
use std::alloc::System;
use strum::VariantArray;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Workloads that fit the budget: name, script.
const FIT: &[(&str, &str)] = &[
    ("processes", r#"let p = spawn("p"); let a = p.mmap(1); p.write(a, "x"); for n in 0..3000 { p.fork(); }"#),
    (
        "a line of descent",
        r#"machine(#{ frames: 4096 }); let p = spawn("p"); let a = p.mmap(1); p.write(a, "x"); for n in 0..300 { p = p.fork(); }"#,
    ),
    ("large memory, untouched", "machine(#{ frames: 16777216 });"),
    (
        "50 GiB of 128 in one piece",
        r#"machine(#{ frames: 33554432, allocator: "memarea" }); expect(alloc_memarea(13107200) == 1, "found");"#,
    ),
    (
        "touched, forked, copied",
        r#"machine(#{ frames: 1048576 }); let p = spawn("p"); let a = p.mmap(600000); p.touch(a, 600000);
           let c = p.fork(); c.touch(a, 300000);"#,
    ),
    (
        "chains of pointers",
        r#"machine(#{ frames: 65536, rmap: "pte_chain" }); let p = spawn("p"); let a = p.mmap(4000); p.touch(a, 4000);
           for n in 0..100 { p.fork(); }"#,
    ),
    (
        "pairs",
        r#"machine(#{ frames: 65536, rmap: "vma_offset" }); let p = spawn("p"); let a = p.mmap(40000);
           p.touch(a, 40000); for n in 0..10 { p.fork(); }"#,
    ),
    (
        "bytes in pages and on disk",
        r#"machine(#{ frames: 8192, swap_slots: 16384 }); let p = spawn("p"); let a = p.mmap(12000);
           for n in 0..12000 { p.write(a + n * 4096, `page ${n}`); }"#,
    ),
    (
        "files",
        r#"machine(#{ frames: 8192 }); let p = spawn("p"); for n in 0..6000 { p.pwrite("data", n * 4096, `page ${n}`); }"#,
    ),
    (
        "areas",
        r#"machine(#{ frames: 65536 }); let p = spawn("p"); let a = p.mmap(40000);
           for n in 0..10000 { p.mprotect(a + n * 4 * 4096, 1, "r"); } p.fork();"#,
    ),
    (
        "commands with much to say",
        r#"let text = "long "; while text.len() < 8000 { text += text; } for n in 0..3000 { note(text); }"#,
    ),
    (
        "a long history",
        r#"machine(#{ frames: 65536 }); let p = spawn("p"); let a = p.mmap(60000);
           for n in 0..60000 { p.touch(a + (n * 7919 % 60000) * 4096, 1); }"#,
    ),
    (
        "a long history of gravity",
        r#"machine(#{ frames: 65536, allocator: "gravity" }); let p = spawn("p"); let a = p.mmap(60000);
           for n in 0..60000 { p.touch(a + (n * 7919 % 60000) * 4096, 1); }"#,
    ),
    (
        "equal pages",
        r#"machine(#{ frames: 16384 }); let p = spawn("p"); let a = p.mmap(4000); p.madvise(a, 4000, "mergeable");
           for n in 0..4000 { p.write(a + n * 4096, "the same"); } merge_pass(); merge_pass();"#,
    ),
];

/// Runs that would never end: name, budget in MiB, script, words of the error.
const STOPPED: &[(&str, u64, &str, &[&str])] = &[
    (
        "forks without an end",
        64,
        r#"machine(#{ frames: 1048576 }); let p = spawn("p"); let a = p.mmap(1); p.write(a, "x"); loop { p.fork(); }"#,
        &["would take more than the 64 MiB", "the page tables of", "let processes exit"],
    ),
    (
        "pages of a large machine",
        64,
        r#"machine(#{ frames: 1048576 }); let p = spawn("p"); let a = p.mmap(1000000);
           for n in 0..10 { p.touch(a + n * 100000 * 4096, 100000); }"#,
        &["the descriptors of the frames in use take", "this command up to", "fewer frames"],
    ),
    (
        "a fork of very many pages",
        128,
        r#"machine(#{ frames: 1048576, rmap: "pte_chain" }); let p = spawn("p"); let a = p.mmap(900000);
           p.touch(a, 900000); p.fork();"#,
        &["the reverse map's entries take", "this command up to"],
    ),
    (
        "bytes",
        64,
        r#"machine(#{ frames: 1048576 }); let p = spawn("p"); let a = p.mmap(1000000);
           for n in 0..100000 { p.write(a + n * 4096, `${n}`); }"#,
        &["the bytes written to pages take", "write to fewer pages"],
    ),
    (
        "words",
        16,
        r#"let text = "long "; while text.len() < 40000 { text += text; } loop { note(text); }"#,
        &["commands and their replies take", "use a shorter script"],
    ),
    (
        "a machine that is too large",
        40,
        "machine(#{ frames: 16777216 });",
        &["this machine takes more than the 40 MiB"],
    ),
    (
        "another run beside a large one",
        24,
        r#"machine(#{ frames: 16384 }); let p = spawn("p"); let a = p.mmap(3000);
           for n in 0..3000 { p.write(a + n * 4096, `${n}`); }
           what_if(#{ rmap: "pte_chain" });"#,
        &["what_if", "would take more than the"],
    ),
];

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let fit = FIT.iter().map(|(name, script)| Trial::test(format!("takes/{name}"), || takes(script)));
    let allocators = AllocatorKind::VARIANTS.iter().map(|kind| {
        let name: &str = kind.into();
        let script = format!("machine(#{{ frames: 1048576, allocator: \"{name}\" }});");
        Trial::test(format!("takes/the free lists of {name}"), move || takes(&script))
    });
    let stopped = STOPPED.iter().map(|(name, mebibytes, script, words)| {
        Trial::test(format!("stopped/{name}"), || stopped(*mebibytes << 20, script, words))
    });
    let recording = Trial::test("stopped/a recording", a_recording);
    let stopped = stopped.chain([recording]);
    libtest_mimic::run(&arguments, fit.chain(allocators).chain(stopped).collect()).exit();
}

fn run(script: &str, budget: u64) -> Outcome {
    run_script(script, &Limits { session: budget, ..Limits::default() }, |_| true)
}

/// The session of a script takes at most what it says, and not far less.
fn takes(script: &str) -> Result<(), Failed> {
    let before = ALLOCATOR.allocated();
    let outcome = run(script, 1 << 30);
    if let Some(error) = outcome.error {
        return Err(error.to_string().into());
    }
    let session = outcome.session.ok_or("no session")?;
    let taken = (ALLOCATOR.allocated() - before) as u64;
    let said = session.footprint();
    let parts = || format!("{taken} bytes taken, {} said: {:?}", said.total(), said.largest());
    println!("{}", parts());
    check(taken <= said.total() + (1 << 20), || format!("more is taken than said: {}", parts()))?;
    check(said.total() <= 3 * taken + (1 << 20), || format!("much less is taken than said: {}", parts()))
}

/// A run is stopped within its budget, names what took the memory, and can be gone on with.
fn stopped(budget: u64, script: &str, words: &[&str]) -> Result<(), Failed> {
    let before = ALLOCATOR.allocated() as u64;
    // What is beyond ends the process: a command that is taken back was there beside the machine before it.
    ALLOCATOR.set_limit((before + 2 * budget + (16 << 20)) as usize).map_err(|()| "more is taken already")?;
    let outcome = run(script, budget);
    ALLOCATOR.set_limit(usize::MAX).map_err(|()| "no limit")?;
    let error = outcome.error.ok_or("it was not stopped")?.to_string();
    println!("{error}");
    for word in words {
        check(error.contains(word), || format!("{word:?} is not in: {error}"))?;
    }
    outcome.session.map_or(Ok(()), goes_on)
}

/// A recording is stopped at the line of the command that there is no room for.
fn a_recording() -> Result<(), Failed> {
    let mut text = String::from("{\"pageturner\":1,\"machine\":{\"frames\":65536}}\n");
    text += "{\"do\":\"spawn\",\"pid\":1}\n{\"do\":\"mmap\",\"pid\":1,\"addr\":\"0x100000\",\"pages\":60000,\"prot\":\"rw\",";
    text += "\"flags\":[\"private\",\"anonymous\",\"fixed\"]}\n";
    for n in 0..6000u64 {
        let addr = 0x10_0000 + n * 4096;
        text += &format!("{{\"do\":\"write\",\"pid\":1,\"addr\":\"{addr:#x}\",\"bytes\":[1]}}\n");
    }
    let recording = Recording::parse(&text).map_err(|error| error.to_string())?;
    let error = recording.replay_within(16 << 20).err().ok_or("it was not stopped")?;
    println!("{error}");
    check(error.line > 1000 && error.message.contains("than the 16 MiB"), || error.to_string())
}

fn goes_on(mut session: Session) -> Result<(), Failed> {
    check(session.at_end() && !session.steps().is_empty(), || "what ran before is there".into())?;
    let (holds, budget) = (session.footprint().total(), session.budget());
    check(holds <= budget + budget / 16, || format!("what is left takes {holds} bytes of {budget}"))?;
    let (end, steps) = (session.view().clone(), session.steps().len() as u32);
    session.seek(steps / 2);
    session.seek(steps);
    check(session.view().difference(&end).is_none(), || "there and back is the same".into())?;
    check(session.check().is_empty(), || "the machine is sound".into())
}

fn check(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}
