//! The invariant `ports`: each run is in as many messages as it says, each port has a living owner and a frame for its
//! queue, and what was sent has somebody who has it.

use crate::lab::time::view::View;
use crate::units::RunId;
use crate::vocabulary::frame::FrameUse;
use std::collections::BTreeMap;

/// Adds every broken rule of messages to `broken`.
pub fn ports(view: &View, broken: &mut Vec<String>) {
    let mut queued: BTreeMap<RunId, u32> = BTreeMap::new();
    for (port, info) in view.ports.iter() {
        if !view.spaces.contains_key(&info.owner) {
            broken.push(format!("ports: {port} is of process {}, which has ended", info.owner));
        }
        if view.frames.get(info.ring).state != (FrameUse::Run { first: info.ring }) {
            broken.push(format!("ports: the queue of {port} in {} is no run", info.ring));
        }
        for run in view.messages(info).filter_map(|message| message.run) {
            *queued.entry(run).or_default() += 1;
        }
    }
    for (first, run) in &view.runs {
        let in_messages = queued.remove(&run.id).unwrap_or(0);
        if in_messages != run.queued {
            broken.push(format!("ports: the run at {first} is in {in_messages} messages, not {}", run.queued));
        }
        if run.sent && run.mapped.is_empty() && run.queued == 0 && run.pins == 0 {
            broken.push(format!("ports: nobody has the run at {first}, which was sent"));
        }
    }
    if let Some(run) = queued.keys().next() {
        broken.push(format!("ports: a message carries run {run}, which is over"));
    }
}
