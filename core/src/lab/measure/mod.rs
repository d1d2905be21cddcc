//! Measures: counters that are folded with the view, modelled cycles, what a machine takes of the host's memory; the
//! spread of what chance gave.

pub mod caching;
pub mod cost;
pub mod counting;
pub mod footprint;
pub mod lengths;
pub mod needs;
pub mod notable;
pub mod spread;
pub mod tally;
