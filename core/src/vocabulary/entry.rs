//! What a scheme stores for each frame: nothing, the pair of 1998, or a chain of PTE pointers.
//!
//! ```text
//! vma_offset   frame -> (vma, vma_offset)                        16 bytes in the descriptor, invalid once shared
//! pte_chain    frame -> PTE                                      one mapping: the pointer itself
//!              frame -> [next|PTE|PTE|..] -> [0|PTE|PTE|..]      more: links of one cache line, the newest first
//! ```

use crate::chunks::{Chunks, own};
use crate::config::{Config, RmapKind};
use crate::units::{Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::frame::{FrameTable, FrameUse};
use serde::Serialize;
use std::rc::Rc;

/// The place of a PTE: a table's frame and the index in it. Process and page follow from the table's descriptor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct PtePointer {
    pub table: Pfn,
    pub index: u16,
}

impl PtePointer {
    /// The process and the page whose PTE it is: the descriptor of the table's frame says.
    pub fn page(self, frames: &FrameTable) -> Option<(Pid, Vpn)> {
        let table = frames.get(self.table);
        let FrameUse::Table { pid, .. } = table.state else { return None };
        Some((pid, Vpn(table.index + u64::from(self.index))))
    }
}

/// What is stored for one frame.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Nothing: not mapped, or the scheme keeps nothing.
    #[default]
    None,
    /// `vma_offset`: the one mapping's VMA and offset, in pages.
    Offset { vma: VmaId, offset: u64 },
    /// `vma_offset`: mapped more than once, so nothing is known.
    Shared,
    /// `pte_chain`: the one PTE.
    Direct(PtePointer),
    /// `pte_chain`: all PTEs, oldest first. With `n` pointers to a link, pointer `i` is in link `i / n` from the end of
    /// the chain. Copies of the machine share it until one of them changes it.
    Chain(Rc<Vec<PtePointer>>),
}

impl Entry {
    /// Whether it is a chain, which is memory of its own.
    #[inline(always)]
    pub(crate) fn owns(&self) -> bool {
        matches!(self, Entry::Chain(_))
    }

    /// Room that its chain takes on a 64-bit host, in pointers of 16 bytes: half of them reserved, and what holds them.
    fn pointers(&self) -> u64 {
        match self {
            Entry::Chain(pointers) => pointers.len() as u64 + 3,
            Entry::None | Entry::Offset { .. } | Entry::Shared | Entry::Direct(_) => 0,
        }
    }
}

/// The entries of all frames; none are kept for schemes that store nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Entries {
    entries: Chunks<Entry, 64>,
    /// Room that all chains take, in pointers.
    pointers: u64,
}

impl Default for Entries {
    fn default() -> Entries {
        Entries { entries: Chunks::new(0, &Entry::None), pointers: 0 }
    }
}

impl Entries {
    /// No entries yet, room for one per frame where the scheme needs it.
    pub fn new(config: &Config) -> Entries {
        let frames = match config.rmap {
            RmapKind::VmaOffset | RmapKind::PteChain => config.all_frames() as usize,
            RmapKind::None | RmapKind::ObjectList | RmapKind::Object => 0,
        };
        Entries { entries: Chunks::new(frames, &Entry::None), pointers: 0 }
    }

    /// A frame's entry.
    pub fn get(&self, pfn: Pfn) -> &Entry {
        self.entries.get(pfn.index()).unwrap_or(&Entry::None)
    }

    /// Replaces a frame's entry; returns the old.
    pub fn set(&mut self, pfn: Pfn, entry: Entry) -> Entry {
        self.pointers += entry.pointers();
        let before = std::mem::replace(&mut self.entries[pfn.index()], entry);
        self.pointers -= before.pointers();
        before
    }

    /// Puts a pointer into a chain at `at`, whose old holder goes to the end; the reverse of [`unlink`](Self::unlink).
    pub fn link(&mut self, pfn: Pfn, at: u32, pte: PtePointer) {
        if let Entry::Chain(pointers) = &mut self.entries[pfn.index()] {
            self.pointers += 1;
            let pointers = own(pointers);
            pointers.push(pte);
            let last = pointers.len() - 1;
            pointers.swap(at as usize, last);
        }
    }

    /// Takes the pointer at `at` out of a chain; the newest fills the gap.
    pub fn unlink(&mut self, pfn: Pfn, at: u32) {
        if let Entry::Chain(pointers) = &mut self.entries[pfn.index()] {
            self.pointers -= 1;
            own(pointers).swap_remove(at as usize);
        }
    }

    /// Bytes that the entries take of the host, by the sizes of an entry and of a pointer in a chain.
    pub fn bytes(&self, each: usize, pointer: u64) -> u64 {
        self.entries.bytes(each) + self.pointers * pointer
    }

    /// Bytes of the entries that `other`, of one length, does not share, by the sizes of an entry and of a pointer.
    pub fn beyond(&self, other: &Entries, each: usize, pointer: u64) -> u64 {
        let own = |at: usize| match (&self.entries[at], &other.entries[at]) {
            (Entry::Chain(here), Entry::Chain(there)) if Rc::ptr_eq(here, there) => 0,
            (here, _) => here.pointers() * pointer,
        };
        let chains = |range: std::ops::Range<usize>| range.map(own).sum::<u64>();
        self.entries.beyond(&other.entries, each) + self.entries.differing(&other.entries).map(chains).sum::<u64>()
    }

    /// All entries that store something, with their frames.
    pub fn iter(&self) -> impl Iterator<Item = (Pfn, &Entry)> {
        let written = self.entries.written_elements();
        written.filter(|(_, entry)| **entry != Entry::None).map(|(n, entry)| (Pfn(n as u32), entry))
    }
}
