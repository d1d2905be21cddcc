//! Calls on the running kernel and on the model.

use libtest_mimic::{Completion, Trial};
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::Command;
use pageturner_linux::generate::Generator;
use pageturner_linux::kernel::{self, Kernel};
use pageturner_linux::run::{self, Failure, Setting};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Number of random calls when the environment names none.
const CALLS: usize = 60_000;
/// Calls of one run, after which everything begins anew.
const RUN: usize = 400;

/// Seeds of the random runs that are recorded, and their calls.
const RECORDED: std::ops::Range<u64> = 100..112;
const RECORDED_CALLS: usize = 80;

pub fn trials() -> Vec<Trial> {
    let setting = kernel::setting();
    if let Ok(setting) = &setting {
        eprintln!("compared: {setting:?}");
        if !setting.depth.frames {
            eprintln!("not root: frames, slots and mapping counts are not compared, PAGEOUT is left out");
        }
    }
    let mut trials = vec![watched("random_calls_agree", &setting, random_calls_agree)];
    for (name, commands) in kept() {
        let agrees = move |setting| case_agrees(setting, &commands);
        trials.push(watched(&format!("cases/{name}.jsonl"), &setting, agrees));
    }
    let asked = std::env::var_os("PAGETURNER_LINUX_RECORD").is_some();
    let recorded = if asked { setting } else { Err("PAGETURNER_LINUX_RECORD is not set".into()) };
    trials.push(watched("record_runs", &recorded, record_runs));
    trials
}

/// A test that needs the kernel: ignored where that cannot be, with the reason.
fn watched(name: &str, setting: &Result<Setting, String>, run: impl FnOnce(Setting) + Send + 'static) -> Trial {
    let setting = setting.clone();
    Trial::ignorable_test(name, move || match setting {
        Ok(setting) => {
            run(setting);
            Ok(Completion::Completed)
        }
        Err(why) => Ok(Completion::ignored_with(why)),
    })
}

fn start() -> Kernel {
    Kernel::start(Path::new(env!("CARGO_BIN_EXE_puppet"))).expect("the puppet starts")
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name)
        .map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}: not a number: {text}")))
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

fn random_calls_agree(setting: Setting) {
    let mut kernel = start();
    let calls = number("PAGETURNER_LINUX_CALLS", CALLS);
    let first = number("PAGETURNER_LINUX_SEED", 1);
    let since = Instant::now();
    for run in 0..calls.div_ceil(RUN) {
        let seed = (first + run) as u64;
        if let Some(failure) = run::random(&mut kernel, setting, seed, RUN).expect("the kernel can be watched") {
            report(&mut kernel, setting, seed, failure);
        }
        if run % 250 == 249 {
            println!("{} calls in {:.1} s", (run + 1) * RUN, since.elapsed().as_secs_f64());
        }
    }
    println!("{} calls agree, {:.1} s", calls.div_ceil(RUN) * RUN, since.elapsed().as_secs_f64());
}

fn report(kernel: &mut Kernel, setting: Setting, seed: u64, failure: Failure) -> ! {
    println!("seed {seed}, call {}: {}", failure.commands.len(), failure.what);
    let failure = run::shrink(kernel, setting, failure).expect("the kernel can be watched");
    let text = run::recording(setting, &failure.commands, &format!("seed {seed}"));
    let path = cases().join(format!("seed-{seed}.jsonl"));
    std::fs::create_dir_all(cases()).and_then(|()| std::fs::write(&path, &text)).expect("a case can be kept");
    panic!("shortest:\n{text}{}\nkept in {}", failure.what, path.display());
}

fn case_agrees(setting: Setting, commands: &[Command]) {
    if let Some(failure) = run::given(&mut start(), setting, commands).expect("the kernel can be watched") {
        panic!("call {}: {}", failure.commands.len(), failure.what);
    }
}

/// Every kept case: its name, and its commands.
fn kept() -> Vec<(String, Vec<Command>)> {
    let files = std::fs::read_dir(cases()).expect("the cases' folder");
    let mut paths: Vec<PathBuf> = files.map(|entry| entry.expect("a folder entry").path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a readable case");
        let recording = Recording::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, recording.steps.into_iter().map(|(command, _)| command).collect())
    };
    paths.iter().map(read).collect()
}

/// `PAGETURNER_LINUX_RECORD=1` writes `runs/recorded.txt` anew: every kept case, and some random runs.
fn record_runs(setting: Setting) {
    let mut kernel = start();
    let mut text = String::new();
    for (name, commands) in kept() {
        let mut commands = commands.into_iter();
        let recorded = run::record(&mut kernel, setting, &name, |_, _| commands.next());
        text +=
            &recorded.expect("the kernel can be watched").unwrap_or_else(|failure| panic!("{name}: {}", failure.what));
    }
    for seed in RECORDED {
        let mut generator = Generator::new(seed);
        let next = |session: &Session, n| (n < RECORDED_CALLS).then(|| generator.next(session.view()));
        let recorded = run::record(&mut kernel, setting, &format!("seed {seed}"), next);
        text +=
            &recorded.expect("the kernel can be watched").unwrap_or_else(|failure| panic!("{seed}: {}", failure.what));
    }
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("runs/recorded.txt"), text)
        .expect("a folder to write to");
}
