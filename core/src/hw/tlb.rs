//! The translation look-aside buffer: set-associative, tagged with the process (as PCID does), replaced round robin
//! within a set.
//!
//! ```text
//! 64 entries, 4 ways:  set = page number mod 16      up to 8 entries: one set, any entry may hold any page
//! set 0 | way 0 | way 1 | way 2 | way 3 |
//! ```
//! An entry of a large page covers all of it: its set follows from the large page's number, as in a unified TLB. While
//! it holds no such entry, no search for one is made.
//!
//! Invariant: an entry never disagrees with the page tables; code that takes rights away from a PTE, or the frame,
//! flushes the page here.

use crate::units::{Pfn, Pid, Vpn};
use serde::{Deserialize, Serialize};

/// One cached translation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TlbEntry {
    pub pid: Pid,
    /// The first page it covers.
    pub vpn: Vpn,
    /// Pages that it covers: 1, or all of a large page.
    pub pages: u32,
    /// The first page's frame.
    pub pfn: Pfn,
    pub writable: bool,
    /// The PTE's dirty bit when it was cached; a write through a clean entry walks again to set it.
    pub dirty: bool,
}

impl TlbEntry {
    /// The frame of a page that it covers.
    #[inline]
    pub fn frame_of(&self, vpn: Vpn) -> Pfn {
        self.pfn.plus((vpn.0 - self.vpn.0) as u32)
    }
}

/// The TLB. Mutators return what changed.
#[derive(Clone, PartialEq, Debug)]
pub struct Tlb {
    entries: Vec<Option<TlbEntry>>,
    ways: usize,
    /// Pages of a large page, 1 where there are none, and how many entries are of such.
    large_pages: u32,
    large: u32,
    /// The way of each set that is replaced next.
    hands: Vec<u8>,
}

/// A change of one entry: its index, and its values before and after.
pub type TlbChange = (u16, Option<TlbEntry>, Option<TlbEntry>);

impl Tlb {
    /// An empty TLB of `size` entries: 4 ways if that divides it, fully associative up to 8 entries.
    pub fn new(size: u16, large_pages: Option<u32>) -> Tlb {
        let size = usize::from(size);
        let ways = ways(size);
        let large_pages = large_pages.unwrap_or(1);
        Tlb { entries: vec![None; size], ways, large_pages, large: 0, hands: vec![0; size / ways] }
    }

    /// All entries, for the view.
    pub fn entries(&self) -> &[Option<TlbEntry>] {
        &self.entries
    }

    /// The set of a page's number, or a large page's.
    #[inline]
    fn set(&self, number: u64) -> usize {
        // Most TLBs have a power of two of sets, where the host need not divide.
        let sets = self.hands.len() as u64;
        (if sets.is_power_of_two() { number & (sets - 1) } else { number % sets }) as usize
    }

    #[inline]
    fn find(&self, pid: Pid, vpn: Vpn) -> Option<usize> {
        // A large page's entry that begins at `vpn` may stand in this set, too; it is as good.
        let found = self.find_in(self.set(vpn.0), |e| e.vpn == vpn && e.pid == pid);
        if found.is_none() && self.large > 0 { self.find_large(pid, vpn) } else { found }
    }

    #[inline(never)]
    fn find_large(&self, pid: Pid, vpn: Vpn) -> Option<usize> {
        let number = vpn.0 / u64::from(self.large_pages);
        let first = Vpn(number * u64::from(self.large_pages));
        self.find_in(self.set(number), |e| e.vpn == first && e.pid == pid && e.pages > 1)
    }

    #[inline]
    fn find_in(&self, set: usize, is_it: impl Fn(&TlbEntry) -> bool) -> Option<usize> {
        let first = set * self.ways;
        let here = |entry: &Option<TlbEntry>| matches!(entry, Some(e) if is_it(e));
        self.entries[first..first + self.ways].iter().position(here).map(|way| first + way)
    }

    /// The cached translation of a page; `None` if there is none.
    #[inline]
    pub fn lookup(&self, pid: Pid, vpn: Vpn) -> Option<TlbEntry> {
        self.find(pid, vpn).and_then(|at| self.entries[at])
    }

    /// Whether a page of `start..end` may be cached, so that code that unmaps many pages need not ask for each. For a
    /// short range not worth the look.
    pub fn may_hold(&self, pid: Pid, start: Vpn, end: Vpn) -> bool {
        let holds =
            |entry: &Option<TlbEntry>| matches!(entry, Some(e) if e.pid == pid && start <= e.vpn && e.vpn < end);
        (end.0 - start.0) * 4 < self.entries.len() as u64 || self.entries.iter().any(holds)
    }

    /// Caches a translation of a page that has none here.
    #[inline(always)]
    pub fn fill(&mut self, entry: TlbEntry) -> TlbChange {
        let set = self.set(if entry.pages == 1 { entry.vpn.0 } else { entry.vpn.0 / u64::from(entry.pages) });
        let way = usize::from(self.hands[set]);
        self.hands[set] = if way + 1 == self.ways { 0 } else { way as u8 + 1 };
        self.put(set * self.ways + way, entry)
    }

    /// Caches a translation over an older one of the same page, if that is still here.
    #[inline]
    pub fn renew(&mut self, entry: TlbEntry) -> TlbChange {
        match self.find(entry.pid, entry.vpn) {
            Some(at) => self.put(at, entry),
            None => self.fill(entry),
        }
    }

    #[inline(always)]
    fn put(&mut self, at: usize, entry: TlbEntry) -> TlbChange {
        let before = self.entries[at].replace(entry);
        if self.large > 0 || entry.pages > 1 {
            self.large = self.large + u32::from(entry.pages > 1) - u32::from(before.is_some_and(|e| e.pages > 1));
        }
        (at as u16, before, Some(entry))
    }

    /// Drops one page's translation, if cached.
    #[inline]
    pub fn flush_page(&mut self, pid: Pid, vpn: Vpn) -> Option<TlbChange> {
        let at = self.find(pid, vpn)?;
        let before = self.entries[at].take();
        if self.large > 0 {
            self.large -= u32::from(before.is_some_and(|e| e.pages > 1));
        }
        Some((at as u16, before, None))
    }
}

/// Number of entries of a set, in a TLB of so many entries.
pub fn ways(size: usize) -> usize {
    if size <= 8 { size } else { [4, 2, 1].into_iter().find(|w| size.is_multiple_of(*w)).expect("1 does") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only while it counts entries of large pages are they searched for.
    #[test]
    fn a_small_page_renewed_leaves_the_large_ones_counted() {
        let mut tlb = Tlb::new(64, Some(512));
        let small = TlbEntry { pid: Pid(1), vpn: Vpn(5), pages: 1, pfn: Pfn(9), writable: false, dirty: false };
        let large = TlbEntry { vpn: Vpn(512), pages: 512, pfn: Pfn(1024), ..small };
        tlb.fill(large);
        tlb.fill(small);
        let (_, before, after) = tlb.renew(TlbEntry { writable: true, ..small });
        assert_eq!((before, after), (Some(small), Some(TlbEntry { writable: true, ..small })));
        assert_eq!(tlb.lookup(Pid(1), Vpn(512 + 100)), Some(large));
        assert_eq!(tlb.flush_page(Pid(1), Vpn(512 + 100)).and_then(|(_, before, _)| before), Some(large));
        assert_eq!((tlb.lookup(Pid(1), Vpn(512 + 100)), tlb.large), (None, 0));
    }
}
