//! Gravity under requests of all lengths at random: where the longest free stretch lies, and what that takes.
//!
//! Of ten requests eight are for one frame, the others for 2 to 8, one in twenty for 16 and more; whenever more than a
//! share of memory would be in use, a run chosen by chance is freed. Source of the load: the mails' "mixed lengths".

use expect_test::expect;
use pageturner::alloc::usable::Usable;
use pageturner::alloc::{Allocator, FrameAllocator};
use pageturner::config::AllocatorKind::Gravity;
use pageturner::config::{Config, GravityConfig, TreeKind};
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::FreeRun;
use pageturner::vocabulary::request::{Gfp, Request};
use pageturner::vocabulary::trace::Trace;
use strum::VariantArray;

/// How many frames memory has, how many requests come, up to how long they are, how much of memory is in use.
#[derive(Clone, Copy)]
struct Load {
    frames: u32,
    requests: u32,
    longest: u64,
    percent: u32,
}

/// Counts what searches examine and rotations.
#[derive(Default)]
struct Counts {
    looks: u32,
    rotations: u32,
}

impl Trace for Counts {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Inspect { looked, .. } => self.looks += looked,
            Event::Areas { rotations, .. } => self.rotations += rotations,
            _ => {}
        }
    }
}

/// What a load has left behind.
#[derive(Clone, Debug)]
struct Left {
    longest: FreeRun,
    failed: u32,
    looks: u32,
    rotations: u32,
    /// First frames given.
    given: Vec<Pfn>,
    depths: Depths,
}

/// Depths of the tree of areas, each time after some requests.
#[derive(Clone, Copy, Default, Debug)]
struct Depths {
    greatest: u32,
    sum: u32,
    /// Of flattest trees of as many areas.
    least: u32,
    nodes: u32,
    times: u32,
}

impl Depths {
    fn add(&mut self, alloc: &Allocator) {
        for tree in alloc.area_trees() {
            let shape = tree.shape();
            self.greatest = self.greatest.max(shape.depth);
            self.sum += shape.depth;
            self.least += shape.least_depth();
            self.nodes += shape.nodes;
            self.times += 1;
        }
    }
}

impl Load {
    fn run(self, config: &Config, seed: u64) -> Left {
        let config = Config { frames: self.frames, allocator: Gravity, ..config.clone() };
        // The zero page.
        let mut alloc = Allocator::new(&config, &Usable::those(self.frames, |pfn| pfn != Pfn(0)));
        let (mut counts, mut failed, mut held, mut used) = (Counts::default(), 0, Vec::new(), 0);
        let (mut given, mut depths) = (Vec::new(), Depths::default());
        let mut random = Random(seed);
        for n in 0..self.requests {
            if n % 16 == 0 {
                depths.add(&alloc);
            }
            let pages = match random.below(100) {
                0..80 => 1,
                80..95 => 2 + random.below(7),
                _ => 16 + random.below(self.longest - 15),
            } as u32;
            while used + pages > self.frames * self.percent / 100 {
                let run: FreeRun = held.remove(random.below(held.len() as u64) as usize);
                alloc.free(run, &mut counts);
                used -= run.len;
            }
            let request = Request { gfp: Gfp::empty(), ..Request::of(pages) };
            match alloc.alloc(&request, &mut counts).or_else(|| alloc.alloc_kept(&request, &mut counts)) {
                Some(start) => {
                    given.push(start);
                    held.push(FreeRun { start, len: pages });
                    used += pages;
                }
                None => failed += 1,
            }
        }
        assert_eq!(alloc.check(), [""; 0]);
        let longest = alloc.lists().all_runs().map(|(run, _)| run).max_by_key(|run| (run.len, !run.start.0));
        let longest = longest.expect("something is free");
        Left { longest, failed, looks: counts.looks, rotations: counts.rotations, given, depths }
    }
}

/// Steele, Lea and Flood's SplitMix64, 2014.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 33) % n
    }
}

/// With how many of 20 seeds the longest stretch starts in the lowest eighth; its length, in order, least, middle and
/// greatest; failed requests and looks of all.
fn over_seeds(load: Load, sink: bool) -> String {
    let mut config = Config::default();
    config.gravity.sink = sink;
    let all: Vec<Left> = (0..20).map(|seed| load.run(&config, seed)).collect();
    let low = all.iter().filter(|left| left.longest.start.0 < load.frames / 8).count();
    let mut lengths: Vec<u32> = all.iter().map(|left| left.longest.len).collect();
    lengths.sort_unstable();
    let (failed, looks) = all.iter().fold((0, 0), |sum, left| (sum.0 + left.failed, sum.1 + left.looks));
    let Load { frames, percent, .. } = load;
    format!(
        "{frames} frames, {percent} %, sink {sink}: low {low}, longest {} {} {}, failed {failed}, looks {looks}\n",
        lengths[0], lengths[10], lengths[19]
    )
}

#[test]
fn the_longest_sinks_if_long_requests_leave_the_bottom_alone() {
    let mut table = String::new();
    for (frames, requests, longest) in [(512, 1000, 32), (1024, 3000, 48), (4096, 12_000, 64)] {
        for percent in [40, 60, 75, 90] {
            for sink in [false, true] {
                table += &over_seeds(Load { frames, requests, longest, percent }, sink);
            }
        }
    }
    expect![[r#"
        512 frames, 40 %, sink false: low 0, longest 140 232 281, failed 0, looks 5459
        512 frames, 40 %, sink true: low 20, longest 180 240 298, failed 0, looks 6154
        512 frames, 60 %, sink false: low 0, longest 52 106 157, failed 0, looks 5854
        512 frames, 60 %, sink true: low 18, longest 39 108 171, failed 0, looks 6603
        512 frames, 75 %, sink false: low 2, longest 17 29 75, failed 73, looks 6587
        512 frames, 75 %, sink true: low 9, longest 20 32 76, failed 80, looks 7340
        512 frames, 90 %, sink false: low 8, longest 7 16 25, failed 538, looks 6907
        512 frames, 90 %, sink true: low 7, longest 4 16 28, failed 548, looks 7979
        1024 frames, 40 %, sink false: low 0, longest 220 441 565, failed 0, looks 14861
        1024 frames, 40 %, sink true: low 20, longest 388 465 589, failed 0, looks 18098
        1024 frames, 60 %, sink false: low 0, longest 86 171 359, failed 0, looks 15978
        1024 frames, 60 %, sink true: low 19, longest 82 195 340, failed 0, looks 18884
        1024 frames, 75 %, sink false: low 2, longest 30 53 133, failed 177, looks 16797
        1024 frames, 75 %, sink true: low 11, longest 29 42 204, failed 280, looks 19352
        1024 frames, 90 %, sink false: low 6, longest 13 21 58, failed 1605, looks 15995
        1024 frames, 90 %, sink true: low 10, longest 13 21 27, failed 1671, looks 20034
        4096 frames, 40 %, sink false: low 0, longest 1488 1887 2101, failed 0, looks 73257
        4096 frames, 40 %, sink true: low 20, longest 1714 1985 2116, failed 0, looks 74127
        4096 frames, 60 %, sink false: low 0, longest 423 771 1058, failed 0, looks 77856
        4096 frames, 60 %, sink true: low 20, longest 778 965 1164, failed 0, looks 78734
        4096 frames, 75 %, sink false: low 0, longest 67 146 287, failed 45, looks 82199
        4096 frames, 75 %, sink true: low 16, longest 87 187 427, failed 79, looks 82798
        4096 frames, 90 %, sink false: low 0, longest 18 39 55, failed 3928, looks 77545
        4096 frames, 90 %, sink true: low 11, longest 29 35 68, failed 4872, looks 82123
    "#]]
    .assert_eq(&table);
}

/// Whatever areas are found in, the answers are those of the index, with `sink` and without.
#[test]
fn the_same_frames_whatever_the_tree() {
    let load = Load { frames: 1024, requests: 2000, longest: 32, percent: 75 };
    for (seed, keep, areas, sink) in
        [(1, 16, 1, false), (2, 4, 3, false), (3, 4, 0, true), (4, 1, 0, true), (5, 2, 1, false)]
    {
        let config = |tree| Config { gravity: GravityConfig { keep, areas, sink, tree }, ..Config::default() };
        let index = load.run(&config(TreeKind::Index), seed);
        assert_eq!((index.rotations, index.depths.times), (0, 0));
        for tree in TreeKind::VARIANTS {
            let left = load.run(&config(*tree), seed);
            assert_eq!(left.given, index.given, "{tree:?} with {keep}, {areas}, {sink}");
            assert_eq!(left.failed, index.failed);
        }
    }
}

/// The load of the mail: the leftmost area is taken from by long requests, the rightmost by short ones, nobody wants
/// the middle. Over 20 seeds: the depth against the flattest tree's, rotations and looks.
#[test]
fn taking_from_both_ends_makes_no_tree_deep() {
    let load = Load { frames: 4096, requests: 4000, longest: 32, percent: 60 };
    let mut table = String::new();
    for tree in TreeKind::VARIANTS {
        let config =
            Config { gravity: GravityConfig { keep: 4, areas: 0, sink: false, tree: *tree }, ..Config::default() };
        let all: Vec<Left> = (0..20).map(|seed| load.run(&config, seed)).collect();
        let sum = |of: fn(&Left) -> u32| all.iter().map(of).sum::<u32>();
        let times = sum(|left| left.depths.times).max(1);
        let mean = |of: fn(&Left) -> u32| f64::from(sum(of)) / f64::from(times);
        let greatest = all.iter().map(|left| left.depths.greatest).max().unwrap_or(0);
        table += &format!(
            "{tree:?}: {:.1} areas, depth {:.2} of at least {:.2}, greatest {greatest}, rotations {}, looks {}\n",
            mean(|left| left.depths.nodes),
            mean(|left| left.depths.sum),
            mean(|left| left.depths.least),
            sum(|left| left.rotations),
            sum(|left| left.looks),
        );
    }
    expect![[r#"
        Index: 0.0 areas, depth 0.00 of at least 0.00, greatest 0, rotations 0, looks 75955
        Treap: 28.4 areas, depth 7.52 of at least 4.51, greatest 18, rotations 37338, looks 82970
        Avl: 28.4 areas, depth 4.89 of at least 4.51, greatest 7, rotations 11880, looks 82240
        RedBlack: 28.4 areas, depth 5.15 of at least 4.51, greatest 8, rotations 10209, looks 83061
        Unbalanced: 28.4 areas, depth 7.02 of at least 4.51, greatest 15, rotations 0, looks 94491
    "#]]
    .assert_eq(&table);
}
