//! `import strace`: a log becomes a recording; what was left out is counted and listed on standard error.

use crate::args::{From, ImportArgs, StraceArgs};
use crate::{Verdict, files};
use pageturner::import::strace::{self, Options};
use pageturner::lab::words::count;
use std::path::Path;

/// Imports a trace.
pub fn import(args: &ImportArgs) -> Verdict {
    match &args.from {
        From::Strace(args) => import_strace(args),
    }
}

fn import_strace(args: &StraceArgs) -> Verdict {
    let text = files::read(&args.file)?;
    let imported =
        strace::import_with(&text, Options { touch: args.touch }).map_err(|error| files::in_file(&args.file, error))?;
    files::write(args.output.as_deref().unwrap_or(Path::new("-")), &imported.recording.to_jsonl())?;
    let skipped: u64 = imported.skipped.values().sum();
    eprintln!(
        "{} from {}; {skipped} skipped",
        count(imported.recording.steps.len() as u64, "command"),
        args.file.display()
    );
    for (what, n) in &imported.skipped {
        eprintln!("  {n:6}  {what}");
    }
    Ok(true)
}
