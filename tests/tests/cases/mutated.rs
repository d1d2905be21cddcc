//! Whether the expectations of the lessons can fail: in each lesson one thing after another is broken, and each of its
//! expectations has to fail for one of them. An expectation that always holds says nothing about the machine.
//!
//! `tests/lessons/mutations.txt` has what is broken, for each lesson some lines: `FIELDS` are settings, laid over what
//! the lesson says at each `machine(…)` (what it changes itself, with `what_if`, goes over both), and `TEXT => TEXT` is
//! put into the script, where no setting takes away what an expectation is about. A lesson with `over_seeds` is run
//! with one seed. With `MUTATIONS=1` the test prints which lines each of them breaks.

use super::lessons::{LESSONS, with_one_seed};
use libtest_mimic::Trial;
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, Outcome, run_script};
use pageturner::vocabulary::command::{Command, Expect};
use std::collections::{BTreeMap, BTreeSet};

const MUTATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/mutations.txt");

/// Calls `machine` with other settings; appended to the lesson, whose calls go here.
const OTHER_MACHINE: &str = "
fn other_machine(fields) { machine(lay_over(fields, OTHER)); }
fn lay_over(fields, other) {
    for name in other.keys() {
        let both = type_of(other[name]) == \"map\" && name in fields;
        fields[name] = if both { lay_over(fields[name], other[name]) } else { other[name] };
    }
    fields
}
";

/// Expectations by their lines and columns.
type Met = BTreeMap<(u32, u32), String>;

pub fn trials() -> Vec<Trial> {
    let lesson = |(path, text): (std::path::PathBuf, String)| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().to_string();
        Trial::test(format!("lessons/{name}, mutated"), move || {
            each_expectation_can_fail(&name, &text);
            Ok(())
        })
    };
    LESSONS.files().into_iter().map(lesson).collect()
}

fn each_expectation_can_fail(name: &str, source: &str) {
    let all = std::fs::read_to_string(MUTATIONS).expect("a file with mutations");
    let mutations = mutations(&all, name);
    let source = with_one_seed(source);
    let mut holds: Met = expectations(&source, |_| true);
    let mut idle = Vec::new();
    for mutation in &mutations {
        let failed = expectations(&mutated(&source, mutation), |held| !held);
        holds.retain(|at, _| !failed.contains_key(at));
        if failed.is_empty() {
            idle.push(*mutation);
        }
        if std::env::var_os("MUTATIONS").is_some() {
            let lines: BTreeSet<u32> = failed.keys().map(|(line, _)| *line).collect();
            println!("{name}: {mutation}: breaks lines {lines:?}");
        }
    }
    let holds: Vec<String> = holds.iter().map(|((line, _), text)| format!("line {line}: {text}")).collect();
    assert!(
        holds.is_empty(),
        "expectations of {name} that hold whatever is broken in tests/lessons/mutations.txt: break what each is about \
         there, or let it say something that can fail: {holds:#?}"
    );
    assert!(idle.is_empty(), "lines of {name} in tests/lessons/mutations.txt that break nothing: {idle:?}");
}

/// What is broken in a lesson.
fn mutations<'a>(all: &'a str, name: &str) -> Vec<&'a str> {
    let lines = all.lines().filter(|line| !line.starts_with('#'));
    let of_it = lines.skip_while(|line| *line != name).skip(1).take_while(|line| line.starts_with(' '));
    of_it.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect()
}

/// The lesson with something broken, each expectation on its line: it is known by its place.
fn mutated(source: &str, mutation: &str) -> String {
    if let Some((from, to)) = mutation.split_once(" =>") {
        assert!(source.contains(from), "tests/lessons/mutations.txt: the lesson has no `{from}`");
        return source.replace(from, to.trim_start());
    }
    let calls = source.replace("machine(#{", "other_machine(#{");
    let calls = ["fields", "config"]
        .iter()
        .fold(calls, |calls, name| calls.replace(&format!(" machine({name})"), &format!(" other_machine({name})")));
    format!("{calls}{}", OTHER_MACHINE.replace("OTHER", &format!("#{{ {mutation} }}")))
}

/// The expectations that were met with this answer, by their places. An error ends the lesson: what comes after it is
/// not met.
fn expectations(source: &str, of: fn(bool) -> bool) -> Met {
    let Outcome { session, .. } = run_script(source, &Limits::default(), |_| true);
    let steps = session.as_ref().map_or(&[][..], Session::steps);
    let met = steps.iter().filter_map(|step| match &step.command {
        Command::Expect(Expect { text, held }) if of(*held) => {
            let at = step.at?;
            Some(((at.line, at.column), text.clone()))
        }
        _ => None,
    });
    met.collect()
}
