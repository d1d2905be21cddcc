//! The walks: all states of 16 frames, all sequences of a few steps on 24, random steps on a million.

use super::Finds;
use super::judge::Judge;
use pageturner::alloc::FrameAllocator;
use pageturner::config::{Config, Zone};
use pageturner::units::Pfn;
use pageturner::vocabulary::free_lists::FreeRun;
use pageturner::vocabulary::request::{Gfp, Request};

/// Numbers that look random, the same every time.
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

/// Frames of the walk over all states.
const SMALL: u32 = 16;

/// Every set of free frames; in each, every length, and alignments in turn. What is given goes back, so the walk sees
/// the lists as requests leave them, too.
pub fn every_set(config: Config, finds: Finds) {
    let config = Config { frames: SMALL, ..config };
    for set in 0..1u32 << SMALL {
        let mut judge = Judge::new(&config, finds, set % 8 == 0, |n| set >> n & 1 == 1);
        let turn = set ^ set >> 8;
        for pages in 1..=set.count_ones() {
            let align = 1 << ((turn ^ pages) % 5);
            let request = Request { align, offset: (turn + pages) % align, ..Request::of(pages) };
            for request in [Request::of(pages), request] {
                if let Some(run) = judge.alloc(&request, true) {
                    judge.free(run);
                }
            }
        }
        judge.check();
    }
}

/// Steps of the walk over sequences.
const DEPTH: u32 = 5;

/// Every sequence of a few requests and frees on two zones with an odd edge between.
pub fn every_sequence(config: Config, finds: Finds) {
    let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
    let config = Config { frames: 24, zones: vec![zone("DMA", 0, 9), zone("Normal", 9, 24)], ..config };
    let judge = Judge::new(&config, finds, true, |n| n != 4);
    judge.check();
    walk(&judge, &mut Vec::new(), DEPTH);
}

fn walk(judge: &Judge, held: &mut Vec<FreeRun>, depth: u32) {
    if depth == 0 {
        return;
    }
    let requests = [
        Request::of(1),
        Request { gfp: Gfp::ATOMIC, ..Request::of(2) },
        Request::of(5),
        Request { align: 4, offset: 1, ..Request::of(3) },
        Request { zone: Some(0), ..Request::of(2) },
        Request { align: 8, ..Request::of(8) },
    ];
    for request in requests {
        let mut next = judge.clone();
        let got = next.alloc(&request, true);
        next.check();
        held.extend(got);
        walk(&next, held, depth - 1);
        if got.is_some() {
            held.pop();
        }
    }
    for n in 0..held.len() {
        let run = held.swap_remove(n);
        let mut next = judge.clone();
        next.free(run);
        next.check();
        walk(&next, held, depth - 1);
        held.push(run);
        let last = held.len() - 1;
        held.swap(n, last);
    }
}

/// Nine frames of ten taken one by one, then random requests and frees, whole and in part, and claims of single frames.
pub fn a_million_frames(config: Config, finds: Finds) {
    let config = Config { frames: 1 << 20, ..config };
    let mut judge = Judge::new(&config, finds, false, |n| n % 4099 != 7);
    let mut rng = Rng(7);
    let mut held = Vec::new();
    for _ in 0..config.frames / 10 * 9 {
        held.extend(judge.alloc(&Request::of(1), true));
    }
    let mut failures = 0;
    for step in 0..100_000 {
        match rng.below(if step % 20_000 < 10_000 { 4 } else { 6 }) {
            0 | 1 => {
                let request = random_request(&mut rng);
                let got = judge.alloc(&request, failures < 100);
                failures += u32::from(got.is_none());
                held.extend(got);
            }
            2 if step % 50 == 0 => {
                if let Some(start) = judge.free_at(rng.below(config.frames)) {
                    judge.claim(FreeRun { start, len: 1 });
                    held.push(FreeRun { start, len: 1 });
                }
            }
            _ if held.is_empty() => {}
            _ => {
                let n = rng.below(held.len() as u32) as usize;
                let run = held.swap_remove(n);
                let kept = if run.len > 1 && rng.below(4) == 0 { rng.below(run.len) } else { 0 };
                judge.free(FreeRun { start: run.start, len: run.len - kept });
                if kept > 0 {
                    held.push(FreeRun { start: Pfn(run.start.0 + run.len - kept), len: kept });
                }
            }
        }
        if step % 25_000 == 0 {
            judge.check();
        }
    }
    held.drain(..).for_each(|run| judge.free(run));
    judge.check();
    let most = judge.alloc.given(&Request::of(1 << 12)).map_or(1 << 10, |_| 1 << 12);
    assert!(
        finds == Finds::Less
            || most > 1 << config.max_order
            || judge.alloc(&Request::of(1 << config.max_order), true).is_some()
    );
}

/// Single pages nearly always.
fn random_request(rng: &mut Rng) -> Request {
    if rng.below(100) > 0 {
        return Request::of(1);
    }
    let align = 1 << [0, 0, 0, 2, 5, 9][rng.below(6) as usize];
    Request { align, offset: rng.below(align), ..Request::of(1 + [1, 3, 7, 30, 300][rng.below(5) as usize]) }
}
