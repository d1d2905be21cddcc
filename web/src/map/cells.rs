//! The map from near: a cell to a frame, with gaps, patterns and small marks.

use super::Scene;
use super::blocks::{self, Runs};
use super::labels;
use super::pixels::{Pixels, Rect};
use super::style::{Style, body, pattern};
use super::uses::Use;
use pageturner::mm::alloc::FreeRun;
use pageturner::mm::frame::{Frame, FrameUse};
use pageturner::units::Pfn;

/// Paints the map: first what is at its place, then over it what moves.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let style = Style::new(scene.camera.cell());
    let mut runs = Runs::new(scene);
    let mut moving = Vec::new();
    pixels.clear(scene.theme.ground);
    for row in scene.camera.visible_rows() {
        for column in scene.camera.visible_columns() {
            let pfn = row * scene.camera.columns() + column;
            let Some(each) = scene.uses.get(pfn as usize).map(|n| Use::ALL[usize::from(*n)]) else { break };
            let run = if each == Use::Free { runs.of(pfn) } else { None };
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
    match (free.filter(|_| each == Use::Free), frame.state) {
        (Some(run), _) => blocks::paint(pixels, scene, style, pfn, run),
        (None, FrameUse::Run { first }) => {
            let run = scene.view.runs.get(&first);
            let given = FreeRun { start: first, len: run.map_or(1, |run| run.given) };
            blocks::paint_given(pixels, scene, style, pfn, given, run.is_some_and(|run| run.pins > 0));
        }
        (None, _) => paint_cell(pixels, scene, style, pfn, each, &frame),
    }
}

fn paint_cell(pixels: &mut Pixels, scene: &Scene, style: &Style, pfn: u32, each: Use, frame: &Frame) {
    let rect = body(scene.cell(pfn), style);
    pixels.fill(rect, scene.theme.fill(each));
    if style.patterned {
        pattern(pixels, scene, style, rect, each);
        paint_marks(pixels, scene, style, rect, each, frame);
    }
}

/// Shared: a corner cut off, or, where there is room, a plate for the count. Dirty: a small square.
fn paint_marks(pixels: &mut Pixels, scene: &Scene, style: &Style, rect: Rect, each: Use, frame: &Frame) {
    let ink = scene.theme.text(each);
    if style.labelled {
        if let Some(plate) = labels::plate(scene, rect, frame) {
            pixels.fill(plate, if frame.mapcount > 1 { ink } else { scene.theme.fill(each) });
        }
    } else if frame.mapcount > 1 {
        let side = (rect.width() / 2).max(4);
        let corner = Rect { x0: rect.x1 - side, y1: rect.y0 + side, ..rect };
        pixels.stencil(corner, ink, |x, y| x >= y);
    }
    if frame.dirty {
        let side = (rect.width() / 6).max(2);
        let inset = if style.labelled { 2 } else { 1 };
        let spot =
            Rect { x0: rect.x0 + inset, y1: rect.y1 - inset, x1: rect.x0 + inset + side, y0: rect.y1 - inset - side };
        pixels.fill(spot.grown(1), scene.theme.fill(each));
        pixels.fill(spot, ink);
    }
}

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
