//! The workloads of the schemes. All are described in mails: rmap-test (Morton, April 2003), the fork test (Arcangeli,
//! March 2004), the children of 2010 (van Riel); sizes are cut to what the scan of all tables can bear.

use super::driver::{Driver, Worker};
use pageturner::config::Config;
use pageturner::units::Pid;

/// A workload: its name, its machine, what it does.
pub struct Workload {
    pub name: &'static str,
    pub frames: u32,
    pub run: Kind,
}

/// What a workload does.
#[derive(Clone, Copy)]
pub enum Kind {
    /// `tasks` map a file in `vmas` pieces of `pages` pages each and touch it all while memory is short.
    RmapTest { tasks: u32, vmas: u64, pages: u64, random: bool },
    /// Every process forks once a level; each child writes a quarter of the pages; all exit.
    ForkTest { levels: u32, pages: u64 },
    /// Each of `children` writes all its pages; then some pages of the last are swapped out.
    Children { children: u32, pages: u64, out: u64 },
}

/// All workloads.
pub const WORKLOADS: [Workload; 6] = [
    Workload {
        name: "rmap-test 1: 100 tasks x 100 VMAs",
        frames: 560,
        run: Kind::RmapTest { tasks: 100, vmas: 100, pages: 2, random: false },
    },
    Workload {
        name: "rmap-test 2: 1 task x 10,000 VMAs",
        frames: 9_500,
        run: Kind::RmapTest { tasks: 1, vmas: 10_000, pages: 1, random: false },
    },
    Workload {
        name: "rmap-test 3: as 1, in random order",
        frames: 560,
        run: Kind::RmapTest { tasks: 100, vmas: 100, pages: 2, random: true },
    },
    Workload { name: "fork test, level 6", frames: 1 << 15, run: Kind::ForkTest { levels: 6, pages: 256 } },
    Workload { name: "fork test, level 7", frames: 1 << 16, run: Kind::ForkTest { levels: 7, pages: 256 } },
    Workload {
        name: "1000 children x 1000 pages",
        frames: 1_040_000,
        run: Kind::Children { children: 1000, pages: 1000, out: 100 },
    },
];

impl Workload {
    /// The machine's configuration, its scheme still to be chosen.
    pub fn config(&self) -> Config {
        Config { frames: self.frames, swap_slots: 4096, max_processes: 4096, ..Config::default() }
    }

    /// Runs the workload.
    pub fn run<W: Worker>(&self, driver: &mut Driver<W>) {
        match self.run {
            Kind::RmapTest { tasks, vmas, pages, random } => rmap_test(driver, tasks, vmas, pages, random),
            Kind::ForkTest { levels, pages } => fork_test(driver, levels, pages),
            Kind::Children { children, pages, out } => many_children(driver, children, pages, out),
        }
    }
}

fn rmap_test<W: Worker>(driver: &mut Driver<W>, tasks: u32, vmas: u64, pages: u64, random: bool) {
    for _ in 0..tasks {
        let pid = driver.spawn();
        // The pieces lie in the address space in another order than in the file, so that none merge.
        for n in 0..vmas {
            driver.map_file(pid, n * pages, (n * 37 % vmas) * pages, pages);
        }
    }
    driver.begin_unmaps();
    for task in 1..=tasks {
        for n in 0..vmas * pages {
            let page = if random { driver.random(vmas * pages) } else { n };
            driver.touch(Pid(task), page, 1);
        }
    }
    driver.end_unmaps();
    driver.peak();
    (1..=tasks).for_each(|task| driver.exit(Pid(task)));
}

fn fork_test<W: Worker>(driver: &mut Driver<W>, levels: u32, pages: u64) {
    let first = driver.spawn();
    driver.map_anonymous(first, pages);
    driver.touch(first, 0, pages);
    let mut living = vec![first];
    for level in 0..levels {
        for n in 0..living.len() {
            let child = driver.fork(living[n]);
            driver.touch(child, (u64::from(level) * pages / 4) % pages, pages / 4);
            living.push(child);
        }
    }
    driver.peak();
    living.into_iter().rev().for_each(|pid| driver.exit(pid));
}

fn many_children<W: Worker>(driver: &mut Driver<W>, children: u32, pages: u64, out: u64) {
    let first = driver.spawn();
    driver.map_anonymous(first, pages);
    driver.touch(first, 0, pages);
    let mut last = first;
    for _ in 0..children {
        last = driver.fork(first);
        driver.touch(last, 0, pages);
    }
    driver.peak();
    driver.begin_unmaps();
    driver.page_out(last, 0, out);
    driver.end_unmaps();
}
