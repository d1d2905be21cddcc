//! Ports as they are drawn: whose each is, and the messages that wait.

use crate::dto::{MessageDto, PortDto};
use pageturner::lab::tell::words::bytes_text;
use pageturner::lab::time::view::View;
use pageturner::os::port::ring;
use pageturner::units::PortId;
use pageturner::vocabulary::port::PortInfo;

/// All ports, lowest first.
pub fn ports(view: &View) -> Vec<PortDto> {
    view.ports.iter().map(|(port, info)| dto(view, *port, info)).collect()
}

fn dto(view: &View, port: PortId, info: &PortInfo) -> PortDto {
    let message = |message: ring::Waiting| {
        let run = message.run.and_then(|id| view.runs.iter().find(|(_, run)| run.id == id));
        MessageDto {
            from: message.from.0,
            header: if message.header.is_empty() { String::new() } else { bytes_text(&message.header) },
            bytes: message.bytes,
            by: message.by.into(),
            segment: run.map(|(first, _)| first.0),
            pages: run.map_or(0, |(_, run)| run.request.pages),
        }
    };
    PortDto {
        port: port.0,
        owner: info.owner.0,
        frame: info.ring.0,
        places: ring::places(view.geometry().page_size()),
        head: info.head,
        messages: view.messages(info).map(message).collect(),
    }
}
