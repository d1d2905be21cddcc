//! Sharing at `fork`: the child gets the parent's VMAs and, of private memory that was written, its page tables.
//!
//! Both sides lose the write bit of private pages; the first to write copies. Pages of objects are not copied: the
//! child faults them in when it needs them. Runs and what was advised `dontfork` are not inherited; what was advised
//! `wipeonfork` is, but empty.

use crate::hw::pte::{Pte, PteBits};
use crate::mm::{Mm, MmError};
use crate::units::{Pid, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Mm {
    /// Copies the parent's address space into the child's, which is empty.
    pub(crate) fn copy_space(&mut self, parent: Pid, child: Pid, t: &mut impl Trace) -> Result<(), MmError> {
        let inherited = |vma: &&Vma| !vma.flags.intersects(VmaFlags::RUN | VmaFlags::DONTCOPY);
        let vmas: Vec<Vma> = self.space(parent).vmas.values().filter(inherited).cloned().collect();
        for mut copy in vmas {
            if copy.flags.contains(VmaFlags::WIPEONFORK) {
                (copy.anon_vma, copy.chain) = (None, Vec::new());
            }
            let (pages, written) = (copy.range(), copy.anon_vma.is_some());
            (copy.id, copy.pid) = (self.new_vma_id(), child);
            copy.flags -= VmaFlags::LOCKED_MASK;
            self.fork_chain(&mut copy, t);
            self.link_vma(&copy, t);
            self.add_vma(copy, t);
            if written {
                self.copy_ptes(parent, child, pages, t)?;
            }
        }
        Ok(())
    }

    fn copy_ptes(&mut self, parent: Pid, child: Pid, mut pages: Pages, t: &mut impl Trace) -> Result<(), MmError> {
        while let Some(table) = self.next_leaf(parent, pages) {
            pages.start = table.end();
            let used = |index: &u16| self.pte_at(table.place(*index)) != Pte::Empty;
            let Some(first) = table.indices.clone().find(used) else { continue };
            // May swap pages out; nothing below does.
            let to = self.child_pte(parent, child, table.place(first).vpn, t)?;
            let cached = self.tlb().may_hold(parent, table.start(), table.end());
            let mut copied = 0;
            for index in first..table.indices.end {
                let from = table.place(index);
                copied += i64::from(self.copy_pte((from, cached), PtePlace { index, vpn: from.vpn, ..to }, t));
            }
            self.count_pages(child, copied);
        }
        Ok(())
    }

    /// The child's entry in a table that may have to be made, for which the parent may be killed.
    fn child_pte(&mut self, parent: Pid, child: Pid, vpn: Vpn, t: &mut impl Trace) -> Result<PtePlace, MmError> {
        let to = self.ensure_pte(child, vpn, t)?;
        if self.is_alive(parent) { Ok(to) } else { Err(MmError::NoMemory) }
    }

    /// Copies one PTE, which the TLB may hold or not (`cached`). `true` if it maps a frame that counts.
    #[inline]
    fn copy_pte(&mut self, (from, cached): (PtePlace, bool), to: PtePlace, t: &mut impl Trace) -> bool {
        match self.pte_at(from) {
            Pte::Empty => {}
            Pte::Swapped { slot } => {
                self.set_slot(slot, |s| s.count += 1, t);
                self.set_pte(to, Pte::Swapped { slot }, t);
            }
            Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone } => {
                let read_only = PteBits { writable: false, accessed, dirty, exec, protnone };
                if writable {
                    self.set_raw_pte(from, read_only.entry(pfn).encode(self.geometry().kind), t);
                    if cached {
                        self.flush(from.pid, from.vpn, t);
                    }
                }
                if pfn == self.zero_frame() {
                    self.enter_uncounted(to, t);
                } else {
                    self.set_frame(pfn, |f| f.mapcount += 1, t);
                    self.enter_rmap(to, pfn, t);
                }
                let copy = PteBits { accessed: false, ..read_only }.entry(pfn);
                // The child's entry was empty, so the TLB does not hold it.
                self.set_raw_pte(to, copy.encode(self.geometry().kind), t);
                return pfn != self.zero_frame();
            }
        }
        false
    }
}
