//! Free runs, drawn as blocks: one surface with an outline, so that splits part and merges join what is seen.
//!
//! Each of a run's cells draws its own part of the outline, on the sides where its neighbour is not of the run. So any
//! run is right, also one that does not fill whole rows, which no buddy block is but runs of other allocators are.

use super::Scene;
use super::pixels::{Pixels, Rect};
use super::style::Style;
use super::uses::Use;
use pageturner::mm::alloc::FreeRun;
use pageturner::units::Pfn;

/// Finds the free run a frame lies in. Frames are asked for in rising order, mostly of one run.
#[derive(Debug)]
pub struct Runs<'a> {
    scene: &'a Scene<'a>,
    last: Option<FreeRun>,
}

impl<'a> Runs<'a> {
    /// Over a scene's free lists.
    pub fn new(scene: &'a Scene<'a>) -> Runs<'a> {
        Runs { scene, last: None }
    }

    /// The free run that holds the frame, if one does.
    pub fn of(&mut self, pfn: u32) -> Option<FreeRun> {
        if !self.last.is_some_and(|run| holds(run, pfn)) {
            self.last = self.search(pfn);
        }
        self.last
    }

    fn search(&self, pfn: u32) -> Option<FreeRun> {
        let free = |n: &u32| self.scene.uses[*n as usize] == Use::Free as u8;
        let start_at = |n| self.scene.view.free.run_at(Pfn(n)).map(|(len, _)| FreeRun { start: Pfn(n), len });
        (0..=pfn).rev().take_while(free).find_map(start_at).filter(|run| holds(*run, pfn))
    }
}

/// Whether a run holds the frame.
pub fn holds(run: FreeRun, pfn: u32) -> bool {
    pfn >= run.start.0 && pfn - run.start.0 < run.len
}

/// Paints a run's cell.
pub fn paint(pixels: &mut Pixels, scene: &Scene, style: &Style, pfn: u32, run: FreeRun) {
    let (camera, theme) = (scene.camera, scene.theme);
    let (columns, column) = (camera.columns(), pfn % camera.columns());
    let joined = |neighbour: Option<u32>| neighbour.is_some_and(|n| holds(run, n));
    let left = column > 0 && joined(pfn.checked_sub(1));
    let right = column + 1 < columns && joined(pfn.checked_add(1));
    let (up, down) = (joined(pfn.checked_sub(columns)), joined(pfn.checked_add(columns)));

    let cell = camera.rect(pfn);
    let gap = |joined: bool| if joined { 0 } else { style.gap };
    let rect = Rect { x1: cell.x1 - gap(right), y1: cell.y1 - gap(down), ..cell };
    pixels.fill(rect, theme.fill(Use::Free));
    if style.patterned {
        pixels.fill(Rect { x0: rect.x1 - if right { 1 } else { 0 }, ..rect }, theme.tick);
        pixels.fill(Rect { y0: rect.y1 - if down { 1 } else { 0 }, ..rect }, theme.tick);
    }
    let thick = if style.labelled { 2 } else { 1 };
    let Rect { x0, y0, x1, y1 } = rect;
    let sides = [
        (left, Rect { x1: x0 + thick, ..rect }),
        (right, Rect { x0: x1 - thick, ..rect }),
        (up, Rect { y1: y0 + thick, ..rect }),
        (down, Rect { y0: y1 - thick, ..rect }),
    ];
    for (_, side) in sides.iter().filter(|(joined, _)| !joined) {
        pixels.fill(*side, theme.outline);
    }
}
