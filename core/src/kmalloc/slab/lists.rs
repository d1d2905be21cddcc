//! A slab's fields, and the three lists of a cache.

use super::{CACHES, Heap, LINK, cache, word};
use crate::kmalloc::table;
use crate::user::program::Outcome;

/// The lists of a cache: slabs without a free object,
pub const FULL: u64 = 0;
/// with some,
pub const PARTIAL: u64 = 1;
/// and with nothing else.
pub const EMPTY: u64 = 2;

/// Counters of 4 bytes behind a descriptor's words, then the links.
const IN_USE: u64 = 0;
const FREE: u64 = 1;
const LINKS: u64 = 2;

impl Heap<'_> {
    /// The slab and the cache of an object. A descriptor lies at a multiple of 32, so the cache's number has room.
    pub fn slab_of(&mut self, object: u64) -> Outcome<(u64, u64)> {
        let entry = table::get(self.p, self.vars, object)?;
        let low = CACHES.next_power_of_two() - 1;
        Ok((entry & !low, entry & low))
    }

    /// The first slab of a list.
    pub fn head(&mut self, cache: u64, list: u64) -> Outcome<u64> {
        self.p.get(self.vars, cache * cache::WORDS + list, "the first slab of a list")
    }

    /// Puts a slab at the front of a list.
    pub fn link(&mut self, cache: u64, list: u64, at: u64) -> Outcome<()> {
        let first = self.head(cache, list)?;
        self.p.set(at, word::NEXT, first, "the next slab")?;
        self.p.set(at, word::PREVIOUS, 0, "the slab before")?;
        if first != 0 {
            self.p.set(first, word::PREVIOUS, at, "the slab before")?;
        }
        self.p.set(self.vars, cache * cache::WORDS + list, at, "the first slab of a list")
    }

    /// Takes a slab out of a list.
    pub fn unlink(&mut self, cache: u64, list: u64, at: u64) -> Outcome<()> {
        let next = self.p.get(at, word::NEXT, "the next slab")?;
        let previous = self.p.get(at, word::PREVIOUS, "the slab before")?;
        if next != 0 {
            self.p.set(next, word::PREVIOUS, previous, "the slab before")?;
        }
        if previous != 0 {
            return self.p.set(previous, word::NEXT, next, "the next slab");
        }
        self.p.set(self.vars, cache * cache::WORDS + list, next, "the first slab of a list")
    }

    /// How many objects are in use.
    pub fn in_use(&mut self, at: u64) -> Outcome<u64> {
        self.small(at, IN_USE, "the slab's objects in use")
    }

    /// Sets how many objects are in use.
    pub fn set_in_use(&mut self, at: u64, n: u64) -> Outcome<()> {
        self.set_small(at, IN_USE, n, "the slab's objects in use")
    }

    /// The number of the first free object.
    pub fn free_object(&mut self, at: u64) -> Outcome<u64> {
        self.small(at, FREE, "the slab's first free object")
    }

    /// Sets the number of the first free object.
    pub fn set_free_object(&mut self, at: u64, n: u64) -> Outcome<()> {
        self.set_small(at, FREE, n, "the slab's first free object")
    }

    /// The free object after object `n`.
    pub fn object_link(&mut self, at: u64, n: u64) -> Outcome<u64> {
        self.small(at, LINKS + n, "the next free object")
    }

    /// Sets the free object after object `n`.
    pub fn set_object_link(&mut self, at: u64, n: u64, next: u64) -> Outcome<()> {
        self.set_small(at, LINKS + n, next, "the next free object")
    }

    fn small(&mut self, at: u64, n: u64, what: &'static str) -> Outcome<u64> {
        let words = word::WORDS * self.p.word();
        self.p.load(at + words + n * LINK, LINK, what)
    }

    fn set_small(&mut self, at: u64, n: u64, value: u64, what: &'static str) -> Outcome<()> {
        let words = word::WORDS * self.p.word();
        self.p.store(at + words + n * LINK, LINK, value, what)
    }
}
