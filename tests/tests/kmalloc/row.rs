//! One allocator carries out one list of requests: a row of the table.

use crate::workloads::Op;
use pageturner::config::{AllocatorKind, Config, KmallocConfig};
use pageturner::lab::figures::heap as figures;
use pageturner::lab::measure::counting::Counting;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::units::{HeapId, Pid, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::heap::{HeapSettings, HeapStats, Phk};
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::reply::Reply;
use std::collections::BTreeMap;

/// Who is asked.
#[derive(Clone, Copy)]
pub enum Who {
    Kernel(AllocatorKind, KmallocConfig),
    /// phkmalloc in a process, through the MMU and with system calls: for comparison.
    Phk,
}

/// What came of it. Percentages are of bytes held.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Bytes asked for, of bytes held: when most was asked for, and over time.
    pub peak: f64,
    pub over_time: f64,
    /// When most was asked for: bytes lost by rounding, of those asked for and lost; and bookkeeping, in bytes.
    pub rounding: f64,
    pub metadata: u64,
    /// When most was asked for, the largest block that could be given without more pages.
    pub largest: u64,
    /// Pages held at the end, those of them that are wholly empty, and runs given back until then.
    pub held: u64,
    pub empty: u64,
    /// A call's steps, pages touched for bookkeeping, and modelled cycles.
    pub steps: f64,
    pub touched: f64,
    pub cycles: [u64; 3],
}

struct Driver {
    machine: Machine,
    tally: Tally,
    pid: Pid,
    blocks: BTreeMap<usize, VirtAddr>,
    cycles: Vec<u64>,
}

/// Carries out the requests. All of them are served: memory is plenty.
pub fn row(who: Who, ops: &[Op]) -> Row {
    let mut driver = Driver::new(who);
    let peak = peak(ops);
    let mut at_peak = figures::Waste::default();
    let mut asked = 0;
    for (n, op) in ops.iter().enumerate() {
        driver.carry_out(*op);
        if n == peak {
            (at_peak, asked) = (driver.waste(), driver.stats().asked);
        }
    }
    let (stats, end) = (driver.stats(), driver.waste());
    assert_eq!(stats.failed, 0);
    let calls = (stats.requests + stats.frees) as f64;
    driver.cycles.sort_unstable();
    let part = |n: usize| driver.cycles[(driver.cycles.len() - 1) * n / 100];
    Row {
        peak: 100.0 * asked as f64 / at_peak.bytes as f64,
        over_time: 100.0 * stats.asked_over_time as f64 / (stats.held_over_time * 4096) as f64,
        rounding: 100.0 * at_peak.rounding as f64 / (at_peak.rounding + asked) as f64,
        metadata: at_peak.metadata,
        largest: at_peak.largest,
        held: stats.held,
        empty: end.empty,
        steps: stats.searched_in_all as f64 / calls,
        touched: stats.touched_in_all as f64 / calls,
        cycles: [part(50), part(99), part(100)],
    }
}

/// The request after which most is asked for.
fn peak(ops: &[Op]) -> usize {
    let mut sizes = BTreeMap::new();
    let (mut asked, mut most, mut peak) = (0, 0, 0);
    for (n, op) in ops.iter().enumerate() {
        match op {
            Op::Take { id, bytes } => {
                sizes.insert(id, *bytes);
                asked += bytes;
            }
            Op::Give { id } => asked -= sizes[id],
        }
        if asked > most {
            (most, peak) = (asked, n);
        }
    }
    peak
}

impl Driver {
    fn new(who: Who) -> Driver {
        let (pid, allocator, kmalloc) = match who {
            Who::Kernel(allocator, kmalloc) => (KERNEL, allocator, kmalloc),
            Who::Phk => (Pid(1), AllocatorKind::Buddy, KmallocConfig::default()),
        };
        let config = Config { frames: 1 << 13, swap_slots: 0, allocator, kmalloc, ..Config::default() };
        let machine = Machine::new(config).expect("a machine");
        let (blocks, cycles) = (BTreeMap::new(), Vec::new());
        let mut driver = Driver { machine, tally: Tally::default(), pid, blocks, cycles };
        if let Who::Phk = who {
            driver.apply(&Command::Spawn(Spawn { pid: None, name: None }));
            driver.apply(&Command::Heap(NewHeap { pid, settings: HeapSettings::Phk(Phk::default()) }));
        }
        driver
    }

    fn apply(&mut self, command: &Command) -> Reply {
        let mut counting = Counting::new(&self.machine, &mut self.tally);
        let reply = self.machine.apply(command, &mut counting).expect("no refusal");
        self.cycles.push(counting.finish().cycles);
        reply
    }

    fn carry_out(&mut self, op: Op) {
        let (pid, heap) = (self.pid, HeapId(0));
        match op {
            Op::Take { id, bytes } => {
                let command = match pid {
                    KERNEL => Command::Kmalloc(Kmalloc { bytes }),
                    _ => Command::Malloc(Malloc { pid, heap, bytes }),
                };
                match self.apply(&command) {
                    Reply::Addr(at) => drop(self.blocks.insert(id, at)),
                    reply => panic!("{reply:?}"),
                }
            }
            Op::Give { id } => {
                let addr = self.blocks.remove(&id).expect("taken before");
                let command = match pid {
                    KERNEL => Command::Kfree(Kfree { addr }),
                    _ => Command::HeapFree(HeapFree { pid, heap, addr }),
                };
                assert_eq!(self.apply(&command), Reply::Done);
            }
        }
    }

    fn stats(&self) -> HeapStats {
        View::of(&self.machine).heaps[&self.pid][&HeapId(0)].info.stats
    }

    fn waste(&self) -> figures::Waste {
        let view = View::of(&self.machine);
        figures::waste(&view, self.pid, &view.heaps[&self.pid][&HeapId(0)])
    }
}
