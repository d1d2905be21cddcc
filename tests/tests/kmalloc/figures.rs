//! Figures that follow from the allocators' algorithms.

use crate::kernel::{Kernel, PAGE, kinds};
use pageturner::config::KmallocKind::{Linux20, MckusickKarels, Paragraph, Slab, Svr4};
use pageturner::config::{Config, KmallocConfig, ParagraphFit};
use pageturner::hw::geometry::GeometryKind;

/// Requests of one size that are served before more pages are taken, from the second run of pages on.
fn blocks_of_a_run(kernel: &mut Kernel, bytes: u64) -> u64 {
    let (mut runs, mut n) = (0, 0);
    loop {
        let held = kernel.heap_held();
        kernel.block(bytes);
        if kernel.heap_held() > held {
            runs += 1;
            if runs == 3 {
                return n;
            }
            n = 0;
        }
        n += 1;
    }
}

impl Kernel {
    fn heap_held(&self) -> u64 {
        self.0.view().heaps.values().next().map_or(0, |_| self.stats().held)
    }
}

#[test]
fn linux_2_0_has_so_many_blocks_of_a_page() {
    for (bytes, blocks) in
        [(24, 127), (56, 63), (120, 31), (244, 16), (500, 8), (1012, 4), (2032, 2), (4072, 1), (8168, 1)]
    {
        assert_eq!(blocks_of_a_run(&mut Kernel::new(Linux20), bytes), blocks, "{bytes} bytes");
        let mut kernel = Kernel::new(Linux20);
        kernel.block(bytes);
        let has = kernel.waste().rounding;
        assert_eq!(has, 0, "a request of {bytes} bytes fills its block");
        let mut kernel = Kernel::new(Linux20);
        kernel.block(bytes + 1);
        assert!(kernel.waste().rounding > 0, "one byte more is of the next size");
    }
}

/// What the mail complains of: the header makes 2048 bytes a page, and 4081 two.
#[test]
fn linux_2_0_has_steps() {
    for (bytes, pages) in [(2032, 1), (2033, 1), (2048, 1), (4072, 1), (4073, 2), (4081, 2), (4096, 2), (8192, 4)] {
        let mut kernel = Kernel::new(Linux20);
        kernel.block(1);
        let held = kernel.stats().held;
        kernel.block(bytes);
        assert_eq!(kernel.stats().held - held, pages, "{bytes} bytes");
    }
    let mut kernel = Kernel::new(Linux20);
    kernel.block(2048);
    assert_eq!(blocks_of_a_run(&mut kernel, 2048), 1, "a block of 2048 has a page to itself");
    assert_eq!((kernel.kmalloc(131_072 - 24).is_some(), kernel.kmalloc(131_072 - 23)), (true, None));
}

/// A free page of orders 0 to 2 is kept, one of each; others go back.
#[test]
fn linux_2_0_keeps_a_page_of_an_order() {
    let mut kernel = Kernel::new(Linux20);
    let blocks = [100, 3000, 3000, 8000, 30_000].map(|bytes| kernel.block(bytes));
    let statics = 1;
    assert_eq!(kernel.stats().held, statics + 1 + 1 + 1 + 2 + 8);
    blocks.into_iter().for_each(|block| drop(kernel.kfree(block)));
    assert_eq!(kernel.stats().held, statics + 1 + 2);
    assert_eq!(kernel.waste().empty, 3);
    kernel.reap();
    assert_eq!((kernel.stats().held, kernel.check()), (statics, Vec::new()));
}

/// Powers of two are not doubled, since no header stands before them.
#[test]
fn mckusick_and_karels_have_no_header() {
    for bytes in [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192] {
        let mut kernel = Kernel::new(MckusickKarels);
        let block = kernel.block(bytes);
        assert_eq!((block % bytes.min(PAGE), kernel.waste().rounding), (0, 0), "{bytes} bytes");
        assert_eq!(blocks_of_a_run(&mut kernel, bytes), (PAGE / bytes).max(1));
        kernel.kfree(block);
        kernel.block(bytes - 1);
        assert_eq!(kernel.waste().rounding, 1);
    }
    let mut kernel = Kernel::new(MckusickKarels);
    let large = kernel.block(8193);
    assert_eq!(kernel.waste().rounding, 3 * PAGE - 8193, "above two pages, whole pages");
    let held = kernel.stats().held;
    kernel.kfree(large);
    // The buddy gives four for three.
    assert_eq!(kernel.stats().held, held - 4, "which go back");
}

/// What a bucket once had it keeps: a peak in one size serves no other.
#[test]
fn mckusick_and_karels_give_no_page_of_a_bucket_back() {
    let mut kernel = Kernel::new(MckusickKarels);
    let blocks: Vec<u64> = (0..1024).map(|_| kernel.block(64)).collect();
    let held = kernel.stats().held;
    blocks.into_iter().for_each(|block| drop(kernel.kfree(block)));
    kernel.reap();
    assert_eq!((kernel.stats().held, kernel.waste().empty), (held, 16));
    kernel.block(128);
    assert_eq!(kernel.stats().held, held + 1);
}

/// Linux 2.4's figures, of a machine with words of 4 bytes.
#[test]
fn a_slab_has_so_many_objects() {
    let config = || Config {
        geometry: GeometryKind::X86_32,
        frames: 4096,
        swap_slots: 0,
        kmalloc: KmallocConfig { kind: Slab, ..KmallocConfig::default() },
        ..Config::default()
    };
    for (bytes, objects) in [(32, 113), (64, 59), (128, 30), (256, 15), (512, 8), (1024, 4), (2048, 2), (4096, 1)] {
        assert_eq!(blocks_of_a_run(&mut Kernel::on(config()), bytes), objects, "{bytes} bytes");
    }
}

/// Objects come from partial slabs before empty ones, and an empty one stays until it is reaped.
#[test]
fn slabs_are_partial_then_empty_then_reaped() {
    let mut kernel = Kernel::new(Slab);
    let blocks: Vec<u64> = (0..100).map(|_| kernel.block(1024)).collect();
    let held = kernel.stats().held;
    for block in &blocks[4..] {
        kernel.kfree(*block);
    }
    assert_eq!((kernel.stats().held, kernel.waste().empty), (held, 24));
    kernel.kfree(blocks[2]);
    assert_eq!(kernel.block(1000), blocks[2], "of the partial slab, though 24 are empty");
    kernel.reap();
    assert_eq!((kernel.stats().held, kernel.waste().empty), (held - 24, 0));
    assert_eq!(kernel.check(), [] as [String; 0]);
    let mut kernel = Kernel::with(KmallocConfig { kind: Slab, reap: true, ..KmallocConfig::default() });
    let blocks: Vec<u64> = (0..100).map(|_| kernel.block(1024)).collect();
    blocks.into_iter().for_each(|block| drop(kernel.kfree(block)));
    assert_eq!(kernel.waste().empty, 0);
}

/// When no page is to be had, empty slabs of other sizes give theirs.
#[test]
fn slabs_are_reaped_when_pages_are_missed() {
    let kmalloc = KmallocConfig { kind: Slab, ..KmallocConfig::default() };
    let mut kernel = Kernel::on(Config { frames: 64, swap_slots: 0, kmalloc, ..Config::default() });
    let blocks: Vec<u64> = std::iter::from_fn(|| kernel.kmalloc(2048)).collect();
    blocks.into_iter().for_each(|block| drop(kernel.kfree(block)));
    let small: Vec<u64> = std::iter::from_fn(|| kernel.kmalloc(64)).collect();
    assert!(small.len() > 50 * 58, "{}", small.len());
    let kmalloc = KmallocConfig { kind: MckusickKarels, ..KmallocConfig::default() };
    let mut kernel = Kernel::on(Config { frames: 64, swap_slots: 0, kmalloc, ..Config::default() });
    let blocks: Vec<u64> = std::iter::from_fn(|| kernel.kmalloc(2048)).collect();
    blocks.into_iter().for_each(|block| drop(kernel.kfree(block)));
    assert_eq!(kernel.kmalloc(64), None, "of a bucket's pages no other has any use");
}

/// A request is rounded to 16 bytes, and to nothing else.
#[test]
fn paragraphs_round_to_sixteen() {
    for (bytes, has) in [(0, 16), (1, 16), (16, 16), (17, 32), (100, 112), (2048, 2048), (4081, 4096), (5000, 5008)] {
        let mut kernel = Kernel::new(Paragraph);
        let block = kernel.block(bytes);
        assert_eq!((block % 16, kernel.waste().rounding), (0, has - bytes), "{bytes} bytes");
        assert_eq!(kernel.stats().small, u64::from(bytes <= 1024));
    }
    // A descriptor of 2 paragraphs and two bitmaps of 2 each leave 250 of 256.
    assert_eq!(blocks_of_a_run(&mut Kernel::new(Paragraph), 16), 250);
    assert_eq!(blocks_of_a_run(&mut Kernel::new(Paragraph), 2000), 2);
    let mut kernel = Kernel::new(Paragraph);
    kernel.block(16);
    let held = kernel.stats().held;
    kernel.block(5000);
    assert_eq!(kernel.stats().held - held, 2, "a longer request has an array of two pages");
}

/// Arrays fragment away: what is free is not joined, and what is free entirely goes back.
#[test]
fn paragraphs_are_not_joined_and_arrays_are_dropped() {
    let fragmented = |kmalloc| {
        let mut kernel = Kernel::with(kmalloc);
        let blocks: Vec<u64> = (0..250).map(|_| kernel.block(16)).collect();
        for block in &blocks[1..] {
            kernel.kfree(*block);
        }
        let held = kernel.stats().held;
        kernel.block(64);
        let more = kernel.stats().held - held;
        kernel.kfree(blocks[0]);
        assert_eq!(kernel.check(), [] as [String; 0]);
        (more, kernel.stats().joined > 0, kernel.stats().runs_returned)
    };
    let paragraph = KmallocConfig::default();
    assert_eq!(
        fragmented(paragraph),
        (1, false, 1),
        "a new array, and the old one is dropped when its last block goes"
    );
    assert_eq!(fragmented(KmallocConfig { coalesce: true, ..paragraph }), (0, true, 0));
    assert_eq!(fragmented(KmallocConfig { fit: ParagraphFit::Bitmap, ..paragraph }), (0, false, 0));
}

/// Frequent lengths have blocks in their queue: one step, whatever else there is.
#[test]
fn a_paragraph_queue_is_one_step() {
    let mut kernel = Kernel::new(Paragraph);
    let blocks: Vec<u64> = (0..2000).map(|n| kernel.block(16 + n % 900)).collect();
    for block in blocks.iter().step_by(3) {
        kernel.kfree(*block);
    }
    for _ in 0..100 {
        let block = kernel.block(200);
        assert_eq!(kernel.stats().searched, 1);
        kernel.kfree(block);
    }
}

/// Each with its counters: what went in came out, and nothing is left in use.
#[test]
fn everything_goes_back() {
    for (name, kmalloc) in kinds() {
        let mut kernel = Kernel::with(kmalloc);
        let blocks: Vec<u64> = (0..600).map(|n| kernel.block(n * n % 9000)).collect();
        for n in 0..600 {
            kernel.kfree(blocks[n * 7 % 600]);
        }
        let stats = kernel.stats();
        assert_eq!((stats.requests, stats.frees, stats.asked, stats.failed), (600, 600, 0, 0), "{name}");
        let taken: u64 = kernel.heap().held_pages();
        assert_eq!((stats.held, kernel.check()), (taken, Vec::new()), "{name}");
        let free_before = kernel.waste();
        assert_eq!((free_before.rounding, free_before.bytes), (0, taken * PAGE), "{name}");
    }
}

/// Lee and Barkley's three ways to free, by the slack of a class: blocks in use less those that are free and not
/// offered to their buddies.
#[test]
fn the_lazy_buddy_joins_late() {
    let mut kernel = Kernel::new(Svr4);
    let blocks: Vec<_> = (0..32).map(|_| kernel.block(128)).collect();
    // All 32 of a page are in use. Half of them are freed while the slack lasts: 32, 30, ... 2.
    for block in &blocks[..16] {
        kernel.kfree(*block);
    }
    assert_eq!(kernel.stats().joined, 0, "lazy");
    let again: Vec<_> = (0..16).map(|_| kernel.block(128)).collect();
    assert!(again.iter().all(|block| blocks[..16].contains(block)), "and given again as they are");
    for block in &blocks[16..] {
        kernel.kfree(*block);
    }
    assert_eq!(kernel.stats().joined, 0);
    // From here on each free offers its block, and one that was kept.
    for block in again {
        kernel.kfree(block);
    }
    assert_eq!(kernel.stats().joined, 31, "one page again");
    assert_eq!(kernel.heap().blocks.len(), 0);
}
