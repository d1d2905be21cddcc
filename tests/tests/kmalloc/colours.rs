//! Colours of slabs: where their objects begin, and what that is good for.

use crate::kernel::{Kernel, PAGE};
use pageturner::config::cpu_cache::CpuCacheConfig;
use pageturner::config::{Config, KmallocConfig, KmallocKind};
use pageturner::hw::geometry::GeometryKind;

/// A kernel with words of 4 bytes, so that the space left over is that of Linux 2.4's time, and a small cache in which
/// each page competes with each.
fn kernel(colouring: bool) -> Kernel {
    let kmalloc = KmallocConfig { kind: KmallocKind::Slab, colouring, ..KmallocConfig::default() };
    let cpu_cache = CpuCacheConfig { sets: 64, ways: 1, line: 64 };
    let geometry = GeometryKind::X86_32;
    Kernel::on(Config { geometry, frames: 4096, swap_slots: 0, cpu_cache, kmalloc, ..Config::default() })
}

/// The first objects of seven slabs in a row.
fn firsts(kernel: &mut Kernel, bytes: u64, objects: u64) -> Vec<u64> {
    let blocks: Vec<u64> = (0..7 * objects).map(|_| kernel.block(bytes)).collect();
    assert_eq!(kernel.check(), [] as [String; 0]);
    blocks.into_iter().step_by(objects as usize).collect()
}

/// They are 32 bytes apart, as far as the space left over goes: 96 bytes of a page of 128, 160 of one of 256.
#[test]
fn slabs_have_colours() {
    let colours = |colouring, bytes, objects| {
        let firsts = firsts(&mut kernel(colouring), bytes, objects);
        firsts.iter().map(|block| block % PAGE - firsts[0] % PAGE).collect::<Vec<u64>>()
    };
    assert_eq!(colours(true, 128, 30), [0, 32, 64, 0, 32, 64, 0]);
    assert_eq!(colours(true, 256, 15), [0, 32, 64, 96, 128, 0, 32]);
    assert_eq!(colours(false, 128, 30), [0; 7]);
    assert_eq!(colours(true, 64, 59), [0; 7], "32 bytes are one colour");
}

/// The same field of objects in several slabs: without colours all of them compete for one line of the cache.
#[test]
fn colours_spare_misses() {
    let misses = |colouring| {
        let mut kernel = kernel(colouring);
        let firsts = firsts(&mut kernel, 256, 15);
        let of_three = [firsts[0], firsts[2], firsts[4]];
        let read = |kernel: &mut Kernel| of_three.iter().for_each(|block| drop(kernel.read(*block, 8)));
        read(&mut kernel);
        let before = kernel.0.view().tally.cache_misses;
        (0..10).for_each(|_| read(&mut kernel));
        kernel.0.view().tally.cache_misses - before
    };
    assert_eq!((misses(false), misses(true)), (30, 0));
}
