//! The heaps of programs and of the kernel on the requests of real programs, against allocators by others: time an
//! operation, and how much of what is held is in use. `cargo bench -p pageturner-tests --bench figures -- heaps`.

use pageturner::config::{Config, KmallocConfig, KmallocKind, ParagraphFit};
use pageturner::import::malloc::{self, Request};
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::units::{HeapId, Pid, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::heap::{Directory, HeapSettings};
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::reply::Reply;
use pageturner::vocabulary::trace::NullTrace;
use pageturner_peers::{Arena, Bytes, RlsfBytes, TalcBytes, cpu_time};
use strum::VariantNames;

const PAGE: u64 = 4096;
const ROUNDS: usize = 5;
/// A round makes about so many requests; a short trace is made on many heaps in a row.
const REQUESTS: usize = 20_000;

const TRACES: [(&str, &str); 4] = [
    ("ls", include_str!("../../malloc/ls.log")),
    ("perl", include_str!("../../malloc/perl.log")),
    ("bash", include_str!("../../malloc/bash.log")),
    ("small", include_str!("../../malloc/small.rep")),
];

/// What a program asks for. `calloc` counts as `malloc`, for what it clears is no allocator's work; `realloc` to nothing
/// as `free`.
struct Trace {
    requests: Vec<Request>,
    blocks: usize,
    /// The most bytes asked for at a time.
    peak: u64,
}

impl Trace {
    fn read(text: &str) -> Trace {
        let plain = |request| match request {
            Request::Calloc { block, count, bytes } => Request::Malloc { block, bytes: count * bytes },
            Request::Realloc { block, bytes: 0 } => Request::Free { block },
            other => other,
        };
        let read = malloc::read(text).expect("a trace");
        let requests: Vec<Request> = read.all.into_iter().map(|(request, _)| plain(request)).collect();
        let blocks = requests.iter().map(|request| request.block() as usize + 1).max().unwrap_or(0);
        let (mut sizes, mut now, mut peak) = (vec![0; blocks], 0, 0);
        for request in &requests {
            let size = &mut sizes[request.block() as usize];
            now -= std::mem::take(size);
            if let Request::Malloc { bytes, .. } | Request::Realloc { bytes, .. } = request {
                *size = *bytes;
                now += bytes;
            }
            peak = peak.max(now);
        }
        Trace { requests, blocks, peak }
    }

    /// Makes all requests. Whether all were served.
    fn make<B: Bytes>(&self, on: &mut B) -> bool {
        let mut blocks: Vec<Option<(B::Block, u64)>> = vec![None; self.blocks];
        for request in &self.requests {
            let slot = &mut blocks[request.block() as usize];
            match (*request, *slot) {
                (Request::Malloc { bytes, .. } | Request::Realloc { bytes, .. }, had) => {
                    let got = match had {
                        Some((block, had)) => on.realloc(block, had, bytes),
                        None => on.malloc(bytes),
                    };
                    let Some(block) = got else { return false };
                    *slot = Some((block, bytes));
                }
                (Request::Free { .. }, Some((block, bytes))) => {
                    on.free(block, bytes);
                    *slot = None;
                }
                (Request::Free { .. } | Request::Calloc { .. }, _) => {}
            }
        }
        true
    }

    /// Nanoseconds a request, on heaps made before.
    fn time<B: Bytes>(&self, make: impl Fn() -> B) -> f64 {
        let times = REQUESTS.div_ceil(self.requests.len());
        let mut heaps: Vec<B> = (0..times).map(|_| make()).collect();
        let start = cpu_time();
        let served = heaps.iter_mut().all(|heap| self.make(heap));
        let took = cpu_time() - start;
        assert!(served, "memory is plenty");
        took.as_nanos() as f64 / (times * self.requests.len()) as f64
    }
}

/// A heap of the model: of a process, or the kernel's.
struct Ours {
    machine: Machine,
    pid: Pid,
}

const HEAP: HeapId = HeapId(0);

impl Ours {
    fn of_process(settings: HeapSettings) -> Ours {
        let mut ours = Ours::on(KmallocConfig::default(), Pid(1));
        ours.apply(&Command::Spawn(Spawn { pid: None, name: None }));
        ours.apply(&Command::Heap(NewHeap { pid: ours.pid, settings }));
        ours
    }

    fn on(kmalloc: KmallocConfig, pid: Pid) -> Ours {
        let config = Config { frames: 1 << 14, swap_slots: 0, kmalloc, ..Config::default() };
        Ours { machine: Machine::new(config).expect("a machine"), pid }
    }

    fn apply(&mut self, command: &Command) -> Reply {
        self.machine.apply(command, &mut NullTrace).expect("no refusal")
    }

    fn block(&mut self, command: &Command) -> Option<VirtAddr> {
        if let Reply::Addr(at) = self.apply(command) { Some(at) } else { None }
    }

    /// The most bytes held at a time.
    fn held(&self) -> u64 {
        View::of(&self.machine).heaps[&self.pid][&HEAP].info.stats.peak_held * PAGE
    }

    fn again(&self) -> Ours {
        Ours { machine: self.machine.clone(), pid: self.pid }
    }
}

impl Bytes for Ours {
    type Block = VirtAddr;

    fn malloc(&mut self, bytes: u64) -> Option<VirtAddr> {
        let (pid, heap) = (self.pid, HEAP);
        match pid {
            KERNEL => self.block(&Command::Kmalloc(Kmalloc { bytes })),
            _ => self.block(&Command::Malloc(Malloc { pid, heap, bytes })),
        }
    }

    /// A kernel has none: it takes a block and gives the old one back.
    fn realloc(&mut self, block: VirtAddr, had: u64, bytes: u64) -> Option<VirtAddr> {
        let (pid, heap) = (self.pid, HEAP);
        if pid != KERNEL {
            return self.block(&Command::Realloc(Realloc { pid, heap, addr: block, bytes }));
        }
        let new = self.malloc(bytes)?;
        self.free(block, had);
        Some(new)
    }

    fn free(&mut self, block: VirtAddr, _: u64) {
        let (pid, heap) = (self.pid, HEAP);
        self.apply(&match pid {
            KERNEL => Command::Kfree(Kfree { addr: block }),
            _ => Command::HeapFree(HeapFree { pid, heap, addr: block }),
        });
    }
}

/// A row of the tables: the time of a round, and the most bytes held.
struct Row {
    name: String,
    peer: bool,
    time: Box<dyn Fn(&Trace) -> f64>,
    held: Box<dyn Fn(&Trace) -> u64>,
}

fn ours(name: String, made: Ours) -> Row {
    let held = made.again();
    let held = Box::new(move |trace: &Trace| {
        let mut heap = held.again();
        assert!(trace.make(&mut heap));
        heap.held()
    });
    Row { name, peer: false, time: Box::new(move |trace| trace.time(|| made.again())), held }
}

fn peer<A: Arena + 'static>(name: &str) -> Row {
    let plenty = |trace: &Trace| (trace.peak as usize) * 2 + (64 << 10);
    Row {
        name: name.into(),
        peer: true,
        time: Box::new(move |trace| trace.time(|| A::over(plenty(trace)))),
        held: Box::new(smallest::<A>),
    }
}

/// The fewest pages in which all requests are served, and what is beside them, in bytes.
fn smallest<A: Arena>(trace: &Trace) -> u64 {
    let served = |pages: u64| trace.make(&mut A::over((pages * PAGE) as usize));
    let least = trace.peak / PAGE;
    (least.max(1)..).find(|pages| served(*pages)).expect("some number of pages will do") * PAGE + A::BESIDE as u64
}

fn rows() -> Vec<Row> {
    let heap = |text: &str| ours(text.into(), Ours::of_process(text.parse().expect("settings")));
    let mut rows: Vec<Row> = Directory::VARIANTS.iter().map(|name| heap(&format!("phk,directory={name}"))).collect();
    rows.extend(["kr", "dl", "mmap_direct"].map(heap));
    let of = |kind| KmallocConfig { kind, ..KmallocConfig::default() };
    let kernels = [
        ("paragraph", of(KmallocKind::Paragraph)),
        ("paragraph, coalesce", KmallocConfig { coalesce: true, ..of(KmallocKind::Paragraph) }),
        ("paragraph, bitmap", KmallocConfig { fit: ParagraphFit::Bitmap, ..of(KmallocKind::Paragraph) }),
        ("linux_2_0", of(KmallocKind::Linux20)),
        ("mckusick_karels", of(KmallocKind::MckusickKarels)),
        ("svr4", of(KmallocKind::Svr4)),
        ("slab", of(KmallocKind::Slab)),
        ("slab, reap", KmallocConfig { reap: true, ..of(KmallocKind::Slab) }),
    ];
    rows.extend(kernels.map(|(name, kmalloc)| ours(format!("kmalloc {name}"), Ours::on(kmalloc, KERNEL))));
    rows.extend([peer::<RlsfBytes>("rlsf"), peer::<TalcBytes>("talc")]);
    rows
}

/// Measures the heaps whose names contain `only`, and the peers.
pub fn measure(only: &str) {
    let traces = TRACES.map(|(name, text)| (name, Trace::read(text)));
    let rows: Vec<Row> = rows().into_iter().filter(|row| row.peer || row.name.contains(only)).collect();
    let mut best = vec![[f64::INFINITY; TRACES.len()]; rows.len()];
    for _ in 0..ROUNDS {
        for (row, best) in rows.iter().zip(&mut best) {
            for (least, (_, trace)) in best.iter_mut().zip(&traces) {
                *least = least.min((row.time)(trace));
            }
        }
    }
    let peers = |column: usize| rows.iter().zip(&best).filter(|(row, _)| row.peer).map(move |(_, times)| times[column]);
    let least: Vec<f64> = (0..TRACES.len()).map(|column| peers(column).fold(f64::INFINITY, f64::min)).collect();
    println!("## Heaps: ns an operation, best of {ROUNDS} rounds, and that as a multiple of the faster peer\n");
    let heads = traces.iter().map(|(name, trace)| format!("{name}, {} requests", trace.requests.len()));
    heading("heap", heads);
    for (row, times) in rows.iter().zip(&best) {
        let cells = times.iter().zip(&least).map(|(ns, least)| format!("{ns:.0}, {:.1}", ns / least));
        println!("| {} | {} |", row.name, cells.collect::<Vec<_>>().join(" | "));
    }
    println!("\n## Heaps: the most bytes asked for, in per cent of the most held\n");
    heading("heap", traces.iter().map(|(name, trace)| format!("{name}, {} bytes", trace.peak)));
    for row in &rows {
        let cells =
            traces.iter().map(|(_, trace)| format!("{:.1}", 100.0 * trace.peak as f64 / (row.held)(trace) as f64));
        println!("| {} | {} |", row.name, cells.collect::<Vec<_>>().join(" | "));
    }
}

fn heading(first: &str, columns: impl Iterator<Item = String>) {
    let columns: Vec<String> = columns.collect();
    println!("| {first} | {} |\n|---|{}", columns.join(" | "), "---:|".repeat(columns.len()));
}
