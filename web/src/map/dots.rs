//! The map with a few pixels per frame, too few for gaps or patterns: plain dots of colour.

use super::Scene;
use super::pixels::{Pixels, Rgba, fill, same};

/// Paints the map.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let camera = scene.camera;
    let palette = Palette::new(scene.theme.palette());
    let columns: Vec<usize> =
        (0..pixels.width()).map(|x| cell_at(camera.x(), camera.cell(), x, camera.columns())).collect();
    let left = columns.iter().take_while(|c| **c == OUTSIDE).count();
    let mid = columns[left..].iter().take_while(|c| **c != OUTSIDE).count();
    let columns = &columns[left..left + mid];
    let row_of = |row: usize| {
        let start = camera.row_on(row as u32) as usize * camera.columns() as usize;
        &scene.uses[start..(start + camera.columns() as usize).min(scene.uses.len())]
    };
    let mut above: Option<&[u8]> = None;
    for y in 0..pixels.height() {
        // Outside the map, a row of no frames.
        let row = cell_at(camera.y(), camera.cell(), y, camera.rows());
        let uses = if row == OUTSIDE { &[] } else { row_of(row) };
        // Also rows of other frames often look the same: copying is much faster than painting.
        if above.replace(uses).is_some_and(|above| same(above, uses)) {
            pixels.repeat_row(y);
            continue;
        }
        let line = pixels.row(y);
        fill(&mut line[..left * 4], scene.theme.ground);
        paint_row(&mut line[left * 4..(left + mid) * 4], columns, uses, &palette);
        fill(&mut line[(left + mid) * 4..], scene.theme.ground);
    }
}

const OUTSIDE: usize = usize::MAX;

fn cell_at(origin: f64, cell: f64, pixel: i32, count: u32) -> usize {
    let n = ((f64::from(pixel) - origin) / cell).floor();
    if n >= 0.0 && n < f64::from(count) { n as usize } else { OUTSIDE }
}

/// The colours of uses, one pixel wide and eight.
struct Palette {
    one: [Rgba; 16],
    eight: [[u8; 32]; 16],
}

impl Palette {
    fn new(one: [Rgba; 16]) -> Palette {
        Palette { one, eight: one.map(|color| std::array::from_fn(|n| color[n % 4])) }
    }

    fn paint(&self, pixels: &mut [u8], uses: &[u8]) {
        for (pixel, each) in pixels.chunks_exact_mut(4).zip(uses) {
            pixel.copy_from_slice(&self.one[usize::from(each & 15)]);
        }
    }
}

fn paint_row(line: &mut [u8], columns: &[usize], uses: &[u8], palette: &Palette) {
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return };
    if last - first + 1 == columns.len() && *last < uses.len() {
        return paint_exact(line, &uses[*first..=*last], palette);
    }
    for (pixel, column) in line.chunks_exact_mut(4).zip(columns) {
        // Past the end of memory in the last row: a number that is no use, which is the ground.
        palette.paint(pixel, &[uses.get(*column).copied().unwrap_or(15)]);
    }
}

/// Paints one pixel per frame: the size at which a map of a million frames is seen. Neighbours are mostly of one use,
/// so they are painted eight at a time where they are.
fn paint_exact(line: &mut [u8], uses: &[u8], palette: &Palette) {
    let (mut pixels, mut frames) = (line.chunks_exact_mut(32), uses.chunks_exact(8));
    for (pixels, frames) in pixels.by_ref().zip(frames.by_ref()) {
        let eight = u64::from_le_bytes(frames.try_into().expect("chunks of eight"));
        if eight == u64::from(frames[0]) * 0x0101_0101_0101_0101 {
            pixels.copy_from_slice(&palette.eight[usize::from(frames[0] & 15)]);
        } else {
            palette.paint(pixels, frames);
        }
    }
    palette.paint(pixels.into_remainder(), frames.remainder());
}
