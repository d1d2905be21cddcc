//! The blocks of each order that were freed last. An entry may be out of date: the caller checks whether the block is
//! still free.

/// Blocks of an order that are remembered; older ones are forgotten.
const MOST: usize = 16;
const ORDERS: usize = 11;

/// A ring for each order, read newest first.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    starts: [[u32; MOST]; ORDERS],
    next: [u8; ORDERS],
    count: [u8; ORDERS],
}

impl Recent {
    /// Remembers the first frame of a block that was freed; the oldest of its order is forgotten.
    #[inline]
    pub fn push(&mut self, order: u8, start: u32) {
        let order = usize::from(order);
        let next = &mut self.next[order];
        self.starts[order][usize::from(*next) % MOST] = start;
        *next = (*next + 1) % MOST as u8;
        self.count[order] = (self.count[order] + 1).min(MOST as u8);
    }

    /// The block of this order remembered last, which may have been taken since.
    #[inline]
    pub fn pop(&mut self, order: u8) -> Option<u32> {
        let order = usize::from(order);
        self.count[order] = self.count[order].checked_sub(1)?;
        let next = &mut self.next[order];
        *next = (*next + MOST as u8 - 1) % MOST as u8;
        Some(self.starts[order][usize::from(*next) % MOST])
    }
}
