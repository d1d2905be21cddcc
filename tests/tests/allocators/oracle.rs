//! What a correct allocator must answer, found by trying every place: slow, and simple enough to be right.

use super::Finds;
use pageturner::config::Config;
use pageturner::mm::alloc::{FreeRun, Request};
use pageturner::units::Pfn;

/// One bit per frame: set while it is free.
#[derive(Clone, PartialEq, Debug)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub fn new(frames: u32, free: impl Fn(u32) -> bool) -> Bits {
        let mut bits = Bits(vec![0; frames.div_ceil(64) as usize]);
        (0..frames).filter(|n| free(*n)).for_each(|n| bits.0[n as usize / 64] |= 1 << (n % 64));
        bits
    }

    pub fn has(&self, n: u32) -> bool {
        self.0[n as usize / 64] >> (n % 64) & 1 == 1
    }

    pub fn has_all(&self, run: FreeRun) -> bool {
        (run.start.0..run.start.0 + run.len).all(|n| self.has(n))
    }

    pub fn has_none(&self, run: FreeRun) -> bool {
        (run.start.0..run.start.0 + run.len).all(|n| !self.has(n))
    }

    pub fn set(&mut self, run: FreeRun, free: bool) {
        for n in run.start.0..run.start.0 + run.len {
            let (word, bit) = (&mut self.0[n as usize / 64], 1 << (n % 64));
            if free { *word |= bit } else { *word &= !bit }
        }
    }

    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// The zones in which a request may be served: start and end.
pub fn zones_for(config: &Config, request: &Request) -> Vec<(u32, u32)> {
    let zones = config.effective_zones();
    let highest = request.zone.map_or(zones.len() - 1, usize::from);
    zones[..=highest].iter().map(|zone| (zone.start, zone.end)).collect()
}

/// A run in one of those zones that serves the request, if there is one.
pub fn find(config: &Config, finds: Finds, free: &Bits, request: &Request) -> Option<FreeRun> {
    // Blocks are as long as their alignment.
    let (len, step) = match finds {
        Finds::Blocks => (request.pages.next_power_of_two(), request.pages.next_power_of_two()),
        Finds::Runs | Finds::Less => (request.pages, 1),
    };
    if finds == Finds::Blocks && len > 1 << config.max_order {
        return None;
    }
    for (low, high) in zones_for(config, request) {
        let mut room = 0;
        for end in low + 1..=high {
            room = if free.has(end - 1) { room + 1 } else { 0 };
            if room >= len && request.fits_at(end - len) && (end - len).is_multiple_of(step) {
                return Some(FreeRun { start: Pfn(end - len), len });
            }
        }
    }
    None
}
