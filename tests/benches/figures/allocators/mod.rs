//! Our allocators against each other and against those of others, at the same six workloads; how they do at larger sizes;
//! what the null trace costs. `cargo bench -p pageturner-tests --bench figures -- allocators`.

pub mod workloads;

use pageturner::config::{AllocatorKind, BuddyConfig, Config, StoreKind};
use pageturner::lab::event::NullTrace;
use pageturner::mm::alloc::{Allocator, FrameAllocator, FreeRun, Request};
use pageturner::units::Pfn;
use pageturner_peers::{Bits, Blocks, BuddySlab, BuddySystem, Offsets, Rlsf, Stack};
use workloads::{COLUMNS, round};

const FRAMES: u32 = 1 << 20;
const ROUNDS: usize = 5;

/// One of ours, as the memory manager uses it: through the enum, with the null trace.
pub struct Ours(Allocator);

impl Ours {
    pub fn with(config: Config) -> Ours {
        Ours(Allocator::new(&config, &|_| true))
    }
}

impl Blocks for Ours {
    type Handle = Pfn;

    fn new(frames: u32) -> Ours {
        Ours::with(Config { frames, ..Config::default() })
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<Pfn> {
        self.0.alloc(&Request::of(1 << order), &mut NullTrace)
    }

    #[inline]
    fn free(&mut self, block: Pfn, order: u8) {
        self.0.free(FreeRun { start: block, len: 1 << order }, &mut NullTrace);
    }

    fn bytes(&self) -> Option<usize> {
        self.0.bytes()
    }
}

/// A row of the table: who, and how to run one round.
struct Row {
    name: &'static str,
    peer: bool,
    round: Box<dyn Fn(u32) -> [f64; 6]>,
    bytes: Option<f64>,
}

fn buddy(name: &'static str, buddy: BuddyConfig) -> Row {
    ours(name, Config { allocator: AllocatorKind::Buddy, buddy, ..Config::default() })
}

/// An allocator of ours under some settings.
fn ours(name: &'static str, config: Config) -> Row {
    let make = move |frames| Ours::with(Config { frames, ..config.clone() });
    row(name, false, true, make)
}

fn peer<A: Blocks + 'static>(name: &'static str, blocks: bool) -> Row {
    row(name, true, blocks, A::new)
}

fn row<A: Blocks + 'static>(name: &'static str, peer: bool, blocks: bool, make: impl Fn(u32) -> A + 'static) -> Row {
    let bytes = make(FRAMES).bytes().map(|bytes| bytes as f64 / f64::from(FRAMES));
    Row { name, peer, bytes, round: Box::new(move |frames| round(&|| make(frames), frames, blocks)) }
}

/// Every allocator of ours; a line for each.
fn our_rows() -> Vec<Row> {
    let plain = BuddyConfig::default;
    let bitmap = || BuddyConfig { store: StoreKind::Bitmap, ..plain() };
    vec![
        buddy("buddy, lists", plain()),
        buddy("buddy, lists, per_cpu 2048", BuddyConfig { per_cpu: 2048, ..plain() }),
        buddy("buddy, bitmap", bitmap()),
        buddy("buddy, bitmap, per_cpu 512", BuddyConfig { per_cpu: 512, ..bitmap() }),
        buddy("buddy, bitmap, per_cpu 2048", BuddyConfig { per_cpu: 2048, ..bitmap() }),
    ]
}

fn peer_rows() -> Vec<Row> {
    vec![
        peer::<BuddySlab>("buddy-slab-allocator", true),
        peer::<BuddySystem>("buddy_system_allocator", true),
        peer::<Bits>("bitmap-allocator", true),
        peer::<Offsets>("offset-allocator", true),
        peer::<Rlsf>("rlsf", true),
    ]
}

pub fn measure(only: &str) {
    let rows: Vec<Row> = our_rows()
        .into_iter()
        .chain(peer_rows())
        .chain([peer::<Stack>("a stack (floor)", false)])
        .filter(|row| row.name.contains(only))
        .collect();
    let best = best_of(&rows, FRAMES, ROUNDS);
    println!("## Allocators, {FRAMES} frames, ns per operation, best of {ROUNDS} rounds\n");
    println!("| allocator | {} | bytes per frame |", COLUMNS.join(" | "));
    println!("|---|{}", "---:|".repeat(7));
    for (row, times) in rows.iter().zip(&best) {
        let cells: Vec<String> = times.iter().map(|ns| cell(*ns)).collect();
        println!("| {} | {} | {} |", row.name, cells.join(" | "), row.bytes.map_or("-".into(), |b| format!("{b:.2}")));
    }
    let peers: Vec<f64> = (0..6).map(|column| least(&rows, &best, column, true)).collect();
    println!(
        "\nRatios to the best peer (the floor left out):\n\n| allocator | {} |\n|---|{}",
        COLUMNS.join(" | "),
        "---:|".repeat(6)
    );
    for (row, times) in rows.iter().zip(&best).filter(|(row, _)| !row.peer) {
        let cells: Vec<String> = times.iter().zip(&peers).map(|(ns, peer)| format!("{:.2}", ns / peer)).collect();
        println!("| {} | {} |", row.name, cells.join(" | "));
    }
    if only.is_empty() {
        scale();
    }
}

fn cell(ns: f64) -> String {
    if ns.is_nan() { "-".into() } else { format!("{ns:.1}") }
}

fn least(rows: &[Row], best: &[[f64; 6]], column: usize, peer: bool) -> f64 {
    let blocks = rows.iter().zip(best).filter(|(row, _)| row.peer == peer && !row.name.ends_with("(floor)"));
    blocks.map(|(_, times)| times[column]).fold(f64::INFINITY, f64::min)
}

/// The least time of each cell over some rounds, the rows taken in turn, so that a slow moment hits all.
fn best_of(rows: &[Row], frames: u32, rounds: usize) -> Vec<[f64; 6]> {
    let mut best = vec![[f64::NAN; 6]; rows.len()];
    for _ in 0..rounds {
        for (row, best) in rows.iter().zip(&mut best) {
            for (least, ns) in best.iter_mut().zip((row.round)(frames)) {
                *least = least.min(ns);
            }
        }
    }
    best
}

/// Cost per operation from 1 M to 16 M frames.
fn scale() {
    println!("\n## From 1 M to 16 M frames: ns per operation, and the largest against the smallest size\n");
    println!("| allocator | frames | {} |\n|---|---:|{}", COLUMNS.join(" | "), "---:|".repeat(6));
    for row in our_rows() {
        let sizes = [FRAMES, FRAMES * 4, FRAMES * 16];
        let best = sizes.map(|frames| best_of(std::slice::from_ref(&row), frames, 2)[0]);
        for (frames, times) in sizes.iter().zip(&best) {
            println!("| {} | {} M | {} |", row.name, frames >> 20, times.map(cell).join(" | "));
        }
        let ratios: Vec<String> = (0..6).map(|column| format!("{:.2}", best[2][column] / best[0][column])).collect();
        println!("| {} | ratio | {} |", row.name, ratios.join(" | "));
    }
}
