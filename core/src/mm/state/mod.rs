//! The memory manager's state: all address spaces, all frames, and which process maps which.
//!
//! The fields are private to this room. All other code reads them through the getters in `lend` and changes them
//! through the setters in `set_memory` and `set_areas`, most of which emit one event.

mod lend;
mod mappings;
mod ranks;
mod set_areas;
mod set_memory;

use crate::alloc::Allocator;
use crate::config::Config;
use crate::hw::disk::Disk;
use crate::hw::geometry::Geometry;
use crate::hw::ram::Ram;
use crate::hw::tlb::Tlb;
use crate::mm::base::areas::Areas;
use crate::mm::base::boot::{self, Booted};
use crate::mm::base::near::Near;
use crate::mm::base::page_hash::PageHash;
use crate::mm::base::pool::Pool;
use crate::mm::base::settings::Settings;
use crate::mm::base::space::{Counts, Space, Spaces};
use crate::mm::base::tables::Tables;
use crate::mm::rmap::ReverseMap;
use crate::policy::Policy;
use crate::trees::Map;
use crate::units::{AnonVmaId, ObjectId, Pfn, Pid, RunId, StableId, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::boot::BootGiven;
use crate::vocabulary::frame::FrameTable;
use crate::vocabulary::heap::Few;
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::Objects;
use crate::vocabulary::rank::PageName;
use crate::vocabulary::run::Runs;
use crate::vocabulary::stable_node::StableNodes;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;
use std::rc::Rc;

/// The memory manager's state.
#[derive(Clone, Debug)]
pub struct Mm {
    geometry: &'static Geometry,
    ram: Ram,
    tlb: Tlb,
    disk: Disk,
    frames: FrameTable,
    /// Shared with views, which read off it what is free if they are asked.
    alloc: Rc<Allocator>,
    /// The kernel's own frames, if they are apart.
    pool: Pool,
    runs: Runs,
    /// Tables put aside while a large page takes their place (`segment`), by process and first page.
    spare_tables: Few<(Pid, Vpn), Pfn>,
    spaces: Spaces,
    counts: Map<Pid, Counts>,
    /// The index of each process's areas, if look-ups are counted.
    areas: Few<Pid, Areas>,
    /// The process and first page of each VMA.
    vma_at: IdMap<VmaId, (Pid, Vpn)>,
    anon_vmas: AnonVmas,
    objects: Objects,
    page_hash: Option<PageHash>,
    stable_nodes: StableNodes,
    /// Files by name.
    files: Map<String, ObjectId>,
    rmap: ReverseMap,
    settings: Settings,
    /// The replacement policy, with what it knows.
    policy: Rc<Policy>,
    /// In its place while it is asked: a policy that knows nothing.
    no_policy: Rc<Policy>,
    /// The page that was evicted last, for the command under way.
    evicted: Option<PageName>,
    /// The frame that the clock's hand points at.
    hand: Pfn,
    /// The frame of the shared zero page.
    zero: Pfn,
    /// A frame that reclaim must leave alone because it is just being copied from; Linux's reference on the page.
    keep: Option<Pfn>,
    /// The process whose pages alone are evicted now: it wants a frame, and replacement is local.
    asker: Option<Pid>,
    near: Near,
    next_vma: u32,
    next_anon_vma: u32,
    next_object: u32,
    next_stable: u32,
    next_run: u32,
    /// Number of requests in a row that waited for a locked segment.
    waits: u32,
    /// The locked segment at which the compactor sleeps.
    sleeper: Option<RunId>,
    /// What the kernel was given at boot.
    boot: Rc<[BootGiven]>,
}

impl Mm {
    /// A memory manager over fresh memory; `silent` gets the events of it and drops them. The configuration has been
    /// validated.
    pub fn new(config: &Config, silent: &mut impl Trace) -> Mm {
        let geometry = config.geometry.geometry();
        let Booted { mut alloc, mut frames, pool, zero } = boot::boot(config, silent);
        let runs = boot::hash_table(config.hash_pages, &mut alloc, &mut frames, silent);
        let table = runs.values().next().map_or(0, |run| run.given);
        let page_hash = (table > 0).then(|| PageHash::new(geometry, table, config.frames));
        let mut mm = Mm {
            geometry,
            ram: Ram::new(geometry, config.all_frames()),
            tlb: Tlb::new(config.tlb_shape()),
            disk: Disk::new(config.swap_slots),
            frames,
            alloc: Rc::new(alloc),
            pool,
            runs,
            spare_tables: Few::default(),
            spaces: Map::default(),
            counts: Map::default(),
            areas: Few::default(),
            vma_at: IdMap::default(),
            anon_vmas: AnonVmas::default(),
            objects: Objects::default(),
            page_hash,
            stable_nodes: StableNodes::default(),
            files: Map::default(),
            rmap: ReverseMap::new(config),
            settings: Settings::new(config),
            policy: Rc::new(Policy::new(config)),
            no_policy: Rc::default(),
            evicted: None,
            hand: Pfn(0),
            zero,
            keep: None,
            asker: None,
            near: Near::default(),
            next_vma: 1,
            next_anon_vma: 1,
            next_object: 1,
            next_stable: 1,
            next_run: 1,
            waits: 0,
            sleeper: None,
            boot: Rc::from([]),
        };
        mm.boot = mm.serve_boot(&config.boot, silent).into();
        mm
    }

    pub(crate) fn new_vma_id(&mut self) -> VmaId {
        self.next_vma += 1;
        VmaId(self.next_vma - 1)
    }

    pub(in crate::mm) fn new_anon_vma_id(&mut self) -> AnonVmaId {
        self.next_anon_vma += 1;
        AnonVmaId(self.next_anon_vma - 1)
    }

    /// What a search for entries may look through.
    #[inline(always)]
    pub(in crate::mm) fn tables(&self) -> Tables<'_> {
        let Mm { geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero, .. } = self;
        Tables { geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero: *zero }
    }

    /// The reverse map, and what it may look through.
    #[inline(always)]
    fn rmap_and_tables(&mut self) -> (&mut ReverseMap, Tables<'_>) {
        let Mm { rmap, geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero, .. } = self;
        (rmap, Tables { geometry, ram, frames, spaces, vma_at, anon_vmas, objects, stable_nodes, zero: *zero })
    }

    /// The address space of a process, which must be living.
    #[inline]
    pub(crate) fn space(&self, pid: Pid) -> &Space {
        self.tables().space(pid)
    }

    /// The VMA that starts at `start`.
    pub(crate) fn vma(&self, pid: Pid, start: Vpn) -> &Vma {
        self.tables().vma(pid, start)
    }

    /// The VMA of an id; it must be living.
    pub(crate) fn vma_by_id(&self, id: VmaId) -> &Vma {
        self.tables().vma_by_id(id)
    }

    pub(in crate::mm) fn new_run_id(&mut self) -> RunId {
        self.next_run += 1;
        RunId(self.next_run - 1)
    }

    pub(in crate::mm) fn new_stable_id(&mut self) -> StableId {
        self.next_stable += 1;
        StableId(self.next_stable - 1)
    }

    pub(in crate::mm) fn new_object_id(&mut self) -> ObjectId {
        self.next_object += 1;
        ObjectId(self.next_object - 1)
    }
}
