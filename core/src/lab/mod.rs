//! The laboratory: commands go in, events come out, the view folds them, the session steps through time.

pub mod check;
pub mod compare;
pub mod figures;
pub mod measure;
pub mod quiz;
pub mod recording;
pub mod sweep;
pub mod tell;
pub mod time;
