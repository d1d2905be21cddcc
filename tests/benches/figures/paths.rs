//! The three paths that every page takes: first touch, fork, unmap; against the bare work in well-kept libraries.
//!
//! The peer keeps VMAs in a `rangemap`, PTEs in page_table_multiarch's four-level table and free frames on a stack. It
//! finds the VMA of every fault, maps and unmaps, and at fork copies the VMAs, takes the write bit from every PTE and
//! enters it in the child's table. It counts nothing: no frame descriptors, no anon_vma, no zeroing, no TLB, no check.

use super::peers::{Table, free_tables};
use super::{in_turn, report};
use memory_addr::{PhysAddr, VirtAddr as PeerAddr};
use page_table_multiarch::{MappingFlags, PageSize};
use pageturner::config::Config;
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
    unmap: Duration,
}

/// Measures all three, with small VMAs and large, and reports them.
pub fn measure() {
    for per_vma in [64, 1024] {
        let shape = Shape { per_vma };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        in_turn(|| timed(&mut ours, || of_the_model(shape)), || timed(&mut theirs, || of_the_peers(shape)));
        let best = |times: &[Times], of: fn(&Times) -> Duration| times.iter().map(of).min().expect("rounds were run");
        for (name, of) in
            [("first touch", (|t| t.touch) as fn(&Times) -> Duration), ("fork", |t| t.fork), ("unmap", |t| t.unmap)]
        {
            let name = format!("path: {name}, {per_vma} pages a VMA");
            report(&name, "ns/page", PAGES, (best(&ours, of), best(&theirs, of)));
        }
    }
}

fn timed(times: &mut Vec<Times>, round: impl Fn() -> Times) -> Duration {
    let start = Instant::now();
    times.push(round());
    start.elapsed()
}

fn of_the_model(shape: Shape) -> Times {
    let config = Config { frames: 2 * PAGES, swap_slots: 0, ..Config::default() };
    let mut machine = Machine::new(config).expect("a valid machine");
    let mut all = |commands: &[Command]| {
        let start = Instant::now();
        for command in commands {
            machine.apply(command, &mut NullTrace).expect("a command that makes sense");
        }
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
    all(&[Command::Exit(Exit { pid: Pid(2) })]);
    let unmap = all(&unmaps);
    black_box(machine);
    Times { touch, fork, unmap }
}

fn of_the_peers(shape: Shape) -> Times {
    let rw = MappingFlags::READ | MappingFlags::WRITE | MappingFlags::USER;
    let ro = MappingFlags::READ | MappingFlags::USER;
    let mut vmas: RangeMap<u64, (u64, MappingFlags)> = RangeMap::new();
    // Neighbours differ in their value, so that they stay apart as the project's do.
    shape.vmas().for_each(|vma| vmas.insert(shape.pages(vma), (vma, rw)));
    let mut stack: Vec<u32> = (0..2 * PAGES).rev().collect();
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
            let (frame, ..) = parent.cursor().unmap(addr(vpn)).expect("mapped");
            stack.push((frame.as_usize() >> 12) as u32);
        }
        vmas.remove(shape.pages(vma));
    }
    let unmap = start.elapsed();
    black_box((copied, stack));
    std::mem::forget((parent, child));
    free_tables();
    Times { touch, fork, unmap }
}
