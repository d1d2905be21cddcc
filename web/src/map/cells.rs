//! The map at large sizes: a cell per frame, with gaps, patterns and small marks.

use super::blocks;
use super::pixels::{Pixels, Rect};
use super::signs::Sign;
use super::style::{self, Style, body, pattern};
use super::uses::Use;
use super::{Scene, labels};
use crate::free_runs::Runs;
use pageturner::units::Pfn;
use pageturner::vocabulary::frame::{Frame, FrameUse};
use pageturner::vocabulary::free_lists::FreeRun;

/// Paints the map: first what is at its place, then over it what moves.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let style = Style::new(scene.camera.cell());
    let mut runs = Runs::new(scene.view, |n| scene.uses[n as usize] == Use::Free as u8);
    let mut moving = Vec::new();
    pixels.clear(scene.theme.ground);
    for row in scene.camera.visible_rows() {
        for column in scene.camera.visible_columns() {
            let pfn = row * scene.camera.columns() + column;
            let Some(each) = scene.uses.get(pfn as usize).map(|n| Use::ALL[usize::from(*n)]) else { break };
            let sought = each == Use::Free && (!scene.marks.single || scene.marks.between);
            let run = if sought { runs.of(pfn) } else { None };
            if scene.motion.is_some_and(|motion| motion.moves(pfn)) {
                moving.push((pfn, each, run));
            } else {
                paint_frame(pixels, scene, &style, pfn, each, run);
            }
        }
    }
    for (pfn, each, run) in moving {
        let part = scene.motion.and_then(|motion| motion.part(pfn));
        paint_frame(pixels, scene, &style, pfn, each, part.or(run));
    }
}

fn paint_frame(pixels: &mut Pixels, scene: &Scene, style: &Style, pfn: u32, each: Use, free: Option<FreeRun>) {
    let frame = scene.view.frames.get(Pfn(pfn));
    let in_no_list = each == Use::Free && scene.marks.between && free.is_none();
    match (free.filter(|_| each == Use::Free && !scene.marks.single), frame.state) {
        (Some(run), _) => blocks::paint(pixels, scene, style, pfn, run),
        (None, FrameUse::Run { first }) => {
            let run = scene.view.runs.get(&first);
            let given = FreeRun { start: first, len: run.map_or(1, |run| run.given) };
            blocks::paint_given(pixels, scene, style, pfn, given, run.is_some_and(|run| run.pins > 0));
        }
        (None, _) => paint_cell(pixels, scene, style, pfn, each, &frame),
    }
    if in_no_list {
        let rect = body(scene.cell(pfn), style);
        // Not under its number.
        let top = if style.labelled { rect.y0 + rect.height() / 2 } else { rect.y0 };
        between(pixels, Rect { y0: top, ..rect }, scene.theme);
        pixels.signs.add(Sign::Between);
    }
}

/// Hatches a frame that is between free and used.
pub fn between(pixels: &mut Pixels, rect: Rect, theme: &super::Theme) {
    let wide = (rect.width() / 12).clamp(1, 3);
    pixels.stencil(rect, theme.outline, |x, y| (x + y) % (4 * wide) < wide);
}

fn paint_cell(pixels: &mut Pixels, scene: &Scene, style: &Style, pfn: u32, each: Use, frame: &Frame) {
    let rect = body(scene.cell(pfn), style);
    pixels.fill(rect, scene.theme.fill(each));
    if style.patterned {
        pattern(pixels, scene, style, rect, each);
        paint_signs(pixels, scene, rect, (pfn, each), frame);
    }
}

/// The frame's signs: one in each corner, or, where the cell has a number, below it and left of the count.
fn paint_signs(pixels: &mut Pixels, scene: &Scene, rect: Rect, (pfn, each): (u32, Use), frame: &Frame) {
    let (ink, color) = (scene.theme.text(each), scene.theme.fill(each));
    let accessed = frame.state == FrameUse::Page && scene.marks.accessed.contains(pfn);
    let is_on = |sign: &Sign| sign.is_of(frame) || (accessed && *sign == Sign::Accessed);
    let mut signs = FRAME_SIGNS.into_iter().filter(is_on);
    let Some(plate) = labels::plate(scene, rect, frame) else {
        let (unit, inset) = (((rect.width() - 3) / 11).clamp(1, 2), if rect.width() < 12 { 0 } else { 1 });
        let (left, right) = (rect.x0 + inset, rect.x1 - inset - 5 * unit);
        let (top, bottom) = (rect.y0 + inset, rect.y1 - inset - 5 * unit);
        for sign in signs {
            let place = match sign {
                Sign::Dirty => (left, bottom),
                Sign::Shared => (right, top),
                Sign::SwapCache => (right, bottom),
                Sign::Locked => (right, (top + bottom) / 2),
                _ => (left, top),
            };
            style::sign(pixels, sign, place, unit, ink, color);
        }
        return;
    };
    pixels.fill(plate, if frame.mapcount > 1 { ink } else { color });
    pixels.signs.add(Sign::Count);
    let room = Rect { x0: rect.x0 + 2, x1: plate.x0 - 1, y0: rect.y0 + rect.height() / 2, y1: rect.y1 - 2 };
    let fits = |unit: i32| (room.width() / (5 * unit + 2), room.height() / (5 * unit + 2));
    let unit = (1..=4).rev().find(|unit| fits(*unit).0 * fits(*unit).1 >= 3).unwrap_or(1);
    let (across, side) = (fits(unit).0.max(1), 5 * unit + 2);
    // The count shows already that it is shared.
    for (n, sign) in (0..).zip(signs.by_ref().filter(|sign| *sign != Sign::Shared)) {
        let place = (room.x0 + n % across * side, room.y1 - 5 * unit - n / across * side);
        style::sign(pixels, sign, place, unit, ink, color);
    }
}

/// The signs that frames have.
const FRAME_SIGNS: [Sign; 5] = [Sign::Accessed, Sign::Dirty, Sign::Locked, Sign::SwapCache, Sign::Shared];

/// One cell that fills the whole picture, for the legend.
pub fn paint_swatch(pixels: &mut Pixels, theme: &super::Theme, each: Use) {
    let rect = Rect { x0: 0, y0: 0, x1: pixels.width(), y1: pixels.height() };
    let (w, h, pattern) = (rect.width(), rect.height(), each.pattern());
    let unit = Style::new(f64::from(w.min(h))).unit;
    pixels.fill(rect, theme.fill(each));
    pixels.stencil(rect, theme.line(each), |x, y| pattern.inks(x, y, w, h, unit));
    if each == Use::Free {
        pixels.outline(rect, unit, theme.outline);
    }
}

/// One sign that fills the whole picture, for the legend; those around cells around a free frame's.
pub fn paint_sign_swatch(pixels: &mut Pixels, theme: &super::Theme, sign: Sign) {
    let rect = Rect { x0: 0, y0: 0, x1: pixels.width(), y1: pixels.height() };
    let (w, h, each) = (rect.width(), rect.height(), if sign == Sign::Pinned { Use::Run } else { Use::Anon });
    if sign.shape().is_some() || sign == Sign::Pinned {
        pixels.fill(rect, theme.fill(each));
        let unit = (w.min(h) / 6).max(1);
        let middle = ((w - 5 * unit) / 2, (h - 5 * unit) / 2);
        style::sign(pixels, sign, middle, unit, theme.text(each), theme.fill(each));
        if sign == Sign::Pinned {
            super::blocks::pin(pixels, rect.grown(-w / 8), theme.text(each), theme.fill(each));
        }
    } else {
        pixels.clear(theme.ground);
        let cell = rect.grown(-w / 5);
        pixels.fill(cell, theme.fill(Use::Free));
        pixels.outline(cell, 1, theme.outline);
        super::marks::around(pixels, cell.grown(2), sign, theme);
    }
}
