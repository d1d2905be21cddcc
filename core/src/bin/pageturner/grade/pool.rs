//! All submissions, each in a process of its own, as many at a time as there are processors. Which ends first changes
//! nothing: results stand in the order of the names.

use super::one::{OUT_OF_TIME, cannot};
use crate::Fatal;
use crate::args::{GradeArgs, HowArgs};
use crate::parallel;
use pageturner::script::grade::{Ended, Graded, Test};
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// At most this many bytes of a process's answer are read: more than any result has.
const MOST_ANSWER: u64 = 4 << 20;

/// Who ended, and with what.
enum Answer {
    Graded(Graded),
    OutOfTime,
    /// How the process ended.
    None(String),
}

/// Grades all; the results stand in the order of `submissions`.
pub fn all(submissions: &[PathBuf], test: &Test, args: &GradeArgs) -> Result<Vec<Graded>, Fatal> {
    let program = std::env::current_exe().map_err(|error| cannot(&error))?;
    // One more part than there are questions: the submission's own run. The process watches itself; this is for one
    // that cannot.
    let parts = 1 + test.questions().count() as u32;
    let most = Duration::from_secs(u64::from(args.how.seconds + 2) * u64::from(parts) + 30);
    let jobs = args.jobs.map_or_else(parallel::processors, usize::from);
    let answers = parallel::each(submissions, jobs, |path| one(&program, path, &args.how, most));
    answers.into_iter().zip(submissions).map(|(answer, path)| Ok(graded(answer?, path, test))).collect()
}

fn graded(answer: Answer, path: &Path, test: &Test) -> Graded {
    let nothing = |ended, message: String| Graded::nothing(&path.display().to_string(), test, ended, message);
    match answer {
        Answer::Graded(graded) => graded,
        Answer::OutOfTime => {
            nothing(Ended::Time, "a single command took more time than there is, and was stopped with all else".into())
        }
        Answer::None(how) => {
            nothing(Ended::Ungraded, format!("it could not be graded ({how}); please tell whoever set the test"))
        }
    }
}

/// Grades one submission in a process.
fn one(program: &Path, path: &Path, how: &HowArgs, most: Duration) -> Result<Answer, Fatal> {
    let mut command = Command::new(program);
    command.args(arguments(path, how)).stdin(Stdio::null()).stdout(Stdio::piped());
    // Whatever a process says as it breaks down is for who runs the command, not for students.
    command.stderr(if how.for_author { Stdio::inherit() } else { Stdio::null() });
    let mut child = command.spawn().map_err(|error| cannot(&error))?;
    let text = answer(&mut child, most);
    if text.is_none() {
        // It may have ended meanwhile.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| cannot(&error))?;
    Ok(match (text, status) {
        (None, _) => Answer::OutOfTime,
        (Some(_), status) if status.code() == Some(OUT_OF_TIME) => Answer::OutOfTime,
        (Some(text), status) => read(&text, status),
    })
}

fn read(text: &str, status: ExitStatus) -> Answer {
    match serde_json::from_str(text) {
        Ok(graded) if status.success() => Answer::Graded(graded),
        _ => Answer::None(status.to_string()),
    }
}

/// What a process writes until it ends; `None` if it does not end in time.
fn answer(child: &mut Child, most: Duration) -> Option<String> {
    let out = child.stdout.take().expect("it is piped");
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        // What is no text is no answer either.
        let _ = out.take(MOST_ANSWER).read_to_string(&mut text);
        // Nobody may be waiting any more.
        let _ = send.send(text);
    });
    receive.recv_timeout(most).ok()
}

fn arguments(path: &Path, how: &HowArgs) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec!["grade-one".into(), "--test".into(), how.test.clone().into()];
    all.extend(["--seconds".into(), how.seconds.to_string().into()]);
    all.extend(["--memory".into(), how.memory.mebibytes().to_string().into()]);
    all.extend(how.for_author.then(|| "--for-author".into()));
    // A name may begin with a dash.
    all.extend(["--".into(), path.into()]);
    all
}
