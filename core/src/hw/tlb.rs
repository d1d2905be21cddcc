//! The translation look-aside buffer: fully associative, tagged with the process (as PCID does), replaced round robin.
//!
//! Invariant: an entry never disagrees with the page tables; whoever takes rights away from a PTE, or the frame,
//! flushes the page here.

use crate::units::{Pfn, Pid, Vpn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One cached translation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TlbEntry {
    pub pid: Pid,
    pub vpn: Vpn,
    pub pfn: Pfn,
    pub writable: bool,
    /// The PTE's dirty bit when it was cached; a write through a clean entry walks again to set it.
    pub dirty: bool,
}

/// The TLB. Mutators return what changed, as `(index, before, after)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Tlb {
    entries: Vec<Option<TlbEntry>>,
    hand: u16,
    // Where an entry is, by its key: the hardware compares all entries at once, a scan here would be the slowest part.
    index: BTreeMap<(Pid, Vpn), u16>,
}

/// A change of one entry.
pub type TlbChange = (u16, Option<TlbEntry>, Option<TlbEntry>);

impl Tlb {
    /// An empty TLB of `size` entries.
    pub fn new(size: u16) -> Tlb {
        Tlb { entries: vec![None; usize::from(size)], hand: 0, index: BTreeMap::new() }
    }

    /// All entries, for the view.
    pub fn entries(&self) -> &[Option<TlbEntry>] {
        &self.entries
    }

    /// The cached translation of a page, if any.
    #[inline]
    pub fn lookup(&self, pid: Pid, vpn: Vpn) -> Option<TlbEntry> {
        self.index.get(&(pid, vpn)).and_then(|i| self.entries[usize::from(*i)])
    }

    /// Caches a translation, over its older self if there is one.
    pub fn fill(&mut self, entry: TlbEntry) -> TlbChange {
        let at = match self.index.get(&(entry.pid, entry.vpn)) {
            Some(at) => *at,
            None => {
                let at = self.hand;
                self.hand = (self.hand + 1) % self.entries.len() as u16;
                at
            }
        };
        let before = self.entries[usize::from(at)].replace(entry);
        if let Some(old) = before {
            self.index.remove(&(old.pid, old.vpn));
        }
        self.index.insert((entry.pid, entry.vpn), at);
        (at, before, Some(entry))
    }

    /// Drops one page's translation, if cached.
    #[inline]
    pub fn flush_page(&mut self, pid: Pid, vpn: Vpn) -> Option<TlbChange> {
        let at = self.index.remove(&(pid, vpn))?;
        let before = self.entries[usize::from(at)].take();
        Some((at, before, None))
    }

    /// Drops every translation of a process.
    pub fn flush_process(&mut self, pid: Pid) -> Vec<TlbChange> {
        let pages: Vec<Vpn> = self.index.range((pid, Vpn(0))..=(pid, Vpn(u64::MAX))).map(|((_, vpn), _)| *vpn).collect();
        pages.into_iter().filter_map(|vpn| self.flush_page(pid, vpn)).collect()
    }
}
