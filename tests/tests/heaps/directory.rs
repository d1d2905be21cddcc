//! phkmalloc's page directory while the heap grows a page at a time: how often it is made anew, how many bytes that
//! copies, and the most at once. The figures follow from the sizes alone.

use crate::program::Program;
use pageturner::config::Config;
use pageturner::hw::geometry::GeometryKind;
use pageturner::vocabulary::heap::{Directory, HeapSettings, Phk};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Rebuilds, bytes copied in all, and at most at once, for a heap of so many mebibytes.
fn grow(geometry: GeometryKind, directory: Directory, mebibytes: u64) -> (u64, u64, u64) {
    let pages = (mebibytes * MIB / 4096) as u32;
    let config = Config { geometry, frames: pages + pages / 64 + 256, swap_slots: 0, ..Config::default() };
    let mut program = Program::on(config, HeapSettings::Phk(Phk { directory, ..Phk::default() }));
    for _ in 0..pages {
        program.malloc(4096).expect("memory");
    }
    assert_eq!(program.check(), [] as [String; 0]);
    let stats = program.stats();
    (stats.rebuilds, stats.bytes_copied, stats.longest_stall)
}

#[test]
fn what_the_directory_costs_follows_from_its_sizes() {
    use Directory::*;
    use GeometryKind::{X86_32, X86_64};
    let (rebuilds, copied, stall) = grow(X86_32, Remade, 64);
    assert_eq!((rebuilds, copied / KIB, stall), (16, 544, 64 * KIB));
    let (rebuilds, copied, stall) = grow(X86_32, Doubling, 64);
    assert_eq!((rebuilds, copied / KIB, stall), (5, 124, 64 * KIB));
    assert_eq!(grow(X86_32, Hysteresis, 64), (1, 4 * KIB, 4 * KIB));
    let (rebuilds, copied, stall) = grow(X86_64, Remade, 64);
    assert_eq!((rebuilds, copied / KIB, stall), (32, 2112, 128 * KIB));
    for directory in [Reserved, Linked] {
        assert_eq!(grow(X86_64, directory, 64), (0, 0, 0), "{directory:?}");
    }
    let (rebuilds, copied, stall) = grow(X86_64, Mremap, 64);
    assert_eq!((rebuilds, copied, stall), (32, 0, 0));
}

/// Doubling copies a hundredth as much, but its longest copy is as long.
#[test]
fn doubling_cures_the_sum_and_not_the_stall() {
    let remade = grow(GeometryKind::X86_64, Directory::Remade, 256);
    let doubled = grow(GeometryKind::X86_64, Directory::Doubling, 256);
    assert!(remade.0 > 10 * doubled.0 && remade.1 > 20 * doubled.1, "{remade:?}, {doubled:?}");
    assert_eq!(remade.2, doubled.2);
}

/// Runs whose slots lie in several pages of the directory are marked whole, counted whole and freed whole.
#[test]
fn a_run_is_longer_than_a_page_of_the_directory() {
    use Directory::*;
    for directory in [Remade, Hysteresis, Doubling, Mremap, Reserved, Linked] {
        let config = Config { frames: 1 << 13, swap_slots: 0, ..Config::default() };
        let mut program = Program::on(config, HeapSettings::Phk(Phk { directory, reserve: 1 << 13, ..Phk::default() }));
        let (long, above) = (program.malloc(1200 * 4096).expect("memory"), program.malloc(4096).expect("memory"));
        assert_eq!(program.realloc(long, 1199 * 4096 + 1), Some(long), "{directory:?}: 1200 pages are what it has");
        assert_eq!(program.check(), [] as [String; 0], "{directory:?}");
        program.free(long);
        assert!(
            program.picture().free_blocks().any(|run| run == (long.0, 1200 * 4096)),
            "{directory:?}: all of it is free"
        );
        assert_eq!(program.check(), [] as [String; 0], "{directory:?}");
        assert_eq!(program.malloc(1200 * 4096), Some(long), "{directory:?}: there again");
        program.free(long);
        program.free(above);
        assert_eq!(program.check(), [] as [String; 0], "{directory:?}: and the end is given back");
    }
}
