//! What JavaScript sees, with what each field means. The types of the page are made from these: `tsify` puts their
//! declarations into the module, from where the build writes them beside it (`www/pkg/pageturner_web.d.ts`), so a field
//! that is renamed here or read wrongly there does not compile.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// The type of a value for the page, which is `T` there.
pub type Typed<T> = <T as Tsify>::JsType;

macro_rules! dto {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$attr:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Tsify)]
        #[serde(rename_all = "camelCase")]
        #[tsify(missing_as_null, hashmap_as_object)]
        pub struct $name { $($(#[$attr])* pub $field: $type),* }
    )*};
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident of $of:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Tsify)]
        #[serde(transparent)]
        pub struct $name(pub Vec<$of>);
    )*};
}

macro_rules! names {
    ($($(#[$doc:meta])* enum $name:ident { $($(#[$attr:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Tsify)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$attr])* $variant),* }
    )*};
}

// After the macros, which they use.
mod compare;
mod entry;
mod files;
mod heap;
mod inspect;
mod killed;
mod page;
mod port;
mod quiz;
mod references;
mod state;
mod steps;
#[cfg(feature = "scripts")]
mod sweep;
mod translate;
mod way_back;

pub use compare::*;
pub use entry::*;
pub use files::*;
pub use heap::*;
pub use inspect::*;
pub use killed::*;
pub use page::*;
pub use port::*;
pub use quiz::*;
pub use references::*;
pub use state::*;
pub use steps::*;
#[cfg(feature = "scripts")]
pub use sweep::*;
pub use translate::*;
pub use way_back::*;

/// Anything that can be selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Subject {
    Frame { pfn: u32 },
    Page { pid: u32, vpn: u64 },
    Vma { id: u32 },
    Slot { slot: u32 },
    Process { pid: u32 },
}

/// The kind of a command in the timeline: the most important one that applies.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Tick {
    None = 0,
    Fault = 1,
    SwapOut = 2,
    /// A failed call, a signal, or memory that ran out.
    Failure = 3,
    /// A process began or ended.
    Process = 4,
    Note = 5,
    ExpectFailed = 6,
    /// A question.
    Ask = 7,
    /// Other words for the reader, such as an expectation that holds.
    Quiet = 8,
}

names! {
    /// What a page that has a PTE is mapped to.
    enum PageState {
        Frame,
        /// The page of zeroes.
        Zero,
        /// A frame of a run.
        Run,
        Swap,
    }

    /// What a PTE points to.
    enum PteTarget { Frame, Swap, Empty }

    /// What a field of a configuration holds. `Settings`: an object.
    enum SettingKind { Flag, Number, Choice, Settings, List }

    /// What a tree is balanced by, of a node: its colour, or on which side it is higher.
    enum MarkDto { None, Red, Black, Left, Level, Right }

    /// The contents of a stretch of a heap; the more important kinds last. `Taken`: in the midst of a command, in no
    /// free list and not in use. `Fixed`: may not be moved.
    enum StretchKind { Hole, Top, Page, Segment, Taken, Gap, Fixed }
}

lists! {
    Steps of StepDto,
    Events of EventDto,
    Pages of PageDto,
    Legend of LegendDto,
    Settings of SettingDto,
}

dto! {
    /// A place in time: the numbers of commands and of events that have happened.
    struct CursorDto { step: u32, event: u32 }

    /// An error from a script, recording, strace log or console line, thrown or part of a reply; line and column count
    /// from 1.
    struct ErrorDto {
        message: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    }
}
