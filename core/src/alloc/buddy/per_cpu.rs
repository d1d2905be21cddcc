//! Free blocks kept back for the next request of their order: what was freed last is still in the CPU's cache. The
//! store and these lists exchange blocks in batches. Linux's `per_cpu_pages` of a machine with one CPU, which since
//! 5.13 has lists of orders 0 to 3 and 9.
//!
//! ```text
//! order 0 | 7 3 9 1 . . . . |     top to the right: freed last, given next. A push and a pop are a comparison and
//! order 1 | 4 6 . . |             a move; neither bits nor links are touched, nothing merges, nothing splits.
//! order 2 | 8 . |                 Each list holds as many frames, so half as many blocks as the one above.
//!           ^ a full list gives a batch from its bottom back to the store
//! ```
//! The lists of the highest zone stand apart, as an array: nearly all requests are served from it (`Buddy::pop`).

/// Number of orders that may have a list: all.
const ORDERS: usize = 11;
/// Number of mobility groups. There is room for both, whether blocks are grouped or not.
const GROUPS: usize = 2;

/// The free blocks of one order, by their first frames; a stack that also loses blocks at its bottom.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    blocks: Box<[u32]>,
    len: usize,
}

impl Stack {
    /// Number of blocks on the stack.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The blocks from the bottom to the top.
    pub fn as_slice(&self) -> &[u32] {
        &self.blocks[..self.len]
    }

    /// Whether it has room for any block: `false` if this order has no list.
    #[inline]
    pub fn is_used(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Pushes a block. `false`: the stack is full. The one comparison is also that of the array's bound.
    #[inline]
    pub fn push(&mut self, block: u32) -> bool {
        let Some(slot) = self.blocks.get_mut(self.len) else { return false };
        *slot = block;
        self.len += 1;
        true
    }

    /// Takes the block put there last: its first frame.
    #[inline]
    pub fn pop(&mut self) -> Option<u32> {
        let top = self.len.wrapping_sub(1);
        let block = *self.blocks.get(top)?;
        self.len = top;
        Some(block)
    }

    /// Pushes the blocks of an order that a run of frames consists of, as many as there is room for; returns how many.
    pub fn push_run(&mut self, start: u32, len: u32, order: u8) -> u32 {
        let count = len >> order;
        let (from, to) = (self.len, self.len + count as usize);
        self.blocks[from..to].iter_mut().zip(0..).for_each(|(slot, n)| *slot = start + (n << order));
        self.len = to;
        count
    }

    /// Reverses the stack: the block pushed first becomes the top.
    pub fn turn_over(&mut self) {
        self.blocks[..self.len].reverse();
    }

    /// Drops the lowest `n` blocks, which have been given back.
    pub fn lose(&mut self, n: usize) {
        self.blocks.copy_within(n..self.len, 0);
        self.len -= n;
    }
}

type Stacks = [Stack; ORDERS];

/// Place of a list: its zone, group and order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub zone: u8,
    pub group: u8,
    pub order: u8,
}

/// A stack for each zone, mobility group and order.
#[derive(Clone, Debug)]
pub struct PerCpu {
    /// Stacks of the highest zone's first group.
    pub front: Stacks,
    /// Stacks of the highest zone's second group, then of the zones below.
    others: Vec<Stacks>,
    zones: u8,
    most: u32,
    batch: u32,
}

impl PerCpu {
    /// Lists of at most `most` frames each, of the orders up to `top`.
    pub fn new(zones: u8, most: u32, batch: u32, top: u8) -> PerCpu {
        let room = |order: usize| if order <= usize::from(top) { most as usize >> order } else { 0 };
        let stacks = || std::array::from_fn(|order| Stack { blocks: vec![0; room(order)].into(), len: 0 });
        let others = if most > 0 { usize::from(zones) * GROUPS - 1 } else { 0 };
        PerCpu { front: stacks(), others: (0..others).map(|_| stacks()).collect(), zones, most, batch }
    }

    /// Whether any order has a list.
    #[inline]
    pub fn is_used(&self) -> bool {
        self.most > 0
    }

    /// Number of blocks of an order that are exchanged at once.
    pub fn batch(&self, order: u8) -> u32 {
        (self.batch >> order).max(1)
    }

    /// The stack of one zone, group and order.
    pub fn stack(&mut self, place: Place) -> &mut Stack {
        let Place { zone, group, order } = place;
        let stacks = match usize::from(self.zones - 1 - zone) * GROUPS + usize::from(group) {
            0 => &mut self.front,
            n => &mut self.others[n - 1],
        };
        &mut stacks[usize::from(order)]
    }

    /// Whether the blocks of an order are kept back.
    #[inline]
    pub fn keeps(&self, order: u8) -> bool {
        self.front[usize::from(order)].is_used()
    }

    /// Every list that is not empty, the lowest zone's first.
    pub fn all(&self) -> impl Iterator<Item = (Place, &[u32])> {
        let groups = self.others.len().div_ceil(GROUPS) * GROUPS;
        let places = (0..self.zones).flat_map(|zone| (0..GROUPS as u8).map(move |group| (zone, group)));
        places.take(groups).flat_map(move |(zone, group)| {
            let stacks = match usize::from(self.zones - 1 - zone) * GROUPS + usize::from(group) {
                0 => &self.front,
                n => &self.others[n - 1],
            };
            let place = move |order| Place { zone, group, order };
            (0..).zip(stacks).filter(|(_, stack)| stack.len > 0).map(move |(o, stack)| (place(o), stack.as_slice()))
        })
    }

    /// Number of frames in all lists.
    pub fn frames(&self) -> u32 {
        self.all().map(|(place, blocks)| (blocks.len() as u32) << place.order).sum()
    }

    /// The first list that is not empty; `None` if all are empty.
    pub fn filled(&self) -> Option<Place> {
        self.all().next().map(|(place, _)| place)
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        let stacks = std::iter::once(&self.front).chain(&self.others).flatten();
        stacks.map(|stack| size_of::<Stack>() + stack.blocks.len() * 4).sum()
    }
}
