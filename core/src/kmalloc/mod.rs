//! The kernel's small objects: the allocators behind `kmalloc`, over any frame allocator.
//!
//! ```text
//! kmalloc(100) --> paragraph | linux_2_0 | mckusick_karels | slab | svr4 --> Program: load, store, mmap, munmap
//!                                                                        |
//!                              os/heap/kernel: words in frames, runs of the frame allocator
//! ```
//! They are written against what a program can do, [`Program`], of which a kernel has less: `mmap` takes a run of
//! frames and `munmap` gives back exactly what one `mmap` took; there is no `brk`. Memory is not zeroed. Addresses are
//! physical. All that an allocator remembers is bytes in frames: static variables in a page of their own, in which the
//! first [`table::ROOT`] bytes are the allocator's, the rest where the real one puts it.

mod linux_2_0;
mod mckusick_karels;
mod paragraph;
mod slab;
mod svr4;
mod table;

use crate::user::picture::{Blocks, Picture, PieceKind};
use crate::user::program::{Outcome, Program};
use crate::vocabulary::heap::{HeapInfo, HeapSettings};

/// More links of a list than that lead round in circles.
const MOST: usize = 1 << 22;

/// What is done before the first request: the static variables' pages, all zero. `None`: no memory.
///
/// # Errors
/// As for all of these: none, while only the allocator writes to its bookkeeping.
pub fn start(p: &mut dyn Program, settings: &HeapSettings) -> Outcome<Option<u64>> {
    let pages = table::statics(p, frames(settings));
    let Some(at) = p.mmap(pages, false)? else { return Ok(None) };
    let page = p.page();
    p.fill(at, pages * page, 0)?;
    Ok(Some(at))
}

/// `kmalloc`: the block's address, `None` for no memory.
///
/// # Errors
/// As for [`start`].
pub fn kmalloc(p: &mut dyn Program, info: &HeapInfo, bytes: u64) -> Outcome<Option<u64>> {
    let at = info.statics.0;
    match &info.settings {
        HeapSettings::Paragraph(settings) => paragraph::kmalloc(p, at, settings, bytes),
        HeapSettings::Linux20(_) => linux_2_0::kmalloc(p, at, bytes),
        HeapSettings::MckusickKarels(_) => mckusick_karels::kmalloc(p, at, bytes),
        HeapSettings::Slab(settings) => slab::kmalloc(p, at, settings, bytes),
        HeapSettings::Svr4(_) => svr4::kmalloc(p, at, bytes),
        _ => unreachable!("no kernel has it"),
    }
}

/// `kfree`; of address 0 nothing.
///
/// # Errors
/// As for [`start`].
pub fn kfree(p: &mut dyn Program, info: &HeapInfo, block: u64) -> Outcome<()> {
    if block == 0 {
        return Ok(());
    }
    let at = info.statics.0;
    match &info.settings {
        HeapSettings::Paragraph(settings) => paragraph::kfree(p, at, settings, block),
        HeapSettings::Linux20(_) => linux_2_0::kfree(p, at, block),
        HeapSettings::MckusickKarels(_) => mckusick_karels::kfree(p, at, block),
        HeapSettings::Slab(settings) => slab::kfree(p, at, settings, block),
        HeapSettings::Svr4(_) => svr4::kfree(p, at, block),
        _ => unreachable!("no kernel has it"),
    }
}

/// Gives back what is held empty: `slab`'s empty slabs, `linux_2_0`'s cached pages, what `svr4` has not joined yet. The
/// others hold none, or keep all.
///
/// # Errors
/// As for [`start`].
pub fn reap(p: &mut dyn Program, info: &HeapInfo) -> Outcome<()> {
    let at = info.statics.0;
    match &info.settings {
        HeapSettings::Linux20(_) => linux_2_0::drop_cache(p, at),
        HeapSettings::Slab(settings) => slab::reap(p, at, settings).map(drop),
        HeapSettings::Svr4(_) => svr4::reap(p, at),
        _ => Ok(()),
    }
}

/// Whether an address that was never given can be handed to it: `linux_2_0` looks for the mark in a block's header.
pub fn judges_pointers(settings: &HeapSettings) -> bool {
    matches!(settings, HeapSettings::Linux20(_))
}

/// What the heap looks like, read from its bookkeeping; `blocks` are those in use.
///
/// # Errors
/// The bookkeeping leads round in circles.
pub fn picture(p: &mut dyn Program, info: &HeapInfo, blocks: &Blocks) -> Outcome<Picture> {
    let mut picture = Picture::default();
    let at = info.statics.0;
    if at == 0 {
        return Ok(picture);
    }
    let pages = table::statics(p, frames(&info.settings));
    picture.add(PieceKind::Info, at, pages * p.page());
    match &info.settings {
        HeapSettings::Paragraph(settings) => paragraph::picture(p, at, settings, &mut picture)?,
        HeapSettings::Linux20(_) => linux_2_0::picture(p, at, blocks, &mut picture)?,
        HeapSettings::MckusickKarels(settings) => mckusick_karels::picture(p, at, settings, &mut picture)?,
        HeapSettings::Slab(settings) => slab::picture(p, at, settings, &mut picture)?,
        HeapSettings::Svr4(settings) => svr4::picture(p, at, settings, &mut picture)?,
        _ => unreachable!("no kernel has it"),
    }
    picture.sort();
    hold_against(blocks, &mut picture);
    Ok(picture)
}

/// Each block that was given is one in use, and each in use was given.
fn hold_against(blocks: &Blocks, picture: &mut Picture) {
    let used: Vec<(u64, u64)> = picture
        .pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Used)
        .map(|piece| (piece.at, piece.bytes))
        .collect();
    for (block, asked) in blocks {
        match used.binary_search_by_key(&block.0, |(at, _)| *at) {
            Ok(n) if used[n].1 >= *asked => {}
            Ok(n) => picture.wrong(format!("the block at {block}, of {asked} bytes, has only {}", used[n].1)),
            Err(_) => picture.wrong(format!("the block at {block} is not in use by the bookkeeping")),
        }
    }
    if let Some((at, bytes)) = used.iter().find(|(at, _)| !blocks.contains_key(&crate::units::VirtAddr(*at))) {
        picture.wrong(format!("{bytes} bytes at {at:#x} are in use by the bookkeeping, and nobody was given them"));
    }
}

/// Frames that the table of frames is for; 0: the allocator has no table.
fn frames(settings: &HeapSettings) -> u64 {
    match settings {
        HeapSettings::Paragraph(settings) => settings.frames.into(),
        HeapSettings::MckusickKarels(settings) => settings.frames.into(),
        HeapSettings::Slab(settings) => settings.frames.into(),
        HeapSettings::Svr4(settings) => settings.frames.into(),
        _ => 0,
    }
}
