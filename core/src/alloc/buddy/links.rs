//! The free blocks of all zones on doubly linked lists, one for each order and mobility group of a zone, the block
//! freed last at the head. Linux's `free_area[order].free_list`.
//!
//! ```text
//! frames | 0   1 | 2   3 | 4   5 | 6   7 |     Of two buddies at most one is a free block by itself: else they are one
//! kinds  |   -   | 3: o0 | 4: o1 |   -   |     larger block. So a pair of frames shares a node, of 8 bytes and one:
//! links  |       | -> 12 | -> 20 |       |     what has no block is known without reading the links.
//! ```
//! Where an odd frame begins a zone, or frames are no larger blocks, a frame is alone in its node. Invariant: a node's
//! kind names the list that its block is on, and 0 if there is none.

use super::list_of;
use super::zone::ZoneMarks;
use crate::units::Pfn;
use crate::vocabulary::free_lists::ListId;

const NONE: u32 = u32::MAX;
/// Lists of a zone: 16 orders of each group.
const LISTS: usize = 32;
/// In a kind: the bit that says that the block is the pair's upper frame. The bits below it: the list's number plus 1.
const UPPER: u8 = 0x80;

/// The neighbours of a block in its list.
#[derive(Clone, Copy, Debug)]
struct Node {
    next: u32,
    prev: u32,
}

#[derive(Clone, Debug)]
struct List {
    head: u32,
    tail: u32,
}

/// The lists of all zones.
#[derive(Clone, Debug)]
pub struct Links {
    kinds: Vec<u8>,
    nodes: Vec<Node>,
    lists: Vec<List>,
    /// For each zone, a bit for every list that is not empty.
    filled: Vec<u32>,
    /// 1 where pairs share a node, 0 where they do not.
    shift: u32,
}

impl Links {
    /// Empty lists for a machine of `frames` frames.
    pub fn new(frames: u32, zones: &[ZoneMarks], max_order: u8) -> Links {
        let pairs = max_order > 0 && zones.iter().all(|zone| zone.start.is_multiple_of(2));
        let shift = u32::from(pairs);
        let nodes = (frames.div_ceil(1 << shift)) as usize;
        Links {
            kinds: vec![0; nodes],
            nodes: vec![Node { next: NONE, prev: NONE }; nodes],
            lists: vec![List { head: NONE, tail: NONE }; zones.len() * LISTS],
            filled: vec![0; zones.len()],
            shift,
        }
    }

    #[inline]
    fn node(&mut self, start: u32) -> &mut Node {
        &mut self.nodes[(start >> self.shift) as usize]
    }

    #[inline]
    fn kind(&self, start: u32, list: u8) -> u8 {
        let upper = if start & self.shift == 0 { 0 } else { UPPER };
        (list + 1) | upper
    }

    #[inline]
    fn ends(&mut self, id: ListId) -> &mut List {
        &mut self.lists[usize::from(id.zone) * LISTS + usize::from(id.list)]
    }

    /// The lists of a zone that are not empty, as bits.
    #[inline]
    pub fn filled(&self, zone: u8) -> u32 {
        self.filled[usize::from(zone)]
    }

    /// Links a block after `prev`, or at the head.
    #[inline]
    pub fn link(&mut self, start: u32, id: ListId, prev: Option<u32>) {
        self.filled[usize::from(id.zone)] |= 1 << id.list;
        self.kinds[(start >> self.shift) as usize] = self.kind(start, id.list);
        let next = match prev {
            Some(prev) => std::mem::replace(&mut self.node(prev).next, start),
            None => std::mem::replace(&mut self.ends(id).head, start),
        };
        match next {
            NONE => self.ends(id).tail = start,
            next => self.node(next).prev = start,
        }
        *self.node(start) = Node { next, prev: prev.unwrap_or(NONE) };
    }

    /// Unlinks the first block of a list.
    #[inline]
    pub fn pop(&mut self, id: ListId) -> Option<u32> {
        let start = self.ends(id).head;
        if start == NONE {
            return None;
        }
        self.kinds[(start >> self.shift) as usize] = 0;
        let next = self.node(start).next;
        self.ends(id).head = next;
        match next {
            NONE => {
                self.ends(id).tail = NONE;
                self.filled[usize::from(id.zone)] &= !(1 << id.list);
            }
            next => self.node(next).prev = NONE,
        }
        Some(start)
    }

    /// The smallest order of a group, from `order` up, that has a block.
    #[inline]
    pub fn smallest(&self, zone: u8, order: u8, group: u8) -> Option<u8> {
        let orders = (self.filled(zone) >> list_of(0, group)) as u16 >> order;
        (orders != 0).then(|| order + orders.trailing_zeros() as u8)
    }

    /// Takes up to `most` frames, a multiple of the order's, of the block that a request would be served from: its
    /// first. The outcome is that of one request after another: no smaller blocks exist, so these get what the block
    /// gives, in order.
    pub fn take_run(&mut self, zone: u8, order: u8, group: u8, most: u32) -> Option<((u32, u8), u32)> {
        let found = self.smallest(zone, order, group)?;
        let start = self.pop(ListId { zone, list: list_of(found, group) })?;
        let len = most.min(1 << found);
        let (mut at, end) = (start + len, start + (1 << found));
        while at < end {
            let order = at.trailing_zeros() as u8;
            self.link(at, ListId { zone, list: list_of(order, group) }, None);
            at += 1 << order;
        }
        Some(((start, found), len))
    }

    /// Unlinks a block; returns the one before it in the list, which undoes the unlinking.
    #[inline]
    pub fn unlink(&mut self, start: u32, id: ListId) -> Option<u32> {
        let Node { next, prev } = *self.node(start);
        if prev == NONE {
            self.pop(id);
            return None;
        }
        self.kinds[(start >> self.shift) as usize] = 0;
        self.node(prev).next = next;
        match next {
            NONE => self.ends(id).tail = prev,
            next => self.node(next).prev = prev,
        }
        Some(prev)
    }

    /// The last block of a list; `None` if it is empty.
    pub fn tail(&self, id: ListId) -> Option<u32> {
        let tail = self.lists[usize::from(id.zone) * LISTS + usize::from(id.list)].tail;
        (tail != NONE).then_some(tail)
    }

    /// Whether a block of this list starts at a frame of its zone.
    #[inline]
    pub fn is_on(&self, start: u32, list: u8) -> bool {
        self.kinds.get((start >> self.shift) as usize).is_some_and(|kind| *kind == self.kind(start, list))
    }

    /// The list of the block that starts at a frame; `None` if none does.
    #[inline]
    pub fn list_at(&self, start: u32) -> Option<u8> {
        let list = (*self.kinds.get((start >> self.shift) as usize)? & !UPPER).checked_sub(1)?;
        self.is_on(start, list).then_some(list)
    }

    /// The blocks of a list, head first.
    pub fn blocks(&self, id: ListId) -> impl Iterator<Item = Pfn> + '_ {
        let head = self.lists[usize::from(id.zone) * LISTS + usize::from(id.list)].head;
        let some = |at: u32| (at != NONE).then_some(at);
        let next = move |at: &u32| some(self.nodes[(at >> self.shift) as usize].next);
        std::iter::successors(some(head), next).map(Pfn)
    }

    /// Every list that is not empty.
    pub fn filled_lists(&self) -> impl Iterator<Item = ListId> + '_ {
        let lists = |(zone, filled): (u8, u32)| {
            (0..LISTS as u8).filter(move |list| filled >> list & 1 == 1).map(move |list| ListId { zone, list })
        };
        (0..).zip(self.filled.iter().copied()).flat_map(lists)
    }

    /// Whether kinds, links in both directions and what is filled agree.
    pub fn is_sound(&self) -> bool {
        let mut linked = 0;
        let sound = (0..self.filled.len() * LISTS).all(|at| {
            let id = ListId { zone: (at / LISTS) as u8, list: (at % LISTS) as u8 };
            let mut prev = None;
            let chained = self.blocks(id).all(|block| {
                let before = prev.replace(block.0);
                linked += 1;
                self.is_on(block.0, id.list)
                    && self.nodes[(block.0 >> self.shift) as usize].prev == before.unwrap_or(NONE)
            });
            chained && prev == self.tail(id) && prev.is_some() == (self.filled(id.zone) >> id.list & 1 == 1)
        });
        sound && linked == self.kinds.iter().filter(|kind| **kind > 0).count()
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.kinds.len() + size_of_val(&self.nodes[..]) + size_of_val(&self.lists[..])
    }
}
