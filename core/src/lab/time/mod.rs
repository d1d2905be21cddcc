//! Time: the view as a fold of events, the session that goes to any place among them, and why a value is what it is.

pub mod session;
pub mod view;
pub mod why;
