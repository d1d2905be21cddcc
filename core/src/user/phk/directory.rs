//! The page directory: a word for each page from the heap's start on, in a mapping of its own. What happens when the
//! heap outgrows it is a setting.
//!
//! ```text
//! remade      map, copy all, unmap          rebuilds grow with the heap, each as long as the directory is then
//! hysteresis  the same, some pages ahead    fewer
//! doubling    the same, twice as long       few; the longest copy is as long as ever
//! mremap      the kernel moves its pages    nothing is copied
//! reserved    address space for all of it   nothing happens, until it ends
//! linked      another page, linked          nothing is copied; a look-up follows links
//!
//! linked:  | next | slots ... |  ->  | next | slots ... |       a page each; the last one used is remembered
//! ```

use super::{Heap, var};
use crate::user::program::Outcome;
use crate::vocabulary::heap::Directory;

/// The number of the directory page used last, and its address: static variables of the linked directory, in words.
const HINT: u64 = 12;
const HINT_AT: u64 = 13;

impl Heap<'_> {
    /// Makes the first directory. Whether there was memory for it.
    pub(super) fn make_directory(&mut self) -> Outcome<bool> {
        let (page, word) = (self.p.page(), self.p.word());
        let pages = match self.settings.directory {
            Directory::Reserved => (self.settings.reserve + self.shift()).saturating_mul(word).div_ceil(page),
            _ => 1,
        };
        let reserved = self.settings.directory == Directory::Reserved;
        let Some(at) = self.p.mmap(pages, reserved)? else { return Ok(false) };
        let linked = u64::from(self.settings.directory == Directory::Linked);
        let brk = self.p.brk_now()?;
        let origin = brk.div_ceil(page) - self.shift();
        self.set_var(var::DIRECTORY, at, "the page directory's address")?;
        self.set_var(var::SLOTS, pages * page / word - linked, "the directory's slots")?;
        self.set_var(var::ORIGIN, origin, "the origin")?;
        self.set_var(var::LAST_INDEX, self.shift() - 1, "the last page's index")?;
        self.set_var(var::BREAK, brk.div_ceil(page) * page, "the break as it was left")?;
        if linked == 1 {
            self.set_var(HINT_AT, at, "the directory page used last")?;
        }
        Ok(true)
    }

    /// What the directory says of a page; the heads of the buckets have the first indices.
    pub(super) fn slot(&mut self, index: u64) -> Outcome<u64> {
        if index >= self.var(var::SLOTS, "the directory's slots")? {
            return Ok(super::NOT_MINE);
        }
        let at = self.place_of_slot(index)?;
        let word = self.p.word();
        self.p.load(at, word, if index < self.shift() { "a bucket's head" } else { "the page's directory slot" })
    }

    pub(super) fn set_slot(&mut self, index: u64, value: u64) -> Outcome<()> {
        let at = self.place_of_slot(index)?;
        let word = self.p.word();
        self.p.store(
            at,
            word,
            value,
            if index < self.shift() { "a bucket's head" } else { "the page's directory slot" },
        )
    }

    /// Marks a run of slots: `first` in the first, `then` in those after it. The directory's address is read once, of a
    /// linked one once a page.
    pub(super) fn mark_slots(&mut self, index: u64, slots: u64, first: u64, then: u64) -> Outcome<()> {
        let word = self.p.word();
        let mut done = 0;
        while done < slots {
            let (at, in_a_row) = self.row_of_slots(index.wrapping_add(done))?;
            let row = in_a_row.min(slots - done);
            for n in 0..row {
                let value = if done + n == 0 { first } else { then };
                self.p.store(at.wrapping_add(n.wrapping_mul(word)), word, value, "the page's directory slot")?;
            }
            done += row;
        }
        Ok(())
    }

    /// How many pages a run in use has, by the slots from its first page's on; `mark` is written into each as it is
    /// counted. The directory's size and address are read once, the address of a linked one once a page.
    pub(super) fn count_slots(&mut self, index: u64, mark: Option<u64>) -> Outcome<u64> {
        let word = self.p.word();
        let slots = self.var(var::SLOTS, "the directory's slots")?.saturating_sub(index).max(1);
        let mut pages = 0;
        while pages < slots {
            let (at, in_a_row) = self.row_of_slots(index.wrapping_add(pages))?;
            for n in 0..in_a_row.min(slots - pages) {
                let at = at.wrapping_add(n.wrapping_mul(word));
                if pages > 0 && self.p.load(at, word, "the page's directory slot")? != super::FOLLOW {
                    return Ok(pages);
                }
                if let Some(mark) = mark {
                    self.p.store(at, word, mark, "the page's directory slot")?;
                }
                pages += 1;
            }
        }
        Ok(pages)
    }

    fn place_of_slot(&mut self, index: u64) -> Outcome<u64> {
        Ok(self.row_of_slots(index)?.0)
    }

    /// Where a slot is, and how many lie in a row from there on.
    fn row_of_slots(&mut self, index: u64) -> Outcome<(u64, u64)> {
        let word = self.p.word();
        let start = self.var(var::DIRECTORY, "the page directory's address")?;
        if self.settings.directory != Directory::Linked {
            return Ok((start.wrapping_add(index.wrapping_mul(word)), u64::MAX));
        }
        let slots = self.p.page() / word - 1;
        let at = self.linked_page(start, index / slots)?;
        Ok((at.wrapping_add((1 + index % slots) * word), slots - index % slots))
    }

    /// The directory page of this number: from the one used last on, or from the start.
    fn linked_page(&mut self, start: u64, wanted: u64) -> Outcome<u64> {
        let hint = self.var(HINT, "the number of the directory page used last")?;
        let (mut n, mut at) =
            if hint <= wanted { (hint, self.var(HINT_AT, "the directory page used last")?) } else { (0, start) };
        while n < wanted {
            at = self.p.get(at, 0, "the next directory page")?;
            n += 1;
        }
        if n != hint {
            self.set_var(HINT, n, "the number of the directory page used last")?;
            self.set_var(HINT_AT, at, "the directory page used last")?;
        }
        Ok(at)
    }

    /// Makes room for the slot of a page. Whether there is.
    pub(super) fn extend_directory(&mut self, index: u64) -> Outcome<bool> {
        let (page, word) = (self.p.page(), self.p.word());
        let slots = self.var(var::SLOTS, "the directory's slots")?;
        let at = self.var(var::DIRECTORY, "the page directory's address")?;
        let old = slots.saturating_mul(word).div_ceil(page);
        let exact = index.saturating_mul(word).div_ceil(page) + 1;
        let pages = match self.settings.directory {
            Directory::Remade | Directory::Mremap => exact,
            Directory::Hysteresis => exact.saturating_add(self.settings.ahead),
            Directory::Doubling => exact.max(old.saturating_mul(2)),
            Directory::Reserved => return Ok(false),
            Directory::Linked => return self.link_pages(at, slots, index),
        };
        let new = if self.settings.directory == Directory::Mremap {
            let Some(new) = self.p.mremap(at, old, pages)? else { return Ok(false) };
            self.p.rebuilt(0);
            new
        } else {
            let Some(new) = self.p.mmap(pages, false)? else { return Ok(false) };
            self.p.copy(at, new, slots.saturating_mul(word))?;
            self.p.rebuilt(slots.saturating_mul(word));
            new
        };
        self.set_var(var::DIRECTORY, new, "the page directory's address")?;
        self.set_var(var::SLOTS, pages.saturating_mul(page) / word, "the directory's slots")?;
        if self.settings.directory != Directory::Mremap {
            self.p.munmap(at, old)?;
        }
        Ok(true)
    }

    /// Links pages to the directory until it has a slot of this index.
    fn link_pages(&mut self, start: u64, mut slots: u64, index: u64) -> Outcome<bool> {
        let of_page = self.p.page() / self.p.word() - 1;
        while index >= slots {
            let last = self.linked_page(start, (slots / of_page).saturating_sub(1))?;
            let Some(new) = self.p.mmap(1, false)? else { return Ok(false) };
            self.p.set(last, 0, new, "the next directory page")?;
            slots = slots.saturating_add(of_page);
            self.set_var(var::SLOTS, slots, "the directory's slots")?;
        }
        Ok(true)
    }
}
