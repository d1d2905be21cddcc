//! `vmalloc`: memory that is contiguous only in the kernel's address space; what is taken where no run can be had.
//!
//! ```text
//! kernel's pages | a a a a | . | b b |        one page stays unmapped between two areas, as in Linux
//! frames          7 2 9 4        5 1          any, one by one
//! ```
//! The kernel's space is that of process 0, made at the first use: real tables and VMAs, each page in a TLB entry of
//! its own, which is the price. Its pages are locked; they have a way back like all others and can be moved, which
//! Linux's cannot. Source: Linux `mm/vmalloc.c`.

use crate::mm::Mm;
use crate::units::VirtAddr;
use crate::vocabulary::event::Access;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::{KERNEL, ProcessInfo};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Errno;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Mm {
    /// Maps `pages` single frames in a row.
    pub(crate) fn vmalloc(&mut self, pages: u64, t: &mut impl Trace) -> Result<VirtAddr, Errno> {
        if pages > u64::from(self.frames().studied()) {
            return Err(Errno::ENOMEM);
        }
        self.make_kernel_space(t)?;
        let area = self.space(KERNEL).unmapped_area(self.geometry(), pages + 2).ok_or(Errno::ENOMEM)?;
        let pages = Pages::at(area.plus(1), pages);
        let Pages { start, end } = pages;
        let (id, prot) = (self.new_vma_id(), Prot::READ | Prot::WRITE);
        let (flags, chain) = (VmaFlags::LOCKED, Vec::new());
        let vma = Vma { id, pid: KERNEL, start, end, prot, flags, pgoff: start.0, object: None, anon_vma: None, chain };
        self.insert_vma(vma, t);
        for vpn in pages.iter() {
            if self.fault_in(KERNEL, vpn, Access::Write, t).is_err() {
                self.unmap_range(KERNEL, pages, t);
                return Err(Errno::ENOMEM);
            }
        }
        Ok(self.geometry().addr(start))
    }

    /// Frees an area.
    pub(crate) fn vfree(&mut self, addr: VirtAddr, t: &mut impl Trace) {
        let start = self.geometry().vpn(addr);
        let pages = self.vma(KERNEL, start).range();
        self.unmap_range(KERNEL, pages, t);
    }

    fn make_kernel_space(&mut self, t: &mut impl Trace) -> Result<(), Errno> {
        if self.is_alive(KERNEL) {
            return Ok(());
        }
        let root = self.new_root(KERNEL, t).ok_or(Errno::ENOMEM)?;
        let (name, brk) = ("kernel".to_owned(), VirtAddr(0));
        self.add_space(
            ProcessInfo { pid: KERNEL, parent: None, name, root, brk_start: brk, brk, def_flags: VmaFlags::empty() },
            t,
        );
        Ok(())
    }
}
