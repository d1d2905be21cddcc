//! The state as the page shows it: the machine, its processes and slots.

use crate::changed::changed;
use crate::dto::{CursorDto, MachineDto, SlotDto, StateDto, ZoneDto};
use crate::index::Index;
use crate::map::Use;
use crate::search::Search;
use crate::spaces;
use pageturner::config::{AnonKind, Config, OffsetFrom, PolicyKind, RmapKind};
use pageturner::hw::geometry::GeometryKind;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;

/// At the session's cursor. `uses` is the number of frames of each use.
pub fn state(session: &Session, index: &Index, uses: [u32; 10]) -> StateDto {
    let (view, cursor) = (session.view(), session.cursor());
    StateDto {
        cursor: CursorDto { step: cursor.step, event: cursor.event },
        steps: session.steps().len() as u32,
        events: session.events().len() as u32,
        machine: machine(session.config()),
        tally: view.tally.clone(),
        processes: view.processes.values().map(|process| spaces::process(view, index, process)).collect(),
        slots: slots(view),
        uses: Use::ALL.into_iter().map(|each| (each.name(), uses[each as usize])).collect(),
        hand: view.hand.0,
        changed: changed(session),
        search: Search::at(session).map(|search| search.dto()),
    }
}

fn machine(config: &Config) -> MachineDto {
    let geometry = config.geometry.geometry();
    MachineDto {
        geometry: match config.geometry {
            GeometryKind::X86_64 => "x86-64",
            GeometryKind::X86_64La57 => "x86-64-la57",
            GeometryKind::X86_32 => "x86-32",
            GeometryKind::Classroom => "classroom",
        },
        page_size: geometry.page_size(),
        frames: config.frames,
        swap_slots: config.swap_slots,
        tlb_entries: config.tlb_entries,
        allocator: config.allocator.into(),
        rmap: match config.rmap {
            RmapKind::None => "none",
            RmapKind::VmaOffset => "vma_offset",
            RmapKind::PteChain => "pte_chain",
            RmapKind::ObjectList => "object_list",
            RmapKind::Object => "object",
        },
        offset_from_start: config.offset_from == OffsetFrom::VmStart,
        trust_count: config.trust_count,
        chain_pointers: config.chain_pointers,
        family_anon_vma: config.anon == AnonKind::AnonVma,
        policy: match config.policy {
            PolicyKind::Clock => "clock",
        },
        levels: (0..geometry.levels).rev().map(|level| geometry.level_name(level)).collect(),
        zones: config
            .effective_zones()
            .into_iter()
            .map(|zone| ZoneDto { name: zone.name, start: zone.start, end: zone.end })
            .collect(),
        max_order: config.max_order,
    }
}

fn slots(view: &View) -> Vec<SlotDto> {
    let used = (0..).zip(&view.slots).filter(|(_, slot)| !slot.is_free());
    used.map(|(n, slot)| SlotDto { slot: n, count: slot.count, cached: slot.cached.map(|pfn| pfn.0) }).collect()
}
