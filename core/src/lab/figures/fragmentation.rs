//! How broken up free memory is, and what rounding loses: figures read off the view.
//!
//! The buddy serves a request from one block, so its pieces are its blocks, as Linux's `extfrag/unusable_index` counts
//! them; the others can use what lies side by side, so theirs are stretches, whatever lists they are on. Source: Gorman
//! and Whitcroft, "The What, The Why and the Where To of Anti-Fragmentation", OLS 2006.

use crate::alloc::describe::{Pieces, longest_piece, pieces};
use crate::lab::time::view::View;
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;
use std::collections::BTreeMap;

/// How fragmented memory is at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fragmentation {
    /// Free frames.
    pub free: u32,
    /// How many free pieces there are of each length.
    pub pieces: BTreeMap<u32, u32>,
    /// Frames that runs were given beyond what they asked for.
    pub internal: u64,
}

impl Fragmentation {
    /// The figures of a view. Takes time linear in lists and runs where free memory is blocks, else in frames.
    pub fn of(view: &View) -> Fragmentation {
        let mut pieces = BTreeMap::new();
        if has_blocks(view) {
            for list in view.free().nonempty() {
                let runs = view.free().runs(list);
                *pieces.entry(view.free().frames(list) / runs).or_default() += runs;
            }
        } else {
            all_pieces(view).for_each(|piece| *pieces.entry(piece.len).or_default() += 1);
        }
        let lost = |run: &crate::vocabulary::run::Run| u64::from(run.given - run.request.pages);
        Fragmentation { free: view.free_frames(), pieces, internal: view.runs.values().map(lost).sum() }
    }

    /// Frames of the largest piece.
    pub fn largest(&self) -> u32 {
        self.pieces.last_key_value().map_or(0, |(len, _)| *len)
    }

    /// Free frames in pieces that can serve a request of `pages` frames.
    pub fn usable(&self, pages: u32) -> u32 {
        self.pieces.range(pages..).map(|(len, count)| len * count).sum()
    }

    /// The share of free memory, 0 to 1, that cannot serve a request of so many frames; 1 where nothing is free.
    pub fn unusable(&self, pages: u32) -> f64 {
        if self.free == 0 { 1.0 } else { 1.0 - f64::from(self.usable(pages)) / f64::from(self.free) }
    }
}

/// How many lists, runs and frames [`Fragmentation::of`] visits at most.
pub fn cost(view: &View) -> u64 {
    let runs = view.runs.len() as u64;
    if has_blocks(view) { 128 + runs } else { u64::from(view.frames.studied()) + runs }
}

/// Whether the pieces can be counted list by list.
fn has_blocks(view: &View) -> bool {
    pieces(&view.config) == Pieces::Blocks
}

/// The pieces in the order of memory.
fn all_pieces(view: &View) -> impl Iterator<Item = FreeRun> + '_ {
    let (joins, most) = (pieces(&view.config) == Pieces::Stretches, longest_piece(&view.config));
    let zones: Vec<u32> = view.config.effective_zones().iter().map(|zone| zone.end).collect();
    let mut runs = view.free().all_runs().map(|(run, _)| run).peekable();
    std::iter::from_fn(move || {
        let mut piece = runs.next()?;
        let end = |run: FreeRun| run.start.0 + run.len;
        let beside = |next: &FreeRun, piece| joins && next.start.0 == end(piece) && !zones.contains(&next.start.0);
        let fits = |next: &FreeRun, piece: FreeRun| piece.len.saturating_add(next.len) <= most;
        while let Some(next) = runs.next_if(|next| beside(next, piece) && fits(next, piece)) {
            piece.len += next.len;
        }
        Some(piece)
    })
}

/// The largest piece, first frame and length, the lowest of several; `None` if nothing is free.
pub fn largest(view: &View) -> Option<(Pfn, u32)> {
    all_pieces(view).map(|run| (run.start, run.len)).max_by_key(|(start, len)| (*len, std::cmp::Reverse(*start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AllocatorKind, Coalesce, Config, QuickFitConfig};
    use crate::lab::time::session::Session;
    use crate::vocabulary::command::{Command, Free};
    use crate::vocabulary::request::Request;

    /// The buddy's 16 frames, but for the zero page: blocks of 1, 2, 4 and 8.
    #[test]
    fn a_share_of_free_memory_is_in_blocks_too_small() {
        let config = Config { frames: 16, max_order: 4, ..Config::default() };
        let mut session = Session::new(config).unwrap();
        let figures = Fragmentation::of(session.view());
        assert_eq!((figures.free, figures.largest(), largest(session.view())), (15, 8, Some((Pfn(8), 8))));
        assert_eq!(figures.pieces, BTreeMap::from([(1, 1), (2, 1), (4, 1), (8, 1)]));
        assert_eq!([1, 2, 5, 9].map(|pages| figures.usable(pages)), [15, 14, 8, 0]);
        assert!((figures.unusable(3) - 3.0 / 15.0).abs() < 1e-9 && figures.unusable(9) == 1.0);
        session.run(Command::Alloc(Request::of(5))).unwrap();
        assert_eq!(Fragmentation::of(session.view()).internal, 3, "8 given for 5");
    }

    /// 5 frames and the 3 after them, freed one after the other: 8 where the allocator joins neighbours.
    #[test]
    fn what_lies_side_by_side_counts_for_who_joins_it() {
        let figures = |coalesce| {
            let quick_fit = QuickFitConfig { coalesce, ..Default::default() };
            let config = Config { frames: 16, allocator: AllocatorKind::QuickFit, quick_fit, ..Config::default() };
            let mut session = Session::new(config).unwrap();
            for pages in [5, 3, 7] {
                session.run(Command::Alloc(Request::of(pages))).unwrap();
            }
            session.run(Command::Free(Free { pfn: Pfn(1), pages: 5 })).unwrap();
            session.run(Command::Free(Free { pfn: Pfn(6), pages: 3 })).unwrap();
            (Fragmentation::of(session.view()).usable(6), largest(session.view()))
        };
        assert_eq!(figures(Coalesce::OnMiss), (8, Some((Pfn(1), 8))));
        assert_eq!(figures(Coalesce::Never), (0, Some((Pfn(1), 5))));
    }
}
