//! What an allocator's lists are, by their numbers: for sentences, the page, scripts.
//!
//! Every allocator numbers the lists of a zone as it likes, below `LISTS_PER_ZONE`; this is where the numbers get meaning.

use super::free_lists::ListId;
use crate::config::{AllocatorKind, Config};
use serde::Serialize;

/// What the runs of a list have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ListKind {
    /// Blocks of 2^order frames.
    Order { order: u8 },
    /// Runs of exactly this many frames.
    Length { pages: u32 },
    /// Runs of more than this many frames.
    Longer { pages: u32 },
}

/// What a list holds.
pub fn list_kind(config: &Config, list: ListId) -> ListKind {
    match config.allocator {
        AllocatorKind::Buddy => ListKind::Order { order: list.list },
        AllocatorKind::PageArray if list.list <= config.page_array.longest => {
            ListKind::Length { pages: u32::from(list.list) }
        }
        AllocatorKind::PageArray => ListKind::Longer { pages: u32::from(config.page_array.longest) },
        AllocatorKind::QuickFit if list.list < config.quick_fit.lists => {
            ListKind::Length { pages: u32::from(list.list) + 1 }
        }
        AllocatorKind::QuickFit => ListKind::Longer { pages: u32::from(config.quick_fit.lists) },
    }
}

/// Every list of a zone, also the empty ones, in the order in which to draw them.
pub fn lists_of_zone(config: &Config, zone: u8) -> Vec<ListId> {
    match config.allocator {
        AllocatorKind::Buddy => (0..=config.max_order).map(|list| ListId { zone, list }).collect(),
        AllocatorKind::PageArray => (1..=config.page_array.longest + 1).map(|list| ListId { zone, list }).collect(),
        AllocatorKind::QuickFit => (0..=config.quick_fit.lists).map(|list| ListId { zone, list }).collect(),
    }
}

/// Its name within a sentence: "the free list of order 3".
pub fn list_name(config: &Config, list: ListId) -> String {
    let arrays = config.allocator == AllocatorKind::PageArray;
    match list_kind(config, list) {
        ListKind::Order { order } => format!("the free list of order {order}"),
        ListKind::Length { pages } => {
            let (list, s) = (if arrays { "queue" } else { "look-aside list" }, if pages == 1 { "" } else { "s" });
            format!("the {list} of {pages} frame{s}")
        }
        ListKind::Longer { pages } => {
            format!("the {} longer than {pages} frames", if arrays { "queue of arrays" } else { "list of runs" })
        }
    }
}
