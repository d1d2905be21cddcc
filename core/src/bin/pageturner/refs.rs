//! `import refs` and `sweep`: a program's references made on one machine, as a recording, or on many, as a table.

use crate::args::{RefsArgs, SweepArgs};
use crate::output::Output;
use crate::{Fatal, Verdict, files};
use pageturner::config::{Config, KernelPlace, PolicyKind};
use pageturner::import::refs::{self, Drive, References};
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::recording::{Recording, machine_from_json};
use pageturner::lab::tell::dump::JsonLine;
use pageturner::refusal::Refusal;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use strum::VariantArray;

/// Sizes that a range of frames stands for, at most.
const SIZES: u32 = 16;

/// Makes a trace's references on a machine and writes the recording.
pub fn import(args: &RefsArgs) -> Verdict {
    let config = config(args.machine.as_deref())?;
    let references = read(&args.file, &config)?;
    let how = Drive { config, memory: args.memory.bytes() };
    let driven = refs::drive(&references, &how).map_err(refused)?;
    let title = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let recording = Recording { title, ..Recording::from_session(&driven.session) };
    files::write(args.output.as_deref().unwrap_or(Path::new("-")), &recording.to_jsonl())?;
    let pages = references.pages().len();
    eprintln!("{} references to {pages} pages from {}", references.all.len(), args.file.display());
    Ok(true)
}

/// Makes a trace's references on machines of several sizes under several policies, and prints what was counted.
pub fn sweep(args: &SweepArgs) -> Verdict {
    let config = config(args.machine.as_deref())?;
    let references = read(&args.file, &config)?;
    let policies = args.policy.iter().map(|name| policy(name)).collect::<Result<Vec<_>, _>>()?;
    let frames = sizes(&args.frames)?;
    if !Tally::NAMES.contains(&args.counter.as_str()) {
        return Err(Fatal(format!("there is no counter `{}` (docs/scripting.md lists them)", args.counter)));
    }
    let points: Vec<(u32, PolicyKind)> =
        frames.iter().flat_map(|frames| policies.iter().map(|policy| (*frames, *policy))).collect();
    let counted = all(&references, &config, &points, &args.counter)?;
    let rows: Vec<&[u64]> = counted.chunks(policies.len()).collect();
    let mut out = Output::new();
    if args.json {
        for ((frames, policy), value) in points.iter().zip(&counted) {
            let line = JsonLine::new().field("frames", frames).field("policy", policy);
            out.line(line.field(&args.counter, value).field("references", references.all.len()).end())?;
        }
    } else {
        let head: Vec<String> = ["frames".to_string()].into_iter().chain(args.policy.iter().cloned()).collect();
        let body = frames
            .iter()
            .zip(&rows)
            .map(|(frames, row)| [*frames as u64].iter().chain(*row).map(u64::to_string).collect::<Vec<String>>());
        let table: Vec<Vec<String>> = [head].into_iter().chain(body).collect();
        out.text(&if args.csv { csv(&table) } else { aligned(&table) })?;
    }
    out.flush()?;
    Ok(true)
}

/// What the counter says at each point, in the points' order, by as many threads as there are processors.
fn all(
    references: &References,
    config: &Config,
    points: &[(u32, PolicyKind)],
    counter: &str,
) -> Result<Vec<u64>, Fatal> {
    let (next, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found: Mutex<Vec<Option<Result<u64, Refusal>>>> = Mutex::new(vec![None; points.len()]);
    let total = references.all.len() * points.len();
    let told = std::io::stderr().is_terminal();
    let work = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some((frames, policy)) = points.get(n) else { return };
            let machine = Config { frames: *frames, policy: *policy, ..config.clone() };
            let mut going = |more: usize| {
                let done = made.fetch_add(more, Ordering::Relaxed) + more;
                if told {
                    eprint!("\r{} % of {total} references", done * 100 / total.max(1));
                }
                true
            };
            let counted = refs::fare(references, &machine, &mut going);
            let value = counted.map(|tally| tally.and_then(|tally| tally.get(counter)).unwrap_or(0));
            found.lock().expect("no thread panics")[n] = Some(value);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(points.len().max(1));
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    if told {
        eprintln!();
    }
    let found = found.into_inner().expect("no thread panics");
    found.into_iter().map(|value| value.expect("each point was taken").map_err(refused)).collect()
}

/// `4,8,16`, or a range `4..256`: sizes in between that grow by the same factor.
fn sizes(text: &str) -> Result<Vec<u32>, Fatal> {
    let wrong = || Fatal(format!("--frames {text}: give sizes as 4,8,16 or a range as 4..256"));
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(wrong);
    let Some((from, to)) = text.split_once("..") else {
        return text.split(',').map(number).collect();
    };
    let (from, to) = (number(from)?, number(to)?);
    if from > to {
        return Err(wrong());
    }
    let factor = f64::from(to) / f64::from(from);
    let size = |n: u32| (f64::from(from) * factor.powf(f64::from(n) / f64::from(SIZES - 1))).round() as u32;
    let mut sizes: Vec<u32> = (0..SIZES).map(size).collect();
    sizes.dedup();
    Ok(sizes)
}

fn policy(name: &str) -> Result<PolicyKind, Fatal> {
    let named = |kind: &&PolicyKind| serde_json::to_string(kind).is_ok_and(|json| json.trim_matches('"') == name);
    PolicyKind::VARIANTS.iter().find(named).copied().ok_or_else(|| {
        let all: Vec<String> =
            PolicyKind::VARIANTS.iter().filter_map(|kind| serde_json::to_string(kind).ok()).collect();
        Fatal(format!("there is no policy `{name}`; there are {}", all.join(", ").replace('"', "")))
    })
}

fn csv(table: &[Vec<String>]) -> String {
    table.iter().map(|row| row.join(",") + "\n").collect()
}

fn aligned(table: &[Vec<String>]) -> String {
    let width = |column: usize| table.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        cells.collect::<Vec<_>>().join("  ") + "\n"
    };
    table.iter().map(line).collect()
}

fn config(json: Option<&str>) -> Result<Config, Fatal> {
    match json {
        Some(json) => machine_from_json(json).map_err(refused),
        None => Ok(Config { kernel: KernelPlace::Apart, swap_slots: 0, ..Config::default() }),
    }
}

fn read(file: &Path, config: &Config) -> Result<References, Fatal> {
    refs::read(&files::read(file)?, config.geometry.geometry()).map_err(|error| files::in_file(file, error))
}

fn refused(refusal: Refusal) -> Fatal {
    Fatal(format!("{} ({})", refusal.what, refusal.hint))
}
