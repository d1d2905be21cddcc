//! Every limit of a configuration, at its edge: the last values that are allowed, and the first that are not.

use super::boot::{BootRequest, BootUser, MAX_BOOT};
use super::buddy::MAX_PER_CPU;
use super::cpu_cache::CpuCacheConfig;
use super::gravity::{MAX_KEEP, MAX_UNBALANCED};
use super::page_array::MAX_LONGEST;
use super::quick_fit::MAX_LISTS;
use super::{
    AllocatorKind, Config, GravityConfig, Hole, KernelPlace, MAX_FRAMES, MAX_SLOTS, MIN_FRAMES, TreeKind, Zone,
};
use crate::hw::geometry::GeometryKind;
use serde_json::{Value, json};
use strum::VariantArray;

/// The default machine, of 1024 frames, with one field changed; `name` may be of a field in a field.
fn with(name: &str, value: u64) -> Config {
    let mut fields = json!({});
    let path = format!("/{}", name.replace('.', "/"));
    if let Some((outer, inner)) = name.split_once('.') {
        fields[outer] = json!({ inner: 0 });
    } else {
        fields[name] = Value::Null;
    }
    *fields.pointer_mut(&path).expect("it was just made") = value.into();
    serde_json::from_value(fields).expect("a field of the configuration")
}

#[test]
fn a_number_at_its_limit_is_allowed_and_the_next_is_not() {
    let limits: &[(&str, &[u64], &[u64])] = &[
        ("frames", &[MIN_FRAMES.into(), MAX_FRAMES.into()], &[0, 15, 1 + u64::from(MAX_FRAMES)]),
        ("reserved", &[0, 1016], &[1017]),
        ("max_order", &[0, 10], &[11]),
        ("min_free", &[0, 1016], &[1017, u32::MAX.into()]),
        ("swap_slots", &[0, MAX_SLOTS.into()], &[1 + u64::from(MAX_SLOTS)]),
        ("tlb_entries", &[1, 4096], &[0, 4097]),
        ("tlb.entries", &[0, 1, 4096], &[4097]),
        ("tlb.ways", &[0, 1, 2, 64], &[3, 65, 128]),
        ("hash_pages", &[0, 512], &[513]),
        ("chain_pointers", &[1, 7, 15, 31], &[0, 2, 8, 16, 32]),
        ("fault_around", &[1, 2, 4, 8, 16], &[0, 3, 32]),
        ("max_processes", &[1, 32768], &[0, 32769]),
        ("page_array.longest", &[1, MAX_LONGEST.into()], &[0, 1 + u64::from(MAX_LONGEST)]),
        ("gravity.keep", &[1, MAX_KEEP.into()], &[0, 1 + u64::from(MAX_KEEP)]),
        ("quick_fit.lists", &[1, MAX_LISTS.into()], &[0, 1 + u64::from(MAX_LISTS)]),
        ("quick_fit.large", &[1, 1024], &[0, 3]),
        ("buddy.per_cpu", &[0, MAX_PER_CPU.into()], &[1 + u64::from(MAX_PER_CPU)]),
        ("buddy.per_cpu_order", &[0, 10], &[11]),
        ("buddy.pageblock", &[1, 10], &[0, 11]),
        ("heap_top.large", &[1, 1024], &[0, 3]),
        ("heap_top.degrade", &[0, 100], &[101]),
        ("heap_top.gaps", &[0, 100], &[101]),
        ("heap_top.step", &[1], &[0]),
        ("cpu_cache.sets", &[0, 1, 2048], &[3, 4096]),
    ];
    for (name, allowed, refused) in limits {
        for value in *allowed {
            assert_eq!(with(name, *value).validate(), Ok(()), "{name} = {value}");
        }
        for value in *refused {
            let refusal = with(name, *value).validate().expect_err(name);
            let field = name.rsplit('.').next().expect("a name");
            assert!(refusal.what.contains(field), "{name} = {value}: {refusal}");
        }
    }
}

#[test]
fn a_geometry_holds_as_many_frames_and_slots_as_its_entries_can_name() {
    for kind in GeometryKind::VARIANTS {
        let geometry = kind.geometry();
        let (frames, slots) = (geometry.max_frames().min(MAX_FRAMES), geometry.max_slots().min(MAX_SLOTS));
        let most = Config { geometry: *kind, frames, swap_slots: slots, max_order: 3, ..Config::default() };
        assert_eq!(most.validate(), Ok(()), "{kind:?}");
        for more in [Config { frames: frames + 1, ..most.clone() }, Config { swap_slots: slots + 1, ..most.clone() }] {
            assert!(more.validate().is_err(), "{kind:?}: {} frames, {} slots", more.frames, more.swap_slots);
        }
    }
}

#[test]
fn with_the_kernels_frames_apart_one_frame_is_enough() {
    for geometry in GeometryKind::VARIANTS {
        let config = |frames| Config { geometry: *geometry, frames, kernel: KernelPlace::Apart, ..Config::default() };
        let most = config(0).most_frames();
        for frames in [1, 2, 15, most] {
            let config = Config { swap_slots: 0, ..config(frames) };
            assert_eq!(config.validate(), Ok(()), "{geometry:?}, {frames} frames");
            let named = geometry.geometry().max_named();
            assert!(config.pool_frames() >= 32 && config.all_frames() <= named, "{geometry:?}, {frames} frames");
            let all = Config { reserved: frames - 1, ..config.clone() };
            assert_eq!((all.validate(), Config { min_free: 1, ..all }.validate().is_err()), (Ok(()), true));
        }
        assert!(config(0).validate().is_err() && config(most + 1).validate().is_err(), "{geometry:?}");
    }
    assert_eq!(Config::default().pool_frames(), 0);
}

/// Zones are all of memory, one after the other; `edges` are their ends.
#[test]
fn zones_follow_each_other_to_the_end_of_memory() {
    let zone = |start, end| Zone { name: format!("from {start}"), start, end };
    let refusal = |zones: &[Zone]| Config { frames: 64, zones: zones.to_vec(), ..Config::default() }.validate().err();
    let equal = |n: u32| (0..n).map(|i| zone(i * 64 / n, (i + 1) * 64 / n)).collect::<Vec<Zone>>();
    assert_eq!((refusal(&equal(1)), refusal(&equal(8))), (None, None));
    for (zones, what) in [
        (equal(9), "more than 8 zones"),
        (vec![zone(0, 32), zone(33, 64)], "`from 33` is 33..64, expected to start at 32"),
        (vec![zone(0, 32), zone(31, 64)], "`from 31` is 31..64, expected to start at 32"),
        (vec![zone(0, 0), zone(0, 64)], "`from 0` is 0..0"),
        (vec![zone(0, 63)], "they end at frame 63, the machine at 64"),
        (vec![zone(0, 65)], "they end at frame 65, the machine at 64"),
    ] {
        let refusal = refusal(&zones).expect(what);
        assert!(refusal.what.contains(what), "{refusal}");
    }
}

#[test]
fn holes_lie_in_memory_in_order_and_leave_some() {
    let hole = |start, frames| Hole { start, frames };
    let config = |holes: &[Hole]| Config { frames: 256, holes: holes.to_vec(), ..Config::default() };
    let many = |n: u32| (0..n).map(|i| hole(2 * i, 1)).collect::<Vec<Hole>>();
    for holes in [many(64), vec![hole(0, 10), hole(10, 10)], vec![hole(200, 56)], vec![hole(8, 248)]] {
        assert_eq!(config(&holes).validate(), Ok(()), "{holes:?}");
    }
    for (holes, what) in [
        (many(65), "64 holes"),
        (vec![hole(0, 10), hole(9, 10)], "10 frames from 9 overlap"),
        (vec![hole(200, 57)], "57 frames from 200 overlap another hole or leave memory"),
        (vec![hole(8, u32::MAX)], "leave memory"),
        (vec![hole(8, 0)], "0 frames from 8"),
        (vec![hole(7, 249)], "leave fewer than 8 of 256 frames"),
    ] {
        let refusal = config(&holes).validate().expect_err(what);
        assert!(refusal.what.contains(what), "{refusal}");
    }
    // Together they leave 8 frames, and not one less.
    let all = Config { reserved: 20, min_free: 100, ..config(&[hole(128, 128)]) };
    assert_eq!(all.validate(), Ok(()));
    for less in [Config { min_free: 101, ..all.clone() }, Config { reserved: 21, ..all }] {
        let refusal = less.validate().expect_err("7 frames are left");
        assert!(refusal.what.contains("min_free"), "{refusal}");
    }
}

#[test]
fn a_cache_has_ways_and_lines_within_limits() {
    let allowed = |ways: u8, line: u32| {
        let cpu_cache = CpuCacheConfig { sets: 64, ways, line };
        Config { cpu_cache, ..Config::default() }.validate().is_ok()
    };
    assert!(allowed(1, 8) && allowed(16, 4096));
    assert!(!allowed(0, 64) && !allowed(17, 64));
    assert!(!allowed(8, 4) && !allowed(8, 24) && !allowed(8, 8192), "a line is in one page");
}

#[test]
fn what_is_asked_for_at_boot_is_within_limits() {
    let boot = |requests: &[u32], hash_pages| {
        let request = |pages: &u32| BootRequest { user: BootUser::Module, pages: *pages };
        let boot = requests.iter().map(request).collect();
        Config { boot, hash_pages, ..Config::default() }.validate()
    };
    assert_eq!(boot(&[1; MAX_BOOT], 0), Ok(()));
    assert_eq!(boot(&[412, 50], 50), Ok(()));
    for (requests, hash_pages, named) in
        [(&[1; MAX_BOOT + 1][..], 0, "17"), (&[0], 0, "module"), (&[412, 50], 51, "513")]
    {
        let refusal = boot(requests, hash_pages).expect_err(named);
        assert!(refusal.what.contains("boot") && refusal.what.contains(named), "{refusal}");
    }
}

#[test]
fn a_tree_that_nothing_balances_is_for_a_small_machine() {
    let config = |tree, frames| Config {
        allocator: AllocatorKind::Gravity,
        frames,
        gravity: GravityConfig { tree, ..GravityConfig::default() },
        ..Config::default()
    };
    for tree in TreeKind::VARIANTS {
        assert_eq!(config(*tree, MAX_UNBALANCED).validate(), Ok(()), "{tree:?}");
        let is_refused = config(*tree, MAX_UNBALANCED + 1).validate().is_err();
        assert_eq!(is_refused, *tree == TreeKind::Unbalanced, "{tree:?}");
    }
}
