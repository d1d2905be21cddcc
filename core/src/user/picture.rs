//! A heap as its bookkeeping has it: what lies where, and which free blocks a list leads to.

use crate::trees::Map;
use crate::units::VirtAddr;

/// A block with more bytes than that has a damaged header.
const LARGEST: u64 = 1 << 47;

/// What lies in a piece of the heap.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// A block in use: what the program may write to.
    Used,
    /// A free block.
    Free,
    /// Bookkeeping before or after a block.
    Header,
    /// Bookkeeping that is not beside a block: phkmalloc's descriptions of chunks, descriptors of pages.
    Info,
    /// The page directory, a table of frames, a descriptor apart from what it describes.
    Directory,
    /// The block at the end, from which others are cut.
    Top,
}

/// A piece of the heap, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    pub at: u64,
    pub bytes: u64,
    pub kind: PieceKind,
}

/// A list of free blocks: a bin, a bucket, the list of free runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FreeList {
    /// What the allocator keeps in it, in bytes; 0 for blocks of any size.
    pub size: u64,
    /// Address and bytes of each, in the list's order.
    pub blocks: Vec<(u64, u64)>,
}

/// Pages that the allocator treats as one: a slab, a page array, the pages of a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
    /// The address of the first page, and how many bytes they have.
    pub at: u64,
    pub bytes: u64,
    /// Bytes of each of its blocks; of a page array, of a paragraph.
    pub size: u64,
    /// Blocks, or paragraphs, in use, and how many there are.
    pub used: u64,
    pub of: u64,
    /// Bytes left free at the start, so that equal blocks of different groups lie in different lines of the processor's
    /// cache; `None` where the allocator has no colours.
    pub colour: Option<u64>,
}

/// The blocks in use as they were given: address, and bytes asked for.
pub type Blocks = Map<VirtAddr, u64>;

/// A heap, its pieces in the order of their addresses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Picture {
    pub pieces: Vec<Piece>,
    pub lists: Vec<FreeList>,
    /// In the order of the allocator's own lists, where it has any.
    pub groups: Vec<Group>,
    /// What is wrong with the bookkeeping, a sentence each.
    pub damage: Vec<String>,
}

impl Picture {
    /// Adds a piece.
    pub fn add(&mut self, kind: PieceKind, at: u64, bytes: u64) {
        if bytes > 0 {
            self.pieces.push(Piece { at, bytes, kind });
        }
    }

    /// Adds a block in use and the `header` bytes before it, which say that it has `has` bytes; `asked` for were fewer.
    pub fn in_use(&mut self, header_at: u64, header: u64, has: u64, asked: u64) {
        let block = header_at.wrapping_add(header);
        if has < asked || has > LARGEST {
            self.wrong(format!("the header of the block at {block:#x}, of {asked} bytes, says {has}"));
        }
        self.add(PieceKind::Header, header_at, header);
        self.add(PieceKind::Used, block, if has > LARGEST { asked } else { has });
    }

    /// Adds what is wrong.
    pub fn wrong(&mut self, what: impl Into<String>) {
        self.damage.push(what.into());
    }

    /// Puts the pieces in the order of their addresses.
    pub fn sort(&mut self) {
        self.pieces.sort_unstable_by_key(|piece| piece.at);
    }

    /// All free blocks in the order of their lists.
    pub fn free_blocks(&self) -> impl Iterator<Item = (u64, u64)> {
        self.lists.iter().flat_map(|list| list.blocks.iter().copied())
    }
}
