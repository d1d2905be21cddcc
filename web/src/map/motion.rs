//! What moves on the map: pages and runs slide from their old place to the new one, free runs part where they are split
//! and come together where they are joined.
//!
//! ```text
//! a split 8 -> 4+4 -> 2+2:   |   |   |       |        each boundary opens a gap: what lies after it, up to the end
//!                              ->  -->               of the widest run that was split on the same axis, makes way
//! ```
//! A motion is made of the events between two places in a session's time, in either direction; how far it has come is
//! set by the page's clock. It draws nothing that is not there when it ends: the picture at the end is that without
//! motion.

use super::Scene;
use super::camera::Camera;
use super::pixels::{Pixels, Rect};
use super::uses::Use;
use crate::free_runs::holds;
use crate::recent::Recent;
use pageturner::lab::time::session::Session;
use pageturner::units::Pfn;
use pageturner::vocabulary::about_event::EventKind;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::FreeRun;
use std::collections::BTreeMap;
use std::ops::Range;

/// More splits and joins than this in one step are a crowd, not a motion.
const MOST_SEAMS: usize = 40;
/// More frames than this that move are shown at their new places at once.
const MOST_SLIDES: usize = 2048;
/// More events than this that move something are not even looked at one by one.
const MOST_EVENTS: usize = 1 << 16;
/// A dot's side where cells are too small to be seen moving.
const DOT: i32 = 7;

/// A motion and its progress.
#[derive(Clone, Debug, Default)]
pub struct Motion {
    /// The frame that something came from, by the frame that it has arrived in.
    slides: BTreeMap<u32, u32>,
    seams: Vec<Seam>,
    /// Progress, 0 to 1.
    pub done: f64,
}

/// Where a run was split, or two were joined.
#[derive(Clone, Copy, Debug)]
struct Seam {
    left: FreeRun,
    right: FreeRun,
    joins: bool,
}

impl Motion {
    /// The motion of the events with these numbers, with splits and joins or without. `None`: nothing moves, or too
    /// much to be followed.
    pub fn between(
        (session, recent): (&Session, &Recent),
        events: Range<u32>,
        back: bool,
        seams: bool,
    ) -> Option<Motion> {
        let mut moving = Vec::new();
        recent.each(session, events, |_, event| {
            let moves = match event.kind() {
                EventKind::Move { .. } => true,
                EventKind::Seam { .. } => seams,
                EventKind::Change(_)
                | EventKind::Search(_)
                | EventKind::Fault(_)
                | EventKind::Failure(_)
                | EventKind::Other => false,
            };
            if moves && moving.len() <= MOST_EVENTS {
                moving.push(event.clone());
            }
        });
        (moving.len() <= MOST_EVENTS).then(|| Motion::new(&moving, back)).flatten()
    }

    /// The motion from one place in time to another, of the `events` between the two; `back`: they are undone. `None`:
    /// nothing moves.
    pub fn new(events: &[Event], back: bool) -> Option<Motion> {
        let mut motion = Motion::default();
        if back {
            events.iter().rev().for_each(|event| motion.add(event, back));
        } else {
            events.iter().for_each(|event| motion.add(event, back));
        }
        if motion.seams.len() > MOST_SEAMS {
            motion.seams.clear();
        }
        if motion.slides.len() > MOST_SLIDES {
            motion.slides.clear();
        }
        (!motion.seams.is_empty() || !motion.slides.is_empty()).then_some(motion)
    }

    fn add(&mut self, event: &Event, back: bool) {
        let seam = |pfn: Pfn, left: u32, right: u32, joins: bool| Seam {
            left: FreeRun { start: pfn, len: left },
            right: FreeRun { start: pfn.plus(left), len: right },
            joins,
        };
        match event.kind() {
            EventKind::Seam { pfn, left, right, joined } => self.seams.push(seam(pfn, left, right, joined != back)),
            EventKind::Move { from, to, pages } if back => self.slide(to, from, pages),
            EventKind::Move { from, to, pages } => self.slide(from, to, pages),
            EventKind::Change(_)
            | EventKind::Search(_)
            | EventKind::Fault(_)
            | EventKind::Failure(_)
            | EventKind::Other => {}
        }
    }

    /// Notes a move; what has moved twice came from its first place.
    fn slide(&mut self, from: Pfn, to: Pfn, pages: u32) {
        if self.slides.len() > MOST_SLIDES {
            return;
        }
        let origins: Vec<u32> = (0..pages).map(|n| self.slides.remove(&(from.0 + n)).unwrap_or(from.0 + n)).collect();
        self.slides.extend((to.0..).zip(origins).filter(|(to, from)| to != from));
    }

    /// Whether a frame is drawn elsewhere than at its place.
    pub fn moves(&self, pfn: u32) -> bool {
        self.slides.contains_key(&pfn) || self.seams.iter().any(|seam| seam.has(pfn))
    }

    /// The frames into which something slides.
    pub fn sliding(&self) -> impl Iterator<Item = u32> {
        self.slides.keys().copied()
    }

    /// The smallest run that holds a frame and is split off or joined to another.
    pub fn part(&self, pfn: u32) -> Option<FreeRun> {
        let parts = self.seams.iter().flat_map(|seam| [seam.left, seam.right]);
        parts.filter(|run| holds(*run, pfn)).min_by_key(|run| run.len)
    }

    /// How far from its place a frame is drawn, in pixels; `None` if it is drawn at its place.
    pub fn offset(&self, pfn: u32, camera: &Camera) -> Option<(i32, i32)> {
        if let Some(from) = self.slides.get(&pfn) {
            let (to, from) = (camera.rect(pfn), camera.rect(*from));
            let left = 1.0 - ease(self.done);
            return Some((scaled(from.x0 - to.x0, left), scaled(from.y0 - to.y0, left)));
        }
        let step = camera.cell() * 0.9 / self.seams.len().max(3) as f64;
        let (mut dx, mut dy) = (0.0, 0.0);
        for seam in self.seams.iter().filter(|seam| pfn >= seam.right.start.0) {
            let across = seam.across(camera);
            if pfn < self.end_of(seam, across, camera) {
                *(if across { &mut dy } else { &mut dx }) += step * seam.open(self.done);
            }
        }
        let down = if camera.upwards() { -dy } else { dy };
        (dx > 0.0 || dy > 0.0).then_some((dx.round() as i32, down.round() as i32))
    }

    /// The end of the widest run with this seam in it that opens on the same axis.
    fn end_of(&self, seam: &Seam, across: bool, camera: &Camera) -> u32 {
        let holding = self.seams.iter().filter(|other| other.has(seam.right.start.0) && other.across(camera) == across);
        holding.map(Seam::end).max().unwrap_or_else(|| seam.end())
    }

    /// Where cells are dots: a larger dot for each frame that moves.
    pub fn paint_dots(&self, pixels: &mut Pixels, scene: &Scene) {
        for pfn in self.sliding() {
            let Rect { x0, y0, x1, y1 } = scene.cell(pfn);
            let (x, y) = ((x0 + x1 - DOT) / 2, (y0 + y1 - DOT) / 2);
            let dot = Rect { x0: x, y0: y, x1: x + DOT, y1: y + DOT };
            let each = scene.uses.get(pfn as usize).map_or(Use::Free, |n| Use::ALL[usize::from(*n)]);
            pixels.fill(dot.grown(1), scene.theme.ring);
            pixels.fill(dot, scene.theme.fill(each));
        }
    }
}

impl Seam {
    fn end(&self) -> u32 {
        self.right.start.0 + self.right.len
    }

    fn has(&self, pfn: u32) -> bool {
        (self.left.start.0..self.end()).contains(&pfn)
    }

    /// Whether the two lie one above the other, not side by side in a row.
    fn across(&self, camera: &Camera) -> bool {
        self.left.start.0 / camera.columns() != (self.end() - 1) / camera.columns()
    }

    /// How far it gapes: a split opens fast and settles, a join is pulled apart slowly and shuts.
    fn open(&self, done: f64) -> f64 {
        let t = done.clamp(0.0, 1.0);
        (std::f64::consts::PI * if self.joins { t * t } else { t.sqrt() }).sin().max(0.0)
    }
}

/// Starts and stops gently.
fn ease(done: f64) -> f64 {
    let t = done.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn scaled(n: i32, by: f64) -> i32 {
    (f64::from(n) * by).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrate(from: u32, to: u32, pages: u32) -> Event {
        Event::Migrate { from: Pfn(from), to: Pfn(to), pages }
    }

    #[test]
    fn what_moves_twice_comes_from_where_it_was_first() {
        let motion = Motion::new(&[migrate(1, 5, 1), migrate(5, 9, 1), migrate(2, 5, 1)], false).unwrap();
        assert_eq!(motion.slides, BTreeMap::from([(9, 1), (5, 2)]));
        let back = Motion::new(&[migrate(1, 5, 1), migrate(5, 9, 1), migrate(2, 5, 1)], true).unwrap();
        assert_eq!(back.slides, BTreeMap::from([(1, 9), (2, 5)]));
    }

    #[test]
    fn a_run_may_move_over_itself() {
        let motion = Motion::new(&[migrate(4, 2, 3)], false).unwrap();
        assert_eq!(motion.slides, BTreeMap::from([(2, 4), (3, 5), (4, 6)]));
        assert!(Motion::new(&[migrate(4, 2, 3), migrate(2, 4, 3)], false).is_none(), "there and back is no motion");
    }

    #[test]
    fn a_slide_begins_at_the_old_place_and_ends_at_the_new() {
        let camera = Camera::new(16, 200, 200);
        let mut motion = Motion::new(&[migrate(0, 10, 1)], false).unwrap();
        let place = |motion: &Motion| camera.rect(10).moved(motion.offset(10, &camera).unwrap());
        assert_eq!(place(&motion), camera.rect(0));
        motion.done = 1.0;
        assert_eq!(place(&motion), camera.rect(10));
        assert_eq!(motion.offset(0, &camera), None);
    }

    /// 16 frames in rows of 4, split down to 2 and 2: rows part downwards, halves of a row to the right.
    #[test]
    fn halves_part_on_their_axis_and_what_lies_behind_makes_way() {
        let camera = Camera::new(16, 200, 200);
        let splits = [8, 4, 2].map(|half| Event::Split { pfn: Pfn(0), left: half, right: half });
        let mut motion = Motion::new(&splits, false).unwrap();
        motion.done = 0.25;
        let offset = |pfn| motion.offset(pfn, &camera).unwrap_or((0, 0));
        assert_eq!((offset(0), offset(1)), ((0, 0), (0, 0)));
        let (right, below, far) = (offset(2), offset(4), offset(8));
        assert!(right.0 > 0 && right.1 == 0, "{right:?}");
        assert!(below.0 == 0 && below.1 > 0 && far.1 > below.1, "{below:?} {far:?}");
    }
}
