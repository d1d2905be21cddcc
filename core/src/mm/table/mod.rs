//! Page tables: finding, filling, copying and clearing entries.

pub mod change;
pub mod load;
pub mod map;
pub mod page_table;
pub mod share;
pub mod unmap;
pub mod zap;
