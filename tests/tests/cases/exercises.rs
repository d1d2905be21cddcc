//! The exercises: each runs with any seed, what it claims holds, each of its questions can be answered, and what is
//! right is judged to be right. Another seed is another exercise.

use super::lessons::claims;
use libtest_mimic::Trial;
use pageturner::lab::quiz::{Question, judge, question};
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, header, run_script, with_seed};
use pageturner::vocabulary::command::{Ask, Command, Note};
use pageturner::vocabulary::question::{Asks, Right};
use pageturner_tests::file_cases::Folder;
use std::collections::BTreeSet;

const EXERCISES: Folder = Folder { path: "../www/exercises", name: "exercises", extension: "rhai" };
const SEEDS: u64 = 12;

pub fn trials() -> Vec<Trial> {
    EXERCISES.checked(exercise)
}

fn exercise(source: &str) {
    for name in ["title", "topic", "seed"] {
        assert!(header(source, name).is_some_and(|value| !value.is_empty()), "it has a line //! {name}:");
    }
    let texts: BTreeSet<String> = (1..=SEEDS).map(|seed| with(source, seed)).collect();
    assert!(texts.len() as u64 > SEEDS / 2, "other seeds are other exercises");
}

/// What it says with a seed, and what is right.
fn with(source: &str, seed: u64) -> String {
    let outcome = run_script(&with_seed(source, seed).expect("it has a seed"), &Limits::default(), |_| true);
    assert_eq!(outcome.error.map(|error| error.to_string()), None, "seed {seed}");
    let session = outcome.session.expect("an exercise has a machine");
    assert_eq!(claims(&session, false), Vec::<&Command>::new(), "every claim holds with seed {seed}");
    assert_eq!(session.check(), Vec::<String>::new());
    let steps = 0..session.steps().len() as u32;
    let asked = steps.clone().filter(|n| matches!(session.steps()[*n as usize].command, Command::Ask(_))).count();
    let questions: Vec<Question> = steps.filter_map(|step| question(&session, step)).collect();
    assert!(asked >= 2 && questions.len() == asked, "seed {seed}: it asks, and each question has an answer");
    questions.iter().for_each(|question| what_is_right_is_right(question, &format!("seed {seed}")));
    format!("{:?}{}", outcome.printed, said(&session))
}

/// What a question says is right is judged to be right.
pub fn what_is_right_is_right(Question { task, right, step }: &Question, of: &str) {
    let given = match right {
        Some(Right::Number(n)) => vec![n.to_string()],
        Some(Right::Texts(texts)) if matches!(task.asks, Asks::Table { .. }) => texts.clone(),
        Some(Right::Texts(texts)) => texts[..1].to_vec(),
        Some(Right::Choices(places)) => places.iter().map(u32::to_string).collect(),
        Some(Right::Things(things)) => vec![things[0].to_string()],
        None => vec!["true".into()],
    };
    let judged = judge(task, right.as_ref(), &given);
    assert!(judged.as_ref().is_ok_and(|judged| judged.is_right()), "{of}, step {step}: {judged:?}");
}

fn said(session: &Session) -> String {
    let text = |command: &Command| match command {
        Command::Note(Note { text, .. }) => Some(text.clone()),
        Command::Ask(Ask { question, task, .. }) => Some(format!("{question}{task:?}")),
        _ => None,
    };
    session.steps().iter().filter_map(|step| text(&step.command)).collect()
}
