//! A program's heap: its pages with what lies in them, and its lists of free blocks.

use pageturner::user::picture::PieceKind;
use pageturner::vocabulary::heap::HeapStats;
use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A part of a page of a heap.
    struct HeapPieceDto {
        /// Where it begins in the page, and how long it is there, in bytes.
        at: u32,
        bytes: u32,
        kind: PieceKind,
        /// The block in use that it belongs to, by its address; null: none.
        block: Option<String>,
        /// Bytes that the program asked for of that block.
        asked: Option<u64>,
        /// Whether its block, or free block, begins here and not in the page before.
        first: bool,
    }

    /// A number of the bookkeeping that the last step read or wrote.
    struct HeapWordDto {
        /// Where it is in the page, and how long, in bytes.
        at: u32,
        bytes: u8,
        written: bool,
        what: &'static str,
    }

    struct HeapPageDto {
        /// null for a list over addresses of its own.
        vpn: Option<u64>,
        /// Its first address: in hexadecimal, of a list in decimal.
        addr: String,
        bytes: u32,
        /// What it has of the heap: its static variables or its page directory; else null.
        role: Option<&'static str>,
        frame: Option<u32>,
        slot: Option<u32>,
        pieces: Vec<HeapPieceDto>,
        words: Vec<HeapWordDto>,
    }

    /// A list of free blocks.
    struct HeapListDto {
        /// The size of its blocks in bytes; 0: any.
        size: u64,
        count: u32,
        /// The first of them, as address and bytes.
        blocks: Vec<(String, u64)>,
    }

    struct HeapDto {
        pid: u32,
        heap: u32,
        kind: &'static str,
        /// Settings that are not as they are by themselves.
        settings: Vec<(&'static str, String)>,
        stats: HeapStats,
        /// Blocks in use.
        blocks: u32,
        /// Pages in memory, of those that it has of the kernel.
        resident: u32,
        pages: Vec<HeapPageDto>,
        /// Pages that are left out.
        more: u32,
        lists: Vec<HeapListDto>,
        /// What is wrong with the bookkeeping.
        damage: Vec<String>,
        /// What the allocator printed in the last step.
        said: Option<&'static str>,
    }
}

lists! {
    /// All heaps, those of the lowest process first.
    AllHeaps of HeapDto,
}
