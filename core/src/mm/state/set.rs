//! The setters: the only places that change what the memory manager knows, each one event. What follows from other
//! state has none: pages counted, names of files, tables put aside.

use super::Mm;
use crate::alloc::Allocator;
use crate::hw::disk::Slot;
use crate::hw::pte::{Pte, RawPte};
use crate::hw::ram::Contents;
use crate::hw::tlb::{TlbChange, TlbEntry};
use crate::mm::base::near::Fresh;
use crate::mm::base::space::Space;
use crate::mm::rmap::interval::Interval;
use crate::units::{AnonVmaId, ObjectId, Pfn, Pid, StableId, SwapSlot, Vpn};
use crate::vocabulary::anon_vma::AnonVma;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{Frame, Owner};
use crate::vocabulary::object::{Object, ObjectInfo, ObjectPage};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::run::Run;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;
use std::collections::BTreeMap;

impl Mm {
    /// Changes a descriptor: three times for every page, so never called from afar.
    #[inline(always)]
    pub(crate) fn set_frame<T: Trace>(&mut self, pfn: Pfn, change: impl FnOnce(&mut Frame), t: &mut T) {
        let frame = self.frames.get_mut(pfn);
        if !T::LISTENS {
            return change(frame);
        }
        let before = *frame;
        change(frame);
        emit_frame(pfn, before, *frame, t);
    }

    /// Writes an entry; returns the old. Most of what a page costs, so never called from afar.
    #[inline(always)]
    pub(crate) fn set_raw_pte(&mut self, at: PtePlace, after: RawPte, t: &mut impl Trace) -> RawPte {
        let before = self.ram.set_entry(at.table, at.index, after);
        if before != after {
            let PtePlace { pid, table, index, level, vpn } = at;
            t.emit(|| Event::Pte { pid, table, index, level, vpn, before, after });
        }
        before
    }

    /// Writes a PTE and drops what the TLB holds of it.
    pub(crate) fn set_pte(&mut self, at: PtePlace, pte: Pte, t: &mut impl Trace) {
        // What was not there is not in the TLB.
        if self.set_raw_pte(at, pte.encode(self.geometry.kind), t) != 0 {
            self.flush(at.pid, at.vpn, t);
        }
    }

    pub(crate) fn flush(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) {
        if let Some(change) = self.tlb.flush_page(pid, vpn) {
            emit_tlb(change, t);
        }
    }

    /// Caches a translation over an older one of the same page (`renew`), or as a new one. At most accesses, so never
    /// called from afar.
    #[inline(always)]
    pub(crate) fn fill_tlb(&mut self, entry: TlbEntry, renew: bool, t: &mut impl Trace) {
        emit_tlb(if renew { self.tlb.renew(entry) } else { self.tlb.fill(entry) }, t);
    }

    /// Empties some entries of a table at once, the old ones in `raws`; only where nobody listens.
    #[inline]
    pub(in crate::mm) fn take_entries(&mut self, first: PtePlace, raws: &mut [RawPte]) {
        self.ram.take_entries(first.table, first.index, raws);
    }

    #[inline]
    pub(crate) fn set_contents<T: Trace>(&mut self, pfn: Pfn, from: Option<Pfn>, after: Contents, t: &mut T) {
        if !T::LISTENS {
            if after.is_some() || self.ram.bytes(pfn).is_some() {
                self.ram.replace(pfn, after);
            }
            return;
        }
        let before = self.ram.replace(pfn, after.clone());
        t.emit(|| Event::Contents { pfn, from, before: before.into(), after });
    }

    /// The allocator, which emits its own events.
    #[inline(always)]
    pub(in crate::mm) fn allocator_mut(&mut self) -> &mut Allocator {
        &mut self.alloc
    }

    /// The next free slot of the disk, which is remembered as the place to search from.
    pub(in crate::mm) fn find_free_slot(&mut self) -> Option<SwapSlot> {
        self.disk.find_free()
    }

    /// A page's bytes, shared with it until one is written.
    pub(in crate::mm) fn share_page(&mut self, pfn: Pfn) -> Contents {
        self.ram.share(pfn)
    }

    /// Keeps a frame from reclaim while it is copied from; `None` lets it go.
    pub(in crate::mm) fn keep(&mut self, pfn: Option<Pfn>) {
        self.keep = pfn;
    }

    /// Counts requests in a row that waited for a locked segment.
    pub(in crate::mm) fn set_waits(&mut self, waits: u32) {
        self.waits = waits;
    }

    /// Remembers the table of a PTE for the next page.
    #[inline(always)]
    pub(in crate::mm) fn remember_table(&mut self, at: PtePlace) {
        self.near.remember_table(at);
    }

    /// Remembers the pages around one that was written for the first time.
    pub(in crate::mm) fn remember_fresh(&mut self, fresh: Fresh) {
        self.near.fresh = Some(fresh);
    }

    /// A table is taken away: whatever was remembered of it goes.
    #[inline]
    pub(in crate::mm) fn forget_table(&mut self) {
        self.near.forget_table();
    }

    /// Copies a page's bytes, which both then share until one is written.
    pub(in crate::mm) fn copy_page(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        let contents = self.share_page(from);
        self.set_contents(to, Some(from), contents, t);
    }

    pub(crate) fn write_bytes(&mut self, pfn: Pfn, offset: u64, bytes: &[u8], t: &mut impl Trace) {
        let ram = &mut self.ram;
        t.emit(|| Event::Bytes {
            pfn,
            offset: offset as u32,
            before: ram.read(pfn, offset, bytes.len() as u64).into(),
            after: bytes.into(),
        });
        self.ram.write(pfn, offset, bytes);
    }

    pub(crate) fn set_slot(&mut self, slot: SwapSlot, change: impl FnOnce(&mut Slot), t: &mut impl Trace) {
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

    pub(crate) fn set_slot_contents(&mut self, slot: SwapSlot, after: Contents, t: &mut impl Trace) {
        let before = self.disk.write(slot, after.clone());
        t.emit(|| Event::SlotContents { slot, before, after });
    }

    pub(crate) fn add_vma(&mut self, vma: Vma, t: &mut impl Trace) {
        self.near.forget_vma();
        t.emit(|| Event::Vma { id: vma.id, before: None, after: Some(Box::new(vma.clone())) });
        self.vma_at.insert(vma.id, (vma.pid, vma.start));
        self.vmas_mut(vma.pid).insert(vma.start, vma);
    }

    /// Changes a VMA in place; its key follows its start. The new range must not meet another VMA.
    pub(crate) fn change_vma<T: Trace>(&mut self, pid: Pid, start: Vpn, change: impl FnOnce(&mut Vma), t: &mut T) {
        self.near.forget_vma();
        let vmas = &mut self.spaces.get_mut(&pid).expect("a living process").vmas;
        let vma = vmas.get_mut(&start).expect("the VMA to change exists");
        let before = T::LISTENS.then(|| vma.clone());
        let place = Interval::of(vma);
        change(vma);
        if let Some(before) = before
            && before != *vma
        {
            t.emit(|| Event::Vma { id: vma.id, before: Some(Box::new(before)), after: Some(Box::new(vma.clone())) });
        }
        self.rmap.move_vma(place, vma);
        if vma.start != start {
            let vma = vmas.remove(&start).expect("the VMA just changed");
            self.vma_at.insert(vma.id, (pid, vma.start));
            vmas.insert(vma.start, vma);
        }
    }

    pub(crate) fn drop_vma(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) -> Vma {
        self.near.forget_vma();
        let vma = self.vmas_mut(pid).remove(&start).expect("the VMA to drop exists");
        self.vma_at.remove(&vma.id);
        t.emit(|| Event::Vma { id: vma.id, before: Some(Box::new(vma.clone())), after: None });
        vma
    }

    pub(crate) fn set_anon_vma(&mut self, id: AnonVmaId, after: Option<AnonVma>, t: &mut impl Trace) {
        let before = match &after {
            Some(anon_vma) => self.anon_vmas.insert(id, anon_vma.clone()),
            None => self.anon_vmas.remove(&id),
        };
        t.emit(|| Event::AnonVma { id, before: before.map(Box::new), after: after.map(Box::new) });
    }

    pub(crate) fn set_stable_node(&mut self, id: StableId, after: Option<StableNode>, t: &mut impl Trace) {
        let before = match &after {
            Some(node) => self.stable_nodes.insert(id, node.clone()),
            None => self.stable_nodes.remove(&id),
        };
        t.emit(|| Event::StableNode { id, before: before.map(Box::new), after: after.map(Box::new) });
    }

    /// Enters a VMA in an anon_vma or object, or takes it out; `false` if nothing is left there.
    pub(crate) fn set_link(&mut self, owner: Owner, vma: &Vma, linked: bool, t: &mut impl Trace) -> bool {
        let vmas = match owner {
            Owner::Anon(id) => &mut self.anon_vmas.get_mut(&id).expect("a living anon_vma").vmas,
            Owner::Object(id) => &mut self.objects.get_mut(&id).expect("a living object").info.vmas,
            Owner::None | Owner::Ksm(_) => return false,
        };
        let changed = if linked { vmas.insert(vma.id) } else { vmas.remove(&vma.id) };
        let left = !vmas.is_empty();
        if changed {
            self.rmap.set_link(owner, vma, linked);
            t.emit(|| Event::Link { owner, id: vma.id, linked });
        }
        left
    }

    pub(crate) fn set_object(&mut self, id: ObjectId, after: Option<ObjectInfo>, t: &mut impl Trace) {
        let before = self.objects.get(&id).map(|object| object.info.clone());
        match (&after, self.objects.get_mut(&id)) {
            (Some(info), Some(object)) => object.info = info.clone(),
            (Some(info), None) => {
                self.objects.insert(id, Object { info: info.clone(), pages: BTreeMap::new(), stored: BTreeMap::new() });
            }
            (None, _) => drop(self.objects.remove(&id)),
        }
        t.emit(|| Event::Object { id, before: before.map(Box::new), after: after.map(Box::new) });
    }

    /// Changes what is known of an object.
    pub(crate) fn change_object(&mut self, id: ObjectId, change: impl FnOnce(&mut ObjectInfo), t: &mut impl Trace) {
        let mut info = self.objects[&id].info.clone();
        change(&mut info);
        if info != self.objects[&id].info {
            self.set_object(id, Some(info), t);
        }
    }

    pub(crate) fn set_object_page(&mut self, id: ObjectId, index: u64, after: Option<ObjectPage>, t: &mut impl Trace) {
        let pages = &mut self.objects.get_mut(&id).expect("a living object").pages;
        let before = match after {
            Some(page) => pages.insert(index, page),
            None => pages.remove(&index),
        };
        t.emit(|| Event::ObjectPage { id, index, before, after });
    }

    pub(crate) fn set_stored(&mut self, id: ObjectId, index: u64, after: Contents, t: &mut impl Trace) {
        let stored = &mut self.objects.get_mut(&id).expect("a living object").stored;
        let before = match &after {
            Some(_) => stored.insert(index, after.clone()).flatten(),
            None => stored.remove(&index).flatten(),
        };
        t.emit(|| Event::Stored { id, index, before, after });
    }

    pub(in crate::mm) fn set_run(&mut self, first: Pfn, after: Option<Run>, t: &mut impl Trace) {
        let before = match after {
            Some(run) => self.runs.insert(first, run),
            None => self.runs.remove(&first),
        };
        t.emit(|| Event::Run { first, before, after });
    }

    /// Puts a table aside while a large page takes its place, or takes it back. Where it is follows from the runs, so no
    /// event.
    pub(in crate::mm) fn set_spare_table(&mut self, pid: Pid, vpn: Vpn, table: Option<Pfn>) -> Option<Pfn> {
        match table {
            Some(table) => self.spare_tables.insert((pid, vpn), table),
            None => self.spare_tables.remove(&(pid, vpn)),
        }
    }

    /// Gives a file its name, or takes the name away; returns what had it. The object's event says the same.
    pub(in crate::mm) fn set_name(&mut self, name: &str, id: Option<ObjectId>) -> Option<ObjectId> {
        match id {
            Some(id) => self.files.insert(name.to_owned(), id),
            None => self.files.remove(name),
        }
    }

    pub(crate) fn set_hand(&mut self, after: Pfn, t: &mut impl Trace) {
        let before = std::mem::replace(&mut self.hand, after);
        t.emit(|| Event::Hand { before, after });
    }

    pub(crate) fn add_space(&mut self, info: ProcessInfo, t: &mut impl Trace) {
        t.emit(|| Event::Process { pid: info.pid, before: None, after: Some(Box::new(info.clone())) });
        let may_be_unmerged = info.parent.is_some();
        self.spaces.insert(info.pid, Space { info, vmas: BTreeMap::new(), rss: 0, may_be_unmerged });
    }

    pub(crate) fn change_process(&mut self, pid: Pid, change: impl FnOnce(&mut ProcessInfo), t: &mut impl Trace) {
        let info = &mut self.space_mut(pid).info;
        let before = info.clone();
        change(info);
        let after = info.clone();
        if before != after {
            t.emit(|| Event::Process { pid, before: Some(Box::new(before)), after: Some(Box::new(after)) });
        }
    }

    /// Equal VMAs of this process may lie side by side from here on. For the invariants only, so no event.
    pub(crate) fn allow_unmerged(&mut self, pid: Pid) {
        self.space_mut(pid).may_be_unmerged = true;
    }

    /// A process has `by` present pages more, or fewer. It follows from the entries, so no event.
    #[inline(always)]
    pub(in crate::mm) fn count_pages(&mut self, pid: Pid, by: i64) {
        let rss = &mut self.space_mut(pid).rss;
        *rss = rss.wrapping_add_signed(by);
    }

    pub(crate) fn drop_space(&mut self, pid: Pid, t: &mut impl Trace) {
        let space = self.spaces.remove(&pid).expect("a living process");
        t.emit(|| Event::Process { pid, before: Some(Box::new(space.info)), after: None });
    }

    #[inline(always)]
    fn space_mut(&mut self, pid: Pid) -> &mut Space {
        self.spaces.get_mut(&pid).expect("a living process")
    }

    fn vmas_mut(&mut self, pid: Pid) -> &mut BTreeMap<Vpn, Vma> {
        &mut self.space_mut(pid).vmas
    }
}

#[inline(never)]
fn emit_frame(pfn: Pfn, before: Frame, after: Frame, t: &mut impl Trace) {
    if before != after {
        t.emit(|| Event::Frame { pfn, before: Box::new(before), after: Box::new(after) });
    }
}

fn emit_tlb(change: TlbChange, t: &mut impl Trace) {
    let (index, before, after) = change;
    if before != after {
        t.emit(|| Event::Tlb { index, before, after });
    }
}
