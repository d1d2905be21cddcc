//! What is set off from the map: the selected frame, the highlighted ones and those that have just changed.
//!
//! Eight shapes, so that colour is not the only difference: a heavy ring, a light ring, brackets at the corners, sights
//! around the frame that the reverse map searches for, an arrow at the clock's hand, a
//! cross over a frame whose way back is wrong, a broken line where a block was split, and a dashed ring at the
//! old place of something that has moved.

use super::accessed::Accessed;
use super::pixels::{Pixels, Rect, Rgba};
use super::signs::Sign;
use super::style::{Style, body};
use super::uses::Use;
use super::{Camera, GAPS, Scene, Theme, contour, seams};

/// Frames that are set off.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Marks {
    pub selected: Option<u32>,
    /// In rising order.
    pub highlighted: Vec<u32>,
    pub changed: Vec<u32>,
    pub sought: Option<u32>,
    /// The frames at which, in the last step, the right part of a split block begins.
    pub splits: Vec<u32>,
    /// Frames whose way back was found wrong.
    pub stale: Vec<u32>,
    /// Where the clock's hand is.
    pub hand: Option<u32>,
    /// The frames that were accessed since it passed.
    pub accessed: Accessed,
    /// Free frames are drawn each by itself, not in blocks.
    pub single: bool,
    /// Per frame whether another machine uses it differently. Empty: nothing is compared.
    pub apart: Vec<bool>,
    /// What has moved: old place, new place, number of frames.
    pub moved: Vec<(u32, u32, u32)>,
    /// The micro-step copies the first one's bytes into the second.
    pub copied: Option<(u32, u32)>,
    /// Free frames that are in no free list are marked: a command is under way.
    pub between: bool,
}

/// More marks than this on cells too small for gaps become coloured dots: rings would cover each other.
const MANY: usize = 64;
/// More moves than this in one step would cover the map with lines.
const MANY_MOVES: usize = 24;
/// More moves than this have thin, dotted lines: what they cross is to be seen.
const SOME_MOVES: usize = 6;
/// Rings are at least this wide, however small the cell.
const LEAST: i32 = 7;

/// Paints the marks over the map.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let marks = scene.marks;
    super::apart::paint(pixels, scene);
    // Frames that are moving are marked when they have arrived.
    if scene.motion.is_none() {
        paint_changed(pixels, scene);
        paint_moved(pixels, scene);
        paint_copied(pixels, scene);
        seams::paint(pixels, scene);
    }
    paint_all(pixels, scene, &marks.stale, Sign::Stale);
    paint_all(pixels, scene, marks.hand.as_slice(), Sign::Hand);
    paint_linked(pixels, scene);
    paint_all(pixels, scene, marks.selected.as_slice(), Sign::Selected);
    paint_all(pixels, scene, marks.sought.as_slice(), Sign::Sought);
}

/// Draws a sign around a cell.
pub fn around(pixels: &mut Pixels, rect: Rect, sign: Sign, theme: &Theme) {
    pixels.signs.add(sign);
    match sign {
        Sign::Linked => ring(pixels, rect, 2, theme.ring, theme.halo),
        Sign::Selected => ring(pixels, rect.grown(1), 3, theme.ring, theme.halo),
        Sign::Sought => sights(pixels, rect.grown(3), theme.changed, theme.halo),
        Sign::Split => seams::split(pixels, Rect { x1: rect.x0 + 1, ..rect }, theme),
        Sign::Stale => crossed(pixels, rect, theme.changed, theme.halo),
        Sign::Hand => hand(pixels, rect, theme.ring, theme.halo),
        Sign::Changed => brackets(pixels, rect, theme.changed, theme.halo),
        Sign::Moved => dashes(pixels, rect, theme.changed, theme.halo),
        Sign::Apart => pixels.outline(rect, 2, theme.ring),
        Sign::Copied => {
            let Rect { x0, y0, x1, y1 } = rect;
            arrow(pixels, (x0, y1 - 1), (x1 - 1, y0), theme);
        }
        // Drawn inside cells.
        Sign::Between => super::cells::between(pixels, rect, theme),
        Sign::Count | Sign::Shared | Sign::Dirty | Sign::PteDirty => {}
        Sign::Accessed | Sign::Locked | Sign::SwapCache | Sign::Pinned => {}
    }
}

fn color_of(sign: Sign, theme: &Theme) -> Rgba {
    if matches!(sign, Sign::Linked | Sign::Selected | Sign::Hand) { theme.ring } else { theme.changed }
}

/// Frames side by side that have changed have one pair of brackets: a pair each, of hundreds, would hide what changed.
fn paint_changed(pixels: &mut Pixels, scene: &Scene) {
    let camera = scene.camera;
    if camera.cell() < GAPS {
        return paint_all(pixels, scene, &scene.marks.changed, Sign::Changed);
    }
    let mut changed = scene.marks.changed.clone();
    changed.sort_unstable();
    changed.dedup();
    for stretch in stretches(camera, &changed) {
        around(pixels, body(stretch, &Style::new(camera.cell())).grown(1), Sign::Changed, scene.theme);
    }
}

/// Frames that lie together have one line around them, of dots a ring around each stretch of a row.
fn paint_linked(pixels: &mut Pixels, scene: &Scene) {
    let (lit, camera) = (&scene.marks.highlighted, scene.camera);
    if camera.cell() >= GAPS {
        if contour::paint(pixels, scene, lit, scene.theme.ring) {
            pixels.signs.add(Sign::Linked);
        }
        return;
    }
    if lit.len() > MANY {
        pixels.signs.add(Sign::Linked);
        return contour::paint_around_dots(pixels, scene, lit, scene.theme.ring);
    }
    for stretch in stretches(camera, lit) {
        let (width, height) = (stretch.width(), stretch.height());
        let wider = |side: i32| (LEAST - side).max(0) / 2 + 1;
        let Rect { x0, y0, x1, y1 } = stretch;
        let (dx, dy) = (wider(width), wider(height));
        around(pixels, Rect { x0: x0 - dx, y0: y0 - dy, x1: x1 + dx, y1: y1 + dy }, Sign::Linked, scene.theme);
    }
}

/// The places of frames, which are in rising order, that lie side by side, as far as they can be seen.
fn stretches(camera: &Camera, pfns: &[u32]) -> Vec<Rect> {
    let in_row = |left: &u32, right: &u32| left + 1 == *right && camera.rect(*left).y0 == camera.rect(*right).y0;
    let there = &pfns[..pfns.partition_point(|pfn| *pfn < camera.frames())];
    let of = |side_by_side: &[u32]| {
        let (first, last) = (camera.rect(side_by_side[0]), camera.rect(side_by_side[side_by_side.len() - 1]));
        Rect { x1: last.x1, ..first }
    };
    there.chunk_by(in_row).map(of).filter(|stretch| camera.sees(stretch.grown(LEAST))).collect()
}

/// Paints, once all has arrived, dashed rings where nothing has taken the old place, and a line from there to the new.
fn paint_moved(pixels: &mut Pixels, scene: &Scene) {
    let (moved, theme) = (&scene.marks.moved, scene.theme);
    if moved.len() > MANY_MOVES {
        return;
    }
    let free = |pfn: &u32| scene.uses.get(*pfn as usize) == Some(&(Use::Free as u8));
    let left: Vec<u32> = moved.iter().flat_map(|(from, _, pages)| *from..from + pages).filter(free).collect();
    paint_all(pixels, scene, &left, Sign::Moved);
    let few = moved.len() <= SOME_MOVES;
    for (from, to, _) in moved.iter().filter(|(from, to, _)| *from.max(to) < scene.camera.frames()) {
        let (from, to) = (middle(scene.camera, *from), middle(scene.camera, *to));
        if few { line(pixels, from, to, theme) } else { dotted(pixels, from, to, theme) }
    }
}

fn dashes(pixels: &mut Pixels, rect: Rect, color: Rgba, halo: Rgba) {
    ring(pixels, rect, 2, halo, halo);
    let (w, h) = (rect.width(), rect.height());
    pixels.stencil(rect, color, |x, y| x.min(w - 1 - x).min(y).min(h - 1 - y) < 2 && (x + y) % 6 < 3);
}

/// Paints an arrow from the frame that is copied to the one that gets the copy.
fn paint_copied(pixels: &mut Pixels, scene: &Scene) {
    let camera = scene.camera;
    let Some((from, to)) = scene.marks.copied.filter(|(from, to)| *from.max(to) < camera.frames()) else { return };
    arrow(pixels, middle(camera, from), middle(camera, to), scene.theme);
    pixels.signs.add(Sign::Copied);
}

/// The middle of a frame's cell.
fn middle(camera: &Camera, pfn: u32) -> (i32, i32) {
    let cell = camera.rect(pfn);
    ((cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2)
}

/// A line with a head at its end.
fn arrow(pixels: &mut Pixels, (x0, y0): (i32, i32), (x1, y1): (i32, i32), theme: &Theme) {
    let length = f64::from((x1 - x0).pow(2) + (y1 - y0).pow(2)).sqrt().max(1.0);
    let (ux, uy) = (f64::from(x1 - x0) / length, f64::from(y1 - y0) / length);
    let reach = (length * 0.5).min(11.0);
    let near = Rect { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1) + 1, y1: y0.max(y1) + 1 }.grown(9);
    for (wide, color) in [(1.5, theme.halo), (0.0, theme.changed)] {
        pixels.stencil(near, color, |x, y| {
            let (dx, dy) = (f64::from(x + near.x0 - x1), f64::from(y + near.y0 - y1));
            // How far before the tip, and how far beside the line.
            let (before, beside) = (-(dx * ux + dy * uy), (dx * uy - dy * ux).abs());
            let shaft = before >= reach - 1.0 && before <= length + wide && beside <= 1.2 + wide;
            shaft || (before >= -wide && before <= reach + wide && beside <= before * 0.55 + wide)
        });
    }
}

/// A line with a dot at its end.
fn line(pixels: &mut Pixels, (x0, y0): (i32, i32), (x1, y1): (i32, i32), theme: &Theme) {
    let (color, halo) = (theme.changed, theme.halo);
    let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
    let at = |n: i32| (x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps);
    let dot = |(x, y): (i32, i32), r: i32| Rect { x0: x - r, y0: y - r, x1: x + r + 1, y1: y + r + 1 };
    (0..=steps).for_each(|n| pixels.fill(dot(at(n), 1), halo));
    (0..=steps).for_each(|n| pixels.fill(Rect { x1: at(n).0 + 1, y1: at(n).1 + 1, ..dot(at(n), 0) }, color));
    pixels.fill(dot((x1, y1), 3), halo);
    pixels.fill(dot((x1, y1), 2), color);
}

/// A line of single pixels with a dot at its end.
fn dotted(pixels: &mut Pixels, (x0, y0): (i32, i32), (x1, y1): (i32, i32), theme: &Theme) {
    let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
    for n in (0..=steps).step_by(4) {
        let (x, y) = (x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps);
        pixels.fill(Rect { x0: x, y0: y, x1: x + 2, y1: y + 1 }, theme.changed);
    }
    let end = Rect { x0: x1 - 1, y0: y1 - 1, x1: x1 + 2, y1: y1 + 2 };
    pixels.fill(end.grown(1), theme.halo);
    pixels.fill(end, theme.changed);
}

fn paint_all(pixels: &mut Pixels, scene: &Scene, pfns: &[u32], sign: Sign) {
    let draw = |pixels: &mut Pixels, rect| around(pixels, rect, sign, scene.theme);
    let camera = scene.camera;
    let tiny = camera.cell() < GAPS;
    for pfn in pfns.iter().filter(|pfn| **pfn < camera.frames()) {
        let cell = camera.rect(*pfn);
        if !camera.sees(cell.grown(LEAST)) {
            continue;
        }
        if tiny && pfns.len() > MANY {
            pixels.fill(cell, color_of(sign, scene.theme));
            pixels.signs.add(sign);
        } else if tiny {
            draw(pixels, cell.grown((LEAST - cell.width()).max(0) / 2 + 1));
        } else {
            draw(pixels, body(cell, &Style::new(camera.cell())).grown(1));
        }
    }
}

fn ring(pixels: &mut Pixels, rect: Rect, thick: i32, color: Rgba, halo: Rgba) {
    pixels.outline(rect.grown(1), 1, halo);
    pixels.outline(rect, thick, color);
    pixels.outline(rect.grown(-thick), 1, halo);
}

fn brackets(pixels: &mut Pixels, rect: Rect, color: Rgba, halo: Rgba) {
    let thick = (rect.height() / 8).clamp(2, 4);
    let arm = (rect.height() / 3).max(3);
    for (thick, arm, rect, color) in [(thick + 2, arm + 2, rect.grown(1), halo), (thick, arm, rect, color)] {
        let (w, h) = (rect.width(), rect.height());
        pixels.stencil(rect, color, |x, y| {
            let (dx, dy) = (x.min(w - 1 - x), y.min(h - 1 - y));
            (dx < thick && dy < arm) || (dy < thick && dx < arm)
        });
    }
}

/// A ring that is crossed out.
fn crossed(pixels: &mut Pixels, rect: Rect, color: Rgba, halo: Rgba) {
    for (thick, color) in [(2, halo), (1, color)] {
        let (w, h) = (rect.width().max(1), rect.height().max(1));
        pixels.stencil(rect, color, |x, y| {
            let (across, down) = (x * h, y * w);
            (across - down).abs() <= thick * w.max(h) || (across + down - w * h).abs() <= thick * w.max(h)
        });
    }
    ring(pixels, rect, 2, color, halo);
}

/// An arrow that points into the cell from its left side.
fn hand(pixels: &mut Pixels, rect: Rect, color: Rgba, halo: Rgba) {
    let half = (rect.height() / 4).clamp(3, 10);
    let middle = (rect.y0 + rect.y1) / 2;
    for (grown, color) in [(2, halo), (0, color)] {
        let half = half + grown;
        let arrow =
            Rect { x0: rect.x0 - grown - 1, x1: rect.x0 + half + grown, y0: middle - half, y1: middle + half + 1 };
        let width = arrow.width();
        pixels.stencil(arrow, color, |x, y| x * half <= (half - (y - half).abs()) * width);
    }
}

/// A ring with a bar across the middle of each side.
fn sights(pixels: &mut Pixels, rect: Rect, color: Rgba, halo: Rgba) {
    ring(pixels, rect, 2, color, halo);
    let (w, h) = (rect.width(), rect.height());
    let reach = (w / 5).clamp(2, 8);
    let outer = rect.grown(reach);
    for (wide, color) in [(2, halo), (1, color)] {
        pixels.stencil(outer, color, |x, y| {
            let (dx, dy) = ((x - reach - w / 2).abs(), (y - reach - h / 2).abs());
            let bar = |along: i32, across: i32, size: i32| across <= wide && (along - size / 2).abs() <= reach;
            bar(dx, dy, w) || bar(dy, dx, h)
        });
    }
}
