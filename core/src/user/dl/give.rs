//! `free`: checks, joins with free neighbours, enters the chunk into its bin or the top, gives back what is too much.

use super::{FLAGS, Heap, IN_USE, MAPPED, var};
use crate::user::program::Outcome;
use crate::vocabulary::heap::{Dl, HeapMessage};

/// A freed chunk that has become this large is a reason to look at the top.
const LARGE: u64 = 64 << 10;

impl Heap<'_> {
    pub(super) fn free(&mut self, settings: &Dl, block: u64) -> Outcome<()> {
        let chunk = self.chunk_of(block);
        let head = self.head(chunk)?;
        let size = head & !FLAGS;
        if head & MAPPED != 0 {
            return self.unmap(chunk, size);
        }
        if !block.is_multiple_of(self.align()) || chunk.checked_add(size).is_none() {
            return self.die(HeapMessage::InvalidPointer);
        }
        if size < self.smallest() || !size.is_multiple_of(self.align()) {
            return self.die(HeapMessage::InvalidSize);
        }
        let top = self.var(var::TOP)?;
        if chunk == top {
            return self.die(HeapMessage::DoubleFreeTop);
        }
        if top == 0 || chunk.wrapping_add(size) > self.var(var::END)? && self.var(var::APART)? == 0 {
            return self.die(HeapMessage::DoubleFreeOut);
        }
        if self.head(chunk.wrapping_add(size))? & IN_USE == 0 {
            return self.die(HeapMessage::DoubleFreePrev);
        }
        let joined = self.release(chunk, size)?;
        if joined < LARGE {
            return Ok(());
        }
        let top = self.var(var::TOP)?;
        if self.head(top)? & !FLAGS < settings.trim_threshold {
            return Ok(());
        }
        self.give_back(settings.top_pad)
    }

    fn unmap(&mut self, chunk: u64, size: u64) -> Outcome<()> {
        let page = self.p.page();
        if !chunk.is_multiple_of(page) || !size.is_multiple_of(page) || size == 0 {
            return self.die(HeapMessage::InvalidMunmap);
        }
        self.p.munmap(chunk, size / page)
    }

    /// Makes a chunk free: joined with its free neighbours it goes into the top or a bin. Answers the joined size.
    pub(super) fn release(&mut self, chunk: u64, size: u64) -> Outcome<u64> {
        let (mut chunk, mut size) = (chunk, size);
        let next = chunk.wrapping_add(size);
        let next_size = self.head(next)? & !FLAGS;
        if self.head(chunk)? & IN_USE == 0 {
            let before = self.before(chunk)?;
            chunk = chunk.wrapping_sub(before);
            if self.head(chunk)? & !FLAGS != before {
                return self.die(HeapMessage::CorruptedSize);
            }
            self.unlink(chunk, before)?;
            size = size.wrapping_add(before);
        }
        if next == self.var(var::TOP)? {
            size = size.wrapping_add(next_size);
            self.set_head(chunk, size | IN_USE)?;
            self.set_top(chunk)?;
            return Ok(size);
        }
        if self.head(next.wrapping_add(next_size))? & IN_USE == 0 {
            self.unlink(next, next_size)?;
            size = size.wrapping_add(next_size);
        } else {
            self.mark(chunk, size, false)?;
        }
        self.set_head(chunk, size | IN_USE)?;
        self.set_foot(chunk, size)?;
        self.enter(chunk, size)?;
        Ok(size)
    }

    /// Gives whole pages of the top back, all but `pad` bytes, if it ends at the break.
    pub(super) fn give_back(&mut self, pad: u64) -> Outcome<()> {
        let top = self.var(var::TOP)?;
        if top == 0 {
            return Ok(());
        }
        let has = self.head(top)? & !FLAGS;
        let more = has.saturating_sub(self.smallest() + 1).saturating_sub(pad);
        let bytes = more / self.p.page() * self.p.page();
        if bytes == 0
            || self.p.brk_now()? != top.wrapping_add(has)
            || !self.p.move_brk(top.wrapping_add(has - bytes))?
        {
            return Ok(());
        }
        self.set_end(top.wrapping_add(has - bytes))?;
        self.set_head(top, (has - bytes) | IN_USE)
    }
}
