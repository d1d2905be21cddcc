//! How cells are drawn at one zoom: gaps, patterns, numbers.

use super::pixels::{Pixels, Rect, Rgba};
use super::signs::Sign;
use super::uses::Use;
use super::{LABELS, PATTERNS, Scene};

/// How cells are drawn at one zoom.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Pixels between cells.
    pub gap: i32,
    /// Width of a pattern's lines.
    pub unit: i32,
    pub patterned: bool,
    pub labelled: bool,
}

impl Style {
    /// The style for cells of this size, in pixels.
    pub fn new(cell: f64) -> Style {
        let gap = if cell < 16.0 {
            1
        } else if cell < 40.0 {
            2
        } else {
            3
        };
        Style { gap, unit: ((cell / 16.0) as i32).clamp(1, 4), patterned: cell >= PATTERNS, labelled: cell >= LABELS }
    }
}

impl Style {
    /// Width of a run's outline.
    pub fn outline(&self) -> i32 {
        if self.labelled { 2 } else { 1 }
    }
}

/// A cell without its gap.
pub fn body(cell: Rect, style: &Style) -> Rect {
    Rect { x1: cell.x1 - style.gap, y1: cell.y1 - style.gap, ..cell }
}

/// Draws a sign's shape at a place, `unit` pixels to each of its pixels; `color` sets it off from the pattern below.
pub fn sign(pixels: &mut Pixels, sign: Sign, (x, y): (i32, i32), unit: i32, ink: Rgba, color: Rgba) {
    let Some(shape) = sign.shape() else { return };
    let rect = Rect { x0: x, y0: y, x1: x + 5 * unit, y1: y + 5 * unit };
    pixels.fill(rect.grown(1), color);
    pixels.stencil(rect, ink, |x, y| shape[(y / unit) as usize] >> (4 - x / unit) & 1 == 1);
    pixels.signs.add(sign);
}

/// Draws a use's pattern over a cell, but not under its number, which it would make hard to read.
pub fn pattern(pixels: &mut Pixels, scene: &Scene, style: &Style, rect: Rect, each: Use) {
    let top = if style.labelled { rect.y0 + rect.height() / 2 } else { rect.y0 };
    let part = Rect { y0: top, ..rect };
    let (w, h) = (part.width(), part.height());
    let (pattern, unit) = (each.pattern(), style.unit);
    pixels.stencil(part, scene.theme.line(each), |x, y| pattern.inks(x, y, w, h, unit));
}
