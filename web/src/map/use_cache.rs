//! Every frame's use in one byte, kept up to date from the events between two calls.
//!
//! Reading a million whole descriptors takes longer than painting them; the few that a step changed do not.

use super::uses::Use;
use pageturner::lab::time::session::Session;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;

/// The uses at one place in a session's time.
#[derive(Clone, Debug, Default)]
pub struct UseCache {
    uses: Vec<u8>,
    event: u32,
}

impl UseCache {
    /// Per frame its [`Use`] as a number, at the session's cursor. Must be called with the same session each time, and
    /// its future must not be cut in between: the events from the last call to this one must still exist.
    pub fn sync(&mut self, session: &Session) -> &[u8] {
        let now = session.cursor().event;
        let frames = session.view().frames.len();
        if self.uses.len() != frames as usize || now.abs_diff(self.event) > frames / 8 {
            self.read_all(session);
        } else {
            self.read_changed(session, now.min(self.event), now.max(self.event));
        }
        self.event = now;
        &self.uses
    }

    fn read_all(&mut self, session: &Session) {
        let view = session.view();
        self.uses = view.frames.all().map(|frame| Use::of(frame, view) as u8).collect();
    }

    /// Reads the frames that events have changed, forwards or backwards.
    fn read_changed(&mut self, session: &Session, from: u32, to: u32) {
        let view = session.view();
        session.each_event(from..to, |_, event| {
            if let Event::Frame { pfn: Pfn(n), .. } = event {
                self.uses[*n as usize] = Use::of(&view.frames.get(Pfn(*n)), view) as u8;
            }
        });
    }

    /// The number of frames of each use, as of the last call.
    pub fn count(&self) -> [u32; 10] {
        let mut counts = [0; 256];
        self.uses.iter().for_each(|each| counts[usize::from(*each)] += 1);
        std::array::from_fn(|n| counts[n])
    }
}
