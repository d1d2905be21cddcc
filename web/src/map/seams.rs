//! Where free blocks were split: a broken line between the two parts. It stays when the motion is over, and also if the
//! parts are used at once, when no outline of a free block shows any more that there was a split.

use super::pixels::{Pixels, Rect};
use super::signs::Sign;
use super::{GAPS, Scene, Theme};

/// A dash of the line and the gap after it, in pixels.
const DASH: i32 = 4;
const GAP: i32 = 3;

/// Paints a line for each split of the last step.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let camera = scene.camera;
    if camera.cell() < GAPS {
        return;
    }
    for pfn in scene.marks.splits.iter().copied().filter(|pfn| *pfn < camera.frames()) {
        let cell = camera.rect(pfn);
        let line = if pfn % camera.columns() > 0 {
            Rect { x1: cell.x0 + 1, ..cell }
        } else {
            // The parts lie one above the other.
            let end = camera.rect((pfn + camera.columns()).min(camera.frames()) - 1).x1;
            let y = if camera.upwards() { cell.y1 } else { cell.y0 };
            Rect { x0: cell.x0, x1: end, y0: y, y1: y + 1 }
        };
        if camera.sees(line.grown(2)) {
            pixels.signs.add(Sign::Split);
            split(pixels, line, scene.theme);
        }
    }
}

/// A broken line, drawn around one that is a pixel wide.
pub fn split(pixels: &mut Pixels, line: Rect, theme: &Theme) {
    let upright = line.height() > line.width();
    let wide = |by: i32| {
        if upright {
            Rect { x0: line.x0 - by - 1, x1: line.x1 + by - 1, ..line }
        } else {
            Rect { y0: line.y0 - by - 1, y1: line.y1 + by - 1, ..line }
        }
    };
    pixels.fill(wide(2), theme.halo);
    pixels.stencil(wide(1), theme.changed, |x, y| (if upright { y } else { x }) % (DASH + GAP) < DASH);
}
