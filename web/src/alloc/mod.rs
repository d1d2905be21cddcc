//! The allocator as the page draws it: its lists as they are, and the fragmentation of free memory.
//!
//! What a list holds is decided by the core (`describe::list_kind`), and is passed on as it is: a new allocator's lists
//! are drawn without a change here, as plain lists until the page has a drawing for them.

mod heap;
mod tree;

use crate::dto::{AllocDto, AllocListDto, AllocZoneDto, RunDto};
use pageturner::alloc::describe::{ListKind, list_kind, list_name, lists_of_zone};
use pageturner::lab::figures::fragmentation::{self, Fragmentation};
use pageturner::lab::time::view::View;
use pageturner::trees::tree;
use pageturner::units::Pfn;
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::free_lists::{FreeRun, ListId};
use pageturner::vocabulary::request::Mobility;
use std::collections::BTreeMap;

/// At most this many free runs of one list are sent; its count covers the rest.
const MAX_RUNS: usize = 64;

/// The unusable share is reported for requests of 2^0 frames up to 2 to this power.
const LARGEST_ORDER: u32 = 10;

/// The allocator at the view's place in time.
pub fn allocator(view: &View) -> AllocDto {
    let runs = first_runs(view);
    let zones = view.config.effective_zones();
    let zones = (0u8..).zip(zones).map(|(n, zone)| {
        let ids = lists_of_zone(&view.config, n);
        let lists: Vec<AllocListDto> = ids.iter().map(|id| list(view, *id, &runs)).collect();
        let free = lists.iter().map(|list| list.frames).sum();
        let areas = lists.iter().any(|list| list.kind == ListKind::Tree && list.frames > 0);
        let tops = lists.iter().find(|list| list.kind == ListKind::Top);
        AllocZoneDto {
            heap: tops.map_or(Vec::new(), |tops| heap::stretches(view, zone.start, zone.end, &tops.runs)),
            trees: if areas { tree::trees(view, n) } else { Vec::new() },
            name: zone.name,
            start: zone.start,
            end: zone.end,
            free,
            lists,
        }
    });
    let figures = Fragmentation::of(view);
    let sizes = (0..=LARGEST_ORDER).map(|order| 1 << order).take_while(|pages| *pages <= view.frames.studied());
    AllocDto {
        zones: zones.collect(),
        largest: fragmentation::largest(view).map(|(first, len)| (first.0, len)),
        unusable: sizes.map(|pages| (pages, figures.unusable(pages))).collect(),
        lost: figures.internal as u32,
        runs: view.runs.len() as u32,
        pinned: view.runs.values().filter(|run| run.pins > 0).count() as u32,
    }
}

/// The run that a frame belongs to; `None` if it belongs to none.
pub fn run_of(view: &View, pfn: Pfn) -> Option<RunDto> {
    let frame = (pfn.0 < view.frames.len()).then(|| view.frames.get(pfn))?;
    let FrameUse::Run { first } = frame.state else { return None };
    let run = view.runs.get(&first)?;
    Some(RunDto {
        first: first.0,
        pages: run.request.pages,
        given: run.given,
        pins: run.pins,
        movable: run.request.mobility == Mobility::Movable,
        id: run.id.0.into(),
    })
}

fn list(view: &View, id: ListId, runs: &BTreeMap<ListId, Vec<(u32, u32)>>) -> AllocListDto {
    AllocListDto {
        id: number(id),
        kind: list_kind(&view.config, id),
        name: list_name(&view.config, id),
        count: view.free().runs(id),
        frames: view.free().frames(id),
        runs: runs.get(&id).cloned().unwrap_or_default(),
    }
}

/// A list's number, unique over all zones, for the page.
pub fn number(id: ListId) -> u32 {
    u32::from(id.zone) * 256 + u32::from(id.list)
}

/// The first runs of every list that is not empty. Those of lists without an order of their own are all found in one
/// walk over memory.
fn first_runs(view: &View) -> BTreeMap<ListId, Vec<(u32, u32)>> {
    let plain = |run: FreeRun| (run.start.0, run.len);
    if view.free().ordered() {
        return tree(view.free().nonempty().map(|id| (id, view.free().list(id).take(MAX_RUNS).map(plain).collect())));
    }
    let mut found: BTreeMap<ListId, Vec<(u32, u32)>> = tree(view.free().nonempty().map(|id| (id, Vec::new())));
    let mut missing: usize = found.keys().map(|id| MAX_RUNS.min(view.free().runs(*id) as usize)).sum();
    for (run, id) in view.free().all_runs() {
        if missing == 0 {
            break;
        }
        let runs = found.entry(id).or_default();
        if runs.len() < MAX_RUNS {
            runs.push(plain(run));
            missing -= 1;
        }
    }
    found
}
