//! The access that is under way: a process reads or writes, the TLB answers or the MMU walks, faults are handled.

use crate::changed::{LARGE, acted};
use crate::dto::AccessDto;
use crate::spaces::address;
use pageturner::lab::time::session::Session;
use pageturner::units::{Pid, Vpn};
use pageturner::vocabulary::event::{Access, Event};
use pageturner::vocabulary::reply::Signal;

/// At most this many events before the cursor are looked through: a fault that reclaims has some hundred.
const MOST: u32 = 4096;

/// The last access of the step at the cursor, as far as it has come; at a note, of the step that the note is about.
/// `None` if the step has none, or it is far back in a step of very many events.
pub fn access(session: &Session) -> Option<AccessDto> {
    let step = session.events_of(acted(session)?);
    let (end, kept) = (session.cursor().event.min(step.end), session.events_kept());
    let from = step.start.max(end.saturating_sub(MOST));
    let events = match step.len() as u32 {
        ..=LARGE => session.events_in(from..end),
        // Of a large command only what is there: making its events again takes long.
        _ if kept.contains(&end.checked_sub(1)?) => session.events_in(from.max(kept.start)..end),
        _ => return None,
    };
    let (begin, first) = events.iter().enumerate().rfind(|(_, event)| matches!(event, Event::Access { .. }))?;
    let &Event::Access { pid, vpn, access, hit } = first else { return None };
    let mut dto = AccessDto {
        pid: pid.0,
        vpn: vpn.0,
        addr: address(session.view(), vpn),
        write: access == Access::Write,
        hit,
        reads: Vec::new(),
        reading: matches!(events.last(), Some(Event::Walk { .. })),
        faults: 0,
        done: hit,
        signal: None,
    };
    for event in &events[begin..] {
        follow(&mut dto, session, (pid, vpn), event);
    }
    Some(dto)
}

fn follow(dto: &mut AccessDto, session: &Session, (pid, vpn): (Pid, Vpn), event: &Event) {
    let geometry = session.view().geometry();
    if let Event::Walk { level, table, .. } = event {
        if *level == geometry.levels - 1 {
            dto.reads.clear();
        }
        dto.reads.push(table.0);
    }
    if let Event::Fault { pid: whose, addr, .. } = event {
        dto.faults += u32::from(*whose == pid && geometry.vpn(*addr) == vpn);
    }
    if let Event::Signal { pid: whose, signal, .. } = event
        && *whose == pid
        && *signal != Signal::SIGKILL
    {
        dto.signal = Some(format!("{signal:?}"));
    }
    if let Event::Tlb { after: Some(entry), .. } = event {
        dto.done |= entry.pid == pid;
    }
}
