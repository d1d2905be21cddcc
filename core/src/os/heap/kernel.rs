//! The kernel runs its own allocator, behind `kmalloc`: words are read and written in frames without the MMU, since all
//! of memory is mapped for the kernel for good, and pages are runs of the frame allocator.

use super::count_request;
use crate::os::machine::Machine;
use crate::os::syscall::CallResult;
use crate::units::{HeapId, Pfn, VirtAddr, Vpn};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::command::{Kfree, Kmalloc};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::heap::{Heap, HeapInfo, HeapMessage, HeapSettings, HeapStats, Heaps};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::reply::{Errno, Reply, Signal};
use crate::vocabulary::trace::Trace;
use std::collections::BTreeSet;

/// The kernel has one heap.
const HEAP: HeapId = HeapId(0);
/// An allocator that has read and written more words than that in one call runs round a damaged list.
const MOST_WORDS: u64 = 1 << 26;

impl Machine {
    /// The kernel's heap, once there was a `kmalloc`.
    pub(crate) fn kernel_heap(&self) -> Option<&Heap> {
        self.heaps().get(&KERNEL).and_then(|heaps| heaps.get(&HEAP))
    }

    /// `kmalloc`. The first one makes the heap.
    pub(crate) fn kmalloc(&mut self, &Kmalloc { bytes }: &Kmalloc, t: &mut impl Trace) -> CallResult {
        if self.kernel_heap().is_none() && !self.make_kernel_heap(t)? {
            return Err(Errno::ENOMEM.into());
        }
        let (got, _, mut stats) = self.run_kernel(t, |p, info| crate::kmalloc::kmalloc(p, info, bytes));
        count_request(&mut stats, bytes);
        stats.failed += u64::from(!matches!(got, Ok(Some(_))));
        self.set_heap_stats(KERNEL, HEAP, stats, t);
        let block = VirtAddr(oops(got)?.ok_or(Errno::ENOMEM)?);
        self.set_block(KERNEL, HEAP, block, Some(bytes), t);
        Ok(Reply::Addr(block))
    }

    /// `kfree`.
    pub(crate) fn kfree(&mut self, &Kfree { addr }: &Kfree, t: &mut impl Trace) -> CallResult {
        if self.kernel_heap().is_none() {
            return Ok(Reply::Done);
        }
        let (done, said, mut stats) = self.run_kernel(t, |p, info| crate::kmalloc::kfree(p, info, addr.0));
        stats.frees += 1;
        self.set_heap_stats(KERNEL, HEAP, stats, t);
        oops(done)?;
        if let Some(message) = said {
            return Ok(Reply::Warned(message));
        }
        self.set_block(KERNEL, HEAP, addr, None, t);
        Ok(Reply::Done)
    }

    /// Gives back what the kernel's heap holds empty.
    pub(super) fn reap_kernel_heap(&mut self, t: &mut impl Trace) -> CallResult {
        let (done, _, stats) = self.run_kernel(t, crate::kmalloc::reap);
        self.set_heap_stats(KERNEL, HEAP, stats, t);
        oops(done).map(|()| Reply::Done)
    }

    /// The heap with its static variables. Whether there was memory for these.
    fn make_kernel_heap(&mut self, t: &mut impl Trace) -> Result<bool, super::CallError> {
        let settings = HeapSettings::of_kernel(&self.config.kmalloc, self.config.all_frames());
        let mut info = HeapInfo { settings, statics: VirtAddr(0), list: Vec::new(), stats: HeapStats::default() };
        self.set_heap(KERNEL, HEAP, info.clone(), t);
        let (made, _, stats) = self.run_kernel(t, |p, info| crate::kmalloc::start(p, &info.settings));
        let Some(statics) = oops(made)? else {
            self.set_heaps(KERNEL, Heaps::default(), t);
            return Ok(false);
        };
        (info.statics, info.stats) = (VirtAddr(statics), stats);
        self.set_heap(KERNEL, HEAP, info, t);
        Ok(true)
    }

    /// Runs the allocator's code. Also answers what it printed last, and the counters.
    fn run_kernel<T: Trace, R>(
        &mut self,
        t: &mut T,
        call: impl FnOnce(&mut dyn Program, &HeapInfo) -> Outcome<R>,
    ) -> (Outcome<R>, Option<HeapMessage>, HeapStats) {
        let info = self.heap(KERNEL, HEAP).info.clone();
        let stats = HeapStats { searched: 0, touched: 0, last_system_calls: 0, ..info.stats };
        let mut kernel = Kernel { machine: self, t, stats, touched: BTreeSet::new(), words: 0, said: None };
        let outcome = call(&mut kernel, &info);
        let touched = kernel.touched.len() as u64;
        let stats = HeapStats { touched, touched_in_all: kernel.stats.touched_in_all + touched, ..kernel.stats };
        (outcome, kernel.said, stats)
    }
}

/// The allocator went astray, which only a block's user can bring about who writes what looks like bookkeeping.
fn oops<R>(outcome: Outcome<R>) -> Result<R, super::CallError> {
    outcome.map_err(|_| Errno::EFAULT.into())
}

/// The kernel's allocator at work.
struct Kernel<'a, T> {
    machine: &'a mut Machine,
    t: &'a mut T,
    stats: HeapStats,
    touched: BTreeSet<u64>,
    words: u64,
    said: Option<HeapMessage>,
}

impl<T: Trace> Kernel<'_, T> {
    /// The frame and the offset of an access, which must be in memory.
    fn at(&mut self, at: u64, bytes: u64) -> Outcome<(Pfn, u64)> {
        let (frame, offset) = (at / self.page(), at % self.page());
        self.words += 1;
        if frame >= u64::from(self.machine.config.all_frames())
            || offset + bytes > self.page()
            || self.words > MOST_WORDS
        {
            return Err(Stop::Signal(Signal::SIGSEGV, VirtAddr(at)));
        }
        self.touched.insert(frame);
        Ok((Pfn(frame as u32), offset))
    }

    fn word_event(&mut self, at: u64, bytes: u64, access: Access, value: u64, what: &'static str) {
        let (addr, vpn, bytes) = (VirtAddr(at), Vpn(at / self.page()), bytes as u8);
        self.t.emit(|| Event::Word { pid: KERNEL, heap: HEAP, addr, vpn, bytes, access, value, what });
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Outcome<()> {
        let (pfn, offset) = self.at(at, bytes.len() as u64)?;
        self.machine.mm.write_bytes(pfn, offset, bytes, self.t);
        Ok(())
    }

    /// A run, of which all frames given are held, also those to which the frame allocator rounds up.
    fn take(&mut self, pages: u32) -> Option<Pfn> {
        let first = self.machine.mm.new_kernel_run(pages, self.t).ok()?;
        self.holds(first, true);
        self.stats.runs_taken += 1;
        Some(first)
    }

    fn give_back(&mut self, first: Pfn) {
        self.holds(first, false);
        self.machine.mm.end_run(first, self.t);
        self.stats.runs_returned += 1;
    }

    fn holds(&mut self, first: Pfn, held: bool) {
        let given = self.machine.mm.runs()[&first].given;
        self.machine.set_held(KERNEL, HEAP, Pages::at(Vpn(first.0.into()), given.into()), held, self.t);
        let now = if held { self.stats.held + u64::from(given) } else { self.stats.held - u64::from(given) };
        self.stats.held = now;
        self.stats.peak_held = self.stats.peak_held.max(now);
        self.stats.system_calls += 1;
        self.stats.last_system_calls += 1;
    }
}

impl<T: Trace> Program for Kernel<'_, T> {
    fn page(&self) -> u64 {
        self.machine.mm.geometry().page_size()
    }

    fn word(&self) -> u64 {
        self.machine.mm.geometry().word()
    }

    fn load(&mut self, at: u64, bytes: u64, what: &'static str) -> Outcome<u64> {
        let (pfn, offset) = self.at(at, bytes)?;
        let read = self.machine.mm.ram().read(pfn, offset, bytes);
        let value = read.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
        self.stats.loads += 1;
        self.word_event(at, bytes, Access::Read, value, what);
        Ok(value)
    }

    fn store(&mut self, at: u64, bytes: u64, value: u64, what: &'static str) -> Outcome<()> {
        self.write(at, &value.to_le_bytes()[..bytes as usize])?;
        self.stats.stores += 1;
        self.word_event(at, bytes, Access::Write, value, what);
        Ok(())
    }

    fn copy(&mut self, _from: u64, _to: u64, _bytes: u64) -> Outcome<()> {
        unreachable!("the kernel has no realloc")
    }

    fn fill(&mut self, at: u64, bytes: u64, value: u8) -> Outcome<()> {
        let page = self.page();
        let mut done = 0;
        while done < bytes {
            let len = (page - (at + done) % page).min(bytes - done);
            self.write(at + done, &vec![value; len as usize])?;
            done += len;
        }
        Ok(())
    }

    fn brk(&mut self, _to: u64) -> Outcome<u64> {
        unreachable!("the kernel has no break")
    }

    fn mmap(&mut self, pages: u64, _reserve: bool) -> Outcome<Option<u64>> {
        let Some(pages) = u32::try_from(pages).ok().filter(|pages| *pages <= self.machine.config.all_frames()) else {
            return Ok(None);
        };
        let Some(mut first) = self.take(pages) else { return Ok(None) };
        if first == Pfn(0) {
            // Address 0 is no block: another run in its place.
            let other = self.take(pages);
            self.give_back(first);
            match other {
                Some(other) => first = other,
                None => return Ok(None),
            }
        }
        Ok(Some(u64::from(first.0) * self.page()))
    }

    fn munmap(&mut self, at: u64, pages: u64) -> Outcome<()> {
        let first = Pfn((at / self.page()) as u32);
        debug_assert_eq!(u64::from(self.machine.mm.runs()[&first].request.pages), pages);
        self.give_back(first);
        Ok(())
    }

    fn mremap(&mut self, _at: u64, _pages: u64, _new_pages: u64) -> Outcome<Option<u64>> {
        unreachable!("the kernel's pages stay where they are")
    }

    fn discard(&mut self, _at: u64, _pages: u64) -> Outcome<()> {
        Ok(())
    }

    fn say(&mut self, message: HeapMessage) {
        self.said = Some(message);
        self.stats.warnings += 1;
        self.t.emit(|| Event::Said { pid: KERNEL, heap: HEAP, message });
    }

    fn stats(&mut self) -> &mut HeapStats {
        &mut self.stats
    }
}

impl Machine {
    /// Whether an access of the kernel is within a block that `kmalloc` gave. An address that is `vmalloc`'s as well is
    /// taken for that.
    pub(crate) fn at_kernel_block(&self, addr: VirtAddr, bytes: u64) -> bool {
        let vpn = self.mm.geometry().vpn(addr);
        if self.mm.spaces().get(&KERNEL).is_some_and(|space| space.find(vpn).is_some()) {
            return false;
        }
        let block = self.kernel_heap().and_then(|heap| heap.blocks.range(..=addr).next_back());
        block.is_some_and(|(at, len)| addr.0.checked_add(bytes).is_some_and(|end| end <= at.0 + len))
    }
}
