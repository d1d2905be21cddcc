//! Dirty pages of files go back to their disk: asked for by `msync`, or when they are evicted.
//!
//! ```text
//! clean, PTEs read-only --write fault--> dirty, PTE writable --msync--> every PTE clean and read-only again
//! ```
//! Invariant: a PTE of a file's page that is writable or dirty means a dirty frame, so clean pages need no look at
//! their PTEs. Linux's `folio_mkclean` and `page_mkwrite` (Zijlstra 2006, tracking of dirty shared mappings).

use crate::hw::pte::PteBits;
use crate::hw::ram::zeroed;
use crate::mm::Mm;
use crate::units::{ObjectId, Pfn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::trace::Trace;
use std::ops::Range;

impl Mm {
    /// Writes back the dirty pages of a file in a range of its pages. The next write through any mapping faults.
    pub(crate) fn sync_object(&mut self, id: ObjectId, range: Range<u64>, t: &mut impl Trace) {
        let cached = self.object(id).pages.range(range).filter_map(|(_, page)| match page {
            ObjectPage::Frame(pfn) => Some(*pfn),
            ObjectPage::Slot(_) => None,
        });
        let dirty: Vec<Pfn> = cached.filter(|pfn| self.frame(*pfn).dirty).collect();
        for pfn in dirty {
            self.clean(pfn, t);
        }
    }

    /// Writes a page of a file back if it is dirty. Its next write through any mapping faults.
    pub(in crate::mm) fn clean(&mut self, pfn: Pfn, t: &mut impl Trace) {
        let frame = self.frame(pfn);
        if let Owner::Object(id) = frame.mapping
            && frame.dirty
            && !self.object(id).info.kind.swap_backed()
        {
            self.clean_ptes(pfn, t);
            self.write_back(pfn, id, t);
        }
    }

    /// Takes the dirty bit and the write right from every PTE of the frame.
    fn clean_ptes(&mut self, pfn: Pfn, t: &mut impl Trace) {
        for (at, _) in self.mappings(pfn, t) {
            if let Some((pfn, bits)) = self.pte_at(at).mapped()
                && (bits.writable || bits.dirty)
            {
                self.set_pte(at, PteBits { writable: false, dirty: false, ..bits }.entry(pfn), t);
            }
        }
    }

    /// Writes a page to its file. What a mapping wrote beyond the file's end is not part of the file.
    pub(in crate::mm) fn write_back(&mut self, pfn: Pfn, id: ObjectId, t: &mut impl Trace) {
        let (index, page_size) = (self.frame(pfn).index, self.geometry().page_size());
        let left = self.object(id).info.size.map_or(page_size, |size| (size - index * page_size).min(page_size));
        if zeroed(self.ram().bytes(pfn), left, page_size).is_some() {
            self.write_bytes(pfn, left, &vec![0; (page_size - left) as usize], t);
        }
        t.emit(|| Event::DiskWrite { slot: None, object: Some(id) });
        let contents = self.share_page(pfn);
        self.set_stored(id, index, contents, t);
        self.set_frame(pfn, |f| f.dirty = false, t);
    }
}
