//! The field `kernel` of a configuration: where the frames that the kernel needs for itself come from.
//!
//! ```text
//! inside   | 0 . . page of zeroes, tables, queues, kernel's heap among data . . frames |
//! apart    | 0 . . . . data alone . . . . frames | page of zeroes, tables, queues, kernel's heap: the pool |
//! ```
//! `apart` is what exercises on paper take for granted: 3 frames are 3 frames for pages, and 1 MB is one block.

use super::{Config, MAX_FRAMES, MIN_FRAMES};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// The pool has at least this many frames, if the entries of the geometry can name them: tables of some hundred small
/// processes.
const LEAST_POOL: u32 = 1024;
/// The pool has at least this many frames where entries name few: a classroom's process has up to 33 tables.
const SMALL_POOL: u32 = 32;

/// Where the kernel's own frames are.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum KernelPlace {
    /// Among all others, from the machine's allocator: as it is in fact.
    #[default]
    Inside,
    /// In a pool behind the memory that is studied, which the allocator never sees.
    Apart,
}

impl KernelPlace {
    /// Whether the kernel's frames are among all others, as by default.
    pub fn is_default(&self) -> bool {
        *self == KernelPlace::Inside
    }
}

impl Config {
    /// The fewest frames that such a machine has.
    pub(super) fn least_frames(&self) -> u32 {
        match self.kernel {
            KernelPlace::Inside => MIN_FRAMES,
            KernelPlace::Apart => 1,
        }
    }

    /// The most frames that such a machine has: those that its entries can name, less the smallest pool.
    pub(super) fn most_frames(&self) -> u32 {
        let (most, named) = (self.geometry.geometry().max_frames(), self.geometry.geometry().max_named());
        match self.kernel {
            KernelPlace::Inside => most.min(MAX_FRAMES),
            KernelPlace::Apart => named.saturating_sub(SMALL_POOL).min(most).min(MAX_FRAMES),
        }
    }

    /// Frames that stay usable at least, whatever is set aside: below 8, not one process fits among its tables.
    pub(super) fn least_usable(&self) -> u32 {
        match self.kernel {
            KernelPlace::Inside => 8,
            KernelPlace::Apart => 1,
        }
    }

    /// Frames of the kernel's pool: as many as there are others, 1024 at least, as far as an entry can name them.
    pub fn pool_frames(&self) -> u32 {
        match self.kernel {
            KernelPlace::Inside => 0,
            KernelPlace::Apart => {
                self.frames.max(LEAST_POOL).min(self.geometry.geometry().max_named().saturating_sub(self.frames))
            }
        }
    }

    /// All frames that can be named: those that are studied, and behind them the pool's.
    pub fn all_frames(&self) -> u32 {
        self.frames + self.pool_frames()
    }
}
