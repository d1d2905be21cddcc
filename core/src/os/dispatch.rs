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
        let result = self.call(command, t);
        if !command.speaks() {
            self.mm.slide_in_background(t);
        }
        let reply = self.settle(command, result, t);
        self.mm.balance(t);
        Ok(reply)
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
