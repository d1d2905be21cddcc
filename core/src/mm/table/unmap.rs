//! Unmapping VMAs, ending an address space. What their entries map goes in `zap`.

use crate::mm::Mm;
use crate::units::{Pid, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

/// The process that adopts orphans.
const INIT: Pid = Pid(1);

/// What an unmapping meets of one VMA.
pub(super) struct Part {
    pub(super) flags: VmaFlags,
    pub(super) pages: Pages,
}

impl Mm {
    /// `munmap`: removes what is mapped in the range; VMAs are split at the edges.
    pub(crate) fn unmap_range(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) {
        if pages.is_empty() {
            return;
        }
        let (mut parts, mut floor) = self.parts(pid, pages);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        if !pages.covers(Pages::new(first.pages.start, last.pages.end)) {
            self.isolate(pid, pages, t);
            (parts, floor) = self.parts(pid, pages);
        }
        for part in &parts {
            self.zap_part(pid, part, t);
        }
        for part in &parts {
            self.remove_vma(pid, part.pages.start, t);
        }
        self.prune_tables(pid, pages, floor, t);
    }

    /// The VMAs that meet the range, lowest first, and where the VMA before them ends.
    pub(super) fn parts(&self, pid: Pid, pages: Pages) -> (Vec<Part>, Vpn) {
        let mut parts = Vec::new();
        let mut floor = Vpn(0);
        for vma in self.space(pid).vmas.range(..pages.end).rev().map(|(_, vma)| vma) {
            if vma.end <= pages.start {
                floor = vma.end;
                break;
            }
            parts.push(Part { flags: vma.flags, pages: vma.range() });
        }
        parts.reverse();
        (parts, floor)
    }

    /// Ends an address space: every VMA, every table, the root, the process's entry. Its children get a new parent.
    pub(crate) fn end_space(&mut self, pid: Pid, t: &mut impl Trace) {
        self.clear_space(pid, t);
        self.reparent_children(pid, t);
        let root = self.space(pid).info.root;
        self.drop_space(pid, t);
        self.give_frame(root, t);
    }

    /// Orphans are adopted by process 1, as on Linux by `init` or a container's first process (`find_new_reaper` in
    /// kernel/exit.c); where no process 1 lives, they have no parent, like processes that were spawned.
    fn reparent_children(&mut self, pid: Pid, t: &mut impl Trace) {
        let reaper = Some(INIT).filter(|init| *init != pid && self.is_alive(*init));
        let orphans = self.spaces().values().filter(|space| space.info.parent == Some(pid)).map(|space| space.info.pid);
        for orphan in orphans.collect::<Vec<_>>() {
            self.change_process(orphan, |info| info.parent = reaper, t);
        }
    }

    /// Unmaps everything in an address space; the root table stays.
    pub(crate) fn clear_space(&mut self, pid: Pid, t: &mut impl Trace) {
        self.unmap_range(pid, Pages::all(self.geometry()), t);
    }
}
