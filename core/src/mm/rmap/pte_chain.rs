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

use super::Rmap;
use crate::mm::Mm;
use crate::units::{Pfn, VmaId};
use crate::vocabulary::entry::{Entry, PtePointer};
use crate::vocabulary::event::Event;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// The scheme.
#[derive(Debug)]
pub struct PteChain;

impl Rmap for PteChain {
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let mut found = Vec::new();
        match mm.entries.get(pfn) {
            Entry::Direct(pointer) => visit(mm, pfn, *pointer, &mut found, t),
            Entry::Chain(pointers) => {
                for (n, pointer) in pointers.iter().enumerate().rev() {
                    if is_last_of_link(mm, n, pointers.len()) {
                        t.emit(|| Event::VisitLink { pfn, link: link_of(mm, n) });
                    }
                    visit(mm, pfn, *pointer, &mut found, t);
                }
            }
            Entry::None | Entry::Offset { .. } | Entry::Shared => {}
        }
        found
    }

    fn enter(mm: &mut Mm, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let pte = PtePointer { table: at.table, index: at.index };
        match mm.entries.get(pfn) {
            Entry::Direct(first) => {
                let both = Entry::Chain(vec![*first, pte]);
                mm.set_entry(pfn, both, t);
            }
            Entry::Chain(pointers) => {
                let at = pointers.len() as u32;
                mm.entries.link(pfn, at, pte);
                t.emit(|| Event::Pointer { pfn, at, pte, linked: true });
            }
            Entry::None | Entry::Offset { .. } | Entry::Shared => mm.set_entry(pfn, Entry::Direct(pte), t),
        }
    }

    /// The chain is searched from its newest link; the newest pointer fills the gap.
    fn leave(mm: &mut Mm, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let pte = PtePointer { table: at.table, index: at.index };
        let Entry::Chain(pointers) = mm.entries.get(pfn) else { return mm.set_entry(pfn, Entry::None, t) };
        let mut found = None;
        for (n, pointer) in pointers.iter().enumerate().rev() {
            if is_last_of_link(mm, n, pointers.len()) {
                t.emit(|| Event::VisitLink { pfn, link: link_of(mm, n) });
            }
            if *pointer == pte {
                found = Some(n as u32);
                break;
            }
        }
        let at = found.expect("a mapped PTE is in the chain");
        if let [first, second] = pointers[..] {
            return mm.set_entry(pfn, Entry::Direct(if at == 0 { second } else { first }), t);
        }
        mm.entries.unlink(pfn, at);
        t.emit(|| Event::Pointer { pfn, at, pte, linked: false });
    }
}

/// Whether pointer `n` of `len` is the first that a search from the newest meets in its link.
fn is_last_of_link(mm: &Mm, n: usize, len: usize) -> bool {
    n + 1 == len || (n + 1).is_multiple_of(usize::from(mm.scheme.chain_pointers))
}

fn link_of(mm: &Mm, n: usize) -> u32 {
    n as u32 / u32::from(mm.scheme.chain_pointers)
}

/// Looks at the PTE behind a pointer.
fn visit(mm: &Mm, pfn: Pfn, pointer: PtePointer, found: &mut Vec<(PtePlace, VmaId)>, t: &mut impl Trace) {
    let Some((pid, vpn)) = pointer.page(&mm.frames) else { return };
    let at = PtePlace { pid, table: pointer.table, index: pointer.index, level: 0, vpn };
    if mm.visit_pte(at, pfn, t) {
        // Whether the page is locked only its VMA knows.
        let id = mm.space(pid).find(vpn).expect("a present PTE lies in a VMA").id;
        t.emit(|| Event::VisitVma { pfn, pid, id: Some(id) });
        found.push((at, id));
    }
}
