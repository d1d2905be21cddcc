//! What a machine takes of the host's memory, by part, in bytes.
//!
//! ```text
//! arrays   contents, tables | descriptors | entries | slots      counted as they grow: read at any time
//! trees    processes, VMAs, anon_vmas, objects | free lists      walked: some nanoseconds an item
//! ```
//! Sizes are those of a 64-bit host, everywhere: the same commands come to the same figures natively and in
//! WebAssembly, where they take less. The figures hold within what the test `memory` says of a counting allocator.

use crate::alloc::FrameAllocator;
use crate::hw::disk::Slot;
use crate::hw::ram::Ram;
use crate::mm::base::page_hash::PageHash;
use crate::mm::base::space::Space;
use crate::os::machine::Machine;
use crate::vocabulary::entry::Entry;
use crate::vocabulary::frame::{Frame, FrameUse};
use crate::vocabulary::heap::{Heap, Heaps};
use crate::vocabulary::vma::Vma;
use std::ops::{Add, Index, IndexMut};
use strum::EnumCount;

/// What memory goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, EnumCount, strum::VariantArray)]
pub enum Part {
    /// The bytes of frames that were written; those of page tables only before they are told apart.
    Pages,
    Tables,
    /// The descriptors of frames.
    FrameTable,
    /// What the reverse map stores beside them.
    ReverseMap,
    FreeLists,
    Swap,
    Files,
    /// Processes, VMAs, anon_vmas and what they link.
    Processes,
    /// The commands of a session, with their replies.
    Commands,
    /// Copies of the machine, for stepping back.
    Checkpoints,
    /// A script's variables and what it printed.
    Script,
}

/// Bytes by part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Footprint([u64; Part::COUNT]);

/// Bytes of a descriptor, of an entry of the reverse map, of a pointer in a chain with its share of what is reserved.
pub(super) const FRAME: usize = 56;
pub(super) const ENTRY: usize = 32;
pub(super) const POINTER: u64 = 16;
const SLOT: usize = 12;
/// A pointer to contents, and what stands before them.
const CONTENTS: usize = 16;
const HEAD: u64 = 16;
/// An item of a tree with its share of nodes that are half full; the least that a tree takes.
const fn in_tree(size: usize) -> u64 {
    2 * size as u64 + 16
}
const LEAF: u64 = 16;
pub(super) const VMA: u64 = in_tree(112) + in_tree(24);
const ANON_VMA: u64 = 160;
/// A VMA in an anon_vma or object: in its set, and in an interval tree where the scheme keeps one.
const LINK: u64 = 16;
const INTERVAL: u64 = 96;
const PROCESS: u64 = in_tree(160) + in_tree(24) + LEAF * 112;
const OBJECT: u64 = in_tree(200) + 2 * LEAF * 24;
const RUN: u64 = in_tree(72);
const HEAP: u64 = in_tree(400) + 3 * LEAF * 16;

const _: () = assert!(size_of::<Frame>() <= FRAME && size_of::<Entry>() <= ENTRY && size_of::<Slot>() <= SLOT);
const _: () = assert!(size_of::<Vma>() <= 112 && size_of::<Space>() <= 160 && size_of::<Heap>() <= 400);

impl Footprint {
    /// The parts of a machine that are counted as they grow.
    pub fn arrays(machine: &Machine) -> Footprint {
        let mm = &machine.mm;
        let mut parts = Footprint::default();
        parts[Part::Pages] = contents(mm.ram(), u64::from(mm.ram().stored()));
        parts[Part::FrameTable] = mm.frames().bytes(FRAME);
        if let Some(entries) = mm.reverse_map().entries() {
            parts[Part::ReverseMap] = entries.bytes(ENTRY, POINTER);
        }
        parts[Part::Files] = mm.page_hash().map_or(0, PageHash::bytes);
        let disk = mm.disk();
        parts[Part::Swap] = disk.bytes(SLOT + CONTENTS) + contents(mm.ram(), u64::from(disk.stored()));
        parts
    }

    /// The other parts of a machine.
    pub fn trees(machine: &Machine) -> Footprint {
        let mm = &machine.mm;
        let mut parts = Footprint::default();
        parts[Part::FreeLists] = mm.allocator().bytes().unwrap_or(0) as u64 + mm.runs().len() as u64 * RUN;
        parts[Part::FreeLists] += mm.pool().runs() as u64 * in_tree(8);
        parts[Part::Processes] = mm.spaces().values().map(of_space).sum();
        let link = LINK + if mm.reverse_map().interval_trees().is_some() { INTERVAL } else { 0 };
        let links: usize = mm.anon_vmas().values().map(|anon_vma| anon_vma.vmas.len()).sum();
        parts[Part::Processes] += mm.anon_vmas().len() as u64 * ANON_VMA + links as u64 * link;
        for heap in machine.heaps().values().flat_map(Heaps::values) {
            let items = heap.blocks.len() + heap.held.len() + heap.info.list.len();
            parts[Part::Processes] += HEAP + items as u64 * in_tree(16);
        }
        for object in mm.objects().values() {
            let (pages, stored) = (object.pages.len() as u64, object.stored.len() as u64);
            let bytes = contents(mm.ram(), stored) + (pages + stored) * in_tree(24);
            parts[Part::Files] += OBJECT + object.info.vmas.len() as u64 * link + bytes;
        }
        let items: usize = mm.stable_nodes().values().map(|node| node.items.len()).sum();
        parts[Part::ReverseMap] += mm.stable_nodes().len() as u64 * in_tree(56) + items as u64 * 2 * LINK;
        parts
    }

    /// The number of things that [`trees`](Self::trees) walks.
    pub fn walked(machine: &Machine) -> usize {
        let mm = &machine.mm;
        mm.vma_places().len() + mm.anon_vmas().len() + mm.objects().len() + mm.spaces().len() + machine.heaps().len()
    }

    /// Tells the page tables of a machine from the pages. Walks the descriptors of all frames in use.
    pub fn with_tables(mut self, machine: &Machine) -> Footprint {
        let is_table = |frame: &Frame| matches!(frame.state, FrameUse::Table { .. });
        let tables = machine.mm.frames().used().filter(|(_, frame)| is_table(frame)).count();
        let bytes = contents(machine.mm.ram(), tables as u64).min(self[Part::Pages]);
        self[Part::Pages] -= bytes;
        self[Part::Tables] += bytes;
        self
    }

    /// What a machine keeps that another of its history does not share with it; both are of one configuration. Of the
    /// trees, which share nodes, it is known only how much may have `changed` since: so many events.
    pub fn beyond(machine: &Machine, other: &Machine, changed: u32) -> u64 {
        let (mm, than) = (&machine.mm, &other.mm);
        let entries = match (mm.reverse_map().entries(), than.reverse_map().entries()) {
            (Some(entries), Some(others)) => entries.beyond(others, ENTRY, POINTER),
            _ => 0,
        };
        let lists = mm.allocator().bytes().unwrap_or(0) as u64;
        contents(mm.ram(), mm.ram().beyond(than.ram()))
            + mm.frames().differing(than.frames()).map(|range| (range.len() * FRAME) as u64).sum::<u64>()
            + entries
            + mm.page_hash().zip(than.page_hash()).map_or(0, |(hash, other)| hash.beyond(other))
            + mm.disk().slots().beyond(than.disk().slots(), SLOT)
            + mm.disk().all_contents().beyond(than.disk().all_contents(), CONTENTS)
            + if mm.shares_allocator(than) { 0 } else { lists }
            + u64::from(changed).min(Footprint::walked(machine) as u64) * VMA
    }

    /// All parts together.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The parts, the largest first.
    pub fn largest(&self) -> Vec<(Part, u64)> {
        let mut parts: Vec<_> =
            <Part as strum::VariantArray>::VARIANTS.iter().map(|part| (*part, self[*part])).collect();
        parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        parts
    }
}

fn contents(ram: &Ram, frames: u64) -> u64 {
    frames * (ram.stored_size() as u64 + HEAD + CONTENTS as u64)
}

fn of_space(space: &Space) -> u64 {
    let chain = |vma: &Vma| HEAD + vma.chain.len().max(4) as u64 * 4;
    PROCESS + space.vmas.values().map(|vma| VMA + chain(vma)).sum::<u64>()
}

impl Add for Footprint {
    type Output = Footprint;

    fn add(mut self, other: Footprint) -> Footprint {
        self.0.iter_mut().zip(other.0).for_each(|(bytes, more)| *bytes += more);
        self
    }
}

impl Index<Part> for Footprint {
    type Output = u64;

    fn index(&self, part: Part) -> &u64 {
        &self.0[part as usize]
    }
}

impl IndexMut<Part> for Footprint {
    fn index_mut(&mut self, part: Part) -> &mut u64 {
        &mut self.0[part as usize]
    }
}
