//! The translation look-aside buffer: set-associative, tagged with the process (as PCID and ASIDs do) or not, replaced
//! round robin within a set, by least recent use or by chance.
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
use strum::VariantArray;

/// The kernel's entries are good in every address space.
const KERNEL: Pid = Pid(0);

/// Which entry of a set goes for a new one.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum TlbReplacement {
    /// The ways in turn: first in, first out.
    #[default]
    Fifo,
    /// The one used least lately.
    Lru,
    /// One by chance, the same in each run.
    Random,
}

/// What a TLB is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlbShape {
    pub entries: u16,
    /// Entries of a set; they divide all.
    pub ways: u16,
    pub replacement: TlbReplacement,
    /// Entries are tagged with their process.
    pub asid: bool,
    /// Pages of a large page, if there are such.
    pub large_pages: Option<u32>,
}

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
    /// The way of each set that is replaced next; of all but FIFO only their number counts.
    hands: Vec<u16>,
    replacement: TlbReplacement,
    /// When each entry was used last, by the number of uses until then; empty unless that decides.
    used: Vec<u64>,
    uses: u64,
    /// What chance gave last; the same in each run.
    chance: u64,
    /// The process whose entries are here, where they are not tagged.
    untagged: Option<Pid>,
}

/// A change of one entry: its index, and its values before and after.
pub type TlbChange = (u16, Option<TlbEntry>, Option<TlbEntry>);

impl Tlb {
    /// An empty TLB.
    pub fn new(TlbShape { entries, ways, replacement, asid, large_pages }: TlbShape) -> Tlb {
        let (size, ways) = (usize::from(entries), usize::from(ways));
        Tlb {
            entries: vec![None; size],
            ways,
            large_pages: large_pages.unwrap_or(1),
            large: 0,
            hands: vec![0; size / ways],
            replacement,
            used: if replacement == TlbReplacement::Lru { vec![0; size] } else { Vec::new() },
            uses: 0,
            chance: 1,
            untagged: (!asid).then_some(KERNEL),
        }
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

    /// Looks a page up for an access, which counts as a use.
    #[inline]
    pub fn look_up(&mut self, pid: Pid, vpn: Vpn) -> Option<TlbEntry> {
        let at = self.find(pid, vpn)?;
        if !self.used.is_empty() {
            self.note_use(at);
        }
        self.entries[at]
    }

    #[inline(never)]
    fn note_use(&mut self, at: usize) {
        self.uses += 1;
        self.used[at] = self.uses;
    }

    /// Whether the entries have to go before this process runs: they have no tags, and another one ran last. The
    /// kernel's are good in every address space.
    #[inline]
    pub fn is_foreign(&self, pid: Pid) -> bool {
        self.untagged.is_some_and(|last| last != pid && pid != KERNEL)
    }

    /// Drops one entry that is not the kernel's; with the last of them the TLB is `pid`'s. `None`: there are none more.
    pub fn switch_to(&mut self, pid: Pid) -> Option<TlbChange> {
        let at = self.entries.iter().position(|entry| entry.is_some_and(|entry| entry.pid != KERNEL));
        let Some(at) = at else {
            self.untagged = Some(pid);
            return None;
        };
        let before = self.entries[at].take();
        self.large -= u32::from(before.is_some_and(|entry| entry.pages > 1));
        Some((at as u16, before, None))
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
        if self.replacement != TlbReplacement::Fifo {
            return self.fill_chosen(set, entry);
        }
        let way = usize::from(self.hands[set]);
        self.hands[set] = if way + 1 == self.ways { 0 } else { way as u16 + 1 };
        self.put(set * self.ways + way, entry)
    }

    /// Caches a translation in a way that is empty, else in the one used least lately, or in any by chance.
    #[inline(never)]
    fn fill_chosen(&mut self, set: usize, entry: TlbEntry) -> TlbChange {
        let ways = set * self.ways..(set + 1) * self.ways;
        let empty = ways.clone().find(|at| self.entries[*at].is_none());
        let at = empty.unwrap_or_else(|| match self.replacement {
            TlbReplacement::Lru => ways.min_by_key(|at| self.used[*at]).expect("a set has ways"),
            TlbReplacement::Fifo | TlbReplacement::Random => {
                // Knuth's MMIX generator; its upper bits are the better ones.
                self.chance =
                    self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ways.start + (self.chance >> 33) as usize % self.ways
            }
        });
        if !self.used.is_empty() {
            self.note_use(at);
        }
        self.put(at, entry)
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

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: TlbShape =
        TlbShape { entries: 64, ways: 4, replacement: TlbReplacement::Fifo, asid: true, large_pages: Some(512) };

    /// Only while it counts entries of large pages are they searched for.
    #[test]
    fn a_small_page_renewed_leaves_the_large_ones_counted() {
        let mut tlb = Tlb::new(SHAPE);
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

    /// The set of two ways that pages 0, 2, 4 and so on share, after some accesses.
    fn after(replacement: TlbReplacement, pages: &[u64]) -> (Vec<u64>, u32) {
        let mut tlb = Tlb::new(TlbShape { entries: 4, ways: 2, replacement, ..SHAPE });
        let mut misses = 0;
        for page in pages {
            let (pid, vpn) = (Pid(1), Vpn(*page));
            if tlb.look_up(pid, vpn).is_none() {
                misses += 1;
                tlb.fill(TlbEntry { pid, vpn, pages: 1, pfn: Pfn(0), writable: false, dirty: false });
            }
        }
        (tlb.entries()[..2].iter().flatten().map(|entry| entry.vpn.0).collect(), misses)
    }

    #[test]
    fn what_goes_is_as_the_replacement_says() {
        let pages = [0, 2, 0, 4, 0, 2];
        assert_eq!(after(TlbReplacement::Fifo, &pages), (vec![2, 0], 5), "0 came first, so it goes for 4");
        assert_eq!(after(TlbReplacement::Lru, &pages), (vec![0, 2], 4), "2 was used before 0, so it goes for 4");
        let random = after(TlbReplacement::Random, &pages);
        assert_eq!(random, after(TlbReplacement::Random, &pages), "the same in each run");
        assert_eq!(after(TlbReplacement::Lru, &[0, 1, 3, 5]).0, [0], "odd pages are in the other set");
    }

    #[test]
    fn without_tags_another_process_finds_nothing() {
        let mut tlb = Tlb::new(TlbShape { asid: false, ..SHAPE });
        let entry = TlbEntry { pid: Pid(1), vpn: Vpn(5), pages: 1, pfn: Pfn(9), writable: false, dirty: false };
        assert!(tlb.is_foreign(Pid(1)) && tlb.switch_to(Pid(1)).is_none() && !tlb.is_foreign(Pid(1)));
        tlb.fill(entry);
        tlb.fill(TlbEntry { pid: KERNEL, vpn: Vpn(6), ..entry });
        assert!(!tlb.is_foreign(KERNEL), "the kernel is in every address space");
        assert!(tlb.is_foreign(Pid(2)));
        assert_eq!(tlb.switch_to(Pid(2)).and_then(|(_, before, _)| before), Some(entry));
        assert_eq!((tlb.switch_to(Pid(2)), tlb.is_foreign(Pid(2))), (None, false));
        assert!(tlb.lookup(KERNEL, Vpn(6)).is_some());
        assert!(!Tlb::new(SHAPE).is_foreign(Pid(1)), "tagged: nothing has to go");
    }
}
