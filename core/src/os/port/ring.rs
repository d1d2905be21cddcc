//! A port's queue: a ring of messages in one frame of the kernel's. A message takes 256 bytes:
//!
//! ```text
//!  0      4        8     12       16        24        32                        160        256
//!  | from | header | by  | unused | bytes   | run     | the header's bytes      | unused   |
//!    u32    u32      u32            u64       u64       up to 128 bytes
//!
//!  ring of 16 messages in a page of 4 KiB:  |   |   |oldest|  m  |newest|   |  ...  |
//!                                                     ^ head       len = 3
//! ```
//! `header` counts the header's bytes, `run` is the id of the segment's run plus one, 0 without a segment: an id stays
//! when the run moves.

use crate::os::machine::Machine;
use crate::units::{Pfn, Pid, RunId};
use crate::vocabulary::port::{MAX_HEADER, PortInfo, SendBy};
use crate::vocabulary::trace::Trace;

/// Bytes of a message in the ring.
const SLOT: u64 = 256;
/// Where the header's bytes begin.
const HEADER_AT: usize = 32;

/// A message as it waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    pub from: Pid,
    pub header: Vec<u8>,
    pub by: SendBy,
    /// Bytes of the message in its segment.
    pub bytes: u64,
    /// The segment; `None`: only a header.
    pub run: Option<RunId>,
}

/// Number of messages that a queue of one page holds; 0 if a page is too small.
pub fn places(page_size: u64) -> u32 {
    (page_size / SLOT) as u32
}

impl Waiting {
    /// The message as the bytes of its place.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; HEADER_AT + self.header.len()];
        bytes[0..4].copy_from_slice(&self.from.0.to_le_bytes());
        bytes[4..8].copy_from_slice(&(self.header.len() as u32).to_le_bytes());
        bytes[8..12].copy_from_slice(&(self.by as u32).to_le_bytes());
        bytes[16..24].copy_from_slice(&self.bytes.to_le_bytes());
        let run = self.run.map_or(0, |run| u64::from(run.0) + 1);
        bytes[24..32].copy_from_slice(&run.to_le_bytes());
        bytes[HEADER_AT..].copy_from_slice(&self.header);
        bytes
    }

    /// The message that lies at a place.
    pub fn from_bytes(bytes: &[u8]) -> Waiting {
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        let header = (word(4) as usize).min(MAX_HEADER);
        Waiting {
            from: Pid(word(0)),
            header: bytes[HEADER_AT..HEADER_AT + header].to_vec(),
            by: SendBy::from_repr(word(8) as u8).unwrap_or_default(),
            bytes: long(16),
            run: long(24).checked_sub(1).map(|run| RunId(run as u32)),
        }
    }
}

/// Where in its frame the `n`th message of a queue lies, the oldest being 0: in bytes.
pub fn offset(port: &PortInfo, n: u32, page_size: u64) -> u64 {
    u64::from((port.head + n) % places(page_size)) * SLOT
}

/// The messages of a port, oldest first, read by `read` from its frame.
pub fn waiting<'a>(
    port: &'a PortInfo,
    page_size: u64,
    read: impl Fn(Pfn, u64, u64) -> Vec<u8> + 'a,
) -> impl Iterator<Item = Waiting> + 'a {
    (0..port.len).map(move |n| Waiting::from_bytes(&read(port.ring, offset(port, n, page_size), SLOT)))
}

impl Machine {
    /// The messages of a port, oldest first; each is read when it is asked for.
    pub(super) fn queue_of<'a>(&'a self, port: &'a PortInfo) -> impl Iterator<Item = Waiting> + 'a {
        let page = self.mm.geometry().page_size();
        waiting(port, page, |pfn, offset, len| self.mm.ram().read(pfn, offset, len))
    }

    /// Writes a message behind the last of a queue that has room.
    pub(super) fn write_message(&mut self, port: &PortInfo, message: &Waiting, t: &mut impl Trace) {
        let at = offset(port, port.len, self.mm.geometry().page_size());
        self.mm.write_bytes(port.ring, at, &message.to_bytes(), t);
    }
}
