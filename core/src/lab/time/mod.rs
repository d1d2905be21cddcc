//! Time travel: the machine as it can be seen, the commands it was given, any place in its time, and "why?".

mod budget;
mod calls;
mod checkpoints;
mod log;
pub mod mapped;
mod place;
#[cfg(test)]
pub(super) mod sample;
mod samples;
pub mod session;
#[cfg(test)]
mod tests;
mod travel;
pub mod view;
#[cfg(test)]
mod view_tests;
pub mod why;

pub use budget::DEFAULT_BUDGET;
pub use calls::HeapCall;
pub use log::Playback;
