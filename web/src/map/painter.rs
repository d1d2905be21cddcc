//! The edge to the browser: a canvas, and the picture that is put on it.

use super::{Camera, Label, Marks, Motion, Pixels, Scene, Sign, Signs, Theme, Use, cells, css, labels, paint};
use crate::changed::{copied, under_way};
use crate::session::JsSession;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Paints the map of physical memory on a canvas.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MapPainter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    bytes: Vec<u8>,
    camera: Camera,
    theme: &'static Theme,
    marks: Marks,
    /// The events whose motion is to be shown, from one place in time to another; made into a motion at the next
    /// painting; with splits and joins or without.
    due: Option<(u32, u32, bool)>,
    motion: Option<Motion>,
    /// The signs on the last picture.
    signs: Signs,
}

#[wasm_bindgen]
impl MapPainter {
    /// A painter on a canvas that has no context of another kind.
    #[wasm_bindgen(constructor)]
    pub fn new(canvas: HtmlCanvasElement) -> Result<MapPainter, JsValue> {
        let context = context_of(&canvas)?;
        let camera = Camera::new(0, canvas.width(), canvas.height());
        Ok(MapPainter {
            canvas,
            context,
            bytes: Vec::new(),
            camera,
            theme: Theme::by_number(0),
            marks: Marks::default(),
            due: None,
            motion: None,
            signs: Signs::default(),
        })
    }

    /// Chooses the theme: 0 light, 1 dark.
    #[wasm_bindgen(js_name = setTheme)]
    pub fn set_theme(&mut self, theme: u32) {
        self.theme = Theme::by_number(theme);
    }

    /// Sets the canvas's size in device pixels. A canvas loses its picture by this: paint again.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.canvas.set_width(width);
        self.canvas.set_height(height);
        self.camera.resize(width, height);
    }

    /// Shows all frames.
    pub fn fit(&mut self) {
        self.camera.fit();
    }

    /// Shows so many frames from `first` on, as large as fits.
    pub fn show(&mut self, first: u32, count: u32) {
        self.camera.show(first, count);
    }

    /// Zooms around a point.
    pub fn zoom(&mut self, factor: f64, x: f64, y: f64) {
        self.camera.zoom(factor, x, y);
    }

    /// Moves the map.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        self.camera.pan(dx, dy);
    }

    /// Paints the whole map at the session's cursor.
    pub fn paint(&mut self, session: &mut JsSession) -> Result<(), JsValue> {
        let (width, height) = (self.canvas.width(), self.canvas.height());
        if width == 0 || height == 0 {
            return Ok(());
        }
        if let Some((from, to, seams)) = self.due.take() {
            let span = from.min(to)..from.max(to).min(session.core().event_count());
            self.motion = Motion::between(session.recent(), span, to < from, seams);
        }
        self.marks.accessed.clone_from(session.accessed());
        let (core, recent) = session.recent();
        self.marks.between = under_way(core);
        self.marks.copied = copied(core, recent);
        let (view, uses) = session.frame_uses();
        if self.camera.frames() != view.frames.studied() {
            let upwards = self.camera.upwards();
            self.camera = Camera::new(view.frames.studied(), width, height);
            self.camera.set_upwards(upwards);
        }
        self.camera.resize(width, height);
        self.bytes.resize(width as usize * height as usize * 4, 0);
        let scene = Scene {
            view,
            uses,
            camera: &self.camera,
            theme: self.theme,
            marks: &self.marks,
            motion: self.motion.as_ref(),
        };
        let mut pixels = Pixels::new(&mut self.bytes, width, height);
        paint(&mut pixels, &scene);
        self.signs = pixels.signs;
        put(&self.context, &self.bytes, width, height)?;
        match labels(&scene) {
            Some((size, labels)) => write_labels(&self.context, size, &labels),
            None => Ok(()),
        }
    }

    /// The frame under a point; -1 if none.
    pub fn hit(&self, x: f64, y: f64) -> f64 {
        self.camera.hit(x, y).map_or(-1.0, f64::from)
    }

    /// x, y, width and height of a frame's cell; empty if off-screen.
    #[wasm_bindgen(unchecked_return_type = "number[]")]
    pub fn cell(&self, pfn: u32) -> js_sys::Array {
        let rect = self.camera.rect(pfn);
        if pfn >= self.camera.frames() || !self.camera.sees(rect) {
            return js_sys::Array::new();
        }
        [rect.x0, rect.y0, rect.width(), rect.height()].into_iter().map(JsValue::from).collect()
    }

    /// Draws a light line around these frames at the next painting, around those that lie together one.
    pub fn highlight(&mut self, mut pfns: Vec<u32>) {
        pfns.sort_unstable();
        pfns.dedup();
        self.marks.highlighted = pfns;
    }

    /// Draws a heavy ring around this frame; a number that is no frame's: around none.
    pub fn select(&mut self, pfn: f64) {
        self.marks.selected = frame(pfn);
    }

    /// Draws sights around the frame that is searched for; a number that is no frame's: around none.
    pub fn seek(&mut self, pfn: f64) {
        self.marks.sought = frame(pfn);
    }

    /// Draws the clock's hand at this frame; a number that is no frame's: nowhere.
    pub fn hand(&mut self, pfn: f64) {
        self.marks.hand = frame(pfn);
    }

    /// Draws free runs as blocks, or each free frame by itself.
    pub fn blocks(&mut self, drawn: bool) {
        self.marks.single = !drawn;
    }

    /// Draws a line before each of these frames, at which the right part of a split block begins.
    pub fn splits(&mut self, pfns: Vec<u32>) {
        self.marks.splits = pfns;
    }

    /// Crosses out these frames: the way back from them was found wrong.
    pub fn stale(&mut self, pfns: Vec<u32>) {
        self.marks.stale = pfns;
    }

    /// Draws brackets around these frames.
    pub fn changed(&mut self, pfns: Vec<u32>) {
        self.marks.changed = pfns;
    }

    /// Outlines, at the next painting, the frames that `session` uses differently from `first`. Returns how many.
    pub fn apart(&mut self, first: &mut JsSession, session: &mut JsSession) -> u32 {
        let (first, own) = (first.frame_uses().1, session.frame_uses().1);
        // A frame that the other machine does not have counts as unused there.
        let unused = |used: u8| used == Use::Free as u8 || used == Use::Hole as u8;
        let differs = |n: usize, used: u8| first.get(n).map_or(!unused(used), |theirs| *theirs != used);
        self.marks.apart.clear();
        self.marks.apart.extend(own.iter().enumerate().map(|(n, used)| differs(n, *used)));
        let only_there = first.iter().skip(own.len()).filter(|used| !unused(**used)).count();
        self.marks.apart.iter().filter(|apart| **apart).count() as u32 + only_there as u32
    }

    /// Outlines the old places of what has moved, with a line to the new ones: old, new, number of frames, old, new,
    /// number, …
    pub fn moved(&mut self, moves: Vec<u32>) {
        self.marks.moved = moves.chunks_exact(3).map(|one| (one[0], one[1], one[2])).collect();
    }

    /// At the next painting, begins the motion from the state after event `from` to that after event `to`; without
    /// `seams` only what slides.
    pub fn animate(&mut self, from: u32, to: u32, seams: bool) {
        self.due = Some((from, to, seams));
        self.motion = None;
    }

    /// Sets the progress of the motion, 0 to 1; at 1 it is over. Returns false if nothing moves.
    pub fn progress(&mut self, done: f64) -> bool {
        if done >= 1.0 {
            (self.due, self.motion) = (None, None);
        }
        if let Some(motion) = &mut self.motion {
            motion.done = done;
        }
        self.due.is_some() || self.motion.is_some()
    }

    /// Whether the last picture showed a motion.
    pub fn moving(&self) -> bool {
        self.motion.is_some()
    }

    /// Whether low addresses are at the bottom. The map stays where it is if that is no change.
    #[wasm_bindgen(js_name = setUpwards)]
    pub fn set_upwards(&mut self, upwards: bool) {
        self.camera.set_upwards(upwards);
    }

    /// The names of the signs on the last picture.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn signs(&self) -> js_sys::Array {
        self.signs.iter().map(|sign| JsValue::from(sign.name())).collect()
    }
}

impl MapPainter {
    /// Side of a cell in device pixels.
    pub fn cell_size(&self) -> f64 {
        self.camera.cell()
    }
}

/// Paints one cell of a use, or a sign, as the map draws it, over a whole canvas: for the legend.
#[wasm_bindgen(js_name = paintSwatch)]
pub fn paint_swatch(canvas: &HtmlCanvasElement, name: &str, theme: u32) -> Result<(), JsValue> {
    let (width, height) = (canvas.width(), canvas.height());
    if width == 0 || height == 0 {
        return Ok(());
    }
    let mut bytes = vec![0; width as usize * height as usize * 4];
    let (pixels, theme) = (&mut Pixels::new(&mut bytes, width, height), Theme::by_number(theme));
    match (Use::named(name), Sign::named(name)) {
        (Some(each), _) => cells::paint_swatch(pixels, theme, each),
        (None, Some(sign)) => cells::paint_sign_swatch(pixels, theme, sign),
        (None, None) => return Err(JsError::new(&format!("the map does not draw `{name}`; see legend()")).into()),
    }
    put(&context_of(canvas)?, &bytes, width, height)
}

fn frame(pfn: f64) -> Option<u32> {
    (pfn >= 0.0 && pfn < f64::from(u32::MAX)).then_some(pfn as u32)
}

fn context_of(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let context = canvas.get_context("2d")?.and_then(|context| context.dyn_into().ok());
    context.ok_or_else(|| {
        JsError::new("this canvas has no 2d context: it has one of another kind, or the browser lacks it").into()
    })
}

/// Hands over the picture where it lies in wasm memory; only the browser copies it.
fn put(context: &CanvasRenderingContext2d, bytes: &[u8], width: u32, height: u32) -> Result<(), JsValue> {
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(bytes), width, height)?;
    context.put_image_data(&image, 0.0, 0.0)
}

fn write_labels(context: &CanvasRenderingContext2d, size: f64, labels: &[Label]) -> Result<(), JsValue> {
    context.set_font(&format!("600 {size}px ui-monospace, monospace"));
    context.set_text_align("center");
    context.set_text_baseline("middle");
    let mut last = None;
    for label in labels {
        // Setting a style costs more than writing in it.
        if last.replace(label.color) != Some(label.color) {
            context.set_fill_style_str(&css(label.color));
        }
        context.fill_text(&label.text, label.x, label.y)?;
    }
    Ok(())
}
