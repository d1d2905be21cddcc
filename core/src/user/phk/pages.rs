//! Runs of pages: first fit in the order of addresses, joined with both neighbours at free, given back at the end.
//!
//! ```text
//! holder, five words:  | next | previous | page | end | size in bytes |       a block elsewhere in the heap
//! ```
//! The pages of a free run themselves are never touched.

use super::{FIRST, FOLLOW, FREE, Heap, NOT_MINE, var};
use crate::user::program::Outcome;
use crate::vocabulary::heap::HeapMessage;

const NEXT: u64 = 0;
const PREVIOUS: u64 = 1;
const PAGE: u64 = 2;
const END: u64 = 3;
const SIZE: u64 = 4;

/// What stands in a holder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub page: u64,
    pub end: u64,
    pub size: u64,
}

impl Heap<'_> {
    pub(super) fn holder_bytes(&self) -> u64 {
        5 * self.p.word()
    }

    /// The head of the list, which is laid out as a holder.
    fn head(&self) -> u64 {
        self.vars + var::RUNS * self.p.word()
    }

    pub(super) fn first_holder(&mut self) -> Outcome<u64> {
        let head = self.head();
        self.next_holder(head)
    }

    pub(super) fn next_holder(&mut self, holder: u64) -> Outcome<u64> {
        self.p.get(holder, NEXT, "the next free run's holder")
    }

    fn link(&mut self, holder: u64, next: u64) -> Outcome<()> {
        self.p.set(holder, NEXT, next, "the next free run's holder")?;
        if next == 0 { Ok(()) } else { self.p.set(next, PREVIOUS, holder, "the holder before") }
    }

    pub(super) fn held_run(&mut self, holder: u64) -> Outcome<Run> {
        Ok(Run {
            page: self.p.get(holder, PAGE, "the free run's first page")?,
            end: self.p.get(holder, END, "the free run's end")?,
            size: self.p.get(holder, SIZE, "the free run's size")?,
        })
    }

    fn hold(&mut self, holder: u64, Run { page, end, size }: Run) -> Outcome<()> {
        self.p.set(holder, PAGE, page, "the free run's first page")?;
        self.p.set(holder, END, end, "the free run's end")?;
        self.p.set(holder, SIZE, size, "the free run's size")
    }

    /// A run of pages for `bytes` bytes.
    pub(super) fn run(&mut self, bytes: u64) -> Outcome<Option<u64>> {
        let Some(bytes) = self.p.page_round(bytes) else { return Ok(None) };
        let mut emptied = 0;
        let mut found = None;
        let mut before = self.head();
        let mut holder = self.next_holder(before)?;
        while holder != 0 {
            self.p.searched();
            let size = self.p.get(holder, SIZE, "the free run's size")?;
            if size == bytes {
                found = Some(self.p.get(holder, PAGE, "the free run's first page")?);
                let next = self.next_holder(holder)?;
                self.link(before, next)?;
                emptied = holder;
                break;
            }
            if size > bytes {
                let run = self.held_run(holder)?;
                found = Some(run.page);
                self.hold(holder, Run { page: run.page.wrapping_add(bytes), size: size - bytes, ..run })?;
                break;
            }
            before = holder;
            holder = self.next_holder(holder)?;
        }
        let pages = bytes / self.p.page();
        let found = match found {
            Some(page) => Some(page),
            None => self.map_pages(pages)?,
        };
        if let Some(page) = found {
            let index = self.index(page)?;
            self.mark_slots(index, pages, FIRST, FOLLOW)?;
            self.junk(page, bytes)?;
        }
        if emptied != 0 {
            self.keep_holder(emptied)?;
        }
        Ok(found)
    }

    /// A holder that is not needed any more becomes the spare one, or is freed.
    fn keep_holder(&mut self, holder: u64) -> Outcome<()> {
        if self.var(var::SPARE, "the spare holder")? == 0 {
            return self.set_var(var::SPARE, holder, "the spare holder");
        }
        self.release(holder)
    }

    /// Asks the kernel for pages at the heap's end.
    fn map_pages(&mut self, pages: u64) -> Outcome<Option<u64>> {
        let page = self.p.page();
        let brk = self.p.brk_now()?;
        let start = brk.next_multiple_of(page);
        let Some(end) = pages.checked_mul(page).and_then(|bytes| start.checked_add(bytes)) else { return Ok(None) };
        if !self.p.move_brk(end)? {
            return Ok(None);
        }
        let last = self.index(end)?.wrapping_sub(1);
        if last.wrapping_add(1) >= self.var(var::SLOTS, "the directory's slots")? && !self.extend_directory(last)? {
            self.p.move_brk(brk)?;
            return Ok(None);
        }
        self.set_var(var::LAST_INDEX, last, "the last page's index")?;
        self.set_var(var::BREAK, end, "the break as it was left")?;
        Ok(Some(start))
    }

    /// Frees a run of pages. Only their slots are touched, and a holder.
    pub(super) fn free_run(&mut self, block: u64, index: u64, slot: u64) -> Outcome<()> {
        let page = self.p.page();
        if slot == FREE {
            return self.warn(HeapMessage::PageFreed);
        }
        if slot != FIRST {
            return self.warn(HeapMessage::WrongPage);
        }
        if !block.is_multiple_of(page) {
            return self.warn(HeapMessage::PageModified);
        }
        let pages = self.count_slots(index, Some(FREE))?;
        self.junk(block, pages * page)?;
        if self.on.hint {
            self.p.discard(block, pages)?;
        }
        if self.var(var::SPARE, "the spare holder")? == 0 {
            let bytes = self.holder_bytes();
            let spare = self.allocate(bytes)?.unwrap_or(0);
            self.set_var(var::SPARE, spare, "the spare holder")?;
        }
        self.enter_run(Run { page: block, end: block.wrapping_add(pages * page), size: pages * page })
    }

    /// Enters a free run into the list, joined with its neighbours, and gives back what is at the heap's end.
    fn enter_run(&mut self, freed: Run) -> Outcome<()> {
        let mut before = self.head();
        let mut holder = self.next_holder(before)?;
        let mut beside = None;
        while holder != 0 {
            self.p.searched();
            let run = self.held_run(holder)?;
            if run.end >= freed.page {
                beside = Some(run);
                break;
            }
            before = holder;
            holder = self.next_holder(holder)?;
        }
        let mut emptied = 0;
        let (holder, run) = match beside {
            // It begins where this one ends.
            Some(run) if run.end == freed.page => {
                let mut run = Run { end: freed.end, size: run.size.wrapping_add(freed.size), ..run };
                let next = self.next_holder(holder)?;
                if next != 0 && self.p.get(next, PAGE, "the free run's first page")? == run.end {
                    let third = self.held_run(next)?;
                    run = Run { end: third.end, size: run.size.wrapping_add(third.size), ..run };
                    let after = self.next_holder(next)?;
                    self.link(holder, after)?;
                    emptied = next;
                }
                (holder, run)
            }
            // It ends where this one begins.
            Some(run) if run.page == freed.end => {
                (holder, Run { page: freed.page, end: run.end, size: run.size.wrapping_add(freed.size) })
            }
            Some(run) if run.page < freed.end => return self.p.abort(HeapMessage::FreeListDestroyed),
            Some(_) | None => {
                let spare = self.var(var::SPARE, "the spare holder")?;
                if spare == 0 {
                    // No memory for a holder: the run is lost, as it is in the original.
                    return Ok(());
                }
                self.set_var(var::SPARE, 0, "the spare holder")?;
                self.link(spare, holder)?;
                self.link(before, spare)?;
                (spare, freed)
            }
        };
        self.hold(holder, run)?;
        self.give_back(holder, run)?;
        if emptied != 0 {
            self.keep_holder(emptied)?;
        }
        Ok(())
    }

    /// Gives the pages of the last free run back to the kernel, all but those kept, if it ends at the break and nobody
    /// else has moved that.
    fn give_back(&mut self, holder: u64, run: Run) -> Outcome<()> {
        let keep = self.on.cache * self.p.page();
        if run.size <= keep || self.next_holder(holder)? != 0 {
            return Ok(());
        }
        let left = self.var(var::BREAK, "the break as it was left")?;
        if run.end != left || self.p.brk_now()? != left {
            return Ok(());
        }
        let end = run.page.wrapping_add(keep);
        if !self.p.move_brk(end)? {
            return Ok(());
        }
        self.hold(holder, Run { end, size: keep, ..run })?;
        self.set_var(var::BREAK, end, "the break as it was left")?;
        let first = self.index(end)?;
        let last = self.var(var::LAST_INDEX, "the last page's index")?;
        self.mark_slots(first, last.wrapping_add(1).saturating_sub(first), NOT_MINE, NOT_MINE)?;
        self.set_var(var::LAST_INDEX, first.wrapping_sub(1), "the last page's index")
    }

    /// With the option `J`, fills what is given and what is freed.
    pub(super) fn junk(&mut self, at: u64, bytes: u64) -> Outcome<()> {
        if self.on.junk { self.p.fill(at, bytes, 0xd0) } else { Ok(()) }
    }
}
