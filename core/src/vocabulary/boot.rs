//! What the kernel was given while it started; it keeps it.

use crate::config::boot::BootUser;
use crate::units::{Pfn, VirtAddr};

/// Where a user of the kernel's has its memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BootPlace {
    /// In a run, which the kernel reaches by a few large TLB entries.
    Run(Pfn),
    /// In single frames mapped in a row: a TLB entry for each page.
    Vmalloc(VirtAddr),
    /// There was too little memory.
    Nowhere,
}

/// One of the kernel's users.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BootGiven {
    pub user: BootUser,
    /// Pages asked for.
    pub pages: u32,
    pub place: BootPlace,
}
