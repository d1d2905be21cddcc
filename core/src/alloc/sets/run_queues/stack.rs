//! One queue: the starts of its runs, the head last, among them stale ones.

/// The run that entered last stands at the head. Invariant: the head is not stale.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    pub starts: Vec<u32>,
    /// Number of starts that are stale.
    pub stale: u32,
}

impl Stack {
    /// Drops stale starts at the head.
    pub fn drop_stale(&mut self, is_live: impl Fn(u32) -> bool) {
        while self.stale > 0 && self.starts.last().is_some_and(|start| !is_live(*start)) {
            self.starts.pop();
            self.stale -= 1;
        }
    }

    /// Drops all stale starts. `keep` is asked from the head on, and says yes to a start the first time only.
    pub fn sweep(&mut self, mut keep: impl FnMut(u32) -> bool) {
        let mut kept: Vec<u32> = self.starts.iter().rev().copied().filter(|start| keep(*start)).collect();
        kept.reverse();
        (self.starts, self.stale) = (kept, 0);
    }
}
