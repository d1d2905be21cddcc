//! `kmalloc` of Linux 2.0: thirteen sizes, each with a list of pages that have a free block; a header before each
//! block.
//!
//! ```text
//! page  | next, first free, order, free | flags, length | block ... | flags, next | free ... |        32-bit fields
//!         descriptor, 16 bytes            header, 8      in use       header, 8
//!
//! size with header   32  64 128 252 508 1020 2040 4080 8176 16368 32752 65520 131056
//! blocks of a page  127  63  31  16   8    4    2    1    1     1     1     1      1
//! ```
//! The last five are of 2 to 32 pages each. The header makes 2048 bytes too long for half a page, and 4096 too long
//! for one. A page whose blocks are all free goes back, but for one of each of the orders 0 to 2, which is kept for
//! whoever needs one next. Not here: lists for DMA.
//!
//! Source: Linux 2.0.27, `mm/kmalloc.c`.

use super::MOST;
use crate::user::picture::{Blocks, FreeList, Group, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::HeapMessage;

/// Bytes of a block with its header, blocks of a page, and the order of its number of pages.
const SIZES: [(u64, u64, u64); 13] = [
    (32, 127, 0),
    (64, 63, 0),
    (128, 31, 0),
    (252, 16, 0),
    (508, 8, 0),
    (1020, 4, 0),
    (2040, 2, 0),
    (4096 - 16, 1, 0),
    (8192 - 16, 1, 1),
    (16384 - 16, 1, 2),
    (32768 - 16, 1, 3),
    (65536 - 16, 1, 4),
    (131_072 - 16, 1, 5),
];
/// Orders of which a page is kept.
const CACHED: u64 = 3;
/// Bytes of a header, a descriptor, and a field of either.
const HEADER: u64 = 8;
const DESCRIPTOR: u64 = 16;
const FIELD: u64 = 4;
const USED: u64 = 0xffaa_0055;
const FREE: u64 = 0x0055_ffaa;

/// Fields of a page's descriptor.
mod page {
    /// The next page of its size with a free block.
    pub const NEXT: u64 = 0;
    /// Its first free block.
    pub const FIRST_FREE: u64 = 1;
    /// The number of its size.
    pub const ORDER: u64 = 2;
    /// How many blocks are free.
    pub const FREE: u64 = 3;
}

/// Static variables: of each size these, then the cached pages.
mod size {
    /// The first page with a free block.
    pub const FIRST_FREE: u64 = 0;
    /// Calls of `kmalloc` so far.
    pub const MALLOCS: u64 = 1;
    /// Calls of `kfree` so far.
    pub const FREES: u64 = 2;
    /// Bytes in use.
    pub const BYTES: u64 = 3;
    /// Pages cut into its blocks.
    pub const PAGES: u64 = 4;
    /// How many fields a size has.
    pub const FIELDS: u64 = 5;
}
const CACHE: u64 = SIZES.len() as u64 * size::FIELDS;

fn get(p: &mut dyn Program, at: u64, field: u64, what: &'static str) -> Outcome<u64> {
    p.load(at + field * FIELD, FIELD, what)
}

fn set(p: &mut dyn Program, at: u64, field: u64, value: u64, what: &'static str) -> Outcome<()> {
    p.store(at + field * FIELD, FIELD, value & 0xffff_ffff, what)
}

/// Adds to one of a size's counters.
fn count(p: &mut dyn Program, vars: u64, field: u64, by: i64) -> Outcome<()> {
    let before = get(p, vars, field, "a counter of the size")?;
    set(p, vars, field, before.wrapping_add_signed(by), "a counter of the size")
}

/// `kmalloc`: the first free block of the size's first page.
pub fn kmalloc(p: &mut dyn Program, vars: u64, bytes: u64) -> Outcome<Option<u64>> {
    let with_header = bytes.saturating_add(HEADER);
    let Some(order) = SIZES.iter().position(|(size, ..)| with_header <= *size) else {
        p.say(HeapMessage::TooLarge);
        return Ok(None);
    };
    let head = order as u64 * size::FIELDS;
    let mut page = get(p, vars, head + size::FIRST_FREE, "the size's first page with a free block")?;
    if page == 0 {
        page = match new_page(p, vars, order)? {
            Some(page) => page,
            None => return Ok(None),
        };
        set(p, page, page::NEXT, 0, "the next page")?;
        set(p, vars, head + size::FIRST_FREE, page, "the size's first page with a free block")?;
    }
    p.searched();
    let block = get(p, page, page::FIRST_FREE, "the page's first free block")?;
    let next = get(p, block, 1, "the next free block")?;
    set(p, page, page::FIRST_FREE, next, "the page's first free block")?;
    let free = get(p, page, page::FREE, "the page's free blocks")? - 1;
    set(p, page, page::FREE, free, "the page's free blocks")?;
    if free == 0 {
        let next = get(p, page, page::NEXT, "the next page")?;
        set(p, vars, head + size::FIRST_FREE, next, "the size's first page with a free block")?;
        set(p, page, page::NEXT, 0, "the next page")?;
    }
    count(p, vars, head + size::MALLOCS, 1)?;
    count(p, vars, head + size::BYTES, bytes as i64)?;
    set(p, block, 0, USED, "the block's mark")?;
    set(p, block, 1, bytes, "the block's length")?;
    Ok(Some(block + HEADER))
}

/// A page cut into blocks of the size: the cached one, or one of the frame allocator.
fn new_page(p: &mut dyn Program, vars: u64, order: usize) -> Outcome<Option<u64>> {
    let (size, blocks, pages) = SIZES[order];
    let mut page = 0;
    if pages < CACHED {
        page = get(p, vars, CACHE + pages, "the page kept of the order")?;
        set(p, vars, CACHE + pages, 0, "the page kept of the order")?;
    }
    if page == 0 {
        page = match p.mmap(1 << pages, false)? {
            Some(page) => page,
            None => return Ok(None),
        };
    }
    count(p, vars, order as u64 * size::FIELDS + size::PAGES, 1)?;
    for n in 0..blocks {
        let block = page + DESCRIPTOR + n * size;
        set(p, block, 0, FREE, "the block's mark")?;
        set(p, block, 1, if n + 1 < blocks { block + size } else { 0 }, "the next free block")?;
    }
    set(p, page, page::FIRST_FREE, page + DESCRIPTOR, "the page's first free block")?;
    set(p, page, page::ORDER, order as u64, "the page's size")?;
    set(p, page, page::FREE, blocks, "the page's free blocks")?;
    Ok(Some(page))
}

/// `kfree`: the block goes to the front of its page's list. What has no mark of a block in use is said, and left.
pub fn kfree(p: &mut dyn Program, vars: u64, at: u64) -> Outcome<()> {
    let page = at - at % p.page();
    if at % p.page() < DESCRIPTOR + HEADER {
        p.say(HeapMessage::NotKmalloced);
        return Ok(());
    }
    let block = at - HEADER;
    let order = get(p, page, page::ORDER, "the page's size")?;
    let next = get(p, page, page::NEXT, "the next page")?;
    let mark = get(p, block, 0, "the block's mark")?;
    if order as usize >= SIZES.len() || next % p.page() != 0 || mark != USED {
        p.say(HeapMessage::NotKmalloced);
        return Ok(());
    }
    put_back(p, vars, page, block, order)
}

/// The block is free; a page of which all are goes.
fn put_back(p: &mut dyn Program, vars: u64, page: u64, block: u64, order: u64) -> Outcome<()> {
    let (_, blocks, pages) = SIZES[order as usize];
    let head = order * size::FIELDS;
    let bytes = get(p, block, 1, "the block's length")?;
    set(p, block, 0, FREE, "the block's mark")?;
    count(p, vars, head + size::FREES, 1)?;
    count(p, vars, head + size::BYTES, -(bytes as i64))?;
    let first = get(p, page, page::FIRST_FREE, "the page's first free block")?;
    set(p, block, 1, first, "the next free block")?;
    set(p, page, page::FIRST_FREE, block, "the page's first free block")?;
    let free = get(p, page, page::FREE, "the page's free blocks")? + 1;
    set(p, page, page::FREE, free, "the page's free blocks")?;
    if free == 1 {
        let next = get(p, vars, head + size::FIRST_FREE, "the size's first page with a free block")?;
        set(p, page, page::NEXT, next, "the next page")?;
        set(p, vars, head + size::FIRST_FREE, page, "the size's first page with a free block")?;
    }
    if free == blocks {
        unlink(p, vars + (head + size::FIRST_FREE) * FIELD, page)?;
        count(p, vars, head + size::PAGES, -1)?;
        give_back(p, vars, page, pages)?;
    }
    Ok(())
}

/// Takes a page out of its list, which leads forward only.
fn unlink(p: &mut dyn Program, head: u64, page: u64) -> Outcome<()> {
    let mut link = head;
    loop {
        p.searched();
        let at = get(p, link, 0, "the next page")?;
        if at == page || at == 0 {
            break;
        }
        // A page's first field is its link.
        link = at;
    }
    let next = get(p, page, page::NEXT, "the next page")?;
    set(p, link, 0, next, "the next page")
}

/// The page is kept, and the one kept before goes back; without a cache for its order it goes itself.
fn give_back(p: &mut dyn Program, vars: u64, page: u64, pages: u64) -> Outcome<()> {
    let mut goes = page;
    if pages < CACHED {
        goes = get(p, vars, CACHE + pages, "the page kept of the order")?;
        set(p, vars, CACHE + pages, page, "the page kept of the order")?;
    }
    if goes == 0 { Ok(()) } else { p.munmap(goes, 1 << pages) }
}

/// Gives back the pages kept.
pub fn drop_cache(p: &mut dyn Program, vars: u64) -> Outcome<()> {
    for order in 0..CACHED {
        let page = get(p, vars, CACHE + order, "the page kept of the order")?;
        if page != 0 {
            set(p, vars, CACHE + order, 0, "the page kept of the order")?;
            p.munmap(page, 1 << order)?;
        }
    }
    Ok(())
}

/// Pages are found by their lists, and those without a free block by their blocks.
pub fn picture(p: &mut dyn Program, vars: u64, blocks: &Blocks, picture: &mut Picture) -> Outcome<()> {
    let page_size = p.page();
    let mut pages: Vec<u64> = blocks.keys().map(|block| block.0 - block.0 % page_size).collect();
    for order in 0..SIZES.len() as u64 {
        let mut free = Vec::new();
        let mut page = get(p, vars, order * size::FIELDS + size::FIRST_FREE, "")?;
        let size = SIZES[order as usize].0;
        let mut listed = 0;
        while page != 0 {
            pages.push(page);
            listed += 1;
            let mut block = get(p, page, page::FIRST_FREE, "")?;
            while block != 0 && free.len() < MOST {
                free.push((block + HEADER, size - HEADER));
                block = get(p, block, 1, "")?;
            }
            if listed > MOST || free.len() >= MOST {
                return Err(Stop::Abort(HeapMessage::Endless));
            }
            page = get(p, page, page::NEXT, "")?;
        }
        if !free.is_empty() {
            picture.lists.push(FreeList { size, blocks: free });
        }
    }
    pages.sort_unstable();
    pages.dedup();
    for page in pages {
        look_at_page(p, page, picture)?;
    }
    for order in 0..CACHED {
        let page = get(p, vars, CACHE + order, "")?;
        if page != 0 {
            let bytes = page_size << order;
            picture.add(PieceKind::Free, page, bytes);
            picture.groups.push(Group { at: page, bytes, size: bytes, used: 0, of: 1, colour: None });
        }
    }
    Ok(())
}

fn look_at_page(p: &mut dyn Program, page: u64, picture: &mut Picture) -> Outcome<()> {
    let order = get(p, page, page::ORDER, "")?;
    let Some((size, blocks, pages)) = SIZES.get(order as usize).copied() else {
        picture.wrong(format!("the page at {page:#x} is of no size"));
        return Ok(());
    };
    picture.add(PieceKind::Info, page, DESCRIPTOR);
    let mut free = 0;
    for n in 0..blocks {
        let block = page + DESCRIPTOR + n * size;
        let kind = match get(p, block, 0, "")? {
            USED => PieceKind::Used,
            FREE => PieceKind::Free,
            mark => {
                picture.wrong(format!("the mark of the block at {:#x} is {mark:#x}", block + HEADER));
                PieceKind::Free
            }
        };
        free += u64::from(kind == PieceKind::Free);
        picture.add(PieceKind::Header, block, HEADER);
        picture.add(kind, block + HEADER, size - HEADER);
    }
    let bytes = p.page() << pages;
    picture.groups.push(Group { at: page, bytes, size, used: blocks - free, of: blocks, colour: None });
    let counted = get(p, page, page::FREE, "")?;
    if counted != free {
        picture.wrong(format!("the page at {page:#x} has {free} free blocks by their marks, {counted} by its count"));
    }
    Ok(())
}
