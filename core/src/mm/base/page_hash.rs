//! The page cache's hash table: chains of the frames that hold pages of objects, the newest first.
//!
//! ```text
//! heads   b0 -> f9 <-> f4        b1 -> nothing        b2 -> f7        the pointers, in the frames of run 0
//! links          next, prev of each frame                              in the descriptors
//! ```
//! Invariant: the frames of all objects are on the chains that `vocabulary::page_hash` names, each once. To take a
//! frame off its chain needs no walk. Pages of the swap cache are not in it, as they were in Linux. Source: Linux 2.4,
//! `mm/filemap.c`.

use crate::chunks::Chunks;
use crate::hw::geometry::Geometry;
use crate::units::{ObjectId, Pfn};
use crate::vocabulary::page_hash::{bucket, buckets};
use std::collections::BTreeMap;

/// No frame.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Link {
    next: u32,
    prev: u32,
}

/// The table.
#[derive(Clone, Debug)]
pub struct PageHash {
    buckets: u32,
    heads: Chunks<u32, 64>,
    links: Chunks<Link, 64>,
}

/// What a walk along a chain came to.
#[derive(Clone, Copy, Debug)]
pub struct Walked {
    pub bucket: u32,
    /// Descriptors that were looked at.
    pub looked: u32,
    pub found: Option<Pfn>,
}

impl PageHash {
    /// An empty table of `table` frames, for a memory of `frames`.
    pub fn new(geometry: &Geometry, table: u32, frames: u32) -> PageHash {
        let buckets = buckets(geometry, table);
        let links = Chunks::new(frames as usize, &Link { next: NONE, prev: NONE });
        PageHash { buckets, heads: Chunks::new(buckets as usize, &NONE), links }
    }

    /// Walks the chain of a page until the frame that holds it, if one does.
    pub fn walk(&self, object: ObjectId, index: u64, frame: Option<Pfn>) -> Walked {
        let bucket = bucket(self.buckets, object, index);
        let (mut at, mut looked) = (self.heads[bucket as usize], 0);
        while at != NONE {
            looked += 1;
            if frame == Some(Pfn(at)) {
                break;
            }
            at = self.links[at as usize].next;
        }
        Walked { bucket, looked, found: frame }
    }

    /// Enters a frame at the head of a page's chain.
    pub fn enter(&mut self, object: ObjectId, index: u64, pfn: Pfn) {
        let head = &mut self.heads[bucket(self.buckets, object, index) as usize];
        let next = std::mem::replace(head, pfn.0);
        self.links[pfn.index()] = Link { next, prev: NONE };
        if next != NONE {
            self.links[next as usize].prev = pfn.0;
        }
    }

    /// Takes a frame off a page's chain.
    pub fn leave(&mut self, object: ObjectId, index: u64, pfn: Pfn) {
        let Link { next, prev } = self.links[pfn.index()];
        match prev {
            NONE => self.heads[bucket(self.buckets, object, index) as usize] = next,
            prev => self.links[prev as usize].next = next,
        }
        if next != NONE {
            self.links[next as usize].prev = prev;
        }
    }

    /// Whether the chains hold the frames of these pages, each once, and no other.
    pub fn holds(&self, pages: &BTreeMap<(ObjectId, u64), Pfn>) -> bool {
        let on_its_chain =
            |((id, index), pfn): (&(ObjectId, u64), &Pfn)| self.chain(bucket(self.buckets, *id, *index)).contains(pfn);
        let entered: usize = (0..self.buckets).map(|bucket| self.chain(bucket).len()).sum();
        entered == pages.len() && pages.iter().all(on_its_chain)
    }

    /// The frames of a chain, the newest first.
    fn chain(&self, bucket: u32) -> Vec<Pfn> {
        let first = self.heads[bucket as usize];
        let next = |at: &u32| Some(self.links[*at as usize].next).filter(|next| *next != NONE);
        std::iter::successors(Some(first).filter(|at| *at != NONE), next).map(Pfn).collect()
    }

    /// Bytes of the host's memory.
    pub fn bytes(&self) -> u64 {
        self.heads.bytes(4) + self.links.bytes(8)
    }

    /// Bytes that another table of this history does not share.
    pub fn beyond(&self, other: &PageHash) -> u64 {
        self.heads.beyond(&other.heads, 4) + self.links.beyond(&other.links, 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hw::geometry::GeometryKind;

    #[test]
    fn the_newest_page_of_a_chain_is_found_first() {
        let mut hash = PageHash::new(GeometryKind::X86_64.geometry(), 1, 64);
        let object = ObjectId(3);
        let on = bucket(512, object, 5);
        for (n, pfn) in [(5, 9), (5 + 512, 4), (5 + 1024, 7)] {
            hash.enter(object, n, Pfn(pfn));
        }
        assert_eq!(hash.chain(on), [7, 4, 9].map(Pfn));
        assert_eq!(hash.walk(object, 5, Some(Pfn(9))).looked, 3);
        assert_eq!(hash.walk(object, 5 + 2048, None).looked, 3);
        hash.leave(object, 5 + 512, Pfn(4));
        assert_eq!(hash.chain(on), [7, 9].map(Pfn));
        hash.leave(object, 5, Pfn(9));
        assert_eq!(hash.chain(on), [Pfn(7)], "the one before the last knows that it is the last");
        hash.leave(object, 5 + 1024, Pfn(7));
        assert_eq!(hash.chain(on), []);
        assert_eq!(hash.walk(object, 6, None).looked, 0);
    }
}
