//! The clock, or second chance: a hand goes round the frames. A frame used since the hand last passed has its accessed
//! bits cleared and is left; the first that was not used is the victim. Source: Corbato 1968 (Multics).

use crate::hw::pte::PteBits;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

impl Mm {
    /// Whether the frame was used since the last look, by the accessed bits of all its PTEs, which are cleared. Marks
    /// the frame if a locked VMA maps it.
    pub(in crate::mm) fn test_and_clear_accessed(&mut self, pfn: Pfn, t: &mut impl Trace) -> bool {
        let mut used = false;
        for (at, vma) in self.mappings(pfn, t) {
            if self.vma_by_id(vma).flags.contains(VmaFlags::LOCKED) {
                self.set_frame(pfn, |f| f.mlocked = true, t);
            }
            if let Some((pfn, bits)) = self.pte_at(at).mapped().filter(|(_, bits)| bits.accessed) {
                used = true;
                self.set_pte(at, PteBits { accessed: false, ..bits }.entry(pfn), t);
            }
        }
        used
    }
}

impl Mm {
    /// Marks a frame that a locked VMA maps.
    pub(in crate::mm) fn mark_locked(&mut self, pfn: Pfn, t: &mut impl Trace) {
        let places = self.mappings(pfn, t);
        if places.iter().any(|(_, vma)| self.vma_by_id(*vma).flags.contains(VmaFlags::LOCKED)) {
            self.set_frame(pfn, |f| f.mlocked = true, t);
        }
    }
}

/// The next victim, a frame below `below`, and how many frames the hand passed. `None`: two rounds found nothing that
/// may be evicted.
pub fn victim(mm: &mut Mm, below: Pfn, t: &mut impl Trace) -> (Option<Pfn>, u32) {
    let frames = mm.frames().studied();
    let mut hand = mm.hand();
    let (mut found, mut looked) = (None, 0);
    for _ in 0..2 * frames {
        looked += 1;
        let pfn = hand;
        hand = Pfn((hand.0 + 1) % frames);
        if !mm.may_be_victim(pfn, below) {
            continue;
        }
        let referenced = mm.test_and_clear_accessed(pfn, t);
        // The look may have found a locked VMA.
        let victim = !referenced && mm.evictable(pfn);
        t.emit(|| Event::Scan { pfn, referenced, victim });
        if victim {
            found = Some(pfn);
            break;
        }
    }
    mm.set_hand(hand, t);
    (found, looked)
}
