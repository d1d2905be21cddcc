//! `malloc` and `realloc`: from the bin of the size, else best fit from larger ones, else from the top, else from the
//! kernel.

use super::{FLAGS, Heap, IN_USE, MAPPED, var};
use crate::user::program::Outcome;
use crate::vocabulary::heap::{Dl, HeapMessage};

/// Bytes of a top that is mapped because the break cannot move, at least: calls that map are to be few.
const LEAST_MAPPED_TOP: u64 = 1 << 20;

impl Heap<'_> {
    pub(super) fn malloc(&mut self, settings: &Dl, bytes: u64) -> Outcome<Option<u64>> {
        let Some(size) = self.chunk_for(bytes) else { return Ok(None) };
        if self.var(var::READY)? == 0 {
            self.make_bins()?;
        }
        let bin = self.bin_of(size);
        let found = match self.fit(bin, size)? {
            Some(found) => Some(found),
            None => self.fit_above(bin + 1)?,
        };
        if let Some((chunk, has)) = found {
            self.unlink(chunk, has)?;
            self.cut(chunk, has, size)?;
            return Ok(Some(self.block_of(chunk)));
        }
        if let Some(chunk) = self.cut_top(size)? {
            return Ok(Some(self.block_of(chunk)));
        }
        if size >= settings.mmap_threshold
            && let Some(chunk) = self.map(size)?
        {
            return Ok(Some(self.block_of(chunk)));
        }
        if !self.grow_top(settings, size)? {
            return Ok(None);
        }
        Ok(self.cut_top(size)?.map(|chunk| self.block_of(chunk)))
    }

    /// Makes a free chunk one in use of `size` bytes; what is left of it becomes a free chunk if it is large enough.
    fn cut(&mut self, chunk: u64, has: u64, size: u64) -> Outcome<()> {
        let left = has - size;
        if left < self.smallest() {
            return self.mark(chunk, has, true);
        }
        self.resize(chunk, size)?;
        let rest = chunk.wrapping_add(size);
        self.set_head(rest, left | IN_USE)?;
        self.set_foot(rest, left)?;
        self.enter(rest, left)
    }

    fn cut_top(&mut self, size: u64) -> Outcome<Option<u64>> {
        let top = self.var(var::TOP)?;
        if top == 0 {
            return Ok(None);
        }
        let has = self.head(top)? & !FLAGS;
        if has > self.var(var::END)?.wrapping_sub(top) {
            return self.die(HeapMessage::CorruptedTop);
        }
        if has < size.saturating_add(self.smallest()) {
            return Ok(None);
        }
        self.resize(top, size)?;
        self.set_head(top.wrapping_add(size), (has - size) | IN_USE)?;
        self.set_top(top.wrapping_add(size))?;
        Ok(Some(top))
    }

    /// A mapping for one chunk.
    fn map(&mut self, size: u64) -> Outcome<Option<u64>> {
        let Some(bytes) = size.checked_add(self.word()).and_then(|bytes| self.p.page_round(bytes)) else {
            return Ok(None);
        };
        let Some(chunk) = self.p.mmap(bytes / self.p.page(), false)? else { return Ok(None) };
        self.set_head(chunk, bytes | MAPPED)?;
        Ok(Some(chunk))
    }

    /// Makes the top large enough for a chunk: moves the break, and if somebody else moved it, begins a new top behind.
    /// Where the break cannot move, since something lies above it, the new top is a mapping.
    fn grow_top(&mut self, settings: &Dl, size: u64) -> Outcome<bool> {
        let (page, smallest) = (self.p.page(), self.smallest());
        let top = self.var(var::TOP)?;
        let has = if top == 0 { 0 } else { self.head(top)? & !FLAGS };
        let brk = self.p.brk_now()?;
        let goes_on = top != 0 && top.wrapping_add(has) == brk;
        let more = size.saturating_add(settings.top_pad).saturating_add(smallest);
        let more = if goes_on { more.saturating_sub(has) } else { more.saturating_add(self.align()) };
        let Some(end) = brk.checked_add(more).and_then(|end| end.checked_next_multiple_of(page)) else {
            return Ok(false);
        };
        if !self.p.move_brk(end)? {
            let least = size.saturating_add(settings.top_pad).saturating_add(smallest).max(LEAST_MAPPED_TOP);
            let Some(bytes) = self.p.page_round(least) else { return Ok(false) };
            let Some(start) = self.p.mmap(bytes / page, false)? else { return Ok(false) };
            self.p.set(self.vars, var::APART, 1, "a top that is no part of the break's memory")?;
            return self.new_top(start, start.wrapping_add(bytes), top, has).map(|()| true);
        }
        if goes_on {
            self.set_end(end)?;
            self.set_head(top, end.wrapping_sub(top) | IN_USE)?;
            return Ok(true);
        }
        self.new_top(brk.next_multiple_of(self.align()), end, top, has).map(|()| true)
    }

    fn new_top(&mut self, start: u64, end: u64, old: u64, had: u64) -> Outcome<()> {
        self.set_end(end)?;
        self.set_head(start, end.wrapping_sub(start) | IN_USE)?;
        self.set_top(start)?;
        if old == 0 { Ok(()) } else { self.fence(old, had) }
    }

    /// An old top before memory of somebody else: two chunks in use stand at its end; nothing is joined past them.
    fn fence(&mut self, top: u64, has: u64) -> Outcome<()> {
        let posts = 2 * self.align();
        let left = has.saturating_sub(posts) / self.align() * self.align();
        if left > 0 {
            self.resize(top, left)?;
        }
        let post = top.wrapping_add(left);
        self.set_head(post, self.align() | IN_USE)?;
        self.set_head(post.wrapping_add(self.align()), self.align() | IN_USE)?;
        if left < self.smallest() { Ok(()) } else { self.release(top, left).map(drop) }
    }

    /// In place where the next chunk is the top or free and large enough, by `mremap` for a mapping, else a copy.
    pub(super) fn realloc(&mut self, settings: &Dl, block: u64, bytes: u64) -> Outcome<Option<u64>> {
        let chunk = self.chunk_of(block);
        let head = self.head(chunk)?;
        let has = head & !FLAGS;
        if !block.is_multiple_of(self.align()) || has < self.smallest() || chunk.checked_add(has).is_none() {
            return self.die(HeapMessage::InvalidRealloc);
        }
        let Some(size) = self.chunk_for(bytes) else { return Ok(None) };
        if head & MAPPED != 0 {
            return self.remap(settings, chunk, has, size, bytes);
        }
        if self.widen(chunk, has, size)? {
            return Ok(Some(block));
        }
        let Some(new) = self.malloc(settings, bytes)? else { return Ok(None) };
        let moved = has - self.word();
        self.p.copy(block, new, moved)?;
        self.p.moved(moved);
        self.free(settings, block)?;
        Ok(Some(new))
    }

    /// Makes a chunk larger or smaller where it is, if that can be.
    fn widen(&mut self, chunk: u64, has: u64, size: u64) -> Outcome<bool> {
        let mut has = has;
        if has < size {
            let next = chunk.wrapping_add(has);
            let next_size = self.head(next)? & !FLAGS;
            if next == self.var(var::TOP)? {
                if has.wrapping_add(next_size) < size + self.smallest() {
                    return Ok(false);
                }
                self.resize(chunk, size)?;
                self.set_head(chunk.wrapping_add(size), has.wrapping_add(next_size).wrapping_sub(size) | IN_USE)?;
                self.set_top(chunk.wrapping_add(size))?;
                return Ok(true);
            }
            let in_use = self.head(next.wrapping_add(next_size))? & IN_USE != 0;
            if in_use || has.wrapping_add(next_size) < size {
                return Ok(false);
            }
            self.unlink(next, next_size)?;
            has = has.wrapping_add(next_size);
            self.resize(chunk, has)?;
            self.mark(chunk, has, true)?;
        }
        let left = has - size;
        if left >= self.smallest() {
            self.resize(chunk, size)?;
            let rest = chunk.wrapping_add(size);
            self.set_head(rest, left | IN_USE)?;
            self.release(rest, left)?;
        }
        Ok(true)
    }

    fn remap(&mut self, settings: &Dl, chunk: u64, has: u64, size: u64, bytes: u64) -> Outcome<Option<u64>> {
        let page = self.p.page();
        let Some(new) = size.checked_add(self.word()).and_then(|bytes| self.p.page_round(bytes)) else {
            return Ok(None);
        };
        if new == has {
            return Ok(Some(self.block_of(chunk)));
        }
        if let Some(moved) = self.p.mremap(chunk, has / page, new / page)? {
            self.set_head(moved, new | MAPPED)?;
            return Ok(Some(self.block_of(moved)));
        }
        let Some(block) = self.malloc(settings, bytes)? else { return Ok(None) };
        let moved = bytes.min(has.saturating_sub(2 * self.word()));
        self.p.copy(self.block_of(chunk), block, moved)?;
        self.p.moved(moved);
        self.p.munmap(chunk, has / page)?;
        Ok(Some(block))
    }
}
