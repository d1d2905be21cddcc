//! `load_tables`: a process over a memory that is given whole.

use super::CallResult;
use crate::mm::table::load::Given;
use crate::os::machine::Machine;
use crate::units::Pid;
use crate::vocabulary::command::LoadTables;
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

impl Machine {
    /// `load_tables`. What cannot be loaded has been refused.
    pub(crate) fn load_tables(&mut self, args: &LoadTables, t: &mut impl Trace) -> CallResult {
        let LoadTables { ref pages, pdbr, pid } = *args;
        if self.mm.spaces().len() as u32 >= self.config.max_processes {
            return Err(Errno::EAGAIN.into());
        }
        let pid = pid.unwrap_or(Pid(self.last_pid + 1));
        let memory = Given::read(&self.mm, pages, pdbr).expect("what cannot be loaded has been refused");
        let brk = self.mm.geometry().addr(self.mm.geometry().brk_start);
        let (name, def_flags) = (format!("p{pid}"), VmaFlags::empty());
        let info = ProcessInfo { pid, parent: None, name, root: pdbr, brk_start: brk, brk, def_flags };
        self.mm.load_space(info, &memory, t);
        self.last_pid = pid.0;
        Ok(Reply::Pid(pid))
    }
}
