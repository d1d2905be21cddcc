//! McKusick and Karels' allocator of 4.3BSD: powers of two, and the size known for each page, not for each block. So a
//! block has no header, and a request of a power of two is not doubled.
//!
//! ```text
//! bucket 2^k --> free block --> free block --> 0          the link is the free block's first word
//!
//! of each frame one word:  | pages of the run | bucket's number, BUCKETS for a run of its own, FOLLOWS |
//! ```
//! Up to two pages a request is rounded to a power of two of at least 16 bytes; above, it gets whole pages, which go
//! back when it is freed. A page that was once given to a bucket stays there for good.
//!
//! Source: M. K. McKusick and M. J. Karels, "Design of a general purpose memory allocator for the 4.3BSD UNIX kernel",
//! USENIX 1988. Its array of pages is as long as the kernel's map; here it is the table of frames.

use super::table::{FOLLOWS, KIND_BITS};
use super::{MOST, table};
use crate::user::picture::{FreeList, Group, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{HeapMessage, MckusickKarels};
use std::collections::BTreeSet;

/// The smallest bucket is of 16 bytes.
const SMALLEST: u64 = 4;
/// The largest bucket is of this many pages.
const LARGEST_PAGES: u64 = 2;
/// What the table says of a frame: a bucket's number, from 1; or these.
const ALONE: u64 = 0xfe;

/// `kmalloc`: the first block of the bucket, or whole pages.
pub fn kmalloc(p: &mut dyn Program, vars: u64, bytes: u64) -> Outcome<Option<u64>> {
    if bytes > LARGEST_PAGES * p.page() {
        let Some(pages) = p.page_round(bytes).map(|bytes| bytes / p.page()) else { return Ok(None) };
        return table::take_run(p, vars, pages, ALONE);
    }
    let size = bytes.max(1 << SMALLEST).next_power_of_two();
    let bucket = u64::from(size.trailing_zeros()) - SMALLEST;
    p.searched();
    let mut block = p.get(vars, bucket, "the bucket's first free block")?;
    if block == 0 {
        block = match fill_bucket(p, vars, bucket, size)? {
            Some(block) => block,
            None => return Ok(None),
        };
    }
    let next = p.get(block, 0, "the next free block")?;
    p.set(vars, bucket, next, "the bucket's first free block")?;
    Ok(Some(block))
}

/// A page, or two, cut into free blocks that are linked from the last to the first; answers the last.
fn fill_bucket(p: &mut dyn Program, vars: u64, bucket: u64, size: u64) -> Outcome<Option<u64>> {
    let pages = size.div_ceil(p.page());
    let Some(at) = table::take_run(p, vars, pages, bucket + 1)? else { return Ok(None) };
    let mut next = 0;
    for n in 0..pages * p.page() / size {
        p.set(at + n * size, 0, next, "the next free block")?;
        next = at + n * size;
    }
    Ok(Some(next))
}

/// `kfree`: to the front of the bucket of the block's page.
pub fn kfree(p: &mut dyn Program, vars: u64, block: u64) -> Outcome<()> {
    let entry = table::get(p, vars, block)?;
    let (kind, pages) = (entry & FOLLOWS, entry >> KIND_BITS);
    if kind == ALONE {
        table::set(p, vars, block, pages, 0)?;
        return p.munmap(block, pages);
    }
    let first = p.get(vars, kind - 1, "the bucket's first free block")?;
    p.set(block, 0, first, "the next free block")?;
    p.set(vars, kind - 1, block, "the bucket's first free block")
}

/// All pages by the table; what is in no bucket's list is in use.
pub fn picture(p: &mut dyn Program, vars: u64, settings: &MckusickKarels, picture: &mut Picture) -> Outcome<()> {
    let entries = table::entries(p, vars, settings.frames.into(), picture)?;
    let free = look_at_buckets(p, vars, picture)?;
    let mut found = 0;
    for (at, entry) in entries {
        let (kind, pages) = (entry & FOLLOWS, entry >> KIND_BITS);
        if kind == FOLLOWS {
            continue;
        }
        let size = if kind == ALONE { pages * p.page() } else { 1 << (kind - 1 + SMALLEST) };
        let bytes = pages * p.page();
        let mut used = 0;
        for block in (at..at + bytes).step_by(size as usize) {
            let is_free = free.contains(&block);
            found += usize::from(is_free);
            used += u64::from(!is_free);
            picture.add(if is_free { PieceKind::Free } else { PieceKind::Used }, block, size);
        }
        picture.groups.push(Group { at, bytes, size, used, of: bytes / size, colour: None });
    }
    if found != free.len() {
        picture.wrong(format!("{} free blocks are in no page of their bucket", free.len() - found));
    }
    Ok(())
}

fn look_at_buckets(p: &mut dyn Program, vars: u64, picture: &mut Picture) -> Outcome<BTreeSet<u64>> {
    let largest = u64::from((LARGEST_PAGES * p.page()).trailing_zeros());
    let mut free = BTreeSet::new();
    for bucket in 0..=largest - SMALLEST {
        let size = 1 << (bucket + SMALLEST);
        let mut blocks = Vec::new();
        let mut block = p.get(vars, bucket, "")?;
        while block != 0 {
            blocks.push((block, size));
            if !free.insert(block) || blocks.len() > MOST {
                return Err(Stop::Abort(HeapMessage::Endless));
            }
            block = p.get(block, 0, "")?;
        }
        if !blocks.is_empty() {
            picture.lists.push(FreeList { size, blocks });
        }
    }
    Ok(free)
}
