//! Any text is a recording or a placed error. A recording is the same after writing and reading it, and replaying it
//! leaves a sound machine.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pageturner::lab::recording::Recording;

fuzz_target!(|text: &str| {
    let Ok(mut recording) = Recording::parse(text) else { return };
    assert_eq!(Recording::parse(&recording.to_jsonl()).as_ref(), Ok(&recording));
    // Large machines and long histories are no error, but slow.
    if recording.config.frames > 4096 || recording.config.swap_slots > 4096 {
        return;
    }
    recording.steps.truncate(64);
    if let Ok(session) = recording.replay() {
        assert_eq!(session.check(), [""; 0]);
    }
});
