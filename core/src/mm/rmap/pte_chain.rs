//! PTE chains, as Linux 2.5 had them: every frame leads to all its PTEs by pointers.
//!
//! ```text
//! one mapping     frame -> PTE
//! more            frame -> |next|PTE|   |   | -> |next|PTE|PTE|PTE| -> |  0 |PTE|PTE|PTE|
//!                           newest, filled last                         oldest
//! ```
//! A link is one cache line: the next link and 1, 7, 15 or 31 pointers. Finding is as cheap as can be; the price is
//! paid at every fault, fork and unmapping, and in memory. A pointer leads to the process and the page because a
//! table's descriptor says whose it is and which page its first entry maps.
//! Sources: van Riel 2001 (pte_chain), Morton and McCracken 2002 (arrays in cache lines, direct pointers).

use super::{Rmap, set_entry, visit_pte};
use crate::config::Config;
use crate::mm::base::tables::Tables;
use crate::units::{Pfn, VmaId};
use crate::vocabulary::entry::{Entries, Entry, PtePointer};
use crate::vocabulary::event::Event;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use std::rc::Rc;

/// The scheme `pte_chain`.
#[derive(Clone, Debug)]
pub struct PteChain {
    entries: Entries,
    /// Pointers per link.
    pointers: usize,
}

impl PteChain {
    /// A reverse map without chains.
    pub fn new(config: &Config) -> PteChain {
        PteChain { entries: Entries::new(config), pointers: usize::from(config.chain_pointers) }
    }

    /// The chains of all frames.
    #[inline]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// A search of a chain of `len` from the newest pointer reaches pointer `n`: if it is the first of its link, the
    /// read is emitted.
    fn visit_link(&self, pfn: Pfn, n: usize, len: usize, t: &mut impl Trace) {
        if n + 1 == len || (n + 1).is_multiple_of(self.pointers) {
            t.emit(|| Event::VisitLink { pfn, link: (n / self.pointers) as u32 });
        }
    }
}

impl Rmap for PteChain {
    fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let mut found = Vec::new();
        match self.entries.get(pfn) {
            Entry::Direct(pointer) => visit(tables, pfn, *pointer, &mut found, t),
            Entry::Chain(pointers) => {
                for (n, pointer) in pointers.iter().enumerate().rev() {
                    self.visit_link(pfn, n, pointers.len(), t);
                    visit(tables, pfn, *pointer, &mut found, t);
                }
            }
            Entry::None | Entry::Offset { .. } | Entry::Shared => {}
        }
        found
    }

    fn enter(&mut self, _: &Tables, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let pte = PtePointer { table: at.table, index: at.index };
        match self.entries.get(pfn) {
            Entry::Direct(first) => {
                let both = Entry::Chain(Rc::new(vec![*first, pte]));
                set_entry(&mut self.entries, pfn, both, t);
            }
            Entry::Chain(pointers) => {
                let at = pointers.len() as u32;
                self.entries.link(pfn, at, pte);
                t.emit(|| Event::Pointer { pfn, at, pte, linked: true });
            }
            Entry::None | Entry::Offset { .. } | Entry::Shared => {
                set_entry(&mut self.entries, pfn, Entry::Direct(pte), t)
            }
        }
    }

    /// The chain is searched from its newest link; the newest pointer fills the gap.
    fn leave(&mut self, _: &Tables, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let pte = PtePointer { table: at.table, index: at.index };
        let Entry::Chain(pointers) = self.entries.get(pfn) else {
            return set_entry(&mut self.entries, pfn, Entry::None, t);
        };
        let mut found = None;
        for (n, pointer) in pointers.iter().enumerate().rev() {
            self.visit_link(pfn, n, pointers.len(), t);
            if *pointer == pte {
                found = Some(n as u32);
                break;
            }
        }
        let at = found.expect("a mapped PTE is in the chain");
        if let [first, second] = pointers[..] {
            return set_entry(&mut self.entries, pfn, Entry::Direct(if at == 0 { second } else { first }), t);
        }
        self.entries.unlink(pfn, at);
        t.emit(|| Event::Pointer { pfn, at, pte, linked: false });
    }
}

/// Reads the PTE that a pointer leads to.
fn visit(tables: &Tables, pfn: Pfn, pointer: PtePointer, found: &mut Vec<(PtePlace, VmaId)>, t: &mut impl Trace) {
    let Some((pid, vpn)) = pointer.page(tables.frames) else { return };
    let at = PtePlace { pid, table: pointer.table, index: pointer.index, level: 0, vpn };
    if visit_pte(tables, at, pfn, t) {
        // Whether the page is locked only its VMA knows.
        let id = tables.space(pid).find(vpn).expect("a present PTE lies in a VMA").id;
        t.emit(|| Event::VisitVma { pfn, pid, id: Some(id) });
        found.push((at, id));
    }
}
