//! The way back from a frame to its PTEs, drawn as the machine's scheme stores it, with the visits of a search on it.
//!
//! ```text
//! none          tables                 every table of every process
//! vma_offset    pair, or pair+tables   the pair; where it leads nowhere, every table
//! pte_chain     chain                  links of one cache line
//! object_list   vmas                   a list
//! object        vmas                   an interval tree
//! the last two, of merged pages          a list over all items of the stable node
//! ```
//! Numbers only: the page words them. Long lists are cut around the present visit; counts give the whole.

mod chain;
mod cost;
mod merged;
mod node;
mod pair;
mod tables;
mod vmas;

use crate::dto::{PteDto, PteTarget, WayBackDto};
use crate::index::Index;
use crate::search::{Search, Visit};
use pageturner::config::RmapKind;
use pageturner::hw::pte::{Pte, RawPte};
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, Vpn};
use pageturner::vocabulary::entry::Entry;
use pageturner::vocabulary::frame::FrameUse;
use std::ops::Range;

/// Everything that a drawing is made from.
#[derive(Clone, Copy, Debug)]
struct Scene<'a> {
    view: &'a View,
    index: &'a Index,
    pfn: Pfn,
    /// The search for this frame, if one is under way.
    search: Option<&'a Search>,
}

/// Whether the frame has a way back: it is a page, or the reverse map stores an entry for it.
pub fn has_one(view: &View, pfn: Pfn) -> bool {
    view.frames.get(pfn).state == FrameUse::Page || *view.entries.get(pfn) != Entry::None
}

/// The way back from a frame; `None` if the frame has none, or does not exist.
pub fn way_back(view: &View, index: &Index, pfn: Pfn, search: Option<&Search>) -> Option<WayBackDto> {
    if pfn.0 >= view.frames.len() || !has_one(view, pfn) {
        return None;
    }
    let search = search.filter(|search| search.pfn == pfn);
    let scene = Scene { view, index, pfn, search };
    let mut all = WayBackDto {
        pfn: pfn.0,
        visits: search.map_or(0, |search| search.visits.len() as u32),
        pair: None,
        tables: None,
        chain: None,
        vmas: None,
        cost: cost::cost(view),
    };
    match view.config.rmap {
        RmapKind::None => all.tables = Some(tables::tables(&scene)),
        RmapKind::VmaOffset => {
            all.pair = pair::pair(&scene);
            // A pair that leads nowhere, or none because of sharing: back to the search of all tables.
            if all.pair.as_ref().is_some_and(|pair| !pair.pte.as_ref().is_some_and(|pte| pte.hit)) {
                all.tables = Some(tables::tables(&scene));
            }
        }
        RmapKind::PteChain => all.chain = chain::chain(&scene),
        RmapKind::ObjectList | RmapKind::Object => all.vmas = vmas::vmas(&scene),
    }
    Some(all)
}

impl Scene<'_> {
    /// The number of a visit in the search; 0: not visited.
    fn number(&self, visit: Visit) -> u32 {
        self.search.map_or(0, |search| search.number(visit))
    }

    fn last_visit(&self) -> Option<Visit> {
        self.search?.visits.last().copied()
    }

    fn pte(&self, pid: Pid, vpn: Vpn, raw: RawPte) -> PteDto {
        let (to, at) = match Pte::decode(self.view.geometry().kind, raw) {
            Pte::Empty => (PteTarget::Empty, 0),
            Pte::Mapped { pfn, .. } => (PteTarget::Frame, pfn.0),
            Pte::Swapped { slot } => (PteTarget::Swap, slot.0),
        };
        let hit = to == PteTarget::Frame && at == self.pfn.0;
        PteDto { pid: pid.0, vpn: vpn.0, to, at, hit, visit: self.number(Visit::Pte(pid, vpn)) }
    }

    /// The PTE of a page; `None` if no table covers it.
    fn pte_of(&self, pid: Pid, vpn: Vpn) -> Option<PteDto> {
        let step = self.view.walk(pid, vpn).pop().filter(|step| step.level == 0)?;
        Some(self.pte(pid, vpn, step.raw))
    }
}

/// At most `most` of `len` things, with number `now` among them.
fn around(len: usize, most: usize, now: Option<usize>) -> Range<usize> {
    let start = now.unwrap_or(0).saturating_sub(most / 2).min(len.saturating_sub(most));
    start..len.min(start + most)
}
