//! The arguments of the calls that pass messages.

use crate::units::{Pid, PortId, VirtAddr};
use crate::vocabulary::port::SendBy;
use serde::Serialize;

/// Makes a port that the process receives from. `auto`: up to so many bytes a message that is sent by `auto` is copied.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct NewPort {
    pub pid: Pid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<u64>,
}

/// Sends a header and, unless `addr` is left out, the segment mapped there: `bytes` of it if they are given, else all.
/// EMSGSIZE for a header of over 128 bytes, or more bytes than the segment has; EINVAL if no segment is mapped at
/// `addr`; EAGAIN if the queue is full; EPIPE if the port's process has ended; ENOMEM if a copy finds no frames.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Send {
    pub pid: Pid,
    pub port: PortId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<VirtAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    pub header: Vec<u8>,
    pub by: SendBy,
}

/// Receives the oldest message of a port. Its segment is mapped where the kernel chooses, or at `addr`; with `into` its
/// bytes are copied there instead. EAGAIN if the queue is empty; EPERM for another process than the port's; ENOMEM or
/// EEXIST if it cannot be mapped, and then it stays in the queue.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Receive {
    pub pid: Pid,
    pub port: PortId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<VirtAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub into: Option<VirtAddr>,
}
