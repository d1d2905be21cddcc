//! Tests of the edge that run natively: the data that the page gets, and what the painter paints.

mod camera;
mod clock;
mod colors;
mod compare;
mod groups;
mod heap;
mod jump;
mod killed;
mod lit;
mod map;
mod opening;
mod ranks;
mod references;
mod session;
mod translate;
mod way_back;
mod why;
mod words;
