//! How an answer is judged.

use super::number::number;
use crate::vocabulary::question::{Asks, Right, Task};
use crate::vocabulary::thing::Thing;

/// What an answer is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// Parts that are right, of `of`: of a table its blanks, else one.
    pub right: u32,
    pub of: u32,
    /// Of a table: which blanks are right, row by row.
    pub cells: Vec<bool>,
    /// The hint that fits, if the answer is not right.
    pub hint: Option<String>,
}

impl Judged {
    /// Whether all of it is right.
    pub fn is_right(&self) -> bool {
        self.right == self.of
    }
}

/// Judges an answer, which is given as texts: one, or the places of choices, one for each blank of a table, all names
/// of the thing that was pointed at, or `true` if the machine was brought to the state.
///
/// # Errors
/// The text is not of the kind that is asked for; then it should not count as an answer.
pub fn judge(task: &Task, right: Option<&Right>, given: &[String]) -> Result<Judged, String> {
    let cells = match (&task.asks, right) {
        (Asks::Number { unit, within }, Some(Right::Number(right))) => {
            vec![read_number(first(given), unit)?.abs_diff(*right) <= *within]
        }
        (Asks::Address, Some(Right::Number(right))) => vec![addresses(first(given))?.contains(right)],
        (Asks::Text, Some(Right::Texts(texts))) => {
            let given = some(first(given), "write something")?;
            vec![texts.iter().any(|text| same(text, given))]
        }
        (Asks::Choice { of }, Some(Right::Choices(right))) => vec![places(of, given)? == *right],
        (Asks::Choices { of }, Some(Right::Choices(right))) => {
            return Ok(several(task, of, right, &places(of, given)?));
        }
        (Asks::Table { .. }, Some(Right::Texts(texts))) => {
            let given = |n: usize| given.get(n).map_or("", String::as_str);
            texts.iter().enumerate().map(|(n, text)| same(text, given(n))).collect()
        }
        (Asks::Point, Some(Right::Things(things))) => {
            let given = given.iter().filter_map(|name| name.parse::<Thing>().ok()).collect::<Vec<_>>();
            if given.is_empty() {
                return Err("select a thing first".into());
            }
            vec![given.iter().any(|thing| things.contains(thing))]
        }
        (Asks::Reach { .. }, _) => vec![first(given) == "true"],
        _ => return Err("nothing is known that would be right".into()),
    };
    let right = cells.iter().filter(|right| **right).count() as u32;
    let of = cells.len() as u32;
    let hint = if right < of { hint(task, given) } else { None };
    let cells = if matches!(task.asks, Asks::Table { .. }) { cells } else { Vec::new() };
    Ok(Judged { right, of, cells, hint })
}

/// What is right, in words.
pub fn right_text(asks: &Asks, right: &Right) -> String {
    match (asks, right) {
        (Asks::Number { unit, .. }, Right::Number(1)) if !unit.is_empty() => {
            format!("1 {}", unit.trim_end_matches('s'))
        }
        (Asks::Number { unit, .. }, Right::Number(n)) if !unit.is_empty() => format!("{n} {unit}"),
        (Asks::Address, Right::Number(n)) => format!("{n:#x}"),
        (_, Right::Number(n)) => n.to_string(),
        (Asks::Choice { of } | Asks::Choices { of }, Right::Choices(places)) => match places[..] {
            [] => "none of them".into(),
            _ => places.iter().filter_map(|place| of.get(*place as usize)).cloned().collect::<Vec<_>>().join("; "),
        },
        (_, Right::Choices(places)) => format!("{places:?}"),
        (Asks::Text, Right::Texts(texts)) => texts.first().cloned().unwrap_or_default(),
        (_, Right::Texts(texts)) => texts.join(", "),
        (_, Right::Things(things)) => things.iter().map(Thing::to_string).collect::<Vec<_>>().join(" or "),
    }
}

/// Choices that are right count, choices that are wrong count against them.
fn several(task: &Task, of: &[String], right: &[u32], given: &[u32]) -> Judged {
    let hits = given.iter().filter(|place| right.contains(place)).count() as u32;
    let wrong = given.len() as u32 - hits;
    let all = (right.len() as u32).max(1);
    // Where none is right, only none is.
    let got = if right.is_empty() { u32::from(given.is_empty()) } else { hits.saturating_sub(wrong) };
    let texts: Vec<String> = given.iter().map(|place| of[*place as usize].clone()).collect();
    let hint = if got < all { hint(task, &texts) } else { None };
    Judged { right: got, of: all, cells: Vec::new(), hint }
}

/// The hint to an answer, or the one to all others.
fn hint(task: &Task, given: &[String]) -> Option<String> {
    let fits = |answer: &str| match &task.asks {
        Asks::Choice { of } => {
            places(of, given).is_ok_and(|places| places.iter().any(|n| same(&of[*n as usize], answer)))
        }
        Asks::Number { unit, .. } => number(answer, unit).is_some_and(|n| number(first(given), unit) == Some(n)),
        Asks::Address => addresses(answer).is_ok_and(|of| addresses(first(given)).is_ok_and(|all| all == of)),
        _ => given.iter().any(|text| same(text, answer)),
    };
    let named = task.hints.iter().find(|(answer, _)| !answer.is_empty() && fits(answer));
    named.or_else(|| task.hints.iter().find(|(answer, _)| answer.is_empty())).map(|(_, hint)| hint.clone())
}

fn first(given: &[String]) -> &str {
    given.first().map_or("", String::as_str)
}

fn some<'a>(text: &'a str, otherwise: &str) -> Result<&'a str, String> {
    if text.trim().is_empty() { Err(otherwise.into()) } else { Ok(text) }
}

fn read_number(text: &str, unit: &str) -> Result<i64, String> {
    let text = some(text, "write a number, such as 12, 0x1f or 4 KB")?;
    let short: String = text.chars().take(40).collect();
    number(text, unit).ok_or_else(|| format!("`{short}` is no whole number; write one as 12, 0x1f or 4 KB"))
}

/// The addresses that a text may mean: digits alone may be hexadecimal, as in a listing.
fn addresses(text: &str) -> Result<Vec<i64>, String> {
    let text = some(text, "write an address, such as 0x7ffff7ff6000")?.trim();
    let bare = u64::from_str_radix(&text.replace('_', ""), 16).ok().map(|n| n as i64);
    let all: Vec<i64> = number(text, "").into_iter().chain(bare).collect();
    let short: String = text.chars().take(40).collect();
    if all.is_empty() { Err(format!("`{short}` is no address; write one as 0x7ffff7ff6000")) } else { Ok(all) }
}

/// The places of choices, in order, which are named by their place from 0, or by their text.
fn places(of: &[String], given: &[String]) -> Result<Vec<u32>, String> {
    let place = |name: &String| {
        let by_text = of.iter().position(|text| same(text, name));
        let by_place = || name.trim().parse::<usize>().ok().filter(|place| *place < of.len());
        by_text.or_else(by_place).map(|place| place as u32).ok_or_else(|| {
            let short: String = name.chars().take(40).collect();
            format!("`{short}` is none of the choices")
        })
    };
    let mut places = given.iter().map(place).collect::<Result<Vec<u32>, _>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// Texts are the same if their words are, or the numbers that they say.
fn same(right: &str, given: &str) -> bool {
    let words = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let given_words = words(given);
    words(right) == given_words
        || !given_words.is_empty() && number(right, "").is_some_and(|n| number(given, "") == Some(n))
}
