//! The state as the page shows it: the machine, its processes and slots.

use crate::changed::{acted, changed};
use crate::dto::{ClockDto, CursorDto, KilledDto, MachineDto, RanksDto, SlotDto, StateDto, ZoneDto};
use crate::map::Use;
use crate::pool::pool;
use crate::port;
use crate::recent::Recent;
use crate::search::Search;
use crate::spaces;
use crate::translate::access;
use pageturner::config::{AnonKind, Config, OffsetFrom};
use pageturner::lab::tell::variables::Names;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;

/// The state at the session's cursor. `uses` is the number of frames of each use, `names` what variables hold;
/// `killed`: who was ended by a signal;
/// then how many references the process has made that made the last.
pub fn state(
    (session, recent): (&Session, &Recent),
    uses: [u32; Use::ALL.len()],
    names: &Names<'_>,
    (clock, ranks, killed, references): (Option<ClockDto>, Option<RanksDto>, Vec<KilledDto>, u32),
) -> StateDto {
    let (view, cursor) = (session.view(), session.cursor());
    StateDto {
        cursor: CursorDto { step: cursor.step, event: cursor.event },
        steps: session.steps().len() as u32,
        events: session.event_count(),
        machine: machine(session.config()),
        tally: view.tally.clone(),
        lengths: view.tally.lengths(),
        processes: spaces::processes(view, names),
        slots: slots(view),
        pool: pool(view),
        ports: port::ports(view),
        heaps: view.heaps.values().map(|heaps| heaps.len() as u32).sum(),
        uses: Use::ALL.iter().copied().map(|each| (each, uses[each as usize])).collect(),
        clock,
        ranks,
        references,
        acted: acted(session),
        changed: changed(session, recent),
        search: Search::at(recent.done(session)).map(|search| search.dto()),
        access: access(session, recent),
        killed,
    }
}

fn machine(config: &Config) -> MachineDto {
    let geometry = config.geometry.geometry();
    MachineDto {
        geometry: config.geometry,
        page_size: geometry.page_size(),
        frames: config.frames,
        swap_slots: config.swap_slots,
        tlb_entries: config.tlb_size(),
        allocator: config.allocator,
        rmap: config.rmap,
        offset_from_start: config.offset_from == OffsetFrom::VmStart,
        trust_count: config.trust_count,
        chain_pointers: config.chain_pointers,
        family_anon_vma: config.anon == AnonKind::AnonVma,
        policy: config.policy,
        levels: (0..geometry.levels).rev().map(|level| geometry.level_name(level)).collect(),
        zones: config
            .effective_zones()
            .into_iter()
            .map(|zone| ZoneDto { name: zone.name, start: zone.start, end: zone.end })
            .collect(),
        max_order: config.max_order,
        guard_gap: geometry.guard_gap as u32,
    }
}

fn slots(view: &View) -> Vec<SlotDto> {
    let used = view.slots.written_elements().filter(|(_, slot)| !slot.is_free());
    used.map(|(n, slot)| SlotDto { slot: n as u32, count: slot.count, cached: slot.cached.map(|pfn| pfn.0) }).collect()
}
