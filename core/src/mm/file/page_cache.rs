//! Pages of objects: files and shared memory, found in the page cache or brought into it; Linux's `mm/filemap.c` and
//! `mm/shmem.c`. What is written through a mapping or a call is dirty until it is written back (`writeback`).

use crate::mm::base::page_hash::Walked;
use crate::mm::table::map::Rights;
use crate::mm::{Mm, MmError};
use crate::units::{ObjectId, Pfn, Pid, SwapSlot};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::{ObjectInfo, ObjectKind, ObjectPage};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::request::Mobility;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Cover;
use std::collections::BTreeSet;

impl Mm {
    /// The object of a file's name, created at its first use; `size` is what a new one has, in bytes, `None` if not
    /// known.
    pub(crate) fn file_object(&mut self, name: &str, size: Option<u64>, t: &mut impl Trace) -> ObjectId {
        if let Some(id) = self.file(name) {
            return id;
        }
        let id = self.new_object(ObjectKind::of(name), size, t);
        self.set_name(name, Some(id));
        id
    }

    /// A new object without pages.
    pub(crate) fn new_object(&mut self, kind: ObjectKind, size: Option<u64>, t: &mut impl Trace) -> ObjectId {
        let id = self.new_object_id();
        self.set_object(id, Some(ObjectInfo { id, kind, size, unlinked: false, vmas: BTreeSet::new() }), t);
        id
    }

    /// Takes a file's name away; the object ends with its last mapping.
    pub(crate) fn unlink(&mut self, name: &str, t: &mut impl Trace) {
        let id = self.set_name(name, None).expect("refused before if there is no such file");
        self.change_object(id, |info| info.unlinked = true, t);
        if self.object(id).info.vmas.is_empty() {
            self.end_object(id, t);
        }
    }

    /// Ends an object that is no longer mapped or named: its pages and slots are freed.
    pub(in crate::mm) fn end_object(&mut self, id: ObjectId, t: &mut impl Trace) {
        self.drop_pages_from(id, 0, t);
        self.set_object(id, None, t);
    }

    /// A fault on an empty entry of a VMA that maps an object.
    pub(in crate::mm) fn object_fault(
        &mut self,
        at: PtePlace,
        vma: Cover,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        let id = vma.object.expect("only called for objects");
        let write = access == Access::Write;
        if !write && self.map_around(at, vma, id, t) {
            return Ok(());
        }
        let pfn = self.object_frame(id, vma.index_of(at.vpn), at.pid, false, t)?;
        if vma.is_private() && write {
            return self.private_copy(at, vma, pfn, t);
        }
        if write {
            self.set_frame(pfn, |f| f.dirty = true, t);
        }
        let writable = write || self.maps_writable(vma, id);
        self.map_frame(at, vma, (pfn, Owner::Object(id)), Rights { writable, dirty: write }, t);
        Ok(())
    }

    /// Whether a page may be written through a mapping that was made by a read. Not so of a file's: its first write
    /// must fault to make the page dirty (Linux's `vma_wants_writenotify`).
    pub(in crate::mm) fn maps_writable(&self, vma: Cover, id: ObjectId) -> bool {
        !vma.is_private() && vma.prot.contains(Prot::WRITE) && self.object(id).info.kind.swap_backed()
    }

    /// Copies a private file page whose first touch is a write; the cached page is not mapped.
    fn private_copy(&mut self, at: PtePlace, vma: Cover, pfn: Pfn, t: &mut impl Trace) -> Result<(), MmError> {
        let own = self.prepare_anon_vma(vma, t);
        let copy = self.take_frame_for_copy(at.pid, pfn, t)?;
        self.copy_page(pfn, copy, t);
        self.map_frame(at, vma, (copy, Owner::Anon(own)), Rights::WRITTEN, t);
        Ok(())
    }

    /// The frame of an object's page: in the cache, or read into it on behalf of `pid`. A page that is going to be
    /// written whole need not be read.
    pub(crate) fn object_frame(
        &mut self,
        id: ObjectId,
        index: u64,
        pid: Pid,
        whole: bool,
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        if let Some(pfn) = self.find_cached(id, index, t) {
            return Ok(pfn);
        }
        let pfn = self.take_frame(pid, Mobility::Movable, t)?;
        // Nothing but this call adds pages to objects, so the page is still missing or on its slot.
        if let Some(ObjectPage::Slot(slot)) = self.object(id).pages.get(&index).copied() {
            self.read_slot(slot, pfn, t);
            self.set_object_page(id, index, Some(ObjectPage::Frame(pfn)), t);
            self.put_slot_of_object(slot, t);
        } else {
            self.fill_from_object(id, index, pfn, whole, t);
            self.set_object_page(id, index, Some(ObjectPage::Frame(pfn)), t);
        }
        self.set_frame(pfn, |f| (f.mapping, f.index) = (Owner::Object(id), index), t);
        Ok(pfn)
    }

    /// The frame of an object's page, if it is in the cache: found on a chain of the hash table, if there is one, else
    /// in the object's own tree.
    pub(in crate::mm) fn find_cached(&self, id: ObjectId, index: u64, t: &mut impl Trace) -> Option<Pfn> {
        let frame = match self.object(id).pages.get(&index) {
            Some(ObjectPage::Frame(pfn)) => Some(*pfn),
            Some(ObjectPage::Slot(_)) | None => None,
        };
        if let Some(hash) = self.page_hash() {
            let Walked { bucket, looked, found } = hash.walk(id, index, frame);
            t.emit(|| Event::HashWalk { id, index, bucket, looked, found });
        }
        frame
    }

    /// Writes to a page in the cache, which is dirty then.
    pub(crate) fn write_cached(&mut self, pfn: Pfn, offset: u64, bytes: &[u8], t: &mut impl Trace) {
        self.write_bytes(pfn, offset, bytes, t);
        self.set_frame(pfn, |f| f.dirty = true, t);
    }

    fn fill_from_object(&mut self, id: ObjectId, index: u64, pfn: Pfn, whole: bool, t: &mut impl Trace) {
        let object = self.object(id);
        let contents = object.stored.get(&index).cloned().flatten();
        let inside = object.info.pages(self.geometry()).is_none_or(|pages| index < pages);
        if inside && !whole && !object.info.kind.swap_backed() {
            t.emit(|| Event::DiskRead { slot: None, object: Some(id) });
        }
        self.set_contents(pfn, None, contents, t);
    }

    /// Frees the slot of an object's page that has been read back; the frame is now the only copy.
    fn put_slot_of_object(&mut self, slot: SwapSlot, t: &mut impl Trace) {
        let pfn = self.disk().slot(slot).cached.expect("just read");
        self.set_slot(slot, |s| (s.count, s.cached) = (0, None), t);
        self.set_frame(pfn, |f| (f.slot, f.dirty) = (None, true), t);
    }
}
