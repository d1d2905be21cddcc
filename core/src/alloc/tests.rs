//! What allocators say of themselves agrees with what they are.

use super::describe::{Pieces, heeds, list_name, lists_of_zone, pieces, rival, trees};

use super::usable::Usable;
use super::{Allocator, FrameAllocator, OnMiss};
use crate::config::{AllocatorKind, Config, StoreKind};
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::trace::NullTrace;
use std::collections::BTreeSet;
use strum::VariantArray;

fn each() -> impl Iterator<Item = (Config, Allocator)> {
    AllocatorKind::VARIANTS.iter().map(|kind| {
        let config = Config { allocator: *kind, frames: 256, ..Config::default() };
        let allocator = Allocator::new(&config, &Usable::all(config.frames));
        (config, allocator)
    })
}

#[test]
fn a_name_is_that_of_recordings() {
    for kind in AllocatorKind::VARIANTS {
        let name: &str = kind.into();
        assert_eq!(serde_json::to_value(kind).unwrap(), name);
    }
}

#[test]
fn an_allocator_that_wants_segments_to_slide_has_heaps() {
    for (config, allocator) in each() {
        let slides = allocator.on_miss() == OnMiss::Slide;
        assert_eq!(allocator.heaps().is_some(), slides, "{:?}", config.allocator);
    }
}

/// Frees some frames here and there, so that there are short runs and long ones.
#[test]
fn every_list_that_is_used_is_drawn_under_a_name_of_its_own() {
    for (config, mut allocator) in each() {
        allocator.claim(FreeRun { start: Pfn(0), len: 200 }, &mut NullTrace);
        for (start, len) in [(3, 1), (9, 2), (20, 5), (40, 31), (100, 80)] {
            allocator.free(FreeRun { start: Pfn(start), len }, &mut NullTrace);
        }
        let (drawn, lists) = (lists_of_zone(&config, 0), allocator.lists());
        assert!(lists.nonempty().all(|list| drawn.contains(&list)), "{:?}", config.allocator);
        let names: BTreeSet<String> = drawn.iter().map(|list| list_name(&config, *list)).collect();
        assert_eq!(names.len(), drawn.len(), "{:?}", config.allocator);
        if pieces(&config) == Pieces::Blocks {
            assert!(lists.nonempty().all(|list| lists.frames(list) % lists.runs(list) == 0));
        }
        for tree in trees(&config, &lists, 0) {
            assert!(tree.rows.iter().all(|row| lists.all_runs().any(|(other, _)| other == row.run)));
        }
    }
}

#[test]
fn the_settings_of_one_mean_nothing_to_another() {
    let heeding = |field| AllocatorKind::VARIANTS.iter().map(<&str>::from).filter(move |name| heeds(name, field));
    assert!(heeding("quick_fit").eq(["quick_fit"]));
    assert!(heeding("max_order").eq(["buddy", "memarea"]));
    assert_eq!(heeding("frames").count(), AllocatorKind::VARIANTS.len());
    for (config, _) in each() {
        assert_ne!(rival(&config), <&str>::from(config.allocator), "compared with itself");
    }
}

/// Bytes of metadata for 65,536 free frames, and after every second one was taken.
#[test]
fn metadata_is_counted_to_the_byte() {
    type Setting = (fn(&mut Config), [usize; 2]);
    let settings: &[Setting] = &[
        (|_| (), [295_432, 295_432]),
        (|c| c.buddy.store = StoreKind::Bitmap, [15_344, 15_344]),
        (|c| (c.buddy.per_cpu, c.buddy.per_cpu_order) = (8, 3), [295_816, 295_816]),
        (|c| c.buddy.mobility = true, [303_752, 303_752]),
        (|c| c.allocator = AllocatorKind::Memarea, [295_432, 295_432]),
        (|c| (c.allocator, c.memarea.bitmap) = (AllocatorKind::Memarea, true), [305_916, 305_916]),
        (|c| c.allocator = AllocatorKind::PageArray, [49_212, 180_924]),
        (|c| c.allocator = AllocatorKind::Gravity, [19_914, 24_010]),
        (|c| c.allocator = AllocatorKind::QuickFit, [49_212, 180_780]),
        (|c| c.allocator = AllocatorKind::HeapTop, [13_016, 17_112]),
    ];
    for (set, expected) in settings {
        let mut config = Config { frames: 1 << 16, ..Config::default() };
        set(&mut config);
        let mut allocator = Allocator::new(&config, &Usable::all(config.frames));
        let all_free = allocator.bytes();
        for start in (0..config.frames).step_by(2) {
            allocator.claim(FreeRun { start: Pfn(start), len: 1 }, &mut NullTrace);
        }
        assert_eq!([all_free, allocator.bytes()], expected.map(Some), "{:?} {:?}", config.allocator, config.buddy);
    }
}
