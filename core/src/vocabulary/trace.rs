//! Where events go. Every function that changes the machine takes a [`Trace`] and emits to it.

use crate::vocabulary::event::Event;

/// A listener to events. With [`NullTrace`] no event is even built.
pub trait Trace {
    /// Whether events go anywhere. Code that does the same with less work when there is no listener may ask.
    const LISTENS: bool = true;
    /// Takes one event; the closure is called only if there is a listener.
    fn emit(&mut self, event: impl FnOnce() -> Event);

    /// Whether what an event carries is looked at. Where not, pages' bytes and what else takes a copy are left out of
    /// it (zero or empty), so an event costs what counting it costs.
    #[inline(always)]
    fn keeps(&self) -> bool {
        true
    }
}

/// Listens to nothing: the machine runs at full speed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullTrace;

impl Trace for NullTrace {
    const LISTENS: bool = false;
    #[inline(always)]
    fn emit(&mut self, _event: impl FnOnce() -> Event) {}

    #[inline(always)]
    fn keeps(&self) -> bool {
        false
    }
}
