//! Calls about messages that make no sense: ports that never were, fields that exclude each other.

use super::MAX_BYTES;
use crate::os::machine::Machine;
use crate::refusal::{Check, refuse};
use crate::units::PortId;
use crate::vocabulary::command::{Receive, Send};

/// The machine has at most this many ports.
const MAX_PORTS: usize = 64;

/// Checks that there may be one more port.
pub fn new(machine: &Machine) -> Check {
    let page = machine.mm.geometry().page_size();
    if machine.queue_places() == 0 {
        let what = format!("port: a page of {page} bytes is too small for a message, which takes 256 in its queue");
        return refuse(what, "use another geometry: machine(#{geometry: \"x86-64\"})");
    }
    if machine.ports().len() >= MAX_PORTS {
        return refuse(format!("port: there are {MAX_PORTS} already"), "a port ends with its process");
    }
    Ok(())
}

/// Checks what is sent. A header that is too long is EMSGSIZE, but one that no recording could hold is refused.
pub fn send(machine: &Machine, args: &Send) -> Check {
    known(machine, "send", args.port)?;
    if args.addr.is_none() && args.bytes.is_some_and(|bytes| bytes > 0) {
        return refuse(
            "send: bytes without a segment",
            "name the segment that they are in: p.send(port, addr, header)",
        );
    }
    if args.header.len() as u64 > MAX_BYTES {
        return refuse(format!("send: a header of {} bytes", args.header.len()), "128 are the most; send a segment");
    }
    Ok(())
}

/// Checks what is to be received.
pub fn receive(machine: &Machine, args: &Receive) -> Check {
    known(machine, "receive", args.port)?;
    if args.addr.is_some() && args.into.is_some() {
        let hint = "addr: maps the segment there; into: copies its bytes there";
        return refuse("receive: addr and into exclude each other", hint);
    }
    Ok(())
}

/// Refuses a port that never was. One that has ended is EPIPE.
fn known(machine: &Machine, verb: &str, port: PortId) -> Check {
    match machine.last_port {
        last if (1..=last).contains(&port.0) => Ok(()),
        0 => refuse(format!("{verb}: there is no {port}"), "make one first: let port = q.port()"),
        1 => refuse(format!("{verb}: there is no {port}"), "there is port 1"),
        last => refuse(format!("{verb}: there is no {port}"), format!("there are ports 1 to {last}")),
    }
}
