//! What the reverse map of a machine costs in memory, and which of its entries are wrong: read off the view.
//!
//! Sizes are those of the real structures on a 64-bit machine. What every scheme needs alike is not counted: `mapping`,
//! `index` and `_mapcount` in each frame's descriptor, the stable nodes of merged pages, and the anon_vmas of schemes
//! that keep them for merging only.

use crate::config::{AnonKind, RmapKind};
use crate::lab::time::view::View;
use crate::mm::rmap::vma_offset::offset_in;
use crate::units::{Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::entry::Entry;
use serde::Serialize;

/// Bytes of a pointer or a machine word.
const WORD: u64 = 8;
/// Bytes of `struct anon_vma` of Linux 2.6.7 (a lock and a list head) and of 6.18.
const ANON_VMA_2004: u64 = 24;
const ANON_VMA: u64 = 96;
/// Bytes of `struct anon_vma_chain`: two pointers and two list nodes in 2010; a list node and a tree node in 6.18.
const ANON_VMA_CHAIN_2010: u64 = 48;
const ANON_VMA_CHAIN: u64 = 64;
/// Bytes of a list node, and of a tree node with the greatest end below it, inside a VMA.
const LIST_NODE: u64 = 16;
const TREE_NODE: u64 = 32;

/// One kind of structure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Metadata {
    pub what: &'static str,
    pub count: u64,
    /// Bytes of one.
    pub each: u64,
}

impl Metadata {
    /// Bytes of all of them together.
    pub fn bytes(&self) -> u64 {
        self.count * self.each
    }
}

/// The structures that the machine's scheme keeps now.
pub fn metadata(view: &View) -> Vec<Metadata> {
    let frames = u64::from(view.frames.studied());
    let item = |what, count, each| Metadata { what, count, each };
    match view.config.rmap {
        RmapKind::None => Vec::new(),
        RmapKind::VmaOffset => vec![item("pairs, one in each frame", frames, 2 * WORD)],
        RmapKind::PteChain => {
            let per_link = usize::from(view.config.chain_pointers);
            let links = |entry: &Entry| match entry {
                Entry::Chain(pointers) => pointers.len().div_ceil(per_link) as u64,
                Entry::None | Entry::Offset { .. } | Entry::Shared | Entry::Direct(_) => 0,
            };
            let links = view.entries.iter().map(|(_, entry)| links(entry)).sum();
            let each = (u64::from(view.config.chain_pointers) + 1) * WORD;
            vec![item("pointers, one in each frame", frames, WORD), item("links of chains", links, each)]
        }
        RmapKind::ObjectList => of_objects(view, LIST_NODE),
        RmapKind::Object => of_objects(view, TREE_NODE),
    }
}

fn of_objects(view: &View, node: u64) -> Vec<Metadata> {
    let item = |what, count, each| Metadata { what, count, each };
    let anon_vmas = view.anon_vmas.len() as u64;
    let links = view.anon_vmas.values().map(|anon_vma| anon_vma.vmas.len() as u64).sum();
    let mappers = view.objects.values().map(|object| object.info.vmas.len() as u64).sum();
    let mut items = match view.config.anon {
        AnonKind::AnonVma => {
            vec![item("anon_vmas", anon_vmas, ANON_VMA_2004), item("VMAs in them", links, node + WORD)]
        }
        AnonKind::AnonVmaChain => {
            let each = if node == LIST_NODE { ANON_VMA_CHAIN_2010 } else { ANON_VMA_CHAIN };
            vec![item("anon_vmas", anon_vmas, ANON_VMA), item("anon_vma_chains", links, each)]
        }
    };
    items.push(item("VMAs in files and shared memory", mappers, node));
    items
}

/// An entry of `vma_offset` that does not lead to the PTE that maps its frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Stale {
    pub pfn: Pfn,
    /// Where the frame is mapped.
    pub pid: Pid,
    pub vpn: Vpn,
    /// What the entry says, and what would be right; offsets in pages.
    pub stored: (VmaId, u64),
    pub right: (VmaId, u64),
}

/// The consistency check of 1998 over the whole machine: every present PTE against the entry of its frame.
pub fn stale(view: &View) -> Vec<Stale> {
    let mut wrong = Vec::new();
    for pid in view.spaces.keys() {
        view.each_pte(*pid, &mut |mapping| {
            let pfn = view.decode(&mapping).pfn();
            wrong.extend(pfn.and_then(|pfn| stale_at(view, pfn, *pid, mapping.vpn)));
        });
    }
    wrong
}

/// The consistency check for one PTE, which maps `pfn`; `None` if its entry is right.
pub fn stale_at(view: &View, pfn: Pfn, pid: Pid, vpn: Vpn) -> Option<Stale> {
    let Entry::Offset { vma, offset } = *view.entries.get(pfn) else { return None };
    let there = view.vma(pid, vpn)?;
    let (stored, right) = ((vma, offset), (there.id, offset_in(view.config.offset_from, there, vpn)));
    (stored != right).then_some(Stale { pfn, pid, vpn, stored, right })
}
