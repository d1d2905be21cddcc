//! Pages of files: the page cache, shortening a file, writing dirty pages back.

pub mod page_cache;
pub mod truncate;
pub mod writeback;
