//! `brk`: the heap's end.

use super::{CallResult, MAX_VMAS};
use crate::os::machine::Machine;
use crate::units::{Pid, VirtAddr, Vpn};
use crate::vocabulary::command::Brk;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// Moves the break to `addr` and replies where it is then; if it cannot move, where it was. The break itself
    /// need not be aligned; pages are mapped up to it.
    pub(crate) fn brk(&mut self, &Brk { pid, addr }: &Brk, t: &mut impl Trace) -> CallResult {
        let geometry = self.mm.geometry();
        let info = &self.mm.space(pid).info;
        let (start, old) = (info.brk_start, info.brk);
        if addr < start || geometry.vpn(addr).0 + 1 >= geometry.user_pages {
            return Ok(Reply::Addr(old));
        }
        let page = |addr: VirtAddr| Vpn(addr.0.div_ceil(geometry.page_size()));
        let (from, to) = (page(old), page(addr));
        if to < from && self.mm.cuts_run(pid, Pages::new(to, from)) {
            return Ok(Reply::Addr(old));
        } else if to < from {
            self.mm.unmap_range(pid, Pages::new(to, from), t);
        } else if to > from && !self.grow_heap(pid, Pages::new(from, to), t) {
            return Ok(Reply::Addr(old));
        }
        self.mm.change_process(pid, |p| p.brk = addr, t);
        if to > from && self.mm.space(pid).info.def_flags.contains(VmaFlags::LOCKED) {
            self.populate_if_possible(pid, Pages::new(from, to), t)?;
        }
        Ok(Reply::Addr(addr))
    }

    fn grow_heap(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) -> bool {
        let space = self.mm.space(pid);
        if !space.is_free(self.mm.geometry(), pages) || space.vmas.len() >= MAX_VMAS || self.exceeds_memory(pages.len())
        {
            return false;
        }
        let id = self.mm.new_vma_id();
        let (prot, flags) = (Prot::READ | Prot::WRITE, VmaFlags::ACCOUNT | self.mm.space(pid).info.def_flags);
        self.mm.insert_vma(
            Vma {
                id,
                pid,
                start: pages.start,
                end: pages.end,
                prot,
                flags,
                pgoff: pages.start.0,
                object: None,
                anon_vma: None,
                chain: Vec::new(),
            },
            t,
        );
        true
    }
}
