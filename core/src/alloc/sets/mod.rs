//! Sets of frames and of free runs: what allocators are built of, none of which knows a policy.
//!
//! `bits` and `set64` are both trees of bits with 64 children. They stay two: `set64` has three levels, known when it
//! is compiled, and gives its least member; `bits` has as many levels as are needed and remembers its greatest.

pub mod bits;
pub mod frame_bits;
pub mod highest;
pub mod maxima;
pub mod run_map;
pub mod run_queues;
pub mod set64;
