//! Questions and what is right of them, in the script's language. Where a text is cut short, what is right is not said:
//! the page shows such texts beside the question.

use super::command::quoted;
use crate::vocabulary::command::{Answer, Ask};
use crate::vocabulary::question::{Asks, Right, Task};
use crate::vocabulary::thing::Thing;

/// `ask("How many?", #{number: 4})`.
pub fn ask(Ask { question, answer, task }: &Ask, most: usize) -> String {
    let question = quoted(question, most);
    match task {
        None => format!("ask({question}, {})", quoted(answer, most)),
        Some(_) if most != usize::MAX => format!("ask({question}, …)"),
        Some(task) => {
            let mut fields = fields(task);
            if !answer.is_empty() {
                fields.push(format!("why: {}", quoted(answer, most)));
            }
            format!("ask({question}, #{{{}}})", fields.join(", "))
        }
    }
}

/// `answer(4)`.
pub fn answer(Answer { right }: &Answer, most: usize) -> String {
    if most == usize::MAX { format!("answer({})", value(right)) } else { "answer(…)".into() }
}

fn fields(Task { asks, right, hints, points, tries }: &Task) -> Vec<String> {
    let said = right.as_ref().map_or("later()".into(), value);
    let mut fields = match asks {
        Asks::Number { unit, within } => {
            let mut fields = vec![format!("number: {said}")];
            fields.extend((!unit.is_empty()).then(|| format!("unit: {}", text(unit))));
            fields.extend((*within > 0).then(|| format!("within: {within}")));
            fields
        }
        Asks::Address => vec![match right {
            Some(Right::Number(n)) if *n >= 0 => format!("address: {n:#x}"),
            _ => format!("address: {said}"),
        }],
        Asks::Text => vec![format!("text: {said}")],
        Asks::Choice { of } => vec![format!("choice: {said}"), format!("of: {}", texts(of))],
        Asks::Choices { of } => vec![format!("choices: {said}"), format!("of: {}", texts(of))],
        Asks::Table { columns, rows } => vec![format!("table: {}", table(columns, rows, right.as_ref()))],
        Asks::Point => vec![format!("point: {said}")],
        Asks::Reach { condition } => vec![format!("reach: {}", text(condition))],
        Asks::Foresee(what) => vec![format!("foresee: \"{}\"", what.name())],
    };
    let hints: Vec<String> = hints.iter().map(|(answer, hint)| format!("[{}, {}]", text(answer), text(hint))).collect();
    fields.extend((!hints.is_empty()).then(|| format!("hints: [{}]", hints.join(", "))));
    fields.extend((*points != 1).then(|| format!("points: {points}")));
    fields.extend((*tries != 0).then(|| format!("tries: {tries}")));
    fields
}

/// The table's columns and rows; a blank with what is right of it.
fn table(columns: &[String], rows: &[Vec<Option<String>>], right: Option<&Right>) -> String {
    let mut blanks = match right {
        Some(Right::Texts(texts)) => texts.as_slice(),
        _ => &[],
    }
    .iter();
    let mut row = |row: &Vec<Option<String>>| {
        let cells = row.iter().map(|cell| match cell {
            Some(shown) => text(shown),
            None => format!("blank({})", text(blanks.next().map_or("", String::as_str))),
        });
        format!("[{}]", cells.collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<String> = rows.iter().map(&mut row).collect();
    format!("#{{columns: {}, rows: [{}]}}", texts(columns), rows.join(", "))
}

fn value(right: &Right) -> String {
    match right {
        Right::Number(n) => n.to_string(),
        Right::Texts(all) => texts(all),
        Right::Choices(places) => format!("{places:?}"),
        Right::Things(things) => texts(&things.iter().map(Thing::to_string).collect::<Vec<_>>()),
    }
}

fn texts(all: &[String]) -> String {
    format!("[{}]", all.iter().map(|one| text(one)).collect::<Vec<_>>().join(", "))
}

fn text(one: &str) -> String {
    quoted(one, usize::MAX)
}
