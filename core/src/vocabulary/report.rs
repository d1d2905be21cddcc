//! How a request for frames was served: how well it fitted, and what was done to make room for it.

use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::Lack;
use serde::Serialize;

/// How a request fitted what was free.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// A freed run of exactly this length was given again.
    Exact,
    /// These frames are left free below a run that had to be aligned.
    Gap,
    /// A large run stands off its alignment: it was given or moved there, memory being short.
    Degraded,
    /// A large run stands at its alignment again.
    Realigned,
}

/// What a contiguous request took.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize)]
pub struct Report {
    /// The frames that were chosen to be cleared.
    pub window: Option<FreeRun>,
    /// Number of frames, words or runs examined.
    pub inspected: u32,
    /// Number of frames moved elsewhere.
    pub moved: u32,
    /// Number of pages written to swap or to their file.
    pub written: u32,
    /// Number of clean pages dropped.
    pub zapped: u32,
    /// Why it failed. `None`: it was served.
    pub lack: Option<Lack>,
}
