//! The frame table: one descriptor per frame, Linux's `struct page`.
//!
//! Per user frame the reverse map is three fields, as in Linux since 2.6.7: `mapping` (the anon_vma or the object),
//! `index` (the page's offset in it) and `mapcount` (how many PTEs point here).

use crate::chunks::Chunks;
use crate::units::{AnonVmaId, ObjectId, Pfn, Pid, StableId, SwapSlot};
use serde::{Deserialize, Serialize};

/// What a frame is used for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "use", rename_all = "snake_case")]
pub enum FrameUse {
    /// In the allocator's free lists; of a frame of the kernel's pool: not in use.
    #[default]
    Free,
    /// No memory at this address.
    Hole,
    /// Owned by the kernel from the start.
    Reserved,
    /// The shared page of zeroes that anonymous read faults map.
    Zero,
    /// A page table of `pid`; level 0 holds PTEs.
    Table { pid: Pid, level: u8 },
    /// A page of a process or an object.
    Page,
    /// Part of a run from `alloc`; `first` is the run's first frame.
    Run { first: Pfn },
}

/// What a page belongs to: the way back to its PTEs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Owner {
    #[default]
    None,
    Anon(AnonVmaId),
    Object(ObjectId),
    /// A merged page: its stable node leads on.
    Ksm(StableId),
}

/// A frame's descriptor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Frame {
    pub state: FrameUse,
    /// PTEs that point here. 0 for the zero page, as in Linux.
    pub mapcount: u32,
    pub mapping: Owner,
    /// Offset in pages within `mapping` (0 for merged pages, whose items have theirs); address = vm_start + (index -
    /// vm_pgoff) pages. Of a table: the first page that it maps.
    pub index: u64,
    /// The page's slot while in the swap cache; else `None`.
    pub slot: Option<SwapSlot>,
    /// Written since it was last equal to its slot or file.
    pub dirty: bool,
    /// In a locked VMA: may not be reclaimed.
    pub mlocked: bool,
}

impl Frame {
    /// Whether a replacement policy ranks the frame: it holds a page of a process or an object.
    #[inline]
    pub fn is_ranked(&self) -> bool {
        self.state == FrameUse::Page && self.mapping != Owner::None
    }
}

/// The frame table: the descriptors of all frames.
#[derive(Clone, PartialEq, Debug)]
pub struct FrameTable {
    frames: Chunks<Frame, 64>,
    studied: u32,
}

impl FrameTable {
    /// Descriptors of free frames: `studied` of them the allocator's, and behind these `pool` of the kernel's own.
    pub fn new(studied: u32, pool: u32) -> FrameTable {
        FrameTable { frames: Chunks::new((studied + pool) as usize, &Frame::default()), studied }
    }

    /// Number of frames without those of the kernel's pool: what there is to allocate, to reclaim, to draw.
    #[inline]
    pub fn studied(&self) -> u32 {
        self.studied
    }

    /// Number of frames, those of the kernel's pool among them.
    pub fn len(&self) -> u32 {
        self.frames.len() as u32
    }

    /// Whether there are none; never for a machine.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// A frame's descriptor.
    #[inline]
    pub fn get(&self, pfn: Pfn) -> Frame {
        self.frames[pfn.index()]
    }

    /// A mutable reference to a frame's descriptor.
    #[inline]
    pub(crate) fn get_mut(&mut self, pfn: Pfn) -> &mut Frame {
        &mut self.frames[pfn.index()]
    }

    /// Replaces a frame's descriptor; returns the old.
    #[inline]
    pub fn set(&mut self, pfn: Pfn, frame: Frame) -> Frame {
        std::mem::replace(&mut self.frames[pfn.index()], frame)
    }

    /// All descriptors, lowest frame first.
    pub fn all(&self) -> impl Iterator<Item = &Frame> {
        self.frames.iter()
    }

    /// The descriptors of the frames that are studied, with their numbers.
    pub fn iter_studied(&self) -> impl Iterator<Item = (Pfn, &Frame)> {
        self.iter().take(self.studied as usize)
    }

    /// The frames of the kernel's pool that are in use, lowest first.
    pub fn pool_in_use(&self) -> impl Iterator<Item = (Pfn, &Frame)> {
        self.used().filter(|(pfn, frame)| pfn.0 >= self.studied && frame.state != FrameUse::Free)
    }

    /// All descriptors with the numbers of their frames.
    pub fn iter(&self) -> impl Iterator<Item = (Pfn, &Frame)> {
        (0..).map(Pfn).zip(self.frames.iter())
    }

    /// The descriptors of frames that have been used, with others of their neighbourhood: all that are not free are
    /// among them. Costs nothing where memory is untouched.
    pub fn used(&self) -> impl Iterator<Item = (Pfn, &Frame)> {
        self.frames.written_elements().map(|(n, frame)| (Pfn(n as u32), frame))
    }

    /// Bytes that the descriptors take of the host, by the size of one.
    pub fn bytes(&self, each: usize) -> u64 {
        self.frames.bytes(each)
    }

    /// The ranges of frames whose descriptors may differ from those of another table of this length.
    pub fn differing(&self, other: &FrameTable) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.frames.differing(&other.frames)
    }
}
