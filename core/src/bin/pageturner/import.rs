//! `import strace`: a log becomes a recording; what was left out is counted and listed on standard error.

use crate::args::{From, ImportArgs, StraceArgs};
use crate::{Verdict, files};
use pageturner::import::strace::{self, Options, Report};
use pageturner::lab::tell::placed::PlacedError;
use pageturner::lab::tell::words::count;
use std::path::Path;

/// Imports a trace.
pub fn import(args: &ImportArgs) -> Verdict {
    match &args.from {
        From::Strace(args) => import_strace(args),
        From::Malloc(args) => crate::heaps::import(args),
        From::Refs(args) => crate::refs::import(args),
    }
}

fn import_strace(args: &StraceArgs) -> Verdict {
    let text = files::read(&args.file)?;
    let options = Options { touch: args.touch, lenient: args.lenient, one_process: args.one_process };
    let imported = strace::import_with(&text, options)
        .map_err(|error| curable(&text, options, error))
        .map_err(|error| files::in_file(&args.file, error))?;
    files::write(args.output.as_deref().unwrap_or(Path::new("-")), &imported.recording.to_jsonl())?;
    let skipped: u64 = imported.report.skipped.values().sum();
    eprintln!(
        "{} from {}; {skipped} skipped",
        count(imported.recording.steps.len() as u64, "command"),
        args.file.display()
    );
    tell(&imported.report);
    Ok(true)
}

/// Adds a hint to an error if leaving damaged calls out would help.
fn curable(text: &str, options: Options, error: PlacedError) -> PlacedError {
    if options.lenient || strace::import_with(text, Options { lenient: true, ..options }).is_err() {
        return error;
    }
    let hint = "--lenient leaves out damaged calls, and counts them";
    let all = error.hint.as_ref().map_or_else(|| hint.to_string(), |first| format!("{first}; {hint}"));
    error.hint(all)
}

/// Prints what was counted: first what makes the machine differ from the program's.
fn tell(report: &Report) {
    for sentence in &report.notes {
        eprintln!("note: {sentence}");
    }
    if report.may_be_threads {
        eprintln!(
            "note: if the processes without a birth are threads that strace attached to, import with --one-process"
        );
    }
    for (title, counts) in
        [("where the machine differs from the program:", &report.differs), ("skipped:", &report.skipped)]
    {
        if !counts.is_empty() {
            eprintln!("{title}");
        }
        for (what, n) in counts {
            eprintln!("  {n:6}  {what}");
        }
    }
}
