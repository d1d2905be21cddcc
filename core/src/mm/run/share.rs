//! Segments shared copy-on-write: one run that several processes map, or that a process maps and a message carries.
//!
//! ```text
//! sent by cow     A: r-   message          both have the run; no entry allows writing
//! received        A: r-   B: r-
//! A writes        A: rw --> copy of the whole run          B: r-
//! B writes                                                 B: rw     the last one that has it keeps it
//! ```
//! The frames of a segment are contiguous, so it is copied whole at the first write, where a process's own pages are
//! copied one by one. Sources: copy-on-write messages, Mach's `vm_map_copyin` (1987); segments: Lee, May 2013.

use crate::mm::{Mm, MmError};
use crate::units::{Pfn, Pid, VirtAddr, Vpn};
use crate::vocabulary::event::{Access, Event, FaultKind};
use crate::vocabulary::run::Run;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Cover;

impl Mm {
    /// Handles a fault at a run's page that its VMA allows: the first write since the run was shared.
    pub(in crate::mm) fn run_fault(
        &mut self,
        vma: Cover,
        addr: VirtAddr,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        let Cover { pid, start, .. } = vma;
        let shared = self.runs()[&self.first_frame(pid, start)].is_shared();
        let kind = match access {
            Access::Write if shared => FaultKind::Cow,
            Access::Write => FaultKind::Reuse,
            Access::Read => FaultKind::Spurious,
        };
        t.emit(|| Event::Fault { pid, addr, access, kind });
        if kind == FaultKind::Cow {
            return self.copy_shared_run(pid, start, t);
        }
        self.map_frames(pid, start, t);
        Ok(())
    }

    /// Takes the right to write from all who map the run, which has just become shared.
    pub(crate) fn protect_shared_run(&mut self, first: Pfn, t: &mut impl Trace) {
        for (pid, start) in self.runs()[&first].mapped.clone() {
            self.map_frames(pid, start, t);
        }
    }

    /// Gives the process a run of its own with the same bytes, at the same addresses. Making room for it may move the
    /// old one, and end any process.
    fn copy_shared_run(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) -> Result<(), MmError> {
        let request = self.runs()[&self.first_frame(pid, start)].request;
        let copy = self.new_run(&request, t).map_err(|_| MmError::NoMemory)?;
        if !self.is_alive(pid) {
            self.end_run(copy, t);
            return Err(MmError::Killed);
        }
        let first = self.first_frame(pid, start);
        for n in 0..request.pages {
            self.copy_page(first.plus(n), copy.plus(n), t);
        }
        self.zap_run(pid, start, t);
        self.change_vma(pid, start, |vma| vma.pgoff = u64::from(copy.0), t);
        let run = Run { sent: true, ..self.runs()[&copy].with_mapping(pid, start) };
        self.set_run(copy, Some(run), t);
        self.build_tables(pid, start, self.runs()[&copy].is_movable(), t)?;
        self.map_frames(pid, start, t);
        Ok(())
    }

    /// Copies the first `bytes` bytes of a run's frames to those of another.
    pub(crate) fn copy_frames(&mut self, from: Pfn, to: Pfn, bytes: u64, t: &mut impl Trace) {
        let page = self.geometry().page_size();
        for n in 0..bytes.div_ceil(page) {
            let part = (bytes - n * page).min(page);
            self.copy_piece((from.plus(n as u32), 0), (to.plus(n as u32), 0), part, t);
        }
    }

    /// Copies bytes from one frame to another; a whole page as one.
    pub(crate) fn copy_piece(&mut self, from: (Pfn, u64), to: (Pfn, u64), bytes: u64, t: &mut impl Trace) {
        if bytes == self.geometry().page_size() {
            return self.copy_page(from.0, to.0, t);
        }
        let piece = self.ram().read(from.0, from.1, bytes);
        self.write_bytes(to.0, to.1, &piece, t);
    }

    /// Zeroes what lies behind the first `bytes` bytes of a run's frames.
    pub(crate) fn zero_frames_behind(&mut self, first: Pfn, bytes: u64, pages: u64, t: &mut impl Trace) {
        let page = self.geometry().page_size();
        for n in bytes / page..pages {
            let used = bytes.saturating_sub(n * page);
            let pfn = first.plus(n as u32);
            match used {
                0 => self.set_contents(pfn, None, None, t),
                _ => self.write_bytes(pfn, used, &vec![0; (page - used) as usize], t),
            }
        }
    }

    /// The first frame of the run mapped at `start`.
    fn first_frame(&self, pid: Pid, start: Vpn) -> Pfn {
        Pfn(self.vma(pid, start).pgoff as u32)
    }
}
