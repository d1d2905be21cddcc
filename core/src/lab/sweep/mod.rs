//! Sweeps: the same load on many machines, whose configurations differ in one field or two, and what was counted on
//! each.
//!
//! ```text
//!                      by  policy = fifo   lru            each cell is a point: a machine of its own
//! over frames = 4              812    790
//!               8              640    598
//! ```
//! What is given to the machines is a recording ([`Replayed`]), a trace of references (`import::refs`) or a script
//! (`script`); what is counted is the same for all ([`Plan`], [`Fared`]).

mod axis;
mod count;
mod replay;

pub use axis::{Axis, MAX_POINTS, Sweep};
pub use count::{Fared, Given, Meter, Plan, Row};
pub use replay::{Replayed, counted_steps};
