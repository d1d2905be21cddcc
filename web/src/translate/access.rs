//! The access that is under way: a process reads or writes, the TLB answers or the MMU walks, faults are handled.

use crate::changed::acted;
use crate::dto::AccessDto;
use crate::recent::Recent;
use crate::spaces::address;
use pageturner::lab::time::session::Session;
use pageturner::units::{Pid, Vpn};
use pageturner::vocabulary::event::{Access, Event};
use pageturner::vocabulary::reply::Signal;

/// The last access of the step at the cursor, as far as it has come; at a note, of the step that the note is about.
/// `None` if the step has none, or it is far back in a step of very many events.
pub fn access(session: &Session, recent: &Recent) -> Option<AccessDto> {
    if session.events_of(acted(session)?).is_empty() {
        return None;
    }
    let events = recent.done(session);
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
