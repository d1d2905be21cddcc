//! Replacement as it is drawn on paper: a reference string, and below each reference the page that every frame holds.
//!
//! ```text
//! reference   1  2  3  4  1          a command that reads or writes one page of the process
//!             miss, hit, and the page that went for it
//! frame 2     1  1  1  4  4          the pages of the process, after each
//! frame 3        2  2  2  1
//! ```
//! All of it is read off the commands and events of a session: from the state at the cursor back, as far as the picture
//! reaches ([`moves`]). So it costs the same at the end of a long history.

mod moves;
mod picture;
mod text;
mod totals;

#[cfg(test)]
mod tests;

pub use picture::{Area, Cell, Reference, References, Row};
pub use text::{csv, markdown};
pub use totals::Totals;

use crate::lab::time::session::{Session, Step};
use crate::lab::time::view::View;
use crate::units::{Pid, Vpn};
use crate::vocabulary::command::{Command, Read, Write};
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::Reply;
use moves::Moves;
use std::ops::Range;
use totals::Counted;

/// References in a picture, if no other number is asked for: as many as a screen has room for.
pub const WINDOW: usize = 40;
/// At most this many; the order of the rows is looked up as far back as this.
pub const MOST: usize = 256;
/// Commands that are looked through for the last reference, and then for those before and after it.
const NEAR: usize = 4096;
/// Of a full picture so many references are yet to come, if there are.
const AHEAD: usize = 8;

/// Hands on the events with these numbers, each with its number.
pub type Each<'a> = &'a dyn Fn(Range<u32>, &mut dyn FnMut(u32, &Event));

/// Reads the references of a session, and keeps what was read for the next place in it.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    moves: Moves,
    counted: Counted,
}

/// A reference among a session's commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Found {
    /// The number of the command.
    step: u32,
    pid: Pid,
    vpn: Vpn,
    writes: bool,
}

impl Reader {
    /// The last `window` references at the session's cursor, some to come among them; `None` if no process has made
    /// any lately.
    pub fn at(&mut self, session: &Session, window: usize) -> Option<References> {
        self.heard_from(session, window, &|range, hear| session.each_event(range, hear))
    }

    /// The same, by whoever has some of the session's events and hands them on as [`Session::each_event`] does.
    pub fn heard_from(&mut self, session: &Session, window: usize, each: Each<'_>) -> Option<References> {
        let window = window.clamp(1, MOST);
        let last = last(session)?;
        let done = before(session, last.pid, last.step + 1, MOST);
        let mut next = after(session, last.pid, last.step + 1, window);
        let past = done.len().min(window - AHEAD.min(next.len()).min(window - 1));
        next.truncate(window - past);
        let totals = self.counted.at(session, last.pid);
        picture::draw((session, each), &mut self.moves, (&done, past), &next, totals)
    }

    /// How many references the process has made that made the last, and how many of them missed; `None`: none has.
    pub fn totals(&mut self, session: &Session) -> Option<Totals> {
        last(session).map(|last| self.counted.at(session, last.pid))
    }

    /// Discards what was read of the commands from `step` on: they are gone.
    pub fn cut(&mut self, step: u32) {
        self.moves.cut(step);
        self.counted.cut(step);
    }
}

/// The number of commands that have been carried out, or begun.
fn begun(session: &Session) -> u32 {
    let cursor = session.cursor();
    cursor.step + u32::from(cursor.event > session.events_of(cursor.step).start)
}

/// The last reference that has been made or begun.
fn last(session: &Session) -> Option<Found> {
    let steps = session.steps()[..begun(session) as usize].iter().enumerate().rev().take(NEAR);
    let mut found = steps.filter_map(|(n, step)| reference(session.view(), n as u32, step));
    found.next()
}

/// The last `most` references of a process before a command, oldest first.
fn before(session: &Session, pid: Pid, step: u32, most: usize) -> Vec<Found> {
    let steps = session.steps()[..step as usize].iter().enumerate().rev();
    let mut found = near(session, pid, most, steps);
    found.reverse();
    found
}

/// The next `most` references of a process, as far as its pages have a number yet.
fn after(session: &Session, pid: Pid, step: u32, most: usize) -> Vec<Found> {
    let steps = session.steps().iter().enumerate().skip(step as usize);
    let mut found = near(session, pid, most, steps);
    let mapped = found.iter().take_while(|one| session.view().vma(pid, one.vpn).is_some()).count();
    found.truncate(mapped);
    found
}

fn near<'a>(session: &Session, pid: Pid, most: usize, steps: impl Iterator<Item = (usize, &'a Step)>) -> Vec<Found> {
    let found = steps.take(NEAR).filter_map(|(n, step)| reference(session.view(), n as u32, step));
    found.filter(|one| one.pid == pid).take(most).collect()
}

/// What a command references, if it is an access to one page that went well.
fn reference(view: &View, n: u32, step: &Step) -> Option<Found> {
    let (pid, addr, len, writes) = if let Command::Read(Read { pid, addr, len }) = &step.command {
        (*pid, *addr, *len, false)
    } else if let Command::Write(Write { pid, addr, bytes }) = &step.command {
        (*pid, *addr, bytes.len() as u64, true)
    } else {
        return None;
    };
    let well = !matches!(step.reply, Reply::Signal(_) | Reply::Failed(_));
    let geometry = view.geometry();
    let one = len > 0 && geometry.offset(addr) + len <= geometry.page_size();
    (well && one).then(|| Found { step: n, pid, vpn: geometry.vpn(addr), writes })
}
