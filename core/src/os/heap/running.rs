//! A process that runs its allocator: the allocator's accesses go through the MMU, its system calls to the kernel, and
//! both are events.

use super::anonymous;
use crate::os::machine::Machine;
use crate::os::syscall::CallError;
use crate::units::{HeapId, Pid, VirtAddr, Vpn};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::command::{Advice, Brk, Command, Madvise, Mremap, Munmap};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::heap::{HeapInfo, HeapMessage, HeapStats};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::{Errno, Reply, Signal};
use crate::vocabulary::trace::Trace;

/// An allocator that has read and written more words than that in one call, and so many for each frame of the machine,
/// runs round a damaged list.
const MOST_WORDS: u64 = 1 << 20;
const MOST_WORDS_A_FRAME: u64 = 16;

/// The allocator of a process at work.
pub(super) struct Running<'a, T> {
    machine: &'a mut Machine,
    t: &'a mut T,
    pid: Pid,
    heap: HeapId,
    stats: HeapStats,
    limit: Option<u64>,
    touched: Vec<Vpn>,
    words: u64,
    said: Option<HeapMessage>,
}

impl<'a, T: Trace> Running<'a, T> {
    /// At the beginning of a call.
    pub fn new(machine: &'a mut Machine, t: &'a mut T, pid: Pid, heap: HeapId, info: &HeapInfo) -> Running<'a, T> {
        let stats = HeapStats { searched: 0, touched: 0, last_system_calls: 0, ..info.stats };
        let limit = info.settings.limit();
        Running { machine, t, pid, heap, stats, limit, touched: Vec::new(), words: 0, said: None }
    }

    /// The message printed last.
    pub fn message(&self) -> Option<HeapMessage> {
        self.said
    }

    /// The counters after the call.
    pub fn finish(self) -> HeapStats {
        let touched = self.touched.len() as u64;
        HeapStats { touched, touched_in_all: self.stats.touched_in_all + touched, ..self.stats }
    }

    fn count_word(&mut self) -> Outcome<()> {
        self.words += 1;
        let frames = u64::from(self.machine.mm.frames().len());
        if self.words > MOST_WORDS + MOST_WORDS_A_FRAME * frames {
            self.say(HeapMessage::Endless);
            return Err(Stop::Abort(HeapMessage::Endless));
        }
        Ok(())
    }

    /// The parts of an access that lie in one page each: address and bytes.
    fn parts(&self, at: u64, bytes: u64) -> impl Iterator<Item = (u64, u64)> + use<T> {
        let page = self.page();
        let mut done = 0;
        std::iter::from_fn(move || {
            (done < bytes).then(|| {
                let part = at.wrapping_add(done);
                let len = (page - part % page).min(bytes - done);
                done += len;
                (part, len)
            })
        })
    }

    fn reach(&mut self, at: u64, bytes: u64, access: Access) -> Outcome<(crate::units::Pfn, u64)> {
        let addr = VirtAddr(at);
        let mm = &mut self.machine.mm;
        let vpn = mm.geometry().vpn(addr);
        if !self.touched.contains(&vpn) {
            self.touched.push(vpn);
        }
        let pfn = mm.access(self.pid, addr, access, self.t).map_err(|trouble| stop(CallError::at(trouble, addr)))?;
        let offset = mm.geometry().offset(addr);
        mm.reach(pfn, offset, bytes, access, self.t);
        Ok((pfn, offset))
    }

    fn read(&mut self, at: u64, bytes: u64, into: &mut Vec<u8>) -> Outcome<()> {
        for (at, len) in self.parts(at, bytes) {
            let (pfn, offset) = self.reach(at, len, Access::Read)?;
            into.extend(self.machine.mm.ram().read(pfn, offset, len));
        }
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Outcome<()> {
        let mut done = 0;
        for (at, len) in self.parts(at, bytes.len() as u64) {
            let (pfn, offset) = self.reach(at, len, Access::Write)?;
            self.machine.mm.write_bytes(pfn, offset, &bytes[done..done + len as usize], self.t);
            done += len as usize;
        }
        Ok(())
    }

    /// Makes a system call. An errno is an answer, a signal ends the program.
    fn call(&mut self, command: Command) -> Outcome<Reply> {
        self.stats.system_calls += 1;
        self.stats.last_system_calls += 1;
        let reply = match self.machine.call(&command, self.t) {
            Ok(reply) => reply,
            Err(CallError::Errno(errno)) => Reply::Failed(errno),
            Err(end @ CallError::Signal(..)) => return Err(stop(end)),
        };
        let (pid, heap, answer) = (self.pid, self.heap, reply.clone());
        self.t.emit(|| Event::SystemCall { pid, heap, call: Box::new(command), reply: answer });
        Ok(reply)
    }

    /// Whether the heap may have so many pages more.
    fn may_have(&self, pages: u64) -> bool {
        self.limit.is_none_or(|limit| self.stats.held.saturating_add(pages) <= limit)
    }

    /// Notes pages that the heap got, or gave back.
    fn holds(&mut self, pages: Pages, held: bool) {
        self.machine.set_held(self.pid, self.heap, pages, held, self.t);
        self.stats.held = self.machine.heap(self.pid, self.heap).held_pages();
        self.stats.peak_held = self.stats.peak_held.max(self.stats.held);
    }

    fn pages_at(&self, at: u64, pages: u64) -> Pages {
        Pages::at(self.machine.mm.geometry().vpn(VirtAddr(at)), pages)
    }
}

fn mapped(reply: &Reply) -> Option<u64> {
    if let Reply::Addr(at) = reply { Some(at.0) } else { None }
}

fn stop(end: CallError) -> Stop {
    match end {
        CallError::Signal(signal, at) => Stop::Signal(signal, at),
        CallError::Errno(Errno::EFAULT) => Stop::Signal(Signal::SIGSEGV, VirtAddr(0)),
        CallError::Errno(errno) => unreachable!("an access has no errno: {errno:?}"),
    }
}

impl<T: Trace> Program for Running<'_, T> {
    fn page(&self) -> u64 {
        self.machine.mm.geometry().page_size()
    }

    fn word(&self) -> u64 {
        self.machine.mm.geometry().word()
    }

    fn load(&mut self, at: u64, bytes: u64, what: &'static str) -> Outcome<u64> {
        self.count_word()?;
        let mut read = Vec::with_capacity(8);
        self.read(at, bytes, &mut read)?;
        let value = read.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
        self.stats.loads += 1;
        let (pid, heap, addr, bytes) = (self.pid, self.heap, VirtAddr(at), bytes as u8);
        let vpn = self.machine.mm.geometry().vpn(addr);
        self.t.emit(|| Event::Word { pid, heap, addr, vpn, bytes, access: Access::Read, value, what });
        Ok(value)
    }

    fn store(&mut self, at: u64, bytes: u64, value: u64, what: &'static str) -> Outcome<()> {
        self.count_word()?;
        self.write(at, &value.to_le_bytes()[..bytes as usize])?;
        self.stats.stores += 1;
        let (pid, heap, addr, bytes) = (self.pid, self.heap, VirtAddr(at), bytes as u8);
        let vpn = self.machine.mm.geometry().vpn(addr);
        self.t.emit(|| Event::Word { pid, heap, addr, vpn, bytes, access: Access::Write, value, what });
        Ok(())
    }

    fn copy(&mut self, from: u64, to: u64, bytes: u64) -> Outcome<()> {
        let page = self.page();
        let mut done = 0;
        while done < bytes {
            let (from, to) = (from.wrapping_add(done), to.wrapping_add(done));
            let len = (bytes - done).min(page - from % page).min(page - to % page);
            let mut read = Vec::with_capacity(len as usize);
            self.read(from, len, &mut read)?;
            self.write(to, &read)?;
            done += len;
        }
        Ok(())
    }

    fn fill(&mut self, at: u64, bytes: u64, value: u8) -> Outcome<()> {
        let of_page = vec![value; self.page().min(bytes) as usize];
        for (at, len) in self.parts(at, bytes) {
            self.write(at, &of_page[..len as usize])?;
        }
        Ok(())
    }

    fn brk(&mut self, to: u64) -> Outcome<u64> {
        let before = self.machine.mm.space(self.pid).info.brk;
        if to == 0 {
            return Ok(before.0);
        }
        let page = self.page();
        let (old, new) = (before.0.div_ceil(page), to.div_ceil(page));
        if !self.may_have(new.saturating_sub(old)) {
            return Ok(before.0);
        }
        let reply = self.call(Command::Brk(Brk { pid: self.pid, addr: VirtAddr(to) }))?;
        let now = if let Reply::Addr(at) = reply { at.0 } else { before.0 };
        if now == to {
            self.holds(Pages::new(Vpn(old.min(new)), Vpn(old.max(new))), new > old);
        }
        Ok(now)
    }

    fn mmap(&mut self, pages: u64, reserve: bool) -> Outcome<Option<u64>> {
        if !self.may_have(pages) {
            return Ok(None);
        }
        let reply = self.call(Command::Mmap(anonymous(self.pid, pages, reserve)))?;
        let at = mapped(&reply);
        if let Some(at) = at {
            self.holds(self.pages_at(at, pages), true);
        }
        Ok(at)
    }

    fn munmap(&mut self, at: u64, pages: u64) -> Outcome<()> {
        let reply = self.call(Command::Munmap(Munmap { pid: self.pid, addr: VirtAddr(at), pages }))?;
        if reply == Reply::Done {
            self.holds(self.pages_at(at, pages), false);
        }
        Ok(())
    }

    fn mremap(&mut self, at: u64, pages: u64, new_pages: u64) -> Outcome<Option<u64>> {
        if !self.may_have(new_pages.saturating_sub(pages)) {
            return Ok(None);
        }
        let (pid, addr) = (self.pid, VirtAddr(at));
        let (to, hint, may_move, dontunmap) = (None, None, true, false);
        let call = Command::Mremap(Mremap { pid, addr, pages, new_pages, to, may_move, dontunmap, hint });
        let reply = self.call(call)?;
        let new = mapped(&reply);
        if let Some(new) = new {
            self.holds(self.pages_at(at, pages), false);
            self.holds(self.pages_at(new, new_pages), true);
        }
        Ok(new)
    }

    fn discard(&mut self, at: u64, pages: u64) -> Outcome<()> {
        let advice = Advice::Dontneed;
        self.call(Command::Madvise(Madvise { pid: self.pid, addr: VirtAddr(at), pages, advice })).map(drop)
    }

    fn say(&mut self, message: HeapMessage) {
        self.said = Some(message);
        self.stats.warnings += 1;
        let (pid, heap) = (self.pid, self.heap);
        self.t.emit(|| Event::Said { pid, heap, message });
    }

    fn stats(&mut self) -> &mut HeapStats {
        &mut self.stats
    }
}
