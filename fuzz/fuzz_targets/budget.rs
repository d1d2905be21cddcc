//! Any text, run as a script or replayed as a recording of any machine, stays within the memory of its session. The
//! limit from outside is libFuzzer's: `scripts/fuzz.sh` gives the process 256 MiB, and one allocation 96: a
//! machine of 16 million frames takes 72.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, run_script};

const BUDGET: u64 = 16 << 20;

fuzz_target!(|text: &str| {
    let session = if text.starts_with('{') {
        let Ok(recording) = Recording::parse(text) else { return };
        let Ok(mut session) = recording.start_within(BUDGET) else { return };
        let steps = recording.steps.len().min(2000);
        let _ = (0..steps).try_for_each(|n| recording.replay_step(&mut session, n));
        session
    } else {
        let limits = Limits { session: BUDGET, operations: 200_000, commands: 20_000, ..Limits::default() };
        let Some(session) = run_script(text, &limits, |_| true).session else { return };
        session
    };
    is_within(session);
});

fn is_within(mut session: Session) {
    let holds = session.footprint().total();
    assert!(holds <= BUDGET + BUDGET / 4, "{holds} bytes: {:?}", session.footprint().largest());
    let (end, steps) = (session.view().clone(), session.steps().len() as u32);
    session.seek(steps / 2);
    session.seek(steps);
    assert_eq!(session.view().difference(&end), None);
}
