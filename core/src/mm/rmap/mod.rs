//! Reverse mapping behind one boundary: from a frame to every PTE that maps it. Adding a scheme: its file, one variant
//! of `RmapKind`; the compiler then names every place that must know of it.

pub mod interval;
pub mod none;
pub mod object;
pub mod object_list;
pub mod pte_chain;
pub mod vma_offset;

use super::Mm;
use crate::config::{AnonKind, Config, OffsetFrom, RmapKind};
use crate::hw::pte::Pte;
use crate::units::{Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::entry::Entry;
use crate::vocabulary::event::Event;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use object::Object;
use object_list::ObjectList;
use pte_chain::PteChain;
use vma_offset::VmaOffset;

/// A scheme. Every PTE, VMA and link it looks at is told to the trace: that is its cost.
pub trait Rmap {
    /// Every PTE that maps the frame, with its VMA.
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)>;
    /// The PTE at `at` maps the frame now; the frame's count has been raised.
    fn enter(_mm: &mut Mm, _at: PtePlace, _pfn: Pfn, _t: &mut impl Trace) {}
    /// The PTE at `at` does not map the frame any more; the frame's count has been lowered.
    fn leave(_mm: &mut Mm, _at: PtePlace, _pfn: Pfn, _t: &mut impl Trace) {}
    /// Pages `start..end` lie in another VMA than before.
    fn rehome(_mm: &mut Mm, _pid: Pid, _start: Vpn, _end: Vpn, _t: &mut impl Trace) {}
}

/// The scheme and its settings, from the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    pub kind: RmapKind,
    pub offset_from: OffsetFrom,
    pub trust_count: bool,
    pub chain_pointers: u8,
    pub anon: AnonKind,
}

impl Scheme {
    /// The settings of a validated configuration.
    pub fn new(config: &Config) -> Scheme {
        Scheme {
            kind: config.rmap,
            offset_from: config.offset_from,
            trust_count: config.trust_count,
            chain_pointers: config.chain_pointers,
            anon: config.anon,
        }
    }

    /// Whether something is stored for every frame that is mapped.
    #[inline]
    pub fn keeps_entries(&self) -> bool {
        match self.kind {
            RmapKind::VmaOffset | RmapKind::PteChain => true,
            RmapKind::None | RmapKind::ObjectList | RmapKind::Object => false,
        }
    }
}

impl Mm {
    /// Every PTE that maps the frame, found by the machine's scheme. Panics if it does not find as many as are counted.
    pub(crate) fn mappings(&self, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        // A page of the page cache or the swap cache that nobody maps: nothing to look for, under any scheme.
        if self.frames.get(pfn).mapcount == 0 {
            return Vec::new();
        }
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
        match self.scheme.kind {
            RmapKind::None => none::Scan::mappings(self, pfn, t),
            RmapKind::VmaOffset => VmaOffset::mappings(self, pfn, t),
            RmapKind::PteChain => PteChain::mappings(self, pfn, t),
            RmapKind::ObjectList => ObjectList::mappings(self, pfn, t),
            RmapKind::Object => Object::mappings(self, pfn, t),
        }
    }

    /// A PTE maps the frame now: whoever keeps entries writes one.
    #[inline(always)]
    pub(crate) fn enter_rmap(&mut self, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        match self.scheme.kind {
            RmapKind::VmaOffset => VmaOffset::enter(self, at, pfn, t),
            RmapKind::PteChain => PteChain::enter(self, at, pfn, t),
            RmapKind::None | RmapKind::ObjectList | RmapKind::Object => {}
        }
    }

    /// A PTE maps the shared page of zeroes now, whose count nobody raises. Who trusts the count takes the first such
    /// mapping, and each later one, for the only one.
    #[inline]
    pub(crate) fn enter_uncounted(&mut self, at: PtePlace, t: &mut impl Trace) {
        if self.scheme.kind == RmapKind::VmaOffset && self.scheme.trust_count {
            VmaOffset::enter(self, at, self.zero, t);
        }
    }

    /// A PTE does not map the frame any more.
    #[inline]
    pub(crate) fn leave_rmap(&mut self, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        match self.scheme.kind {
            RmapKind::VmaOffset => VmaOffset::leave(self, at, pfn, t),
            RmapKind::PteChain => PteChain::leave(self, at, pfn, t),
            RmapKind::None | RmapKind::ObjectList | RmapKind::Object => {}
        }
    }

    /// Pages came to another VMA by a split or a merge.
    pub(crate) fn rehome_rmap(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        match self.scheme.kind {
            RmapKind::VmaOffset => VmaOffset::rehome(self, pid, start, end, t),
            RmapKind::None | RmapKind::PteChain | RmapKind::ObjectList | RmapKind::Object => {}
        }
    }

    /// Replaces what is stored for a frame.
    pub(crate) fn set_entry(&mut self, pfn: Pfn, after: Entry, t: &mut impl Trace) {
        if *self.entries.get(pfn) == after {
            return;
        }
        let before = self.entries.set(pfn, after);
        t.emit(|| Event::Reverse { pfn, before, after: self.entries.get(pfn).clone() });
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
            if self.vma_by_id(vma).flags.contains(crate::vocabulary::vma::VmaFlags::LOCKED) {
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
