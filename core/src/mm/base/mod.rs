//! Parts of the memory manager that stand by themselves: an address space, what is looked through to find an entry,
//! what the last page needed, memory at the start, settings, errors. Nothing here knows the memory manager.

pub mod areas;
pub mod boot;
pub mod error;
pub mod near;
pub mod page_hash;
pub mod pool;
pub mod settings;
pub mod space;
pub mod tables;
