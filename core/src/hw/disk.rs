//! The swap disk: slots of one page, their contents and how many PTEs refer to each.
//!
//! Linux's counterparts: `swap_map` (a count per slot) and the swap cache (a frame that has a slot, too).
//! Invariant: a slot is free exactly when nothing refers to it and no frame caches it.

use super::ram::Contents;
use crate::chunks::Chunks;
use crate::units::{Pfn, SwapSlot};
use serde::{Deserialize, Serialize};

/// The state of a slot, without its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Slot {
    /// PTEs (and pages of shared objects) that hold this slot's number.
    pub count: u32,
    /// The frame in the swap cache that holds the same bytes; `None` if there is none.
    pub cached: Option<Pfn>,
}

impl Slot {
    /// Whether the slot may be given out.
    pub fn is_free(&self) -> bool {
        self.count == 0 && self.cached.is_none()
    }
}

/// The states of all slots.
pub type Slots = Chunks<Slot, 128>;
/// The bytes of all slots.
pub type SlotContents = Chunks<Contents, 128>;

/// The swap disk: the state and contents of all slots.
#[derive(Clone, Debug)]
pub struct Disk {
    slots: Slots,
    contents: SlotContents,
    /// Where the next search begins: slots written one after another lie one after another.
    hint: u32,
    used: u32,
    /// Number of slots whose contents are not all zero by being unwritten.
    stored: u32,
}

impl Disk {
    /// An empty disk.
    pub fn new(slots: u32) -> Disk {
        let n = slots as usize;
        Disk { slots: Chunks::new(n, &Slot::default()), contents: Chunks::new(n, &None), hint: 0, used: 0, stored: 0 }
    }

    /// Number of slots.
    pub fn len(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Whether the machine has no swap.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Number of slots in use.
    pub fn used(&self) -> u32 {
        self.used
    }

    /// Number of slots whose bytes are stored.
    pub fn stored(&self) -> u32 {
        self.stored
    }

    /// Bytes that the slots take beside their contents, by the size of a slot with its pointer.
    pub fn bytes(&self, each: usize) -> u64 {
        self.slots.bytes(each)
    }

    /// The states of all slots, for the view.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// The contents of all slots, for the view. `None` is all zero.
    pub fn all_contents(&self) -> &SlotContents {
        &self.contents
    }

    /// A slot's state.
    pub fn slot(&self, slot: SwapSlot) -> Slot {
        self.slots[slot.index()]
    }

    /// Changes a slot's state; returns the old.
    pub fn set(&mut self, slot: SwapSlot, state: Slot) -> Slot {
        let before = std::mem::replace(&mut self.slots[slot.index()], state);
        match (before.is_free(), state.is_free()) {
            (true, false) => self.used += 1,
            (false, true) => self.used -= 1,
            _ => {}
        }
        before
    }

    /// A slot's bytes; `None` is all zero.
    pub fn contents(&self, slot: SwapSlot) -> &Contents {
        &self.contents[slot.index()]
    }

    /// Replaces a slot's bytes; returns the old. `None` is all zero.
    pub fn write(&mut self, slot: SwapSlot, contents: Contents) -> Contents {
        self.stored += u32::from(contents.is_some());
        let before = std::mem::replace(&mut self.contents[slot.index()], contents);
        self.stored -= u32::from(before.is_some());
        before
    }

    /// The next free slot, searching from where the last search ended. `None` when the disk is full.
    pub fn find_free(&mut self) -> Option<SwapSlot> {
        if self.used == self.len() {
            return None;
        }
        let hint = self.hint as usize;
        let found = (hint..self.slots.len()).chain(0..hint).find(|n| self.slots[*n].is_free())? as u32;
        self.hint = (found + 1) % self.len();
        Some(SwapSlot(found))
    }
}
