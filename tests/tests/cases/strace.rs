//! Logs of real programs: those of `tests/strace` hold the machine against what the kernel itself said was mapped; what
//! becomes of a small log of `tests/strace/small` (how it was read, what was counted, the commands, the VMAs that they
//! leave) stands in the file beside it.

use libtest_mimic::Trial;
use pageturner::import::strace::{Imported, Options, import, import_with};
use pageturner::lab::measure::lengths::Asked;
use pageturner::lab::recording::{Recording, step_json};
use pageturner_tests::logs::{SMALL, answers_as_the_log, log, replay};
use std::path::Path;

/// Logs, with the processes in each and the fewest pieces of maps texts that it must have.
const LOGS: [(&str, u32, usize); 10] = [
    ("cat", 1, 1),
    ("pipeline", 5, 1),
    ("python", 1, 1),
    ("compile", 5, 0),
    ("memory", 3, 12),
    ("advice", 3, 6),
    ("droppable", 2, 5),
    ("remap", 1, 4),
    ("lock", 2, 7),
    ("terminal", 4, 0),
];

/// Logs that are read a second time, with accesses assumed.
const ACCESSED: [&str; 8] = ["cat", "pipeline", "python", "compile", "memory", "advice", "droppable", "remap"];

pub fn trials() -> Vec<Trial> {
    let whole = LOGS.into_iter().map(|(name, processes, texts)| {
        Trial::test(format!("strace/{name}.strace"), move || {
            whole_log(name, processes, texts);
            Ok(())
        })
    });
    let accessed = ACCESSED.into_iter().map(|name| {
        Trial::test(format!("strace/{name}.strace with assumed accesses"), move || {
            with_assumed_accesses(name);
            Ok(())
        })
    });
    whole.chain(accessed).chain(SMALL.compared(small_log)).collect()
}

fn whole_log(name: &str, processes: u32, maps_texts: usize) {
    let imported = import(&log(name)).unwrap();
    assert_eq!(imported.processes, processes);
    assert!(imported.expected.len() >= maps_texts, "{} pieces of maps texts", imported.expected.len());
    assert_eq!(Recording::parse(&imported.recording.to_jsonl()).as_ref(), Ok(&imported.recording));
    let session = replay(&imported);
    answers_as_the_log(&session);
    assert!(session.view().spaces.is_empty(), "all processes have ended");
    assert!(!imported.report.skipped.contains_key("lines that are not strace's"));
    assert!(!imported.report.differs.contains_key("areas mapped by a call that the log does not show"));
}

/// With assumed accesses the machine has pages to show, and is as sound. All that a program makes the memory manager
/// ask for is single frames, as docs/allocators.md says.
fn with_assumed_accesses(name: &str) {
    let imported = import_with(&log(name), Options { touch: true, ..Options::default() }).unwrap();
    let session = replay(&imported);
    answers_as_the_log(&session);
    assert!(session.view().tally.get("faults").is_some_and(|faults| faults > 20), "it has pages to show");
    let lengths = session.view().tally.lengths();
    assert!(matches!(lengths[..], [Asked { from: 1, to: 1, asked: 20.., missed: 0 }]), "{lengths:?}");
}

fn small_log(path: &Path, log: &str) -> String {
    match import_with(log, options_of(path)) {
        Ok(imported) => outcome(&imported),
        Err(error) => format!("{error}\n"),
    }
}

/// How a small log is to be read: `NAME.one-process.strace`, `NAME.lenient.strace`.
fn options_of(path: &Path) -> Options {
    let name = path.file_name().unwrap().to_string_lossy();
    let has = |option: &str| name.split('.').any(|part| part == option);
    Options { touch: has("touch"), lenient: has("lenient"), one_process: has("one-process") }
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
    for pid in view.spaces.keys() {
        for vma in view.vmas_of(*pid) {
            let (start, end) = (vma.start.0 << 12, vma.end.0 << 12);
            text += &format!("process {pid} has {start:x}-{end:x} {} {:?}\n", vma.prot, vma.flags);
        }
    }
    text
}
