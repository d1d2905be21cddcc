//! Ports: where messages wait for the process that receives them.
//!
//! A message is a header of up to 128 bytes, which is copied, and a segment, which changes hands: unmapped here, mapped
//! there. Source: Lee, May 2013; the choices of other systems: docs/messages.md.

use super::heap::Few;
use crate::units::{Pfn, Pid, PortId, VirtAddr};
use serde::{Deserialize, Serialize};
use strum::VariantNames;

/// The most bytes of a header: the mail's.
pub const MAX_HEADER: usize = 128;

/// How a message's segment gets from its sender to its receiver.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Debug,
    Default,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::FromRepr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[repr(u8)]
pub enum SendBy {
    /// It is unmapped from the sender and mapped into the receiver.
    #[default]
    Remap,
    /// Its bytes are copied into a segment of the kernel's; the sender keeps its own.
    Copy,
    /// Both have it, and nobody may write: whoever does gets a copy first. A pinned segment is copied at once, as
    /// Linux does at `fork` since 5.12, since its device writes without a fault.
    Cow,
    /// `Copy` up to so many bytes as the port says, else `Remap`.
    Auto,
}

/// The names of the ways.
pub const WAYS_TO_SEND: &[&str] = SendBy::VARIANTS;

/// A port. The messages in its queue are bytes in its frame (`os/port/ring`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct PortInfo {
    /// The process that receives from it; it ends with that.
    pub owner: Pid,
    /// The frame of its queue, a run of the kernel's.
    pub ring: Pfn,
    /// The place in the ring of the message to be received next.
    pub head: u32,
    /// Number of messages in the queue.
    pub len: u32,
    /// `SendBy::Auto` copies up to so many bytes.
    pub auto: u64,
}

/// All ports.
pub type Ports = Few<PortId, PortInfo>;

/// What `receive` answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Received {
    pub from: Pid,
    pub header: Vec<u8>,
    /// Where the segment is mapped, or its bytes were copied to; `None` if there was only a header.
    pub addr: Option<VirtAddr>,
    /// Bytes of the message in the segment.
    pub bytes: u64,
    /// How it came: never `Auto`.
    pub by: SendBy,
}
