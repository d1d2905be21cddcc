//! How a trace fared on several heaps: a table of what each took.

use super::drive::{Drive, Driven, drive};
use super::{Requests, drive as driving};
use crate::lab::figures::heap;
use crate::refusal::Refusal;
use crate::vocabulary::heap::HeapStats;
use serde::Serialize;

/// What a heap took for a trace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fared {
    /// The heap as it was asked for.
    pub heap: String,
    pub requests: u64,
    /// Requests that were not served.
    pub failed: u64,
    /// The most bytes in use at a time, and the most pages had of the kernel.
    pub peak_asked: u64,
    pub peak_held: u64,
    /// The first of those as a share of the second, in per cent.
    pub utilisation: u64,
    /// Pages in memory at the end, of those had of the kernel.
    pub resident: u64,
    pub system_calls: u64,
    /// Words read and written for bookkeeping.
    pub words: u64,
    pub searched: u64,
    pub faults: u64,
    /// Modelled cycles of the allocator's calls: in the middle, of 99 in 100, the most, and in all.
    pub median: u64,
    pub p99: u64,
    pub most: u64,
    pub cycles: u64,
    pub rebuilds: u64,
    pub bytes_copied: u64,
    pub longest_stall: u64,
}

/// Makes a trace's requests on a heap, and says what that took.
///
/// # Errors
/// As for [`drive`](driving::drive).
pub fn fare(requests: &Requests, name: &str, how: &Drive) -> Result<Fared, Refusal> {
    let driven = drive(requests, how)?;
    Ok(of(name, &driven))
}

fn of(name: &str, driven: &Driven) -> Fared {
    let view = driven.session.view();
    let made = heap::heap(view, driving::PID, driving::HEAP);
    let stats = made.map_or(HeapStats::default(), |made| made.info.stats);
    let mut costs = driven.costs.clone();
    costs.sort_unstable();
    let at = |per_mille: usize| costs.get((costs.len() * per_mille).div_ceil(1000).max(1) - 1).copied().unwrap_or(0);
    let held = stats.peak_held * view.geometry().page_size();
    Fared {
        heap: name.to_string(),
        requests: driven.costs.len() as u64,
        failed: driven.failed,
        peak_asked: stats.peak_asked,
        peak_held: stats.peak_held,
        utilisation: (stats.peak_asked * 100).checked_div(held).unwrap_or(0),
        resident: made.map_or(0, |made| heap::resident(view, driving::PID, made)),
        system_calls: stats.system_calls,
        words: stats.loads + stats.stores,
        searched: stats.searched_in_all,
        faults: view.tally.faults,
        median: at(500),
        p99: at(990),
        most: at(1000),
        cycles: costs.iter().sum(),
        rebuilds: stats.rebuilds,
        bytes_copied: stats.bytes_copied,
        longest_stall: stats.longest_stall,
    }
}

/// The table of several heaps, a column each.
pub fn table(all: &[Fared]) -> String {
    let rows: Vec<(&str, Vec<String>)> = vec![
        ("", all.iter().map(|fared| fared.heap.clone()).collect()),
        ("requests", column(all, |fared| fared.requests)),
        ("not served", column(all, |fared| fared.failed)),
        ("most bytes in use", column(all, |fared| fared.peak_asked)),
        ("most pages held", column(all, |fared| fared.peak_held)),
        ("in use of held, %", column(all, |fared| fared.utilisation)),
        ("resident at the end", column(all, |fared| fared.resident)),
        ("system calls", column(all, |fared| fared.system_calls)),
        ("words of bookkeeping", column(all, |fared| fared.words)),
        ("searched", column(all, |fared| fared.searched)),
        ("faults", column(all, |fared| fared.faults)),
        ("cycles, median", column(all, |fared| fared.median)),
        ("cycles, 99 %", column(all, |fared| fared.p99)),
        ("cycles, most", column(all, |fared| fared.most)),
        ("cycles, all", column(all, |fared| fared.cycles)),
        ("directories made anew", column(all, |fared| fared.rebuilds)),
        ("bytes copied for that", column(all, |fared| fared.bytes_copied)),
        ("most at once", column(all, |fared| fared.longest_stall)),
    ];
    let widths: Vec<usize> =
        (0..all.len()).map(|n| rows.iter().map(|(_, cells)| cells[n].len()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for (name, cells) in rows {
        out += &format!("{name:<22}");
        for (cell, width) in cells.iter().zip(&widths) {
            out += &format!("  {cell:>width$}");
        }
        out.push('\n');
    }
    out
}

fn column(all: &[Fared], value: impl Fn(&Fared) -> u64) -> Vec<String> {
    all.iter().map(|fared| value(fared).to_string()).collect()
}
