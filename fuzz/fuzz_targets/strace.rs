//! Any text is a log or a placed error. What a log becomes can be written as a recording, and replaying it leaves a
//! sound machine; maps texts in it are compared, whatever they say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pageturner::import::strace::{Options, import_with};
use pageturner::lab::recording::Recording;

fuzz_target!(|text: &str| {
    let flag = |n: usize| text.len() >> n & 1 == 1;
    let options = Options { touch: flag(0), lenient: flag(1), one_process: flag(2) };
    let Ok(imported) = import_with(text, options) else { return };
    let mut recording = imported.recording;
    assert_eq!(Recording::parse(&recording.to_jsonl()).as_ref(), Ok(&recording));
    // A small machine is faster, and runs out of memory now and then.
    recording.config.frames = 1024;
    recording.steps.truncate(64);
    let mut session = recording.start().expect("the machine is a good one");
    for step in 0..recording.steps.len() {
        if recording.replay_step(&mut session, step).is_err() {
            break;
        }
        for expected in imported.expected.iter().filter(|expected| expected.step as usize == step + 1) {
            let _ = expected.difference(session.view());
        }
    }
    assert_eq!(session.check(), [""; 0]);
});
