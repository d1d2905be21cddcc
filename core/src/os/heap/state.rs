//! What the machine remembers of heaps: its setters, each with one event.

use crate::os::machine::Machine;
use crate::units::{HeapId, Pid, VirtAddr};
use crate::user;
use crate::vocabulary::event::Event;
use crate::vocabulary::heap::{Heap, HeapInfo, HeapSettings, HeapStats, HeapTable, Heaps};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::trace::Trace;

impl Machine {
    /// The heaps of all processes that have any.
    pub(crate) fn heaps(&self) -> &HeapTable {
        &self.heaps
    }

    /// A heap, which must be there.
    pub(crate) fn heap(&self, pid: Pid, heap: HeapId) -> &Heap {
        &self.heaps[&pid][&heap]
    }

    /// Whether the heap is a list over addresses of its own.
    pub(super) fn is_list(&self, pid: Pid, heap: HeapId) -> bool {
        matches!(self.heap(pid, heap).info.settings, HeapSettings::Freelist(_))
    }

    /// Makes a heap, or changes what is noted of it.
    pub(super) fn set_heap(&mut self, pid: Pid, heap: HeapId, after: HeapInfo, t: &mut impl Trace) {
        let before = match self.heaps.get_mut(&pid).and_then(|heaps| heaps.get_mut(&heap)) {
            Some(known) => Some(std::mem::replace(&mut known.info, after.clone())),
            None => {
                let mut heaps = self.heaps.get(&pid).cloned().unwrap_or_default();
                heaps.insert(heap, Heap::new(after.clone()));
                self.heaps.insert(pid, heaps);
                None
            }
        };
        if before.as_ref() != Some(&after) {
            t.emit(|| Event::Heap { pid, heap, before: before.map(Box::new), after: Some(Box::new(after)) });
        }
    }

    pub(super) fn set_heap_stats(&mut self, pid: Pid, heap: HeapId, stats: HeapStats, t: &mut impl Trace) {
        let info = HeapInfo { stats, ..self.heap(pid, heap).info.clone() };
        self.set_heap(pid, heap, info, t);
    }

    fn heap_mut(&mut self, pid: Pid, heap: HeapId) -> &mut Heap {
        self.heaps.get_mut(&pid).and_then(|heaps| heaps.get_mut(&heap)).expect("the call names a heap that is there")
    }

    /// Notes that a block was given or freed.
    pub(super) fn set_block(&mut self, pid: Pid, heap: HeapId, addr: VirtAddr, after: Option<u64>, t: &mut impl Trace) {
        let before = self.heap_mut(pid, heap).set_block(addr, after);
        if before == after {
            return;
        }
        t.emit(|| Event::Block { pid, heap, addr, before, after });
        let mut stats = self.heap(pid, heap).info.stats;
        stats.asked = stats.asked - before.unwrap_or(0) + after.unwrap_or(0);
        stats.peak_asked = stats.peak_asked.max(stats.asked);
        stats.asked_over_time += stats.asked;
        stats.held_over_time += stats.held;
        self.set_heap_stats(pid, heap, stats, t);
    }

    /// Notes the answer of a request: a block in place of another.
    pub(super) fn replace_block(
        &mut self,
        pid: Pid,
        heap: HeapId,
        old: Option<VirtAddr>,
        new: VirtAddr,
        bytes: u64,
        t: &mut impl Trace,
    ) {
        if let Some(old) = old.filter(|old| *old != new) {
            self.set_block(pid, heap, old, None, t);
        }
        if user::is_block(&self.heap(pid, heap).info.settings, new.0, bytes) {
            self.set_block(pid, heap, new, Some(bytes), t);
        }
    }

    /// Notes that a heap has got pages from the kernel, or given them back. Some of them it may have had already: if
    /// the program unmapped them itself, the kernel gives them once more.
    pub(super) fn set_held(&mut self, pid: Pid, heap: HeapId, pages: Pages, held: bool, t: &mut impl Trace) {
        for part in self.heap(pid, heap).parts(pages, !held) {
            self.heap_mut(pid, heap).set_held(part, held);
            t.emit(|| Event::Held { pid, heap, start: part.start, pages: part.len(), held });
        }
    }

    /// Gives a process these heaps in place of those it has.
    pub(crate) fn set_heaps(&mut self, pid: Pid, after: Heaps, t: &mut impl Trace) {
        let before = if after.is_empty() { self.heaps.remove(&pid) } else { self.heaps.insert(pid, after.clone()) };
        let before = before.unwrap_or_default();
        if !before.is_empty() || !after.is_empty() {
            t.emit(|| Event::Heaps { pid, before, after });
        }
    }

    /// Forgets the heaps of processes that have ended, however they did. The kernel's is no process's.
    pub(crate) fn forget_heaps(&mut self, t: &mut impl Trace) {
        let ended: Vec<Pid> =
            self.heaps.keys().filter(|pid| **pid != KERNEL && !self.mm.is_alive(**pid)).copied().collect();
        for pid in ended {
            self.set_heaps(pid, Heaps::default(), t);
        }
    }
}
