//! What the runs of a free list have in common, in data and in words: for sentences, the page, scripts.
//!
//! Every allocator numbers the lists of a zone as it likes, below `LISTS_PER_ZONE`, and says what the numbers mean
//! ([`Describe::list_kind`](super::Describe::list_kind)).

use crate::vocabulary::request::Mobility;
use serde::Serialize;

/// What the runs of a list have in common.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ListKind {
    /// Blocks of 2^order frames; with grouping, of one mobility.
    Order {
        order: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        mobility: Option<Mobility>,
    },
    /// Blocks of 2^order frames kept back by the CPU.
    PerCpu {
        #[serde(skip_serializing_if = "is_single")]
        #[cfg_attr(feature = "page", tsify(optional))]
        order: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        mobility: Option<Mobility>,
    },
    /// Runs of exactly this many frames.
    Length { pages: u32 },
    /// Runs of more than this many frames.
    Longer { pages: u32 },
    /// Long runs, which are drawn in balanced trees.
    Tree,
    /// What is free at the top of each heap.
    Top,
    /// What is free elsewhere.
    Gap,
}

impl ListKind {
    /// What the runs of a list have in common, written after their number: "3 of order 2".
    pub fn label(self) -> String {
        match self {
            ListKind::Order { order, mobility } => format!("{}of order {order}", word(mobility)),
            ListKind::PerCpu { order, mobility } => format!("{}on the per-CPU list{}", word(mobility), of_order(order)),
            ListKind::Length { pages: 1 } => "of 1 frame".into(),
            ListKind::Length { pages } => format!("of {pages} frames"),
            ListKind::Longer { pages } => format!("longer than {pages} frames"),
            ListKind::Tree => "in areas".into(),
            ListKind::Top => "at the top".into(),
            ListKind::Gap => "in gaps".into(),
        }
    }

    /// The list's name within a sentence, where its allocator has no name of its own for it: "the free list of order
    /// 3".
    pub(super) fn name(self) -> String {
        match self {
            ListKind::Order { order, mobility } => format!("the {}free list of order {order}", word(mobility)),
            ListKind::PerCpu { order, mobility } => format!("the {}per-CPU list{}", word(mobility), of_order(order)),
            ListKind::Length { .. } => format!("the look-aside list {}", self.label()),
            ListKind::Longer { .. } => format!("the list of runs {}", self.label()),
            ListKind::Tree => "the areas".into(),
            ListKind::Top => "the room at the top".into(),
            ListKind::Gap => "the gaps".into(),
        }
    }
}

fn is_single(order: &u8) -> bool {
    *order == 0
}

fn of_order(order: u8) -> String {
    if order == 0 { String::new() } else { format!(" of order {order}") }
}

fn word(mobility: Option<Mobility>) -> &'static str {
    match mobility {
        None => "",
        Some(Mobility::Unmovable) => "unmovable ",
        Some(Mobility::Movable) => "movable ",
    }
}
