//! Pageturner's core: a whole machine whose memory manager can be watched one step at a time, both ways.
//!
//! The rooms, lowest first; imports run downwards only: [`units`], [`refusal`], [`trees`] and [`chunks`], [`hw`],
//! [`config`], [`vocabulary`] (commands and events), [`alloc`], [`mm`], [`os`], [`lab`], [`script`] and [`import`].
//! No input or output, no clock, no unsafe code. See `ARCHITECTURE.md`.

pub mod alloc;
pub mod chunks;
pub mod config;
pub mod hw;
pub mod import;
pub mod kmalloc;
pub mod lab;
pub mod mm;
pub mod os;
pub mod policy;
pub mod refusal;
#[cfg(feature = "script")]
pub mod script;
pub mod trees;
pub mod units;
pub mod user;
pub mod vocabulary;
