//! Processes: spawn, fork, exec, exit.

use crate::os::machine::Machine;
use crate::os::syscall::{CallError, CallResult};
use crate::units::{Pfn, Pid};
use crate::vocabulary::command::{Exec, Exit, Fork, Spawn};
use crate::vocabulary::heap::Heaps;
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

impl Machine {
    /// `spawn`: makes a process with an empty address space.
    pub(crate) fn spawn(&mut self, Spawn { pid, name }: &Spawn, t: &mut impl Trace) -> CallResult {
        let brk = self.mm.geometry().addr(self.mm.geometry().brk_start);
        let pid = pid.unwrap_or(Pid(self.last_pid + 1));
        let name = name.clone().unwrap_or_else(|| format!("p{pid}"));
        let root = self.new_root(pid, t)?;
        self.mm.add_space(
            ProcessInfo { pid, parent: None, name, root, brk_start: brk, brk, def_flags: VmaFlags::empty() },
            t,
        );
        self.last_pid = pid.0;
        Ok(Reply::Pid(pid))
    }

    /// `fork`: copies a process; private memory is shared until one side writes. `name`: the child's, if not its
    /// parent's.
    pub(crate) fn fork(&mut self, args: &Fork, t: &mut impl Trace) -> CallResult {
        let Fork { pid: parent, child, ref name } = *args;
        let child = child.unwrap_or(Pid(self.last_pid + 1));
        let root = self.new_root(child, t)?;
        let of_parent = self.mm.space(parent).info.clone();
        let name = name.as_ref().unwrap_or(&of_parent.name).clone();
        let def_flags = VmaFlags::empty();
        self.mm.add_space(ProcessInfo { pid: child, parent: Some(parent), name, root, def_flags, ..of_parent }, t);
        self.last_pid = child.0;
        if self.mm.copy_space(parent, child, t).is_err() {
            if self.mm.is_alive(child) {
                self.mm.end_space(child, t);
            }
            if !self.mm.is_alive(parent) {
                return Err(CallError::killed());
            }
            return Err(Errno::ENOMEM.into());
        }
        if let Some(heaps) = self.heaps().get(&parent).cloned() {
            self.set_heaps(child, heaps, t);
        }
        Ok(Reply::Pid(child))
    }

    fn new_root(&mut self, pid: Pid, t: &mut impl Trace) -> Result<Pfn, CallError> {
        if self.mm.spaces().len() as u32 >= self.config.max_processes {
            return Err(Errno::EAGAIN.into());
        }
        self.mm.new_root(pid, t).ok_or(Errno::ENOMEM.into())
    }

    /// `execve`: empties the address space; the loader's mappings are commands of their own.
    pub(crate) fn exec(&mut self, Exec { pid, name, brk }: &Exec, t: &mut impl Trace) -> CallResult {
        let brk = brk.unwrap_or(self.mm.geometry().addr(self.mm.geometry().brk_start));
        if !self.mm.geometry().aligned(brk) || self.mm.geometry().vpn(brk).0 >= self.mm.geometry().user_pages {
            return Err(Errno::EINVAL.into());
        }
        self.mm.clear_space(*pid, t);
        self.set_heaps(*pid, Heaps::default(), t);
        self.close_ports_of(*pid, t);
        self.mm.change_process(
            *pid,
            |p| {
                name.clone_into(&mut p.name);
                (p.brk_start, p.brk) = (brk, brk);
                p.def_flags = VmaFlags::empty();
            },
            t,
        );
        Ok(Reply::Done)
    }

    /// `exit`: frees everything that the process owned exclusively.
    pub(crate) fn exit(&mut self, args: &Exit, t: &mut impl Trace) -> CallResult {
        self.mm.end_space(args.pid, t);
        Ok(Reply::Done)
    }
}
