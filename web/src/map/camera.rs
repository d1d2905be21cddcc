//! Where each frame's cell is on the picture.
//!
//! Frames lie row after row, a power of two to a row, so that buddies lie side by side or one above the other and
//! every buddy block is a rectangle. The camera is the size of a cell and the place of frame 0, in pixels.

use super::GAPS;
use super::pixels::Rect;
use std::ops::Range;

/// The largest cell, in pixels.
const MAX_CELL: f64 = 160.0;
/// The largest cell, in pixels, that fitting chooses: a few huge cells would look odd.
const MAX_FIT: f64 = 96.0;
/// Cells shown around those that are asked for.
const AROUND: f64 = 1.0;
/// Pixels kept free around the map, where cells are large enough to have rings around them.
const MARGIN: f64 = 5.0;

/// Size and place of the cells on a picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Camera {
    frames: u32,
    columns: u32,
    cell: f64,
    x: f64,
    y: f64,
    width: u32,
    height: u32,
    /// The reader has not zoomed or panned since [`Camera::fit`]: resizing fits again.
    fitted: bool,
    /// Frame 0 is in the bottom row, not the top one.
    upwards: bool,
}

impl Camera {
    /// A camera that shows all of `frames` frames in `width` by `height` pixels.
    pub fn new(frames: u32, width: u32, height: u32) -> Camera {
        let mut camera =
            Camera { frames, columns: 1, cell: 1.0, x: 0.0, y: 0.0, width, height, fitted: true, upwards: false };
        camera.fit();
        camera
    }

    /// The number of frames.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// The number of frames in a row.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// The number of rows, the last one perhaps not full.
    pub fn rows(&self) -> u32 {
        self.frames.div_ceil(self.columns)
    }

    /// Whether low addresses are at the bottom: row 0 is the lowest on the picture.
    pub fn upwards(&self) -> bool {
        self.upwards
    }

    /// Puts low addresses at the bottom, or at the top. Whatever row of the picture is in sight stays.
    pub fn set_upwards(&mut self, upwards: bool) {
        self.upwards = upwards;
    }

    /// The row of frames that is on a line of the picture, and the other way round; lines count from the top.
    pub fn row_on(&self, line: u32) -> u32 {
        if self.upwards { self.rows() - 1 - line } else { line }
    }

    /// The frames above and below a frame on the picture, which may be beyond the last.
    pub fn above_and_below(&self, pfn: u32) -> [Option<u32>; 2] {
        let (lower, higher) = (pfn.checked_sub(self.columns), pfn.checked_add(self.columns));
        if self.upwards { [higher, lower] } else { [lower, higher] }
    }

    /// Side of a cell in pixels, its gap included.
    pub fn cell(&self) -> f64 {
        self.cell
    }

    /// Left edge of column 0.
    pub fn x(&self) -> f64 {
        self.x
    }

    /// Top edge of the first line.
    pub fn y(&self) -> f64 {
        self.y
    }

    /// Shows all frames, as large as fits, in the middle.
    pub fn fit(&mut self) {
        self.columns = best_columns(self.frames, self.width, self.height);
        self.cell = self.fitting_cell();
        self.center();
        self.fitted = true;
    }

    /// Shows so many frames from `first` on, as large as fits, in the middle, with a little of what is around them.
    /// Frames beyond the last are left out.
    pub fn show(&mut self, first: u32, count: u32) {
        self.fit();
        let last = first.saturating_add(count.max(1) - 1).min(self.frames.saturating_sub(1));
        let first = first.min(last);
        let rows = (first / self.columns, last / self.columns);
        // Of several rows all columns: the frames go on from the end of one to the start of the next.
        let columns =
            if rows.0 == rows.1 { (first % self.columns, last % self.columns) } else { (0, self.columns - 1) };
        let span = |(low, high): (u32, u32)| f64::from(high - low + 1) + 2.0 * AROUND;
        let middle = |(low, high): (u32, u32)| f64::from(low + high + 1) / 2.0;
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let cell = (width / span(columns)).min(height / span(rows)).min(MAX_FIT).floor();
        if cell <= self.cell {
            return;
        }
        let line = if self.upwards { f64::from(self.rows()) - middle(rows) } else { middle(rows) };
        self.cell = cell;
        self.x = (width / 2.0 - cell * middle(columns)).floor();
        self.y = (height / 2.0 - cell * line).floor();
        self.fitted = false;
        self.keep_in_sight();
    }

    /// Changes the size of the picture, in pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        if (width, height) == (self.width, self.height) {
            return;
        }
        let (dx, dy) =
            ((f64::from(width) - f64::from(self.width)) / 2.0, (f64::from(height) - f64::from(self.height)) / 2.0);
        (self.width, self.height) = (width, height);
        if self.fitted { self.fit() } else { self.pan(dx, dy) }
    }

    /// Zooms so that the point (`x`, `y`) stays where it is. No further out than all frames.
    pub fn zoom(&mut self, factor: f64, x: f64, y: f64) {
        if !(factor.is_finite() && factor > 0.0 && x.is_finite() && y.is_finite()) {
            return;
        }
        let least = self.fitting_cell();
        let cell = (self.cell * factor).min(MAX_CELL.max(least));
        if cell <= least {
            return self.fit();
        }
        let scale = cell / self.cell;
        self.x = x - (x - self.x) * scale;
        self.y = y - (y - self.y) * scale;
        self.cell = cell;
        self.fitted = false;
        self.keep_in_sight();
    }

    /// Moves the map, by pixels.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        if dx.is_finite() && dy.is_finite() {
            self.x += dx;
            self.y += dy;
            self.fitted = false;
            self.keep_in_sight();
        }
    }

    /// The frame under a point; `None` if there is none.
    pub fn hit(&self, x: f64, y: f64) -> Option<u32> {
        let (column, row) = (((x - self.x) / self.cell).floor(), ((y - self.y) / self.cell).floor());
        let inside = column >= 0.0 && column < f64::from(self.columns) && row >= 0.0 && row < f64::from(self.rows());
        let pfn = inside.then(|| u64::from(self.row_on(row as u32)) * u64::from(self.columns) + column as u64)?;
        (pfn < u64::from(self.frames)).then_some(pfn as u32)
    }

    /// A frame's cell in whole pixels; neighbours share their edges. At least one pixel.
    pub fn rect(&self, pfn: u32) -> Rect {
        let (column, row) = (f64::from(pfn % self.columns), self.line_of(pfn) as f64);
        let (x0, y0) = (edge(self.x, column, self.cell), edge(self.y, row, self.cell));
        let (x1, y1) = (edge(self.x, column + 1.0, self.cell), edge(self.y, row + 1.0, self.cell));
        Rect { x0, y0, x1: x1.max(x0 + 1), y1: y1.max(y0 + 1) }
    }

    /// Whether any of the rectangle is on the picture.
    pub fn sees(&self, rect: Rect) -> bool {
        rect.x1 > 0 && rect.y1 > 0 && rect.x0 < self.width as i32 && rect.y0 < self.height as i32
    }

    /// The columns of which something is on the picture.
    pub fn visible_columns(&self) -> Range<u32> {
        visible(self.x, self.cell, self.width, self.columns)
    }

    /// The rows of frames of which something is on the picture.
    pub fn visible_rows(&self) -> Range<u32> {
        let lines = visible(self.y, self.cell, self.height, self.rows());
        if self.upwards { self.rows() - lines.end..self.rows() - lines.start } else { lines }
    }

    /// The line of the picture that a frame is on; one beyond the last frame is beyond the picture's end.
    fn line_of(&self, pfn: u32) -> i64 {
        let row = i64::from(pfn / self.columns);
        if self.upwards { i64::from(self.rows()) - 1 - row } else { row }
    }

    fn fitting_cell(&self) -> f64 {
        let fits = |margin: f64| {
            let (width, height) = (f64::from(self.width) - 2.0 * margin, f64::from(self.height) - 2.0 * margin);
            (width / f64::from(self.columns)).min(height / f64::from(self.rows()))
        };
        let cell = match fits(0.0) {
            cell if cell >= GAPS => fits(MARGIN).max(GAPS),
            cell => cell,
        };
        // Whole pixels, so that all cells are of one size; below that, never so small that it vanishes.
        if cell >= 1.0 { cell.floor().min(MAX_FIT) } else { cell.max(1e-3) }
    }

    fn center(&mut self) {
        self.x = ((f64::from(self.width) - self.cell * f64::from(self.columns)) / 2.0).floor();
        self.y = ((f64::from(self.height) - self.cell * f64::from(self.rows())) / 2.0).floor();
    }

    /// A map larger than the picture covers it, up to a margin; a smaller one stays inside.
    fn keep_in_sight(&mut self) {
        let within = |at: f64, map: f64, picture: f64| {
            let room = picture - map;
            let slack = if room < 0.0 { MARGIN } else { 0.0 };
            at.clamp(room.min(0.0) - slack, room.max(0.0) + slack)
        };
        self.x = within(self.x, self.cell * f64::from(self.columns), f64::from(self.width));
        self.y = within(self.y, self.cell * f64::from(self.rows()), f64::from(self.height));
    }
}

/// The power of two that makes cells largest.
fn best_columns(frames: u32, width: u32, height: u32) -> u32 {
    let cell = |columns: u32| {
        (f64::from(width) / f64::from(columns)).min(f64::from(height) / f64::from(frames.div_ceil(columns)))
    };
    (0..=24)
        .map(|shift| 1u32 << shift)
        .take_while(|columns| *columns < frames.max(1) * 2)
        .fold(1, |best, columns| if cell(columns) > cell(best) { columns } else { best })
}

/// The first pixel whose left (upper) side is in cell `n`: so rectangles, dots and hits agree on every pixel.
fn edge(origin: f64, n: f64, cell: f64) -> i32 {
    (origin + n * cell).ceil() as i32
}

fn visible(origin: f64, cell: f64, size: u32, count: u32) -> Range<u32> {
    let last = f64::from(count);
    let first = (-origin / cell).floor().clamp(0.0, last);
    let end = ((f64::from(size) - origin) / cell).ceil().clamp(first, last);
    first as u32..end as u32
}
