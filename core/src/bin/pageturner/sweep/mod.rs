//! `sweep`: a trace of references, a script or a recording on many machines, and what was counted on each, as a table.

mod load;
mod pool;
mod table;

use crate::args::SweepArgs;
use crate::output::Output;
use crate::refs::refused;
use crate::{Fatal, Verdict, files};
use load::Load;
use pageturner::lab::compare::{Changes, parse_changes};
use pageturner::lab::sweep::{Axis, Plan, Sweep};

/// Gives the file to all machines and prints what was counted.
pub fn sweep(args: &SweepArgs) -> Verdict {
    let plan = Plan { counters: args.counter.clone(), every: args.every };
    plan.check().map_err(refused)?;
    let (over, by) = (over(args)?, by(args)?);
    let text = files::read(&args.file)?;
    let load = Load::read(args, &text)?;
    // A trace's own question is how it fares with more memory; of a script or a recording it is not known.
    let (over, by) = match (over, by) {
        (None, by) if load.is_trace() => (axis("frames=4..256")?, by),
        (Some(over), by) => (over, by),
        (None, Some(by)) => (by, None),
        (None, None) => {
            return Err(Fatal("sweep: over what? Say --over FIELD=VALUES, such as --over frames=16..256".into()));
        }
    };
    let is_plain = load.is_trace() && args.over.is_none();
    let by = if by.is_none() && is_plain { Some(axis("policy=fifo,lru,opt")?) } else { by };
    let sweep = Sweep { over, by, all: all(args, &load)? };
    sweep.check().map_err(refused)?;
    sweep.configs(load.config()).map_err(refused)?;
    let fared = pool::all(&load, &sweep, &plan)?;
    let mut out = Output::new();
    table::write(&mut out, args, &load, (&sweep, &plan), &fared)?;
    out.flush()?;
    for (n, one) in fared.iter().enumerate() {
        if let Some(why) = &one.ended {
            eprintln!("{}: ended after {} {}s: {why}", sweep.name(n), one.commands, load.noun());
        }
        if one.skipped > 0 {
            eprintln!("{}: {} of {} commands could not be given", sweep.name(n), one.skipped, one.commands);
        }
    }
    Ok(true)
}

/// What all machines have otherwise than the one that the load comes with.
fn all(args: &SweepArgs, load: &Load) -> Result<Changes, Fatal> {
    match &args.machine {
        Some(json) if !load.is_trace() => parse_changes(json).map_err(refused),
        _ => Ok(Changes::new()),
    }
}

fn over(args: &SweepArgs) -> Result<Option<Axis>, Fatal> {
    let frames = args.frames.as_ref().map(|frames| format!("frames={frames}"));
    args.over.clone().or(frames).map(|text| axis(&text)).transpose()
}

fn by(args: &SweepArgs) -> Result<Option<Axis>, Fatal> {
    let policy = args.policy.as_ref().map(|policy| format!("policy={policy}"));
    args.by.clone().or(policy).map(|text| axis(&text)).transpose()
}

fn axis(text: &str) -> Result<Axis, Fatal> {
    Axis::parse(text).map_err(refused)
}
