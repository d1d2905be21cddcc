//! The memory manager: everything between the system calls and the hardware.
//!
//! [`Mm`] owns the state of all address spaces; its verbs are methods of it, one file each. Order across subsystems is
//! readable in `fault`, `table::unmap`, `table::share` and `reclaim`, each from top to bottom.
//!
//! Imports run downwards through the rooms, lowest first:
//!
//! ```text
//! base      an address space, page tables to look through, settings, errors
//! rmap      reverse mapping: a scheme with what it stores
//! state     Mm: its fields, which are private to that room, and their getters and setters
//! area      VMAs inserted, split, merged, inherited
//! table     entries found, filled, copied, cleared
//! provide   frames in and out
//! run       runs, mapped ones, vmalloc
//! file      page cache, truncation, writeback
//! reclaim   policies, swap, the OOM killer
//! compact   moving pages, clearing windows, sliding heaps
//! ksm       equal pages become one
//! fault     the page fault handler and what the MMU does before it
//! ```
//! Calls also run upwards, as they must: taking a frame may reclaim, compact or kill anything, so any verb may end in
//! any other. Those are calls of `Mm`'s methods; no room imports from one above it.

pub mod area;
pub mod base;
pub mod compact;
pub mod fault;
pub mod file;
pub mod ksm;
pub mod provide;
pub mod reclaim;
pub mod rmap;
pub mod run;
pub mod state;
pub mod table;

pub use base::error::MmError;
pub use state::Mm;
