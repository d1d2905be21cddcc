//! What the two allocators that keep such queues differ in: which lengths share a queue, and what is kept beside it.

use crate::vocabulary::free_lists::FreeRun;

/// Which queue a run stands on. An allocator that also keeps runs by their length or place is notified of each that
/// comes or goes.
pub trait Lengths {
    /// The number of the list for runs of `len` frames. Single frames have a list of their own.
    fn list(&self, len: u32) -> u8;
    /// The shortest length on a list.
    fn least(&self, list: u8) -> u32;
    /// Frames of a run, at most: longer ones are cut at the start, and joining stops there.
    fn most(&self) -> u32 {
        u32::MAX
    }
    fn enters(&mut self, _zone: u8, _run: FreeRun) {}
    fn leaves(&mut self, _zone: u8, _run: FreeRun) {}
    /// Called when the run at the head of its queue is cut and stays there.
    #[inline]
    fn shrinks(&mut self, zone: u8, run: FreeRun, rest: FreeRun) {
        self.leaves(zone, run);
        self.enters(zone, rest);
    }
}
