//! Asking the questions of a test: each on a copy of what the submission left, with a budget of its own, so that one
//! that fails, loops or writes to the machine is nothing to the others.

use super::graded::{Answered, Graded};
use super::hand::{self, Hand, Made};
use super::left::Left;
use super::points::Points;
use super::submission::Watched;
use super::test::{Question, Test};
use super::{Allowed, clean};
use crate::script::engine::engine;
use crate::script::errors::{Around, innermost, placed};
use crate::script::mistake::Mistake;
use crate::script::room::{Room, is_cancelled};
use crate::script::tokens::Tokens;
use rhai::{Dynamic, EvalAltResult};
use std::rc::Rc;

/// At most this many things said of one question, and bytes of all that is said of one submission.
const MOST_SAID: usize = 20;
const MOST_FEEDBACK: usize = 64 << 10;
/// At most this many bytes of what the author is told of one question.
const MOST_FOR_AUTHOR: usize = 16 << 10;

/// Asks all questions.
pub fn all(test: &Test, name: &str, left: Left, allowed: &Allowed<'_>) -> Graded {
    let left = Rc::new(left);
    let mut room = MOST_FEEDBACK;
    let mut questions: Vec<Answered> = test.asked.iter().map(|question| ask(test, question, &left, allowed)).collect();
    for feedback in questions.iter_mut().map(|question| &mut question.feedback) {
        let fits = feedback.iter().take_while(|text| {
            let fits = text.len() <= room;
            room = room.saturating_sub(text.len());
            fits
        });
        let fits = fits.count();
        feedback.truncate(fits);
    }
    Graded {
        commands: left.session.steps().len() as u32,
        printed: left.printed.clone(),
        ..Graded::of(name, left.ended, left.message.clone(), questions)
    }
}

fn ask(test: &Test, question: &Question, left: &Rc<Left>, allowed: &Allowed<'_>) -> Answered {
    let Watched { stopped, progress } = Watched::start(allowed.clock);
    let room = Room::new(allowed.question.clone(), progress);
    room.with(|state| {
        state.session = Some(left.session.clone());
        (state.given, state.places) = (true, false);
    });
    let mut engine = engine(&room);
    let hand = Hand::new(left);
    hand::register(&mut engine, &hand);
    let asked = question.body.call::<Dynamic>(&engine, &test.ast, ());
    let checks = hand.checks.take();
    let mut feedback = said(&checks);
    let points = match &asked {
        Ok(_) if checks.is_empty() => {
            feedback.push("the check could not be made: it expects nothing".into());
            Points::NONE
        }
        Ok(_) => share(question, &checks),
        Err(error) => {
            feedback.push(why(error, &hand, stopped.get()));
            Points::NONE
        }
    };
    let for_author = allowed.for_author.then(|| for_author(test, &room, asked.err().as_deref())).flatten();
    Answered { name: question.name.clone(), points, of: question.points, feedback, for_author }
}

fn share(question: &Question, checks: &[Made]) -> Points {
    let held = checks.iter().filter(|check| check.held).count();
    match held < checks.len() && question.all_or_nothing {
        true => Points::NONE,
        false => question.points.share(held, checks.len()),
    }
}

/// What did not hold, each thing once.
fn said(checks: &[Made]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for Made { text, .. } in checks.iter().filter(|check| !check.held) {
        if !all.contains(text) {
            all.push(text.clone());
        }
    }
    if all.len() > MOST_SAID {
        let more = format!("… and {} more", all.len() - MOST_SAID);
        all.truncate(MOST_SAID);
        all.push(more);
    }
    all
}

/// Why a question could not be answered, in words that have nothing of the test in them: what an error says may quote
/// it, or be made of what it compares with. Only what `submitted` misses is said.
fn why(error: &EvalAltResult, hand: &Hand, stopped: bool) -> String {
    let error = innermost(error);
    let missing = hand.missing.take().filter(|missing| match error {
        EvalAltResult::ErrorRuntime(value, _) => {
            value.clone().try_cast::<Mistake>().is_some_and(|mistake| mistake.message == *missing)
        }
        _ => false,
    });
    if let Some(missing) = missing {
        return missing;
    }
    let because = match error {
        error if stopped && is_cancelled(error) => "it took more time than it has",
        EvalAltResult::Exit(..) => "it ended early",
        error if error.is_system_exception() => "it reached a limit",
        _ => "something is missing that it needs, or is otherwise than it was asked for",
    };
    format!("the check could not be made: {because}")
}

/// The error with its place in the test, and what the test printed; `None` if there is neither.
fn for_author(test: &Test, room: &Room, error: Option<&EvalAltResult>) -> Option<String> {
    let (limits, printed) = room.with(|state| (state.limits.clone(), std::mem::take(&mut state.printed)));
    let mut all: Vec<String> = printed.into_iter().map(|(_, text)| text).collect();
    all.extend(error.map(|error| {
        let tokens = &Tokens::default();
        let around =
            Around { source: &test.source, limits: &limits, variables: &[], tokens, place: None, elsewhere: false };
        placed(error, &around).to_string()
    }));
    (!all.is_empty()).then(|| clean::lines(&all.join("\n"), MOST_FOR_AUTHOR))
}
