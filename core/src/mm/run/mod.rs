//! Runs: contiguous frames given as one, mapped into processes or into the kernel's own addresses.

pub mod boot;
pub mod give;
pub mod segment;
pub mod share;
pub mod vmalloc;
