//! Pages of objects: files and shared anonymous memory, found in the page cache or brought into it.

use super::fault::Rights;
use super::frame::Owner;
use super::object::{ObjectInfo, ObjectKind, ObjectPage};
use super::state::PtePlace;
use super::vma::Cover;
use super::{Mm, Trouble};
use crate::lab::command::Prot;
use crate::lab::event::{Access, Event, Trace};
use crate::units::{ObjectId, Pfn, SwapSlot};
use std::collections::BTreeSet;

impl Mm {
    /// The object of a file's name, made at its first use.
    pub(crate) fn file_object(&mut self, name: &str, t: &mut impl Trace) -> ObjectId {
        if let Some(id) = self.files.get(name) {
            return *id;
        }
        let id = self.new_object(ObjectKind::File(name.to_owned()), None, t);
        self.files.insert(name.to_owned(), id);
        id
    }

    /// A new object without pages.
    pub(crate) fn new_object(&mut self, kind: ObjectKind, pages: Option<u64>, t: &mut impl Trace) -> ObjectId {
        let id = self.new_object_id();
        self.set_object(id, Some(ObjectInfo { id, kind, pages, vmas: BTreeSet::new() }), t);
        id
    }

    /// Shared memory that nobody maps any more: its pages and slots are freed.
    pub(crate) fn end_object(&mut self, id: ObjectId, t: &mut impl Trace) {
        let pages: Vec<(u64, ObjectPage)> = self.objects[&id].pages.iter().map(|(i, p)| (*i, *p)).collect();
        for (index, page) in pages {
            self.set_object_page(id, index, None, t);
            match page {
                ObjectPage::Frame(pfn) => self.give_frame(pfn, t),
                ObjectPage::Slot(slot) => self.put_slot(slot, t),
            }
        }
        self.set_object(id, None, t);
    }

    /// A fault on an empty entry of a VMA that maps an object.
    pub(crate) fn object_fault(
        &mut self,
        at: PtePlace,
        vma: Cover,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<(), Trouble> {
        let id = vma.object.expect("only called for objects");
        let pfn = self.object_frame(id, vma.index_of(at.vpn), at, t)?;
        let write = access == Access::Write;
        if vma.is_private() && write {
            return self.private_copy(at, vma, pfn, t);
        }
        let writable = !vma.is_private() && vma.prot.contains(Prot::WRITE);
        self.map_frame(at, vma, (pfn, Owner::Object(id)), Rights { writable, dirty: writable && write }, t);
        Ok(())
    }

    /// The first touch of a private file page is a write: copied at once, the cached page is not mapped.
    fn private_copy(&mut self, at: PtePlace, vma: Cover, pfn: Pfn, t: &mut impl Trace) -> Result<(), Trouble> {
        let own = self.prepare_anon_vma(vma, t);
        let copy = self.take_frame_for_copy(at.pid, pfn, t)?;
        self.copy_page(pfn, copy, t);
        self.map_frame(at, vma, (copy, Owner::Anon(own)), Rights::WRITTEN, t);
        Ok(())
    }

    /// The frame of an object's page: in the cache, or read into it.
    fn object_frame(&mut self, id: ObjectId, index: u64, at: PtePlace, t: &mut impl Trace) -> Result<Pfn, Trouble> {
        if let Some(ObjectPage::Frame(pfn)) = self.objects[&id].pages.get(&index) {
            return Ok(*pfn);
        }
        let pfn = self.take_frame(at.pid, t)?;
        // Nothing but this fault adds pages to objects, so the page is still missing or on its slot.
        if let Some(ObjectPage::Slot(slot)) = self.objects[&id].pages.get(&index).copied() {
            self.read_slot(slot, pfn, t);
            self.set_object_page(id, index, Some(ObjectPage::Frame(pfn)), t);
            self.put_slot_of_object(slot, t);
        } else {
            self.fill_from_object(id, index, pfn, t);
            self.set_object_page(id, index, Some(ObjectPage::Frame(pfn)), t);
        }
        self.set_frame(pfn, |f| (f.mapping, f.index) = (Owner::Object(id), index), t);
        Ok(pfn)
    }

    fn fill_from_object(&mut self, id: ObjectId, index: u64, pfn: Pfn, t: &mut impl Trace) {
        let object = &self.objects[&id];
        let contents = object.stored.get(&index).cloned().flatten();
        if matches!(object.info.kind, ObjectKind::File(_)) {
            t.emit(|| Event::DiskRead { slot: None, object: Some(id) });
        }
        self.set_contents(pfn, None, contents, t);
    }

    /// The object's page has been read back: its slot is not needed any more; the frame is the only copy.
    fn put_slot_of_object(&mut self, slot: SwapSlot, t: &mut impl Trace) {
        let pfn = self.disk.slot(slot).cached.expect("just read");
        self.set_slot(slot, |s| (s.count, s.cached) = (0, None), t);
        self.set_frame(pfn, |f| (f.slot, f.dirty) = (None, true), t);
    }
}
