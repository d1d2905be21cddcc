//! Reads Doug Lea's bookkeeping: chunk by chunk from the heap's start to its top, then bin by bin.

use super::bins::BINS;
use super::{FLAGS, Heap, IN_USE, MAPPED, var};
use crate::user::picture::{Blocks, FreeList, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::HeapMessage;

const MOST: usize = 1 << 20;

/// What lies where, and what contradicts itself.
pub fn picture(p: &mut dyn Program, vars: u64, blocks: &Blocks) -> Outcome<Picture> {
    let mut picture = Picture::default();
    let mut heap = Heap { p, vars };
    if heap.var(var::READY)? == 0 {
        return Ok(picture);
    }
    for (block, asked) in blocks {
        heap.look_at_used(&mut picture, block.0, *asked)?;
    }
    let free = heap.look_at_bins(&mut picture)?;
    for (at, bytes) in &free {
        heap.look_at_free(&mut picture, *at, *bytes)?;
    }
    let top = heap.var(var::TOP)?;
    if top != 0 {
        let has = heap.head(top)? & !FLAGS;
        let word = heap.word();
        picture.add(PieceKind::Header, top.wrapping_add(word), word);
        picture.add(PieceKind::Top, top.wrapping_add(2 * word), has.saturating_sub(2 * word));
        if heap.head(top)? & IN_USE == 0 {
            picture.wrong(format!("the chunk before the top, at {top:#x}, is free and was not joined with it"));
        }
    }
    Ok(picture)
}

impl Heap<'_> {
    fn look_at_bins(&mut self, picture: &mut Picture) -> Outcome<Vec<(u64, u64)>> {
        let mut free = Vec::new();
        for bin in 2..BINS {
            let ring = self.ring(bin);
            let mut blocks = Vec::new();
            let mut chunk = self.next(ring)?;
            let mut before = ring;
            while chunk != ring {
                let size = self.head(chunk)? & !FLAGS;
                if self.previous(chunk)? != before {
                    picture
                        .wrong(format!("the chunk at {chunk:#x} does not lead back to the one before it in its bin"));
                }
                if self.bin_of(size) != bin {
                    picture.wrong(format!("the free chunk at {chunk:#x} has {size} bytes, and is in the wrong bin"));
                }
                blocks.push((chunk, size));
                free.push((chunk, size));
                if blocks.len() > MOST {
                    return Err(Stop::Abort(HeapMessage::Endless));
                }
                before = chunk;
                chunk = self.next(chunk)?;
            }
            if !blocks.is_empty() {
                let size = if Self::is_small(bin) { bin * self.align() } else { 0 };
                picture.lists.push(FreeList { size, blocks });
            }
        }
        Ok(free)
    }

    fn look_at_used(&mut self, picture: &mut Picture, block: u64, asked: u64) -> Outcome<()> {
        let (word, chunk) = (self.word(), self.chunk_of(block));
        let head = self.head(chunk)?;
        let size = head & !FLAGS;
        if head & MAPPED != 0 {
            picture.in_use(chunk, 2 * word, size.saturating_sub(2 * word), asked);
            return Ok(());
        }
        picture.in_use(chunk.wrapping_add(word), word, size.saturating_sub(word), asked);
        let inside = chunk.wrapping_add(size) <= self.var(var::END)? || self.var(var::APART)? != 0;
        let sane = size.is_multiple_of(self.align()) && inside;
        if !sane || self.head(chunk.wrapping_add(size))? & IN_USE == 0 {
            picture.wrong(format!("behind the block at {block:#x}, of {asked} bytes, no chunk says that it is in use"));
        }
        Ok(())
    }

    fn look_at_free(&mut self, picture: &mut Picture, chunk: u64, size: u64) -> Outcome<()> {
        let word = self.word();
        picture.add(PieceKind::Header, chunk.wrapping_add(word), word);
        picture.add(PieceKind::Free, chunk.wrapping_add(2 * word), size.saturating_sub(word));
        let next = chunk.wrapping_add(size);
        if self.before(next)? != size {
            picture.wrong(format!("behind the free chunk at {chunk:#x} stands another size than its own, {size}"));
        }
        if self.head(next)? & IN_USE != 0 {
            picture.wrong(format!("the chunk behind the free one at {chunk:#x} says that it is in use"));
        }
        Ok(())
    }
}
