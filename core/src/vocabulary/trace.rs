//! Where events go. Every function that changes the machine takes a [`Trace`] and emits to it.
//!
//! There is one way of doing the work, whoever listens. What may depend on the listener is what an event says: whether
//! that is worked out (`LISTENS`), and whether a copy is made for it (`keeps`).

use crate::vocabulary::event::Event;

/// A listener to events. With [`NullTrace`] no event is even built.
pub trait Trace {
    /// Whether events go anywhere. Only for code that changes nothing, but works out what events say.
    const LISTENS: bool = true;
    /// Takes one event; the closure is called only if there is a listener.
    fn emit(&mut self, event: impl FnOnce() -> Event);

    /// Whether what an event carries is looked at. Where not, pages' bytes and whatever else takes a copy or a search
    /// are left out of it (zero, empty or `None`), so that it costs what counting it costs.
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
