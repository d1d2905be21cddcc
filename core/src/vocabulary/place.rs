//! Where an entry of a page table is: plain data for all code that reads and writes entries.

use crate::units::{Pfn, Pid, Vpn};

/// The place of a PTE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PtePlace {
    pub pid: Pid,
    pub table: Pfn,
    pub index: u16,
    pub level: u8,
    /// First page the entry covers.
    pub vpn: Vpn,
}
