//! The project's allocators against each other and against those of others, at the same six workloads; how they do at
//! larger sizes; what the null trace costs. `cargo bench -p pageturner-tests --bench figures -- allocators`.

mod workloads;

use pageturner::alloc::buddy::Buddy;
use pageturner::alloc::usable::Usable;
use pageturner::alloc::{Allocator, FrameAllocator};
use pageturner::config::{AllocatorKind, BuddyConfig, Config, StoreKind};
use pageturner::units::Pfn;
use pageturner::vocabulary::free_lists::FreeRun;
use pageturner::vocabulary::request::Request;
use pageturner::vocabulary::trace::NullTrace;
use pageturner_peers::{Bits, Blocks, BuddySlab, BuddySystem, Offsets, Rlsf, Stack};
use workloads::{COLUMNS, mostly_singles, round};

const FRAMES: u32 = 1 << 20;
const ROUNDS: usize = 5;

/// One of the project's allocators, with the null trace: as the memory manager uses it, through the enum, or an
/// allocator itself.
struct Ours<A = Allocator>(A);

impl Ours {
    fn with(config: Config) -> Ours {
        Ours(Allocator::made(&config))
    }
}

/// How one of the project's allocators is made.
trait Made: FrameAllocator {
    fn made(config: &Config) -> Self;
}

impl Made for Allocator {
    fn made(config: &Config) -> Allocator {
        Allocator::new(config, &Usable::all(config.frames))
    }
}

impl Made for Buddy {
    fn made(config: &Config) -> Buddy {
        Buddy::new(config, &Usable::all(config.frames))
    }
}

impl<A: Made> Blocks for Ours<A> {
    type Handle = Pfn;

    fn new(frames: u32) -> Ours<A> {
        Ours(A::made(&Config { frames, ..Config::default() }))
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

/// A row of the table: the allocator's name, and how to run one round.
struct Row {
    name: &'static str,
    peer: bool,
    round: Box<dyn Fn(u32) -> [f64; 6]>,
    bytes: Option<f64>,
}

fn buddy(name: &'static str, buddy: BuddyConfig) -> Row {
    ours(name, Config { allocator: AllocatorKind::Buddy, buddy, ..Config::default() })
}

/// A row for one of the project's allocators under some settings.
fn ours(name: &'static str, config: Config) -> Row {
    let make = move |frames| Ours::with(Config { frames, ..config.clone() });
    row(name, false, true, make)
}

fn kind(name: &'static str, allocator: AllocatorKind) -> Row {
    ours(name, Config { allocator, ..Config::default() })
}

fn peer<A: Blocks + 'static>(name: &'static str, blocks: bool) -> Row {
    row(name, true, blocks, A::new)
}

fn row<A: Blocks + 'static>(name: &'static str, peer: bool, blocks: bool, make: impl Fn(u32) -> A + 'static) -> Row {
    let bytes = make(FRAMES).bytes().map(|bytes| bytes as f64 / f64::from(FRAMES));
    Row { name, peer, bytes, round: Box::new(move |frames| round(&|| make(frames), frames, blocks)) }
}

/// A row for each of the project's allocators.
fn our_rows() -> Vec<Row> {
    let plain = BuddyConfig::default;
    let bitmap = || BuddyConfig { store: StoreKind::Bitmap, ..plain() };
    let inside = BuddyConfig { per_cpu: 2048, ..bitmap() };
    let around_bitmap = Config { allocator: AllocatorKind::Memarea, buddy: inside, ..Config::default() };
    vec![
        buddy("buddy, lists", plain()),
        buddy("buddy, lists, per_cpu 2048", BuddyConfig { per_cpu: 2048, ..plain() }),
        buddy("buddy, bitmap", bitmap()),
        buddy("buddy, bitmap, per_cpu 512", BuddyConfig { per_cpu: 512, ..bitmap() }),
        buddy("buddy, bitmap, per_cpu 2048", BuddyConfig { per_cpu: 2048, ..bitmap() }),
        buddy("buddy, lists, per_cpu 2048 to order 9", BuddyConfig { per_cpu: 2048, per_cpu_order: 9, ..plain() }),
        buddy("buddy, bitmap, per_cpu 2048 to order 9", BuddyConfig { per_cpu: 2048, per_cpu_order: 9, ..bitmap() }),
        kind("memarea", AllocatorKind::Memarea),
        ours("memarea, bitmap store", around_bitmap),
        kind("page_array", AllocatorKind::PageArray),
        kind("gravity", AllocatorKind::Gravity),
        kind("quick_fit", AllocatorKind::QuickFit),
        kind("heap_top", AllocatorKind::HeapTop),
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
        null_trace();
        crossover();
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

/// The least time of each cell over some rounds, the rows taken in turn, so that a slow moment affects all.
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

/// What the choice among allocators costs with the null trace.
fn null_trace() {
    let rows = [buddy("buddy, lists", BuddyConfig::default()), row("called directly", false, true, Ours::<Buddy>::new)];
    let best = best_of(&rows, FRAMES, ROUNDS);
    println!("\n## Through the enum, with the null trace, against the buddy called directly\n");
    let ratios = (0..6).map(|column| format!("{:.2}", best[0][column] / best[1][column]));
    println!("| {} |\n|{}\n| {} |", COLUMNS.join(" | "), "---:|".repeat(6), ratios.collect::<Vec<_>>().join(" | "));
}

/// From which share of larger requests on the lazy page_array is slower than the eager buddy.
fn crossover() {
    println!("\n## Lazy against eager: ns per operation, by the share of single frames\n");
    println!("| single frames, % | page_array | buddy, lists | ratio |\n|---:|---:|---:|---:|");
    for one_of in [10_000, 1000, 300, 100, 30, 10, 3, 1] {
        let time = |allocator| {
            let config = Config { frames: FRAMES, allocator, ..Config::default() };
            mostly_singles(Ours::with(config), FRAMES, one_of)
        };
        let mut best = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            best = (best.0.min(time(AllocatorKind::PageArray)), best.1.min(time(AllocatorKind::Buddy)));
        }
        let share = 100.0 - 100.0 / one_of as f64;
        println!("| {share:.2} | {:.1} | {:.1} | {:.2} |", best.0, best.1, best.0 / best.1);
    }
}

/// Cost per operation from 1 M to 16 M frames.
fn scale() {
    println!("\n## From 1 M to 16 M frames: ns per operation, and the largest against the smallest size\n");
    println!("| allocator | frames | {} |\n|---|---:|{}", COLUMNS.join(" | "), "---:|".repeat(6));
    for row in our_rows().into_iter().chain(peer_rows()) {
        let sizes = [FRAMES, FRAMES * 4, FRAMES * 16];
        let best = sizes.map(|frames| best_of(std::slice::from_ref(&row), frames, 2)[0]);
        for (frames, times) in sizes.iter().zip(&best) {
            println!("| {} | {} M | {} |", row.name, frames >> 20, times.map(cell).join(" | "));
        }
        let ratios: Vec<String> = (0..6).map(|column| format!("{:.2}", best[2][column] / best[0][column])).collect();
        println!("| {} | ratio | {} |", row.name, ratios.join(" | "));
    }
}
