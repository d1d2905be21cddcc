//! Reads page arrays from their first paragraph to their last.

use super::bits::{Array, IN_USE, NEXT};
use super::queues::LONGER;
use super::{Heap, PARAGRAPH, Place, var};
use crate::kmalloc::{MOST, table};
use crate::user::picture::{FreeList, Group, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{HeapMessage, Paragraph};
use std::collections::BTreeSet;

/// What lies where, and what contradicts itself.
pub fn picture(p: &mut dyn Program, vars: u64, settings: &Paragraph, picture: &mut Picture) -> Outcome<()> {
    let entries = table::entries(p, vars, settings.frames.into(), picture)?;
    let mut heap = Heap { p, vars, settings };
    let mut free = Vec::new();
    let mut pages = 0;
    let mut at = heap.p.get(vars, var::ARRAYS, "")?;
    while at != 0 {
        let array = heap.array(at)?;
        pages += array.pages as usize;
        if pages > entries.len() {
            picture.wrong(format!("the arrays have more pages than the table of frames, {}", entries.len()));
            return Ok(());
        }
        heap.look_at_array(array, &mut free, picture)?;
        at = heap.p.get(at, NEXT, "")?;
    }
    if pages != entries.len() {
        picture.wrong(format!("the arrays have {pages} pages, the table of frames {}", entries.len()));
    }
    if heap.queues() {
        heap.look_at_queues(&free.into_iter().collect(), picture)?;
    } else if !free.is_empty() {
        picture.lists.push(FreeList { size: 0, blocks: free });
    }
    Ok(())
}

impl Heap<'_> {
    fn look_at_array(&mut self, array: Array, free: &mut Vec<(u64, u64)>, picture: &mut Picture) -> Outcome<()> {
        picture.add(PieceKind::Info, array.at, array.first() * PARAGRAPH);
        let (mut n, mut in_use) = (array.first(), 0);
        while n < array.end() {
            let used = self.is_used(array, n)?;
            let mut length = 1;
            if used || self.queues() {
                length = self.length(array, n)?;
            }
            while !used && !self.queues() && n + length < array.end() && !self.is_used(array, n + length)? {
                length += 1;
            }
            let (at, bytes) = (array.paragraph(n), length * PARAGRAPH);
            picture.add(if used { PieceKind::Used } else { PieceKind::Free }, at, bytes);
            in_use += if used { length } else { 0 };
            if !used {
                free.push((at, bytes));
            }
            n += length;
        }
        let (bytes, of) = (array.pages * self.p.page(), array.end() - array.first());
        picture.groups.push(Group { at: array.at, bytes, size: PARAGRAPH, used: in_use, of, colour: None });
        let counted = self.p.get(array.at, IN_USE, "")?;
        if counted != in_use {
            let at = array.at;
            picture.wrong(format!("the array at {at:#x} has {in_use} paragraphs in use, {counted} by its count"));
        }
        Ok(())
    }

    /// The queues have the free blocks of the arrays, each once and by its length.
    fn look_at_queues(&mut self, free: &BTreeSet<(u64, u64)>, picture: &mut Picture) -> Outcome<()> {
        let mut found = 0;
        for queue in 1..=LONGER {
            let mut blocks = Vec::new();
            let mut block = self.head(queue)?;
            while block != 0 {
                let Place { array, n } = self.place(block)?;
                let length = self.length(array, n)?;
                if super::queues::queue(length) != queue || !free.contains(&(block, length * PARAGRAPH)) {
                    picture.wrong(format!("queue {queue} has no free block of its length at {block:#x}"));
                }
                blocks.push((block, length * PARAGRAPH));
                if blocks.len() > MOST {
                    return Err(Stop::Abort(HeapMessage::Endless));
                }
                block = self.next_in_queue(block)?;
            }
            found += blocks.len();
            if !blocks.is_empty() {
                let size = if queue == LONGER { 0 } else { queue * PARAGRAPH };
                picture.lists.push(FreeList { size, blocks });
            }
        }
        if found != free.len() {
            picture.wrong(format!("{} free blocks are in the arrays, {found} in the queues", free.len()));
        }
        Ok(())
    }
}
