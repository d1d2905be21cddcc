//! Frames that are used differently from another machine, outlined: one line around each stretch of them, so that what
//! is inside can still be seen.

use super::pixels::{Pixels, Rect};
use super::signs::Sign;
use super::{PATTERNS, Scene};

/// Paints the outlines.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    // Most pictures are of one machine: a million frames need not be checked one by one.
    if scene.marks.apart.is_empty() {
        return;
    }
    let (camera, apart, color) = (scene.camera, &scene.marks.apart, scene.theme.ring);
    let is = |pfn: Option<u32>| pfn.and_then(|pfn| apart.get(pfn as usize)).is_some_and(|apart| *apart);
    let columns = camera.columns();
    let thick = if camera.cell() >= PATTERNS { 2 } else { 1 };
    for row in camera.visible_rows() {
        for column in camera.visible_columns() {
            let pfn = row * columns + column;
            if !is(Some(pfn)) {
                continue;
            }
            let left = (column > 0).then(|| pfn - 1);
            let right = (column + 1 < columns).then_some(pfn + 1);
            let [up, down] = camera.above_and_below(pfn);
            pixels.signs.add(Sign::Apart);
            let Rect { x0, y0, x1, y1 } = camera.rect(pfn);
            let mut line = |rect| pixels.fill(rect, color);
            if !is(left) {
                line(Rect { x0, y0, x1: x0 + thick, y1 });
            }
            if !is(right) {
                line(Rect { x0: x1 - thick, y0, x1, y1 });
            }
            if !is(up) {
                line(Rect { x0, y0, x1, y1: y0 + thick });
            }
            if !is(down) {
                line(Rect { x0, y0: y1 - thick, x1, y1 });
            }
        }
    }
}
