//! Messages between processes, in words.

use super::count;
use crate::units::{Pid, PortId};
use crate::vocabulary::command::{NewPort, Receive, Send};
use crate::vocabulary::port::{PortInfo, Received, SendBy};

/// A port that begins or ends, or its queue.
pub(super) fn changed(port: PortId, before: Option<PortInfo>, after: Option<PortInfo>) -> String {
    match (before, after) {
        (None, Some(info)) => format!("process {} has {port}; its queue is in {}", info.owner, info.ring),
        (Some(_), Some(info)) => format!("{} in the queue of {port}", waiting(info.len)),
        (Some(info), None) if info.len > 0 => format!("{port} ends; {} in its queue dropped", are(info.len)),
        (_, None) => format!("{port} ends"),
    }
}

fn waiting(n: u32) -> String {
    count(u64::from(n), "message") + if n == 1 { " waits" } else { " wait" }
}

fn are(n: u32) -> String {
    count(u64::from(n), "message") + if n == 1 { " is" } else { " are" }
}

/// A message that was sent or received, of so many bytes, of which, with its header, so many were copied.
pub(super) fn message(pid: Pid, port: PortId, by: SendBy, (bytes, copied): (u64, u64), sent: bool) -> String {
    let verb = if sent { format!("sends to {port}") } else { format!("receives from {port}") };
    let how = match by {
        _ if bytes == 0 => "a header only".to_string(),
        SendBy::Remap | SendBy::Auto => format!("{} that change hands", count(bytes, "byte")),
        SendBy::Copy => format!("{} that are copied", count(bytes, "byte")),
        SendBy::Cow => format!("{} that are shared until one writes", count(bytes, "byte")),
    };
    format!("process {pid} {verb}: {how}; {} copied", count(copied, "byte"))
}

/// `p1.port()`, or with its setting.
pub(super) fn new_port(NewPort { pid, auto }: &NewPort) -> String {
    auto.map_or_else(|| format!("p{pid}.port()"), |auto| format!("p{pid}.port(#{{auto: {auto}}})"))
}

/// `p1.send(port(1), 0x7000, "hello")`; `header`: as it is written in a script.
pub(super) fn send(Send { pid, port, addr, bytes, by, .. }: &Send, header: &str) -> String {
    let fields = bytes.map(|bytes| format!("bytes: {bytes}"));
    let by = (*by != SendBy::default()).then(|| format!("by: \"{}\"", <&str>::from(*by)));
    let call = match addr {
        Some(addr) => format!("p{pid}.send(port({}), {addr}, {header}", port.0),
        None => format!("p{pid}.send(port({}), {header}", port.0),
    };
    super::command::with_fields(&call, fields.into_iter().chain(by).collect())
}

/// `p2.receive(port(1))`.
pub(super) fn receive(Receive { pid, port, addr, into }: &Receive) -> String {
    let at = addr.map(|addr| format!("addr: {addr}"));
    let into = into.map(|into| format!("into: {into}"));
    super::command::with_fields(&format!("p{pid}.receive(port({})", port.0), at.into_iter().chain(into).collect())
}

/// What `receive` answered.
pub(super) fn received(message: &Received) -> String {
    let header = super::reply::bytes_text(&message.header);
    let header = if header.is_empty() { "no header".into() } else { header };
    match message.addr {
        Some(addr) => format!("{header} and {} at {addr} from process {}", count(message.bytes, "byte"), message.from),
        None => format!("{header} from process {}", message.from),
    }
}
