//! What an allocator's lists are, by their numbers: for sentences, the page, scripts.
//!
//! Every allocator numbers the lists of a zone as it likes, below `LISTS_PER_ZONE`; this is where the numbers get meaning.

use super::{buddy, heap_top, page_array};
use crate::config::{AllocatorKind, Config};
use crate::vocabulary::free_lists::ListId;
use crate::vocabulary::request::{MOBILITIES, Mobility};
use serde::Serialize;

/// What the runs of a list have in common.
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
        order: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        mobility: Option<Mobility>,
    },
    /// Runs of exactly this many frames.
    Length { pages: u32 },
    /// Runs of more than this many frames.
    Longer { pages: u32 },
    /// Runs in balanced trees.
    Tree,
    /// What is free at the top of each heap.
    Top,
    /// What is free elsewhere.
    Gap,
}

/// What a list holds.
pub fn list_kind(config: &Config, list: ListId) -> ListKind {
    match config.allocator {
        AllocatorKind::Buddy | AllocatorKind::Memarea => buddy_kind(config, list.list),
        AllocatorKind::PageArray if list.list <= config.page_array.longest => {
            ListKind::Length { pages: u32::from(list.list) }
        }
        AllocatorKind::PageArray => {
            let longest = config.page_array.longest;
            ListKind::Longer { pages: u32::from(longest) << (list.list - longest - 1) }
        }
        AllocatorKind::Gravity if list.list < config.gravity.keep => ListKind::Length { pages: u32::from(list.list) },
        AllocatorKind::Gravity => ListKind::Tree,
        AllocatorKind::QuickFit if list.list < config.quick_fit.lists => {
            ListKind::Length { pages: u32::from(list.list) + 1 }
        }
        AllocatorKind::HeapTop if list.list == heap_top::TOP => ListKind::Top,
        AllocatorKind::HeapTop => ListKind::Gap,
        AllocatorKind::QuickFit => ListKind::Longer { pages: u32::from(config.quick_fit.lists) },
    }
}

fn buddy_kind(config: &Config, list: u8) -> ListKind {
    let (first, groups) = (buddy::per_cpu_list(0, 0), buddy::list_of(0, 1));
    let (order, group) = (list % groups, list % first / groups);
    let mobility = config.buddy.mobility.then(|| MOBILITIES[usize::from(group)].1);
    if list >= first { ListKind::PerCpu { order, mobility } } else { ListKind::Order { order, mobility } }
}

fn is_single(order: &u8) -> bool {
    *order == 0
}

/// Every list of a zone, also the empty ones, in the order in which to draw them.
pub fn lists_of_zone(config: &Config, zone: u8) -> Vec<ListId> {
    match config.allocator {
        AllocatorKind::Buddy | AllocatorKind::Memarea => {
            buddy_lists(config).into_iter().map(|list| ListId { zone, list }).collect()
        }
        AllocatorKind::HeapTop => [heap_top::TOP, heap_top::GAP].map(|list| ListId { zone, list }).into(),
        AllocatorKind::PageArray => {
            let last = page_array::queue_of(config.page_array.longest, config.frames);
            (1..=last).map(|list| ListId { zone, list }).collect()
        }
        AllocatorKind::Gravity => (1..=config.gravity.keep).map(|list| ListId { zone, list }).collect(),
        AllocatorKind::QuickFit => (0..=config.quick_fit.lists).map(|list| ListId { zone, list }).collect(),
    }
}

fn buddy_lists(config: &Config) -> Vec<u8> {
    let groups = 0..=u8::from(config.buddy.mobility);
    let orders = groups.clone().flat_map(|group| (0..=config.max_order).map(move |order| buddy::list_of(order, group)));
    let kept = 0..=config.buddy.per_cpu_order.min(config.max_order);
    let per_cpu = groups.flat_map(|group| kept.clone().map(move |order| buddy::per_cpu_list(order, group)));
    orders.chain(per_cpu.filter(|_| config.buddy.per_cpu > 0)).collect()
}

/// What its runs have in common, behind their number: "3 of order 2".
pub fn list_label(config: &Config, list: ListId) -> String {
    match list_kind(config, list) {
        ListKind::Order { order, mobility } => format!("{}of order {order}", word(mobility)),
        ListKind::PerCpu { order, mobility } => format!("{}on the per-CPU list{}", word(mobility), of_order(order)),
        ListKind::Length { pages: 1 } => "of 1 frame".into(),
        ListKind::Length { pages } => format!("of {pages} frames"),
        ListKind::Tree => "in the trees".into(),
        ListKind::Top => "at the top".into(),
        ListKind::Gap => "in gaps".into(),
        ListKind::Longer { pages } => format!("longer than {pages} frames"),
    }
}

/// Its name within a sentence: "the free list of order 3".
pub fn list_name(config: &Config, list: ListId) -> String {
    let label = list_label(config, list);
    match (list_kind(config, list), config.allocator) {
        (ListKind::Order { order, mobility }, _) => format!("the {}free list of order {order}", word(mobility)),
        (ListKind::PerCpu { order, mobility }, _) => format!("the {}per-CPU list{}", word(mobility), of_order(order)),
        (ListKind::Length { .. }, AllocatorKind::PageArray) => format!("the queue {label}"),
        (ListKind::Longer { .. }, AllocatorKind::PageArray) => format!("the queue of arrays {label}"),
        (ListKind::Length { .. }, AllocatorKind::Gravity) => format!("the fragments {label}"),
        (ListKind::Length { .. }, _) => format!("the look-aside list {label}"),
        (ListKind::Longer { .. }, _) => format!("the list of runs {label}"),
        (ListKind::Tree, _) => "the trees of areas".into(),
        (ListKind::Top, _) => "the room at the top".into(),
        (ListKind::Gap, _) => "the gaps".into(),
    }
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
