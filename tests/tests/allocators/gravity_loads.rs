//! Gravity under requests of all lengths at random: where the longest free stretch lies, and what that takes.
//!
//! Of ten requests eight are for one frame, the others for 2 to 8, one in twenty for 16 and more; whenever more than a
//! share of memory would be in use, a run chosen by chance is freed. Source of the load: the mails' "mixed lengths".

use expect_test::expect;
use pageturner::alloc::usable::Usable;
use pageturner::alloc::{Allocator, FrameAllocator};
use pageturner::config::AllocatorKind::Gravity;
use pageturner::config::Config;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::FreeRun;
use pageturner::vocabulary::request::{Gfp, Request};
use pageturner::vocabulary::trace::Trace;

/// How many frames memory has, how many requests come, up to how long they are, how much of memory is in use.
#[derive(Clone, Copy)]
struct Load {
    frames: u32,
    requests: u32,
    longest: u64,
    percent: u32,
}

/// Counts what a search examines.
#[derive(Default)]
struct Looks(u32);

impl Trace for Looks {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        if let Event::Inspect { looked, .. } = event() {
            self.0 += looked;
        }
    }
}

/// What a load has left behind.
#[derive(Clone, Copy, Debug)]
struct Left {
    longest: FreeRun,
    failed: u32,
    looks: u32,
}

impl Load {
    fn run(self, config: &Config, seed: u64) -> Left {
        let config = Config { frames: self.frames, allocator: Gravity, ..config.clone() };
        // The zero page.
        let mut alloc = Allocator::new(&config, &Usable::those(self.frames, |pfn| pfn != Pfn(0)));
        let (mut looks, mut failed, mut held, mut used) = (Looks::default(), 0, Vec::new(), 0);
        let mut random = Random(seed);
        for _ in 0..self.requests {
            let pages = match random.below(100) {
                0..80 => 1,
                80..95 => 2 + random.below(7),
                _ => 16 + random.below(self.longest - 15),
            } as u32;
            while used + pages > self.frames * self.percent / 100 {
                let run: FreeRun = held.remove(random.below(held.len() as u64) as usize);
                alloc.free(run, &mut looks);
                used -= run.len;
            }
            let request = Request { gfp: Gfp::empty(), ..Request::of(pages) };
            match alloc.alloc(&request, &mut looks).or_else(|| alloc.alloc_kept(&request, &mut looks)) {
                Some(start) => {
                    held.push(FreeRun { start, len: pages });
                    used += pages;
                }
                None => failed += 1,
            }
        }
        assert_eq!(alloc.check(), [""; 0]);
        let longest = alloc.lists().all_runs().map(|(run, _)| run).max_by_key(|run| (run.len, !run.start.0));
        Left { longest: longest.expect("something is free"), failed, looks: looks.0 }
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
