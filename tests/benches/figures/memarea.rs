//! memarea: how much a search examines, by scan and by the map of free runs, and what either costs the buddy. One
//! gigabyte of 4 KiB frames, as in the mail of 2001.

use super::{in_turn, report};
use pageturner::alloc::usable::Usable;
use pageturner::alloc::{Allocator, FrameAllocator};
use pageturner::config::{AllocatorKind, Config};
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::FreeRun;
use pageturner::vocabulary::request::Request;
use pageturner::vocabulary::trace::{NullTrace, Trace};
use std::hint::black_box;
use std::time::{Duration, Instant};

const FRAMES: u32 = 256 << 10;

/// Counts what is examined and written.
#[derive(Default)]
struct Counts {
    looked: u64,
    written: u64,
}

impl Trace for Counts {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Inspect { looked, .. } => self.looked += u64::from(looked),
            Event::Mark { words, .. } => self.written += u64::from(words),
            _ => {}
        }
    }
}

/// Prints both tables.
pub fn measure() {
    println!("memarea, {FRAMES} frames: a search for a run that is not there, or is the last");
    println!("  layout, pages: by scan frames, us; by map words and nodes, us; fewer by");
    search("every other frame used", 2, |n| n % 2 == 0);
    search("three of four free", 4, |n| n % 4 != 3);
    search("runs of 31", 32, |n| n % 32 != 31);
    search("all used but the last 100", 100, |n| n >= FRAMES - 100);
    search("half free, in runs of 500", 1000, |n| n % 1000 < 500);
    upkeep();
}

fn allocator(kind: AllocatorKind, bitmap: bool, free: impl Fn(u32) -> bool) -> Allocator {
    let mut config = Config { frames: FRAMES, allocator: kind, ..Config::default() };
    config.memarea.bitmap = bitmap;
    Allocator::new(&config, &Usable::those(FRAMES, |pfn| free(pfn.0)))
}

fn search(layout: &str, pages: u32, free: impl Fn(u32) -> bool + Copy) {
    let request = Request::of(pages);
    let one = |bitmap| {
        let mut alloc = allocator(AllocatorKind::Memarea, bitmap, free);
        let (mut counts, mut best) = (Counts::default(), Duration::MAX);
        if let Some(start) = alloc.alloc(&request, &mut counts) {
            alloc.free(FreeRun { start, len: pages }, &mut NullTrace);
        }
        for _ in 0..5 {
            let start = Instant::now();
            let got = black_box(alloc.alloc(&request, &mut NullTrace));
            best = best.min(start.elapsed());
            if let Some(start) = got {
                alloc.free(FreeRun { start, len: pages }, &mut NullTrace);
            }
        }
        (counts.looked, best.as_secs_f64() * 1e6)
    };
    let (scan, map) = (one(false), one(true));
    let fewer = scan.0 as f64 / map.0 as f64;
    println!("  {layout}, {pages}: {} {:.1}; {} {:.2}; {fewer:.0} times", scan.0, scan.1, map.0, map.1);
}

/// Single pages allocated and freed all over memory: the buddy alone, inside memarea, and with the map to keep up.
fn upkeep() {
    let pairs = |kind, bitmap| {
        let mut alloc = allocator(kind, bitmap, |_| true);
        move || {
            let start = Instant::now();
            let mut held: Vec<Pfn> = Vec::with_capacity(1 << 15);
            for _ in 0..1 << 15 {
                held.push(alloc.alloc(&Request::of(1), &mut NullTrace).expect("a free frame"));
            }
            let mut n = 1usize;
            for _ in 0..1 << 15 {
                n = (n * 5 + 7) % held.len();
                let start = held.swap_remove(n);
                alloc.free(FreeRun { start, len: 1 }, &mut NullTrace);
                n %= held.len().max(1);
            }
            start.elapsed()
        }
    };
    let buddy = || pairs(AllocatorKind::Buddy, false);
    let plain = in_turn(pairs(AllocatorKind::Memarea, false), buddy());
    report("memarea, no map, single pages against the buddy", "ns/pair", 1 << 15, plain);
    let mapped = in_turn(pairs(AllocatorKind::Memarea, true), buddy());
    report("memarea with its map, single pages against the buddy", "ns/pair", 1 << 15, mapped);
    let mut alloc = allocator(AllocatorKind::Memarea, true, |_| true);
    let mut counts = Counts::default();
    let held: Vec<Pfn> = (0..1 << 15).filter_map(|_| alloc.alloc(&Request::of(1), &mut counts)).collect();
    held.iter().for_each(|pfn| alloc.free(FreeRun { start: *pfn, len: 1 }, &mut counts));
    let kept = counts.written;
    alloc.alloc(&Request::of(3), &mut counts);
    let pairs = f64::from(1 << 15);
    println!(
        "memarea with its map: {:.2} words written a pair, {:.2} more when it is searched after all of them",
        kept as f64 / pairs,
        (counts.written - kept) as f64 / pairs
    );
}
