//! A picture in memory: RGBA bytes, row after row. Everything drawn is clipped to it.

use super::signs::Signs;

/// A colour: red, green, blue, alpha; not premultiplied.
pub type Rgba = [u8; 4];

/// Pixels from (`x0`, `y0`) up to, not including, (`x1`, `y1`). May reach outside the picture or be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rect {
    pub x0: i32,
    pub y0: i32,
    pub x1: i32,
    pub y1: i32,
}

impl Rect {
    /// Width; 0 or less if empty.
    pub fn width(&self) -> i32 {
        self.x1 - self.x0
    }

    /// Height; 0 or less if empty.
    pub fn height(&self) -> i32 {
        self.y1 - self.y0
    }

    /// The rectangle moved by (`dx`, `dy`) pixels.
    pub fn moved(&self, (dx, dy): (i32, i32)) -> Rect {
        Rect { x0: self.x0 + dx, y0: self.y0 + dy, x1: self.x1 + dx, y1: self.y1 + dy }
    }

    /// The rectangle, larger by `n` pixels on every side.
    pub fn grown(&self, n: i32) -> Rect {
        Rect { x0: self.x0 - n, y0: self.y0 - n, x1: self.x1 + n, y1: self.y1 + n }
    }
}

/// A picture in memory.
#[derive(Debug)]
pub struct Pixels<'a> {
    bytes: &'a mut [u8],
    width: i32,
    height: i32,
    /// The signs that were drawn, for the legend.
    pub signs: Signs,
}

impl<'a> Pixels<'a> {
    /// A picture over `bytes`, of which there must be four per pixel.
    pub fn new(bytes: &'a mut [u8], width: u32, height: u32) -> Pixels<'a> {
        assert_eq!(bytes.len(), width as usize * height as usize * 4, "four bytes per pixel");
        Pixels { bytes, width: width as i32, height: height as i32, signs: Signs::default() }
    }

    /// Width in pixels.
    pub fn width(&self) -> i32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> i32 {
        self.height
    }

    /// One pixel, which must be inside.
    pub fn get(&self, x: i32, y: i32) -> Rgba {
        let at = (y * self.width + x) as usize * 4;
        self.bytes[at..at + 4].try_into().expect("a pixel has four bytes")
    }

    /// Paints every pixel.
    pub fn clear(&mut self, color: Rgba) {
        fill(self.bytes, color);
    }

    /// The bytes of row `y`, which must be inside.
    pub fn row(&mut self, y: i32) -> &mut [u8] {
        let stride = self.width as usize * 4;
        &mut self.bytes[y as usize * stride..][..stride]
    }

    /// Makes row `y` equal to the one above it.
    pub fn repeat_row(&mut self, y: i32) {
        let stride = self.width as usize * 4;
        let at = y as usize * stride;
        self.bytes.copy_within(at - stride..at, at);
    }

    /// Fills a rectangle.
    pub fn fill(&mut self, rect: Rect, color: Rgba) {
        let rect = self.clip(rect);
        for y in rect.y0..rect.y1 {
            fill(&mut self.row(y)[rect.x0 as usize * 4..rect.x1 as usize * 4], color);
        }
    }

    /// Draws a rectangle's edge, `thick` pixels wide, inside it.
    pub fn outline(&mut self, rect: Rect, thick: i32, color: Rgba) {
        let Rect { x0, y0, x1, y1 } = rect;
        let thick = thick.min(rect.width()).min(rect.height());
        self.fill(Rect { y1: y0 + thick, ..rect }, color);
        self.fill(Rect { y0: y1 - thick, ..rect }, color);
        self.fill(Rect { x1: x0 + thick, ..rect }, color);
        self.fill(Rect { x0: x1 - thick, ..rect }, color);
    }

    /// Paints the pixels of a rectangle that `inks` chooses; it is given places within the rectangle.
    pub fn stencil(&mut self, rect: Rect, color: Rgba, inks: impl Fn(i32, i32) -> bool) {
        let clipped = self.clip(rect);
        for y in clipped.y0..clipped.y1 {
            let row = &mut self.row(y)[clipped.x0 as usize * 4..clipped.x1 as usize * 4];
            for (pixel, x) in row.chunks_exact_mut(4).zip(clipped.x0..) {
                if inks(x - rect.x0, y - rect.y0) {
                    pixel.copy_from_slice(&color);
                }
            }
        }
    }

    fn clip(&self, rect: Rect) -> Rect {
        let x0 = rect.x0.clamp(0, self.width);
        let y0 = rect.y0.clamp(0, self.height);
        Rect { x0, y0, x1: rect.x1.clamp(x0, self.width), y1: rect.y1.clamp(y0, self.height) }
    }
}

/// Fills bytes with one colour.
pub fn fill(bytes: &mut [u8], color: Rgba) {
    if color == [color[0]; 4] {
        bytes.fill(color[0]);
    } else {
        bytes.chunks_exact_mut(4).for_each(|pixel| pixel.copy_from_slice(&color));
    }
}

/// Whether two rows of bytes are equal, eight at a time: WebAssembly's own comparison goes byte by byte.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
    let (a_words, b_words) = (a.chunks_exact(8), b.chunks_exact(8));
    a.len() == b.len() && a_words.remainder() == b_words.remainder() && a_words.map(word).eq(b_words.map(word))
}
