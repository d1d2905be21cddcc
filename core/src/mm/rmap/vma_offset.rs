//! The reverse page table of 1998: each frame holds the VMA that maps it and the page's offset in that VMA.
//!
//! ```text
//! frame -> (vma, vma_offset) -> address = base of the VMA + vma_offset -> walk -> PTE
//! ```
//! Nothing is known of a frame once it is shared; then every page table is searched. Two faults of the first version
//! can be switched on: offsets counted from `vm_start` go stale when that moves (a stack grows), and sharing that does
//! not raise the frame's count goes unnoticed. Either way the consistency check finds out: an entry must lead to the
//! PTE through which its frame was met. The cure (counting from a value that moves with the VMA, today's `vm_pgoff`)
//! is the default.
//! Sources: Keith on linux-mm, 1998; Tweedie and LaHaise on linux-mm, March 1998.

use super::{Rmap, none};
use crate::config::OffsetFrom;
use crate::hw::pte::Pte;
use crate::mm::Mm;
use crate::units::{Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::entry::Entry;
use crate::vocabulary::event::Event;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;

/// The scheme.
#[derive(Debug)]
pub struct VmaOffset;

impl Rmap for VmaOffset {
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        match *mm.entries.get(pfn) {
            Entry::Offset { vma, offset } => match follow(mm, pfn, (vma, offset), t) {
                Some(found) => vec![found],
                None => checked_scan(mm, pfn, t),
            },
            Entry::Shared => checked_scan(mm, pfn, t),
            Entry::None | Entry::Direct(_) | Entry::Chain(_) => Vec::new(),
        }
    }

    /// The first mapping is noted; the second makes the entry useless until the last one is gone.
    fn enter(mm: &mut Mm, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let entry = match (mm.frames.get(pfn).mapcount, mm.entries.get(pfn)) {
            (0 | 1, Entry::Shared) => return,
            (0 | 1, _) => entry_of(mm, at.pid, at.vpn),
            _ => Entry::Shared,
        };
        mm.set_entry(pfn, entry, t);
    }

    fn leave(mm: &mut Mm, _at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        if mm.frames.get(pfn).mapcount == 0 {
            mm.set_entry(pfn, Entry::None, t);
        }
    }

    /// Pages that came to another VMA get entries that name it.
    fn rehome(mm: &mut Mm, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        for (at, raw) in mm.leaves(pid, start, end) {
            let Some(pfn) = Pte::decode(mm.geometry.kind, raw).pfn() else { continue };
            if pfn != mm.zero && matches!(mm.entries.get(pfn), Entry::Offset { .. }) {
                mm.set_entry(pfn, entry_of(mm, pid, at.vpn), t);
            }
        }
    }
}

/// Goes where the entry leads, if its frame is there.
fn follow(mm: &Mm, pfn: Pfn, (id, offset): (VmaId, u64), t: &mut impl Trace) -> Option<(PtePlace, VmaId)> {
    let (pid, _) = *mm.vma_at.get(&id)?;
    t.emit(|| Event::VisitVma { pfn, pid, id: Some(id) });
    let vma = mm.vma_by_id(id);
    let vpn = page_at(mm.scheme.offset_from, vma, offset)?;
    let at = mm.find_pte(pid, vpn)?;
    mm.visit_pte(at, pfn, t).then_some((at, id))
}

/// The page-by-page search of old, with the consistency check on every page it passes.
fn checked_scan<T: Trace>(mm: &Mm, pfn: Pfn, t: &mut T) -> Vec<(PtePlace, VmaId)> {
    none::scan(mm, pfn, t, |at, there, t: &mut T| {
        let Entry::Offset { vma, offset } = *mm.entries.get(there) else { return };
        let right = entry_of(mm, at.pid, at.vpn);
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
fn entry_of(mm: &Mm, pid: Pid, vpn: Vpn) -> Entry {
    let vma = mm.space(pid).find(vpn).expect("a present PTE lies in a VMA");
    Entry::Offset { vma: vma.id, offset: offset_in(mm.scheme.offset_from, vma, vpn) }
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
