//! The translation of an address: the tables on its way, the TLB, and the access that is under way.

use super::FieldDto;
use pageturner::hw::tlb::TlbReplacement;
use serde::Serialize;
use tsify::Tsify;

names! {
    /// What an entry of a table leads to. `Page`: a frame; `Large`: the first frame of a large page, which an entry
    /// above the PTEs maps itself.
    enum EntryLeads { Nothing, Table, Page, Large, Slot }
}

dto! {
    /// One entry of a table. `at` is the number of the frame or slot it leads to, `set` the names of its bits that are
    /// set.
    struct WalkRowDto { index: u16, leads: EntryLeads, at: Option<u32>, raw: String, set: Vec<&'static str> }

    /// A table on the way to a page: some rows around the entry used, and how many entries before and after them are
    /// not empty. Where no table is reached, `table` is `None`, and there are no rows.
    struct WalkTableDto {
        level: &'static str,
        table: Option<u32>,
        index: u16,
        /// Entries that the table has.
        entries: u16,
        rows: Vec<WalkRowDto>,
        used_before: u16,
        used_after: u16,
    }

    /// A translation kept by the TLB: entry `index`, which is a way of `set`.
    struct TlbEntryDto {
        index: u16,
        set: u16,
        pid: u32,
        vpn: u64,
        addr: String,
        /// Pages that it covers: 1, or those of a large page.
        pages: u32,
        pfn: u32,
        writable: bool,
        dirty: bool,
    }

    /// An entry of the TLB that has become another: filled, renewed, or, without `after`, flushed.
    struct TlbChangeDto { index: u16, before: Option<TlbEntryDto>, after: Option<TlbEntryDto> }

    /// The TLB: `entries` are those in use, first in the sets that a page is looked for in, then in others.
    struct TlbDto {
        size: u16,
        ways: u16,
        /// Which entry of a set goes for a new one.
        replacement: TlbReplacement,
        /// Entries are tagged with their process; else they go when another one runs.
        asid: bool,
        used: u16,
        /// The sets in which the page is looked for: of small pages, and, while there are such entries, of large ones.
        sets: Vec<u16>,
        /// The entry that covers the page.
        holds: Option<u16>,
        entries: Vec<TlbEntryDto>,
        /// Those of `used` that are not among `entries`.
        more: u16,
    }

    /// How the MMU gets from a page's address to what holds its bytes. `address`: cut into the index of each table.
    struct TranslationDto {
        pid: u32,
        vpn: u64,
        addr: String,
        address: Vec<FieldDto>,
        /// A table for each level, root first; after the last that is reached come those that do not exist.
        tables: Vec<WalkTableDto>,
    }

    /// The last access of the step at the cursor, as far as it has come there.
    struct AccessDto {
        pid: u32,
        vpn: u64,
        addr: String,
        write: bool,
        /// The TLB answered: no table is read.
        hit: bool,
        /// The tables of which the MMU has read an entry since it last began at the root, in this order.
        reads: Vec<u32>,
        /// The last event is such a read.
        reading: bool,
        /// Page faults on the way.
        faults: u32,
        /// The translation is found.
        done: bool,
        /// The access ended the process, by this signal.
        signal: Option<String>,
    }
}
