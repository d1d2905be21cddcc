//! The legend: every mark of the map and of the pages' cells, each with its name, its words and its appearance.

use super::signs::Sign;
use super::theme::{Theme, css};
use super::uses::Use;
use crate::dto::LegendDto;
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// The kind of a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// A frame's colour and pattern.
    Use,
    /// Drawn in or around a cell.
    Sign,
    /// How the cell of a page is drawn.
    Page,
}

/// How the cell of a page is drawn: its name in style sheets, in words, and in a sentence.
const PAGES: [(&str, &str, &str); 5] = [
    ("untouched", "untouched", "No page-table entry: the first touch will fault"),
    ("writable", "writable", "Filled: the page-table entry allows writing"),
    ("read-only", "read-only", "Outlined: the page-table entry forbids writing, so a write faults"),
    ("zero", "zero page", "Read but never written: mapped to the one shared page of zeroes"),
    ("swap", "swapped out", "The page-table entry holds a slot of the swap disk"),
];

/// All marks.
pub fn legend(theme: &Theme) -> Vec<LegendDto> {
    let plain = |name, group, label, meaning| LegendDto {
        name,
        group,
        label,
        meaning,
        color: None,
        ink: None,
        pattern: None,
        shape: None,
    };
    let of_use = |each: Use| LegendDto {
        color: Some(css(theme.fill(each))),
        ink: Some(css(theme.text(each))),
        pattern: Some(each.pattern()),
        ..plain(each.name(), Group::Use, each.label(), each.meaning())
    };
    let of_sign =
        |sign: Sign| LegendDto { shape: sign.shape(), ..plain(sign.name(), Group::Sign, sign.label(), sign.meaning()) };
    let of_page = |(name, label, meaning)| plain(name, Group::Page, label, meaning);
    let (uses, signs) = (Use::ALL.iter().copied().map(of_use), Sign::ALL.iter().copied().map(of_sign));
    uses.chain(PAGES.into_iter().map(of_page)).chain(signs).collect()
}
