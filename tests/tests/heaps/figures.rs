//! Figures that follow from the allocators' algorithms.

use crate::program::Program;
use pageturner::config::Config;
use pageturner::hw::geometry::GeometryKind;
use pageturner::user::picture::PieceKind;
use pageturner::vocabulary::heap::{Dl, HeapSettings, Kr, MmapDirect, Phk};

/// Chunks that a page gives before another is needed.
fn chunks(geometry: GeometryKind, bytes: u64) -> u64 {
    let config = Config { geometry, frames: 4096, swap_slots: 0, ..Config::default() };
    let mut program = Program::on(config, HeapSettings::Phk(Phk::default()));
    let page = |program: &mut Program| program.malloc(bytes).expect("memory").0 / 4096;
    // What the allocator needs for itself may lie on the first page of the size.
    let first = page(&mut program);
    let mut next = page(&mut program);
    while next == first {
        next = page(&mut program);
    }
    let mut n = 1;
    while page(&mut program) == next {
        n += 1;
    }
    n
}

#[test]
fn a_page_has_as_many_chunks_as_its_description_leaves() {
    use GeometryKind::{X86_32, X86_64};
    assert_eq!([16, 32, 64].map(|bytes| chunks(X86_32, bytes)), [253, 127, 64]);
    assert_eq!([16, 32, 64, 128].map(|bytes| chunks(X86_64, bytes)), [252, 126, 63, 32]);
}

/// The point of a directory outside: to free a run of pages touches none of them.
#[test]
fn phk_frees_pages_without_touching_them() {
    let mut program = Program::new(HeapSettings::Phk(Phk::default()));
    let blocks: Vec<_> = (0..40).map(|_| program.malloc(3 * 4096).expect("memory")).collect();
    for block in blocks {
        let before = program.0.view().tally.faults;
        program.free(block);
        assert_eq!(program.0.view().tally.faults, before, "no page of the block is there, and none is asked for");
    }
    assert_eq!(program.check(), [] as [String; 0]);
}

/// A free run at the end is given back but for 16 pages.
#[test]
fn phk_gives_back_the_end() {
    let mut program = Program::new(HeapSettings::Phk(Phk::default()));
    let block = program.malloc(100 * 4096).expect("memory");
    let held = program.stats().held;
    program.free(block);
    assert_eq!(program.stats().held, held - 84);
}

/// The book's allocator cuts from the tail, so that addresses fall.
#[test]
fn the_book_hands_out_tails() {
    let mut program = Program::new(HeapSettings::Kr(Kr::default()));
    let [a, b] = [(); 2].map(|()| program.malloc(100).expect("memory").0);
    assert_eq!(a - b, 8 * 16, "100 bytes are 7 units, and one for the header");
    assert_eq!(program.stats().held, 4, "1024 units of 16 bytes");
}

#[test]
fn dl_joins_neighbours_and_gives_back_the_top() {
    let mut program = Program::new(HeapSettings::Dl(Dl::default()));
    let blocks: Vec<_> = (0..100).map(|_| program.malloc(5000).expect("memory")).collect();
    assert!(blocks.windows(2).all(|pair| pair[1].0 - pair[0].0 == 5008), "8 bytes before each, a multiple of 16");
    for n in (0..100).step_by(2).chain((1..100).step_by(2)) {
        program.free(blocks[n]);
        assert_eq!(program.check(), [] as [String; 0]);
    }
    let picture = program.picture();
    assert!(picture.pieces.iter().all(|piece| piece.kind == PieceKind::Top || piece.kind == PieceKind::Header));
    let pages = 128 * 1024 / 4096;
    assert!(
        program.stats().held <= pages + 1,
        "what is over the threshold went, but for the pad: {:?}",
        program.stats()
    );
    program.trim();
    assert_eq!(program.stats().held, 1);
}

/// A large request is a mapping of its own, and gone with it.
#[test]
fn dl_maps_what_is_large() {
    let mut program = Program::new(HeapSettings::Dl(Dl::default()));
    let block = program.malloc(1 << 20).expect("memory");
    assert_eq!((program.stats().held, block.0 % 4096), (257, 16));
    program.free(block);
    assert_eq!(program.stats().held, 0);
}

#[test]
fn every_request_is_a_mapping() {
    let mut program = Program::new(HeapSettings::MmapDirect(MmapDirect::default()));
    let block = program.malloc(4096).expect("memory");
    assert_eq!(program.stats().held, 2, "a header makes a page two");
    program.free(block);
    assert_eq!((program.stats().held, program.stats().system_calls), (0, 2));
}

/// A heap may have a limit, as a process has `RLIMIT_DATA`.
#[test]
fn a_limit_is_no_memory() {
    for settings in [
        HeapSettings::Phk(Phk { limit: Some(20), ..Phk::default() }),
        HeapSettings::Kr(Kr { limit: Some(20), ..Kr::default() }),
        HeapSettings::Dl(Dl { limit: Some(20), top_pad: 0, ..Dl::default() }),
        HeapSettings::MmapDirect(MmapDirect { limit: Some(20) }),
    ] {
        let mut program = Program::new(settings);
        let blocks: Vec<_> = std::iter::from_fn(|| program.malloc(5000)).collect();
        assert!(!blocks.is_empty() && program.stats().held <= 20, "{:?}", program.stats());
        assert_eq!(program.stats().failed, 1);
        assert_eq!(program.check(), [] as [String; 0]);
        blocks.into_iter().for_each(|block| drop(program.free(block)));
        assert!(program.malloc(5000).is_some());
    }
}
