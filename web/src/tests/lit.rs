//! What is lit up together has one line around it; what a micro-step holds and copies is marked.

use super::map::{Picture, view};
use super::translate::session;
use crate::alloc::allocator;
use crate::changed::{copied, under_way};
use crate::dto::StretchKind;
use crate::map::*;
use pageturner::config::{AllocatorKind, Config};
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::free_lists::{FreeRun, ListId};

/// On which sides of a frame's cell the line is: left, right, above, below.
fn sides(picture: &mut Picture, pfn: u32) -> [bool; 4] {
    let cell = picture.camera.rect(pfn);
    let (x, y) = ((cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2);
    let near = |picture: &mut Picture, x0, y0, x1, y1| picture.has(Rect { x0, y0, x1, y1 }, LIGHT.ring);
    [
        near(picture, cell.x0 - 1, y, cell.x0 + 4, y + 1),
        near(picture, cell.x1 - 5, y, cell.x1, y + 1),
        near(picture, x, cell.y0 - 1, x + 1, cell.y0 + 4),
        near(picture, x, cell.y1 - 5, x + 1, cell.y1),
    ]
}

/// Frames 13 to 18 in rows of 8: the first three are on the right of their row, the others on the left of the next.
#[test]
fn a_run_has_one_line_around_it_also_over_rows() {
    let marks = Marks { highlighted: (13..27).collect(), ..Marks::default() };
    for size in [160, 320, 700] {
        let mut picture = Picture::of(&view(64), size, size, &marks);
        assert_eq!(picture.camera.columns(), 8);
        assert_eq!(sides(&mut picture, 13), [true, false, true, false], "the first at {size}");
        assert_eq!(sides(&mut picture, 15), [false, true, true, false], "the end of a row at {size}");
        assert_eq!(sides(&mut picture, 16), [true, false, true, false], "nothing of it is above, at {size}");
        assert_eq!(sides(&mut picture, 22), [false, false, false, true], "in the middle, at {size}");
        assert_eq!(sides(&mut picture, 26), [false, true, false, true], "the last at {size}");
        assert!(picture.signs.has(Sign::Linked));
        // Where the line turns inwards it has no hole.
        let cell = picture.camera.rect(21);
        let inner = Rect { y1: cell.y0 + 2, x1: cell.x0 + 2, x0: cell.x0 - 1, y0: cell.y0 - 1 };
        assert!(picture.has(inner, LIGHT.ring), "12 is not in the run, but 13 and 20 are, at {size}");
    }
}

/// Frames 10 and 18 stand below each other in rows of 8, and 11 to 17 are not lit up: they do not lie together.
#[test]
fn runs_below_each_other_have_a_line_between_them() {
    let marks = Marks { highlighted: vec![10, 18], ..Marks::default() };
    let mut picture = Picture::of(&view(64), 320, 320, &marks);
    assert_eq!(picture.camera.columns(), 8);
    assert_eq!(sides(&mut picture, 10), [true; 4]);
    assert_eq!(sides(&mut picture, 18), [true; 4]);
}

#[test]
fn many_dots_side_by_side_have_one_ring() {
    let marks = Marks { highlighted: (2000..2020).collect(), ..Marks::default() };
    let mut picture = Picture::of(&view(4096), 192, 192, &marks);
    let cell = picture.camera.rect(2010);
    assert!(picture.camera.cell() < GAPS);
    assert!(!picture.has(cell, LIGHT.ring), "its middle is to be seen");
    assert!(picture.has(cell.grown(4), LIGHT.ring));
}

#[test]
fn very_many_dots_have_a_line_around_them_and_are_seen() {
    let marks = Marks { highlighted: (1000..3000).collect(), ..Marks::default() };
    let mut picture = Picture::of(&view(4096), 192, 192, &marks);
    assert_eq!(picture.camera.columns(), 64);
    let [inner, first] = [2010, 1000].map(|pfn| picture.camera.rect(pfn));
    assert!(!picture.has(inner.grown(2), LIGHT.ring), "inside it nothing is covered");
    assert!(
        picture.has(Rect { x0: first.x0 - 2, x1: first.x0, ..first }, LIGHT.ring),
        "the line begins left of the first"
    );
    assert!(picture.signs.has(Sign::Linked));
}

/// A frame that has left its list and is not in use is marked, but only inside a command.
#[test]
fn what_is_between_free_and_used_is_hatched() {
    let mut view = view(16);
    view.free_mut().link(FreeRun { start: Pfn(8), len: 8 }, ListId { zone: 0, list: 3 }, None);
    for (between, single) in [(true, false), (true, true), (false, false)] {
        let picture = Picture::of(&view, 200, 200, &Marks { between, single, ..Marks::default() });
        assert_eq!(picture.signs.has(Sign::Between), between);
    }
    view.free_mut().link(FreeRun { start: Pfn(0), len: 8 }, ListId { zone: 0, list: 3 }, None);
    let picture = Picture::of(&view, 200, 200, &Marks { between: true, ..Marks::default() });
    assert!(!picture.signs.has(Sign::Between), "all are in a list");
}

#[test]
fn a_copy_has_an_arrow_from_frame_to_frame() {
    let marks = Marks { copied: Some((0, 15)), ..Marks::default() };
    for size in [8, 64, 200, 900] {
        let mut picture = Picture::of(&view(16), size, size, &marks);
        let to = picture.camera.rect(15);
        assert!(picture.has(to, LIGHT.changed) && picture.signs.has(Sign::Copied), "at {size}");
    }
}

/// A heap is compacted, event by event: at each copy the arrow leads from its frame, and what has been claimed for it
/// is neither a gap nor at the top.
#[test]
fn inside_a_compaction_copies_are_shown_and_claimed_frames_are_taken() {
    let config = Config { frames: 64, allocator: AllocatorKind::HeapTop, ..Config::default() };
    let lines =
        ["let a = alloc(8, #{ movable: true })", "let b = alloc(8, #{ movable: true })", "free(a)", "compact()"];
    let mut session = session(config, &lines);
    let last = session.core().steps().len() as u32 - 1;
    let (mut copies, mut taken) = (0, 0);
    for event in session.core().events_of(last) {
        session.seek_event(event + 1);
        let (core, recent) = session.recent();
        let now = recent.done(core).last();
        let is_copy = matches!(now, Some(Event::Contents { from: Some(_), .. })) && under_way(core);
        assert_eq!(copied(core, recent).is_some(), is_copy);
        copies += u32::from(is_copy);
        let view = core.view();
        for (first, len, kind) in allocator(view).zones.remove(0).heap {
            let listed = |n: u32| view.free().all_runs().any(|(run, _)| n >= run.start.0 && n < run.start.0 + run.len);
            let free = |n: &u32| view.frames.get(Pfn(*n)).state == FrameUse::Free;
            for n in (first..first + len).filter(free) {
                assert_eq!(kind == StretchKind::Taken, !listed(n), "frame {n} after event {event}");
                taken += u32::from(!listed(n));
            }
        }
    }
    assert!(copies > 0 && taken > 0, "{copies} copies, {taken} frames taken");
}
