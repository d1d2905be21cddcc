//! Reverse mapping, one trait for every scheme: from a frame to every PTE that maps it. Adding a scheme: its file, one
//! variant of `RmapKind` and one of [`ReverseMap`]; the compiler then names every place that must know of it.
//!
//! A scheme owns what it stores. Of the rest of the memory manager it sees only [`Tables`], and changes nothing there.

pub mod interval;
pub mod none;
pub mod object;
pub mod object_list;
pub mod pte_chain;
pub mod vma_offset;

use crate::config::{Config, RmapKind};
use crate::mm::base::tables::Tables;
use crate::units::{Pfn, Pid, VmaId};
use crate::vocabulary::entry::{Entries, Entry};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;
use interval::{Interval, IntervalTree};
use none::Scan;
use object::ObjectTrees;
use object_list::ObjectList;
use pte_chain::PteChain;
use vma_offset::VmaOffset;

/// A scheme. Every PTE, VMA and link it reads is emitted as an event: that is its cost.
pub trait Rmap {
    /// Every PTE that maps the frame, with its VMA.
    fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)>;
    /// Notes that the PTE at `at` maps the frame; the frame's count has been raised.
    fn enter(&mut self, _tables: &Tables, _at: PtePlace, _pfn: Pfn, _t: &mut impl Trace) {}
    /// Notes that the PTE at `at` maps the shared zero page, whose count is never raised.
    fn enter_uncounted(&mut self, _tables: &Tables, _at: PtePlace, _t: &mut impl Trace) {}
    /// Notes that the PTE at `at` no longer maps the frame; the frame's count has been lowered.
    fn leave(&mut self, _tables: &Tables, _at: PtePlace, _pfn: Pfn, _t: &mut impl Trace) {}
    /// Notes that these pages lie in another VMA than before.
    fn rehome(&mut self, _tables: &Tables, _pid: Pid, _pages: Pages, _t: &mut impl Trace) {}
    /// Notes that a VMA has been entered in an anon_vma or object, or taken out.
    fn set_link(&mut self, _owner: Owner, _vma: &Vma, _linked: bool) {}
    /// Notes that a VMA has changed; before, it mapped the indices `before`.
    fn move_vma(&mut self, _before: Interval, _vma: &Vma) {}
}

/// The machine's scheme with all that it stores.
#[derive(Clone, Debug)]
pub enum ReverseMap {
    None(Scan),
    VmaOffset(VmaOffset),
    PteChain(PteChain),
    ObjectList(ObjectList),
    Object(ObjectTrees),
}

/// Calls a method on whichever scheme it is.
macro_rules! of_scheme {
    ($map:expr, $scheme:ident => $what:expr) => {
        match $map {
            ReverseMap::None($scheme) => $what,
            ReverseMap::VmaOffset($scheme) => $what,
            ReverseMap::PteChain($scheme) => $what,
            ReverseMap::ObjectList($scheme) => $what,
            ReverseMap::Object($scheme) => $what,
        }
    };
}

impl ReverseMap {
    /// The scheme of a validated configuration; nothing is mapped yet.
    pub fn new(config: &Config) -> ReverseMap {
        match config.rmap {
            RmapKind::None => ReverseMap::None(Scan),
            RmapKind::VmaOffset => ReverseMap::VmaOffset(VmaOffset::new(config)),
            RmapKind::PteChain => ReverseMap::PteChain(PteChain::new(config)),
            RmapKind::ObjectList => ReverseMap::ObjectList(ObjectList),
            RmapKind::Object => ReverseMap::Object(ObjectTrees::default()),
        }
    }

    /// Whether something is stored for every frame that is mapped.
    #[inline]
    pub fn keeps_entries(&self) -> bool {
        self.entries().is_some()
    }

    /// What is stored per frame; `None` for a scheme that stores nothing.
    #[inline]
    pub fn entries(&self) -> Option<&Entries> {
        match self {
            ReverseMap::VmaOffset(scheme) => Some(scheme.entries()),
            ReverseMap::PteChain(scheme) => Some(scheme.entries()),
            ReverseMap::None(_) | ReverseMap::ObjectList(_) | ReverseMap::Object(_) => None,
        }
    }

    /// Every interval tree; `None` for schemes that keep none.
    pub fn interval_trees(&self) -> Option<impl Iterator<Item = (Owner, &IntervalTree)>> {
        match self {
            ReverseMap::Object(scheme) => Some(scheme.iter()),
            ReverseMap::None(_) | ReverseMap::VmaOffset(_) | ReverseMap::PteChain(_) | ReverseMap::ObjectList(_) => {
                None
            }
        }
    }

    /// See [`Rmap::mappings`].
    pub(in crate::mm) fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        of_scheme!(self, scheme => scheme.mappings(tables, pfn, t))
    }

    /// See [`Rmap::enter`].
    pub(in crate::mm) fn enter(&mut self, tables: &Tables, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        of_scheme!(self, scheme => scheme.enter(tables, at, pfn, t));
    }

    /// See [`Rmap::enter_uncounted`].
    pub(in crate::mm) fn enter_uncounted(&mut self, tables: &Tables, at: PtePlace, t: &mut impl Trace) {
        of_scheme!(self, scheme => scheme.enter_uncounted(tables, at, t));
    }

    /// See [`Rmap::leave`].
    pub(in crate::mm) fn leave(&mut self, tables: &Tables, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        of_scheme!(self, scheme => scheme.leave(tables, at, pfn, t));
    }

    /// See [`Rmap::rehome`].
    pub(in crate::mm) fn rehome(&mut self, tables: &Tables, pid: Pid, pages: Pages, t: &mut impl Trace) {
        of_scheme!(self, scheme => scheme.rehome(tables, pid, pages, t));
    }

    /// See [`Rmap::set_link`].
    pub(in crate::mm) fn set_link(&mut self, owner: Owner, vma: &Vma, linked: bool) {
        of_scheme!(self, scheme => scheme.set_link(owner, vma, linked));
    }

    /// See [`Rmap::move_vma`].
    #[inline]
    pub(in crate::mm) fn move_vma(&mut self, before: Interval, vma: &Vma) {
        of_scheme!(self, scheme => scheme.move_vma(before, vma));
    }
}

/// Replaces what is stored for a frame.
fn set_entry(entries: &mut Entries, pfn: Pfn, after: Entry, t: &mut impl Trace) {
    if *entries.get(pfn) == after {
        return;
    }
    let before = entries.set(pfn, after);
    t.emit(|| Event::Reverse { pfn, before, after: entries.get(pfn).clone() });
}

/// Reads one PTE: does it map the frame?
fn visit_pte(tables: &Tables, at: PtePlace, pfn: Pfn, t: &mut impl Trace) -> bool {
    let found = tables.pte_at(at).pfn() == Some(pfn);
    t.emit(|| Event::VisitPte { pfn, pid: at.pid, vpn: at.vpn, found });
    found
}
