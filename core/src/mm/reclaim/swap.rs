//! Swap-in, and the life of a slot; swap-out itself is in `reclaim`.
//!
//! A slot counts the PTEs that hold its number. While some still do after one has been read in, the frame stays in the
//! swap cache (`frame.slot`, `slot.cached`), so the others find the same frame. A cached frame is clean and mapped
//! read-only; the last to come owns the frame exclusively and the slot is freed. Pages that were merged (`ksm`) when
//! they went out share a slot, but not the frame that comes back: each lineage gets its own copy.

use crate::mm::table::map::Rights;
use crate::mm::{Mm, MmError};
use crate::units::{Pfn, SwapSlot};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::request::Mobility;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Cover;

impl Mm {
    /// Brings back the page that a swapped PTE stands for and maps it.
    pub(in crate::mm) fn swap_in(
        &mut self,
        at: PtePlace,
        vma: Cover,
        slot: SwapSlot,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        let cached = self.slot_frame(slot, at, t)?;
        let copied = self.needs_own_copy(cached, vma, at.vpn);
        let pfn = if copied { self.take_frame_for_copy(at.pid, cached, t)? } else { cached };
        if copied {
            self.copy_page(cached, pfn, t);
        }
        self.set_slot(slot, |s| s.count -= 1, t);
        let exclusive = copied || (self.disk().slot(slot).count == 0 && self.frame(pfn).mapcount == 0);
        self.leave_swap_cache(slot, t);
        // Not known to be this process's alone: the oldest anon_vma is in every sharer's chain.
        let oldest = self.vma(vma.pid, vma.start).chain[0];
        let owner = if exclusive { vma.anon_vma.expect("a swapped page had an anon_vma") } else { oldest };
        let write = access == Access::Write && exclusive && vma.prot.contains(Prot::WRITE);
        self.map_frame(at, vma, (pfn, Owner::Anon(owner)), Rights { writable: write, dirty: write }, t);
        Ok(())
    }

    /// The frame that holds a slot's bytes: cached, or read from the disk.
    fn slot_frame(&mut self, slot: SwapSlot, at: PtePlace, t: &mut impl Trace) -> Result<Pfn, MmError> {
        if let Some(pfn) = self.disk().slot(slot).cached {
            return Ok(pfn);
        }
        let pfn = self.take_frame(at.pid, Mobility::Movable, t)?;
        self.read_slot(slot, pfn, t);
        Ok(pfn)
    }

    /// Reads a slot into a frame and enters both in the swap cache.
    pub(in crate::mm) fn read_slot(&mut self, slot: SwapSlot, pfn: Pfn, t: &mut impl Trace) {
        t.emit(|| Event::DiskRead { slot: Some(slot), object: None });
        let contents = self.disk().contents(slot).clone();
        self.set_contents(pfn, None, contents, t);
        self.set_slot(slot, |s| s.cached = Some(pfn), t);
        self.set_frame(pfn, |f| f.slot = Some(slot), t);
    }

    /// Drops one reference to a slot.
    pub(in crate::mm) fn put_slot(&mut self, slot: SwapSlot, t: &mut impl Trace) {
        self.set_slot(slot, |s| s.count -= 1, t);
        let cached = self.disk().slot(slot).cached;
        self.leave_swap_cache(slot, t);
        if let Some(pfn) = cached {
            let frame = self.frame(pfn);
            if frame.mapcount == 0 && frame.slot.is_none() {
                self.give_frame(pfn, t);
            }
        }
    }

    /// Once no PTE holds the slot's number the cached frame is the only copy: the slot is freed.
    fn leave_swap_cache(&mut self, slot: SwapSlot, t: &mut impl Trace) {
        let state = self.disk().slot(slot);
        if state.count > 0 {
            return;
        }
        if let Some(pfn) = state.cached {
            self.set_slot(slot, |s| s.cached = None, t);
            self.set_frame(pfn, |f| (f.slot, f.dirty) = (None, true), t);
        }
    }
}
