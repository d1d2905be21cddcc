//! One more entry that maps a frame. That there is one fewer is in `zap`.

use crate::hw::pte::PteBits;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::frame::{Frame, Owner};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Cover, VmaFlags};

/// What a fresh mapping allows, and whether it counts as written.
#[derive(Clone, Copy, Debug)]
pub(in crate::mm) struct Rights {
    pub writable: bool,
    pub dirty: bool,
}

impl Rights {
    /// The rights of a page mapped by a write.
    pub(in crate::mm) const WRITTEN: Rights = Rights { writable: true, dirty: true };
}

impl Mm {
    /// Points an empty or swapped entry to a frame and counts it. The reverse map's data are written here.
    #[inline(always)]
    pub(in crate::mm) fn map_frame(
        &mut self,
        at: PtePlace,
        vma: Cover,
        (pfn, owner): (Pfn, Owner),
        Rights { writable, dirty }: Rights,
        t: &mut impl Trace,
    ) {
        let index = if matches!(owner, Owner::Ksm(_)) { 0 } else { vma.index_of(at.vpn) };
        let locked = vma.flags.contains(VmaFlags::LOCKED);
        let enter = move |f: &mut Frame| {
            (f.mapping, f.index) = (owner, index);
            f.mapcount += 1;
            f.mlocked |= locked;
        };
        self.set_frame(pfn, enter, t);
        self.enter_rmap(at, pfn, t);
        self.set_pte(at, PteBits { writable, dirty, ..vma.prot.pte_bits() }.entry(pfn), t);
        self.count_pages(at.pid, 1);
    }
}
