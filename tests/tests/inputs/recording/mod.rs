//! Recordings: what is written can be read back and does the same again; what is not a recording is refused with its
//! place.

mod refused;
mod written;

use pageturner::lab::recording::Recording;
use pageturner::lab::tell::words::event_text;
use pageturner::script::{Limits, run_script};
use pageturner::units::{Pid, VirtAddr};
use pageturner::vocabulary::command::*;

const HEAD: &str = "{\"pageturner\":1}\n";

/// One of everything, and enough of it to swap.
const SCRIPT: &str = r#"// One of everything
machine(#{ frames: 64, swap_slots: 64, tlb_entries: 8, min_free: 2 });
note("Two \"processes\"\nand a café.");
note("Bars.", #{ title: "pages", rows: [["one \"process\"", [1, 2, 3]], ["two", [0]]] });
note("Curves.", #{ title: "pages", along: "processes", elsewhere: true, rows: [["one", [1, 2]], ["two", [3, 4]]] });
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
        for event in session.events_in(session.events_of(step)) {
            let text = event_text(&event, session.view());
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
    assert_eq!(read.steps, [(Command::Note(Note::new("x")), Some(Position { line: 2, column: 1 }))]);
}

#[test]
fn the_longest_script_fits_in_a_line() {
    let longest = format!("//{}", "\u{1}".repeat(Limits::default().source - 2));
    let (recording, _) = recorded(&longest);
    Recording::parse(&recording.to_jsonl()).expect("the header is not too long");
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
