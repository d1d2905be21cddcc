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
use pageturner::lab::command::{Command, MapFlag, Prot};
use pageturner::lab::event::NullTrace;
use pageturner::machine::Machine;
use pageturner::units::{Pid, VirtAddr};
use rangemap::RangeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const BASE: u64 = 0x1000_0000_0000;
const VMAS: u64 = 1024;
const PER_VMA: u64 = 64;
const PAGES: u32 = (VMAS * PER_VMA) as u32;

fn start_of(vma: u64) -> u64 {
    BASE / 4096 + vma * 2 * PER_VMA
}

/// Times of one round.
struct Times {
    touch: Duration,
    fork: Duration,
    unmap: Duration,
}

/// Measures all three and reports them.
pub fn measure() {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    in_turn(|| timed(&mut ours, of_the_model), || timed(&mut theirs, of_the_peers));
    let best = |times: &[Times], of: fn(&Times) -> Duration| times.iter().map(of).min().expect("rounds were run");
    for (name, of) in
        [("first touch", (|t| t.touch) as fn(&Times) -> Duration), ("fork", |t| t.fork), ("unmap", |t| t.unmap)]
    {
        report(&format!("path: {name}"), "ns/page", PAGES, (best(&ours, of), best(&theirs, of)));
    }
}

fn timed(times: &mut Vec<Times>, round: fn() -> Times) -> Duration {
    let start = Instant::now();
    times.push(round());
    start.elapsed()
}

fn of_the_model() -> Times {
    let config = Config { frames: 2 * PAGES, swap_slots: 0, ..Config::default() };
    let mut machine = Machine::new(config).expect("a valid machine");
    let mut apply = |command: &Command| {
        let start = Instant::now();
        machine.apply(command, &mut NullTrace).expect("a command that makes sense");
        start.elapsed()
    };
    let pid = Pid(1);
    apply(&Command::Spawn { pid: None, name: None });
    let addr = |vma: u64| VirtAddr(start_of(vma) << 12);
    let each = |command: &dyn Fn(u64) -> Command| (0..VMAS).map(command).collect::<Vec<_>>();
    let maps = each(&|vma| Command::Mmap {
        pid,
        addr: Some(addr(vma)),
        pages: PER_VMA,
        prot: Prot::READ | Prot::WRITE,
        flags: vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed],
        file: None,
        pgoff: 0,
    });
    let touches = each(&|vma| Command::Touch { pid, addr: addr(vma), pages: PER_VMA });
    let unmaps = each(&|vma| Command::Munmap { pid, addr: addr(vma), pages: PER_VMA });
    for map in &maps {
        apply(map);
    }
    let mut all = |commands: &[Command]| commands.iter().map(&mut apply).sum();
    let touch = all(&touches);
    let fork = all(&[Command::Fork { pid, child: None }]);
    all(&[Command::Exit { pid: Pid(2) }]);
    let unmap = all(&unmaps);
    black_box(machine);
    Times { touch, fork, unmap }
}

fn of_the_peers() -> Times {
    let rw = MappingFlags::READ | MappingFlags::WRITE | MappingFlags::USER;
    let ro = MappingFlags::READ | MappingFlags::USER;
    let mut vmas: RangeMap<u64, (u64, MappingFlags)> = RangeMap::new();
    // Neighbours differ in their value, so that they stay apart as ours do.
    (0..VMAS).for_each(|vma| vmas.insert(start_of(vma)..start_of(vma) + PER_VMA, (vma, rw)));
    let mut stack: Vec<u32> = (0..2 * PAGES).rev().collect();
    let (mut parent, mut child) = (Table::try_new().expect("a root"), Table::try_new().expect("a root"));
    let addr = |vpn: u64| PeerAddr::from((vpn << 12) as usize);

    let start = Instant::now();
    for vma in 0..VMAS {
        for vpn in start_of(vma)..start_of(vma) + PER_VMA {
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
    for vma in 0..VMAS {
        for vpn in start_of(vma)..start_of(vma) + PER_VMA {
            let (frame, ..) = parent.cursor().unmap(addr(vpn)).expect("mapped");
            stack.push((frame.as_usize() >> 12) as u32);
        }
        vmas.remove(start_of(vma)..start_of(vma) + PER_VMA);
    }
    let unmap = start.elapsed();
    black_box((copied, stack));
    std::mem::forget((parent, child));
    free_tables();
    Times { touch, fork, unmap }
}
