//! Queues of free blocks by their length: one for each of 1 to 64 paragraphs, which is 1 KiB, and one for all longer
//! ones.
//!
//! ```text
//! filled   a bit for each queue that has a block: the next longer one is found without a look at the queues
//! queue 3  --> free block of 3 <--> free block of 3             links in the free blocks' first paragraph
//! longer   --> 65 <--> 200 <--> 90                              searched, first fit
//! ```

use super::{Heap, Place, var};
use crate::user::program::Outcome;

/// The number of queues of one length each.
pub const EXACT: u64 = 64;
/// The queue of all longer blocks.
pub const LONGER: u64 = EXACT + 1;
/// Words of a free block.
const NEXT: u64 = 0;
const PREVIOUS: u64 = 1;

/// The queue of a length.
pub fn queue(paragraphs: u64) -> u64 {
    paragraphs.min(LONGER)
}

impl Heap<'_> {
    /// A free block of at least so many paragraphs, taken out of its queue, with its length.
    pub fn unqueue(&mut self, wanted: u64) -> Outcome<Option<(Place, u64)>> {
        let exact = if wanted <= EXACT { self.filled_from(wanted)? } else { None };
        if let Some(n) = exact {
            self.p.searched();
            let block = self.head(n)?;
            let place = self.place(block)?;
            self.take_out(block, n)?;
            return Ok(Some((place, n)));
        }
        let mut block = self.head(LONGER)?;
        while block != 0 {
            self.p.searched();
            let place = self.place(block)?;
            let length = self.length(place.array, place.n)?;
            if length >= wanted {
                self.take_out(block, length)?;
                return Ok(Some((place, length)));
            }
            block = self.p.get(block, NEXT, "the next free block")?;
        }
        Ok(None)
    }

    /// Puts a free block at the front of its queue.
    pub fn put(&mut self, block: u64, paragraphs: u64) -> Outcome<()> {
        let queue = queue(paragraphs);
        let first = self.head(queue)?;
        self.p.set(block, NEXT, first, "the next free block")?;
        self.p.set(block, PREVIOUS, 0, "the free block before")?;
        if first == 0 {
            self.set_filled(queue, true)?;
        } else {
            self.p.set(first, PREVIOUS, block, "the free block before")?;
        }
        self.p.set(self.vars, var::QUEUES + queue, block, "the queue's first free block")
    }

    /// Takes a free block out of its queue.
    pub fn take_out(&mut self, block: u64, paragraphs: u64) -> Outcome<()> {
        let queue = queue(paragraphs);
        let next = self.p.get(block, NEXT, "the next free block")?;
        let previous = self.p.get(block, PREVIOUS, "the free block before")?;
        if next != 0 {
            self.p.set(next, PREVIOUS, previous, "the free block before")?;
        }
        if previous != 0 {
            return self.p.set(previous, NEXT, next, "the next free block");
        }
        if next == 0 {
            self.set_filled(queue, false)?;
        }
        self.p.set(self.vars, var::QUEUES + queue, next, "the queue's first free block")
    }

    /// The first block of a queue.
    pub fn head(&mut self, queue: u64) -> Outcome<u64> {
        self.p.get(self.vars, var::QUEUES + queue, "the queue's first free block")
    }

    /// The block behind a free one in its queue.
    pub fn next_in_queue(&mut self, block: u64) -> Outcome<u64> {
        self.p.get(block, NEXT, "the next free block")
    }

    /// The shortest length of at least `from` of which a block is free, up to 64.
    fn filled_from(&mut self, from: u64) -> Outcome<Option<u64>> {
        let bits = self.bits();
        let first = from - 1;
        for word in first / bits..EXACT / bits {
            let filled = self.p.get(self.vars, var::FILLED + word, "which queues have a block")?;
            let skipped = first.saturating_sub(word * bits);
            let filled = filled >> skipped << skipped;
            if filled != 0 {
                return Ok(Some(word * bits + u64::from(filled.trailing_zeros()) + 1));
            }
        }
        Ok(None)
    }

    fn set_filled(&mut self, queue: u64, on: bool) -> Outcome<()> {
        if queue == LONGER {
            return Ok(());
        }
        let (word, mask) = ((queue - 1) / self.bits(), 1 << ((queue - 1) % self.bits()));
        let before = self.p.get(self.vars, var::FILLED + word, "which queues have a block")?;
        let after = if on { before | mask } else { before & !mask };
        self.p.set(self.vars, var::FILLED + word, after, "which queues have a block")
    }
}
