//! The colours, light and dark: after Okabe and Ito's palette, which people with any kind of colour vision can tell
//! apart. Patterns carry the same information, see [`Use::pattern`].

use super::pixels::Rgba;
use super::uses::Use;

/// The colours of one theme, by use where there are ten.
#[derive(Clone, PartialEq, Debug)]
pub struct Theme {
    fills: [Rgba; 10],
    lines: [Rgba; 10],
    /// Where there is no frame: the page shows through.
    pub ground: Rgba,
    /// Around a free run.
    pub outline: Rgba,
    /// Between the frames of a free run.
    pub tick: Rgba,
    /// Frame numbers in free runs.
    pub faint: Rgba,
    /// Rings around what is selected or highlighted, and the halo that sets them off.
    pub ring: Rgba,
    pub halo: Rgba,
    /// Brackets around what has just changed.
    pub changed: Rgba,
}

const DARK_TEXT: Rgba = hex(0x10_14_18);
const LIGHT_TEXT: Rgba = hex(0xff_ff_ff);

/// For a light page.
pub const LIGHT: Theme = Theme {
    fills: [
        hex(0xe9eef2), // free
        hex(0x0072b2), // table: blue
        hex(0xe69f00), // anon: orange
        hex(0x56b4e9), // file: sky blue
        hex(0x009e73), // shmem: bluish green
        hex(0xf0e442), // zero: yellow
        hex(0xcc79a7), // run: reddish purple
        hex(0xa6abb0), // reserved
        hex(0xd5d9dc), // hole
        hex(0xd55e00), // swap cache: vermilion
    ],
    lines: [
        hex(0xe9eef2),
        hex(0x7fbde6),
        hex(0xe69f00),
        hex(0x0f6aa5),
        hex(0x8fe0c6),
        hex(0x6e6600),
        hex(0x7d2f5b),
        hex(0x7d848b),
        hex(0x979ea5),
        hex(0xffd9b8),
    ],
    ground: [0; 4],
    outline: hex(0x7b8a97),
    tick: hex(0xd3dce3),
    faint: hex(0x5f6c78),
    ring: hex(0x10_14_18),
    halo: hex(0xff_ff_ff),
    changed: hex(0xb0_00_5e),
};

/// For a dark page.
pub const DARK: Theme = Theme {
    fills: [
        hex(0x222a31),
        hex(0x2b8fd1),
        hex(0xe69f00),
        hex(0x7cc8f2),
        hex(0x0aa77c),
        hex(0xf0e442),
        hex(0xd98bb6),
        hex(0x5a626a),
        hex(0x33393f),
        hex(0xe06a14),
    ],
    lines: [
        hex(0x222a31),
        hex(0xbfe0f7),
        hex(0xe69f00),
        hex(0x0b5a8c),
        hex(0x05503b),
        hex(0x6e6600),
        hex(0x7a2b58),
        hex(0x7f8891),
        hex(0x59626b),
        hex(0xffe3c9),
    ],
    ground: [0; 4],
    outline: hex(0x71808d),
    tick: hex(0x303a43),
    faint: hex(0x98a5b1),
    ring: hex(0xff_ff_ff),
    halo: hex(0x10_14_18),
    changed: hex(0xff_8a_c8),
};

impl Theme {
    /// The theme that the page calls by this number: 1 is dark, all others light.
    pub fn by_number(number: u32) -> &'static Theme {
        if number == 1 { &DARK } else { &LIGHT }
    }

    /// The colour of a use.
    pub fn fill(&self, each: Use) -> Rgba {
        self.fills[each as usize]
    }

    /// The colour of a use's pattern.
    pub fn line(&self, each: Use) -> Rgba {
        self.lines[each as usize]
    }

    /// Black or white, whichever reads better on a use's colour.
    pub fn text(&self, each: Use) -> Rgba {
        let fill = luminance(self.fill(each));
        let contrast = |text: Rgba| (luminance(text).max(fill) + 0.05) / (luminance(text).min(fill) + 0.05);
        if contrast(DARK_TEXT) >= contrast(LIGHT_TEXT) { DARK_TEXT } else { LIGHT_TEXT }
    }

    /// Colours by use number, [`Theme::ground`] for numbers that are no use: a table without bounds to check.
    pub fn palette(&self) -> [Rgba; 16] {
        std::array::from_fn(|n| self.fills.get(n).copied().unwrap_or(self.ground))
    }
}

/// Relative luminance as WCAG 2 defines it.
pub fn luminance(color: Rgba) -> f64 {
    let linear = |byte: u8| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2])
}

/// A colour as style sheets write it.
pub fn css([r, g, b, _]: Rgba) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

const fn hex(rgb: u32) -> Rgba {
    [(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255]
}
