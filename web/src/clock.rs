//! What reclaim will look at next: the clock's hand, the pages ahead of it that it may take, and which one it would.
//!
//! Which frames may be taken is the machine's `Mm::evictable`, read off the view; a test holds the page foretold
//! against the one that is taken. Foretold is a request that any frame serves, as most are.

use crate::changed::under_way;
use crate::dto::{CandidateDto, ClockDto};
use crate::map::Accessed;
use crate::recent::Recent;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::policy;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::frame::{Frame, FrameUse, Owner};
use pageturner::vocabulary::vma::VmaFlags;

/// At most this many candidates are listed.
const LISTED: usize = 8;
/// At most this many frames ahead of the hand are looked through for them.
const LOOK_AHEAD: u32 = 1 << 14;

/// The clock at the session's cursor; `None`: this machine has another policy, or nowhere
/// to put pages.
pub fn clock(session: &Session, recent: &Recent, accessed: &Accessed) -> Option<ClockDto> {
    let view = session.view();
    if policy::keeps_lists(&view.config) || view.config.swap_slots == 0 {
        return None;
    }
    let examined = examined(session, recent);
    let from = examined.map_or(view.hand, |pfn| Pfn((pfn.0 + 1) % view.frames.studied()));
    let (next, victim) = ahead(view, from, accessed);
    Some(ClockDto { hand: examined.unwrap_or(view.hand).0, looking: examined.is_some(), next, victim })
}

/// The frame that the hand is at in the middle of a search for a victim.
fn examined(session: &Session, recent: &Recent) -> Option<Pfn> {
    if !under_way(session) {
        return None;
    }
    let is_hand = |event: &&Event| matches!(event, Event::Scan { .. } | Event::Hand { .. });
    let last = recent.done(session).iter().rfind(is_hand)?;
    if let Event::Scan { pfn, .. } = last { Some(*pfn) } else { None }
}

/// The first pages from a frame on that may be taken, and the one that will be: the first not used since the hand last
/// passed; if all were, the first, for by then its bit is clear.
fn ahead(view: &View, from: Pfn, accessed: &Accessed) -> (Vec<CandidateDto>, Option<u32>) {
    let frames = view.frames.studied();
    let has_free_slot =
        (view.slots.len() as u64) > view.slots.written_elements().filter(|(_, slot)| !slot.is_free()).count() as u64;
    let round = (0..frames.min(LOOK_AHEAD)).map(|n| (from.0 + n) % frames);
    let mut candidates = round.filter(|pfn| evictable(view, &view.frames.get(Pfn(*pfn)), has_free_slot));
    let (mut next, mut victim) = (Vec::new(), None);
    for pfn in candidates.by_ref() {
        let accessed = accessed.contains(pfn);
        victim = victim.or((!accessed).then_some(pfn));
        if next.len() < LISTED {
            next.push(CandidateDto { pfn, accessed });
        }
        if victim.is_some() && next.len() == LISTED {
            break;
        }
    }
    if frames <= LOOK_AHEAD {
        victim = victim.or(next.first().map(|first| first.pfn));
    }
    (next, victim)
}

fn evictable(view: &View, frame: &Frame, has_free_slot: bool) -> bool {
    if frame.state != FrameUse::Page || frame.mlocked {
        return false;
    }
    match frame.mapping {
        Owner::None => false,
        Owner::Anon(_) | Owner::Ksm(_) => {
            frame.slot.is_some() || (frame.mapcount > 0 && (has_free_slot || droppable(view, frame.mapping)))
        }
        Owner::Object(id) => {
            has_free_slot || view.objects.get(&id).is_some_and(|object| !object.info.kind.swap_backed())
        }
    }
}

fn droppable(view: &View, owner: Owner) -> bool {
    let Owner::Anon(id) = owner else { return false };
    let first = view.anon_vmas.get(&id).and_then(|anon_vma| anon_vma.vmas.first());
    first.and_then(|id| view.vma_by_id(*id)).is_some_and(|vma| vma.flags.contains(VmaFlags::DROPPABLE))
}
