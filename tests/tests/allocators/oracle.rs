//! What a correct allocator must answer, found by trying every place: slow, and simple enough to be right.

use super::Finds;
use pageturner::config::Config;
use pageturner::units::Pfn;
use pageturner::vocabulary::free_lists::FreeRun;
use pageturner::vocabulary::request::Request;

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
    zones_for(config, request).into_iter().find_map(|zone| match finds {
        Finds::Blocks => find_in_blocks(config.max_order, zone, free, request),
        Finds::Runs | Finds::Less => find_in_runs(zone, free, request),
    })
}

fn find_in_runs((low, high): (u32, u32), free: &Bits, request: &Request) -> Option<FreeRun> {
    let (len, mut room) = (request.pages, 0);
    (low + 1..=high).find_map(|end| {
        room = if free.has(end - 1) { room + 1 } else { 0 };
        (room >= len && request.fits_at(end - len)).then(|| FreeRun { start: Pfn(end - len), len })
    })
}

/// 2^order frames, aligned as wanted, within one free block that is aligned to its own size.
fn find_in_blocks(max: u8, (low, high): (u32, u32), free: &Bits, request: &Request) -> Option<FreeRun> {
    let len = request.pages.next_power_of_two();
    (len.trailing_zeros()..=u32::from(max)).map(|order| 1 << order).find_map(|size: u32| {
        let starts = (low.next_multiple_of(size)..high).step_by(size as usize);
        starts.filter(|start| start + size <= high).find_map(|block| {
            let start = request.aligned_up(block)?;
            let fits = start.checked_add(len)? <= block + size;
            (fits && free.has_all(FreeRun { start: Pfn(block), len: size }))
                .then_some(FreeRun { start: Pfn(start), len })
        })
    })
}
