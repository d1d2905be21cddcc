//! Tests of the buddy on its own.

use crate::alloc::FrameAllocator;
use crate::alloc::buddy::*;
use crate::config::{BuddyConfig, StoreKind, Zone};
use crate::vocabulary::trace::NullTrace;

/// Frames freed as one run leave the lists that freeing them one by one leaves, across zones and blocks.
#[test]
fn a_run_of_frames_freed_at_once_leaves_the_same_lists() {
    let zones =
        vec![Zone { name: "low".into(), start: 0, end: 200 }, Zone { name: "high".into(), start: 200, end: 1024 }];
    let plain = Config { frames: 1024, zones, max_order: 5, ..Config::default() };
    for buddy in [
        BuddyConfig::default(),
        BuddyConfig { per_cpu: 10, ..BuddyConfig::default() },
        BuddyConfig { mobility: true, pageblock: 3, ..BuddyConfig::default() },
        BuddyConfig { store: StoreKind::Bitmap, ..BuddyConfig::default() },
        BuddyConfig { store: StoreKind::Bitmap, per_cpu: 10, ..BuddyConfig::default() },
        BuddyConfig { store: StoreKind::Bitmap, per_cpu: 200, per_cpu_order: 3, ..BuddyConfig::default() },
    ] {
        singles(Config { buddy, ..plain.clone() });
    }
}

fn singles(config: Config) {
    let mut buddy = Buddy::new(&config, &|_| true);
    while buddy.alloc(&Request::of(1), &mut NullTrace).is_some() {}
    let mut free = vec![false; 1024];
    let mut seed = 1u32;
    let mut next = |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % n
    };
    for _ in 0..400 {
        let start = next(1024);
        let taken = free[start as usize..].iter().take_while(|free| !**free).count() as u32;
        let count = taken.min(1 + next(100));
        let mut one_by_one = buddy.clone();
        (start..start + count).for_each(|n| one_by_one.free(FreeRun { start: Pfn(n), len: 1 }, &mut NullTrace));
        if count > 0 {
            buddy.free_singles(FreeRun { start: Pfn(start), len: count });
        }
        assert_eq!(buddy.lists(), one_by_one.lists());
        free[start as usize..(start + count) as usize].fill(true);
        for _ in 0..next(30) {
            if let Some(pfn) = buddy.alloc(&Request::of(1), &mut NullTrace) {
                free[pfn.index()] = false;
            }
        }
    }
    assert_eq!(buddy.check(), Vec::<String>::new());
}
