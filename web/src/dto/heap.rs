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
        /// null for a list over addresses of its own, and for the kernel's frames.
        vpn: Option<u64>,
        /// Its first address: in hexadecimal, of a list in decimal.
        addr: String,
        bytes: u32,
        /// What it has of the heap: its static variables, its page directory or its table of frames; else null.
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

    /// Pages that the kernel's allocator treats as one: a slab, a page array, the pages of a bucket.
    struct HeapGroupDto {
        /// Its first frame, and how many it has.
        frame: u32,
        frames: u32,
        /// Bytes of each of its blocks, or of a paragraph.
        size: u64,
        /// Blocks, or paragraphs, in use, and how many there are.
        used: u32,
        of: u32,
        /// Bytes left free at its start; null where there are no colours.
        colour: Option<u32>,
    }

    /// A block of a heap in which bytes of a frame or page lie.
    struct OwnerDto {
        pid: u32,
        heap: u32,
        /// The heap's kind.
        kind: &'static str,
        /// Its address, and the bytes asked for.
        block: String,
        bytes: u64,
        /// Where it begins in the page, 0 if before; and the page, null in the kernel's heap.
        at: u32,
        vpn: Option<u64>,
        /// The number of the command that gave it, from 0, and its name; null if it was given in no command.
        given: Option<(u32, &'static str)>,
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
        /// None but in the kernel's heap.
        groups: Vec<HeapGroupDto>,
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
