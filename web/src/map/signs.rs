//! The signs: what is drawn in a frame's cell, or a page's, in addition to its use, and around it. One table for the
//! painter, the cells of pages and the legend: each sign has one shape and one meaning, wherever it is drawn.

use pageturner::lab::time::view::View;
use pageturner::vocabulary::frame::{Frame, FrameUse};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A sign.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, IntoStaticStr, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
#[repr(u8)]
pub enum Sign {
    Count,
    Shared,
    Dirty,
    PteDirty,
    Accessed,
    Locked,
    #[strum(serialize = "in-swap-cache")]
    SwapCache,
    Pinned,
    Changed,
    Selected,
    Linked,
    Sought,
    Hand,
    Split,
    Stale,
    Moved,
    Copied,
    Between,
    Apart,
}

/// Rows of a shape, top first; the highest of its five bits is the leftmost pixel.
pub type Shape = [u8; 5];

impl Sign {
    /// All signs; a sign's number is its place here.
    pub const ALL: &[Sign] = Sign::VARIANTS;

    /// The name in the page's data and style sheets.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The label in the legend.
    pub fn label(self) -> &'static str {
        match self {
            Sign::Count => "PTEs that map it",
            Sign::Shared => "shared",
            Sign::Dirty => "dirty frame",
            Sign::PteDirty => "dirty PTE",
            Sign::Accessed => "accessed",
            Sign::Locked => "locked",
            Sign::SwapCache => "in the swap cache",
            Sign::Pinned => "pinned",
            Sign::Changed => "changed",
            Sign::Selected => "selected",
            Sign::Linked => "linked",
            Sign::Sought => "looked for",
            Sign::Hand => "clock's hand",
            Sign::Split => "split here",
            Sign::Stale => "stale pair",
            Sign::Moved => "moved from here",
            Sign::Copied => "bytes are copied",
            Sign::Between => "in no free list just now",
            Sign::Apart => "used otherwise",
        }
    }

    /// The meaning in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Sign::Count => "How many page-table entries map the frame: its mapcount. On dark: more than one",
            Sign::Shared => "More than one page-table entry maps the frame",
            Sign::Dirty => "The frame's descriptor says that it was written since it was last saved",
            Sign::PteDirty => {
                "The page-table entry's D bit: written through this entry. The kernel takes it over into the frame when it unmaps the page"
            }
            Sign::Accessed => {
                "The A bit of a page-table entry: used since the clock last looked, so it clears the bit and spares the page once"
            }
            Sign::Locked => "Locked in memory (mlock): it is not swapped out",
            Sign::SwapCache => "In memory and in a slot of the swap disk",
            Sign::Pinned => "A run that a device uses: it is not moved",
            Sign::Changed => "Changed by the last step, or the last micro-step",
            Sign::Selected => "Shown in the inspector",
            Sign::Linked => "Belongs to what is selected or pointed at",
            Sign::Sought => "The reverse map is looking for what maps this frame",
            Sign::Hand => "Where reclaim looks next for a page to take away; while it looks, the page that it looks at",
            Sign::Split => {
                "A free block was split along this line by the last step, also if its pieces are used by now"
            }
            Sign::Stale => {
                "The check found a page mapped to this frame, but the pair that is to lead back to it leads elsewhere"
            }
            Sign::Moved => "What was here was moved: a line leads to where it is now",
            Sign::Copied => "The micro-step copies the bytes of one frame into another, along the arrow",
            Sign::Between => {
                "In the midst of a command: the frame is in no free list and nothing uses it. It has just been taken, or is about to be given back"
            }
            Sign::Apart => "Another machine uses the frame otherwise",
        }
    }

    /// Its shape; `None` for signs that are drawn around cells.
    pub fn shape(self) -> Option<Shape> {
        match self {
            Sign::Shared => Some([0b11100, 0b10100, 0b11111, 0b00101, 0b00111]),
            Sign::Dirty => Some([0b11111, 0b11111, 0b11111, 0b11111, 0b11111]),
            Sign::PteDirty => Some([0b11111, 0b10001, 0b10001, 0b10001, 0b11111]),
            Sign::Accessed => Some([0b00100, 0b01110, 0b11111, 0b01110, 0b00100]),
            Sign::Locked => Some([0b01110, 0b01010, 0b11111, 0b11111, 0b11111]),
            Sign::SwapCache => Some([0b00100, 0b10101, 0b01110, 0b00100, 0b11111]),
            Sign::Count
            | Sign::Pinned
            | Sign::Changed
            | Sign::Selected
            | Sign::Linked
            | Sign::Sought
            | Sign::Hand
            | Sign::Split
            | Sign::Stale
            | Sign::Moved
            | Sign::Copied
            | Sign::Between
            | Sign::Apart => None,
        }
    }

    /// Whether a frame has this sign. Never true of signs of page-table entries, and of those around cells.
    pub fn is_of(self, frame: &Frame) -> bool {
        let page = frame.state == FrameUse::Page;
        match self {
            Sign::Count => page,
            Sign::Shared => frame.mapcount > 1,
            Sign::Dirty => frame.dirty,
            Sign::Locked => frame.mlocked,
            Sign::SwapCache => page && frame.slot.is_some(),
            Sign::PteDirty
            | Sign::Accessed
            | Sign::Pinned
            | Sign::Changed
            | Sign::Selected
            | Sign::Linked
            | Sign::Sought
            | Sign::Hand
            | Sign::Split
            | Sign::Stale
            | Sign::Moved
            | Sign::Copied
            | Sign::Between
            | Sign::Apart => false,
        }
    }

    /// The sign with this name; `None` if no sign has it.
    pub fn named(name: &str) -> Option<Sign> {
        name.parse().ok()
    }

    /// The frames that have this sign.
    pub fn frames(self, view: &View) -> Vec<u32> {
        let pinned = |frame: &Frame| match frame.state {
            FrameUse::Run { first } => view.runs.get(&first).is_some_and(|run| run.pins > 0),
            _ => false,
        };
        let has = |frame: &Frame| if self == Sign::Pinned { pinned(frame) } else { self.is_of(frame) };
        view.frames.iter_studied().filter(|(_, frame)| has(frame)).map(|(pfn, _)| pfn.0).collect()
    }
}

/// A set of signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Signs(u32);

impl Signs {
    /// Adds one.
    pub fn add(&mut self, sign: Sign) {
        self.0 |= 1 << sign as u8;
    }

    /// Whether it is in the set.
    pub fn has(self, sign: Sign) -> bool {
        self.0 >> sign as u8 & 1 == 1
    }

    /// Those in the set, in the order of [`Sign::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Sign> {
        Sign::ALL.iter().copied().filter(move |sign| self.has(*sign))
    }
}
