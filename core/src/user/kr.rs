//! The allocator of Kernighan and Ritchie's book: free blocks in one circular list in the order of their addresses, a
//! header before each block, next fit. The list runs through the blocks themselves, so a walk touches as many pages as
//! it passes free blocks.
//!
//! ```text
//! header, one unit:  | next | size in units |          16 bytes with pointers of 8, 8 with pointers of 4
//!
//! base -> [free, 5] -> [free, 12] -> base              freep: where the next search begins
//! ```
//! A block is cut from the tail of the free one that serves it. Nothing is ever given back to the kernel.
//!
//! Source: "The C Programming Language", second edition, section 8.7.

use super::picture::{Blocks, FreeList, Picture, PieceKind};
use super::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{HeapMessage, Kr};

/// Words of a header.
const NEXT: u64 = 0;
const SIZE: u64 = 1;
/// Static variables, in words: the header that the list begins at, and where the next search begins.
const BASE: u64 = 0;
const FREEP: u64 = 2;

fn unit(p: &dyn Program) -> u64 {
    2 * p.word()
}

fn units(p: &dyn Program, bytes: u64) -> Option<u64> {
    Some(bytes.checked_add(unit(p) - 1)? / unit(p) + 1)
}

fn next(p: &mut dyn Program, header: u64) -> Outcome<u64> {
    p.get(header, NEXT, "the next free block")
}

fn size(p: &mut dyn Program, header: u64) -> Outcome<u64> {
    p.get(header, SIZE, "the block's size in units")
}

fn set_next(p: &mut dyn Program, header: u64, to: u64) -> Outcome<()> {
    p.set(header, NEXT, to, "the next free block")
}

fn set_size(p: &mut dyn Program, header: u64, units: u64) -> Outcome<()> {
    p.set(header, SIZE, units, "the block's size in units")
}

fn end(p: &mut dyn Program, header: u64) -> Outcome<u64> {
    Ok(header.wrapping_add(size(p, header)?.wrapping_mul(unit(p))))
}

/// `malloc`: the next block that is large enough, from where the last search ended.
pub fn malloc(p: &mut dyn Program, vars: u64, settings: &Kr, bytes: u64) -> Outcome<Option<u64>> {
    let Some(wanted) = units(p, bytes) else { return Ok(None) };
    let base = vars + BASE * p.word();
    let mut start = p.get(vars, FREEP, "where the search begins")?;
    if start == 0 {
        set_next(p, base, base)?;
        set_size(p, base, 0)?;
        p.set(vars, FREEP, base, "where the search begins")?;
        start = base;
    }
    let mut before = start;
    loop {
        let block = next(p, before)?;
        p.searched();
        let has = size(p, block)?;
        if has >= wanted {
            let given = if has == wanted {
                let after = next(p, block)?;
                set_next(p, before, after)?;
                block
            } else {
                set_size(p, block, has - wanted)?;
                let tail = block.wrapping_add((has - wanted).wrapping_mul(unit(p)));
                set_size(p, tail, wanted)?;
                tail
            };
            p.set(vars, FREEP, before, "where the search begins")?;
            return Ok(Some(given.wrapping_add(unit(p))));
        }
        before = block;
        let freep = p.get(vars, FREEP, "where the search begins")?;
        if block == freep {
            if !more(p, vars, settings, wanted)? {
                return Ok(None);
            }
            before = p.get(vars, FREEP, "where the search begins")?;
        }
    }
}

/// Asks the kernel for a block of at least so many units, and frees it into the list. Whether it got one.
fn more(p: &mut dyn Program, vars: u64, settings: &Kr, wanted: u64) -> Outcome<bool> {
    let units = wanted.max(settings.units);
    let brk = p.brk_now()?;
    let block = brk.next_multiple_of(unit(p));
    let Some(end) = units.checked_mul(unit(p)).and_then(|bytes| block.checked_add(bytes)) else { return Ok(false) };
    if !p.move_brk(end)? {
        return Ok(false);
    }
    set_size(p, block, units)?;
    let unit = unit(p);
    free(p, vars, block + unit)?;
    Ok(true)
}

/// `free`: into the list where its address belongs, joined with its neighbours.
pub fn free(p: &mut dyn Program, vars: u64, block: u64) -> Outcome<()> {
    let freed = block.wrapping_sub(unit(p));
    let mut at = p.get(vars, FREEP, "where the search begins")?;
    let mut after = next(p, at)?;
    // Until it lies between two neighbours of the list, or beyond the list's ends, where the addresses begin again.
    while !(freed > at && freed < after) && !(at >= after && (freed > at || freed < after)) {
        p.searched();
        at = after;
        after = next(p, at)?;
    }
    if end(p, freed)? == after {
        let both = size(p, freed)?.wrapping_add(size(p, after)?);
        set_size(p, freed, both)?;
        after = next(p, after)?;
    }
    set_next(p, freed, after)?;
    if end(p, at)? == freed {
        let both = size(p, at)?.wrapping_add(size(p, freed)?);
        set_size(p, at, both)?;
        set_next(p, at, after)?;
    } else {
        set_next(p, at, freed)?;
    }
    p.set(vars, FREEP, at, "where the search begins")
}

/// The book has none: in place if the block has the units, else a new block and a copy.
pub fn realloc(p: &mut dyn Program, vars: u64, settings: &Kr, block: u64, bytes: u64) -> Outcome<Option<u64>> {
    let Some(wanted) = units(p, bytes) else { return Ok(None) };
    let header = block.wrapping_sub(unit(p));
    let has = size(p, header)?;
    if wanted <= has {
        return Ok(Some(block));
    }
    let Some(new) = malloc(p, vars, settings, bytes)? else { return Ok(None) };
    let moved = has.saturating_sub(1).saturating_mul(unit(p));
    p.copy(block, new, moved)?;
    p.moved(moved);
    free(p, vars, block)?;
    Ok(Some(new))
}

/// The free blocks in the list's order, and those in use, which are in no list, by their headers.
pub fn picture(p: &mut dyn Program, vars: u64, blocks: &Blocks) -> Outcome<Picture> {
    let mut picture = Picture::default();
    for (at, asked) in blocks {
        let (unit, header) = (unit(p), at.0.wrapping_sub(unit(p)));
        let has = size(p, header)?.saturating_mul(unit).saturating_sub(unit);
        picture.in_use(header, unit, has, *asked);
    }
    let start = p.get(vars, FREEP, "where the search begins")?;
    let mut blocks = Vec::new();
    let mut at = start;
    if start == 0 {
        picture.lists.push(FreeList { size: 0, blocks });
        return Ok(picture);
    }
    loop {
        let has = size(p, at)?;
        if has > 0 {
            let bytes = has.saturating_mul(unit(p));
            picture.add(PieceKind::Header, at, unit(p));
            picture.add(PieceKind::Free, at.wrapping_add(unit(p)), bytes - unit(p));
            blocks.push((at, bytes));
        }
        at = next(p, at)?;
        if at == start {
            break;
        }
        if blocks.len() > MOST {
            return Err(Stop::Abort(HeapMessage::Endless));
        }
    }
    let wrong = blocks
        .windows(2)
        .filter(|pair| pair[0].0 < pair[1].0 && pair[0].0.saturating_add(pair[0].1) > pair[1].0)
        .count();
    let falls = blocks.windows(2).filter(|pair| pair[0].0 > pair[1].0).count();
    if wrong > 0 || falls > 1 {
        picture.wrong("the free list is not in the order of addresses, or its blocks overlap");
    }
    picture.lists.push(FreeList { size: 0, blocks });
    Ok(picture)
}

/// A list with more blocks than that leads round in circles.
const MOST: usize = 1 << 20;
