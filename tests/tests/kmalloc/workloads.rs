//! What a kernel asks for: four workloads, each from a generator that a seed determines, as lists of requests.

/// Takes block number `id`, or gives it back.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    Take { id: usize, bytes: u64 },
    Give { id: usize },
}

/// The generator of PCG, its upper half.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) ^ (self.0 >> 48)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
}

/// Requests as they come, and blocks in use.
#[derive(Default)]
struct Trace {
    ops: Vec<Op>,
    taken: usize,
    live: Vec<usize>,
}

impl Trace {
    fn take(&mut self, bytes: u64) -> usize {
        let id = self.taken;
        self.taken += 1;
        self.live.push(id);
        self.ops.push(Op::Take { id, bytes });
        id
    }

    /// Gives back the n-th oldest.
    fn give(&mut self, n: usize) {
        let id = self.live.remove(n);
        self.ops.push(Op::Give { id });
    }

    /// Gives back a block by its number.
    fn give_id(&mut self, id: usize) {
        if let Some(n) = self.live.iter().position(|other| *other == id) {
            self.give(n);
        }
    }

    fn give_all(mut self) -> Vec<Op> {
        while !self.live.is_empty() {
            self.give(0);
        }
        self.ops
    }
}

/// The requests of a day on a 4.3BSD machine, by size: McKusick and Karels' table. Bytes at most, and how many.
pub const DAY: [(u64, u64, u64); 7] = [
    (1, 128, 3_129_219),
    (257, 512, 16),
    (513, 1024, 648_771),
    (1025, 2048, 13),
    (2049, 4096, 157),
    (4097, 8192, 103),
    (16_385, 32_768, 1),
];
/// Of those, network buffers of 128 bytes and path names of 1024, which are that long exactly.
const MBUFS: u64 = 3_099_066;
const NAMES: u64 = 648_754;

/// A size of that day.
fn of_the_day(random: &mut Random) -> u64 {
    let all: u64 = DAY.iter().map(|(.., count)| count).sum();
    let mut n = random.below(all);
    for (least, most, count) in DAY {
        if n < count {
            let exact = (most == 128 && n < MBUFS) || (most == 1024 && n < NAMES);
            return if exact { most } else { least + random.below(most - least + 1) };
        }
        n -= count;
    }
    unreachable!("they add up")
}

/// 4.3BSD's day: its sizes, some hundred blocks in use, the young ones soon gone.
pub fn day(seed: u64) -> Vec<Op> {
    let mut random = Random::new(seed);
    let mut trace = Trace::default();
    while trace.taken < 12_000 {
        // Between 100 and 500 in use, in waves.
        let aim = 300 + 200 * (trace.taken as i64 / 1500 % 2 * 2 - 1);
        if (trace.live.len() as i64) < aim + random.below(40) as i64 {
            let bytes = of_the_day(&mut random);
            trace.take(bytes);
        } else if random.below(10) < 8 {
            let young = (trace.live.len() as u64).min(16);
            trace.give(trace.live.len() - 1 - random.below(young) as usize);
        } else {
            trace.give(random.below(trace.live.len() as u64) as usize);
        }
    }
    trace.give_all()
}

/// How sizes are drawn, and when blocks go, in the manner of the generator of the course's traces.
#[derive(Clone, Copy)]
pub struct Generated {
    pub requests: usize,
    pub least: u64,
    pub most: u64,
    /// Each doubling is as likely as the others, and not each size.
    pub log: bool,
    /// Blocks go early, not at any time until the end.
    pub early: bool,
}

/// Five of them, of a hundred requests to some thousands.
pub const GENERATED: [Generated; 5] = [
    Generated { requests: 100, least: 8, most: 1000, log: true, early: false },
    Generated { requests: 1000, least: 8, most: 2000, log: false, early: false },
    Generated { requests: 3000, least: 8, most: 8192, log: true, early: false },
    Generated { requests: 3000, least: 8, most: 8192, log: false, early: false },
    Generated { requests: 5000, least: 8, most: 4096, log: false, early: true },
];

/// A trace of the kind: every block has a time at which it goes.
pub fn generated(kind: Generated, seed: u64) -> Vec<Op> {
    let mut random = Random::new(seed);
    let doublings: u64 = (kind.most / kind.least).ilog2().into();
    let mut ends: Vec<Vec<usize>> = vec![Vec::new(); kind.requests + 1];
    let mut trace = Trace::default();
    for now in 0..kind.requests {
        let mut least = kind.least;
        let mut most = kind.most;
        if kind.log {
            least <<= random.below(doublings + 1);
            most = (2 * least).min(kind.most);
        }
        let bytes = least + random.below(most - least + 1);
        let id = trace.take(bytes);
        let left = (kind.requests - now) as u64;
        let lives = if kind.early { 1 + random.below(left.min(400)) } else { 1 + random.below(left) };
        ends[now + lives as usize].push(id);
        for id in std::mem::take(&mut ends[now]) {
            trace.give_id(id);
        }
    }
    trace.give_all()
}

/// Packets and path names: network buffers come in bursts and go in their order, a name is looked up and gone.
pub fn churn(seed: u64) -> Vec<Op> {
    let mut random = Random::new(seed);
    let mut trace = Trace::default();
    while trace.taken < 12_000 {
        for _ in 0..=random.below(24) {
            trace.take(128);
        }
        for _ in 0..random.below(6) {
            let name = trace.take(1024);
            trace.give_id(name);
        }
        for _ in 0..random.below(28) {
            if trace.live.len() > 8 {
                trace.give(0);
            }
        }
    }
    trace.give_all()
}

/// A spike of small blocks, of which one in a hundred stays, then long idleness with a few in use.
pub fn spike(seed: u64) -> Vec<Op> {
    let mut random = Random::new(seed);
    let mut trace = Trace::default();
    for _ in 0..5000 {
        trace.take(24 + random.below(1000));
    }
    while trace.live.len() > 50 {
        trace.give(random.below(trace.live.len() as u64) as usize);
    }
    for _ in 0..4000 {
        trace.take(24 + random.below(1000));
        trace.give(random.below(trace.live.len() as u64) as usize);
    }
    trace.ops
}

#[test]
fn the_day_has_the_proportions_of_the_table() {
    let mut random = Random::new(7);
    let sizes: Vec<u64> = (0..100_000).map(|_| of_the_day(&mut random)).collect();
    let share = |least: u64, most: u64| {
        sizes.iter().filter(|bytes| (least..=most).contains(*bytes)).count() as f64 * 100.0 / sizes.len() as f64
    };
    assert!((share(1, 128) - 82.8).abs() < 0.5 && (share(513, 1024) - 17.2).abs() < 0.5);
    assert!(share(0, 1024) > 99.9, "{}", share(0, 1024));
    let all: u64 = DAY.iter().map(|(.., count)| count).sum();
    assert_eq!(all, 3_778_280);
    let above: u64 = DAY.iter().filter(|(least, ..)| *least > 1024).map(|(.., count)| count).sum();
    // The mail's 99.99 %: that day it was 99.993 %.
    assert_eq!((all - above) * 100_000 / all, 99_992);
}

#[test]
fn what_is_taken_is_given_back_once() {
    for ops in [day(1), churn(1), spike(1)].into_iter().chain(GENERATED.map(|kind| generated(kind, 1))) {
        let mut live = std::collections::BTreeSet::new();
        for op in ops {
            match op {
                Op::Take { id, .. } => assert!(live.insert(id)),
                Op::Give { id } => assert!(live.remove(&id)),
            }
        }
        assert!(live.len() <= 50);
    }
}
