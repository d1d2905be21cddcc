//! Sharing at `fork`: the child gets the parent's VMAs and, of private memory that was written, its page tables.
//!
//! Both sides lose the write bit of private pages; the first to write copies. Pages of objects are not copied: the
//! child faults them in when it needs them.

use super::state::PtePlace;
use super::vma::{Vma, VmaFlags};
use super::{Mm, Trouble};
use crate::hw::pte::Pte;
use crate::lab::event::Trace;
use crate::units::{Pid, Vpn};

impl Mm {
    /// Copies the parent's address space into the child's, which is empty.
    pub(crate) fn copy_space(&mut self, parent: Pid, child: Pid, t: &mut impl Trace) -> Result<(), Trouble> {
        let vmas: Vec<Vma> = self.space(parent).vmas.values().cloned().collect();
        for vma in vmas {
            let (anon_vma, chain) = self.fork_chain(&vma, t);
            let copy = Vma {
                id: self.new_vma_id(),
                pid: child,
                flags: vma.flags - VmaFlags::LOCKED,
                anon_vma,
                chain,
                ..vma.clone()
            };
            self.link_vma(&copy, t);
            self.add_vma(copy, t);
            if vma.anon_vma.is_some() {
                self.copy_ptes(&vma, child, t)?;
            }
        }
        Ok(())
    }

    fn copy_ptes(&mut self, vma: &Vma, child: Pid, t: &mut impl Trace) -> Result<(), Trouble> {
        for table in self.leaf_tables(vma.pid, vma.start, vma.end) {
            for index in table.indices.clone() {
                let from = table.place(index);
                if self.pte_at(from) == Pte::Empty {
                    continue;
                }
                let to = match self.near_pte(child, from.vpn) {
                    Some(to) => to,
                    None => self.child_pte(vma.pid, child, from.vpn, t)?,
                };
                // Making a table may have swapped the page out.
                self.copy_pte(from, to, t);
            }
        }
        Ok(())
    }

    /// The child's entry in a table that may have to be made, for which the parent may be killed.
    fn child_pte(&mut self, parent: Pid, child: Pid, vpn: Vpn, t: &mut impl Trace) -> Result<PtePlace, Trouble> {
        let to = self.ensure_pte(child, vpn, t)?;
        if self.spaces.contains_key(&parent) { Ok(to) } else { Err(Trouble::NoMemory) }
    }

    fn copy_pte(&mut self, from: PtePlace, to: PtePlace, t: &mut impl Trace) {
        match self.pte_at(from) {
            Pte::Empty => {}
            Pte::Swapped { slot } => {
                self.set_slot(slot, |s| s.count += 1, t);
                self.set_pte(to, Pte::Swapped { slot }, t);
            }
            Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone } => {
                if writable {
                    self.set_pte(from, Pte::Mapped { pfn, writable: false, accessed, dirty, exec, protnone }, t);
                }
                if pfn == self.zero {
                    self.enter_uncounted(to, t);
                } else {
                    self.set_frame(pfn, |f| f.mapcount += 1, t);
                    self.enter_rmap(to, pfn, t);
                    self.spaces.get_mut(&to.pid).expect("the child being made").rss += 1;
                }
                self.set_pte(to, Pte::Mapped { pfn, writable: false, accessed: false, dirty, exec, protnone }, t);
            }
        }
    }
}
