//! Doubly linked free lists threaded through the frames, as Linux's `free_area[order].free_list`.
//!
//! A run is linked by its first frame only; the links live in arrays beside the frames, not in the frames' bytes, so a
//! free frame's old contents can still be read. The view keeps these for every allocator, whatever that itself
//! keeps, and an allocator writes its free runs out so when it is asked (`FrameAllocator::lists`). Trees, bitmaps and a
//! heap's top have no order of their own: their runs are kept *unordered*, without links, and read in the order of
//! memory.

use crate::chunks::Chunks;
use crate::units::Pfn;
use serde::{Deserialize, Serialize};

const NONE: u32 = u32::MAX;
/// Lists that one zone can have.
pub const LISTS_PER_ZONE: usize = 128;

/// `len` free frames from `start`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct FreeRun {
    pub start: Pfn,
    pub len: u32,
}

/// Which free list: the zone and, within it, the allocator's own number (the buddy's order); see `alloc::describe`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ListId {
    pub zone: u8,
    pub list: u8,
}

/// The free lists of all zones.
#[derive(Clone, PartialEq, Debug)]
pub struct FreeLists {
    lists: Vec<List>,
    nodes: Chunks<Node, 128>,
    /// Whether runs are linked.
    ordered: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct List {
    head: u32,
    runs: u32,
    frames: u32,
}

/// Where no run starts, `len` is 0 and the links are none. Four to a cache line, so a frame and its buddy are one.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Node {
    next: u32,
    prev: u32,
    len: u32,
    /// The list plus 1; 0: none.
    list: u16,
}

const NO_RUN: Node = Node { next: NONE, prev: NONE, len: 0, list: 0 };

#[inline]
fn list_id(slot: usize) -> ListId {
    ListId { zone: (slot / LISTS_PER_ZONE) as u8, list: (slot % LISTS_PER_ZONE) as u8 }
}

#[inline]
fn slot(list: ListId) -> usize {
    usize::from(list.zone) * LISTS_PER_ZONE + usize::from(list.list)
}

#[inline]
fn some(n: u32) -> Option<Pfn> {
    (n != NONE).then_some(Pfn(n))
}

impl FreeLists {
    /// Empty lists for `frames` frames in `zones` zones.
    pub fn new(frames: u32, zones: u8) -> FreeLists {
        let empty = List { head: NONE, runs: 0, frames: 0 };
        FreeLists {
            lists: vec![empty; usize::from(zones) * LISTS_PER_ZONE],
            nodes: Chunks::new(frames as usize, &NO_RUN),
            ordered: true,
        }
    }

    /// Empty lists for runs that have no order but that of memory, in `frames` frames and `zones` zones.
    pub fn unordered(frames: u32, zones: u8) -> FreeLists {
        FreeLists { ordered: false, ..FreeLists::new(frames, zones) }
    }

    /// Whether the runs of a list have an order of their own.
    pub fn ordered(&self) -> bool {
        self.ordered
    }

    /// Links a run after `prev`, or at the head.
    #[inline]
    pub fn link(&mut self, run: FreeRun, id: ListId, prev: Option<Pfn>) {
        let at = run.start.0;
        let list = &mut self.lists[slot(id)];
        if !self.ordered {
            list.runs += 1;
            list.frames += run.len;
            self.nodes[at as usize] = Node { len: run.len, list: slot(id) as u16 + 1, ..NO_RUN };
            return;
        }
        let (before, next) = match prev {
            Some(p) => (p.0, self.nodes[p.index()].next),
            None => (NONE, list.head),
        };
        list.runs += 1;
        list.frames += run.len;
        match before {
            NONE => list.head = at,
            p => self.nodes[p as usize].next = at,
        }
        if next != NONE {
            self.nodes[next as usize].prev = at;
        }
        self.nodes[at as usize] = Node { next, prev: before, len: run.len, list: slot(id) as u16 + 1 };
    }

    /// Unlinks the run that starts at `start`; returns the run before it in the list, which undoes the unlinking.
    #[inline]
    pub fn unlink(&mut self, start: Pfn, id: ListId) -> Option<Pfn> {
        let node = self.nodes[start.index()];
        let list = &mut self.lists[slot(id)];
        list.runs -= 1;
        list.frames -= node.len;
        if self.ordered {
            match node.prev {
                NONE => list.head = node.next,
                p => self.nodes[p as usize].next = node.next,
            }
            if node.next != NONE {
                self.nodes[node.next as usize].prev = node.prev;
            }
        }
        self.nodes[start.index()] = NO_RUN;
        some(node.prev)
    }

    /// Number of runs in a list.
    pub fn runs(&self, id: ListId) -> u32 {
        self.lists[slot(id)].runs
    }

    /// Number of frames in a list.
    #[inline]
    pub fn frames(&self, id: ListId) -> u32 {
        self.lists[slot(id)].frames
    }

    /// Number of frames in all lists.
    pub fn total_frames(&self) -> u32 {
        self.lists.iter().map(|l| l.frames).sum()
    }

    /// The list of the run that starts at `start`; `None` if no run starts there.
    #[inline]
    pub fn list_at(&self, start: Pfn) -> Option<ListId> {
        let node = self.nodes.get(start.index())?;
        (node.list > 0).then(|| list_id(usize::from(node.list - 1)))
    }

    /// The length of the run that starts at `start` and its list; `None` if no run starts there.
    #[inline]
    pub fn run_at(&self, start: Pfn) -> Option<(u32, ListId)> {
        self.list_at(start).map(|list| (self.nodes[start.index()].len, list))
    }

    /// The runs of a list, head first; in the order of memory where they have no other.
    pub fn list(&self, id: ListId) -> impl Iterator<Item = FreeRun> + '_ {
        let runs = self.runs(id) as usize;
        let linked = if self.ordered { runs } else { 0 };
        let in_memory = if self.ordered { 0 } else { runs };
        let unlinked = self.all_runs().filter(move |(_, list)| *list == id).map(|(run, _)| run);
        self.linked(id).take(linked).chain(unlinked.take(in_memory))
    }

    fn linked(&self, id: ListId) -> impl Iterator<Item = FreeRun> + '_ {
        let head = some(self.lists[slot(id)].head);
        let starts = std::iter::successors(head, |at| some(self.nodes[at.index()].next));
        starts.map(|start| FreeRun { start, len: self.nodes[start.index()].len })
    }

    /// Every list that is not empty.
    pub fn nonempty(&self) -> impl Iterator<Item = ListId> + '_ {
        self.lists.iter().enumerate().filter(|(_, l)| l.runs > 0).map(|(i, _)| list_id(i))
    }

    /// Every run, in the order of memory. Costs nothing where no run starts or ever did.
    pub fn all_runs(&self) -> impl Iterator<Item = (FreeRun, ListId)> + '_ {
        let runs = self.nodes.written_elements().filter(|(_, node)| node.list > 0);
        runs.map(|(n, node)| (FreeRun { start: Pfn(n as u32), len: node.len }, list_id(usize::from(node.list - 1))))
    }
}
