//! A mapping for each request: rounded up to pages with a header of two words in the first, so that `free` knows how
//! many to unmap. It reads that header, so a block that was swapped out is read back to be thrown away.
//!
//! ```text
//! | pages, bytes | the block ...                            |
//!   2 words        page boundary - 2 words of the last page ^
//! ```
//! Source: what glibc does for requests above its `mmap` threshold, for all requests.

use super::picture::{Blocks, Picture};
use super::program::{Outcome, Program};

fn header(p: &dyn Program) -> u64 {
    2 * p.word()
}

fn pages(p: &dyn Program, bytes: u64) -> Option<u64> {
    let whole = bytes.checked_add(header(p)).and_then(|bytes| p.page_round(bytes))?;
    Some(whole / p.page())
}

/// `malloc`: a mapping.
pub fn malloc(p: &mut dyn Program, bytes: u64) -> Outcome<Option<u64>> {
    let Some(pages) = pages(p, bytes) else { return Ok(None) };
    let Some(at) = p.mmap(pages, false)? else { return Ok(None) };
    p.set(at, 0, pages, "the mapping's pages")?;
    p.set(at, 1, bytes, "the block's bytes")?;
    Ok(Some(at + header(p)))
}

/// `realloc`: `mremap`, if it takes another number of pages.
pub fn realloc(p: &mut dyn Program, block: u64, bytes: u64) -> Outcome<Option<u64>> {
    let Some(new) = pages(p, bytes) else { return Ok(None) };
    let at = block.wrapping_sub(header(p));
    let old = p.get(at, 0, "the mapping's pages")?;
    let at = if new == old { Some(at) } else { p.mremap(at, old, new)? };
    let Some(at) = at else { return Ok(None) };
    p.set(at, 0, new, "the mapping's pages")?;
    p.set(at, 1, bytes, "the block's bytes")?;
    Ok(Some(at + header(p)))
}

/// `free`: `munmap` of as many pages as the header says.
pub fn free(p: &mut dyn Program, block: u64) -> Outcome<()> {
    let at = block.wrapping_sub(header(p));
    let pages = p.get(at, 0, "the mapping's pages")?;
    p.munmap(at, pages)
}

/// The blocks, by their headers.
pub fn picture(p: &mut dyn Program, blocks: &Blocks) -> Outcome<Picture> {
    let mut picture = Picture::default();
    let header = header(p);
    for (block, asked) in blocks {
        let at = block.0.wrapping_sub(header);
        let pages = p.get(at, 0, "the mapping's pages")?;
        picture.in_use(at, header, pages.saturating_mul(p.page()).saturating_sub(header), *asked);
    }
    Ok(picture)
}
