//! The memory manager: everything between the system calls and the hardware.
//!
//! [`Mm`] owns the state of all address spaces. Its verbs are one file each; every change of state goes through the
//! setters in `state`, which tell the trace. Order across subsystems is readable in `fault`, `unmap`, `share` and
//! `reclaim`, each from top to bottom.

pub mod area;
pub mod compact;
pub mod fault;
pub mod file;
pub mod ksm;
mod lend;
pub mod provide;
pub mod reclaim;
pub mod rmap;
pub mod run;
pub mod state;
pub mod table;

use crate::alloc::Allocator;
use crate::config::{Config, PolicyKind};
use crate::hw::disk::Disk;
use crate::hw::geometry::Geometry;
use crate::hw::ram::Ram;
use crate::hw::tlb::Tlb;
use crate::units::{AnonVmaId, ObjectId, Pfn, Pid, RunId, StableId, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::entry::Entries;
use crate::vocabulary::frame::FrameTable;
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::Objects;
use crate::vocabulary::run::Runs;
use crate::vocabulary::stable_node::StableNodes;
use crate::vocabulary::trace::Trace;
use area::space::Space;
use compact::contig::Settings;
use fault::near::Near;
use rmap::Scheme;
use rmap::object::Trees;
use std::collections::BTreeMap;

/// The memory manager's state.
#[derive(Clone, Debug)]
pub struct Mm {
    geometry: &'static Geometry,
    ram: Ram,
    tlb: Tlb,
    disk: Disk,
    frames: FrameTable,
    alloc: Allocator,
    runs: Runs,
    /// Tables put aside while a large page takes their place (`segment`), by process and first page.
    spare_tables: BTreeMap<(Pid, Vpn), Pfn>,
    spaces: BTreeMap<Pid, Space>,
    /// Where each VMA is now.
    vma_at: IdMap<VmaId, (Pid, Vpn)>,
    anon_vmas: AnonVmas,
    objects: Objects,
    stable_nodes: StableNodes,
    /// Files by name.
    files: BTreeMap<String, ObjectId>,
    scheme: Scheme,
    /// What the scheme stores per frame.
    entries: Entries,
    /// What the scheme `object` keeps of each anon_vma and object.
    trees: Trees,
    policy: PolicyKind,
    contig: Settings,
    /// Most pages that one read fault maps.
    fault_around: u32,
    /// Of `page_array`: unused page cache beside free frames is dropped before arrays are joined.
    drop_neighbours: bool,
    /// The clock's hand.
    hand: Pfn,
    /// The frame of the shared zero page.
    zero: Pfn,
    /// A frame that reclaim must leave alone because it is just being copied from; Linux's reference on the page.
    keep: Option<Pfn>,
    near: Near,
    next_vma: u32,
    next_anon_vma: u32,
    next_object: u32,
    next_stable: u32,
    next_run: u32,
    /// Requests in a row that waited for a locked segment.
    waits: u32,
}

/// Why the memory manager could not do what was asked on a process's behalf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MmError {
    /// The process itself was chosen by the OOM killer and is gone.
    Killed,
    /// Another process whose life the work depended on is gone.
    NoMemory,
    /// A bad access: no VMA, or its protection forbids it.
    Segv,
    /// A page beyond the end of its object.
    Bus,
}

impl Mm {
    /// A memory manager over fresh memory, told to nobody. The configuration has been validated.
    pub fn new(config: &Config, silent: &mut impl Trace) -> Mm {
        let geometry = config.geometry.geometry();
        let (mut alloc, mut frames, zero) = provide::boot(config, silent);
        let runs = provide::hash_table(config.hash_pages, &mut alloc, &mut frames, silent);
        Mm {
            geometry,
            ram: Ram::new(geometry, config.frames),
            tlb: Tlb::new(config.tlb_entries, geometry.large_pages()),
            disk: Disk::new(config.swap_slots),
            frames,
            alloc,
            runs,
            spare_tables: BTreeMap::new(),
            spaces: BTreeMap::new(),
            vma_at: IdMap::default(),
            anon_vmas: AnonVmas::default(),
            objects: Objects::new(),
            stable_nodes: StableNodes::new(),
            files: BTreeMap::new(),
            scheme: Scheme::new(config),
            entries: Entries::new(config),
            trees: Trees::new(config),
            policy: config.policy,
            contig: Settings::new(config),
            fault_around: config.fault_around,
            drop_neighbours: config.page_array.reclaim_neighbours,
            hand: Pfn(0),
            zero,
            keep: None,
            near: Near::default(),
            next_vma: 1,
            next_anon_vma: 1,
            next_object: 1,
            next_stable: 1,
            next_run: 1,
            waits: 0,
        }
    }

    pub(crate) fn new_vma_id(&mut self) -> VmaId {
        self.next_vma += 1;
        VmaId(self.next_vma - 1)
    }

    pub(crate) fn new_anon_vma_id(&mut self) -> AnonVmaId {
        self.next_anon_vma += 1;
        AnonVmaId(self.next_anon_vma - 1)
    }

    fn new_run_id(&mut self) -> RunId {
        self.next_run += 1;
        RunId(self.next_run - 1)
    }

    pub(crate) fn new_stable_id(&mut self) -> StableId {
        self.next_stable += 1;
        StableId(self.next_stable - 1)
    }

    pub(crate) fn new_object_id(&mut self) -> ObjectId {
        self.next_object += 1;
        ObjectId(self.next_object - 1)
    }
}
