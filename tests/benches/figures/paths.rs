//! The paths that every page takes: first touch, fork, copy on write, unmap; against the bare work in well-kept
//! libraries, and with each kind of listener against none.
//!
//! The peer keeps VMAs in a `rangemap`, PTEs in page_table_multiarch's four-level table and free frames on a stack. It
//! finds the VMA of every fault, maps and unmaps, and at fork copies the VMAs, takes the write bit from every PTE and
//! enters it in the child's table; a page written then gets another frame. It counts nothing: no frame descriptors, no
//! anon_vma, no zeroing, no TLB, no check.

use super::peers::{Table, free_tables};
use super::{ROUNDS, report};
use memory_addr::{PhysAddr, VirtAddr as PeerAddr};
use page_table_multiarch::{MappingFlags, PageSize};
use pageturner::config::Config;
use pageturner::lab::measure::counting::Counting;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::time::session::Session;
use pageturner::os::machine::Machine;
use pageturner::units::{Pid, VirtAddr};
use pageturner::vocabulary::command::{Command, Exit, Fork, MapFlag, Mmap, Munmap, Spawn, Touch};
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::trace::NullTrace;
use rangemap::RangeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const BASE: u64 = 0x1000_0000_0000;
const PAGES: u32 = 1 << 16;

/// The same number of pages, in many small VMAs or few large ones: the difference shows the cost per VMA.
#[derive(Clone, Copy)]
struct Shape {
    per_vma: u64,
}

impl Shape {
    fn vmas(self) -> std::ops::Range<u64> {
        0..u64::from(PAGES) / self.per_vma
    }

    /// The pages of a VMA; as many free ones follow it.
    fn pages(self, vma: u64) -> std::ops::Range<u64> {
        let start = BASE / 4096 + vma * 2 * self.per_vma;
        start..start + self.per_vma
    }
}

/// Times of one round.
struct Times {
    touch: Duration,
    fork: Duration,
    copy: Duration,
    unmap: Duration,
}

/// A path's name, and its time in a round.
type Path = (&'static str, fn(&Times) -> Duration);

const PATHS: [Path; 4] =
    [("first touch", |t| t.touch), ("fork", |t| t.fork), ("copy on write", |t| t.copy), ("unmap", |t| t.unmap)];

/// Measures all paths, with small VMAs and large, and reports them: against the peers, and what a listener costs.
pub fn measure() {
    for per_vma in [64, 1024] {
        let shape = Shape { per_vma };
        let mut rounds: [Vec<Times>; 4] = Default::default();
        let [null, counting, recorded, peers] = &mut rounds;
        for _ in 0..ROUNDS {
            null.push(of_the_model(shape, unheard()));
            counting.push(of_the_model(shape, counted()));
            recorded.push(of_the_model(shape, session()));
            peers.push(of_the_peers(shape));
        }
        for (name, of) in PATHS {
            let [null, counting, recorded, peers] =
                rounds.each_ref().map(|times| times.iter().map(of).min().expect("rounds were run"));
            let name = format!("path: {name}, {per_vma} pages a VMA");
            report(&name, "ns/page", PAGES, (null, peers));
            report(&format!("{name}, counting against null"), "ns/page", PAGES, (counting, null));
            report(&format!("{name}, recorded against null"), "ns/page", PAGES, (recorded, null));
        }
    }
}

fn config() -> Config {
    Config { frames: 3 * PAGES, swap_slots: 0, ..Config::default() }
}

/// A machine to which nobody listens.
fn unheard() -> impl FnMut(&Command) {
    let mut machine = Machine::new(config()).expect("a valid machine");
    move |command| drop(black_box(machine.apply(command, &mut NullTrace).expect("a command that makes sense")))
}

/// A machine whose events are counted.
fn counted() -> impl FnMut(&Command) {
    let (mut machine, mut tally) = (Machine::new(config()).expect("a valid machine"), Tally::default());
    move |command| {
        let mut counting = Counting::new(&machine, &mut tally);
        drop(black_box(machine.apply(command, &mut counting).expect("a command that makes sense")));
        black_box(counting.finish());
    }
}

/// A machine with its history, as the page and the command line run it.
fn session() -> impl FnMut(&Command) {
    let mut session = Session::new(config()).expect("a valid machine");
    move |command| drop(black_box(session.run(command.clone()).expect("a command that makes sense")))
}

fn of_the_model(shape: Shape, mut apply: impl FnMut(&Command)) -> Times {
    let mut all = |commands: &[Command]| {
        let start = Instant::now();
        commands.iter().for_each(&mut apply);
        start.elapsed()
    };
    let pid = Pid(1);
    all(&[Command::Spawn(Spawn { pid: None, name: None })]);
    let addr = |vma: u64| VirtAddr(shape.pages(vma).start << 12);
    let each = |command: &dyn Fn(u64) -> Command| shape.vmas().map(command).collect::<Vec<_>>();
    let maps = each(&|vma| {
        Command::Mmap(Mmap {
            pid,
            addr: Some(addr(vma)),
            pages: shape.per_vma,
            prot: Prot::READ | Prot::WRITE,
            flags: vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed],
            file: None,
            pgoff: 0,
        })
    });
    let touches = each(&|vma| Command::Touch(Touch { pid, addr: addr(vma), pages: shape.per_vma }));
    let unmaps = each(&|vma| Command::Munmap(Munmap { pid, addr: addr(vma), pages: shape.per_vma }));
    all(&maps);
    let touch = all(&touches);
    let fork = all(&[Command::Fork(Fork { pid, child: None, name: None })]);
    let copy = all(&touches);
    all(&[Command::Exit(Exit { pid: Pid(2) })]);
    let unmap = all(&unmaps);
    Times { touch, fork, copy, unmap }
}

fn of_the_peers(shape: Shape) -> Times {
    let rw = MappingFlags::READ | MappingFlags::WRITE | MappingFlags::USER;
    let ro = MappingFlags::READ | MappingFlags::USER;
    let mut vmas: RangeMap<u64, (u64, MappingFlags)> = RangeMap::new();
    // Neighbours differ in their value, so that they stay apart as the project's do.
    shape.vmas().for_each(|vma| vmas.insert(shape.pages(vma), (vma, rw)));
    let mut stack: Vec<u32> = (0..3 * PAGES).rev().collect();
    let (mut parent, mut child) = (Table::try_new().expect("a root"), Table::try_new().expect("a root"));
    let addr = |vpn: u64| PeerAddr::from((vpn << 12) as usize);

    let start = Instant::now();
    for vma in shape.vmas() {
        for vpn in shape.pages(vma) {
            let (_, flags) = vmas.get(&black_box(vpn)).expect("a VMA is there");
            let frame = PhysAddr::from((stack.pop().expect("a frame is there") as usize) << 12);
            parent.cursor().map(addr(vpn), frame, PageSize::Size4K, *flags).expect("not mapped before");
        }
    }
    let touch = start.elapsed();

    let start = Instant::now();
    let copied = vmas.clone();
    for (range, _) in copied.iter() {
        for vpn in range.clone() {
            let (frame, ..) = parent.query(addr(vpn)).expect("mapped");
            parent.cursor().protect(addr(vpn), ro).expect("mapped");
            child.cursor().map(addr(vpn), frame, PageSize::Size4K, ro).expect("not mapped before");
        }
    }
    let fork = start.elapsed();

    let start = Instant::now();
    for vma in shape.vmas() {
        for vpn in shape.pages(vma) {
            let (_, flags) = vmas.get(&black_box(vpn)).expect("a VMA is there");
            let copy = PhysAddr::from((stack.pop().expect("a frame is there") as usize) << 12);
            let mut cursor = parent.cursor();
            cursor.unmap(addr(vpn)).expect("mapped");
            cursor.map(addr(vpn), copy, PageSize::Size4K, *flags).expect("not mapped any more");
        }
    }
    let copy = start.elapsed();

    let start = Instant::now();
    for vma in shape.vmas() {
        for vpn in shape.pages(vma) {
            let (frame, ..) = parent.cursor().unmap(addr(vpn)).expect("mapped");
            stack.push((frame.as_usize() >> 12) as u32);
        }
        vmas.remove(shape.pages(vma));
    }
    let unmap = start.elapsed();
    black_box((copied, stack));
    std::mem::forget((parent, child));
    free_tables();
    Times { touch, fork, copy, unmap }
}
