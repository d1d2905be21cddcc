//! The text in large cells: the frame's number, and how many PTEs map it.

use super::pixels::{Rect, Rgba};
use super::style::{Style, body};
use super::uses::Use;
use super::{LABELS, Scene};
use pageturner::units::Pfn;
use pageturner::vocabulary::frame::{Frame, FrameUse};

/// Width of a digit over the height of its font, in the fonts the page uses.
const DIGIT: f64 = 0.62;
/// The least height of text in pixels: smaller text cannot be read.
const SMALLEST: f64 = 8.0;

/// A text around a middle point.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    pub x: f64,
    pub y: f64,
    pub text: String,
    pub color: Rgba,
}

/// The height of the font in pixels and all texts to write. `None` when cells are too small.
pub fn labels(scene: &Scene) -> Option<(f64, Vec<Label>)> {
    let camera = scene.camera;
    let size = font(scene)?;
    let style = Style::new(camera.cell());
    let mut labels = Vec::new();
    for row in camera.visible_rows() {
        for column in camera.visible_columns() {
            let pfn = row * camera.columns() + column;
            let Some(each) = scene.uses.get(pfn as usize).map(|n| Use::ALL[usize::from(*n)]) else { break };
            if !covered(scene, pfn) {
                label_cell(&mut labels, scene, pfn, each, body(scene.cell(pfn), &style));
            }
        }
    }
    Some((size, labels))
}

/// Whether something that moves lies over the middle of a frame's cell.
fn covered(scene: &Scene, pfn: u32) -> bool {
    let Some(motion) = scene.motion.filter(|motion| !motion.moves(pfn)) else { return false };
    let cell = scene.camera.rect(pfn);
    let (x, y) = ((cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2);
    motion.sliding().any(|n| {
        let over = scene.cell(n);
        (over.x0..over.x1).contains(&x) && (over.y0..over.y1).contains(&y)
    })
}

fn label_cell(labels: &mut Vec<Label>, scene: &Scene, pfn: u32, each: Use, rect: Rect) {
    let (theme, frame) = (scene.theme, scene.view.frames.get(Pfn(pfn)));
    let color = if each == Use::Free { theme.faint } else { theme.text(each) };
    let x = f64::from(rect.x0) + f64::from(rect.width()) / 2.0;
    labels.push(Label { x, y: f64::from(rect.y0) + f64::from(rect.height()) * 0.27, text: pfn.to_string(), color });
    if let Some(plate) = plate(scene, rect, &frame) {
        let (x, y) = (f64::from(plate.x0 + plate.x1) / 2.0, f64::from(plate.y0 + plate.y1) / 2.0 + 0.5);
        let color = if frame.mapcount > 1 { theme.fill(each) } else { color };
        labels.push(Label { x, y, text: count(&frame), color });
    }
}

/// The place of a page's mapcount, in the lower right, which the pattern leaves free; `None` if it shows none.
pub fn plate(scene: &Scene, rect: Rect, frame: &Frame) -> Option<Rect> {
    let size = font(scene).filter(|_| frame.state == FrameUse::Page)?;
    let width = (count(frame).len() as f64 * size * DIGIT + 4.0).ceil() as i32;
    let height = (size * 1.1).ceil() as i32;
    let (x1, y1) = (rect.x1 - 2, rect.y1 - 2);
    Some(Rect { x0: (x1 - width).max(rect.x0), y0: y1 - height, x1, y1 })
}

fn count(frame: &Frame) -> String {
    // A multiplication sign would need another font metric; an x reads the same.
    format!("x{}", frame.mapcount)
}

/// One height of text for all cells, such that the longest number fits.
fn font(scene: &Scene) -> Option<f64> {
    let cell = scene.camera.cell();
    let digits = scene.camera.frames().saturating_sub(1).max(1).ilog10() + 1;
    let size = (cell * 0.36).min((cell - 5.0) / (f64::from(digits.max(2)) * DIGIT)).min(18.0).floor();
    (cell >= LABELS && size >= SMALLEST).then_some(size)
}
