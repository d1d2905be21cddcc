//! Free runs, drawn as blocks: one surface with an outline, so that splits part and merges join what is seen.
//!
//! Each of a run's cells draws its own part of the outline, on the sides where its neighbour is not of the run. So any
//! run is right, also one that does not fill whole rows, which no buddy block is but runs of other allocators are.

use super::Scene;
use super::pixels::{Pixels, Rect, Rgba};
use super::signs::Sign;
use super::style::{Style, pattern};
use super::uses::Use;
use crate::free_runs::holds;
use pageturner::vocabulary::free_lists::FreeRun;

/// A frame's part of a run: its pixels, and on which sides the run goes on.
#[derive(Debug)]
struct Part {
    rect: Rect,
    left: bool,
    right: bool,
    up: bool,
    down: bool,
}

impl Part {
    fn new(scene: &Scene, style: &Style, pfn: u32, run: FreeRun) -> Part {
        let columns = scene.camera.columns();
        let column = pfn % columns;
        let joined = |neighbour: Option<u32>| neighbour.is_some_and(|n| holds(run, n));
        let left = column > 0 && joined(pfn.checked_sub(1));
        let right = column + 1 < columns && joined(pfn.checked_add(1));
        let [up, down] = scene.camera.above_and_below(pfn).map(joined);
        let cell = scene.cell(pfn);
        let gap = |joined: bool| if joined { 0 } else { style.gap };
        Part { rect: Rect { x1: cell.x1 - gap(right), y1: cell.y1 - gap(down), ..cell }, left, right, up, down }
    }

    fn outline(&self, pixels: &mut Pixels, thick: i32, color: Rgba) {
        let Rect { x0, y0, x1, y1 } = self.rect;
        let sides = [
            (self.left, Rect { x1: x0 + thick, ..self.rect }),
            (self.right, Rect { x0: x1 - thick, ..self.rect }),
            (self.up, Rect { y1: y0 + thick, ..self.rect }),
            (self.down, Rect { y0: y1 - thick, ..self.rect }),
        ];
        sides.iter().filter(|(joined, _)| !joined).for_each(|(_, side)| pixels.fill(*side, color));
    }
}

/// Paints a free run's cell.
pub fn paint(pixels: &mut Pixels, scene: &Scene, style: &Style, pfn: u32, run: FreeRun) {
    let (part, theme) = (Part::new(scene, style, pfn, run), scene.theme);
    let rect = part.rect;
    pixels.fill(rect, theme.fill(Use::Free));
    if style.patterned {
        pixels.fill(Rect { x0: rect.x1 - if part.right { 1 } else { 0 }, ..rect }, theme.tick);
        pixels.fill(Rect { y0: rect.y1 - if part.down { 1 } else { 0 }, ..rect }, theme.tick);
    }
    part.outline(pixels, style.outline(), theme.outline);
}

/// Paints the cell of a run that `alloc` gave: one surface, too, so that segments are seen to move as a whole. A pinned
/// run has a pin in every cell.
pub fn paint_given(pixels: &mut Pixels, scene: &Scene, style: &Style, pfn: u32, run: FreeRun, pinned: bool) {
    let (part, theme) = (Part::new(scene, style, pfn, run), scene.theme);
    pixels.fill(part.rect, theme.fill(Use::Run));
    if style.patterned {
        pattern(pixels, scene, style, part.rect, Use::Run);
    }
    part.outline(pixels, style.outline(), theme.line(Use::Run));
    if pinned {
        pin(pixels, part.rect, theme.text(Use::Run), theme.fill(Use::Run));
    }
}

/// A pin with a round head, lower right, away from the number; in small cells a dot.
pub fn pin(pixels: &mut Pixels, cell: Rect, ink: Rgba, halo: Rgba) {
    pixels.signs.add(Sign::Pinned);
    let side = (cell.width().min(cell.height()) / 2).clamp(3, 14);
    let spot = Rect { x0: cell.x1 - side - 2, y0: cell.y1 - side - 2, x1: cell.x1 - 2, y1: cell.y1 - 2 };
    pixels.fill(spot, halo);
    let (half, head) = (side / 2, (side * 3 / 10).max(1));
    pixels.stencil(spot, ink, |x, y| {
        let (dx, dy) = (x - half, y - head);
        dx * dx + dy * dy <= head * head || (dx.abs() <= side / 14 && y > head && y < side)
    });
}
