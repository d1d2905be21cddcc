//! Free frames kept back for the next request for a single one: what was freed last is still in the CPU's cache. Blocks
//! and these lists exchange frames in batches. Linux's `per_cpu_pages` of a machine with one CPU.
//!
//! Invariant: a stack has at most `most` frames; its top is the head of the list.

/// Whether blocks are grouped by mobility or not, there is room for both groups.
const GROUPS: usize = 2;

/// A stack that also loses frames at its bottom.
#[derive(Clone, Debug)]
pub struct Stack {
    frames: Vec<u32>,
    /// Below this they are gone: moved up only when as many are, so that losing costs nothing each.
    bottom: usize,
}

impl Stack {
    #[inline]
    pub fn len(&self) -> usize {
        self.frames.len() - self.bottom
    }

    /// From the bottom to the top.
    pub fn as_slice(&self) -> &[u32] {
        &self.frames[self.bottom..]
    }

    #[inline]
    pub fn push(&mut self, pfn: u32) {
        self.frames.push(pfn);
    }

    #[inline]
    pub fn pop(&mut self) -> Option<u32> {
        if self.frames.len() == self.bottom { None } else { self.frames.pop() }
    }

    /// What came first becomes the top.
    pub fn turn_over(&mut self) {
        self.frames[self.bottom..].reverse();
    }

    /// The lowest `n` have gone.
    pub fn lose(&mut self, n: usize) {
        self.bottom += n;
        if self.bottom >= self.len() {
            self.frames.drain(..self.bottom);
            self.bottom = 0;
        }
    }
}

/// A stack for each zone and mobility group.
#[derive(Clone, Debug)]
pub struct PerCpu {
    pub most: u32,
    pub batch: u32,
    stacks: Vec<Stack>,
}

impl PerCpu {
    pub fn new(zones: usize, most: u32, batch: u32) -> PerCpu {
        let room = if most > 0 { 2 * most as usize + 1 } else { 0 };
        let stack = || Stack { frames: Vec::with_capacity(room), bottom: 0 };
        PerCpu { most, batch, stacks: (0..zones * GROUPS).map(|_| stack()).collect() }
    }

    #[inline]
    pub fn stack(&mut self, zone: u8, group: u8) -> &mut Stack {
        &mut self.stacks[usize::from(zone) * GROUPS + usize::from(group)]
    }

    /// Every stack with its zone and group.
    pub fn all(&self) -> impl Iterator<Item = (u8, u8, &[u32])> {
        let place = |n: usize| ((n / GROUPS) as u8, (n % GROUPS) as u8);
        self.stacks.iter().enumerate().map(move |(n, stack)| (place(n).0, place(n).1, stack.as_slice()))
    }

    /// Frames on all of them.
    pub fn frames(&self) -> u32 {
        self.stacks.iter().map(|stack| stack.len() as u32).sum()
    }

    /// Bytes they take.
    pub fn bytes(&self) -> usize {
        self.stacks.iter().map(|stack| stack.frames.capacity() * 4).sum()
    }

    /// The first stack that is not empty.
    pub fn filled(&self) -> Option<(u8, u8)> {
        self.all().find(|(_, _, stack)| !stack.is_empty()).map(|(zone, group, _)| (zone, group))
    }
}
