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
    /// A [`Refusal`] for a command that makes no sense; then nothing has changed and no event was told.
    pub fn apply(&mut self, command: &Command, t: &mut impl Trace) -> Result<Reply, Refusal> {
        refuse::check(self, command)?;
        let result = self.dispatch(command, t);
        if !command.speaks() {
            self.mm.slide_in_background(t);
        }
        let reply = self.settle(command, result, t);
        self.mm.balance(t);
        Ok(reply)
    }

    fn dispatch(&mut self, command: &Command, t: &mut impl Trace) -> CallResult {
        match command {
            Command::Spawn(args) => self.spawn(args, t),
            Command::Mmap(args) => self.mmap(args, t),
            Command::Munmap(args) => self.munmap(args, t),
            Command::Mprotect(args) => self.mprotect(args, t),
            Command::Mremap(args) => self.mremap(args, t),
            Command::Brk(args) => self.brk(args, t),
            Command::Madvise(args) => self.madvise(args, t),
            Command::Mlock(args) => self.mlock(args, t),
            Command::Munlock(args) => self.munlock(args, t),
            Command::Mlockall(args) => self.mlockall(args, t),
            Command::Munlockall(args) => self.munlockall(args, t),
            Command::Fork(args) => self.fork(args, t),
            Command::Exec(args) => self.exec(args, t),
            Command::Exit(args) => self.exit(args, t),
            Command::Read(args) => self.read(args, t),
            Command::Write(args) => self.write(args, t),
            Command::Touch(args) => self.touch(args, t),
            Command::Truncate(args) => self.truncate(args, t),
            Command::Unlink(args) => self.unlink(args, t),
            Command::Pread(args) => self.pread(args, t),
            Command::Pwrite(args) => self.pwrite(args, t),
            Command::Msync(args) => self.msync(args, t),
            Command::Alloc(args) => self.alloc(args, t),
            Command::Free(args) => self.free(args, t),
            Command::Pin(args) => self.pin(args, t),
            Command::Unpin(args) => self.unpin(args, t),
            Command::MapRun(args) => self.map_run(args, t),
            Command::UnmapRun(args) => self.unmap_run(args, t),
            Command::Reclaim(args) => self.reclaim(args, t),
            Command::MergePass => self.merge_pass(t),
            Command::Migrate(args) => self.migrate(args, t),
            Command::Compact => self.compact(t),
            Command::Vmalloc(args) => self.vmalloc(args, t),
            Command::Vfree(args) => self.vfree(args, t),
            Command::Note(_) | Command::Ask(_) | Command::Expect(_) => Ok(Reply::Done),
        }
    }

    /// What a failed call comes to: an errno for the caller, or the end of the process.
    fn settle(&mut self, command: &Command, result: CallResult, t: &mut impl Trace) -> Reply {
        let pid = command.pid().unwrap_or(Pid(0));
        match result {
            Ok(reply) => reply,
            Err(CallError::Errno(errno)) => {
                t.emit(|| Event::Failed { pid, errno });
                Reply::Failed(errno)
            }
            Err(CallError::Signal(signal, addr)) => {
                // A process that the OOM killer chose is gone already, and its signal was told.
                if self.mm.is_alive(pid) {
                    t.emit(|| Event::Signal { pid, signal, addr });
                    self.mm.end_space(pid, t);
                }
                Reply::Signal(signal)
            }
        }
    }
}
