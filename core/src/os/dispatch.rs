//! Commands go in, events come out: the one way into the machine.

use super::refuse;
use super::syscall::map::Request;
use super::syscall::remap::Move;
use super::syscall::{CallError, CallResult};
use crate::os::machine::Machine;
use crate::refusal::Refusal;
use crate::units::Pid;
use crate::vocabulary::command::*;
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::request::{Gfp, Lack};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

impl Machine {
    /// Carries out one command.
    ///
    /// # Errors
    /// A [`Refusal`] for a command that makes no sense; then nothing has changed and no event was told.
    pub fn apply(&mut self, command: &Command, t: &mut impl Trace) -> Result<Reply, Refusal> {
        refuse::check(self, command)?;
        let result = self.dispatch(command, t);
        if !matches!(command, Command::Note(_) | Command::Ask(_) | Command::Expect(_)) {
            self.mm.slide_in_background(t);
        }
        let reply = self.settle(command, result, t);
        self.mm.balance(t);
        Ok(reply)
    }

    fn dispatch(&mut self, command: &Command, t: &mut impl Trace) -> CallResult {
        match command {
            Command::Spawn(Spawn { pid, name }) => self.spawn(*pid, name.as_deref(), t),
            Command::Mmap(Mmap { pid, addr, pages, prot, flags, file, pgoff }) => {
                let request =
                    Request { addr: *addr, pages: *pages, prot: *prot, flags, file: file.as_deref(), pgoff: *pgoff };
                self.mmap(*pid, request, t)
            }
            Command::Munmap(Munmap { pid, addr, pages }) => self.munmap(*pid, *addr, *pages, t),
            Command::Mprotect(Mprotect { pid, addr, pages, prot, growsdown }) => {
                self.mprotect(*pid, (*addr, *pages), *prot, *growsdown, t)
            }
            Command::Mremap(Mremap { pid, addr, pages, new_pages, to, may_move, dontunmap, hint }) => {
                let request = Move {
                    pid: *pid,
                    new_pages: *new_pages,
                    to: *to,
                    hint: *hint,
                    may_move: *may_move,
                    dontunmap: *dontunmap,
                };
                self.mremap((*addr, *pages), request, t)
            }
            Command::Brk(Brk { pid, addr }) => self.brk(*pid, *addr, t),
            Command::Madvise(Madvise { pid, addr, pages, advice }) => self.madvise(*pid, *addr, *pages, *advice, t),
            Command::Mlock(Mlock { pid, addr, pages, onfault }) => {
                let lock = if *onfault { VmaFlags::LOCKED | VmaFlags::LOCKONFAULT } else { VmaFlags::LOCKED };
                self.mlock(*pid, (*addr, *pages), lock, t)
            }
            Command::Munlock(Munlock { pid, addr, pages }) => self.mlock(*pid, (*addr, *pages), VmaFlags::empty(), t),
            Command::Mlockall(Mlockall { pid, current, future, onfault }) => {
                self.mlockall(*pid, (*current, *future, *onfault), t)
            }
            Command::Munlockall(Munlockall { pid }) => self.munlockall(*pid, t),
            Command::Fork(Fork { pid, child, name }) => self.fork(*pid, *child, name.as_deref(), t),
            Command::Exec(Exec { pid, name, brk }) => self.exec(*pid, name, *brk, t),
            Command::Exit(Exit { pid }) => self.exit(*pid, t),
            Command::Read(Read { pid, addr, len }) => self.read(*pid, *addr, *len, t),
            Command::Write(Write { pid, addr, bytes }) => self.write(*pid, *addr, bytes, t),
            Command::Touch(Touch { pid, addr, pages }) => self.touch(*pid, *addr, *pages, t),
            Command::Truncate(Truncate { file, bytes }) => self.truncate(file, *bytes, t),
            Command::Unlink(Unlink { file }) => self.unlink(file, t),
            Command::Pread(Pread { pid, file, offset, len }) => self.pread(*pid, file, *offset, *len, t),
            Command::Pwrite(Pwrite { pid, file, offset, bytes }) => self.pwrite(*pid, file, *offset, bytes, t),
            Command::Msync(Msync { pid, addr, pages }) => self.msync(*pid, *addr, *pages, t),
            Command::Alloc(request) => match self.mm.new_run(request, t) {
                Ok(first) => Ok(Reply::Run(first)),
                Err(_) if request.gfp.contains(Gfp::VMALLOC) => {
                    Ok(Reply::Addr(self.mm.vmalloc(u64::from(request.pages), t)?))
                }
                Err(Lack::Locked { .. }) => Err(Errno::EAGAIN.into()),
                Err(_) => Err(Errno::ENOMEM.into()),
            },
            Command::Free(Free { pfn, .. }) => {
                self.mm.end_run(*pfn, t);
                Ok(Reply::Done)
            }
            Command::Pin(Pin { pfn }) => {
                self.mm.pin_run(*pfn, 1, t);
                Ok(Reply::Done)
            }
            Command::Unpin(Unpin { pfn }) => {
                self.mm.pin_run(*pfn, -1, t);
                Ok(Reply::Done)
            }
            Command::MapRun(MapRun { pid, pfn, addr, prot }) => self.map_run(*pid, *pfn, *addr, *prot, t),
            Command::UnmapRun(UnmapRun { pid, addr }) => self.unmap_run(*pid, *addr, t),
            Command::Reclaim(Reclaim { frames }) => Ok(Reply::Count(self.mm.reclaim(*frames, t))),
            Command::Migrate(Migrate { from, to }) => {
                self.mm.move_to(*from, *to, t);
                Ok(Reply::Done)
            }
            Command::Compact => Ok(Reply::Count(self.mm.compact(t))),
            Command::Vmalloc(Vmalloc { pages }) => Ok(Reply::Addr(self.mm.vmalloc(*pages, t)?)),
            Command::Vfree(Vfree { addr }) => {
                self.mm.vfree(*addr, t);
                Ok(Reply::Done)
            }
            Command::MergePass => Ok(Reply::Count(self.mm.merge_pass(t))),
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
