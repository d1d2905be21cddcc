//! Machines to run on, some with settings at random.

use pageturner::config::{
    AllocatorKind, AreasKind, BuddyConfig, Coalesce, Config, GravityConfig, Joining, PageArrayConfig, PolicyKind,
    QuickFitConfig, ReplacementConfig, RmapKind, Round, Scope, Stop, StoreKind, TreeKind,
};
use proptest::prelude::*;
use strum::VariantArray;

pub fn buddy() -> impl Strategy<Value = BuddyConfig> {
    let per_cpu = prop_oneof![Just((0u32, 0u8)), (1u32..12, 0u8..4)];
    (any::<bool>(), any::<bool>(), per_cpu, any::<bool>(), 1u8..5, any::<bool>(), 0u32..3).prop_map(
        |(bitmap, fifo, (per_cpu, per_cpu_order), mobility, pageblock, kswapd, keep)| {
            let store = if bitmap { StoreKind::Bitmap } else { StoreKind::Lists };
            BuddyConfig {
                store,
                fifo: fifo && !bitmap,
                per_cpu,
                per_cpu_order,
                mobility: mobility && !bitmap,
                pageblock,
                keep,
                keep_order: 2,
                kswapd,
                kswapd_pages: 3,
                stop: if kswapd && fifo { Stop::TwoBlocks } else { Stop::Watermark },
            }
        },
    )
}

/// Any allocator but the buddy, with settings.
pub fn allocator() -> impl Strategy<Value = Config> {
    const KINDS: [AllocatorKind; 5] = [
        AllocatorKind::PageArray,
        AllocatorKind::Gravity,
        AllocatorKind::QuickFit,
        AllocatorKind::Memarea,
        AllocatorKind::HeapTop,
    ];
    let kind = proptest::sample::select(&KINDS[..]);
    let found = proptest::sample::select(AreasKind::VARIANTS);
    let settings = (kind, found, any::<bool>(), any::<bool>(), 1u8..20, 0u32..3);
    settings.prop_map(|(allocator, found, one, other, length, areas)| Config {
        areas: found,
        allocator,
        page_array: PageArrayConfig {
            longest: length,
            maximum: 8 * areas,
            coalesce: if one { Joining::Lazy } else { Joining::Eager },
            reclaim_neighbours: other,
        },
        gravity: GravityConfig {
            keep: length,
            areas,
            sink: other,
            tree: TreeKind::VARIANTS[usize::from(length) % TreeKind::VARIANTS.len()],
        },
        quick_fit: QuickFitConfig {
            lists: length,
            coalesce: if one { Coalesce::OnMiss } else { Coalesce::Never },
            round: if other { Round::None } else { Round::Eighth },
            large: if other { 1024 } else { 8 },
        },
        ..Config::default()
    })
}

/// Any replacement policy, with settings and any reverse map.
pub fn policy() -> impl Strategy<Value = Config> {
    let kinds = (proptest::sample::select(PolicyKind::VARIANTS), proptest::sample::select(RmapKind::VARIANTS));
    let settings = (any::<u32>(), any::<bool>(), 1u32..20, 0u8..4, 0u32..6, 0u8..=200, any::<bool>(), 0u32..12);
    (kinds, settings).prop_map(
        |((policy, rmap), (seed, first_use, tick, bits, hand_spread, swappiness, local, limit))| {
            let scope = if local { Scope::Local } else { Scope::Global };
            let limit = if limit > 6 { 0 } else { limit };
            let window = tick;
            let replacement =
                ReplacementConfig { seed, first_use, tick, window, bits, hand_spread, swappiness, scope, limit };
            Config { policy, replacement, ..config(40, 16, rmap) }
        },
    )
}

pub fn config(frames: u32, swap_slots: u32, rmap: RmapKind) -> Config {
    Config { frames, swap_slots, rmap, tlb_entries: 8, ..Config::default() }
}
