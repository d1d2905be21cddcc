//! Calls of a list over addresses of its own.

use super::CallResult;
use crate::os::machine::Machine;
use crate::units::{HeapId, Pid, VirtAddr};
use crate::user::freelist;
use crate::vocabulary::heap::{Freelist, HeapInfo, HeapSettings};
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;

impl Machine {
    /// Of 0 bytes there is no block, and the answer is 0.
    pub(super) fn list_malloc(&mut self, pid: Pid, heap: HeapId, bytes: u64, t: &mut impl Trace) -> CallResult {
        if bytes == 0 {
            let mut stats = self.heap(pid, heap).info.stats;
            super::count_request(&mut stats, bytes);
            self.set_heap_stats(pid, heap, stats, t);
            return Ok(Reply::Addr(VirtAddr(0)));
        }
        let got = self.on_list(pid, heap, t, |settings, info| {
            let (got, searched) = freelist::malloc(settings, &mut info.list, bytes);
            super::count_request(&mut info.stats, bytes);
            info.stats.failed += u64::from(got.is_none());
            info.stats.searched = searched;
            info.stats.searched_in_all += searched;
            got
        });
        let block = VirtAddr(got.ok_or(Errno::ENOMEM)?);
        self.set_block(pid, heap, block, Some(bytes), t);
        Ok(Reply::Addr(block))
    }

    pub(super) fn list_free(&mut self, pid: Pid, heap: HeapId, block: VirtAddr, t: &mut impl Trace) {
        let Some(bytes) = self.heap(pid, heap).blocks.get(&block).copied() else { return };
        self.on_list(pid, heap, t, |settings, info| {
            freelist::free(settings, &mut info.list, block.0, bytes);
            info.stats.frees += 1;
        });
        self.set_block(pid, heap, block, None, t);
    }

    /// A new block first, then the old one is freed: there are no bytes to copy.
    pub(super) fn list_realloc(
        &mut self,
        pid: Pid,
        heap: HeapId,
        old: VirtAddr,
        bytes: u64,
        t: &mut impl Trace,
    ) -> CallResult {
        if bytes == 0 {
            self.list_free(pid, heap, old, t);
            return Ok(Reply::Addr(VirtAddr(0)));
        }
        let reply = self.list_malloc(pid, heap, bytes, t)?;
        self.list_free(pid, heap, old, t);
        Ok(reply)
    }

    fn on_list<R>(
        &mut self,
        pid: Pid,
        heap: HeapId,
        t: &mut impl Trace,
        change: impl FnOnce(&Freelist, &mut HeapInfo) -> R,
    ) -> R {
        let mut info = self.heap(pid, heap).info.clone();
        let HeapSettings::Freelist(settings) = info.settings.clone() else { unreachable!("it is a list") };
        let answer = change(&settings, &mut info);
        self.set_heap(pid, heap, info, t);
        answer
    }
}
