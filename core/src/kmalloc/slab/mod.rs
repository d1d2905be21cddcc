//! Slabs: a cache for each size, in it slabs of one page or more, in each slab objects of the cache's size.
//!
//! ```text
//! cache   full --> slab     partial --> slab <--> slab     empty --> slab           colour of the next slab
//!
//! slab    | colour | descriptor, links of objects | object | object | ...      up to a page / 8 a size
//!           0, 32, ... bytes                         32      32
//!         | object | object | ...                                              larger: descriptor in a small object
//! ```
//! An object comes from a partial slab, else from an empty one, else from a new one. A slab without an object in use is
//! kept empty until pages are missed, or somebody asks (`reap`); with the setting `reap` it goes back at once. With
//! `colouring` a slab's objects begin where the next lines of the processor's cache are, as far as the space left over
//! goes, so that equal objects of different slabs do not all compete for the same ones.
//!
//! Sources: J. Bonwick, "The slab allocator", USENIX 1994, for the idea; Linux 2.4 `mm/slab.c` for layout, sizes and
//! lists. A link takes 4 bytes there, too: 113 objects of 32 bytes on a page of a 32-bit machine, 59 of 64, 30 of 128.

mod lists;
mod look;

pub use look::picture;

use super::table;
use crate::user::program::{Outcome, Program};
use crate::vocabulary::heap::Slab;
use lists::{EMPTY, FULL, PARTIAL};

/// The smallest size, and how many there are, each twice the one before: 32 bytes to 128 KiB.
const SMALLEST: u64 = 32;
const CACHES: u64 = 13;
/// Objects and colours are multiples of a cache line of the time.
const LINE: u64 = 32;
/// Bytes of a link, and the one that leads nowhere.
const LINK: u64 = 4;
const END: u64 = 0xffff_ffff;

/// Words of a slab's descriptor. Behind them two counters of 4 bytes, and a link for each object.
mod word {
    /// The next slab of its list.
    pub const NEXT: u64 = 0;
    /// The one before.
    pub const PREVIOUS: u64 = 1;
    /// Bytes left free at the slab's start.
    pub const COLOUR: u64 = 2;
    /// The address of the first object.
    pub const FIRST: u64 = 3;
    /// How many words there are.
    pub const WORDS: u64 = 4;
}

/// Words of a cache among the static variables: its three lists, and the next slab's colour.
mod cache {
    /// The colour of the next slab.
    pub const COLOUR: u64 = 3;
    /// How many words a cache has.
    pub const WORDS: u64 = 4;
}

/// How the slabs of a cache are laid out.
#[derive(Clone, Copy)]
struct Shape {
    size: u64,
    pages: u64,
    objects: u64,
    /// Bytes of the descriptor with its links.
    descriptor: u64,
    /// Whether the descriptor is elsewhere.
    apart: bool,
    colours: u64,
}

/// The allocator at work.
struct Heap<'a> {
    p: &'a mut dyn Program,
    vars: u64,
    settings: &'a Slab,
}

/// `kmalloc`: an object of the smallest size that will do.
pub fn kmalloc(p: &mut dyn Program, vars: u64, settings: &Slab, bytes: u64) -> Outcome<Option<u64>> {
    let Some(cache) = cache_for(bytes) else { return Ok(None) };
    Heap { p, vars, settings }.allocate(cache)
}

/// `kfree`: the object goes back to its slab, which the table of frames knows.
pub fn kfree(p: &mut dyn Program, vars: u64, settings: &Slab, object: u64) -> Outcome<()> {
    Heap { p, vars, settings }.release(object)
}

/// Gives back all empty slabs. Whether there were any.
pub fn reap(p: &mut dyn Program, vars: u64, settings: &Slab) -> Outcome<bool> {
    Heap { p, vars, settings }.reap()
}

/// The cache of the smallest size that has room for so many bytes.
fn cache_for(bytes: u64) -> Option<u64> {
    (0..CACHES).find(|cache| bytes <= SMALLEST << cache)
}

impl Heap<'_> {
    fn shape(&self, cache: u64) -> Shape {
        let (size, page) = (SMALLEST << cache, self.p.page());
        let fixed = word::WORDS * self.p.word() + 2 * LINK;
        let apart = size >= page / 8;
        if apart {
            let pages = size.div_ceil(page);
            let objects = pages * page / size;
            return Shape { size, pages, objects, descriptor: fixed + objects * LINK, apart, colours: 0 };
        }
        let taken = |objects: u64| (fixed + objects * LINK).next_multiple_of(LINE) + objects * size;
        let objects = (1..).take_while(|objects| taken(*objects) <= page).last().unwrap_or(1);
        let colours = (page - taken(objects)) / LINE;
        Shape { size, pages: 1, objects, descriptor: fixed + objects * LINK, apart, colours }
    }

    fn allocate(&mut self, cache: u64) -> Outcome<Option<u64>> {
        self.p.searched();
        let mut at = self.head(cache, PARTIAL)?;
        if at == 0 {
            at = self.head(cache, EMPTY)?;
            if at == 0 {
                at = match self.grow(cache)? {
                    Some(at) => at,
                    None => return Ok(None),
                };
            }
            self.unlink(cache, EMPTY, at)?;
            self.link(cache, PARTIAL, at)?;
        }
        let free = self.free_object(at)?;
        let next = self.object_link(at, free)?;
        self.set_free_object(at, next)?;
        let in_use = self.in_use(at)? + 1;
        self.set_in_use(at, in_use)?;
        if next == END {
            self.unlink(cache, PARTIAL, at)?;
            self.link(cache, FULL, at)?;
        }
        let first = self.p.get(at, word::FIRST, "the slab's first object")?;
        Ok(Some(first + free * (SMALLEST << cache)))
    }

    fn release(&mut self, object: u64) -> Outcome<()> {
        let (at, cache) = self.slab_of(object)?;
        let first = self.p.get(at, word::FIRST, "the slab's first object")?;
        let n = (object - first) / (SMALLEST << cache);
        let free = self.free_object(at)?;
        self.set_object_link(at, n, free)?;
        self.set_free_object(at, n)?;
        let in_use = self.in_use(at)? - 1;
        self.set_in_use(at, in_use)?;
        let from = if free == END { FULL } else { PARTIAL };
        let to = if in_use == 0 { EMPTY } else { PARTIAL };
        if from != to {
            self.unlink(cache, from, at)?;
            self.link(cache, to, at)?;
        }
        if in_use == 0 && self.settings.reap { self.destroy(cache, at) } else { Ok(()) }
    }

    /// A new slab of a cache, empty. If no pages are to be had, empty slabs of all caches are given back for it.
    fn grow(&mut self, cache: u64) -> Outcome<Option<u64>> {
        let shape = self.shape(cache);
        let mut got = table::take(self.p, self.vars, shape.pages)?;
        if got.is_none() && self.reap()? {
            got = table::take(self.p, self.vars, shape.pages)?;
        }
        let Some(page) = got else { return Ok(None) };
        let colour = self.next_colour(cache, shape)? * LINE;
        let mut at = page + colour;
        let mut first = at + shape.descriptor.next_multiple_of(LINE);
        if shape.apart {
            first = page;
            at = match self.allocate(cache_for(shape.descriptor).expect("a descriptor is small"))? {
                Some(at) => at,
                None => {
                    self.p.munmap(page, shape.pages)?;
                    return Ok(None);
                }
            };
        }
        table::set(self.p, self.vars, page, shape.pages, at | cache)?;
        self.p.set(at, word::COLOUR, colour, "the slab's colour")?;
        self.p.set(at, word::FIRST, first, "the slab's first object")?;
        self.set_in_use(at, 0)?;
        self.set_free_object(at, 0)?;
        for n in 0..shape.objects {
            self.set_object_link(at, n, if n + 1 < shape.objects { n + 1 } else { END })?;
        }
        self.link(cache, EMPTY, at)?;
        Ok(Some(at))
    }

    fn next_colour(&mut self, cache: u64, shape: Shape) -> Outcome<u64> {
        if !self.settings.colouring || shape.colours < 2 {
            return Ok(0);
        }
        let at = cache * cache::WORDS + cache::COLOUR;
        let colour = self.p.get(self.vars, at, "the next slab's colour")?;
        self.p.set(self.vars, at, (colour + 1) % shape.colours, "the next slab's colour")?;
        Ok(colour)
    }

    /// From the largest, whose descriptors may be the last objects of a small one's slab.
    fn reap(&mut self) -> Outcome<bool> {
        let mut found = false;
        for cache in (0..CACHES).rev() {
            loop {
                let at = self.head(cache, EMPTY)?;
                if at == 0 {
                    break;
                }
                self.p.searched();
                self.destroy(cache, at)?;
                found = true;
            }
        }
        Ok(found)
    }

    /// Gives an empty slab back.
    fn destroy(&mut self, cache: u64, at: u64) -> Outcome<()> {
        let shape = self.shape(cache);
        let first = self.p.get(at, word::FIRST, "the slab's first object")?;
        let page = first - first % self.p.page();
        self.unlink(cache, EMPTY, at)?;
        table::set(self.p, self.vars, page, shape.pages, 0)?;
        self.p.munmap(page, shape.pages)?;
        if shape.apart { self.release(at) } else { Ok(()) }
    }
}
