//! Commands go in, events come out: the one way into the machine.

use super::refuse;
use super::syscall::{CallError, CallResult};
use crate::os::machine::Machine;
use crate::refusal::Refusal;
use crate::units::Pid;
use crate::vocabulary::command::Command;
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::trace::Trace;

impl Machine {
    /// Carries out one command.
    ///
    /// # Errors
    /// A [`Refusal`] for a command that makes no sense; then nothing has changed and no event was emitted.
    pub fn apply(&mut self, command: &Command, t: &mut impl Trace) -> Result<Reply, Refusal> {
        refuse::check(self, command)?;
        self.mm.forget_evicted();
        let result = self.call(command, t);
        Ok(self.complete(command, result, t))
    }

    /// Carries out a part of a command: of a `touch` the next `pages` pages, of which `done` are done already and are
    /// counted on; any other command whole. `None`: it is not complete, and nothing else may be done before it is.
    ///
    /// # Errors
    /// As for [`apply`](Self::apply), at the first part.
    pub fn apply_part(
        &mut self,
        command: &Command,
        done: &mut u64,
        pages: u64,
        t: &mut impl Trace,
    ) -> Result<Option<Reply>, Refusal> {
        let Command::Touch(touch) = command else { return self.apply(command, t).map(Some) };
        if *done == 0 {
            refuse::check(self, command)?;
            self.mm.forget_evicted();
        }
        let end = done.saturating_add(pages).min(touch.pages);
        let result = self.touch_some(touch, *done..end, t);
        *done = end;
        Ok(if result.is_ok() && end < touch.pages { None } else { Some(self.complete(command, result, t)) })
    }

    /// What follows every call: background work, and what its outcome means for the caller.
    fn complete(&mut self, command: &Command, result: CallResult, t: &mut impl Trace) -> Reply {
        if !command.speaks() {
            self.mm.slide_in_background(t);
        }
        let reply = self.settle(command, result, t);
        if !self.heaps().is_empty() {
            self.forget_heaps(t);
        }
        if !self.ports().is_empty() {
            self.close_ports_of_the_dead(t);
        }
        reply
    }

    /// Turns the outcome of a failed call into an errno for the caller, or into the end of the process.
    fn settle(&mut self, command: &Command, result: CallResult, t: &mut impl Trace) -> Reply {
        let pid = command.pid().unwrap_or(Pid(0));
        match result {
            Ok(reply) => reply,
            Err(CallError::Errno(errno)) => {
                t.emit(|| Event::Failed { pid, errno });
                Reply::Failed(errno)
            }
            Err(CallError::Signal(signal, addr)) => {
                // A process that the OOM killer chose is gone already, and its signal was emitted.
                if self.mm.is_alive(pid) {
                    t.emit(|| Event::Signal { pid, signal, addr });
                    self.mm.end_space(pid, t);
                }
                Reply::Signal(signal)
            }
        }
    }
}
