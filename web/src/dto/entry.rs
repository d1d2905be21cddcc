//! Entries of page tables, and the walk to them.

use serde::Serialize;
use tsify::Tsify;

dto! {
    struct BitDto { name: &'static str, bit: u8, set: bool, meaning: &'static str }

    /// One step of a page-table walk. `bits` are the entry's bits that are set or named.
    struct WalkDto {
        level: &'static str,
        table: u32,
        index: u16,
        index_bits: String,
        raw: String,
        decoded: String,
        next: Option<u32>,
        bits: Vec<BitDto>,
    }

    struct FieldDto { name: &'static str, bits: String, value: u64 }
}
