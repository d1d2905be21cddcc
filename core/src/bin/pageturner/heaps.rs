//! `import malloc` and `heaps`: a program's requests made on one heap, as a recording, or on several, as a table.

use crate::args::{HeapsArgs, Machine, MallocArgs};
use crate::output::Output;
use crate::{Fatal, Verdict, files};
use pageturner::config::Config;
use pageturner::import::malloc::{self, Drive, Requests};
use pageturner::lab::recording::{Recording, machine_from_json};
use pageturner::lab::tell::dump::JsonLine;
use pageturner::refusal::Refusal;
use std::path::Path;

/// Makes a trace's requests on a heap and writes the recording.
pub fn import(args: &MallocArgs) -> Verdict {
    let requests = read(&args.file)?;
    let how = drive(&args.heap, &args.machine)?;
    let driven = malloc::drive(&requests, &how).map_err(refused)?;
    let recording =
        Recording { title: Some(title(&args.file, &args.heap)), ..Recording::from_session(&driven.session) };
    files::write(args.output.as_deref().unwrap_or(Path::new("-")), &recording.to_jsonl())?;
    eprintln!("{} requests from {}; {} not served", requests.all.len(), args.file.display(), driven.failed);
    tell(&requests);
    Ok(true)
}

/// Makes a trace's requests on several heaps and prints what each took.
pub fn compare(args: &HeapsArgs) -> Verdict {
    let requests = read(&args.file)?;
    tell(&requests);
    let mut all = Vec::new();
    for heap in &args.on {
        let how = drive(heap, &args.machine)?;
        all.push(malloc::fare(&requests, heap, &how).map_err(refused)?);
    }
    let mut out = Output::new();
    if args.json {
        for fared in &all {
            out.line(JsonLine::new().field("figures", fared).end())?;
        }
    } else {
        out.text(&malloc::table(&all))?;
    }
    out.flush()?;
    Ok(true)
}

fn read(file: &Path) -> Result<Requests, Fatal> {
    malloc::read(&files::read(file)?).map_err(|error| files::in_file(file, error))
}

fn drive(heap: &str, machine: &Machine) -> Result<Drive, Fatal> {
    let config = match &machine.fields {
        Some(json) => machine_from_json(json).map_err(refused)?,
        None => Config { frames: 1 << 16, swap_slots: 1 << 16, ..Config::default() },
    };
    let settings = heap.parse().map_err(refused)?;
    Ok(Drive { config, settings, touch: !machine.untouched, memory: machine.memory.bytes() })
}

fn title(file: &Path, heap: &str) -> String {
    let name = file.file_name().map_or("a trace".into(), |name| name.to_string_lossy().into_owned());
    format!("{name} on {heap}")
}

fn tell(requests: &Requests) {
    for (what, n) in &requests.skipped {
        eprintln!("skipped: {n} {what}");
    }
}

fn refused(refusal: Refusal) -> Fatal {
    Fatal(format!("{} ({})", refusal.what, refusal.hint))
}
