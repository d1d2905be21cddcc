//! The figures of `docs/performance.md`: each a ratio against a peer in the same run, the best of several rounds on
//! either side, taken in turn. Run with `make bench`; `record FILE` and `replay FILE` serve the half that runs in the
//! browser (`tests/browser-bench/run.mjs`).

mod allocators;
mod heaps;
mod history;
mod memarea;
mod paths;
mod peers;
mod shootout;
mod work;

use pageturner::config::Config;
use pageturner::lab::recording::Recording;
use pageturner::os::machine::Machine;
use pageturner::units::{Pid, VirtAddr};
use pageturner::vocabulary::command::{Command, MapFlag, Mmap, Spawn, Touch};
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::trace::NullTrace;
use std::hint::black_box;
use std::time::{Duration, Instant};

const BASE: u64 = 0x1000_0000_0000;
const ROUNDS: usize = 7;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["record", file] => {
            let recording = Recording::from_session(&history::long_session(20_000));
            std::fs::write(file, recording.to_jsonl()).expect("a file that can be written");
        }
        ["shootout"] => shootout::measure(""),
        ["shootout", only] => shootout::measure(only),
        ["paths"] => paths::measure(),
        ["work"] => work::measure(),
        ["history"] => history::measure(),
        ["memarea"] => memarea::measure(),
        ["allocators"] => allocators::measure(""),
        ["allocators", only] => allocators::measure(only),
        ["heaps"] => heaps::measure(""),
        ["heaps", only] => heaps::measure(only),
        ["replay", file] => println!("{}", replay(&std::fs::read_to_string(file).expect("a readable file"))),
        _ => {
            work::measure();
            first_touch();
            paths::measure();
            memarea::measure();
            history::measure();
            shootout::measure("");
            allocators::measure("");
            heaps::measure("");
        }
    }
}

/// The best time in milliseconds to read and replay a recording.
fn replay(text: &str) -> f64 {
    let once = || {
        let start = Instant::now();
        black_box(Recording::parse(text).expect("a recording").replay().expect("it ran before"));
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(|_| once()).fold(f64::MAX, f64::min)
}

/// The best of `ROUNDS` times of each, measured in turn, so that a slow moment of the host affects both.
fn in_turn(mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        best = (best.0.min(ours()), best.1.min(theirs()));
    }
    best
}

fn report(name: &str, unit: &str, per: u32, (ours, theirs): (Duration, Duration)) {
    let each = |d: Duration| d.as_nanos() as f64 / f64::from(per);
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{name}: ours {:.1} {unit}, peer {:.1} {unit}, ratio {ratio:.3}", each(ours), each(theirs));
}

/// First write to each page of one large mapping, against the sum of its parts: find a VMA in a `BTreeMap`, pop a
/// frame off a stack, map it in page_table_multiarch's four-level table.
fn first_touch() {
    const PAGES: u32 = 1 << 16;
    const VMAS: u64 = 64;
    let per_vma = u64::from(PAGES) / VMAS;
    let mut started =
        Machine::new(Config { frames: 2 * PAGES, swap_slots: 0, ..Config::default() }).expect("a valid machine");
    let pid = Pid(1);
    started.apply(&Command::Spawn(Spawn { pid: None, name: None }), &mut NullTrace).unwrap();
    for n in 0..VMAS {
        let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
        let addr = Some(VirtAddr(BASE + n * 2 * (per_vma << 12)));
        let mmap = Command::Mmap(Mmap {
            pid,
            addr,
            pages: per_vma,
            prot: Prot::READ | Prot::WRITE,
            flags,
            file: None,
            pgoff: 0,
        });
        started.apply(&mmap, &mut NullTrace).unwrap();
    }
    let touches: Vec<Command> = (0..VMAS)
        .map(|n| Command::Touch(Touch { pid, addr: VirtAddr(BASE + n * 2 * (per_vma << 12)), pages: per_vma }))
        .collect();
    let ours = || {
        let mut machine = started.clone();
        let start = Instant::now();
        for touch in &touches {
            machine.apply(touch, &mut NullTrace).unwrap();
        }
        let took = start.elapsed();
        black_box(machine);
        took
    };
    report("first touch", "ns/page", PAGES, in_turn(ours, || peers::parts_of_a_fault(BASE, VMAS, per_vma)));
}
