//! The figures by which machines are compared, at a place in time, and which value is the best.

use super::findings::Findings;
use crate::lab::figures::fragmentation::Fragmentation;
use crate::lab::measure::tally::Tally;
use crate::lab::time::session::Session;
use crate::lab::time::view::View;
use crate::vocabulary::command::Command;
use crate::vocabulary::reply::Reply;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    pub name: &'static str,
    /// The name in the table.
    pub text: &'static str,
    /// Whether more is better.
    pub more: bool,
    /// Whether the table shows it even if all machines have the same value.
    pub always: bool,
    value: fn(&Facts<'_>) -> u64,
}

/// What figures are computed from: a machine at its session's cursor.
struct Facts<'a> {
    tally: &'a Tally,
    pieces: Fragmentation,
    size: u32,
    served: u64,
    failed: u64,
    not_given: u64,
    heaps: Heaps,
}

/// Sums over the heaps of all processes that live, and of the kernel.
#[derive(Default)]
struct Heaps {
    failed: u64,
    held: u64,
    searched: u64,
    touched: u64,
    copied: u64,
}

const fn less(name: &'static str, text: &'static str, value: fn(&Facts<'_>) -> u64) -> Figure {
    Figure { name, text, more: false, always: false, value }
}

const fn more(name: &'static str, text: &'static str, value: fn(&Facts<'_>) -> u64) -> Figure {
    Figure { more: true, ..less(name, text, value) }
}

const fn always(figure: Figure) -> Figure {
    Figure { always: true, ..figure }
}

/// All figures, in the order of the table.
pub const FIGURES: [Figure; 41] = [
    // Contiguous requests (`alloc`) that were served, and those that were not.
    more("served", "requests served", |f| f.served),
    less("failed", "requests failed", |f| f.failed),
    less("failed_calls", "calls failed", |f| f.tally.failed_calls),
    less("signals", "ended by a signal", |f| f.tally.signals),
    less("oom_kills", "killed for memory", |f| f.tally.oom_kills),
    // Where commands are replayed only.
    less("not_given", "commands not given", |f| f.not_given),
    less("heap_failed", "not served by a heap", |f| f.heaps.failed),
    less("heap_held", "pages that heaps hold", |f| f.heaps.held),
    less("heap_searched", "free blocks examined", |f| f.heaps.searched),
    less("heap_touched", "heaps' pages touched", |f| f.heaps.touched),
    less("heap_copied", "bytes copied by heaps", |f| f.heaps.copied),
    less("rmap_vmas", "VMAs looked at", |f| f.tally.rmap_vmas),
    less("rmap_ptes", "PTEs looked at", |f| f.tally.rmap_ptes),
    less("rmap_links", "links looked at", |f| f.tally.rmap_links),
    less("rmap_entries", "rmap entries written", |f| f.tally.rmap_entries),
    less("frames_scanned", "frames scanned", |f| f.tally.frames_scanned),
    less("ptes_scanned", "PTEs scanned", |f| f.tally.ptes_scanned),
    less("tlb_flushes", "TLB entries dropped", |f| f.tally.tlb_flushes),
    less("victims", "victims", |f| f.tally.victims),
    less("disk_reads", "disk reads", |f| f.tally.disk_reads),
    less("disk_writes", "disk writes", |f| f.tally.disk_writes),
    less("faults", "page faults", |f| f.tally.faults),
    less("zero_page_faults", "zero-page faults", |f| f.tally.zero_page_faults),
    less("anon_faults", "first-write faults", |f| f.tally.anon_faults),
    less("cow_faults", "copy-on-write faults", |f| f.tally.cow_faults),
    less("reuse_faults", "reuse faults", |f| f.tally.reuse_faults),
    less("swap_in_faults", "swap-ins", |f| f.tally.swap_in_faults),
    less("cache_faults", "faults from a cache", |f| f.tally.cache_faults),
    less("object_faults", "shared-memory faults", |f| f.tally.object_faults),
    less("notify_faults", "write-notify faults", |f| f.tally.notify_faults),
    less("bad_faults", "bad accesses", |f| f.tally.bad_faults),
    less("tlb_misses", "TLB misses", |f| f.tally.tlb_misses),
    less("pages_copied", "pages copied", |f| f.tally.pages_copied),
    always(more("free", "frames free", |f| f.pieces.free.into())),
    always(more("largest", "largest free run", |f| f.pieces.largest().into())),
    // Gorman's unusable free space index: of the free memory, how much cannot serve a request of [`size_asked`]. In
    // thousandths.
    less("unusable", "unusable for", |f| (f.pieces.unusable(f.size) * 1000.0).round() as u64),
    // Frames given beyond what was asked for.
    less("lost", "lost to rounding", |f| f.pieces.internal),
    less("moved", "frames moved", |f| f.tally.frames_moved),
    // Counted by allocators.
    less("inspected", "inspected", |f| f.tally.inspected),
    less("words_written", "words written", |f| f.tally.words_written),
    always(less("cycles", "cycles", |f| f.tally.cycles)),
];

impl Heaps {
    fn of(view: &View) -> Heaps {
        let all = view.heaps.iter().flat_map(|(_, heaps)| heaps.iter().map(|(_, heap)| &heap.info.stats));
        all.fold(Heaps::default(), |sum, of| Heaps {
            failed: sum.failed + of.failed,
            held: sum.held + of.held,
            searched: sum.searched + of.searched_in_all,
            touched: sum.touched + of.touched_in_all,
            copied: sum.copied + of.bytes_copied + of.bytes_moved,
        })
    }
}

/// The values of all figures for one machine, at a place in time.
#[derive(Clone, PartialEq, Debug)]
pub struct Figures {
    values: Vec<u64>,
    /// What went wrong: whether the script ended with an error, and the number of commands that failed or were not
    /// given plus processes that were killed.
    failures: (bool, u64),
}

impl Figures {
    /// The figures of a machine at its session's cursor: after the commands that go with the first `step` of the first
    /// machine.
    pub fn of(findings: &Findings, first: &Session, machine: usize, session: &Session, step: u32) -> Figures {
        let done = &session.steps()[..findings.at(machine, step) as usize];
        let not_given = findings.not_given(machine, step);
        let requests = done.iter().filter(|step| matches!(step.command, Command::Alloc(_)));
        let (served, failed): (Vec<_>, Vec<_>) = requests.partition(|step| matches!(step.reply, Reply::Run(_)));
        let view = session.view();
        let facts = Facts {
            tally: &view.tally,
            pieces: Fragmentation::of(view),
            size: size_asked(first),
            served: served.len() as u64,
            failed: failed.len() as u64 + not_given.refused,
            not_given: not_given.refused + not_given.skipped,
            heaps: Heaps::of(view),
        };
        let tally = facts.tally;
        let ended = findings.ended(machine).is_some() && done.len() == session.steps().len();
        let failures = (ended, tally.failed_calls + tally.signals + tally.oom_kills + facts.not_given);
        Figures { values: FIGURES.iter().map(|figure| (figure.value)(&facts)).collect(), failures }
    }

    /// The value of a figure, by its place among [`FIGURES`].
    pub fn value(&self, figure: usize) -> u64 {
        self.values[figure]
    }

    /// What went wrong on this machine, so that its figures are no merit; compared as a whole, less is better.
    pub fn failures(&self) -> (bool, u64) {
        self.failures
    }
}

/// A map from names to values; `ended` (0 or 1) and `failures` are what went wrong.
impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (figure, value) in FIGURES.iter().zip(&self.values) {
            map.serialize_entry(figure.name, value)?;
        }
        map.serialize_entry("ended", &u64::from(self.failures.0))?;
        map.serialize_entry("failures", &self.failures.1)?;
        map.end()
    }
}

/// The machines where fewest things went wrong: only they can be the best in anything, since a machine that does less
/// has less to pay for.
pub fn sound(all: &[Figures]) -> Vec<bool> {
    let least = all.iter().map(Figures::failures).min().unwrap_or_default();
    all.iter().map(|figures| figures.failures() == least).collect()
}

/// The machines with the best value of a figure; none if all have the same, or if those have it where more went wrong.
pub fn best(all: &[Figures], figure: usize) -> Vec<bool> {
    let values = all.iter().map(|figures| figures.value(figure));
    let best = if FIGURES[figure].more { values.max() } else { values.min() };
    let best = best.filter(|_| differ(all, figure));
    all.iter().zip(sound(all)).map(|(figures, sound)| sound && Some(figures.value(figure)) == best).collect()
}

/// Whether the machines have different values of a figure.
pub fn differ(all: &[Figures], figure: usize) -> bool {
    all.windows(2).any(|two| two[0].value(figure) != two[1].value(figure))
}

/// The largest contiguous request of a session, in frames: the size for which fragmentation is reported. 16 (of 4 KiB:
/// the sound buffer) if it has none.
pub fn size_asked(first: &Session) -> u32 {
    let asked = |command: &Command| if let Command::Alloc(request) = command { Some(request.pages) } else { None };
    let pages = first.steps().iter().filter_map(|step| asked(&step.command));
    pages.max().unwrap_or(16)
}
