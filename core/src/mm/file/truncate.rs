//! A file's size changes: what lies beyond the new end leaves the page cache and every address space; Linux's
//! `mm/truncate.c` and `unmap_mapping_range`.
//!
//! ```text
//! pages      | 0 | 1 | 2 | 3 |            new size: one page and a bit
//!            | 0 | 1 :zero    unmapped wherever the object's VMAs cover it, private copies included; then freed
//! ```
//! Invariant: no page of an object lies beyond its end, in the cache, on swap or in a PTE. Observed on Linux 6.18.

use crate::hw::ram::zeroed;
use crate::mm::Mm;
use crate::units::{ObjectId, VmaId};
use crate::vocabulary::event::Event;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Gives an object a size in bytes.
    pub(crate) fn set_size(&mut self, id: ObjectId, size: u64, t: &mut impl Trace) {
        let info = &self.object(id).info;
        let (old, swap_backed) = (info.size, info.kind.swap_backed());
        self.change_object(id, |info| info.size = Some(size), t);
        match old {
            // Bytes that a mapping wrote beyond the old end: a file shows zeroes instead, tmpfs shows them.
            Some(old) if old <= size => {
                if !swap_backed {
                    self.zero_tail(id, old, t);
                }
            }
            Some(_) | None => self.cut(id, size, t),
        }
    }

    fn cut(&mut self, id: ObjectId, size: u64, t: &mut impl Trace) {
        let first = size.div_ceil(self.geometry().page_size());
        self.unmap_object_from(id, first, t);
        self.drop_pages_from(id, first, t);
        self.zero_tail(id, size, t);
    }

    /// Empties the PTEs of the object's pages from `first` on, in every VMA that maps it. Private copies go, too: a
    /// later fault on them must find the end of the file.
    fn unmap_object_from(&mut self, id: ObjectId, first: u64, t: &mut impl Trace) {
        let vmas: Vec<VmaId> = self.object(id).info.vmas.iter().copied().collect();
        for vma in vmas {
            let vma = self.vma_by_id(vma);
            let kept = first.saturating_sub(vma.pgoff).min(vma.pages());
            let (pid, pages) = (vma.pid, Pages::new(vma.start.plus(kept), vma.end));
            self.zap_range(pid, pages, t);
        }
    }

    /// Frees the object's pages from `first` on, which are no longer mapped.
    pub(in crate::mm) fn drop_pages_from(&mut self, id: ObjectId, first: u64, t: &mut impl Trace) {
        let object = self.object(id);
        let pages: Vec<(u64, ObjectPage)> = object.pages.range(first..).map(|(i, p)| (*i, *p)).collect();
        let stored: Vec<u64> = object.stored.range(first..).map(|(i, _)| *i).collect();
        for (index, page) in pages {
            self.set_object_page(id, index, None, t);
            match page {
                ObjectPage::Frame(pfn) => self.give_frame(pfn, t),
                ObjectPage::Slot(slot) => self.put_slot(slot, t),
            }
        }
        for index in stored {
            self.set_stored(id, index, None, t);
        }
    }

    /// Zeroes what is beyond the end in the last page, wherever that page is.
    fn zero_tail(&mut self, id: ObjectId, size: u64, t: &mut impl Trace) {
        let page_size = self.geometry().page_size();
        let (index, offset) = (size / page_size, size % page_size);
        if offset == 0 {
            return;
        }
        match self.object(id).pages.get(&index).copied() {
            Some(ObjectPage::Frame(pfn)) => {
                if zeroed(self.ram().bytes(pfn), offset, page_size).is_some() {
                    self.write_bytes(pfn, offset, &vec![0; (page_size - offset) as usize], t);
                    self.set_frame(pfn, |f| f.dirty = true, t);
                }
            }
            Some(ObjectPage::Slot(slot)) => {
                if let Some(after) = zeroed(self.disk().contents(slot).as_deref(), offset, page_size) {
                    t.emit(|| Event::DiskRead { slot: Some(slot), object: None });
                    t.emit(|| Event::DiskWrite { slot: Some(slot), object: None });
                    self.set_slot_contents(slot, after, t);
                }
            }
            None => {
                let stored = self.object(id).stored.get(&index).cloned().flatten();
                if let Some(after) = zeroed(stored.as_deref(), offset, page_size) {
                    t.emit(|| Event::DiskRead { slot: None, object: Some(id) });
                    t.emit(|| Event::DiskWrite { slot: None, object: Some(id) });
                    self.set_stored(id, index, after, t);
                }
            }
        }
    }
}
