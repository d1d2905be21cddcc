//! The end of the way back: from a frame by its pages to the blocks of heaps that lie in it, and to the calls that gave
//! them.

use crate::dto::{InspectDto, OwnerDto, Subject};
use pageturner::lab::time::session::Session;
use pageturner::units::{Pfn, Pid, VirtAddr, Vpn};
use pageturner::vocabulary::command::Command;
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::reply::Reply;

/// At most this many blocks are named.
const MOST: usize = 48;

/// Adds to what is said of a frame or a page the blocks in it.
pub fn add(session: &Session, to: &mut InspectDto) {
    let pages = match to.subject {
        Subject::Page { pid, vpn } => vec![(Pid(pid), Vpn(vpn))],
        Subject::Frame { pfn } => {
            let mapped = to.mappings.iter().map(|mapping| (Pid(mapping.pid), Vpn(mapping.vpn)));
            mapped.chain([(KERNEL, Vpn(Pfn(pfn).0.into()))]).collect()
        }
        Subject::Vma { .. } | Subject::Slot { .. } | Subject::Process { .. } => return,
    };
    for page in pages {
        add_page(session, page, to);
    }
    find_calls(session, &mut to.owners);
}

fn add_page(session: &Session, (pid, vpn): (Pid, Vpn), to: &mut InspectDto) {
    let view = session.view();
    let page = view.geometry().page_size();
    let (start, end) = (VirtAddr(vpn.0 * page), VirtAddr((vpn.0 + 1) * page));
    for (id, heap) in view.heaps.get(&pid).into_iter().flat_map(|heaps| heaps.iter()) {
        // Of heaps that are no memory nothing is held.
        if !heap.holds(vpn) {
            continue;
        }
        let before = heap.blocks.range(..start).next_back().filter(|(at, bytes)| at.0 + **bytes > start.0);
        for (at, bytes) in before.into_iter().chain(heap.blocks.range(start..end)) {
            to.owned += 1;
            if to.owners.len() < MOST {
                to.owners.push(OwnerDto {
                    pid: pid.0,
                    heap: id.0,
                    kind: heap.info.settings.kind(),
                    block: at.to_string(),
                    bytes: *bytes,
                    at: at.0.saturating_sub(start.0) as u32,
                    vpn: (pid != KERNEL).then_some(vpn.0),
                    given: None,
                });
            }
        }
    }
}

/// Goes back through the commands that have been carried out to those that gave the blocks. A child has its parent's.
fn find_calls(session: &Session, owners: &mut [OwnerDto]) {
    let mut pids: Vec<u32> = owners.iter().map(|owner| owner.pid).collect();
    let mut left = owners.len();
    let cursor = session.cursor();
    // In the midst of a step its block may have been given already.
    let done = cursor.step + u32::from(cursor.event > session.events_of(cursor.step).start);
    let steps = &session.steps()[..session.steps().len().min(done as usize)];
    for (n, step) in steps.iter().enumerate().rev() {
        if left == 0 {
            return;
        }
        if let (Command::Fork(fork), Reply::Pid(child)) = (&step.command, &step.reply) {
            pids.iter_mut().filter(|pid| **pid == child.0).for_each(|pid| *pid = fork.pid.0);
        }
        let (Some((pid, heap)), Reply::Addr(at)) = (step.command.heap_called(), &step.reply) else { continue };
        let block = at.to_string();
        for (owner, of) in owners.iter_mut().zip(&pids) {
            if owner.given.is_none() && (*of, owner.heap) == (pid.0, heap.0) && owner.block == block {
                owner.given = Some((n as u32, step.command.name()));
                left -= 1;
            }
        }
    }
}
