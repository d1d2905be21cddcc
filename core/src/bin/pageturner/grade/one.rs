//! One submission, in the process that was made for it: its result goes to standard output, for `pool`.

use super::{hand_in, read_test};
use crate::args::GradeOneArgs;
use crate::output::Output;
use crate::{Fatal, Verdict};
use pageturner::script::grade::{Allowed, grade, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The exit status of a process that stopped itself.
pub const OUT_OF_TIME: i32 = 3;
/// A single command that never looks at the clock has so much longer.
const GRACE: Duration = Duration::from_secs(2);

/// Grades one submission.
pub fn grade_one(args: &GradeOneArgs) -> Verdict {
    let test = read_test(&args.test)?;
    let given = hand_in::read(&args.submission);
    let allowed_time = Duration::from_secs(args.seconds.into());
    let until = Arc::new(Mutex::new(Instant::now() + allowed_time));
    watch(&until);
    let clock = move || -> Box<dyn FnMut(u32) -> bool> {
        let end = Instant::now() + allowed_time;
        *until.lock().expect("no thread panics") = end;
        Box::new(move |_| Instant::now() < end)
    };
    let allowed = Allowed { for_author: args.for_author, ..Allowed::new(args.memory.bytes(), &clock) };
    let graded = grade(&test, &given, &allowed);
    let mut out = Output::new();
    out.text(&json(&[graded]))?;
    out.flush()?;
    Ok(true)
}

/// Ends the process if a part does not end in time by itself.
fn watch(until: &Arc<Mutex<Instant>>) {
    let until = until.clone();
    std::thread::spawn(move || {
        loop {
            let end = *until.lock().expect("no thread panics") + GRACE;
            let now = Instant::now();
            if now >= end {
                std::process::exit(OUT_OF_TIME);
            }
            std::thread::sleep(end - now);
        }
    });
}

/// The words of a process that could not even begin, for `pool`.
pub fn cannot(error: &std::io::Error) -> Fatal {
    Fatal(format!("grade: no process can be made: {error}"))
}
