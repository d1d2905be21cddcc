//! One line around frames that lie together: the outer contour of what is lit up, also where a run goes on in the next
//! row. A ring around each frame of a long run would be a grid over what it is to show.
//!
//! ```text
//!           +-------------+      Each cell draws its own part: a side where its neighbour is not lit up,
//!   +-------+ 13  14  15  |      and the corner where both neighbours are, but the frame between them is not.
//!   | 16  17  18  +-------+
//!   +-------------+
//! ```
//! Frames below each other that belong to different runs have a line between them: they do not lie together.

use super::pixels::{Pixels, Rect, Rgba};
use super::style::{Style, body};
use super::{Camera, Scene};

/// Width of the line, and of the halo on each of its sides.
const LINE: i32 = 2;
const HALO: i32 = 1;

/// Draws the contours of frames, which are in rising order, where cells have gaps.
pub fn paint(pixels: &mut Pixels, scene: &Scene, pfns: &[u32], color: Rgba) -> bool {
    let camera = scene.camera;
    let seen = |pfn: &&u32| **pfn < camera.frames() && camera.sees(camera.rect(**pfn).grown(LINE + HALO));
    let parts: Vec<Part> = pfns.iter().filter(seen).map(|pfn| Part::new(camera, pfns, *pfn)).collect();
    // All halos first, so that none is drawn over a neighbour's line.
    parts.iter().for_each(|part| part.paint(pixels, HALO, LINE + HALO, scene.theme.halo));
    parts.iter().for_each(|part| part.paint(pixels, 0, LINE, color));
    !parts.is_empty()
}

/// Draws the contours of many frames, which are in rising order, where cells are dots: outside of them, without a halo.
pub fn paint_around_dots(pixels: &mut Pixels, scene: &Scene, pfns: &[u32], color: Rgba) {
    let camera = scene.camera;
    for pfn in pfns.iter().filter(|pfn| **pfn < camera.frames() && camera.sees(camera.rect(**pfn).grown(LINE))) {
        let Part { left, right, up, down, .. } = Part::new(camera, pfns, *pfn);
        let Rect { x0, y0, x1, y1 } = camera.rect(*pfn);
        let across = Rect { x0: x0 - LINE, x1: x1 + LINE, y0, y1 };
        let along = Rect { y0: y0 - LINE, y1: y1 + LINE, x0, x1 };
        let sides = [
            (left, Rect { x1: x0, ..across }),
            (right, Rect { x0: x1, ..across }),
            (up, Rect { y1: y0, ..along }),
            (down, Rect { y0: y1, ..along }),
        ];
        sides.into_iter().filter(|(joined, _)| !joined).for_each(|(_, side)| pixels.fill(side, color));
    }
}

/// A cell's part of the contour.
struct Part {
    /// The cell with half of the gap around it; up to the neighbour where that is lit up, too.
    rect: Rect,
    /// The same without regard to neighbours.
    own: Rect,
    left: bool,
    right: bool,
    up: bool,
    down: bool,
    /// Whether the frames at the corners are lit up: upper left, upper right, lower left, lower right.
    corners: [bool; 4],
}

impl Part {
    fn new(camera: &Camera, pfns: &[u32], pfn: u32) -> Part {
        let column = pfn % camera.columns();
        let place = pfns.binary_search(&pfn);
        // In the same run: as many frames that are lit up lie between them as there are.
        let lit = |other: Option<u32>| {
            let (Some(other), Ok(place)) = (other, place) else { return false };
            pfns.binary_search(&other).is_ok_and(|at| at.abs_diff(place) == other.abs_diff(pfn) as usize)
        };
        let before = |pfn: Option<u32>| if column > 0 { pfn.and_then(|pfn| pfn.checked_sub(1)) } else { None };
        let after = |pfn: Option<u32>| pfn.filter(|_| column + 1 < camera.columns()).map(|pfn| pfn + 1);
        let [above, below] = camera.above_and_below(pfn);
        let (left, right) = (lit(before(Some(pfn))), lit(after(Some(pfn))));
        let (up, down) = (lit(above), lit(below));
        let corners = [before(above), after(above), before(below), after(below)].map(lit);
        let cell = camera.rect(pfn);
        let own = body(cell, &Style::new(camera.cell())).grown(1);
        let rect =
            Rect { x1: if right { cell.x1 - 1 } else { own.x1 }, y1: if down { cell.y1 - 1 } else { own.y1 }, ..own };
        Part { rect, own, left, right, up, down, corners }
    }

    /// Paints the band from `out` pixels outside the contour to `deep` pixels inside it.
    fn paint(&self, pixels: &mut Pixels, out: i32, deep: i32, color: Rgba) {
        let Part { rect, own, left, right, up, down, corners } = self;
        let reach = |joined: bool| if joined { 0 } else { out };
        let along = Rect {
            x0: rect.x0 - reach(*left),
            y0: rect.y0 - reach(*up),
            x1: rect.x1 + reach(*right),
            y1: rect.y1 + reach(*down),
        };
        let sides = [
            (left, Rect { x1: rect.x0 + deep, ..along }),
            (right, Rect { x0: rect.x1 - deep, ..along }),
            (up, Rect { y1: rect.y0 + deep, ..along }),
            (down, Rect { y0: rect.y1 - deep, ..along }),
        ];
        sides.iter().filter(|(joined, _)| !**joined).for_each(|(_, side)| pixels.fill(*side, color));
        // Where the contour turns inwards.
        let (west, east) = ((own.x0 - out, own.x0 + deep), (own.x1 - deep, rect.x1.max(own.x1 + out)));
        let (north, south) = ((own.y0 - out, own.y0 + deep), (own.y1 - deep, rect.y1.max(own.y1 + out)));
        let turns =
            [(up, left, west, north), (up, right, east, north), (down, left, west, south), (down, right, east, south)];
        for ((upright, lying, (x0, x1), (y0, y1)), corner) in turns.into_iter().zip(corners) {
            if *upright && *lying && !corner {
                pixels.fill(Rect { x0, y0, x1, y1 }, color);
            }
        }
    }
}
