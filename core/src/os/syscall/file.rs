//! Files by name, without a mapping: `ftruncate`, `unlink`, `pread`, `pwrite`; and `msync`. All go through the page
//! cache, so mappings and calls see the same bytes. Observed on Linux 6.18.

use super::{CallError, CallResult, open_range};
use crate::os::machine::Machine;
use crate::vocabulary::command::{Msync, Pread, Pwrite, Truncate, Unlink};
use crate::vocabulary::event::Access;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;

/// Physical memory as a file. A kernel with `STRICT_DEVMEM` refuses access to RAM through it, so page tables cannot be
/// mapped.
pub const DEV_MEM: &str = "/dev/mem";
/// A file has at most this many bytes: offsets are signed.
const MAX_SIZE: u64 = i64::MAX as u64;

impl Machine {
    /// `ftruncate`: sets a file's size in bytes; creates the file if none of that name exists.
    pub(crate) fn truncate(&mut self, args: &Truncate, t: &mut impl Trace) -> CallResult {
        let Truncate { file: ref name, bytes } = *args;
        if bytes > MAX_SIZE || name == DEV_MEM {
            return Err(Errno::EINVAL.into());
        }
        let id = self.mm.file_object(name, Some(0), t);
        self.mm.set_size(id, bytes, t);
        Ok(Reply::Done)
    }

    /// `unlink`: removes the name; the file ends with its last mapping.
    pub(crate) fn unlink(&mut self, args: &Unlink, t: &mut impl Trace) -> CallResult {
        self.mm.unlink(&args.file, t);
        Ok(Reply::Done)
    }

    /// `pread`: reads bytes from a file, up to its end.
    pub(crate) fn pread(&mut self, args: &Pread, t: &mut impl Trace) -> CallResult {
        let Pread { pid, file: ref name, offset, len } = *args;
        check_offset(name, offset, len)?;
        let id = self.mm.file_object(name, None, t);
        let end = self.mm.object(id).info.size.map_or(offset + len, |size| size.min(offset + len));
        let mut bytes = Vec::new();
        while offset + (bytes.len() as u64) < end {
            let (index, within, part) = self.part_of_page(offset + bytes.len() as u64, end);
            let object = self.mm.object(id);
            // A hole in shared memory reads as zeroes and stays a hole.
            if object.info.kind.swap_backed() && !object.pages.contains_key(&index) {
                bytes.resize(bytes.len() + part as usize, 0);
                continue;
            }
            let pfn = self.mm.object_frame(id, index, pid, false, t).map_err(|_| CallError::killed())?;
            self.mm.reach(pfn, within, part, Access::Read, t);
            bytes.extend(self.mm.ram().read(pfn, within, part));
        }
        Ok(Reply::Bytes(bytes))
    }

    /// `pwrite`: writes bytes to a file, which grows if it must. The pages are dirty in the cache.
    pub(crate) fn pwrite(&mut self, args: &Pwrite, t: &mut impl Trace) -> CallResult {
        let Pwrite { pid, file: ref name, offset, ref bytes } = *args;
        check_offset(name, offset, bytes.len() as u64)?;
        let id = self.mm.file_object(name, Some(0), t);
        if self.mm.object(id).info.size.is_some_and(|size| size < offset) {
            self.mm.set_size(id, offset, t);
        }
        let (mut at, end) = (offset, offset + bytes.len() as u64);
        while at < end {
            let (index, within, part) = self.part_of_page(at, end);
            let whole = part == self.mm.geometry().page_size();
            let pfn = self.mm.object_frame(id, index, pid, whole, t).map_err(|_| CallError::killed())?;
            self.mm.reach(pfn, within, part, Access::Write, t);
            let done = (at - offset) as usize;
            self.mm.write_cached(pfn, within, &bytes[done..done + part as usize], t);
            at += part;
            self.mm.change_object(id, |info| info.size = info.size.map(|size| size.max(at)), t);
        }
        Ok(Reply::Count(bytes.len() as u32))
    }

    /// The page that holds a file's byte `at`, the byte's offset in it, and how many bytes up to `end` lie there.
    fn part_of_page(&self, at: u64, end: u64) -> (u64, u64, u64) {
        let page_size = self.mm.geometry().page_size();
        (at / page_size, at % page_size, (page_size - at % page_size).min(end - at))
    }

    /// `msync(MS_SYNC)`: writes back the files that are mapped shared in a range. Over holes ENOMEM, the rest done.
    pub(crate) fn msync(&mut self, &Msync { pid, addr, pages }: &Msync, t: &mut impl Trace) -> CallResult {
        let range = open_range(self.mm.geometry(), addr, pages, Errno::ENOMEM)?;
        self.each_mapped(pid, range, t, |machine, vma, part, t| {
            if let Some(id) = vma.object.filter(|_| !vma.is_private())
                && !machine.mm.object(id).info.kind.swap_backed()
            {
                machine.mm.sync_object(id, vma.index_of(part.start)..vma.index_of(part.end), t);
            }
            Ok(())
        })
    }
}

fn check_offset(name: &str, offset: u64, len: u64) -> Result<(), CallError> {
    if offset.checked_add(len).is_none_or(|end| end > MAX_SIZE) {
        return Err(Errno::EINVAL.into());
    }
    if name == DEV_MEM { Err(Errno::EPERM.into()) } else { Ok(()) }
}
