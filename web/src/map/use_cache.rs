//! Every frame's use in one byte, and whether it was accessed, kept up to date from the events between two calls.
//!
//! Reading a million whole descriptors takes longer than painting them; the few that a step changed do not. Descriptors
//! that were never written are those of free frames, so of a large machine only what it has used is read.

use super::accessed::Accessed;
use super::uses::Use;
use crate::recent::Recent;
use pageturner::lab::time::session::Session;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;

/// The uses at one place in a session's time.
#[derive(Clone, Debug, Default)]
pub struct UseCache {
    uses: Vec<u8>,
    /// How many frames there are of each use.
    counts: [u32; Use::ALL.len()],
    accessed: Accessed,
    event: u32,
}

impl UseCache {
    /// Per frame its [`Use`] as a number, at the session's cursor. Must be called with the same session each time, and
    /// its future must not be cut in between: the events from the last call to this one must still exist.
    pub fn sync(&mut self, session: &Session, recent: &Recent) -> &[u8] {
        let now = session.cursor().event;
        let frames = session.view().frames.studied();
        if self.uses.len() != frames as usize || now.abs_diff(self.event) > frames / 8 {
            self.read_all(session);
        } else if now != self.event {
            self.read_changed(session, recent, now);
        }
        self.event = now;
        &self.uses
    }

    fn read_all(&mut self, session: &Session) {
        let view = session.view();
        self.uses.clear();
        self.uses.resize(view.frames.studied() as usize, Use::Free as u8);
        self.counts = [0; Use::ALL.len()];
        self.counts[Use::Free as usize] = view.frames.studied();
        view.frames.used().for_each(|(pfn, frame)| self.set(pfn, Use::of(frame, view)));
        self.accessed.read(view);
    }

    /// Reads the frames that events have changed, forwards or backwards.
    fn read_changed(&mut self, session: &Session, recent: &Recent, now: u32) {
        let (view, back) = (session.view(), now < self.event);
        recent.each(session, now.min(self.event)..now.max(self.event), |_, event| {
            if let Event::Frame { pfn, .. } = event {
                self.set(*pfn, Use::of(&view.frames.get(*pfn), view));
            }
            self.accessed.follow(view.config.geometry, event, back);
        });
        self.accessed.settle(view);
    }

    /// The kernel's own frames, if they are apart, are not of the map.
    fn set(&mut self, Pfn(n): Pfn, now: Use) {
        let Some(used) = self.uses.get_mut(n as usize) else { return };
        let before = std::mem::replace(used, now as u8);
        self.counts[usize::from(before)] -= 1;
        self.counts[now as usize] += 1;
    }

    /// The number of frames of each use, as of the last call.
    pub fn count(&self) -> [u32; Use::ALL.len()] {
        self.counts
    }

    /// The frames that were accessed, as of the last call.
    pub fn accessed(&self) -> &Accessed {
        &self.accessed
    }

    /// The number of events of the last call.
    pub fn event(&self) -> u32 {
        self.event
    }
}
