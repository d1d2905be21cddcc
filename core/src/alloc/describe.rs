//! How an allocator describes itself by the machine's configuration alone: how its lists are called, which settings are
//! its own, what can be drawn of it.
//!
//! A view, a recording and the page have a configuration and a set of free runs, and no allocator. They ask the
//! functions below; each allocator implements them by its [`Describe`].

use super::{Buddy, Gravity, Heaps, Memarea, PageArray, QuickFit};
use crate::config::contig::ContigConfig;
use crate::config::{AllocatorKind, Config};
use crate::trees::balanced::{Mark, Row};
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use strum::VariantArray;

pub use super::lists::ListKind;

/// An allocator's description of itself.
pub trait Describe {
    /// Fields of the configuration that mean something to it, beside the one of its own name and those of every
    /// machine.
    const FIELDS: &'static [&'static str] = &[];
    /// The allocator that it is first worth comparing with.
    const RIVAL: AllocatorKind = AllocatorKind::Buddy;

    /// Every list of a zone, also the empty ones, in the order in which to draw them.
    fn list_numbers(config: &Config) -> Vec<u8>;
    /// What a list holds.
    fn list_kind(config: &Config, list: u8) -> ListKind;
    /// What a list is called within a sentence.
    fn list_name(kind: ListKind) -> String {
        kind.name()
    }
    /// Which frames one request can get together.
    fn pieces(_config: &Config) -> Pieces {
        Pieces::Stretches
    }
    /// Frames that one request can get together at most, however many lie side by side.
    fn longest_piece(_config: &Config) -> u32 {
        u32::MAX
    }
    /// What may be done to clear a window of frames for it, of all that the configuration allows.
    fn may_clear(config: &Config) -> ContigConfig {
        config.contig
    }
    /// Trees of the free runs of a zone.
    fn trees(_config: &Config, _lists: &FreeLists, _zone: u8) -> Vec<Tree> {
        Vec::new()
    }
}

/// Which frames one request can get together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pieces {
    /// Those of one block; all blocks of a list are equally long.
    Blocks,
    /// Those of one free run, even if another lies beside it.
    Runs,
    /// All that lie side by side, on whatever lists they are.
    Stretches,
}

/// A tree of free runs as it is drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    /// The key that the tree is ordered by.
    pub name: &'static str,
    /// Its runs in order.
    pub rows: Vec<TreeRow>,
}

/// A run's place in a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TreeRow {
    /// 0 for the root.
    pub depth: u32,
    pub run: FreeRun,
    /// What the tree is balanced by.
    pub mark: Mark,
}

impl Tree {
    /// A tree that an allocator keeps.
    pub fn kept(tree: &AreaTree) -> Tree {
        let row = |row: Row<FreeRun>| TreeRow { depth: row.depth, run: row.item, mark: row.mark };
        Tree { name: "by address", rows: tree.rows().into_iter().map(row).collect() }
    }
}

/// Asks the allocator of a kind, `$of` in the expression.
macro_rules! of_kind {
    ($kind:expr, $of:ident => $call:expr) => {
        match $kind {
            AllocatorKind::Buddy => {
                type $of = Buddy;
                $call
            }
            AllocatorKind::Memarea => {
                type $of = Memarea;
                $call
            }
            AllocatorKind::PageArray => {
                type $of = PageArray;
                $call
            }
            AllocatorKind::Gravity => {
                type $of = Gravity;
                $call
            }
            AllocatorKind::QuickFit => {
                type $of = QuickFit;
                $call
            }
            AllocatorKind::HeapTop => {
                type $of = Heaps;
                $call
            }
        }
    };
}

/// What a list holds.
pub fn list_kind(config: &Config, list: ListId) -> ListKind {
    of_kind!(config.allocator, Of => Of::list_kind(config, list.list))
}

/// What the runs of a list have in common, written after their number: "3 of order 2".
pub fn list_label(config: &Config, list: ListId) -> String {
    list_kind(config, list).label()
}

/// A list's name within a sentence: "the free list of order 3".
pub fn list_name(config: &Config, list: ListId) -> String {
    let kind = list_kind(config, list);
    of_kind!(config.allocator, Of => Of::list_name(kind))
}

/// Every list of a zone, also the empty ones, in the order in which to draw them.
pub fn lists_of_zone(config: &Config, zone: u8) -> Vec<ListId> {
    let lists = of_kind!(config.allocator, Of => Of::list_numbers(config));
    lists.into_iter().map(|list| ListId { zone, list }).collect()
}

/// Which frames one request can get together.
pub fn pieces(config: &Config) -> Pieces {
    of_kind!(config.allocator, Of => Of::pieces(config))
}

/// Frames that one request can get together at most.
pub fn longest_piece(config: &Config) -> u32 {
    of_kind!(config.allocator, Of => Of::longest_piece(config))
}

/// What may be done to clear a window of frames.
pub fn may_clear(config: &Config) -> ContigConfig {
    of_kind!(config.allocator, Of => Of::may_clear(config))
}

/// Trees of the free runs of a zone, as the view has them.
pub fn trees(config: &Config, lists: &FreeLists, zone: u8) -> Vec<Tree> {
    of_kind!(config.allocator, Of => Of::trees(config, lists, zone))
}

/// The name of the allocator that a machine's is first worth comparing with.
pub fn rival(config: &Config) -> &'static str {
    of_kind!(config.allocator, Of => Of::RIVAL).into()
}

/// Whether a field of the configuration means something to a machine with the allocator of this name: those of the
/// other allocators do not.
pub fn heeds(allocator: &str, field: &str) -> bool {
    let fields = |kind| of_kind!(kind, Of => Of::FIELDS);
    let is_heeded = |kind: &AllocatorKind| {
        let name: &str = kind.into();
        (name == field || fields(*kind).contains(&field)).then_some(name == allocator)
    };
    let mut kinds = AllocatorKind::VARIANTS.iter().filter_map(is_heeded).peekable();
    kinds.peek().is_none() || kinds.any(|own| own)
}
