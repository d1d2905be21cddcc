//! The map with a few pixels to a frame, too few for gaps or patterns: plain dots of colour.

use super::Scene;
use super::pixels::{Pixels, Rgba, fill};

/// Paints the map.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let camera = scene.camera;
    let palette = scene.theme.palette();
    let columns: Vec<usize> =
        (0..pixels.width()).map(|x| cell_at(camera.x(), camera.cell(), x, camera.columns())).collect();
    let left = columns.iter().take_while(|c| **c == OUTSIDE).count();
    let mid = columns[left..].iter().take_while(|c| **c != OUTSIDE).count();
    let columns = &columns[left..left + mid];
    let mut painted = None;
    for y in 0..pixels.height() {
        let row = cell_at(camera.y(), camera.cell(), y, camera.rows());
        if painted == Some(row) {
            pixels.repeat_row(y);
            continue;
        }
        painted = Some(row);
        let line = pixels.row(y);
        if row == OUTSIDE {
            fill(line, scene.theme.ground);
            continue;
        }
        let start = row * camera.columns() as usize;
        let uses = &scene.uses[start..(start + camera.columns() as usize).min(scene.uses.len())];
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

fn paint_row(line: &mut [u8], columns: &[usize], uses: &[u8], palette: &[Rgba; 16]) {
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return };
    let pixels = line.chunks_exact_mut(4);
    // One pixel to a frame is what a map of a million frames is looked at in: no look-up of columns then.
    if last - first + 1 == columns.len() && *last < uses.len() {
        for (pixel, each) in pixels.zip(&uses[*first..]) {
            pixel.copy_from_slice(&palette[usize::from(each & 15)]);
        }
    } else {
        for (pixel, column) in pixels.zip(columns) {
            // Past the end of memory in the last row: a number that is no use, which is the ground.
            let each = uses.get(*column).copied().unwrap_or(15);
            pixel.copy_from_slice(&palette[usize::from(each & 15)]);
        }
    }
}
