//! The shoot-out: every reverse-mapping scheme on the workloads of the old mails, in modelled terms and in time.

mod driver;
mod workloads;

use driver::{Counts, Driver};
use pageturner::config::{AnonKind, Config, RmapKind};
use std::time::{Duration, Instant};
use workloads::{WORKLOADS, Workload};

const ROUNDS: usize = 3;

/// The columns.
const SCHEMES: [(&str, RmapKind, AnonKind); 6] = [
    ("none", RmapKind::None, AnonKind::AnonVmaChain),
    ("vma_offset", RmapKind::VmaOffset, AnonKind::AnonVmaChain),
    ("pte_chain", RmapKind::PteChain, AnonKind::AnonVmaChain),
    ("object_list, anon_vma", RmapKind::ObjectList, AnonKind::AnonVma),
    ("object, anon_vma", RmapKind::Object, AnonKind::AnonVma),
    ("object (default)", RmapKind::Object, AnonKind::AnonVmaChain),
];

/// Measures all workloads, prints a table for each. `only` picks workloads by a part of their name.
pub fn measure(only: &str) {
    for workload in WORKLOADS.iter().filter(|workload| workload.name.contains(only)) {
        let configs = SCHEMES.map(|(_, rmap, anon)| Config { rmap, anon, ..workload.config() });
        let counts = configs.each_ref().map(|config| count(workload, config));
        let mut best = [Duration::MAX; SCHEMES.len()];
        for _ in 0..ROUNDS {
            for (best, config) in best.iter_mut().zip(&configs) {
                *best = (*best).min(time(workload, config));
            }
        }
        print(workload.name, &counts, &best);
    }
}

fn count(workload: &Workload, config: &Config) -> Counts {
    let mut driver = Driver::counting(config.clone());
    workload.run(&mut driver);
    driver.counts()
}

fn time(workload: &Workload, config: &Config) -> Duration {
    let mut driver = Driver::of_session(config.clone());
    let start = Instant::now();
    workload.run(&mut driver);
    start.elapsed()
}

fn print(name: &str, counts: &[Counts], times: &[Duration]) {
    println!("\n{name}\n");
    println!("| | {} |", SCHEMES.map(|(name, ..)| name).join(" | "));
    println!("|---|{}", "---:|".repeat(SCHEMES.len()));
    let row = |what: &str, cell: &dyn Fn(&Counts) -> String| {
        println!("| {what} | {} |", counts.iter().map(cell).collect::<Vec<_>>().join(" | "));
    };
    let per = |n: u64, of: u64| if of == 0 { "-".into() } else { format!("{:.1}", n as f64 / of as f64) };
    row("entries written per fork", &|c| per(c.fork_entries, c.forks));
    row("VMAs visited per page unmapped", &|c| per(c.visited_vmas, c.unmapped));
    row("PTEs visited per page unmapped", &|c| per(c.visited_ptes, c.unmapped));
    row("chain links read per page unmapped", &|c| per(c.visited_links, c.unmapped));
    row("metadata, KiB", &|c| format!("{:.1}", c.bytes as f64 / 1024.0));
    row("requests for frames, of them for one", &|c| format!("{}, {}", c.requests, c.singles));
    row("modelled cycles, millions", &|c| format!("{:.1}", c.cycles as f64 / 1e6));
    let ratios = times.iter().map(|time| format!("{:.2}", time.as_secs_f64() / times[0].as_secs_f64()));
    println!(
        "| time, ms | {} |",
        times.iter().map(|time| format!("{:.1}", time.as_secs_f64() * 1e3)).collect::<Vec<_>>().join(" | ")
    );
    println!("| time, as a ratio to none | {} |", ratios.collect::<Vec<_>>().join(" | "));
    let best = counts.iter().map(|c| c.cycles).min().unwrap_or(1);
    let ours = counts.last().map_or(0, |c| c.cycles);
    println!("\nmodelled cost of the default against the best: {:.3}", ours as f64 / best as f64);
}
