//! Every allocator against the oracle: every set of free frames of a small memory, every short sequence, a million
//! frames at random; then, as part of a machine, what is refused and that no byte is lost. An allocator joins by one
//! line of `suite!`, a setting of it by another.

mod buddy_settings;
mod gravity_loads;
mod judge;
mod machine;
mod oracle;
mod segments;
mod walks;

use pageturner::config::AllocatorKind::{Gravity, HeapTop, Memarea, PageArray, QuickFit};
use pageturner::config::{Coalesce, Config, GravityConfig, Joining, Round, StoreKind, TreeKind, UnmovableRuns};

/// What an allocator promises to find.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finds {
    /// Any free run that is long enough, aligned as wanted.
    Runs,
    /// Free blocks of 2^order frames, aligned to their size.
    Blocks,
    /// Only that what it gives is right: it may keep something back.
    Less,
}

macro_rules! suite {
    ($($name:ident: $finds:ident, $set:expr;)*) => {
        $(mod $name {
            use super::*;

            fn config() -> Config {
                let mut config = Config { swap_slots: 64, ..Config::default() };
                let set: fn(&mut Config) = $set;
                set(&mut config);
                config
            }

            #[test]
            fn every_set_of_free_frames() {
                walks::every_set(config(), Finds::$finds);
            }

            #[test]
            fn every_short_sequence() {
                walks::every_sequence(config(), Finds::$finds);
            }

            #[test]
            fn a_million_frames() {
                walks::a_million_frames(config(), Finds::$finds);
            }

            #[test]
            fn refusals_change_nothing() {
                machine::refusals_change_nothing(config());
            }

            #[test]
            fn contents_survive() {
                machine::contents_survive(config());
            }
        })*
    };
}

fn in_tree(tree: TreeKind) -> GravityConfig {
    GravityConfig { keep: 2, areas: 0, tree, ..GravityConfig::default() }
}

suite! {
    buddy: Blocks, |_| {};
    buddy_of_small_blocks: Blocks, |c| c.max_order = 2;
    buddy_in_bitmaps: Blocks, |c| c.buddy.store = StoreKind::Bitmap;
    buddy_first_in_first_out: Blocks, |c| c.buddy.fifo = true;
    buddy_with_per_cpu_list: Blocks, |c| c.buddy.per_cpu = 8;
    buddy_with_per_cpu_lists: Blocks, |c| (c.buddy.per_cpu, c.buddy.per_cpu_order) = (8, 3);
    buddy_in_bitmaps_with_per_cpu_lists: Blocks, |c| {
        (c.buddy.store, c.buddy.per_cpu, c.buddy.per_cpu_order) = (StoreKind::Bitmap, 1024, 9);
    };
    buddy_by_mobility: Blocks, |c| (c.buddy.mobility, c.buddy.pageblock) = (true, 10);
    buddy_that_keeps_areas: Less, |c| (c.buddy.keep, c.buddy.keep_order) = (2, 2);
    memarea: Runs, |c| c.allocator = Memarea;
    memarea_with_a_map: Runs, |c| (c.allocator, c.memarea.bitmap) = (Memarea, true);
    memarea_that_clears: Less, |c| {
        (c.allocator, c.buddy.per_cpu, c.memarea.bitmap) = (Memarea, 8, true);
        (c.memarea.zap_cache, c.memarea.move_pages, c.memarea.swap_out) = (true, true, true);
    };
    page_array: Runs, |c| c.allocator = PageArray;
    page_array_of_four_queues: Runs, |c| (c.allocator, c.page_array.longest) = (PageArray, 4);
    page_array_joined_eagerly: Runs, |c| (c.allocator, c.page_array.coalesce) = (PageArray, Joining::Eager);
    page_array_of_a_few_frames: Less, |c| (c.allocator, c.page_array.maximum) = (PageArray, 5);
    page_array_of_a_few_frames_joined_eagerly: Less, |c| {
        (c.allocator, c.page_array.maximum, c.page_array.coalesce) = (PageArray, 6, Joining::Eager);
    };
    gravity: Less, |c| c.allocator = Gravity;
    gravity_that_keeps_nothing: Runs, |c| (c.allocator, c.gravity.areas) = (Gravity, 0);
    gravity_that_sinks: Runs, |c| (c.allocator, c.gravity.keep, c.gravity.areas, c.gravity.sink) = (Gravity, 3, 0, true);
    gravity_in_a_treap: Runs, |c| (c.allocator, c.gravity) = (Gravity, in_tree(TreeKind::Treap));
    gravity_in_an_avl_tree: Runs, |c| (c.allocator, c.gravity) = (Gravity, in_tree(TreeKind::Avl));
    gravity_in_a_red_black_tree: Runs, |c| (c.allocator, c.gravity) = (Gravity, in_tree(TreeKind::RedBlack));
    gravity_of_short_areas: Runs, |c| (c.allocator, c.gravity.keep, c.gravity.areas) = (Gravity, 3, 0);
    gravity_of_trees_alone: Runs, |c| (c.allocator, c.gravity.keep, c.gravity.areas) = (Gravity, 1, 0);
    quick_fit: Runs, |c| c.allocator = QuickFit;
    quick_fit_never_joined: Less, |c| (c.allocator, c.quick_fit.coalesce) = (QuickFit, Coalesce::Never);
    quick_fit_rounded: Less, |c| (c.allocator, c.quick_fit.round) = (QuickFit, Round::PowerOfTwo);
    heap_top: Less, |c| c.allocator = HeapTop;
    heap_top_filling_gaps: Runs, |c| (c.allocator, c.heap_top.fill_gaps) = (HeapTop, true);
    heap_top_of_one_kind: Less, |c| (c.allocator, c.heap_top.unmovable) = (HeapTop, UnmovableRuns::Among);
}
