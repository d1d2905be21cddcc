//! Pages as arrays of paragraphs of 16 bytes. A request is rounded to paragraphs and to nothing else; a block has no
//! header, since the array's bitmaps say where it ends.
//!
//! ```text
//! arrays --> [ aaa b cc . . ddddd ] <--> [ e . . . ] <--> ...       of any number of pages, newest first
//!               \ table of frames: address to array
//! ```
//! Free blocks are not joined. When none is long enough, a new array is taken, and the current ones fragment away: one
//! in which nothing is in use any more goes back whole. Settings to compare: `coalesce`, neighbours are joined before a
//! new array is taken; `fit: "bitmap"`, no queues, the first free paragraphs in a row, which joins by itself.
//!
//! Source: the mail of M. Jagdis to linux-kernel, 27 Nov 1996, which says that much. Queues by length and lazy joining
//! are as it has them for pages; bitmaps, and 64 queues up to the 1 KiB below which it sees 99.99 % of requests, are
//! this model's.

mod bits;
mod look;
mod queues;

pub use look::picture;

use super::table;
use crate::config::ParagraphFit;
use crate::user::program::{Outcome, Program};
use crate::vocabulary::heap::Paragraph;
use bits::{Array, IN_USE, NEXT, PREVIOUS, pages_for};

/// Bytes of a paragraph.
const PARAGRAPH: u64 = 16;
/// A request of more bytes than that is not served.
const LARGEST: u64 = 1 << 31;

/// Static variables, in words.
mod var {
    /// The newest page array.
    pub const ARRAYS: u64 = 0;
    /// The heads of the queues, from queue 1 on; the last is of longer blocks.
    pub const QUEUES: u64 = 1;
    /// Which queues have a block, in one word or two.
    pub const FILLED: u64 = QUEUES + super::queues::LONGER + 1;
}

/// The allocator at work.
struct Heap<'a> {
    p: &'a mut dyn Program,
    vars: u64,
    settings: &'a Paragraph,
}

/// A paragraph of an array.
#[derive(Clone, Copy)]
struct Place {
    array: Array,
    n: u64,
}

/// `kmalloc`: the shortest free block that will do, or of a new array.
pub fn kmalloc(p: &mut dyn Program, vars: u64, settings: &Paragraph, bytes: u64) -> Outcome<Option<u64>> {
    if bytes > LARGEST {
        return Ok(None);
    }
    Heap { p, vars, settings }.allocate(bytes.div_ceil(PARAGRAPH).max(1))
}

/// `kfree`: the block's paragraphs are free; an array without a block goes back.
pub fn kfree(p: &mut dyn Program, vars: u64, settings: &Paragraph, block: u64) -> Outcome<()> {
    let mut heap = Heap { p, vars, settings };
    let Place { array, n } = heap.place(block)?;
    let paragraphs = heap.length(array, n)?;
    heap.mark(array, n, paragraphs, false)?;
    if heap.count(array, -(paragraphs as i64))? == 0 {
        heap.drop_array(array, n)
    } else if heap.queues() {
        heap.put(block, paragraphs)
    } else {
        heap.mark_last(array, n + paragraphs - 1, false)
    }
}

impl Heap<'_> {
    fn queues(&self) -> bool {
        self.settings.fit == ParagraphFit::Queues
    }

    fn allocate(&mut self, wanted: u64) -> Outcome<Option<u64>> {
        let mut found = self.find(wanted)?;
        if found.is_none() && self.settings.coalesce && self.queues() && self.join_all()? {
            found = self.find(wanted)?;
        }
        if found.is_none() {
            if !self.new_array(wanted)? {
                return Ok(None);
            }
            found = self.find(wanted)?;
        }
        let Place { array, n } = found.expect("a new array has room for what it was taken for");
        self.mark(array, n, wanted, true)?;
        self.mark_last(array, n + wanted - 1, true)?;
        self.count(array, wanted as i64)?;
        Ok(Some(array.paragraph(n)))
    }

    /// Free paragraphs, out of their queue; what is longer is cut, and its rest stays free.
    fn find(&mut self, wanted: u64) -> Outcome<Option<Place>> {
        if !self.queues() {
            return self.find_in_bitmaps(wanted);
        }
        let Some((place, length)) = self.unqueue(wanted)? else { return Ok(None) };
        if length > wanted {
            self.put(place.array.paragraph(place.n + wanted), length - wanted)?;
        }
        Ok(Some(place))
    }

    fn find_in_bitmaps(&mut self, wanted: u64) -> Outcome<Option<Place>> {
        let mut at = self.p.get(self.vars, var::ARRAYS, "the first array")?;
        while at != 0 {
            self.p.searched();
            let array = self.array(at)?;
            let in_use = self.p.get(at, IN_USE, "the array's paragraphs in use")?;
            if array.end() - array.first() - in_use >= wanted
                && let Some(n) = self.first_free(array, wanted)?
            {
                return Ok(Some(Place { array, n }));
            }
            at = self.p.get(at, NEXT, "the next array")?;
        }
        Ok(None)
    }

    /// A new array, one free block long. Whether there was memory.
    fn new_array(&mut self, wanted: u64) -> Outcome<bool> {
        let needed = pages_for(wanted, self.p.page());
        let mut pages = needed.max(self.settings.array.into());
        let mut got = table::take(self.p, self.vars, pages)?;
        if got.is_none() && pages > needed {
            pages = needed;
            got = table::take(self.p, self.vars, pages)?;
        }
        let Some(at) = got else { return Ok(false) };
        let array = Array::new(at, pages, self.p.page());
        table::set(self.p, self.vars, at, pages, at)?;
        self.describe(array)?;
        let next = self.p.get(self.vars, var::ARRAYS, "the first array")?;
        self.p.set(at, NEXT, next, "the next array")?;
        if next != 0 {
            self.p.set(next, PREVIOUS, at, "the array before")?;
        }
        self.p.set(self.vars, var::ARRAYS, at, "the first array")?;
        if self.queues() {
            self.mark_last(array, array.end() - 1, true)?;
            self.put(array.paragraph(array.first()), array.end() - array.first())?;
        }
        Ok(true)
    }

    /// Gives an array back, of which nothing is in use; the block at `freed` is in no queue.
    fn drop_array(&mut self, array: Array, freed: u64) -> Outcome<()> {
        let mut n = array.first();
        while self.queues() && n < array.end() {
            let length = self.length(array, n)?;
            if n != freed {
                self.p.searched();
                self.take_out(array.paragraph(n), length)?;
            }
            n += length;
        }
        let next = self.p.get(array.at, NEXT, "the next array")?;
        let previous = self.p.get(array.at, PREVIOUS, "the array before")?;
        if next != 0 {
            self.p.set(next, PREVIOUS, previous, "the array before")?;
        }
        if previous == 0 {
            self.p.set(self.vars, var::ARRAYS, next, "the first array")?;
        } else {
            self.p.set(previous, NEXT, next, "the next array")?;
        }
        table::set(self.p, self.vars, array.at, array.pages, 0)?;
        self.p.munmap(array.at, array.pages)
    }

    /// Joins free neighbours in all arrays. Whether there were any.
    fn join_all(&mut self) -> Outcome<bool> {
        let mut joined = false;
        let mut at = self.p.get(self.vars, var::ARRAYS, "the first array")?;
        while at != 0 {
            let array = self.array(at)?;
            let mut n = array.first();
            while n < array.end() {
                let (length, more) = self.join(Place { array, n })?;
                joined |= more;
                n += length;
            }
            at = self.p.get(at, NEXT, "the next array")?;
        }
        Ok(joined)
    }

    /// Joins a block, if it is free, with the free ones behind it: the length of both, and whether there were any.
    fn join(&mut self, Place { array, n }: Place) -> Outcome<(u64, bool)> {
        self.p.searched();
        let first = self.length(array, n)?;
        let mut length = first;
        if self.is_used(array, n)? {
            return Ok((length, false));
        }
        while n + length < array.end() && !self.is_used(array, n + length)? {
            self.p.searched();
            self.p.joined();
            let more = self.length(array, n + length)?;
            self.take_out(array.paragraph(n + length), more)?;
            self.mark_last(array, n + length - 1, false)?;
            length += more;
        }
        if length > first {
            self.take_out(array.paragraph(n), first)?;
            self.put(array.paragraph(n), length)?;
        }
        Ok((length, length > first))
    }

    /// The paragraph at an address, by the table of frames.
    fn place(&mut self, at: u64) -> Outcome<Place> {
        let array = table::get(self.p, self.vars, at)?;
        let array = self.array(array)?;
        Ok(Place { array, n: (at - array.at) / PARAGRAPH })
    }
}
