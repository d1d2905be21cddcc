//! A word for each frame: whose it is. Leaves are made as they are needed, so that a large machine's table is no larger
//! than what the heap reaches.
//!
//! ```text
//! static variables | ROOT: leaf 0, leaf 1, ...  4 bytes each, a frame's number
//!                              |
//!                              v
//!                    a word for each of page / word frames
//! ```
//! The real ones have it elsewhere: 4.3BSD an array of all pages of the kernel's map, Linux two fields of `struct
//! page`.

use crate::user::picture::{Picture, PieceKind};
use crate::user::program::{Outcome, Program};

/// Bytes of the static variables before the root.
pub const ROOT: u64 = 1024;
/// Bytes of an entry of the root.
const LEAF: u64 = 4;
/// Bits of a word that say what kind of frame it is, below what else the word says.
pub const KIND_BITS: u64 = 8;
/// The kind of every frame of a run but its first.
pub const FOLLOWS: u64 = 0xff;
/// A run has fewer pages than this: their number has 24 bits of a word.
const MOST_PAGES: u64 = 1 << 24;

fn frames_of_leaf(p: &dyn Program) -> u64 {
    p.page() / p.word()
}

/// Pages of the static variables with the root of a table for so many frames.
pub fn statics(p: &dyn Program, frames: u64) -> u64 {
    (ROOT + frames.div_ceil(frames_of_leaf(p)) * LEAF).div_ceil(p.page())
}

/// What the table says of the frame that holds an address; 0: nothing.
pub fn get(p: &mut dyn Program, vars: u64, at: u64) -> Outcome<u64> {
    let (frame, per) = (at / p.page(), frames_of_leaf(p));
    let leaf = leaf(p, vars, frame / per)?;
    if leaf == 0 { Ok(0) } else { p.get(leaf, frame % per, "whose the frame is") }
}

/// Sets that of `pages` frames, for which there are leaves.
pub fn set(p: &mut dyn Program, vars: u64, at: u64, pages: u64, value: u64) -> Outcome<()> {
    let (first, per) = (at / p.page(), frames_of_leaf(p));
    for frame in first..first + pages {
        let leaf = leaf(p, vars, frame / per)?;
        p.set(leaf, frame % per, value, "whose the frame is")?;
    }
    Ok(())
}

/// Takes a run with leaves for its frames. `None`: no memory, or no frame for a leaf.
pub fn take(p: &mut dyn Program, vars: u64, pages: u64) -> Outcome<Option<u64>> {
    let Some(at) = p.mmap(pages, false)? else { return Ok(None) };
    let (page, per) = (p.page(), frames_of_leaf(p));
    let first = at / page;
    for n in first / per..=(first + pages - 1) / per {
        if leaf(p, vars, n)? != 0 {
            continue;
        }
        let Some(new) = p.mmap(1, false)? else {
            p.munmap(at, pages)?;
            return Ok(None);
        };
        p.fill(new, page, 0)?;
        p.store(vars + ROOT + n * LEAF, LEAF, new / page, "a leaf of the table of frames")?;
    }
    Ok(Some(at))
}

/// Takes a run and enters it: its first frame with `kind` below its number of pages, the others as [`FOLLOWS`].
pub fn take_run(p: &mut dyn Program, vars: u64, pages: u64, kind: u64) -> Outcome<Option<u64>> {
    if pages >= MOST_PAGES {
        return Ok(None);
    }
    let Some(at) = take(p, vars, pages)? else { return Ok(None) };
    let page = p.page();
    set(p, vars, at, 1, pages << KIND_BITS | kind)?;
    set(p, vars, at + page, pages - 1, FOLLOWS)?;
    Ok(Some(at))
}

fn leaf(p: &mut dyn Program, vars: u64, n: u64) -> Outcome<u64> {
    Ok(p.load(vars + ROOT + n * LEAF, LEAF, "a leaf of the table of frames")? * p.page())
}

/// Adds the leaves to a picture, and answers all entries that are not 0, as `(address of the frame, entry)`.
pub fn entries(p: &mut dyn Program, vars: u64, frames: u64, picture: &mut Picture) -> Outcome<Vec<(u64, u64)>> {
    let (page, per) = (p.page(), frames_of_leaf(p));
    let mut entries = Vec::new();
    for n in 0..frames.div_ceil(per) {
        let leaf = leaf(p, vars, n)?;
        if leaf == 0 {
            continue;
        }
        picture.add(PieceKind::Directory, leaf, page);
        for index in 0..per {
            let entry = p.get(leaf, index, "")?;
            if entry != 0 {
                entries.push(((n * per + index) * page, entry));
            }
        }
    }
    Ok(entries)
}
