//! Measures that are folded with the view: counters, and modelled cycles.

pub mod cost;
pub mod counting;
pub mod tally;
