//! Heaps in programs: the allocators behind `malloc`, written as a program's library is. They use what a program can
//! use, system calls and accesses to memory, and nothing else of the machine: the trait [`Program`].
//!
//! ```text
//! malloc(100) --> phk | kr | dl | mmap_direct --> Program: load, store, brk, mmap, ...  --> os (system calls, MMU)
//!            \--> freelist: a list over addresses of its own, no memory
//! ```
//! All that an allocator remembers lies in the process's memory: its static variables in a page of their own, the rest
//! where the real one puts it. So it is faulted in, swapped out, shared by `fork` and overwritten by a careless program
//! like everything else.
//!
//! Reading a heap without touching it ([`picture`](fn@picture), for panels and `check`) is the same code on another
//! `Program`, which looks at the bytes wherever they are and changes none.

mod dl;
pub mod freelist;
mod kr;
mod mmap_direct;
mod phk;
pub mod picture;
pub mod program;

use crate::vocabulary::heap::{HeapInfo, HeapSettings};
use picture::{Blocks, Picture};
use program::{Outcome, Program};

/// `malloc`: the block's address, `None` for no memory. Of 0 bytes a pointer that may be freed.
///
/// # Errors
/// The program ends: a signal, an abort, or bookkeeping that leads round in circles.
pub fn malloc(p: &mut dyn Program, info: &HeapInfo, bytes: u64) -> Outcome<Option<u64>> {
    let at = info.statics.0;
    match &info.settings {
        HeapSettings::Phk(phk) => phk::malloc(p, at, phk, bytes),
        HeapSettings::Kr(kr) => kr::malloc(p, at, kr, bytes),
        HeapSettings::Dl(dl) => dl::malloc(p, at, dl, bytes),
        HeapSettings::MmapDirect(_) => mmap_direct::malloc(p, bytes),
        _ => unreachable!("its list is no memory, or it is the kernel's"),
    }
}

/// `calloc`: as [`malloc`] of `count` times `bytes` bytes, all zero.
///
/// # Errors
/// As for [`malloc`].
pub fn calloc(p: &mut dyn Program, info: &HeapInfo, count: u64, bytes: u64) -> Outcome<Option<u64>> {
    let Some(bytes) = count.checked_mul(bytes) else { return Ok(None) };
    let Some(block) = malloc(p, info, bytes)? else { return Ok(None) };
    let zero_already = match &info.settings {
        HeapSettings::Dl(_) => dl::is_mapped(p, block)?,
        HeapSettings::MmapDirect(_) => true,
        HeapSettings::Phk(phk) => phk::clears(phk),
        _ => false,
    };
    if !zero_already && bytes > 0 {
        p.fill(block, bytes, 0)?;
    }
    Ok(Some(block))
}

/// `realloc`: the block's address, which may be another; `None` for no memory, the old block then stays.
///
/// # Errors
/// As for [`malloc`].
pub fn realloc(p: &mut dyn Program, info: &HeapInfo, block: u64, bytes: u64) -> Outcome<Option<u64>> {
    if block == 0 {
        return malloc(p, info, bytes);
    }
    if bytes == 0 {
        free(p, info, block)?;
        return Ok(Some(0));
    }
    let at = info.statics.0;
    match &info.settings {
        HeapSettings::Phk(phk) => phk::realloc(p, at, phk, block, bytes),
        HeapSettings::Kr(kr) => kr::realloc(p, at, kr, block, bytes),
        HeapSettings::Dl(dl) => dl::realloc(p, at, dl, block, bytes),
        HeapSettings::MmapDirect(_) => mmap_direct::realloc(p, block, bytes),
        _ => unreachable!("its list is no memory, or it is the kernel's"),
    }
}

/// `free`; of address 0 nothing.
///
/// # Errors
/// As for [`malloc`].
pub fn free(p: &mut dyn Program, info: &HeapInfo, block: u64) -> Outcome<()> {
    if block == 0 {
        return Ok(());
    }
    let at = info.statics.0;
    match &info.settings {
        HeapSettings::Phk(phk) => phk::free(p, at, phk, block),
        HeapSettings::Kr(_) => kr::free(p, at, block),
        HeapSettings::Dl(dl) => dl::free(p, at, dl, block),
        HeapSettings::MmapDirect(_) => mmap_direct::free(p, block),
        _ => unreachable!("its list is no memory, or it is the kernel's"),
    }
}

/// `malloc_trim`: gives back to the kernel what can be. Only Doug Lea's allocator can be asked; phkmalloc does so at
/// each free, the others never or always.
///
/// # Errors
/// As for [`malloc`].
pub fn trim(p: &mut dyn Program, info: &HeapInfo) -> Outcome<()> {
    if let HeapSettings::Dl(_) = &info.settings {
        dl::trim(p, info.statics.0)?;
    }
    Ok(())
}

/// Whether the answer to a request of so many bytes is a block. phkmalloc answers 0 bytes with a pointer to nothing.
pub fn is_block(settings: &HeapSettings, at: u64, bytes: u64) -> bool {
    at != 0 && (bytes > 0 || !matches!(settings, HeapSettings::Phk(_)))
}

/// Whether a pointer that this heap never gave can be handed to it: a real allocator that looks at it says what it
/// finds. To the others such a pointer is damage of a kind that depends on what lies there.
pub fn judges_pointers(settings: &HeapSettings) -> bool {
    matches!(settings, HeapSettings::Phk(_) | HeapSettings::Dl(_))
}

/// What the heap looks like, read from its bookkeeping; `blocks` are those in use.
///
/// # Errors
/// The bookkeeping leads where nothing is mapped, or round in circles.
pub fn picture(p: &mut dyn Program, info: &HeapInfo, blocks: &Blocks) -> Outcome<Picture> {
    let at = info.statics.0;
    let mut picture = match &info.settings {
        HeapSettings::Phk(phk) => phk::picture(p, at, phk, blocks),
        HeapSettings::Kr(_) => kr::picture(p, at, blocks),
        HeapSettings::Dl(_) => dl::picture(p, at, blocks),
        HeapSettings::MmapDirect(_) => mmap_direct::picture(p, blocks),
        HeapSettings::Freelist(list) => Ok(freelist::picture(list, &info.list, blocks)),
        _ => unreachable!("it is the kernel's"),
    }?;
    picture.sort();
    Ok(picture)
}
