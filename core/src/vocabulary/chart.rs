//! A chart below a note: what it shows, as numbers. How it is drawn is up to the page; at a terminal it is a table.
//!
//! A chart has rows. With `along` each row is a curve, one value for each of 0, 1, 2 and so on of it; without, each row
//! is the spread of its values: a bar with whiskers. With `along` and `at` each row is points. Beside its values a row
//! can have a memory, drawn as a strip:
//!
//! ```text
//! gravity  |---[=#=]--|   ##########.##..#......########.####
//! ```

use crate::refusal::{Check, refuse};
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// At most this many rows.
const MOST_ROWS: usize = 12;
/// At most this many values in a row.
const MOST_VALUES: usize = 1000;
/// At most this many frames of a memory.
const MOST_FRAMES: usize = 4096;
/// At most this many characters in a title or a name.
const LONGEST_NAME: usize = 100;

/// A chart.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// What is counted or measured, with its unit.
    pub title: String,
    /// What a curve's values follow, counted from 0; `None` for bars with whiskers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub along: Option<String>,
    /// Whether the figures are of other machines: the page shows such a chart in place of this one's map.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// What is marked in the rows' memories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<String>,
    pub rows: Vec<ChartRow>,
}

/// A row of a chart.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartRow {
    pub name: String,
    pub values: Vec<Number>,
    /// Where the values stand along `along`: points, not a curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Vec<Number>>,
    /// The frames of one machine, a character each: `.` is free, `#` in use, `*` marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
}

impl Chart {
    /// Refuses a chart that cannot be drawn.
    ///
    /// # Errors
    /// Rows or values are missing or too many, curves of unequal length, a name is too long.
    pub fn check(&self) -> Check {
        if !(1..=MOST_ROWS).contains(&self.rows.len()) {
            return refuse(format!("the chart has {} rows", self.rows.len()), format!("use 1 to {MOST_ROWS}"));
        }
        let names = self.rows.iter().map(|row| &row.name).chain([&self.title]).chain(&self.along).chain(&self.marked);
        for name in names {
            let length = name.chars().count();
            if !(1..=LONGEST_NAME).contains(&length) {
                let what = format!("a name in the chart has {length} characters");
                return refuse(what, format!("title, `along`, `marked` and the rows' names have 1 to {LONGEST_NAME}"));
            }
        }
        for ChartRow { name, values, at, memory } in &self.rows {
            if !(1..=MOST_VALUES).contains(&values.len()) {
                return refuse(
                    format!("the row `{name}` has {} values", values.len()),
                    format!("use 1 to {MOST_VALUES}"),
                );
            }
            check_memory(name, memory.as_deref().unwrap_or("."))?;
            let first = &self.rows[0];
            if at.is_some() != first.at.is_some() || at.is_some() && self.along.is_none() {
                let hint = "points are pairs of numbers, in all rows, and `along` says what the first of a pair is";
                return refuse(format!("the row `{name}` cannot be drawn as points"), hint);
            }
            if at.as_ref().is_some_and(|at| at.len() != values.len()) {
                return refuse(format!("the row `{name}` has not as many places as values"), "give each value a place");
            }
            if self.along.is_some() && at.is_none() && values.len() != first.values.len() {
                let what = format!("the curve `{name}` has {} values", values.len());
                return refuse(what, format!("the curve `{}` has {}: use as many", first.name, first.values.len()));
            }
        }
        Ok(())
    }

    /// Bytes of its texts and numbers.
    pub fn bytes(&self) -> usize {
        let memory = |row: &ChartRow| row.memory.as_ref().map_or(0, String::len);
        let row = |row: &ChartRow| {
            let numbers = row.values.len() + row.at.as_ref().map_or(0, Vec::len);
            size_of::<ChartRow>() + row.name.len() + memory(row) + numbers * size_of::<Number>()
        };
        let texts = [&self.along, &self.marked].into_iter().flatten().map(String::len).sum::<usize>();
        self.title.len() + texts + self.rows.iter().map(row).sum::<usize>()
    }
}

fn check_memory(name: &str, memory: &str) -> Check {
    let length = memory.chars().count();
    if !(1..=MOST_FRAMES).contains(&length) {
        return refuse(format!("the memory of `{name}` has {length} frames"), format!("use 1 to {MOST_FRAMES}"));
    }
    match memory.chars().find(|frame| !".#*".contains(*frame)) {
        Some(other) => {
            let hint = "a frame is `.`, free, `#`, in use, or `*`, marked";
            refuse(format!("the memory of `{name}` has the character `{other}`"), hint)
        }
        None => Ok(()),
    }
}
