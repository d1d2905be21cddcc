//! "Why?": the event that gave a value its present state.
//!
//! Whatever can be read from a view can be asked about, also values computed from many parts: see [`last_change`].

mod part;

pub use part::Part;

use super::session::Session;
use super::view::View;
use crate::vocabulary::event::Event;

/// The last change of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change<V> {
    /// The event's number in the session.
    pub event: u32,
    /// What the value was before it.
    pub before: V,
}

/// The last event up to the cursor that gave a value another than it had before. `read` works the value out from a
/// view, and names all the parts of the view that it reads. `None`: the value is as it was when the machine started.
///
/// The session goes back in time, from one event that may have changed one of these parts to the one before, until the
/// value is another; then it returns to where it was.
pub fn last_change<V: PartialEq>(
    session: &mut Session,
    mut read: impl FnMut(&View) -> (V, Vec<Part>),
) -> Option<Change<V>> {
    let (here, geometry) = (session.cursor(), session.view().geometry());
    let (now, mut parts) = read(session.view());
    let mut upto = here.event;
    let mut found = None;
    while found.is_none() {
        let may_change =
            |event: &Event| event.sets().is_some_and(|by| parts.iter().any(|part| part.may_change(by, geometry)));
        let Some(at) = session.last_event(upto, may_change) else { break };
        session.seek_event(at);
        let (before, read_from) = read(session.view());
        (parts, upto) = (read_from, at);
        found = (before != now).then_some(Change { event: at, before });
    }
    session.go(here);
    found
}
