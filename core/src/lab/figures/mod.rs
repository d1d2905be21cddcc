//! Figures read off a view: how fragmented free memory is, what the reverse map costs in memory.

pub mod fragmentation;
pub mod heap;
pub mod metadata;
pub mod page_hash;
