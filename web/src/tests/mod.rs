//! Tests of the edge that run natively: what the page is told, and what the painter paints.

mod compare;
mod map;
mod session;
mod way_back;
mod why;
