//! The map of physical memory: every frame a cell, coloured and patterned by what owns it.
//!
//! Pure painting into a buffer of RGBA bytes ([`paint`]) is apart from the canvas it ends up on (`painter`), so that
//! all of it but that edge is tested natively. From far to near, by the size of a cell in device pixels: under
//! [`WHOLE`] several frames share a pixel (`far`), under [`GAPS`] they are plain dots (`dots`), from there real cells
//! (`cells`) with free runs as blocks (`blocks`), from [`PATTERNS`] patterned, from [`LABELS`] numbered (`labels`).

mod accessed;
mod apart;
mod blocks;
mod camera;
mod cells;
mod contour;
mod dots;
mod far;
mod labels;
mod legend;
mod marks;
mod motion;
mod painter;
mod pixels;
mod seams;
mod signs;
mod style;
pub(crate) mod theme;
mod use_cache;
mod uses;

pub use accessed::Accessed;
pub use camera::Camera;
pub use labels::{Label, labels};
pub use legend::{Group, legend};
pub use marks::Marks;
pub use motion::Motion;
pub use painter::{MapPainter, paint_swatch};
pub use pixels::{Pixels, Rect, Rgba};
pub use signs::{Sign, Signs};
pub use theme::{DARK, LIGHT, Theme, css};
pub use use_cache::UseCache;
pub use uses::{Pattern, Use};

use pageturner::lab::time::view::View;

/// From this cell size on, in device pixels, a frame has pixels of its own.
pub const WHOLE: f64 = 1.0;
/// From this cell size on, in device pixels, there are gaps between cells, and free runs are outlined.
pub const GAPS: f64 = 5.0;
/// From this cell size on, in device pixels, cells have patterns and small marks.
pub const PATTERNS: f64 = 10.0;
/// From this cell size on, in device pixels, cells are labelled.
pub const LABELS: f64 = 28.0;

/// Everything that a picture is made from.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    pub view: &'a View,
    /// Per frame its [`Use`] as a number, kept up to date by [`UseCache`]: reading whole descriptors would be too slow.
    pub uses: &'a [u8],
    pub camera: &'a Camera,
    pub theme: &'a Theme,
    pub marks: &'a Marks,
    /// The motion of frames from their old places, if one is under way.
    pub motion: Option<&'a Motion>,
}

impl Scene<'_> {
    /// Where a frame's cell is drawn: at its place, or on its way there.
    pub fn cell(&self, pfn: u32) -> Rect {
        let rect = self.camera.rect(pfn);
        self.motion.and_then(|motion| motion.offset(pfn, self.camera)).map_or(rect, |offset| rect.moved(offset))
    }
}

/// Paints the whole picture: every pixel is written.
pub fn paint(pixels: &mut Pixels, scene: &Scene) {
    let cell = scene.camera.cell();
    if cell < WHOLE {
        far::paint(pixels, scene);
    } else if cell < GAPS {
        dots::paint(pixels, scene);
    } else {
        cells::paint(pixels, scene);
    }
    if let Some(motion) = scene.motion.filter(|_| cell < GAPS) {
        motion.paint_dots(pixels, scene);
    }
    marks::paint(pixels, scene);
}
