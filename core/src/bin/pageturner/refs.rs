//! `import refs`: a program's references made on a machine, as a recording.

use crate::args::RefsArgs;
use crate::{Fatal, Verdict, files};
use pageturner::config::{Config, KernelPlace};
use pageturner::import::refs::{self, Drive, References};
use pageturner::lab::recording::{Recording, machine_from_json};
use pageturner::refusal::Refusal;
use std::path::Path;

/// Makes a trace's references on a machine and writes the recording.
pub fn import(args: &RefsArgs) -> Verdict {
    let config = config(args.machine.as_deref())?;
    let references = read(&args.file, &files::read(&args.file)?, &config)?;
    let how = Drive { config, memory: args.memory.bytes() };
    let driven = refs::drive(&references, &how).map_err(refused)?;
    let title = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let recording = Recording { title, ..Recording::from_session(&driven.session) };
    files::write(args.output.as_deref().unwrap_or(Path::new("-")), &recording.to_jsonl())?;
    let pages = references.pages().len();
    eprintln!("{} references to {pages} pages from {}", references.all.len(), args.file.display());
    Ok(true)
}

/// The machine on which a trace's references are made: all its frames are for the program's pages, unless it is said
/// otherwise.
pub fn config(json: Option<&str>) -> Result<Config, Fatal> {
    match json {
        Some(json) => machine_from_json(json).map_err(refused),
        None => Ok(Config { kernel: KernelPlace::Apart, swap_slots: 0, ..Config::default() }),
    }
}

/// Reads the trace that a file holds.
pub fn read(file: &Path, text: &str, config: &Config) -> Result<References, Fatal> {
    refs::read(text, config.geometry.geometry()).map_err(|error| files::in_file(file, error))
}

/// A refusal as an error.
pub fn refused(refusal: Refusal) -> Fatal {
    Fatal(format!("{} ({})", refusal.what, refusal.hint))
}
