//! The setters of memory: descriptors, entries, the TLB, bytes, slots, runs. Only these change them, each with one
//! event; what has none follows from other state or concerns no other code.

use super::Mm;
use crate::alloc::Allocator;
use crate::chunks::own;
use crate::hw::disk::Slot;
use crate::hw::pte::{Pte, RawPte};
use crate::hw::ram::Contents;
use crate::hw::tlb::{TlbChange, TlbEntry};
use crate::mm::base::pool::Pool;
use crate::units::{Pfn, Pid, RunId, SwapSlot, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Frame;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::run::Run;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Changes a descriptor: done three times for every page, so always inlined.
    #[inline(always)]
    pub(in crate::mm) fn set_frame(&mut self, pfn: Pfn, change: impl FnOnce(&mut Frame), t: &mut impl Trace) {
        let frame = self.frames.get_mut(pfn);
        let before = *frame;
        change(frame);
        let after = *frame;
        if before != after {
            t.emit(|| Event::Frame { pfn, before, after });
            if self.policy.keeps_lists() && before.is_ranked() != after.is_ranked() {
                self.rank_frame(pfn, after.is_ranked(), t);
            }
        }
    }

    /// Writes an entry; returns the old. Most of what a page costs, so always inlined.
    #[inline(always)]
    pub(in crate::mm) fn set_raw_pte(&mut self, at: PtePlace, after: RawPte, t: &mut impl Trace) -> RawPte {
        let before = self.ram.set_entry(at.table, at.index, after);
        if before != after {
            let PtePlace { pid, table, index, level, vpn } = at;
            t.emit(|| Event::Pte { pid, table, index, level, vpn, before, after });
        }
        before
    }

    /// Writes a PTE and drops what the TLB holds of it.
    pub(in crate::mm) fn set_pte(&mut self, at: PtePlace, pte: Pte, t: &mut impl Trace) {
        // An entry that was empty is not in the TLB.
        if self.set_raw_pte(at, pte.encode(self.geometry.kind), t) != 0 {
            self.flush(at.pid, at.vpn, t);
        }
    }

    pub(in crate::mm) fn flush(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) {
        if let Some(change) = self.tlb.flush_page(pid, vpn) {
            emit_tlb(change, t);
        }
    }

    /// Caches a translation over an older one of the same page (`renew`), or as a new one. Done at most accesses, so
    /// always inlined.
    #[inline(always)]
    pub(in crate::mm) fn fill_tlb(&mut self, entry: TlbEntry, renew: bool, t: &mut impl Trace) {
        emit_tlb(if renew { self.tlb.renew(entry) } else { self.tlb.fill(entry) }, t);
    }

    /// The cached translation of a page that is accessed.
    #[inline(always)]
    pub(in crate::mm) fn look_up_tlb(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Option<TlbEntry> {
        if self.tlb.is_foreign(pid) {
            self.switch_tlb(pid, t);
        }
        self.tlb.look_up(pid, vpn)
    }

    #[inline(never)]
    fn switch_tlb(&mut self, pid: Pid, t: &mut impl Trace) {
        while let Some(change) = self.tlb.switch_to(pid) {
            emit_tlb(change, t);
        }
    }

    #[inline]
    pub(in crate::mm) fn set_contents(&mut self, pfn: Pfn, from: Option<Pfn>, after: Contents, t: &mut impl Trace) {
        let kept = t.keeps().then(|| after.clone()).flatten();
        let before = self.ram.replace(pfn, after);
        t.emit(|| Event::Contents { pfn, from, before, after: kept });
    }

    /// The next free slot of the disk, which is remembered as the place to search from.
    pub(in crate::mm) fn find_free_slot(&mut self) -> Option<SwapSlot> {
        self.disk.find_free()
    }

    /// A page's bytes, shared with it until one is written.
    pub(in crate::mm) fn share_page(&self, pfn: Pfn) -> Contents {
        self.ram.share(pfn)
    }

    /// Copies a page's bytes, which both then share until one is written.
    pub(in crate::mm) fn copy_page(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        let contents = self.share_page(from);
        self.set_contents(to, Some(from), contents, t);
    }

    pub(crate) fn write_bytes(&mut self, pfn: Pfn, offset: u64, bytes: &[u8], t: &mut impl Trace) {
        let before = if t.keeps() { self.ram.read(pfn, offset, bytes.len() as u64).into() } else { Box::default() };
        let after = if t.keeps() { bytes.into() } else { Box::default() };
        t.emit(|| Event::Bytes { pfn, offset: offset as u32, before, after });
        self.ram.write(pfn, offset, bytes);
    }

    pub(in crate::mm) fn set_slot(&mut self, slot: SwapSlot, change: impl FnOnce(&mut Slot), t: &mut impl Trace) {
        let mut after = self.disk.slot(slot);
        change(&mut after);
        let before = self.disk.set(slot, after);
        if before != after {
            t.emit(|| Event::Slot { slot, before, after });
        }
        if after.is_free() && self.disk.contents(slot).is_some() {
            self.set_slot_contents(slot, None, t);
        }
    }

    pub(in crate::mm) fn set_slot_contents(&mut self, slot: SwapSlot, after: Contents, t: &mut impl Trace) {
        let before = self.disk.write(slot, after.clone());
        t.emit(|| Event::SlotContents { slot, before, after });
    }

    pub(in crate::mm) fn set_run(&mut self, first: Pfn, after: Option<Run>, t: &mut impl Trace) {
        let before = match &after {
            Some(run) => self.runs.insert(first, run.clone()),
            None => self.runs.remove(&first),
        };
        t.emit(|| Event::Run { first, before: before.map(Box::new), after: after.map(Box::new) });
    }

    /// Puts a table aside while a large page takes its place, or takes it back. Where it is follows from the runs, so
    /// no event.
    pub(in crate::mm) fn set_spare_table(&mut self, pid: Pid, vpn: Vpn, table: Option<Pfn>) -> Option<Pfn> {
        match table {
            Some(table) => self.spare_tables.insert((pid, vpn), table),
            None => self.spare_tables.remove(&(pid, vpn)),
        }
    }

    pub(in crate::mm) fn set_hand(&mut self, after: Pfn, t: &mut impl Trace) {
        let before = std::mem::replace(&mut self.hand, after);
        t.emit(|| Event::Hand { before, after });
    }

    /// The allocator, which emits its own events.
    #[inline(always)]
    pub(in crate::mm) fn allocator_mut(&mut self) -> &mut Allocator {
        own(&mut self.alloc)
    }

    /// The kernel's own frames. What they are used for is in their descriptors, so no event.
    pub(in crate::mm) fn pool_mut(&mut self) -> &mut Pool {
        &mut self.pool
    }

    /// Keeps a frame from reclaim while it is copied from; `None` ends that.
    pub(in crate::mm) fn keep(&mut self, pfn: Option<Pfn>) {
        self.keep = pfn;
    }

    /// Until this is called again, only pages of this process are evicted.
    pub(in crate::mm) fn set_asker(&mut self, pid: Option<Pid>) {
        self.asker = pid;
    }

    /// Sets the number of requests in a row that waited for a locked segment.
    pub(in crate::mm) fn set_waits(&mut self, waits: u32) {
        self.waits = waits;
    }

    /// Puts the compactor to sleep at a locked segment, or (`None`) wakes it.
    pub(in crate::mm) fn set_sleeper(&mut self, run: Option<RunId>) {
        self.sleeper = run;
    }

    /// Remembers the table of a PTE, and the way to it, for the next page.
    #[inline]
    pub(in crate::mm) fn remember_table(&mut self, at: PtePlace) {
        if self.near_pte(at.pid, at.vpn).is_none() {
            let root = self.space(at.pid).info.root;
            self.near.remember_table(&self.ram, root, at);
        }
    }

    /// Forgets what was remembered of a table that is freed.
    #[inline]
    pub(in crate::mm) fn forget_table(&mut self) {
        self.near.forget_table();
    }
}

#[inline(always)]
fn emit_tlb(change: TlbChange, t: &mut impl Trace) {
    let (index, before, after) = change;
    if before != after {
        t.emit(|| Event::Tlb { index, before, after });
    }
}
