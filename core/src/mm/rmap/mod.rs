//! Reverse mapping behind one boundary: from a frame to every PTE that maps it. Adding a scheme: its file, one variant
//! of `RmapKind`, one line in [`mappings`](Mm::mappings).

pub mod none;
pub mod object;

use super::Mm;
use super::state::PtePlace;
use crate::config::RmapKind;
use crate::hw::pte::Pte;
use crate::lab::event::{Event, Trace};
use crate::units::{Pfn, VmaId};

/// A scheme. Every PTE and VMA it looks at is told to the trace: that is its cost.
pub trait Rmap {
    /// Every PTE that maps the frame, with its VMA.
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)>;
}

impl Mm {
    /// Every PTE that maps the frame, found by the machine's scheme. Panics if it does not find as many as are counted.
    pub(crate) fn mappings(&self, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let found = self.mappings_unchecked(pfn, t);
        assert_eq!(
            found.len() as u32,
            self.frames.get(pfn).mapcount,
            "invariant pte-rmap: PTEs of {pfn} found, against its mapcount"
        );
        found
    }

    /// The same without the assertion, for `check`, which reports instead.
    pub(crate) fn mappings_unchecked(&self, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        match self.rmap {
            RmapKind::None => none::Scan::mappings(self, pfn, t),
            RmapKind::Object => object::Object::mappings(self, pfn, t),
        }
    }

    /// Looks at one PTE: does it map the frame?
    pub(crate) fn visit_pte(&self, at: PtePlace, pfn: Pfn, t: &mut impl Trace) -> bool {
        let found = self.pte_at(at).pfn() == Some(pfn);
        t.emit(|| Event::VisitPte { pfn, pid: at.pid, vpn: at.vpn, found });
        found
    }

    /// Whether the frame was used since the last look, by the accessed bits of all its PTEs, which are cleared. Marks
    /// the frame if a locked VMA maps it.
    pub(crate) fn test_and_clear_accessed(&mut self, pfn: Pfn, t: &mut impl Trace) -> bool {
        let mut used = false;
        for (at, vma) in self.mappings(pfn, t) {
            if self.vma_by_id(vma).flags.contains(super::vma::VmaFlags::LOCKED) {
                self.set_frame(pfn, |f| f.mlocked = true, t);
            }
            if let Pte::Mapped { pfn, writable, accessed: true, dirty, exec, protnone } = self.pte_at(at) {
                used = true;
                self.set_pte(at, Pte::Mapped { pfn, writable, accessed: false, dirty, exec, protnone }, t);
            }
        }
        used
    }
}
