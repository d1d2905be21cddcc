//! Free frames kept back for the next request for a single one: what was freed last is still in the CPU's cache. Blocks
//! and these lists exchange frames in batches. Linux's `per_cpu_pages` of a machine with one CPU.
//!
//! Invariant: a stack has at most `most` frames; its top is the head of the list.

/// Whether blocks are grouped by mobility or not, there is room for both groups.
const GROUPS: usize = 2;

/// A stack for each zone and mobility group.
#[derive(Clone, Debug)]
pub struct PerCpu {
    pub most: u32,
    pub batch: u32,
    stacks: Vec<Vec<u32>>,
}

impl PerCpu {
    pub fn new(zones: usize, most: u32, batch: u32) -> PerCpu {
        let stack = || Vec::with_capacity(if most > 0 { most as usize + 1 } else { 0 });
        PerCpu { most, batch, stacks: (0..zones * GROUPS).map(|_| stack()).collect() }
    }

    #[inline]
    pub fn stack(&mut self, zone: u8, group: u8) -> &mut Vec<u32> {
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
        self.stacks.iter().map(|stack| stack.capacity() * 4).sum()
    }

    /// The first stack that is not empty.
    pub fn filled(&self) -> Option<(u8, u8)> {
        self.all().find(|(_, _, stack)| !stack.is_empty()).map(|(zone, group, _)| (zone, group))
    }
}
