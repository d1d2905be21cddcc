//! Logs of real programs, recorded by `tests/strace/record.sh`: what is read from them is replayed with every invariant
//! checked, and held against what the kernel itself said.

use crate::file_cases::Folder;
use pageturner::import::strace::Imported;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::{Brk, Command, Mmap};
use pageturner::vocabulary::reply::{Errno, Reply};

/// Logs of one kind of line, call or damage each, with what becomes of it in a `.txt` beside it.
pub const SMALL: Folder = Folder { path: "strace/small", name: "strace/small", extension: "strace" };

/// Steps between two checks of everything.
const CHECK_EVERY: u32 = 50;

/// The text of `tests/strace/NAME.strace`.
pub fn log(name: &str) -> String {
    let path = format!("{}/strace/{name}.strace", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Replays; at every [`CHECK_EVERY`]th step and at the end all invariants hold and the folded view is the machine's,
/// and wherever the program read its maps the machine has the same VMAs.
pub fn replay(imported: &Imported) -> Session {
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
pub fn answers_as_the_log(session: &Session) {
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
