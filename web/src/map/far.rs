//! The map at small sizes: several frames per pixel, which has the mean of their colours.
//!
//! A line of pixels takes the rows of frames under it, adds their colours column by column, then the columns under each
//! pixel. Colours are added four at a time, each in 16 bits of one number.

use super::Scene;
use super::pixels::{Pixels, Rgba, fill, same};
use std::ops::Range;

/// At most this many frames are read for one pixel and direction: 16 by 16 bytes' sum fits 16 bits.
const SAMPLES: u32 = 16;

/// Paints the map.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let camera = scene.camera;
    let across = spans(camera.x(), camera.cell(), pixels.width(), camera.columns());
    let down = spans(camera.y(), camera.cell(), pixels.height(), camera.rows());
    let left = across.iter().take_while(|span| span.is_empty()).count();
    let right = across.iter().rposition(|span| !span.is_empty()).map_or(left, |last| last + 1);
    let palette = scene.theme.palette();
    let colors = palette.map(pack);
    let mut sums = vec![0u64; camera.columns() as usize];
    let mut above: Option<&[u8]> = None;
    for (y, rows) in (0..).zip(&down) {
        let mut rows = rows.clone().step_by(step(rows)).map(|line| row_of(scene, scene.camera.row_on(line)));
        // Lines over equal rows of frames look the same, and copying is much faster than adding.
        let alike = rows.clone().next().filter(|first| rows.clone().all(|row| same(first, row)));
        if let (Some(above), Some(row)) = (above, alike)
            && same(above, row)
        {
            pixels.repeat_row(y);
            continue;
        }
        above = alike;
        let line = pixels.row(y);
        let count = rows.clone().count();
        sums.fill(0);
        rows.by_ref().for_each(|row| add(&mut sums, row, &colors));
        fill(line, scene.theme.ground);
        if count > 0 {
            paint_line(&mut line[left * 4..right * 4], &across[left..right], &sums, count);
        }
    }
}

#[inline]
fn add(sums: &mut [u64], row: &[u8], colors: &[u64; 16]) {
    for (sum, each) in sums.iter_mut().zip(row) {
        *sum += colors[usize::from(each & 15)];
    }
}

/// Paints one line of pixels. Past the end of memory, in the last row, nothing was added: that is transparent.
fn paint_line(line: &mut [u8], across: &[Range<u32>], sums: &[u64], rows: usize) {
    for (pixel, span) in line.chunks_exact_mut(4).zip(across) {
        let columns = &sums[span.start as usize..span.end as usize];
        let color = match columns {
            [one] => mean(*one, rows),
            [one, two] => mean(one + two, 2 * rows),
            _ => {
                let step = step(span);
                mean(columns.iter().step_by(step).sum(), columns.len().div_ceil(step) * rows)
            }
        };
        pixel.copy_from_slice(&color.to_le_bytes());
    }
}

fn pack(color: Rgba) -> u64 {
    color.iter().rev().fold(0, |sum, byte| (sum << 16) | u64::from(*byte))
}

/// The four sums divided by `count`, as the bytes of a pixel. Two at a time: a sum of `count` bytes times
/// `2^16 / count` stays within the 32 bits that every other one leaves it.
#[inline]
fn mean(sums: u64, count: usize) -> u32 {
    const EVERY_OTHER: u64 = 0x0000_ffff_0000_ffff;
    const BYTES: u64 = 0x0000_00ff_0000_00ff;
    let reciprocal = RECIPROCALS[count & 511];
    let even = (((sums & EVERY_OTHER) * reciprocal) >> 16) & BYTES;
    let odd = ((((sums >> 16) & EVERY_OTHER) * reciprocal) >> 16) & BYTES;
    let pairs = even | (odd << 8);
    pairs as u32 | ((pairs >> 32) << 16) as u32
}

/// `2^16 / n`, rounded up: dividing would be the slowest part.
const RECIPROCALS: [u64; 512] = {
    let mut table = [0; 512];
    let mut n = 1;
    while n < table.len() {
        table[n] = (1u64 << 16).div_ceil(n as u64);
        n += 1;
    }
    table
};

fn row_of<'a>(scene: &Scene<'a>, row: u32) -> &'a [u8] {
    let columns = scene.camera.columns() as usize;
    let start = row as usize * columns;
    &scene.uses[start..(start + columns).min(scene.uses.len())]
}

fn step(span: &Range<u32>) -> usize {
    (span.end - span.start).div_ceil(SAMPLES).max(1) as usize
}

/// For each pixel of a line the cells under it; empty outside the map.
fn spans(origin: f64, cell: f64, size: i32, count: u32) -> Vec<Range<u32>> {
    let first_under = |pixel: f64| ((pixel - origin) / cell).floor().clamp(0.0, f64::from(count)) as u32;
    (0..size).map(|pixel| first_under(f64::from(pixel))..first_under(f64::from(pixel) + 1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_equal_colors_is_that_color() {
        for count in 1..=256u64 {
            for color in [[255, 0, 128, 255], [1, 2, 3, 255], [230, 159, 0, 255]] {
                assert_eq!(mean(pack(color) * count, count as usize).to_le_bytes(), color, "{count} of {color:?}");
            }
        }
    }
}
