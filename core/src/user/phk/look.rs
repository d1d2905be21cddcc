//! Reads phkmalloc's bookkeeping from its first slot to its last.

use super::chunks::Short;
use super::{FIRST, FOLLOW, FREE, Heap, NOT_MINE, var};
use crate::user::picture::{Blocks, FreeList, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{Directory, HeapMessage, Phk};

/// More holders or descriptions than that lead round in circles.
const MOST: usize = 1 << 20;

/// What lies where, and what contradicts itself.
pub fn picture(p: &mut dyn Program, vars: u64, settings: &Phk, blocks: &Blocks) -> Outcome<Picture> {
    let mut picture = Picture::default();
    let mut heap = Heap::new(p, vars, settings);
    if heap.var(var::DIRECTORY, "")? == 0 {
        return Ok(picture);
    }
    heap.look_at_directory(&mut picture)?;
    let free = heap.look_at_runs(&mut picture)?;
    heap.look_at_pages(&mut picture, &free)?;
    heap.look_at_buckets(&mut picture)?;
    for (block, asked) in blocks {
        match heap.size_of(block.0)? {
            Ok(has) if has >= *asked => {}
            Ok(has) => picture.wrong(format!("the block at {block}, of {asked} bytes, has only {has}")),
            Err(message) => picture.wrong(format!("of the block at {block} the bookkeeping says: {}", message.text())),
        }
    }
    Ok(picture)
}

impl Heap<'_> {
    fn look_at_directory(&mut self, picture: &mut Picture) -> Outcome<()> {
        let (page, word) = (self.p.page(), self.p.word());
        let mut at = self.var(var::DIRECTORY, "")?;
        let slots = self.var(var::SLOTS, "")?;
        if self.settings.directory != Directory::Linked {
            picture.add(PieceKind::Directory, at, slots.saturating_mul(word));
            return Ok(());
        }
        for _ in 0..slots.div_ceil(page / word - 1) {
            picture.add(PieceKind::Directory, at, page);
            at = self.p.get(at, 0, "")?;
        }
        Ok(())
    }

    /// The free runs, as `(page, bytes)`.
    fn look_at_runs(&mut self, picture: &mut Picture) -> Outcome<Vec<(u64, u64)>> {
        let mut blocks: Vec<(u64, u64)> = Vec::new();
        let mut holder = self.first_holder()?;
        while holder != 0 {
            let run = self.held_run(holder)?;
            if run.end != run.page.wrapping_add(run.size) {
                picture.wrong(format!("the free run at {:#x} does not end where its size says", run.page));
            }
            if blocks.last().is_some_and(|(at, bytes)| at.wrapping_add(*bytes) > run.page) {
                picture.wrong(format!("the free run at {:#x} is not behind the one before", run.page));
            }
            blocks.push((run.page, run.size));
            if blocks.len() > MOST {
                return Err(Stop::Abort(HeapMessage::Endless));
            }
            holder = self.next_holder(holder)?;
        }
        picture.lists.push(FreeList { size: 0, blocks: blocks.clone() });
        Ok(blocks)
    }

    fn look_at_pages(&mut self, picture: &mut Picture, free: &[(u64, u64)]) -> Outcome<()> {
        let page = self.p.page();
        let origin = self.var(var::ORIGIN, "")?;
        let last = self.var(var::LAST_INDEX, "")?;
        let mut index = self.shift();
        while index <= last {
            let at = origin.wrapping_add(index).wrapping_mul(page);
            let slot = self.slot(index)?;
            let mut pages = 1;
            match slot {
                NOT_MINE => {}
                FREE => {
                    while index.saturating_add(pages) <= last && self.slot(index.saturating_add(pages))? == FREE {
                        pages += 1;
                    }
                    picture.add(PieceKind::Free, at, pages * page);
                    if !covered(free, at, pages * page) {
                        picture.wrong(format!("the free pages at {at:#x} are in no run of the list"));
                    }
                }
                FIRST => {
                    while index.saturating_add(pages) <= last && self.slot(index.saturating_add(pages))? == FOLLOW {
                        pages += 1;
                    }
                    picture.add(PieceKind::Used, at, pages * page);
                }
                FOLLOW => picture.wrong(format!("the page at {at:#x} follows no first page")),
                info => self.look_at_chunks(picture, at, info)?,
            }
            index = index.saturating_add(pages);
        }
        Ok(())
    }

    fn look_at_chunks(&mut self, picture: &mut Picture, page: u64, info: u64) -> Outcome<()> {
        let size = self.short(info, Short::Size)?;
        let (free, total) = (self.short(info, Short::Free)?, self.short(info, Short::Total)?);
        if !size.is_power_of_two() || size < 16 || size > self.p.page() / 2 || self.page_of_chunks(info)? != page {
            picture.wrong(format!("the description at {info:#x} of the chunks at {page:#x} is damaged"));
            return Ok(());
        }
        let chunks = self.p.page() / size;
        let stolen = chunks.saturating_sub(total);
        if info == page {
            picture.add(PieceKind::Info, page, stolen * size);
        }
        let mut found = 0;
        for n in stolen..chunks {
            let is_free = self.bits(info, n / 32)? >> (n % 32) & 1 == 1;
            found += u64::from(is_free);
            picture.add(if is_free { PieceKind::Free } else { PieceKind::Used }, page.wrapping_add(n * size), size);
        }
        if found != free {
            picture
                .wrong(format!("the page of chunks at {page:#x} has {found} free in its bitmap, {free} by its count"));
        }
        Ok(())
    }

    fn look_at_buckets(&mut self, picture: &mut Picture) -> Outcome<()> {
        for shift in 4..self.shift() {
            let mut blocks = Vec::new();
            let mut info = self.slot(shift)?;
            let mut pages = 0;
            while info != 0 {
                let page = self.page_of_chunks(info)?;
                for n in 0..self.p.page() >> shift {
                    if self.bits(info, n / 32)? >> (n % 32) & 1 == 1 {
                        blocks.push((page.wrapping_add(n << shift), 1 << shift));
                    }
                }
                info = self.next_description(info)?;
                pages += 1;
                if pages > MOST {
                    return Err(Stop::Abort(HeapMessage::Endless));
                }
            }
            if !blocks.is_empty() {
                picture.lists.push(FreeList { size: 1 << shift, blocks });
            }
        }
        Ok(())
    }
}

/// Whether a run of the list has all these bytes.
fn covered(free: &[(u64, u64)], at: u64, bytes: u64) -> bool {
    let n = free.partition_point(|(page, _)| *page <= at);
    n.checked_sub(1).is_some_and(|n| free[n].0.wrapping_add(free[n].1) >= at.wrapping_add(bytes))
}
