//! Recordings: what is written can be read back and does the same again; what is not a recording is refused with its place.

use pageturner::lab::recording::{MAX_LINE, MAX_TEXT, Recording};
use pageturner::lab::tell::words::event_text;
use pageturner::script::{Limits, run_script};
use pageturner::units::{Pfn, Pid, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::request::{Gfp, Mobility, Request};

const HEAD: &str = "{\"pageturner\":1}\n";

/// One of everything, and enough of it to swap.
const SCRIPT: &str = r#"// One of everything
machine(#{ frames: 64, swap_slots: 64, tlb_entries: 8, min_free: 2 });
note("Two \"processes\"\nand a café.");
let p = spawn("shell");
let a = p.mmap(8);
p.write(a, "hello");
p.write(a + PAGE, [0, 1, 255]);
p.read(a, 5);
p.touch(a, 8);
let s = p.mmap(#{ pages: 4, flags: ["shared", "anonymous"], prot: "rw" });
p.touch(s, 2);
let f = p.mmap(#{ pages: 4, flags: ["private"], file: "lib.so", pgoff: 3, prot: "rx" });
p.read(f, 10);
let c = p.fork();
c.write(a, "HELLO");
p.mprotect(a + 2 * PAGE, 2, "r");
p.write(a + 2 * PAGE, "x");
let q = spawn(#{ pid: 9, name: "other" });
q.exec("program", 0x10000000);
q.brk(q.brk() + 3 * PAGE);
q.touch(0x10000000, 3);
q.madvise(0x10000000, 1, "pageout");
q.madvise(0x10001000, 1, "dontneed");
q.read(0x10000000);
q.mlock(0x10000000, 1);
q.munlock(0x10000000, 1);
c.pwrite("data", 100, "bytes");
let d = c.mmap(#{ pages: 2, flags: ["shared"], file: "data" });
c.read(d);
c.write(d + 200, "more");
c.msync(d, 1);
c.pread("data", 90, 20);
truncate("data", 50);
let e = c.mremap(d, 0, 1, #{ may_move: true });
unlink("data");
let m = c.mmap(4);
for i in 0..4 { c.write(m + i * PAGE, "same"); }
c.madvise(m, 4, "mergeable");
merge_pass();
let n = c.fork();
c.write(m, "mine");
c.madvise(m, 2, "unmergeable");
n.madvise(m + PAGE, 3, "dontneed");
merge_pass();
c.munmap(a, 2);
c.mremap(a + 4 * PAGE, 2, 6, #{ may_move: true });
c.mremap(a + 6 * PAGE, 1, 1, #{ to: 0x20000000 });
c.munmap(1, 1);
let r = alloc(4);
reclaim(3);
free(r, 4);
ask("How many copies?", counter("cow_faults"));
expect(c.alive, "the child lives");
expect(1 == 2);
c.exit();
"#;

fn recorded(script: &str) -> (Recording, u64) {
    let outcome = run_script(script, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    let recording = outcome.recording(script).expect("a script without errors has a session");
    (recording, outcome.session.expect("the same").digest())
}

#[test]
fn a_script_its_recording_and_the_replay_have_the_same_events() {
    let (recording, digest) = recorded(SCRIPT);
    assert!(recording.steps.len() >= 35);
    let text = recording.to_jsonl();
    let read = Recording::parse(&text).expect("what is written can be read");
    assert_eq!(read, recording);
    assert_eq!(read.to_jsonl(), text);
    let session = read.replay().expect("what ran once runs again");
    assert_eq!(session.digest(), digest);
    assert_eq!(session.check(), Vec::<String>::new());
    assert_eq!(Recording::from_session(&session).steps, recording.steps);
}

#[test]
fn a_recording_as_a_script_does_the_same_again() {
    let (recording, digest) = recorded(SCRIPT);
    let session = recording.replay().expect("it ran before");
    let mut script = String::from("machine(#{ frames: 64, swap_slots: 64, tlb_entries: 8, min_free: 2 });\n");
    for step in session.steps() {
        script += &(pageturner::lab::tell::words::step_source(&step.command, &step.reply) + "\n");
    }
    assert_eq!(recorded(&script).1, digest, "{script}");
}

#[test]
fn every_event_has_a_sentence() {
    let mut session = recorded(SCRIPT).0.replay().expect("it ran before");
    for step in 0..session.steps().len() as u32 {
        session.seek(step);
        for event in session.events_of(step) {
            let event = &session.events()[event as usize];
            let text = event_text(event, session.view());
            assert!(text.len() >= 10 && text.len() < 300 && text.is_ascii(), "{text}: {event:?}");
            assert!(!text.contains("stays as it is") && !text.contains("does not exist"), "{text}: {event:?}");
        }
    }
}

#[test]
fn the_title_and_the_script_stay_with_it() {
    let (recording, _) = recorded("// A title\nnote(\"x\");\n");
    let read = Recording::parse(&recording.to_jsonl()).expect("what is written can be read");
    assert_eq!(read.title.as_deref(), Some("A title"));
    assert_eq!(read.script.as_deref(), Some("// A title\nnote(\"x\");\n"));
    assert_eq!(read.steps, [(Command::Note(Note { text: "x".into() }), Some(Position { line: 2, column: 1 }))]);
}

#[test]
fn the_longest_script_fits_in_a_line() {
    let longest = format!("//{}", "\u{1}".repeat(Limits::default().source - 2));
    let (recording, _) = recorded(&longest);
    Recording::parse(&recording.to_jsonl()).expect("the header is not too long");
}

#[test]
fn every_command_is_written_as_documented() {
    let (pid, addr) = (Pid(1), VirtAddr(0x1000_0000_0000));
    let rw = Prot::READ | Prot::WRITE;
    for (command, line) in [
        (Command::Spawn(Spawn { pid: None, name: Some("shell".into()) }), r#"{"do":"spawn","name":"shell"}"#),
        (
            Command::Mmap(Mmap {
                pid,
                addr: Some(addr),
                pages: 8,
                prot: rw,
                flags: vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed],
                file: None,
                pgoff: 0,
            }),
            r#"{"do":"mmap","pid":1,"addr":"0x100000000000","pages":8,"prot":"rw","flags":["private","anonymous","fixed"]}"#,
        ),
        (
            Command::Mmap(Mmap {
                pid,
                addr: None,
                pages: 1,
                prot: Prot::empty(),
                flags: vec![MapFlag::Shared],
                file: Some("a".into()),
                pgoff: 7,
            }),
            r#"{"do":"mmap","pid":1,"pages":1,"prot":"none","flags":["shared"],"file":"a","pgoff":7}"#,
        ),
        (
            Command::Munmap(Munmap { pid, addr, pages: 8 }),
            r#"{"do":"munmap","pid":1,"addr":"0x100000000000","pages":8}"#,
        ),
        (
            Command::Mprotect(Mprotect { pid, addr, pages: 8, prot: Prot::READ, growsdown: false }),
            r#"{"do":"mprotect","pid":1,"addr":"0x100000000000","pages":8,"prot":"r"}"#,
        ),
        (
            Command::Mprotect(Mprotect { pid, addr, pages: 8, prot: Prot::READ, growsdown: true }),
            r#"{"do":"mprotect","pid":1,"addr":"0x100000000000","pages":8,"prot":"r","growsdown":true}"#,
        ),
        (
            Command::Mremap(Mremap {
                pid,
                addr,
                pages: 1,
                new_pages: 2,
                to: Some(VirtAddr(0x5000)),
                may_move: false,
                dontunmap: false,
                hint: None,
            }),
            r#"{"do":"mremap","pid":1,"addr":"0x100000000000","pages":1,"new_pages":2,"to":"0x5000"}"#,
        ),
        (
            Command::Mremap(Mremap {
                pid,
                addr,
                pages: 2,
                new_pages: 2,
                to: None,
                may_move: true,
                dontunmap: true,
                hint: Some(VirtAddr(0x5000)),
            }),
            r#"{"do":"mremap","pid":1,"addr":"0x100000000000","pages":2,"new_pages":2,"may_move":true,"dontunmap":true,"hint":"0x5000"}"#,
        ),
        (
            Command::Madvise(Madvise { pid, addr, pages: 1, advice: Advice::Wipeonfork }),
            r#"{"do":"madvise","pid":1,"addr":"0x100000000000","pages":1,"advice":"wipeonfork"}"#,
        ),
        (
            Command::Mlock(Mlock { pid, addr, pages: 4, onfault: true }),
            r#"{"do":"mlock","pid":1,"addr":"0x100000000000","pages":4,"onfault":true}"#,
        ),
        (
            Command::Mlockall(Mlockall { pid, current: true, future: false, onfault: true }),
            r#"{"do":"mlockall","pid":1,"current":true,"onfault":true}"#,
        ),
        (Command::Munlockall(Munlockall { pid }), r#"{"do":"munlockall","pid":1}"#),
        (
            Command::Mmap(Mmap {
                pid,
                addr: None,
                pages: 1,
                prot: rw,
                flags: vec![MapFlag::Droppable, MapFlag::Anonymous],
                file: None,
                pgoff: 0,
            }),
            r#"{"do":"mmap","pid":1,"pages":1,"prot":"rw","flags":["droppable","anonymous"]}"#,
        ),
        (Command::Brk(Brk { pid, addr: VirtAddr(0) }), r#"{"do":"brk","pid":1,"addr":"0x0"}"#),
        (
            Command::Madvise(Madvise { pid, addr, pages: 1, advice: Advice::Pageout }),
            r#"{"do":"madvise","pid":1,"addr":"0x100000000000","pages":1,"advice":"pageout"}"#,
        ),
        (Command::Fork(Fork { pid, child: Some(Pid(3)), name: None }), r#"{"do":"fork","pid":1,"child":3}"#),
        (
            Command::Fork(Fork { pid, child: None, name: Some("child".into()) }),
            r#"{"do":"fork","pid":1,"name":"child"}"#,
        ),
        (
            Command::Exec(Exec { pid, name: "ls".into(), brk: Some(VirtAddr(0x1000)) }),
            r#"{"do":"exec","pid":1,"name":"ls","brk":"0x1000"}"#,
        ),
        (Command::Exit(Exit { pid }), r#"{"do":"exit","pid":1}"#),
        (Command::Read(Read { pid, addr, len: 5 }), r#"{"do":"read","pid":1,"addr":"0x100000000000","len":5}"#),
        (
            Command::Write(Write { pid, addr, bytes: vec![1, 255] }),
            r#"{"do":"write","pid":1,"addr":"0x100000000000","bytes":[1,255]}"#,
        ),
        (Command::Touch(Touch { pid, addr, pages: 2 }), r#"{"do":"touch","pid":1,"addr":"0x100000000000","pages":2}"#),
        (Command::Truncate(Truncate { file: "a".into(), bytes: 6000 }), r#"{"do":"truncate","file":"a","bytes":6000}"#),
        (Command::Unlink(Unlink { file: "a".into() }), r#"{"do":"unlink","file":"a"}"#),
        (
            Command::Pread(Pread { pid, file: "a".into(), offset: 0, len: 9 }),
            r#"{"do":"pread","pid":1,"file":"a","len":9}"#,
        ),
        (
            Command::Pwrite(Pwrite { pid, file: "a".into(), offset: 5, bytes: vec![1] }),
            r#"{"do":"pwrite","pid":1,"file":"a","offset":5,"bytes":[1]}"#,
        ),
        (Command::Msync(Msync { pid, addr, pages: 2 }), r#"{"do":"msync","pid":1,"addr":"0x100000000000","pages":2}"#),
        (
            Command::Mincore(Mincore { pid, addr, pages: 2 }),
            r#"{"do":"mincore","pid":1,"addr":"0x100000000000","pages":2}"#,
        ),
        (Command::Alloc(Request::of(4)), r#"{"do":"alloc","pages":4}"#),
        (
            Command::Alloc(Request {
                align: 8,
                offset: 3,
                zone: Some(0),
                gfp: Gfp::ATOMIC,
                ..Request::page(Mobility::Movable)
            }),
            r#"{"do":"alloc","pages":1,"align":8,"offset":3,"zone":0,"gfp":["atomic"],"mobility":"movable"}"#,
        ),
        (Command::Pin(Pin { pfn: Pfn(8) }), r#"{"do":"pin","pfn":8}"#),
        (
            Command::MapRun(MapRun { pid: Pid(1), pfn: Pfn(8), addr: None, prot: Prot::READ }),
            r#"{"do":"map_run","pid":1,"pfn":8,"prot":"r"}"#,
        ),
        (
            Command::UnmapRun(UnmapRun { pid: Pid(1), addr: VirtAddr(0x4000) }),
            r#"{"do":"unmap_run","pid":1,"addr":"0x4000"}"#,
        ),
        (Command::Unpin(Unpin { pfn: Pfn(8) }), r#"{"do":"unpin","pfn":8}"#),
        (Command::Free(Free { pfn: Pfn(8), pages: 4 }), r#"{"do":"free","pfn":8,"pages":4}"#),
        (Command::Reclaim(Reclaim { frames: 3 }), r#"{"do":"reclaim","frames":3}"#),
        (Command::MergePass, r#"{"do":"merge_pass"}"#),
        (Command::Migrate(Migrate { from: Pfn(8), to: Pfn(9) }), r#"{"do":"migrate","from":8,"to":9}"#),
        (Command::Compact, r#"{"do":"compact"}"#),
        (Command::Vmalloc(Vmalloc { pages: 3 }), r#"{"do":"vmalloc","pages":3}"#),
        (Command::Vfree(Vfree { addr }), r#"{"do":"vfree","addr":"0x100000000000"}"#),
        (
            Command::Madvise(Madvise { pid, addr, pages: 1, advice: Advice::Unmergeable }),
            r#"{"do":"madvise","pid":1,"addr":"0x100000000000","pages":1,"advice":"unmergeable"}"#,
        ),
        (
            Command::Expect(Expect { text: "it holds".into(), held: true }),
            r#"{"do":"expect","text":"it holds","held":true}"#,
        ),
    ] {
        let recording = Recording { steps: vec![(command, None)], ..Recording::default() };
        let text = recording.to_jsonl();
        assert_eq!(text.lines().nth(1), Some(line));
        assert_eq!(Recording::parse(&text), Ok(recording));
    }
}

#[test]
fn the_manual_shows_every_command_and_its_lines_can_be_read() {
    let manual = include_str!("../../docs/recording.md");
    for name in COMMANDS {
        assert!(manual.contains(&format!("{{\"do\":\"{name}\"")), "docs/recording.md has no example of {name}");
    }
    let lines: Vec<&str> = manual.lines().filter(|line| line.starts_with("{\"do\"")).collect();
    assert!(lines.len() >= 21);
    for line in lines {
        if let Err(error) = Recording::parse(&format!("{HEAD}{line}")) {
            panic!("docs/recording.md: {error}");
        }
    }
}

/// What is said of a command in one place agrees with its line.
#[test]
fn a_command_is_about_what_its_line_names() {
    let manual = include_str!("../../docs/recording.md");
    for line in manual.lines().filter(|line| line.starts_with("{\"do\"")) {
        let (mut command, _) = Recording::parse(&format!("{HEAD}{line}")).expect("a proper line").steps.remove(0);
        let fields: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(fields["do"], command.name());
        let caller = fields["pid"].as_u64().filter(|_| command.name() != "spawn");
        assert_eq!(command.pid().map(|pid| u64::from(pid.0)), caller, "{line}");
        assert_eq!(command.run_mut().map(|pfn| u64::from(pfn.0)), fields["pfn"].as_u64(), "{line}");
        assert_eq!(command.speaks(), ["note", "ask", "expect"].contains(&command.name()), "{line}");
        let anywhere = serde_json::to_value(command.anywhere()).expect("JSON");
        for name in ["addr", "to", "hint", "brk"].into_iter().filter(|name| fields[name].is_string()) {
            assert!(anywhere[name].is_null() || anywhere[name] == "0x0", "{line}: {name}");
        }
    }
}

#[test]
fn missing_fields_have_their_defaults() {
    let text =
        format!("{HEAD}{}\n{}", r#"{"do":"touch","pid":1,"addr":4096}"#, r#"{"do":"read","pid":1,"addr":"0x1000"}"#);
    let recording = Recording::parse(&text).expect("a proper recording");
    let (pid, addr) = (Pid(1), VirtAddr(0x1000));
    assert_eq!(
        recording.steps,
        [(Command::Touch(Touch { pid, addr, pages: 1 }), None), (Command::Read(Read { pid, addr, len: 1 }), None)]
    );
}

#[test]
fn a_recording_about_a_process_that_nobody_made_is_about_process_1() {
    let text = format!("{HEAD}{}", r#"{"do":"mmap","pid":1,"pages":8,"prot":"rw","flags":["private","anonymous"]}"#);
    let session = Recording::parse(&text).and_then(|recording| recording.replay()).expect("a proper recording");
    assert_eq!(session.steps().len(), 2);
    let again = Recording::from_session(&session).replay().expect("a proper recording");
    assert_eq!(again.digest(), session.digest());
    // Frames alone need no process.
    let frames =
        Recording::parse(&format!("{HEAD}{}", r#"{"do":"alloc","pages":8}"#)).and_then(|recording| recording.replay());
    assert_eq!(frames.expect("a proper recording").steps().len(), 1);
}

#[test]
fn the_classroom_has_its_own_defaults() {
    let recording = Recording::parse(r#"{"pageturner":1,"machine":{"geometry":"classroom","swap_slots":3}}"#)
        .expect("a proper recording");
    assert_eq!((recording.config.frames, recording.config.swap_slots, recording.config.max_order), (128, 3, 5));
}

#[test]
fn line_ends_and_marks_of_other_systems_are_no_trouble() {
    let text = "\u{feff}{\"pageturner\":1}\r\n{\"do\":\"alloc\",\"pages\":1}\r\n";
    assert_eq!(Recording::parse(text).expect("a proper recording").steps.len(), 1);
}

/// The error without the quoted line: `line:column message = hint`.
fn error(text: &str) -> String {
    let error = match Recording::parse(text) {
        Err(error) => error,
        Ok(recording) => recording.replay().expect_err("not a recording"),
    };
    assert!(error.to_string().len() < 1500, "short enough to read");
    let hint = error.hint.map(|hint| format!(" = {hint}")).unwrap_or_default();
    format!("{}:{} {}{hint}", error.line, error.column, error.message)
}

#[test]
fn bad_first_lines_are_refused_with_their_place() {
    const EXAMPLE: &str = r#"the first line is the machine: {"pageturner":1,"machine":{}}"#;
    for (text, expected) in [
        ("", format!("1:1 the line is empty = {EXAMPLE}")),
        ("\0", format!("1:1 not JSON: expected value = a recording has one JSON object a line; {EXAMPLE}")),
        ("hello", format!("1:1 not JSON: expected value = a recording has one JSON object a line; {EXAMPLE}")),
        ("{}", format!("1:1 this is not a recording: the first line has no field `pageturner` = {EXAMPLE}")),
        (r#"{"do":"exit","pid":1}"#, format!("1:1 this is not a recording: the first line has no field `pageturner` = {EXAMPLE}")),
        (r#"{"pageturner":2}"#, "1:15 version 2 of the format is unknown = this reads version 1".into()),
        (r#"{"pageturner":"1"}"#, "1:15 version \"1\" of the format is unknown = this reads version 1".into()),
        (r#"{"pageturner":1,"titel":"x"}"#, "1:17 the first line has no field `titel` = did you mean `title`? There are `pageturner`, `machine`, `title` and `script`".into()),
        (r#"{"pageturner":1,"title":7}"#, "1:25 `title`: expected a string, found 7".into()),
        (r#"{"pageturner":1,"machine":[]}"#, "1:27 `machine`: expected an object = for example {\"frames\":1024}".into()),
        (r#"{"pageturner":1,"machine":{"frames":"x"}}"#, "1:37 `frames`: expected a whole number, found string \"x\" = docs/recording.md lists the fields of a machine".into()),
        (r#"{"pageturner":1,"machine":{"frames":4}}"#, "1:28 frames: 4 is outside 16 to 16777216 = choose a size between".into()),
        (r#"{"pageturner":1,"machine":{"frames":99999999999}}"#, "1:37 `frames`: expected a whole number, found integer `99999999999` = docs/recording.md lists the fields of a machine".into()),
        (r#"{"pageturner":1,"machine":{"rmap":"objekt"}}"#, "1:35 `objekt` is not known = did you mean `object`? There are `none`, `vma_offset`, `pte_chain`, `object_list` and `object`".into()),
        (r#"{"pageturner":1,"machine":{"zones":[["a",0,1024]]}}"#, "1:36 `zones`: expected an object = for example {\"frames\":1024}".into()),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    assert!(
        error(r#"{"pageturner":1,"machine":{"frame":64}}"#)
            .starts_with("1:28 the machine has no field `frame` = did you mean `frames`? There are `geometry`")
    );
}

#[test]
fn bad_commands_are_refused_with_their_place() {
    for (line, expected) in [
        ("", "2:1 the line is empty = a recording has one JSON object a line; delete empty lines"),
        (
            "[]",
            "2:1 a line must be a JSON object = a command looks like {\"do\":\"touch\",\"pid\":1,\"addr\":\"0x1000\"}",
        ),
        (
            r#"{"do":"touch","pid":1,"addr":"0x1000""#,
            "2:37 the line ends in the middle of an object = is the file cut off? Every line must be a whole JSON object",
        ),
        (r#"{"do":"exit","pid":1} x"#, "2:23 not JSON: trailing characters = a recording has one JSON object a line"),
        (r#"{"do":'exit'}"#, "2:7 not JSON: expected value = a recording has one JSON object a line"),
        (r#"{"pid":1}"#, "2:1 the field `do` is missing = add it: a string"),
        (r#"{"do":7}"#, "2:7 `do`: expected a string, found 7"),
        (r#"{"do":"tuoch","pid":1}"#, "2:7 there is no command `tuoch` = did you mean `touch`?"),
        (
            r#"{"do":"touch","pid":1,"adr":"0x1000"}"#,
            "2:23 the field `addr` is missing = is it `adr`, misspelt? It should be an address such as \"0x7f0000000000\"",
        ),
        (
            r#"{"do":"touch","pid":1}"#,
            "2:1 the field `addr` is missing = add it: an address such as \"0x7f0000000000\"",
        ),
        (
            r#"{"do":"touch","pid":1,"addr":0,"size":1}"#,
            "2:32 `touch` has no field `size` = use one of `at`, `do`, `pid`, `addr` and `pages`",
        ),
        (r#"{"do":"touch","pid":1,"pid":1,"addr":0}"#, "2:23 the field `pid` is there twice = keep one of them"),
        (r#"{"do":"touch","pid":-1,"addr":0}"#, "2:21 `pid`: expected a process number, found -1"),
        (r#"{"do":"touch","pid":null,"addr":0}"#, "2:21 `pid`: expected a process number, found null"),
        (
            r#"{"do":"touch","pid":1,"addr":"1g"}"#,
            "2:30 `addr`: expected an address such as \"0x7f0000000000\", found \"1g\"",
        ),
        (
            r#"{"do":"touch","pid":1,"addr":0,"pages":1e3}"#,
            "2:40 `pages`: expected a whole number from 0 to 18446744073709551615, found 1e3",
        ),
        (
            r#"{"do":"alloc","pages":4294967296}"#,
            "2:23 `pages`: expected a whole number from 0 to 4294967295, found 4294967296",
        ),
        (
            r#"{"do":"mprotect","pid":1,"addr":0,"pages":1,"prot":"rq"}"#,
            "2:52 `prot`: expected a protection such as \"rw\", found \"rq\" = protection `rq` has the letter `q`; use r, w and x, or none",
        ),
        (
            r#"{"do":"mmap","pid":1,"pages":1,"prot":"r","flags":["fixd"]}"#,
            "2:51 `flags`: expected an array of flags such as [\"private\",\"anonymous\"], found [\"fixd\"] = there is no flag `fixd`; did you mean `fixed`?",
        ),
        (
            r#"{"do":"madvise","pid":1,"addr":0,"pages":1,"advice":"x"}"#,
            "2:53 `advice`: expected an advice such as \"dontneed\", found \"x\" = there is no advice `x`; there are `dontneed`, `pageout`, `mergeable`, `unmergeable`, `normal`, `random`, `sequential`, `dontfork`, `dofork`, `dontdump`, `dodump`, `hugepage`, `nohugepage`, `wipeonfork` and `keeponfork`",
        ),
        (
            r#"{"do":"write","pid":1,"addr":0,"bytes":[256]}"#,
            "2:40 `bytes`: expected an array of bytes, numbers from 0 to 255, found [256]",
        ),
        (r#"{"do":"note","text":"\ud800"}"#, "2:21 `text`: expected a string, found \"\\ud800\""),
        (
            r#"{"do":"note","text":"é","at":[1]}"#,
            "2:30 `at`: expected a place in the script, [line, column], found [1]",
        ),
        // Proper lines that the machine refuses.
        (
            r#"{"do":"free","pfn":3,"pages":1}"#,
            "2:1 free: no run from alloc starts at frame 3 = freed twice, moved, or never given by alloc",
        ),
        (r#"{"do":"exit","pid":7}"#, "2:1 there is no process 7 = alive: 1"),
    ] {
        assert_eq!(error(&format!("{HEAD}{line}\n")), expected, "{line}");
    }
}

#[test]
fn texts_without_an_end_are_refused_quickly() {
    let long = format!("{HEAD}{{\"do\":\"note\",\"text\":\"{}\"}}", "x".repeat(MAX_LINE));
    assert_eq!(
        error(&long),
        format!("2:1 the line has {} bytes; the most is {MAX_LINE} = split long texts and writes", MAX_LINE + 23)
    );
    let deep = format!("{HEAD}{{\"do\":{}", "[".repeat(MAX_LINE - 10));
    assert!(error(&deep).contains("the line ends in the middle of an object"));
    let deep = format!("{HEAD}{{\"do\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(error(&deep).starts_with("2:7 `do`: expected a string, found [[["));
    let wide = format!("{HEAD}{{{}\"do\":\"exit\"}}", (0..50_000).map(|n| format!("\"f{n}\":0,")).collect::<String>());
    assert!(error(&wide).starts_with("2:1 the line has more than 32 fields"));
    assert!(
        error(&"x".repeat(MAX_TEXT + 1))
            .starts_with(&format!("1:1 the recording has {} bytes; the most is {MAX_TEXT}", MAX_TEXT + 1))
    );
    assert!(error(&"[".repeat(10 << 20)).starts_with("1:1 the line has 10485760 bytes"));
    assert!(error(&format!("{HEAD}{}", "\n".repeat(10 << 20))).starts_with("2:1 the line is empty"));
}

#[test]
fn too_many_commands_are_refused() {
    let text = format!("{HEAD}{}", "{\"do\":\"note\",\"text\":\"\"}\n".repeat(1_000_001));
    assert_eq!(error(&text), "1000002:1 there are more than 1000000 commands = split the recording");
}

#[test]
fn a_cut_off_recording_is_told_from_a_whole_one() {
    let (recording, _) = recorded(SCRIPT);
    let text = recording.to_jsonl();
    for cut in 1..text.len() - 1 {
        if text.is_char_boundary(cut) && !matches!(text.as_bytes()[cut], b'\n') && text.as_bytes()[cut - 1] != b'\n' {
            let error = Recording::parse(&text[..cut]).expect_err("cut in the middle of a line");
            assert!(error.message.contains("ends in the middle"), "{cut}: {error}");
        }
    }
}
