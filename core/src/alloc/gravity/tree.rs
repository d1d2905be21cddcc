//! A zone's areas in one tree by address, if `gravity.tree` names one: searched in place of the indexes (`areas`), with
//! the same answers. Fragments stay in bitmaps: nearly all requests look there, whatever the tree.
//!
//! ```text
//!   long requests -> the leftmost node that is long enough (with `sink` the rightmost), by the greatest length below
//!   short ones    -> the rightmost of the least power of two, by the powers of two below
//! ```
//! Unlike the indexes it follows at once: an area that is cut or grows leaves it, what it has become enters. Invariant:
//! it holds every free run of `keep` frames or more, and nothing else.

use super::areas::Search;
use super::zone::ZoneRuns;
use crate::alloc::sets::frame_bits::Part;
use crate::trees::balanced::{Found, Item, Side};
use crate::units::Pfn;
use crate::vocabulary::area::{AreaTree, Reach};
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::trace::Trace;

impl ZoneRuns {
    /// Enters in the tree, if there is one, that frames are taken out of a free run. `t` may listen.
    #[inline]
    pub(super) fn uproot(&mut self, from: Part, taken: Part, t: &mut impl Trace) {
        if self.tree.is_some() {
            let left = Part { start: from.start, len: taken.start - from.start };
            let right = Part { start: taken.end(), len: from.end() - taken.end() };
            self.replant(&[from], &[left, right], t);
        }
    }

    /// Enters in the tree, if there is one, that frames become free, which are not yet.
    #[inline]
    pub(super) fn plant(&mut self, part: Part, t: &mut impl Trace) {
        if self.tree.is_some() {
            let (below, above) = self.beside(part);
            let gone: Vec<Part> = below.into_iter().chain(above).collect();
            let start = below.map_or(part.start, |run| run.start);
            let end = above.map_or(part.end(), |run| run.end());
            self.replant(&gone, &[Part { start, len: end - start }], t);
        }
    }

    /// Some free runs become others.
    #[inline(never)]
    fn replant(&mut self, gone: &[Part], come: &[Part], t: &mut impl Trace) {
        let (keep, zone, Some(tree)) = (self.index.keep, self.start, &mut self.tree) else { return };
        let areas = |parts: &[Part]| -> Vec<FreeRun> {
            let areas = parts.iter().filter(|part| part.len >= keep);
            areas.map(|part| FreeRun { start: Pfn(zone + part.start), len: part.len }).collect()
        };
        let (gone, come) = (areas(gone), areas(come));
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let before = t.keeps().then(|| tree.clone());
        let mut rotations = 0;
        for area in gone {
            let (found, more) = tree.remove(area.key()).expect("an area is in its tree");
            debug_assert_eq!(found, area);
            rotations += more;
        }
        for area in come {
            rotations += tree.insert(area);
        }
        let after = t.keeps().then(|| tree.clone());
        t.emit(|| Event::Areas { zone: self.number, rotations, before, after });
    }

    /// The lowest area of `pages` frames or more for which `place` finds one, or the highest.
    pub(super) fn long_in(&self, tree: &AreaTree, pages: u32, place: impl Fn(Part) -> Option<u32>) -> Search<u32> {
        let from = if self.sink { Side::Right } else { Side::Left };
        let take = |area: Part| (area.len >= pages).then(|| place(area)).flatten();
        self.search_in(tree, from, |reach| reach.longest >= pages, take)
    }

    /// The highest area of the least power of two for which `place` finds one.
    pub(super) fn short_in(&self, tree: &AreaTree, place: impl Fn(Part) -> Option<u32>) -> Search<u32> {
        let mut search = Search::default();
        let classes = tree.root().map_or(0, |root| root.sum().classes);
        for class in (0..u32::BITS).filter(|class| classes >> class & 1 == 1) {
            let take = |area: Part| (area.len.ilog2() == class).then(|| place(area)).flatten();
            let next = self.search_in(tree, Side::Right, |reach| reach.has(class), take);
            search = Search { looked: search.looked + next.looked, ..next };
            if search.found.is_some() {
                break;
            }
        }
        search
    }

    fn search_in(
        &self,
        tree: &AreaTree,
        from: Side,
        may: impl Fn(Reach) -> bool,
        take: impl Fn(Part) -> Option<u32>,
    ) -> Search<u32> {
        let part = |area: &FreeRun| Part { start: area.start.0 - self.start, len: area.len };
        let Found { found, looked, last } = tree.find(from, may, |area| {
            let area = part(area);
            take(area).map(|place| (area, place))
        });
        Search { found, looked, last: last.as_ref().map(part) }
    }

    /// Broken invariants of the tree, in words.
    pub(super) fn check_tree(&self) -> Vec<String> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let mut broken = tree.check();
        let areas = self.parts().filter(|part| part.len >= self.index.keep);
        let areas = areas.map(|part| FreeRun { start: Pfn(self.start + part.start), len: part.len });
        if !areas.eq(tree.rows().into_iter().map(|row| row.item)) {
            broken.push("gravity: the tree has other areas than are free".into());
        }
        broken
    }
}
