//! Questions that are judged.

use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A question, without what is right.
    struct QuestionDto {
        step: u32,
        /// number, address, text, choice, choices, table, thing or state.
        kind: &'static str,
        /// Of a number.
        unit: String,
        /// The choices.
        of: Vec<String>,
        /// Of a table; null is a blank.
        columns: Vec<String>,
        rows: Vec<Vec<Option<String>>>,
        /// The condition that a state is to meet, in the script's language.
        condition: Option<String>,
        points: u32,
        /// How often it may be answered; 0: as often as one likes.
        tries: u32,
        /// What it foresees: fault, victim, split, copy or merge.
        foresees: Option<&'static str>,
        /// What is asked, where no step says it.
        words: Option<String>,
    }

    /// What an answer is worth.
    struct JudgedDto {
        /// Parts that are right, of `of`.
        right: u32,
        of: u32,
        /// Of a table, which blanks are right, row by row.
        cells: Vec<bool>,
        hint: Option<String>,
        /// Why it does not count as an answer.
        unread: Option<String>,
    }
}
