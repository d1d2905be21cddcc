//! `grade`: a hidden test asked about submissions, each in a process of its own, as many at a time as there are
//! processors. A submission that brings its process down, or does not let it end, loses its own points only.

mod check;
mod hand_in;
mod one;
mod pool;

pub use one::grade_one;

use crate::args::GradeArgs;
use crate::{Fatal, Verdict, files};
use pageturner::script::grade::{Ended, Graded, Test, csv, gradescope, json, prairielearn, text};
use std::path::Path;

/// Grades all submissions and writes their results, in the order of their names.
pub fn grade(args: &GradeArgs) -> Verdict {
    if args.how.test.as_os_str() == "-" {
        return Err(Fatal("grade: --test is a file, since it is read for each submission anew".into()));
    }
    let test = read_test(&args.how.test)?;
    let mut submissions = args.submissions.clone();
    submissions.sort();
    submissions.dedup();
    if (args.gradescope || args.prairielearn) && submissions.len() != 1 {
        let n = submissions.len();
        return Err(Fatal(format!(
            "grade: a result file is of one submission; {n} are given (--json takes any number)"
        )));
    }
    if let Some(missing) = submissions.iter().find(|path| path.symlink_metadata().is_err()) {
        return Err(files::in_file(missing, "there is no such file"));
    }
    let all = pool::all(&submissions, &test, args)?;
    let (report, held) = match args.check {
        true => check::report(&test, &all, &args.how),
        false => (report(args, &test, &all), true),
    };
    files::write(args.output.as_deref().unwrap_or(Path::new("-")), &report)?;
    let ungraded: Vec<&str> =
        all.iter().filter(|one| one.ended == Ended::Ungraded).map(|one| one.submission.as_str()).collect();
    if !ungraded.is_empty() {
        eprintln!("pageturner: not graded: {}", ungraded.join(", "));
    }
    Ok(held && ungraded.is_empty())
}

fn read_test(path: &Path) -> Result<Test, Fatal> {
    Test::read(&files::read(path)?).map_err(|error| files::in_file(path, error))
}

fn report(args: &GradeArgs, test: &Test, all: &[Graded]) -> String {
    match all {
        [one] if args.gradescope => gradescope(one),
        [one] if args.prairielearn => prairielearn(one),
        all if args.csv => csv(test, all),
        all if args.json => json(all),
        all => text(all),
    }
}
