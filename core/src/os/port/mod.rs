//! Messages: `port`, `send`, `receive`. A message is a header, copied through the port's frame, and a segment, which is
//! unmapped from its sender and mapped into its receiver (`remap`), copied, or shared until one writes (`cow`).
//!
//! ```text
//! sender            port                     receiver
//! | header  | ----> | header in its frame | ----> | header  |      two copies of up to 128 bytes
//! | segment | ----> | run in the queue    | ----> | segment |      two entries written for each page, nothing copied
//! ```
//! Source: Lee, May 2013. What is decided here and what others decide: docs/messages.md.

pub mod ring;

use super::syscall::{CallError, CallResult, MAX_VMAS};
use crate::mm::MmError;
use crate::os::machine::Machine;
use crate::units::{Pfn, Pid, PortId, RunId, VirtAddr, Vpn};
use crate::vocabulary::command::{NewPort, Receive, Send};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::port::{MAX_HEADER, PortInfo, Ports, Received, SendBy};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::request::Request;
use crate::vocabulary::run::Run;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;
use ring::Waiting;

/// What `SendBy::Auto` copies at most, unless the port says otherwise, in bytes: between where the two cross with page
/// tables that are there and with those that have to be made (docs/messages.md).
pub const DEFAULT_AUTO: u64 = 4096;

impl Machine {
    /// All ports.
    pub(crate) fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The most messages that a port holds.
    pub(crate) fn queue_places(&self) -> u32 {
        ring::places(self.mm.geometry().page_size())
    }

    /// `port`: makes a port, with a frame for its queue.
    pub(crate) fn new_port(&mut self, &NewPort { pid, auto }: &NewPort, t: &mut impl Trace) -> CallResult {
        let ring = self.mm.new_kernel_run(1, t).map_err(|_| Errno::ENOMEM)?;
        if !self.mm.is_alive(pid) {
            self.mm.end_run(ring, t);
            return Err(CallError::killed());
        }
        self.last_port += 1;
        let port = PortId(self.last_port);
        let auto = auto.unwrap_or(DEFAULT_AUTO);
        self.set_port(port, Some(PortInfo { owner: pid, ring, head: 0, len: 0, auto }), t);
        Ok(Reply::Port(port))
    }

    /// `send`.
    pub(crate) fn send(&mut self, args: &Send, t: &mut impl Trace) -> CallResult {
        let Send { pid, port, addr, bytes, ref header, by } = *args;
        if header.len() > MAX_HEADER {
            return Err(Errno::EMSGSIZE.into());
        }
        let info = *self.ports.get(&port).ok_or(Errno::EPIPE)?;
        let segment = addr.map(|addr| self.sent_segment(pid, addr)).transpose()?;
        let whole = segment.map_or(0, |(start, _)| self.mm.vma(pid, start).pages() * self.mm.geometry().page_size());
        let bytes = bytes.unwrap_or(whole);
        if bytes > whole {
            return Err(Errno::EMSGSIZE.into());
        }
        if info.len == self.queue_places() {
            return Err(Errno::EAGAIN.into());
        }
        let by = match segment {
            Some((_, first)) => way(by, bytes, info.auto, &self.mm.runs()[&first]),
            None => SendBy::Copy,
        };
        let run = segment.map(|at| self.take_from_sender(pid, at, by, bytes, t)).transpose()?;
        self.write_message(&info, &Waiting { from: pid, header: header.clone(), by, bytes, run }, t);
        self.set_port(port, Some(PortInfo { len: info.len + 1, ..info }), t);
        let copied = header.len() as u64 + if by == SendBy::Copy { bytes } else { 0 };
        t.emit(|| Event::Message { pid, port, by, bytes, copied, sent: true });
        Ok(Reply::Done)
    }

    /// The first page and frame of the segment that the process has mapped at `addr`.
    fn sent_segment(&self, pid: Pid, addr: VirtAddr) -> Result<(Vpn, Pfn), CallError> {
        let geometry = self.mm.geometry();
        let vma = self.mm.space(pid).vmas.get(&geometry.vpn(addr));
        let vma = vma.filter(|vma| geometry.aligned(addr) && vma.flags.contains(VmaFlags::RUN));
        vma.map(|vma| (vma.start, Pfn(vma.pgoff as u32))).ok_or(Errno::EINVAL.into())
    }

    /// Takes a segment, or what the receiver is to have of it, into a message; the run that the message carries.
    fn take_from_sender(
        &mut self,
        pid: Pid,
        (start, first): (Vpn, Pfn),
        by: SendBy,
        bytes: u64,
        t: &mut impl Trace,
    ) -> Result<RunId, CallError> {
        let Run { id, request, .. } = self.mm.runs()[&first];
        match by {
            SendBy::Copy => {
                let pages = bytes.div_ceil(self.mm.geometry().page_size()).max(1) as u32;
                let copy = self.mm.new_run(&Request { pages, ..request }, t).map_err(|_| Errno::ENOMEM)?;
                if !self.mm.is_alive(pid) {
                    self.mm.end_run(copy, t);
                    return Err(CallError::killed());
                }
                // Making room may have moved the segment.
                let from = Pfn(self.mm.vma(pid, start).pgoff as u32);
                self.mm.copy_frames(from, copy, bytes, t);
                self.mm.queue_run(copy, 1, t);
                Ok(self.mm.runs()[&copy].id)
            }
            SendBy::Cow => {
                self.mm.queue_run(first, 1, t);
                self.mm.protect_shared_run(first, t);
                Ok(id)
            }
            SendBy::Remap | SendBy::Auto => {
                self.mm.queue_run(first, 1, t);
                let pages = self.mm.vma(pid, start).range();
                self.mm.unmap_range(pid, pages, t);
                Ok(id)
            }
        }
    }

    /// `receive`.
    pub(crate) fn receive(&mut self, args: &Receive, t: &mut impl Trace) -> CallResult {
        let Receive { pid, port, addr, into } = *args;
        let info = *self.ports.get(&port).ok_or(Errno::EPIPE)?;
        if info.owner != pid {
            return Err(Errno::EPERM.into());
        }
        let Some(message) = self.queue_of(&info).next() else { return Err(Errno::EAGAIN.into()) };
        let at = match (message.run, into) {
            (None, _) => None,
            (Some(run), Some(into)) => {
                self.copy_to_receiver(pid, run, into, message.bytes, t)?;
                Some(into)
            }
            (Some(run), None) => Some(self.map_for_receiver(pid, run, addr, &message, t)?),
        };
        let head = (info.head + 1) % self.queue_places();
        self.set_port(port, Some(PortInfo { head, len: info.len - 1, ..info }), t);
        let Waiting { from, header, by, bytes, .. } = message;
        let copied = header.len() as u64 + if into.is_some() { bytes } else { 0 };
        t.emit(|| Event::Message { pid, port, by, bytes, copied, sent: false });
        Ok(Reply::Message(Box::new(Received { from, header, addr: at, bytes, by })))
    }

    /// Maps a message's segment into its receiver. What lies behind the bytes of a copy is other people's, so it is
    /// zeroed.
    fn map_for_receiver(
        &mut self,
        pid: Pid,
        run: RunId,
        addr: Option<VirtAddr>,
        message: &Waiting,
        t: &mut impl Trace,
    ) -> Result<VirtAddr, CallError> {
        if self.mm.space(pid).vmas.len() >= MAX_VMAS {
            return Err(Errno::ENOMEM.into());
        }
        let first = self.queued_run(run);
        let pages = u64::from(self.mm.runs()[&first].request.pages);
        let start = self.place_of_run(pid, addr, pages, Prot::READ | Prot::WRITE)?;
        if message.by == SendBy::Copy {
            self.mm.zero_frames_behind(first, message.bytes, pages, t);
        }
        // Mapped before it leaves the queue, or it would be nobody's for a moment. A receiver that dies of it takes its
        // port along, and the message in it.
        let mapped = self.mm.map_run(pid, first, (start, Prot::READ | Prot::WRITE), t);
        mapped.map_err(|_: MmError| CallError::killed())?;
        let first = self.queued_run(run);
        self.mm.queue_run(first, -1, t);
        Ok(self.mm.geometry().addr(start))
    }

    /// Copies a message's bytes to where its receiver wants them, through the MMU, and lets the segment go.
    fn copy_to_receiver(
        &mut self,
        pid: Pid,
        run: RunId,
        into: VirtAddr,
        bytes: u64,
        t: &mut impl Trace,
    ) -> Result<(), CallError> {
        let page = self.mm.geometry().page_size();
        let mut done = 0;
        while done < bytes {
            let at = into.0.checked_add(done).map(VirtAddr).ok_or(CallError::at(MmError::Segv, into))?;
            let (from, to) = (done % page, self.mm.geometry().offset(at));
            let part = (page - from.max(to)).min(bytes - done);
            let pfn = self.mm.access(pid, at, Access::Write, t).map_err(|trouble| CallError::at(trouble, at))?;
            let source = self.queued_run(run).plus((done / page) as u32);
            self.mm.copy_piece((source, from), (pfn, to), part, t);
            done += part;
        }
        let first = self.queued_run(run);
        self.mm.queue_run(first, -1, t);
        self.mm.end_if_left(first, t);
        Ok(())
    }

    /// Where the run of a message is now.
    fn queued_run(&self, id: RunId) -> Pfn {
        let found = self.mm.runs().iter().find(|(_, run)| run.id == id);
        *found.expect("a run in a queue is not freed").0
    }

    /// Ends the ports of processes that have ended, however they did: what waits in their queues is dropped.
    pub(crate) fn close_ports_of_the_dead(&mut self, t: &mut impl Trace) {
        self.close_ports(|machine, owner| !machine.mm.is_alive(owner), t);
    }

    /// Ends the ports of a process that goes on without them.
    pub(crate) fn close_ports_of(&mut self, pid: Pid, t: &mut impl Trace) {
        self.close_ports(|_, owner| owner == pid, t);
    }

    fn close_ports(&mut self, ends: impl Fn(&Machine, Pid) -> bool, t: &mut impl Trace) {
        let ended = self.ports.iter().filter(|(_, info)| ends(self, info.owner));
        for (port, info) in ended.map(|(port, info)| (*port, *info)).collect::<Vec<_>>() {
            self.close_port(port, info, t);
        }
    }

    fn close_port(&mut self, port: PortId, info: PortInfo, t: &mut impl Trace) {
        let carried: Vec<RunId> = self.queue_of(&info).filter_map(|message| message.run).collect();
        for run in carried {
            let first = self.queued_run(run);
            self.mm.queue_run(first, -1, t);
            self.mm.end_if_left(first, t);
        }
        self.set_port(port, None, t);
        self.mm.end_run(info.ring, t);
    }

    fn set_port(&mut self, port: PortId, after: Option<PortInfo>, t: &mut impl Trace) {
        let before = match after {
            Some(info) => self.ports.insert(port, info),
            None => self.ports.remove(&port),
        };
        t.emit(|| Event::Port { port, before, after });
    }
}

/// The way that a segment goes. A device writes into a pinned one without a fault, so that one cannot be shared.
fn way(by: SendBy, bytes: u64, auto: u64, run: &Run) -> SendBy {
    match by {
        SendBy::Auto if bytes <= auto => SendBy::Copy,
        SendBy::Auto => SendBy::Remap,
        SendBy::Cow if run.pins > 0 => SendBy::Copy,
        SendBy::Remap | SendBy::Copy | SendBy::Cow => by,
    }
}
