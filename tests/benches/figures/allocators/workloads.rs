//! Six workloads for an allocator of frames, each timed without its preparation: nanoseconds per operation, where an
//! allocation and a release are one operation each.

use pageturner_peers::{Blocks, cpu_time};
use std::hint::black_box;

/// The names of the columns, in their order.
pub const COLUMNS: [&str; 6] = [
    "bulk alloc",
    "bulk free, random",
    "free+alloc pairs, 90 % full",
    "1024 frees, 1024 allocs",
    "LIFO",
    "orders 0-9, 70 % full",
];

/// Number of operations where the state stays the same.
const REPEATS: u32 = 1 << 20;
/// Number of operations where orders are mixed: one peer takes microseconds for an operation.
const MIXED: u32 = 1 << 17;

/// xorshift, so that every allocator gets the same numbers.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed * 2 + 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for n in (1..items.len()).rev() {
            items.swap(n, self.below(n + 1));
        }
    }
}

/// One round of all columns that the allocator supports.
pub fn round<A: Blocks>(make: &impl Fn() -> A, frames: u32, blocks: bool) -> [f64; 6] {
    let mut times = [f64::NAN; 6];
    let mut a = make();
    let mut held = Vec::with_capacity(frames as usize);
    times[0] = per(frames, || {
        while let Some(block) = a.alloc(0) {
            held.push(block);
        }
    }) * f64::from(frames)
        / held.len() as f64;
    let mut random = Random::new(1);
    random.shuffle(&mut held);
    times[1] = per(held.len() as u32, || {
        for block in &held {
            a.free(*block, 0);
        }
    });
    drop(a);
    (times[2], times[3], times[4]) = mostly_full(make(), held);
    if blocks {
        times[5] = mixed_orders(make(), frames);
    }
    times
}

fn per(operations: u32, work: impl FnOnce()) -> f64 {
    let start = cpu_time();
    work();
    (cpu_time() - start).as_nanos() as f64 / f64::from(operations)
}

/// A tenth of the frames free, at random places; what is held is visited in random order, too.
fn mostly_full<A: Blocks>(mut a: A, mut held: Vec<A::Handle>) -> (f64, f64, f64) {
    let mut random = Random::new(2);
    held.clear();
    while let Some(block) = a.alloc(0) {
        held.push(block);
    }
    random.shuffle(&mut held);
    for block in held.drain(held.len() / 10 * 9..) {
        a.free(block, 0);
    }
    // An allocator that does not search below its top finds nothing: then there is no figure.
    let mut served = true;
    let pairs = per(2 * REPEATS, || {
        for n in 0..REPEATS as usize {
            let at = n % held.len();
            a.free(held[at], 0);
            let Some(block) = a.alloc(0) else {
                served = false;
                break;
            };
            held[at] = block;
        }
    });
    if !served {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    let windows = REPEATS / 1024;
    let batches = per(2 * 1024 * windows, || {
        for n in 0..windows as usize {
            let at = n * 1024 % (held.len() - 1024);
            for block in &held[at..at + 1024] {
                a.free(*block, 0);
            }
            for block in &mut held[at..at + 1024] {
                *block = a.alloc(0).expect("as many were just freed");
            }
        }
    });
    let lifo = per(2 * REPEATS, || {
        for _ in 0..REPEATS {
            let block = a.alloc(0).expect("a tenth is free");
            a.free(black_box(block), 0);
        }
    });
    (pairs, batches, lifo)
}

/// Blocks of random orders, 0 to 9.
fn mixed_orders<A: Blocks>(a: A, frames: u32) -> f64 {
    mix(a, frames, MIXED, |random| random.below(10) as u8)
}

/// One request of `one_of` is for a larger block, of orders 1 to 9; the others are for single frames.
pub fn mostly_singles<A: Blocks>(a: A, frames: u32, one_of: usize) -> f64 {
    let order = |random: &mut Random| if random.below(one_of) == 0 { 1 + random.below(9) as u8 } else { 0 };
    mix(a, frames, REPEATS, order)
}

/// Requests blocks until 70 % of the frames are held; while they are, or if none is free, a random one is freed.
fn mix<A: Blocks>(mut a: A, frames: u32, operations: u32, order: impl Fn(&mut Random) -> u8) -> f64 {
    let mut random = Random::new(3);
    let (mut held, mut used, most) = (Vec::new(), 0u32, frames / 10 * 7);
    while used < most {
        let order = order(&mut random);
        let Some(block) = a.alloc(order) else { break };
        held.push((block, order));
        used += 1 << order;
    }
    // So that not only the last blocks are ever freed.
    random.shuffle(&mut held);
    let picks: Vec<(u32, u8)> = (0..operations).map(|_| (random.below(1 << 30) as u32, order(&mut random))).collect();
    per(operations, || {
        for (pick, order) in &picks {
            if used < most
                && let Some(block) = a.alloc(*order)
            {
                held.push((block, *order));
                used += 1 << order;
            } else {
                let at = ((u64::from(*pick) * held.len() as u64) >> 30) as usize;
                let (block, order) = held.swap_remove(at);
                a.free(block, order);
                used -= 1 << order;
            }
        }
    })
}
