//! Random commands, shrunk when they fail. After each command: every invariant holds, the fold of the events equals the
//! view read off the machine, and taking the events back gives the view before. The seed of a failure is kept by
//! proptest in `properties.proptest-regressions`.

mod aim;
mod configs;
mod generate;
mod run;
mod same;

use configs::{allocator, buddy, config, policy};
use generate::{commands, merging_command, segment_command};
use pageturner::config::boot::{BootRequest, BootUser};
use pageturner::config::contig::{ContigConfig, Prefer, Rescue};
use pageturner::config::cpu_cache::CpuCacheConfig;
use pageturner::config::memarea::MemareaConfig;
use pageturner::config::{
    AllocatorKind, AnonKind, BuddyConfig, Compact, Config, HeapTopConfig, Hole, KernelPlace, OffsetFrom, RmapKind,
    TlbConfig, Zone,
};
use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::tlb::TlbReplacement;
use pageturner::vocabulary::command::{Command, Future};
use pageturner_tests::{SCHEMES, regressions};
use proptest::prelude::*;
use run::run;
use same::{moved_about, same_machine, same_machine_with, same_segments};
use strum::VariantArray;

const REGRESSIONS: &str = "tests/properties/properties.proptest-regressions";

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: regressions(REGRESSIONS), ..ProptestConfig::default() })]

    #[test]
    fn roomy(commands in commands(120)) {
        run(Config { fault_around: 16, ..config(256, 64, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn short_of_memory(commands in commands(120)) {
        run(config(32, 16, RmapKind::Object), commands)?;
    }

    #[test]
    fn short_of_memory_and_swap_without_a_reverse_map(commands in commands(80)) {
        run(config(32, 4, RmapKind::None), commands)?;
    }

    #[test]
    fn one_pair_per_frame(commands in commands(80)) {
        run(config(48, 16, RmapKind::VmaOffset), commands)?;
    }

    #[test]
    fn one_pair_per_frame_with_the_faults_of_1998(commands in commands(80)) {
        let config = config(48, 16, RmapKind::VmaOffset);
        run(Config { offset_from: OffsetFrom::VmStart, trust_count: true, ..config }, commands)?;
    }

    #[test]
    fn chains_of_one_pointer(commands in commands(80)) {
        run(Config { chain_pointers: 1, ..config(48, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn chains_of_seven_pointers(commands in commands(80)) {
        run(config(96, 16, RmapKind::PteChain), commands)?;
    }

    #[test]
    fn lists_of_vmas_and_one_anon_vma_for_a_family(commands in commands(80)) {
        run(Config { anon: AnonKind::AnonVma, ..config(48, 16, RmapKind::ObjectList) }, commands)?;
    }

    #[test]
    fn trees_of_vmas_and_one_anon_vma_for_a_family(commands in commands(80)) {
        run(Config { anon: AnonKind::AnonVma, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn every_scheme_makes_the_same_machine(commands in commands(80)) {
        same_machine(BuddyConfig::default(), commands)?;
    }

    #[test]
    fn every_setting_of_the_buddy(commands in commands(80), buddy in buddy()) {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = vec![zone("DMA", 0, 20), zone("Normal", 20, 64)];
        run(Config { zones, max_order: 4, min_free: 3, buddy, ..config(64, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn every_setting_of_the_buddy_with_nobody_listening(commands in commands(80), buddy in buddy()) {
        same_machine(buddy, commands)?;
    }

    #[test]
    fn every_allocator(commands in commands(80), allocator in allocator()) {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = vec![zone("DMA", 0, 20), zone("Normal", 20, 64)];
        let holes = vec![Hole { start: 30, frames: 2 }];
        let boot = vec![BootRequest { user: BootUser::Module, pages: 2 }];
        let cpu_cache = CpuCacheConfig { sets: 4, ways: 2, line: 64 };
        let config = Config { frames: 64, zones, holes, min_free: 2, swap_slots: 16, tlb_entries: 8, ..allocator };
        run(Config { hash_pages: 1, boot, cpu_cache, ..config }, commands)?;
    }

    #[test]
    fn every_policy(commands in commands(80), config in policy()) {
        let known = Command::Future(Future { pages: (0..40).map(|n| n % 7).collect() });
        // In place of the first a process is made, as long as there is none.
        let commands = [(0, known.clone()), (0, known)].into_iter().chain(commands).collect();
        run(config, commands)?;
    }

    #[test]
    fn every_allocator_with_nobody_listening(commands in commands(60), allocator in allocator()) {
        same_machine_with(allocator, commands)?;
    }

    #[test]
    fn what_processes_read_stays_where_pages_move(
        commands in commands(60),
        moves in proptest::collection::vec((0u32..1000, 0u32..1000), 1..20),
    ) {
        moved_about(commands, moves)?;
    }

    #[test]
    fn merged_pages_read_the_same_where_they_move(
        commands in proptest::collection::vec(merging_command(), 1..80),
        moves in proptest::collection::vec((0u32..1000, 0u32..1000), 1..20),
    ) {
        moved_about(commands, moves)?;
    }

    #[test]
    fn classroom(commands in commands(120)) {
        run(Config { frames: 64, swap_slots: 16, fault_around: 4, ..Config::classroom() }, commands)?;
    }

    #[test]
    fn the_kernels_frames_apart(commands in commands(80), frames in 1u32..40, scheme in 0usize..5) {
        run(Config { kernel: KernelPlace::Apart, ..config(frames, 16, SCHEMES[scheme]) }, commands)?;
    }

    #[test]
    fn every_allocator_with_the_kernels_frames_apart(commands in commands(60), frames in 1u32..40, allocator in allocator()) {
        let kernel = KernelPlace::Apart;
        run(Config { frames, kernel, swap_slots: 16, tlb_entries: 8, ..allocator }, commands)?;
    }

    #[test]
    fn the_classrooms_kernel_apart(commands in commands(120), frames in 1u32..129) {
        run(Config { frames, kernel: KernelPlace::Apart, swap_slots: 16, ..Config::classroom() }, commands)?;
    }

    #[test]
    fn three_levels_of_risc_v(commands in commands(100), page_zero in any::<bool>()) {
        run(Config { geometry: GeometryKind::Sv39, page_zero, fault_around: 4, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn segments_by_large_pages_of_risc_v(commands in proptest::collection::vec(segment_command(), 1..30)) {
        let config = config(4096, 16, RmapKind::Object);
        run(Config { geometry: GeometryKind::Sv39, allocator: AllocatorKind::QuickFit, ..config }, commands)?;
    }

    #[test]
    fn one_flat_table(commands in commands(100), page_zero in any::<bool>()) {
        run(Config { geometry: GeometryKind::Linear, page_zero, ..config(40, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn a_tlb_of_any_shape(commands in commands(80), ways in 0u16..4, replacement in 0usize..3, asid in any::<bool>()) {
        let (ways, replacement) = ([0, 1, 2, 8][usize::from(ways)], TlbReplacement::VARIANTS[replacement]);
        let tlb = TlbConfig { entries: 8, ways, replacement, asid };
        run(Config { tlb, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn two_levels_of_x86_32(commands in commands(120)) {
        run(Config { geometry: GeometryKind::X86_32, fault_around: 4, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn segments_by_large_pages(commands in proptest::collection::vec(segment_command(), 1..40)) {
        let allocator = AllocatorKind::QuickFit;
        let config = Config { geometry: GeometryKind::X86_32, allocator, ..config(8192, 16, RmapKind::Object) };
        run(config, commands)?;
    }

    #[test]
    fn segments_that_slide_while_they_are_mapped(commands in proptest::collection::vec(segment_command(), 1..40)) {
        let allocator = AllocatorKind::HeapTop;
        let config = Config { geometry: GeometryKind::X86_32, allocator, ..config(5000, 16, RmapKind::Object) };
        run(config, commands)?;
    }

    #[test]
    fn segments_silent_and_told(commands in proptest::collection::vec(segment_command(), 1..60)) {
        same_segments(commands)?;
    }

    #[test]
    fn equal_pages(commands in proptest::collection::vec(merging_command(), 1..120)) {
        run(config(64, 32, RmapKind::Object), commands)?;
    }

    #[test]
    fn every_scheme_finds_merged_pages(commands in proptest::collection::vec(merging_command(), 1..120)) {
        same_machine(BuddyConfig::default(), commands)?;
    }

    #[test]
    fn any_size_at_any_place_with_every_improvement(commands in commands(100), swap in any::<bool>(), bitmap in any::<bool>()) {
        let memarea = MemareaConfig { zap_cache: true, move_pages: true, swap_out: true, bitmap };
        let prefer = if swap { Prefer::Swap } else { Prefer::Move };
        let contig = ContigConfig { prefer, ..ContigConfig::default() };
        let config = Config { allocator: AllocatorKind::Memarea, memarea, contig, hash_pages: 3, ..config(48, 16, RmapKind::Object) };
        run(config, commands)?;
    }

    #[test]
    fn any_size_at_any_place_as_it_was_posted(commands in commands(80), reclaim in any::<bool>()) {
        let contig = ContigConfig { rescue: if reclaim { Rescue::Reclaim } else { Rescue::Compact }, ..ContigConfig::default() };
        run(Config { allocator: AllocatorKind::Memarea, contig, ..config(48, 16, RmapKind::None) }, commands)?;
    }

    #[test]
    fn windows_of_look_aside_runs(commands in commands(80)) {
        run(Config { allocator: AllocatorKind::QuickFit, min_free: 3, ..config(48, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn zones_holes_and_a_reserve(commands in commands(80)) {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = vec![zone("DMA", 0, 20), zone("Normal", 20, 96)];
        let holes = vec![Hole { start: 10, frames: 3 }, Hole { start: 50, frames: 7 }];
        run(Config { frames: 96, zones, holes, reserved: 2, max_order: 4, min_free: 2, swap_slots: 8, ..Config::default() }, commands)?;
    }

    #[test]
    fn look_aside_lists(commands in commands(80)) {
        run(Config { allocator: AllocatorKind::QuickFit, ..config(64, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn the_top_of_the_heap(commands in commands(120)) {
        run(Config { allocator: AllocatorKind::HeapTop, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn the_heap_slides_in_the_background(commands in commands(120)) {
        let heap_top = HeapTopConfig { compact: Compact::Background, gaps: 10, step: 3, large: 4, ..HeapTopConfig::default() };
        run(Config { allocator: AllocatorKind::HeapTop, heap_top, ..config(64, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn equal_pages_slide(commands in proptest::collection::vec(merging_command(), 1..120)) {
        let heap_top = HeapTopConfig { compact: Compact::Background, gaps: 0, step: 3, ..HeapTopConfig::default() };
        run(Config { allocator: AllocatorKind::HeapTop, heap_top, ..config(64, 32, RmapKind::Object) }, commands)?;
    }
}
