//! The painter on views made by hand: what colour is where.

use crate::map::*;
use pageturner::config::Config;
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::units::{AnonVmaId, Pfn, RunId, SwapSlot};
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::frame::{Frame, FrameTable, FrameUse, Owner};
use pageturner::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use pageturner::vocabulary::request::Request;
use pageturner::vocabulary::run::Run;

/// All frames free but in no list: for what is under test, others are set.
pub(super) fn view(frames: u32) -> View {
    let config = Config { frames, ..Config::default() };
    let machine = Machine::new(config).expect("a valid machine");
    let mut view = View::of(&machine);
    view.frames = FrameTable::new(frames, 0);
    *view.free_mut() = FreeLists::new(frames, 1);
    view
}

fn page() -> Frame {
    Frame { state: FrameUse::Page, mapping: Owner::Anon(AnonVmaId(1)), mapcount: 1, ..Frame::default() }
}

pub(super) struct Picture {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
    pub(super) camera: Camera,
    pub(super) signs: Signs,
}

impl Picture {
    pub(super) fn of(view: &View, width: u32, height: u32, marks: &Marks) -> Picture {
        let camera = Camera::new(view.frames.studied(), width, height);
        Picture::with(view, camera, width, height, marks)
    }

    fn with(view: &View, camera: Camera, width: u32, height: u32, marks: &Marks) -> Picture {
        Picture::moving(view, camera, width, height, marks, None)
    }

    fn moving(view: &View, camera: Camera, width: u32, height: u32, marks: &Marks, motion: Option<&Motion>) -> Picture {
        let uses: Vec<u8> = view.frames.all().map(|frame| Use::of(frame, view) as u8).collect();
        let mut bytes = vec![77; (width * height * 4) as usize];
        let scene = Scene { view, uses: &uses, camera: &camera, theme: &LIGHT, marks, motion };
        let mut pixels = Pixels::new(&mut bytes, width, height);
        paint(&mut pixels, &scene);
        let signs = pixels.signs;
        Picture { bytes, width, height, camera, signs }
    }

    pub(super) fn at(&mut self, x: i32, y: i32) -> Rgba {
        Pixels::new(&mut self.bytes, self.width, self.height).get(x, y)
    }

    /// Near the upper left of a frame's cell, where neither marks nor patterns of large cells are.
    fn corner(&mut self, pfn: u32) -> Rgba {
        let rect = self.camera.rect(pfn);
        self.at(rect.x0 + rect.width() / 4, rect.y0 + rect.height() / 4)
    }

    /// The pixels of a frame's cell; of a labelled one only those left of the count.
    fn cell_without_plate(&mut self, pfn: u32, labelled: bool) -> Vec<Rgba> {
        let Rect { x0, y0, x1, y1 } = self.camera.rect(pfn);
        let x1 = if labelled { x0 + (x1 - x0) / 4 } else { x1 - 1 };
        (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y))).map(|(x, y)| self.at(x, y)).collect()
    }

    pub(super) fn has(&mut self, rect: Rect, color: Rgba) -> bool {
        (rect.y0..rect.y1).any(|y| (rect.x0..rect.x1).any(|x| self.at(x, y) == color))
    }
}

#[test]
fn from_near_a_cell_has_its_uses_color_and_pattern() {
    let mut view = view(16);
    view.frames.set(Pfn(3), page());
    view.frames.set(Pfn(4), Frame { slot: Some(SwapSlot(0)), ..page() });
    view.frames.set(Pfn(5), Frame { state: FrameUse::Hole, ..Frame::default() });
    let mut picture = Picture::of(&view, 200, 200, &Marks::default());
    assert_eq!(picture.corner(3), LIGHT.fill(Use::Anon));
    assert_eq!(picture.corner(4), LIGHT.fill(Use::SwapCache));
    assert_eq!(picture.corner(5), LIGHT.fill(Use::Hole));
    for (pfn, each) in [(4, Use::SwapCache), (5, Use::Hole)] {
        let rect = picture.camera.rect(pfn);
        assert!(picture.has(rect, LIGHT.line(each)), "{each:?} has no pattern");
    }
}

#[test]
fn gaps_and_surroundings_show_the_ground() {
    let mut view = view(16);
    (0..16).for_each(|n| _ = view.frames.set(Pfn(n), page()));
    let mut picture = Picture::of(&view, 200, 200, &Marks::default());
    let rect = picture.camera.rect(0);
    assert_eq!(picture.at(rect.x1 - 1, rect.y0), LIGHT.ground, "right of the cell");
    assert_eq!(picture.at(0, 0), LIGHT.ground);
    assert_eq!(picture.at(199, 199), LIGHT.ground);
}

#[test]
fn a_free_run_is_one_surface_with_an_outline() {
    let mut view = view(16);
    view.frames.set(Pfn(3), page());
    view.frames.set(Pfn(2), page());
    view.free_mut().link(FreeRun { start: Pfn(0), len: 2 }, ListId { zone: 0, list: 1 }, None);
    view.free_mut().link(FreeRun { start: Pfn(8), len: 8 }, ListId { zone: 0, list: 3 }, None);
    let mut picture = Picture::of(&view, 200, 200, &Marks::default());
    assert_eq!(picture.camera.columns(), 4);
    let (a, b) = (picture.camera.rect(0), picture.camera.rect(1));
    let mid = (a.y0 + a.y1) / 2;
    assert_eq!(picture.at(a.x0, mid), LIGHT.outline, "left side");
    assert_ne!(picture.at(a.x1 - 1, mid), LIGHT.ground, "no gap within a run");
    assert_ne!(picture.at(b.x0, mid), LIGHT.outline, "no line within a run");
    assert_eq!(picture.at(b.x1 - 4, mid), LIGHT.outline, "right side");
    let below = picture.camera.rect(8);
    assert_ne!(picture.at(below.x0 + 9, below.y1 - 1), LIGHT.ground, "the run goes on in the next row");
}

/// Each sign has a shape and a place of its own, at any size of cell that has signs, and is listed for the legend.
#[test]
fn every_sign_of_a_frame_is_drawn_and_told() {
    let mut view = view(64);
    view.frames.set(Pfn(0), page());
    let signed = [
        (Frame { mapcount: 2, ..page() }, Sign::Shared),
        (Frame { dirty: true, ..page() }, Sign::Dirty),
        (Frame { mlocked: true, ..page() }, Sign::Locked),
        (page(), Sign::Accessed),
        (Frame { slot: Some(SwapSlot(0)), ..page() }, Sign::SwapCache),
    ];
    for (pfn, (frame, _)) in (1..).zip(&signed) {
        view.frames.set(Pfn(pfn), *frame);
    }
    let mut marks = Marks::default();
    marks.accessed.ptes.grow(64);
    marks.accessed.ptes[4] = 1;
    for cell in [10, 16, 24, 28, 40, 60, 96] {
        let camera = Camera::new(64, 8 * cell + 10, 8 * cell + 10);
        assert_eq!(camera.cell(), f64::from(cell));
        let mut picture = Picture::with(&view, camera, 8 * cell + 10, 8 * cell + 10, &marks);
        let labelled = cell >= 28;
        let plain = picture.cell_without_plate(0, labelled);
        for (pfn, (_, sign)) in (1..).zip(&signed) {
            let told = if labelled && *sign == Sign::Shared { Sign::Count } else { *sign };
            assert!(picture.signs.has(told), "{told:?} at {cell}");
            let drawn = picture.cell_without_plate(pfn, labelled);
            assert_eq!(drawn != plain, told == *sign, "{sign:?} at {cell}");
        }
        assert_eq!(picture.signs.has(Sign::Count), labelled);
        assert!(!picture.signs.has(Sign::Pinned) && !picture.signs.has(Sign::Changed));
    }
    let shapes: std::collections::BTreeSet<_> = Sign::ALL.iter().copied().filter_map(Sign::shape).collect();
    assert_eq!(
        shapes.len(),
        Sign::ALL.iter().copied().filter(|sign| sign.shape().is_some()).count(),
        "no two are alike"
    );
}

/// With low addresses at the bottom the picture is the same, its lines of cells in the reverse order.
#[test]
fn low_addresses_may_be_at_the_bottom() {
    for (frames, side) in [(61, 400), (1000, 400), (5000, 300), (1 << 16, 256), (1 << 18, 128)] {
        let mut view = view(frames);
        (0..frames).filter(|n| n % 7 == 0).for_each(|n| _ = view.frames.set(Pfn(n), page()));
        let down = Camera::new(frames, side, side);
        let mut up = down.clone();
        up.set_upwards(true);
        assert_eq!(up.row_on(up.rows() - 1), 0);
        for pfn in [0, 1, frames / 2, frames - 1] {
            let (a, b) = (down.rect(pfn), up.rect(pfn));
            assert_eq!((a.x0, a.x1), (b.x0, b.x1));
            if down.cell() >= 1.0 {
                assert_eq!(up.hit(f64::from(b.x0), f64::from(b.y0)), Some(pfn), "{frames} frames");
                let first = f64::from(a.y0) - down.y();
                let last = up.y() + up.cell() * f64::from(up.rows()) - f64::from(b.y1);
                assert!((first - last).abs() <= 1.0, "as far from the bottom as it was from the top");
            }
        }
        let (mut a, mut b) = (
            Picture::with(&view, down.clone(), side, side, &Marks::default()),
            Picture::with(&view, up.clone(), side, side, &Marks::default()),
        );
        // The middle of each cell, or of the pixels that frames share.
        let step = (frames / 50).max(1);
        for pfn in (0..frames).step_by(step as usize).filter(|_| down.cell() >= 1.0) {
            let middle = |camera: &Camera| {
                let rect = camera.rect(pfn);
                (rect.x0 + rect.width() / 4, rect.y0 + rect.height() / 4)
            };
            let ((ax, ay), (bx, by)) = (middle(&down), middle(&up));
            assert_eq!(a.at(ax, ay), b.at(bx, by), "frame {pfn} of {frames}");
        }
        assert_ne!(a.bytes, b.bytes, "{frames} frames");
    }
}

/// Halves of a block that lie one above the other part towards higher addresses, whichever way those are.
#[test]
fn motion_goes_towards_high_addresses() {
    let mut camera = Camera::new(16, 200, 200);
    let split = Event::Split { pfn: Pfn(0), left: 8, right: 8 };
    let mut motion = Motion::new(&[split], false).unwrap();
    motion.done = 0.25;
    let down = motion.offset(8, &camera).unwrap();
    camera.set_upwards(true);
    assert_eq!(motion.offset(8, &camera).unwrap(), (down.0, -down.1));
    assert!(down.1 > 0);
}

#[test]
fn labels_appear_with_large_cells_only() {
    let mut view = view(64);
    view.frames.set(Pfn(9), Frame { mapcount: 3, ..page() });
    let uses: Vec<u8> = view.frames.all().map(|frame| Use::of(frame, &view) as u8).collect();
    let texts = |size: u32| {
        let camera = Camera::new(64, size, size);
        let scene =
            Scene { view: &view, uses: &uses, camera: &camera, theme: &LIGHT, marks: &Marks::default(), motion: None };
        labels(&scene).map(|(_, labels)| labels.into_iter().map(|label| label.text).collect::<Vec<_>>())
    };
    assert_eq!(texts(200), None, "24 pixels a cell");
    let texts = texts(400).expect("48 pixels a cell");
    assert_eq!(texts.len(), 65);
    assert_eq!(texts[9..11], ["9", "x3"]);
}

#[test]
fn dots_are_where_the_camera_says() {
    let mut view = view(4096);
    view.frames.set(Pfn(65), page());
    let mut picture = Picture::of(&view, 200, 200, &Marks::default());
    assert_eq!(picture.camera.cell(), 3.0);
    for n in [64, 65, 66, 129] {
        let rect = picture.camera.rect(n);
        let color = LIGHT.fill(if n == 65 { Use::Anon } else { Use::Free });
        assert_eq!([picture.at(rect.x0, rect.y0), picture.at(rect.x1 - 1, rect.y1 - 1)], [color; 2], "frame {n}");
    }
}

#[test]
fn one_pixel_a_frame_is_exact() {
    let mut view = view(1 << 12);
    (0..1 << 12).filter(|n| n % 7 == 0).for_each(|n| _ = view.frames.set(Pfn(n), page()));
    let mut picture = Picture::of(&view, 64, 64, &Marks::default());
    assert_eq!(picture.camera.cell(), 1.0);
    for n in 0..1 << 12 {
        let color = LIGHT.fill(if n % 7 == 0 { Use::Anon } else { Use::Free });
        assert_eq!(picture.at(n % 64, n / 64), color, "frame {n}");
    }
}

#[test]
fn far_away_a_pixel_is_the_mean_of_its_frames() {
    let mut view = view(1 << 12);
    // Every second column, so that each pixel has two of four frames.
    (0..1 << 12).filter(|n| n % 2 == 0).for_each(|n| _ = view.frames.set(Pfn(n), page()));
    let mut picture = Picture::of(&view, 32, 32, &Marks::default());
    assert_eq!(picture.camera.cell(), 0.5);
    let mean = |i: usize| ((u32::from(LIGHT.fill(Use::Anon)[i]) + u32::from(LIGHT.fill(Use::Free)[i])) / 2) as u8;
    let expected: Rgba = std::array::from_fn(mean);
    assert_eq!([picture.at(0, 0), picture.at(31, 31), picture.at(16, 5)], [expected; 3]);
}

#[test]
fn far_away_one_used_frame_colors_one_pixel() {
    let mut view = view(1 << 12);
    view.frames.set(Pfn(21 * 64 + 37), page());
    let mut picture = Picture::of(&view, 32, 32, &Marks::default());
    let colored = |picture: &mut Picture, x, y| picture.at(x, y) != LIGHT.fill(Use::Free);
    let found: Vec<_> = (0..32 * 32).map(|n| (n % 32, n / 32)).filter(|(x, y)| colored(&mut picture, *x, *y)).collect();
    assert_eq!(found, [(18, 10)]);
}

#[test]
fn millions_of_frames_fit_a_stamp() {
    let view = view(1 << 22);
    let mut picture = Picture::of(&view, 16, 16, &Marks::default());
    assert_eq!(picture.at(8, 8), LIGHT.fill(Use::Free));
}

#[test]
fn marks_differ_in_shape_and_show_at_any_size() {
    for size in [64, 200, 900] {
        let mut view = view(1024);
        (0..1024).for_each(|n| _ = view.frames.set(Pfn(n), page()));
        let marks = Marks {
            selected: Some(100),
            highlighted: vec![300],
            changed: vec![500, 5000],
            sought: Some(700),
            hand: Some(200),
            stale: vec![400],
            ..Marks::default()
        };
        let mut picture = Picture::of(&view, size, size, &marks);
        for (pfn, color) in [
            (100, LIGHT.ring),
            (200, LIGHT.ring),
            (300, LIGHT.ring),
            (400, LIGHT.changed),
            (500, LIGHT.changed),
            (700, LIGHT.changed),
        ] {
            let rect = picture.camera.rect(pfn).grown(4);
            assert!(picture.has(rect, color), "frame {pfn} at {size}");
        }
    }
}

#[test]
fn frames_side_by_side_that_have_changed_have_one_pair_of_brackets() {
    let view = view(64);
    let marks = Marks { changed: vec![10, 9, 11, 17, 15, 16], ..Marks::default() };
    let mut picture = Picture::of(&view, 320, 320, &marks);
    assert_eq!(picture.camera.columns(), 8);
    let sides = [9, 10, 11, 15, 16, 17].map(|pfn| {
        let cell = picture.camera.rect(pfn);
        [cell.x0, cell.x1 - 2].map(|x| picture.at(x, cell.y0 + 2) == LIGHT.changed)
    });
    let (left, none, right) = ([true, false], [false, false], [false, true]);
    assert_eq!(sides, [left, none, right, [true, true], left, right], "rows are apart");
}

/// 64 frames in rows of 8: a split within a row is a line between two cells, one between rows goes across.
#[test]
fn a_split_is_drawn_though_its_pieces_are_used() {
    let mut view = view(64);
    (0..64).for_each(|n| _ = view.frames.set(Pfn(n), page()));
    let mut plain = Picture::of(&view, 320, 320, &Marks::default());
    let mut picture = Picture::of(&view, 320, 320, &Marks { splits: vec![12, 32], ..Marks::default() });
    assert!(picture.signs.has(Sign::Split) && !plain.signs.has(Sign::Split));
    let (within, below) = (picture.camera.rect(12), picture.camera.rect(39));
    assert_eq!(picture.at(within.x0, within.y0 + 1), LIGHT.changed);
    assert_eq!(plain.at(within.x0, within.y0 + 1), LIGHT.fill(Use::Anon));
    let row = Rect { y0: below.y0 - 1, y1: below.y0 + 1, ..below };
    assert!(picture.has(row, LIGHT.changed), "to the end of the row");
    assert!(
        !picture.has(picture.camera.rect(20), LIGHT.changed) && !picture.has(picture.camera.rect(4), LIGHT.changed)
    );
}

#[test]
fn what_is_used_otherwise_is_outlined_as_one() {
    let view = view(64);
    let mut apart = vec![false; 64];
    [9, 10].into_iter().for_each(|pfn| apart[pfn] = true);
    let mut picture = Picture::of(&view, 320, 320, &Marks { apart, ..Marks::default() });
    let (left, right) = (picture.camera.rect(9), picture.camera.rect(10));
    let middle = (left.y0 + left.y1) / 2;
    assert_eq!(picture.camera.columns(), 8);
    assert_eq!(picture.at(left.x0, middle), LIGHT.ring);
    assert_eq!(picture.at(right.x1 - 1, middle), LIGHT.ring);
    assert_ne!(picture.at(right.x0, middle), LIGHT.ring, "no line between the two");
}

#[test]
fn every_pixel_is_written_at_any_zoom() {
    let view = view(1000);
    let mut camera = Camera::new(1000, 150, 90);
    for step in 0..40 {
        camera.zoom(1.2, 70.0 + f64::from(step), 40.0);
        let picture = Picture::with(&view, camera.clone(), 150, 90, &Marks::default());
        assert!(!picture.bytes.chunks_exact(4).any(|pixel| pixel == [77; 4]), "cell {}", picture.camera.cell());
    }
}

fn given(view: &mut View, first: u32, given: u32, pins: u32) {
    (first..first + given).for_each(|n| {
        _ = view.frames.set(Pfn(n), Frame { state: FrameUse::Run { first: Pfn(first) }, ..Frame::default() })
    });
    view.runs.insert(Pfn(first), Run { pins, ..Run::new(RunId(first), Request::of(given), given) });
}

#[test]
fn a_run_is_one_surface_and_a_pinned_one_has_pins() {
    let mut view = view(16);
    given(&mut view, 0, 3, 0);
    given(&mut view, 8, 2, 1);
    let mut picture = Picture::of(&view, 200, 200, &Marks::default());
    let (a, b) = (picture.camera.rect(0), picture.camera.rect(2));
    assert_ne!(picture.at(a.x1 - 1, a.y0 + 5), LIGHT.ground, "no gap within a run");
    assert_eq!(picture.at(b.x1 - 1, b.y0 + 5), LIGHT.ground, "a gap behind it");
    let pins = [0, 8, 9].map(|pfn| {
        let Rect { x0, y0, x1, y1 } = picture.camera.rect(pfn);
        picture.has(Rect { x0: (x0 + x1) / 2, y0: (y0 + y1) / 2, x1, y1 }, LIGHT.text(Use::Run))
    });
    assert_eq!(pins, [false, true, true]);
}

/// Half of 16 free frames given away: the other half stands apart meanwhile, and at the end at its place.
#[test]
fn a_motion_shows_what_it_says_and_leaves_nothing_behind() {
    let mut view = view(16);
    given(&mut view, 0, 4, 0);
    view.free_mut().link(FreeRun { start: Pfn(4), len: 4 }, ListId { zone: 0, list: 2 }, None);
    view.free_mut().link(FreeRun { start: Pfn(8), len: 8 }, ListId { zone: 0, list: 3 }, None);
    let split = |left| Event::Split { pfn: Pfn(0), left, right: left };
    let slide = Event::Migrate { from: Pfn(9), to: Pfn(2), pages: 1 };
    for events in [vec![split(8), split(4)], vec![slide]] {
        let camera = Camera::new(16, 200, 200);
        let still = Picture::of(&view, 200, 200, &Marks::default());
        for back in [false, true] {
            let mut motion = Motion::new(&events, back).expect("something moves");
            let mut paint = |done| {
                motion.done = done;
                Picture::moving(&view, camera.clone(), 200, 200, &Marks::default(), Some(&motion))
            };
            assert_ne!(paint(0.4).bytes, still.bytes, "under way");
            assert_eq!(paint(1.0).bytes, still.bytes, "over");
        }
    }
}

#[test]
fn where_something_has_moved_from_is_marked_once_it_has_arrived() {
    let mut view = view(16);
    given(&mut view, 8, 2, 0);
    let marks = Marks { changed: vec![8], moved: vec![(2, 8, 2)], ..Marks::default() };
    let mut picture = Picture::of(&view, 200, 200, &marks);
    let marked = [2, 3, 8, 5, 15].map(|pfn| {
        let rect = picture.camera.rect(pfn);
        picture.has(rect, LIGHT.changed)
    });
    assert_eq!(marked, [true, true, true, true, false], "old places, the new one, the line between");
    let motion = Motion::new(&[Event::Migrate { from: Pfn(2), to: Pfn(8), pages: 2 }], false).unwrap();
    let mut moving = Picture::moving(&view, picture.camera.clone(), 200, 200, &marks, Some(&motion));
    let whole = Rect { x0: 0, y0: 0, x1: 200, y1: 200 };
    assert!(!moving.has(whole, LIGHT.changed), "not while it moves");
}
