//! Going to another place in a session's time.
//!
//! Between two commands the view is read off the machine that stands there. Inside a command it is folded from the
//! state before it; the events around the cursor are kept, so that stepping on, or back, carries nothing out again:
//!
//! ```text
//! events of the step   . . . . . . . . . . . . . . . . . .
//! window                       [. . . . .|. . . . .]
//!                                        ^ cursor
//! ```
//! They are kept when the cursor leaves the step by its end, and comes back.

use super::session::{Cursor, Session, Window};
use std::cell::OnceCell;

/// Events kept on either side of the cursor.
const WINDOW: u32 = 4096;

impl Session {
    /// Goes to the state after `step` commands, or to the end.
    pub fn seek(&mut self, step: u32) {
        let step = step.min(self.steps.len() as u32);
        let event = self.events_of(step).start;
        self.go(Cursor { step, event });
    }

    /// Goes to the state after `event` events, or to the end.
    pub fn seek_event(&mut self, event: u32) {
        let event = event.min(self.event_count());
        self.go(Cursor { step: self.step_of_event(event), event });
    }

    /// Goes to the end of the command under way, or of the next. Returns `false` at the end.
    pub fn step_forward(&mut self) -> bool {
        let more = self.cursor.step < self.steps.len() as u32;
        self.seek(self.cursor.step + 1);
        more
    }

    /// Goes to the start of the command under way, or of the one before. Returns `false` at the start.
    pub fn step_back(&mut self) -> bool {
        if self.cursor == Cursor::default() {
            return false;
        }
        let inside = self.cursor.event > self.events_of(self.cursor.step).start;
        self.seek(if inside { self.cursor.step } else { self.cursor.step - 1 });
        true
    }

    /// Goes one event forward; a command without events is one micro-step, too. Returns `false` at the end.
    pub fn micro_forward(&mut self) -> bool {
        if self.at_end() {
            return false;
        }
        let range = self.events_of(self.cursor.step);
        let event = (self.cursor.event + 1).min(range.end);
        let step = self.cursor.step + u32::from(event == range.end);
        self.go(Cursor { step, event });
        true
    }

    /// Goes one event back. Returns `false` at the start.
    pub fn micro_back(&mut self) -> bool {
        if self.cursor == Cursor::default() {
            return false;
        }
        let range = self.events_of(self.cursor.step);
        if self.cursor.event > range.start {
            self.go(Cursor { step: self.cursor.step, event: self.cursor.event - 1 });
        } else {
            let before = self.events_of(self.cursor.step - 1);
            self.go(Cursor { step: self.cursor.step - 1, event: before.end.saturating_sub(1).max(before.start) });
        }
        true
    }

    /// Goes to a place that the cursor has been at.
    pub(super) fn go(&mut self, to: Cursor) {
        if to == self.cursor {
            return;
        }
        let inside = to.event > self.events_of(to.step).start;
        if !inside {
            self.move_machine(to.step);
        } else if !self.fold_to(to) {
            self.move_machine(to.step);
            self.open_window(to);
        }
        self.cursor = to;
    }

    /// Puts the machine after `step` commands where the cursor's is.
    fn move_machine(&mut self, step: u32) {
        // Nothing is shared with the view, so that the machine changes in place.
        self.view = OnceCell::new();
        let nearest = self.checkpoints.before(step).step;
        self.here = match self.here.take() {
            _ if step == self.steps.len() as u32 => None,
            Some(mut here) if (nearest..=step).contains(&here.step) => {
                self.take_to(&mut here, step);
                Some(here)
            }
            _ => Some(self.place_at(step)),
        };
    }

    /// Folds the view to a place inside a step, if the window reaches from the cursor to there: from inside the same
    /// step, or from its end, where the next one begins.
    fn fold_to(&mut self, to: Cursor) -> bool {
        let at_its_end = self.cursor == Cursor { step: to.step + 1, event: self.events_of(to.step).end };
        let Some(window) = self.window.take_if(|window| window.step == to.step) else { return false };
        let place = |event: u32| event.checked_sub(window.first).filter(|n| *n as usize <= window.events.len());
        let reached = if self.cursor.step == to.step || at_its_end { place(self.cursor.event) } else { None };
        let (Some(from), Some(to)) = (reached, place(to.event)) else { return false };
        self.view();
        let view = self.view.get_mut().expect("just made");
        if from <= to {
            window.events[from as usize..to as usize].iter().for_each(|event| view.apply(event));
        } else {
            window.events[to as usize..from as usize].iter().rev().for_each(|event| view.revert(event));
        }
        self.window = Some(window);
        true
    }

    /// Folds the view from the start of a step to a place inside it, and keeps the events around.
    fn open_window(&mut self, to: Cursor) {
        let mut place = self.here.clone().expect("a place inside a step is not the end");
        let mut view = place.view();
        let mut at = self.events_of(to.step).start;
        let (first, last) = (at.max(to.event.saturating_sub(WINDOW)), to.event + WINDOW);
        let mut events = Vec::new();
        place.hear(&self.steps[to.step as usize].command, &mut |event| {
            if at < to.event {
                view.apply(event);
            }
            if (first..last).contains(&at) {
                events.push(event.clone());
            }
            at += 1;
        });
        self.window = Some(Window { step: to.step, first, events });
        self.view = OnceCell::from(view);
    }
}
