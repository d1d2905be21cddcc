//! What people run: a long log read and replayed, as `pageturner import strace` and `replay -q` do.

use super::ROUNDS;
use pageturner::import::strace::{Options, import_with};
use pageturner::lab::recording::Recording;
use pageturner_tests::logs::log;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

/// So often a log of one process follows itself, each time as another process: some 150,000 lines.
const TIMES: u32 = 1080;

/// Measures and reports.
pub fn measure() {
    let text = long_log();
    let lines = text.lines().count();
    let import =
        || import_with(&text, Options { touch: true, ..Options::default() }).expect("a log").recording.to_jsonl();
    let recording = import();
    let replay = || Recording::parse(&recording).expect("a recording").replay().expect("it makes sense");
    let session = replay();
    println!("work: a log of {lines} lines: {} commands, {} events", session.steps().len(), session.event_count());
    println!("work: import strace: {:.0} ms", best(import));
    println!("work: replay: {:.0} ms", best(replay));
}

fn long_log() -> String {
    let once = log("python");
    let mut text = String::new();
    for n in 0..TIMES {
        for line in once.lines() {
            let (_, rest) = line.split_once(' ').expect("a process's number and its call");
            writeln!(text, "{} {rest}", 10_000 + n).expect("memory");
        }
    }
    text
}

/// The best time in milliseconds.
fn best<T>(mut once: impl FnMut() -> T) -> f64 {
    let mut time = || {
        let start = Instant::now();
        black_box(once());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(|_| time()).fold(f64::MAX, f64::min)
}
