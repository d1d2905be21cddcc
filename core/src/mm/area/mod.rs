//! Areas: a process's VMAs, how they are inserted, split, merged and inherited.

pub mod edit;
pub mod lineage;
mod look;
