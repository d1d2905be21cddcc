//! The reverse page table of 1998: each frame holds the VMA that maps it and the page's offset in that VMA.
//!
//! ```text
//! frame -> (vma, vma_offset) -> address = base of the VMA + vma_offset -> walk -> PTE
//! ```
//! Nothing is known of a frame once it is shared; then every page table is searched. Two faults of the first version
//! can be switched on: offsets counted from `vm_start` go stale when that moves (a stack grows), and sharing that does
//! not raise the frame's count goes unnoticed. Either way the consistency check finds out: an entry must lead to the
//! PTE through which its frame was met. It is made on every page that a search of all page tables passes: with
//! `check_pairs` each time a page's PTEs are looked for, as when swapping went page by page, else only where the entry
//! is of no use. What moves `vm_start`: a stack that grows; a mapping that is joined to one mapped below it. The cure
//! (counting from a value that moves with the VMA, today's `vm_pgoff`) is the default.
//! Sources: Keith on linux-mm, 1998; Tweedie and LaHaise on linux-mm, March 1998.

use super::{Rmap, none, set_entry, visit_pte};
use crate::config::{Config, OffsetFrom};
use crate::hw::pte::Pte;
use crate::mm::base::tables::Tables;
use crate::units::{Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::entry::{Entries, Entry};
use crate::vocabulary::event::Event;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;

/// The scheme `vma_offset`.
#[derive(Clone, Debug)]
pub struct VmaOffset {
    entries: Entries,
    from: OffsetFrom,
    /// Every mapping of the zero page is believed to be its only one, since the page's count is never raised.
    trust_count: bool,
    /// Whether every search goes through all page tables, too, to check the entries of what it passes.
    check: bool,
}

impl VmaOffset {
    /// A reverse map without entries.
    pub fn new(config: &Config) -> VmaOffset {
        let Config { offset_from, trust_count, check_pairs, .. } = *config;
        VmaOffset { entries: Entries::new(config), from: offset_from, trust_count, check: check_pairs }
    }

    /// The entries of all frames.
    #[inline]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}

impl Rmap for VmaOffset {
    fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        match *self.entries.get(pfn) {
            Entry::Offset { vma, offset } => match self.follow(tables, pfn, (vma, offset), t) {
                Some(found) if !self.check => vec![found],
                _ => self.checked_scan(tables, pfn, t),
            },
            Entry::Shared => self.checked_scan(tables, pfn, t),
            Entry::None | Entry::Direct(_) | Entry::Chain(_) => Vec::new(),
        }
    }

    /// The first mapping is noted; the second makes the entry useless until the last one is gone.
    fn enter(&mut self, tables: &Tables, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let entry = match (tables.frames.get(pfn).mapcount, self.entries.get(pfn)) {
            (0 | 1, Entry::Shared) => return,
            (0 | 1, _) => self.entry_of(tables, at.pid, at.vpn),
            _ => Entry::Shared,
        };
        set_entry(&mut self.entries, pfn, entry, t);
    }

    fn enter_uncounted(&mut self, tables: &Tables, at: PtePlace, t: &mut impl Trace) {
        if self.trust_count {
            self.enter(tables, at, tables.zero, t);
        }
    }

    fn leave(&mut self, tables: &Tables, _at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        if tables.frames.get(pfn).mapcount == 0 {
            set_entry(&mut self.entries, pfn, Entry::None, t);
        }
    }

    /// Pages that came to another VMA get entries that name it.
    fn rehome(&mut self, tables: &Tables, pid: Pid, pages: Pages, t: &mut impl Trace) {
        for (at, raw) in tables.leaves(pid, pages) {
            let Some(pfn) = Pte::decode(tables.geometry.kind, raw).pfn() else { continue };
            if pfn != tables.zero && matches!(self.entries.get(pfn), Entry::Offset { .. }) {
                let entry = self.entry_of(tables, pid, at.vpn);
                set_entry(&mut self.entries, pfn, entry, t);
            }
        }
    }
}

impl VmaOffset {
    /// Follows an entry to the PTE that maps the frame; `None` if it leads elsewhere.
    fn follow(
        &self,
        tables: &Tables,
        pfn: Pfn,
        (id, offset): (VmaId, u64),
        t: &mut impl Trace,
    ) -> Option<(PtePlace, VmaId)> {
        let (pid, _) = *tables.vma_at.get(&id)?;
        t.emit(|| Event::VisitVma { pfn, pid, id: Some(id) });
        let vma = tables.vma_by_id(id);
        let vpn = page_at(self.from, vma, offset)?;
        let at = tables.find_pte(pid, vpn)?;
        visit_pte(tables, at, pfn, t).then_some((at, id))
    }

    /// Searches page by page, as in 1998, with the consistency check on every page it passes. What it finds is right
    /// whatever the entries say.
    fn checked_scan<T: Trace>(&self, tables: &Tables, pfn: Pfn, t: &mut T) -> Vec<(PtePlace, VmaId)> {
        none::scan(tables, pfn, t, |at, there, t: &mut T| {
            let Entry::Offset { vma, offset } = *self.entries.get(there) else { return };
            let right = self.entry_of(tables, at.pid, at.vpn);
            if right != (Entry::Offset { vma, offset }) {
                t.emit(|| Event::Stale {
                    pfn: there,
                    pid: at.pid,
                    vpn: at.vpn,
                    entry: Entry::Offset { vma, offset },
                    right,
                });
            }
        })
    }

    /// What the entry of a frame mapped at this page ought to be.
    fn entry_of(&self, tables: &Tables, pid: Pid, vpn: Vpn) -> Entry {
        let vma = tables.space(pid).find(vpn).expect("a present PTE lies in a VMA");
        Entry::Offset { vma: vma.id, offset: offset_in(self.from, vma, vpn) }
    }
}

/// The offset stored for a page, in pages.
pub fn offset_in(from: OffsetFrom, vma: &Vma, vpn: Vpn) -> u64 {
    match from {
        OffsetFrom::VmStart => vpn.0 - vma.start.0,
        OffsetFrom::VmPgoff => vma.index_of(vpn),
    }
}

/// The page a stored offset leads to, if it lies in the VMA.
pub fn page_at(from: OffsetFrom, vma: &Vma, offset: u64) -> Option<Vpn> {
    match from {
        OffsetFrom::VmStart => vma.start.0.checked_add(offset).map(Vpn).filter(|vpn| vma.contains(*vpn)),
        OffsetFrom::VmPgoff => vma.vpn_of(offset),
    }
}
