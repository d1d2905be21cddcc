//! Questions for the page: what is asked, and what an answer is worth. What is right leaves the machine only when it is
//! asked for.

use crate::dto::{JudgedDto, QuestionDto, Typed};
use crate::js;
use crate::session::JsSession;
use pageturner::lab::quiz::foresee::{Prediction, before};
use pageturner::lab::quiz::{Question, judge, question, right_text};
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::question::Asks;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// The question of a step that can be judged, or (`before`) what can be foreseen of it; `undefined` if there is
    /// none.
    pub fn question(&self, step: u32, before: bool) -> Option<Typed<QuestionDto>> {
        js::maybe(asked(self.core(), step, before).map(dto))
    }

    /// What an answer is worth: a text, or the places of choices, one for each blank of a table, the names of the thing
    /// that is pointed at, or `true`.
    pub fn judge(&self, step: u32, before: bool, given: Vec<String>) -> Option<Typed<JudgedDto>> {
        js::maybe(judged(self.core(), step, before, &given))
    }

    /// What is right, in words; empty if there is nothing to say.
    pub fn solution(&self, step: u32, before: bool) -> String {
        asked(self.core(), step, before)
            .and_then(|(_, question)| Some(right_text(&question.task.asks, question.right.as_ref()?)))
            .unwrap_or_default()
    }
}

/// A question with its words, if the step does not have them.
fn asked(session: &Session, step: u32, foreseen: bool) -> Option<(Option<Prediction>, Question)> {
    if !foreseen {
        return question(session, step).map(|question| (None, question));
    }
    let prediction = before(session, step)?;
    Some((Some(prediction.clone()), prediction.of_step(step)))
}

/// What an answer is worth.
fn judged(session: &Session, step: u32, before: bool, given: &[String]) -> Option<JudgedDto> {
    let (_, question) = asked(session, step, before)?;
    Some(match judge(&question.task, question.right.as_ref(), given) {
        Ok(judged) => {
            JudgedDto { right: judged.right, of: judged.of, cells: judged.cells, hint: judged.hint, unread: None }
        }
        Err(unread) => JudgedDto { right: 0, of: 1, cells: Vec::new(), hint: None, unread: Some(unread) },
    })
}

fn dto((foreseen, Question { step, task, .. }): (Option<Prediction>, Question)) -> QuestionDto {
    let kind = task.asks.name();
    let (mut unit, mut of, mut columns, mut rows, mut condition) =
        (String::new(), Vec::new(), Vec::new(), Vec::new(), None);
    match task.asks {
        Asks::Number { unit: of_number, .. } => unit = of_number,
        Asks::Choice { of: choices } | Asks::Choices { of: choices } => of = choices,
        Asks::Table { columns: names, rows: cells } => (columns, rows) = (names, cells),
        Asks::Reach { condition: wanted } => condition = Some(wanted),
        Asks::Address | Asks::Text | Asks::Point | Asks::Foresee(_) => {}
    }
    let (foresees, words) = foreseen.map(|one| (one.what.name(), one.question)).unzip();
    let (points, tries) = (task.points, task.tries);
    QuestionDto { step, kind, unit, of, columns, rows, condition, points, tries, foresees, words }
}
