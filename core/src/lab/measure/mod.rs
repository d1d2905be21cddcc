//! Measures: counters that are folded with the view, modelled cycles, and what a machine takes of the host's memory.

pub mod cost;
pub mod counting;
pub mod footprint;
pub mod lengths;
pub mod needs;
pub mod notable;
pub mod tally;
