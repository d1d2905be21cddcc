//! A process reads and writes its memory: real bytes, page by page, through the TLB and the fault handler.

use super::{CallError, CallResult};
use crate::os::machine::Machine;
use crate::units::{Pfn, Pid, VirtAddr};
use crate::vocabulary::command::{Read, Touch, Write};
use crate::vocabulary::event::Access;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::trace::Trace;
use std::ops::Range;

impl Machine {
    /// `read`: reads bytes of memory. A bad page ends the process with SIGSEGV.
    pub(crate) fn read(&mut self, &Read { pid, addr, len }: &Read, t: &mut impl Trace) -> CallResult {
        let mut bytes = Vec::with_capacity(len as usize);
        while (bytes.len() as u64) < len {
            let (at, part) = self.part(addr, bytes.len() as u64, len)?;
            let pfn = self.frame_at(pid, at, part, Access::Read, t)?;
            self.mm.reach(pfn, self.mm.geometry().offset(at), part, Access::Read, t);
            bytes.extend(self.mm.ram().read(pfn, self.mm.geometry().offset(at), part));
        }
        Ok(Reply::Bytes(bytes))
    }

    /// `write`: writes bytes of memory. A bad page ends the process with SIGSEGV.
    pub(crate) fn write(&mut self, args: &Write, t: &mut impl Trace) -> CallResult {
        let Write { pid, addr, ref bytes } = *args;
        let mut done = 0;
        while done < bytes.len() as u64 {
            let (at, part) = self.part(addr, done, bytes.len() as u64)?;
            let pfn = self.frame_at(pid, at, part, Access::Write, t)?;
            self.mm.reach(pfn, self.mm.geometry().offset(at), part, Access::Write, t);
            let chunk = &bytes[done as usize..(done + part) as usize];
            self.mm.write_bytes(pfn, self.mm.geometry().offset(at), chunk, t);
            done += part;
        }
        Ok(Reply::Done)
    }

    /// The frame of a piece of an access. What `kmalloc` gave is mapped for the kernel for good, and needs no MMU.
    fn frame_at(
        &mut self,
        pid: Pid,
        at: VirtAddr,
        bytes: u64,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<Pfn, CallError> {
        if pid == KERNEL && self.at_kernel_block(at, bytes) {
            return Ok(Pfn(self.mm.geometry().vpn(at).0 as u32));
        }
        self.mm.access(pid, at, access, t).map_err(|trouble| CallError::at(trouble, at))
    }

    /// The next piece of an access that stays within one page.
    fn part(&self, addr: VirtAddr, done: u64, len: u64) -> Result<(VirtAddr, u64), CallError> {
        let at = addr.0.checked_add(done).map(VirtAddr).ok_or(CallError::at(crate::mm::MmError::Segv, addr))?;
        let room = self.mm.geometry().page_size() - self.mm.geometry().offset(at);
        Ok((at, room.min(len - done)))
    }

    /// `touch`: makes a write access to each page, and leaves the bytes as they are.
    pub(crate) fn touch(&mut self, args: &Touch, t: &mut impl Trace) -> CallResult {
        self.touch_some(args, 0..args.pages, t)
    }

    /// The part of a `touch` that is about its pages with these numbers.
    pub(crate) fn touch_some(&mut self, args: &Touch, pages: Range<u64>, t: &mut impl Trace) -> CallResult {
        let &Touch { pid, addr, .. } = args;
        for n in pages {
            let at = n.checked_mul(self.mm.geometry().page_size()).and_then(|n| addr.0.checked_add(n)).map(VirtAddr);
            let at = at.ok_or(CallError::at(crate::mm::MmError::Segv, addr))?;
            let pfn = self.mm.access(pid, at, Access::Write, t).map_err(|trouble| CallError::at(trouble, at))?;
            self.mm.reach(pfn, self.mm.geometry().offset(at), 1, Access::Write, t);
        }
        Ok(Reply::Done)
    }
}
