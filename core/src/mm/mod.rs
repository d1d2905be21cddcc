//! The memory manager: everything between the system calls and the hardware.
//!
//! [`Mm`] owns the state of all address spaces. Its verbs are one file each; every change of state goes through the
//! setters in `state`, which tell the trace. Order across subsystems is readable in `fault`, `unmap`, `share` and
//! `reclaim`, each from top to bottom.

pub mod area;
mod boot;
pub mod compact;
pub mod fault;
pub mod file;
pub mod ksm;
mod lend;
mod mappings;
pub mod near;
pub mod provide;
pub mod reclaim;
pub mod rmap;
pub mod run;
pub mod space;
pub mod state;
pub mod table;
mod tables;

use crate::alloc::Allocator;
use crate::config::{AnonKind, Config, PolicyKind};
use crate::hw::disk::Disk;
use crate::hw::geometry::Geometry;
use crate::hw::ram::Ram;
use crate::hw::tlb::Tlb;
use crate::units::{AnonVmaId, ObjectId, Pfn, Pid, RunId, StableId, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::frame::FrameTable;
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::Objects;
use crate::vocabulary::run::Runs;
use crate::vocabulary::stable_node::StableNodes;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;
use compact::contig::Settings;
use near::Near;
use rmap::ReverseMap;
use space::Space;
use std::collections::BTreeMap;
use tables::Tables;

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
    rmap: ReverseMap,
    /// What an anonymous page's `mapping` leads to after a fork.
    anon: AnonKind,
    policy: PolicyKind,
    contig: Settings,
    /// Most pages that one read fault maps.
    fault_around: u32,
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
        let (mut alloc, mut frames, zero) = boot::boot(config, silent);
        let runs = boot::hash_table(config.hash_pages, &mut alloc, &mut frames, silent);
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
            rmap: ReverseMap::new(config),
            anon: config.anon,
            policy: config.policy,
            contig: Settings::new(config),
            fault_around: config.fault_around,
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

    /// What a search for entries may look through.
    #[inline(always)]
    fn tables(&self) -> Tables<'_> {
        let Mm { geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero, .. } = self;
        Tables { geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero: *zero }
    }

    /// The reverse map, and what it may look through.
    #[inline(always)]
    fn rmap_and_tables(&mut self) -> (&mut ReverseMap, Tables<'_>) {
        let Mm { rmap, geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero, .. } = self;
        (rmap, Tables { geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero: *zero })
    }

    /// A living process's space.
    #[inline]
    pub(crate) fn space(&self, pid: Pid) -> &Space {
        self.tables().space(pid)
    }

    /// The VMA that starts at `start`.
    pub(crate) fn vma(&self, pid: Pid, start: Vpn) -> &Vma {
        self.tables().vma(pid, start)
    }

    /// A living VMA.
    pub(crate) fn vma_by_id(&self, id: VmaId) -> &Vma {
        self.tables().vma_by_id(id)
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
