//! What a question asks for and what is right: as scripts give it, recordings keep it and readers answer it.
//!
//! ```text
//! asks for          is answered by                          right
//! number, address   a text                                  a number
//! text              a text                                  any of several texts
//! choice, choices   places in `of`: one, or as many         those places, from 0
//! table             a text for each blank, row by row       those texts
//! point             the name of a thing                     any of several things
//! reach             commands of one's own                   that the condition holds then
//! foresee           as what is foreseen                     what the next command does (`lab::quiz`)
//! ```

use crate::refusal::{Check, refuse};
use crate::vocabulary::thing::Thing;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How many choices there may be.
const CHOICES: RangeInclusive<usize> = 2..=16;
/// How many columns and rows a table may have.
const COLUMNS: RangeInclusive<usize> = 1..=16;
const ROWS: RangeInclusive<usize> = 1..=64;
/// At most this many hints, and things or texts that are right.
const MOST: usize = 64;
/// At most this many characters in a choice, a cell, a unit, a condition or a hint.
const LONGEST: usize = 400;
/// Points of a question, and how often it may be tried; 0: as often as one likes.
const POINTS: RangeInclusive<u32> = 1..=100;
const MOST_TRIES: u32 = 100;

/// A question beside its words.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub asks: Asks,
    /// `None`: the next command `answer` says it, or the machine does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Right>,
    /// What is said to a wrong answer: the answer, and the hint. One for `""` is said to any other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<(String, String)>,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub points: u32,
    /// How often it may be answered; 0: as often as one likes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tries: u32,
}

/// What a question asks for.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Asks {
    /// A whole number in any base; right within `within` of the right one.
    Number {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        unit: String,
        #[serde(default, skip_serializing_if = "is_exact")]
        within: u64,
    },
    Address,
    Text,
    Choice {
        of: Vec<String>,
    },
    Choices {
        of: Vec<String>,
    },
    /// Cells that are `None` are to be filled in.
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<Option<String>>>,
    },
    /// A thing that is pointed at.
    Point,
    /// A state that the machine is to be brought to: a condition in the script's language.
    Reach {
        condition: String,
    },
    Foresee(Foreseen),
}

/// What can be foreseen of a command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Foreseen {
    /// What kind of fault an access takes, if any.
    Fault,
    /// The frame whose page goes.
    Victim,
    /// The free block that is split first.
    Split,
    /// The frame that is copied.
    Copy,
    /// How many free blocks become one.
    Merge,
}

/// What can be foreseen, by its name in scripts.
pub const FORESEEN: [(&str, Foreseen); 5] = [
    ("fault", Foreseen::Fault),
    ("victim", Foreseen::Victim),
    ("split", Foreseen::Split),
    ("copy", Foreseen::Copy),
    ("merge", Foreseen::Merge),
];

impl Foreseen {
    /// Its name.
    pub fn name(self) -> &'static str {
        FORESEEN.iter().find(|(_, one)| *one == self).expect("each has a name").0
    }
}

/// What is right.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// A number, or an address as the number of the same bits.
    Number(i64),
    /// Any of these texts; of a table's blanks these, row by row.
    Texts(Vec<String>),
    /// Places in the list of choices, in order.
    Choices(Vec<u32>),
    /// Any of these things.
    Things(Vec<Thing>),
}

impl Task {
    /// A question of one point that may be tried as often as one likes.
    pub fn new(asks: Asks, right: Option<Right>) -> Task {
        Task { asks, right, hints: Vec::new(), points: 1, tries: 0 }
    }

    /// Refuses a question that cannot be answered on any machine.
    ///
    /// # Errors
    /// Too much or too little of something, or what is right is of another kind than what is asked for.
    pub fn check(&self) -> Check {
        if !POINTS.contains(&self.points) {
            return refuse(format!("a question of {} points", self.points), "use 1 to 100");
        }
        if self.tries > MOST_TRIES {
            return refuse(
                format!("a question with {} tries", self.tries),
                "use 1 to 100, or 0: as often as one likes",
            );
        }
        few("hints", self.hints.len())?;
        self.hints.iter().flat_map(|(answer, hint)| [answer, hint]).try_for_each(|text| short(text))?;
        self.asks.check()?;
        self.right.as_ref().map_or(Ok(()), |right| self.check_right(right))
    }

    /// Refuses what can be no right answer to this question.
    ///
    /// # Errors
    /// It is of another kind, or names what the question does not have.
    pub fn check_right(&self, right: &Right) -> Check {
        let wrong = |hint: &str| refuse(format!("what is right is no {}", self.asks.name()), hint);
        match (&self.asks, right) {
            (Asks::Number { .. } | Asks::Address, Right::Number(_)) => Ok(()),
            (Asks::Number { .. } | Asks::Address, _) => wrong("give a number"),
            (Asks::Text, Right::Texts(texts)) if !texts.is_empty() => {
                few("right texts", texts.len())?;
                texts_of(texts)
            }
            (Asks::Text, _) => wrong("give a text, or an array of texts"),
            (Asks::Choice { of }, Right::Choices(places)) => match places[..] {
                [place] if (place as usize) < of.len() => Ok(()),
                _ => wrong("give the place of one of the choices, from 0, or its text"),
            },
            (Asks::Choices { of }, Right::Choices(places)) => {
                let sorted = places.is_sorted_by(|a, b| a < b);
                let there = places.iter().all(|place| (*place as usize) < of.len());
                if sorted && there { Ok(()) } else { wrong("give places of the choices, from 0, or their texts") }
            }
            (Asks::Choice { .. } | Asks::Choices { .. }, _) => wrong("give places of the choices, from 0"),
            (Asks::Table { .. }, Right::Texts(texts)) if texts.len() == self.asks.blanks() => texts_of(texts),
            (Asks::Table { .. }, _) => wrong("give a text for each blank"),
            (Asks::Point, Right::Things(things)) if !things.is_empty() => few("right things", things.len()),
            (Asks::Point, _) => wrong("give a thing, or an array of things"),
            (Asks::Reach { .. } | Asks::Foresee(_), _) => wrong("leave it out: the machine says what is right"),
        }
    }

    /// Bytes of its texts.
    pub fn bytes(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(|text| size_of::<String>() + text.len()).sum::<usize>();
        let asks = match &self.asks {
            Asks::Number { unit, .. } => unit.len(),
            Asks::Choice { of } | Asks::Choices { of } => texts(of),
            Asks::Table { columns, rows } => {
                let cells = rows.iter().flatten();
                texts(columns)
                    + cells
                        .map(|cell| size_of::<Option<String>>() + cell.as_ref().map_or(0, String::len))
                        .sum::<usize>()
            }
            Asks::Reach { condition } => condition.len(),
            Asks::Address | Asks::Text | Asks::Point | Asks::Foresee(_) => 0,
        };
        let right = self.right.as_ref().map_or(0, Right::bytes);
        let hints = self.hints.iter().map(|(answer, hint)| 2 * size_of::<String>() + answer.len() + hint.len());
        size_of::<Task>() + asks + right + hints.sum::<usize>()
    }
}

impl Right {
    /// Bytes of its texts and things.
    pub fn bytes(&self) -> usize {
        match self {
            Right::Number(_) => 0,
            Right::Texts(texts) => texts.iter().map(|text| size_of::<String>() + text.len()).sum(),
            Right::Choices(places) => size_of_val(&places[..]),
            Right::Things(things) => size_of_val(&things[..]),
        }
    }
}

impl Asks {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Asks::Number { .. } => "number",
            Asks::Address => "address",
            Asks::Text => "text",
            Asks::Choice { .. } => "choice",
            Asks::Choices { .. } => "choices",
            Asks::Table { .. } => "table",
            Asks::Point => "thing",
            Asks::Reach { .. } => "state",
            Asks::Foresee(_) => "event",
        }
    }

    /// How many cells are to be filled in.
    pub fn blanks(&self) -> usize {
        let Asks::Table { rows, .. } = self else { return 0 };
        rows.iter().flatten().filter(|cell| cell.is_none()).count()
    }

    fn check(&self) -> Check {
        match self {
            Asks::Number { unit, .. } => short(unit),
            Asks::Choice { of } | Asks::Choices { of } => {
                count("choices", of.len(), CHOICES)?;
                let same = of.iter().enumerate().find(|(n, text)| of[..*n].contains(text));
                match same {
                    Some((_, text)) => refuse(format!("the choice `{text}` is there twice"), "name each once"),
                    None => of.iter().try_for_each(|text| short(text)),
                }
            }
            Asks::Table { columns, rows } => {
                count("columns", columns.len(), COLUMNS)?;
                count("rows", rows.len(), ROWS)?;
                columns.iter().chain(rows.iter().flatten().flatten()).try_for_each(|text| short(text))?;
                if let Some(row) = rows.iter().find(|row| row.len() != columns.len()) {
                    let what = format!("a row of the table has {} cells", row.len());
                    return refuse(what, format!("the table has {} columns: use as many", columns.len()));
                }
                if self.blanks() == 0 {
                    return refuse("the table has no blank", "write blank(value) for a cell that is to be filled in");
                }
                Ok(())
            }
            Asks::Reach { condition } if condition.trim().is_empty() => {
                refuse("the condition is empty", "write one, such as \"p.rss() == 4\"")
            }
            Asks::Reach { condition } => short(condition),
            Asks::Address | Asks::Text | Asks::Point | Asks::Foresee(_) => Ok(()),
        }
    }
}

fn texts_of(texts: &[String]) -> Check {
    texts.iter().try_for_each(|text| short(text))
}

fn short(text: &str) -> Check {
    let length = text.chars().count();
    if length > LONGEST {
        return refuse(format!("a text of {length} characters in a question"), format!("use at most {LONGEST}"));
    }
    Ok(())
}

fn few(what: &str, number: usize) -> Check {
    if number > MOST { refuse(format!("{number} {what}"), format!("use at most {MOST}")) } else { Ok(()) }
}

fn count(what: &str, number: usize, range: RangeInclusive<usize>) -> Check {
    if range.contains(&number) {
        return Ok(());
    }
    refuse(format!("{number} {what}"), format!("use {} to {}", range.start(), range.end()))
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn is_exact(within: &u64) -> bool {
    *within == 0
}
