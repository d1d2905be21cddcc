//! What a policy asks of memory while it looks for a victim.

use crate::units::{Pfn, Pid, Vpn};

/// A PTE that a scan of a process's tables has read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scanned {
    pub vpn: Vpn,
    /// The frame that it maps.
    pub pfn: Pfn,
    /// Whether its accessed bit was set; it is cleared.
    pub used: bool,
}

/// Memory, as a policy sees it. What reads or writes PTEs is an event each, as all else that costs time.
pub trait Memory {
    /// Whether the page may be evicted now.
    fn may_go(&mut self, pfn: Pfn) -> bool;
    /// Whether the page was used since its accessed bits were last cleared; they are cleared.
    fn was_used(&mut self, pfn: Pfn) -> bool;
    /// The same, and they stay as they are.
    fn is_used(&mut self, pfn: Pfn) -> bool;
    /// Whether the page would have to be written if it went.
    fn is_dirty(&mut self, pfn: Pfn) -> bool;
    /// Writes a dirty page of a file to it; nothing else.
    fn write(&mut self, pfn: Pfn);
    /// Number of PTEs that map the page.
    fn mapcount(&mut self, pfn: Pfn) -> u32;
    /// The living processes, with the number of their pages in memory.
    fn tasks(&mut self) -> Vec<(Pid, u64)>;
    /// The next PTE of a process, from page `from` on, that maps a page which is ranked.
    fn next_pte(&mut self, pid: Pid, from: Vpn) -> Option<Scanned>;
    /// Takes a page from one process: its PTE then says where the page can be found. Its frame is not freed, even if
    /// nobody maps it any more.
    fn unmap(&mut self, pid: Pid, vpn: Vpn);
    /// Walks the tables of all processes; the pages whose accessed bits were set, which are cleared.
    fn walk(&mut self) -> Vec<Pfn>;
    /// The same for the PTEs beside those that map the page, up to 64 in the same table.
    fn used_beside(&mut self, pfn: Pfn) -> Vec<Pfn>;
}
