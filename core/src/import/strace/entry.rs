//! One entry of a log: which process, where, and what it did: a call that is whole, an end, a signal.

use super::line::Answer;
use crate::vocabulary::command::Position;
use std::borrow::Cow;

/// Something that a process did.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// As in the log; 0 for the process of a log without numbers.
    pub pid: u32,
    pub at: Position,
    pub what: What<'a>,
}

/// What was done.
#[derive(Clone, Debug)]
pub enum What<'a> {
    /// A call whose answer is known; only calls of [`is_used`].
    Call { name: &'a str, arguments: Cow<'a, str>, answer: Answer<'a> },
    /// The process exists after this entry.
    Born(Birth),
    /// The process is gone; the signal that killed it.
    Gone(Option<&'a str>),
    /// A call has begun that will be answered later, in another entry.
    Begun,
    /// The answer to a call that took effect where it began.
    Answered,
    /// The thread `from` called `execve` and goes on as this process.
    Takes { from: u32 },
    /// A placeholder for something that then did not happen.
    Nothing,
}

/// How a process came to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Birth {
    /// Before the log, or by a call that is not in it.
    Unknown,
    /// With a copy of its parent's address space.
    Fork(u32),
    /// In its parent's address space until it calls `execve` or ends.
    Vfork(u32),
    /// In its parent's address space for ever.
    Thread(u32),
}
