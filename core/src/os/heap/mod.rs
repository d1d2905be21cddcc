//! Calls of a program's allocator: each runs the allocator's code in the process (`running`) and notes what came of it.
//! And of the kernel's own (`kernel`).

mod kernel;
mod lists;
mod running;
mod state;

use super::syscall::{CallError, CallResult};
use crate::os::machine::Machine;
use crate::units::{HeapId, Pid, VirtAddr};
use crate::user;
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::command::{Calloc, HeapFree, HeapTrim, Malloc, MapFlag, Mmap, NewHeap, Realloc};
use crate::vocabulary::heap::{HeapInfo, HeapMessage, HeapSettings, HeapStats};
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply, Signal};
use crate::vocabulary::trace::Trace;
use running::Running;

/// What a call is counted as: a request of so many bytes.
enum Counted {
    Request(u64),
    Free,
    Nothing,
}

/// A call of the allocator, in the program.
type Call<'a> = dyn Fn(&mut dyn Program, &HeapInfo) -> Outcome<Option<u64>> + 'a;

impl Machine {
    /// Makes a heap: a page for the allocator's static variables, which a list over addresses of its own does not need.
    pub(crate) fn new_heap(&mut self, args: &NewHeap, t: &mut impl Trace) -> CallResult {
        let NewHeap { pid, ref settings } = *args;
        let settings = settings.stand_in(self.config.heap);
        let mut info = HeapInfo { settings, statics: VirtAddr(0), list: Vec::new(), stats: HeapStats::default() };
        if let HeapSettings::Freelist(freelist) = &info.settings {
            info.list = vec![(freelist.base, freelist.size)];
        } else if let Reply::Addr(at) = self.mmap(&anonymous(pid, 1, false), t)? {
            info.statics = at;
        }
        let heap = HeapId(self.heaps.get(&pid).map_or(0, |heaps| heaps.len() as u32));
        self.set_heap(pid, heap, info, t);
        Ok(Reply::Heap(heap))
    }

    /// `malloc`.
    pub(crate) fn malloc(&mut self, &Malloc { pid, heap, bytes }: &Malloc, t: &mut impl Trace) -> CallResult {
        if self.is_list(pid, heap) {
            return self.list_malloc(pid, heap, bytes, t);
        }
        self.request(pid, heap, bytes, None, t, &|p, info| user::malloc(p, info, bytes))
    }

    /// `calloc`.
    pub(crate) fn calloc(&mut self, args: &Calloc, t: &mut impl Trace) -> CallResult {
        let &Calloc { pid, heap, count, bytes } = args;
        let in_all = count.saturating_mul(bytes);
        if self.is_list(pid, heap) {
            return self.list_malloc(pid, heap, in_all, t);
        }
        self.request(pid, heap, in_all, None, t, &|p, info| user::calloc(p, info, count, bytes))
    }

    /// `realloc`.
    pub(crate) fn realloc(&mut self, args: &Realloc, t: &mut impl Trace) -> CallResult {
        let &Realloc { pid, heap, addr, bytes } = args;
        if self.is_list(pid, heap) {
            return self.list_realloc(pid, heap, addr, bytes, t);
        }
        self.request(pid, heap, bytes, Some(addr), t, &|p, info| user::realloc(p, info, addr.0, bytes))
    }

    /// `free`.
    pub(crate) fn heap_free(&mut self, &HeapFree { pid, heap, addr }: &HeapFree, t: &mut impl Trace) -> CallResult {
        if self.is_list(pid, heap) {
            self.list_free(pid, heap, addr, t);
            return Ok(Reply::Done);
        }
        let (outcome, message) = self.run_heap(pid, heap, t, &|p, info| user::free(p, info, addr.0).map(|()| None));
        let outcome = self.heap_done(pid, heap, outcome, Counted::Free, t);
        outcome?;
        if let Some(message) = message {
            return Ok(Reply::Warned(message));
        }
        self.set_block(pid, heap, addr, None, t);
        Ok(Reply::Done)
    }

    /// `malloc_trim`.
    pub(crate) fn heap_trim(&mut self, &HeapTrim { pid, heap }: &HeapTrim, t: &mut impl Trace) -> CallResult {
        if pid == KERNEL {
            return self.reap_kernel_heap(t);
        }
        if !self.is_list(pid, heap) {
            let (outcome, _) = self.run_heap(pid, heap, t, &|p, info| user::trim(p, info).map(|()| None));
            self.heap_done(pid, heap, outcome, Counted::Nothing, t)?;
        }
        Ok(Reply::Done)
    }

    /// A call that answers with a block, in place of `old` if that is one.
    fn request<T: Trace>(
        &mut self,
        pid: Pid,
        heap: HeapId,
        bytes: u64,
        old: Option<VirtAddr>,
        t: &mut T,
        call: &Call<'_>,
    ) -> CallResult {
        let (outcome, message) = self.run_heap(pid, heap, t, call);
        let got = self.heap_done(pid, heap, outcome, Counted::Request(bytes), t)?;
        match (got, message) {
            (Some(block), _) => {
                self.replace_block(pid, heap, old, VirtAddr(block), bytes, t);
                Ok(Reply::Addr(VirtAddr(block)))
            }
            (None, Some(message)) => Ok(Reply::Warned(message)),
            (None, None) => {
                let stats = self.heap(pid, heap).info.stats;
                self.set_heap_stats(pid, heap, HeapStats { failed: stats.failed + 1, ..stats }, t);
                Err(Errno::ENOMEM.into())
            }
        }
    }

    /// Runs the allocator's code in the process. Also answers what it printed last.
    fn run_heap<T: Trace>(
        &mut self,
        pid: Pid,
        heap: HeapId,
        t: &mut T,
        call: &Call<'_>,
    ) -> (Outcome<(Option<u64>, HeapStats)>, Option<HeapMessage>) {
        let info = self.heap(pid, heap).info.clone();
        let mut running = Running::new(self, t, pid, heap, &info);
        let outcome = call(&mut running, &info);
        let message = running.message();
        let stats = running.finish();
        (outcome.map(|answer| (answer, stats)), message)
    }

    /// Notes what a call counted, or ends the process.
    fn heap_done(
        &mut self,
        pid: Pid,
        heap: HeapId,
        outcome: Outcome<(Option<u64>, HeapStats)>,
        counted: Counted,
        t: &mut impl Trace,
    ) -> Result<Option<u64>, CallError> {
        match outcome {
            Ok((answer, mut stats)) => {
                match counted {
                    Counted::Request(bytes) => count_request(&mut stats, bytes),
                    Counted::Free => stats.frees += 1,
                    Counted::Nothing => {}
                }
                self.set_heap_stats(pid, heap, stats, t);
                Ok(answer)
            }
            Err(Stop::Signal(signal, at)) => Err(CallError::Signal(signal, at)),
            Err(Stop::Abort(_)) => Err(CallError::Signal(Signal::SIGABRT, VirtAddr(0))),
        }
    }
}

/// Counts a request of so many bytes.
fn count_request(stats: &mut HeapStats, bytes: u64) {
    stats.requests += 1;
    stats.small += u64::from(bytes <= 1 << 10);
}

/// A private anonymous mapping where the kernel chooses; `reserve`: it is not accounted.
fn anonymous(pid: Pid, pages: u64, reserve: bool) -> Mmap {
    let mut flags = vec![MapFlag::Private, MapFlag::Anonymous];
    flags.extend(reserve.then_some(MapFlag::Noreserve));
    Mmap { pid, addr: None, pages, prot: Prot::READ | Prot::WRITE, flags, file: None, pgoff: 0 }
}
