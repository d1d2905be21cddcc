//! What a frame is used for, as the map shows it: ten uses, each with a name, a sentence and a pattern.

use pageturner::lab::time::view::View;
use pageturner::vocabulary::frame::{Frame, FrameUse, Owner};
use pageturner::vocabulary::object::ObjectKind;
use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantArray};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// A frame's use.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, IntoStaticStr, EnumString, VariantArray, Tsify,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[repr(u8)]
pub enum Use {
    Free,
    Table,
    Anon,
    File,
    Shmem,
    Zero,
    Run,
    Reserved,
    Hole,
    SwapCache,
}

/// What is drawn over a cell's colour, so that colour is never the only difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    Plain,
    Grid,
    Solid,
    Hatch,
    Crosshatch,
    Ring,
    Bars,
    Checker,
    Cross,
    Dots,
}

impl Use {
    /// All uses; a use's number is its place here.
    pub const ALL: &[Use] = Use::VARIANTS;

    /// The use of a frame.
    pub fn of(frame: &Frame, view: &View) -> Use {
        match frame.state {
            FrameUse::Free => Use::Free,
            FrameUse::Hole => Use::Hole,
            FrameUse::Reserved => Use::Reserved,
            FrameUse::Zero => Use::Zero,
            FrameUse::Table { .. } => Use::Table,
            FrameUse::Run { .. } => Use::Run,
            FrameUse::Page if frame.slot.is_some() => Use::SwapCache,
            FrameUse::Page => match frame.mapping {
                Owner::None | Owner::Anon(_) | Owner::Ksm(_) => Use::Anon,
                Owner::Object(id) => match view.objects.get(&id).map(|object| &object.info.kind) {
                    Some(ObjectKind::File(_)) => Use::File,
                    Some(ObjectKind::Shmem | ObjectKind::Shm(_)) | None => Use::Shmem,
                },
            },
        }
    }

    /// The name in the page's data.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The label, for the legend and the inspector.
    pub fn label(self) -> &'static str {
        match self {
            Use::Free => "Free",
            Use::Table => "Page table",
            Use::Anon => "Anonymous page",
            Use::File => "File page",
            Use::Shmem => "Shared memory page",
            Use::Zero => "Zero page",
            Use::Run => "Kernel allocation",
            Use::Reserved => "Reserved",
            Use::Hole => "Hole (no memory)",
            Use::SwapCache => "Also on swap",
        }
    }

    /// The meaning in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Use::Free => "Frames in the allocator's free lists",
            Use::Table => "Page tables: they live in frames of the same memory",
            Use::Anon => "Pages of processes that belong to no file",
            Use::File => "Pages of files, kept in memory",
            Use::Shmem => "Pages of shared memory",
            Use::Zero => "One page of zeroes, which every untouched page that is only read shares",
            Use::Run => "Runs of frames that the kernel took for itself",
            Use::Reserved => "Frames that the kernel keeps from the start",
            Use::Hole => "Addresses with no memory behind them",
            Use::SwapCache => "Pages that also have a slot on the swap disk",
        }
    }

    /// Its pattern.
    pub fn pattern(self) -> Pattern {
        match self {
            Use::Free => Pattern::Plain,
            Use::Table => Pattern::Grid,
            Use::Anon => Pattern::Solid,
            Use::File => Pattern::Hatch,
            Use::Shmem => Pattern::Crosshatch,
            Use::Zero => Pattern::Ring,
            Use::Run => Pattern::Bars,
            Use::Reserved => Pattern::Checker,
            Use::Hole => Pattern::Cross,
            Use::SwapCache => Pattern::Dots,
        }
    }

    /// The use with this name; `None` if no use has it.
    pub fn named(name: &str) -> Option<Use> {
        name.parse().ok()
    }
}

impl Pattern {
    /// Whether the pattern has ink at pixel (`x`, `y`) of a cell of `w` by `h`; `unit` is the width of its lines.
    pub fn inks(self, x: i32, y: i32, w: i32, h: i32, unit: i32) -> bool {
        let period = 4 * unit;
        let stripe = |n: i32| n.rem_euclid(period) < unit;
        let band = |n: i32| (unit..3 * unit).contains(&n.rem_euclid(period));
        match self {
            Pattern::Plain | Pattern::Solid => false,
            Pattern::Grid => stripe(y - unit) || (w / 3..w / 3 + unit).contains(&x),
            Pattern::Hatch => stripe(x + y),
            Pattern::Crosshatch => stripe(x + y) || stripe(x - y),
            Pattern::Bars => stripe(x - unit),
            Pattern::Checker => (x.div_euclid(2 * unit) + y.div_euclid(2 * unit)) % 2 == 0,
            Pattern::Dots => band(x) && band(y),
            Pattern::Ring => {
                let (dx, dy) = (2 * x + 1 - w, 2 * y + 1 - h);
                let outer = w.min(h) * 7 / 10;
                let inner = outer - 3 * unit;
                (inner * inner..=outer * outer).contains(&(dx * dx + dy * dy))
            }
            Pattern::Cross => {
                let (rising, falling) = (x * h - y * w, x * h + y * w - w * h);
                rising.abs().min(falling.abs()) < unit * w.max(h)
            }
        }
    }
}
