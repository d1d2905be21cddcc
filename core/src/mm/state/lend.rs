//! The getters: what others read of the memory manager's state.

use super::Mm;
use crate::alloc::Allocator;
use crate::hw::disk::Disk;
use crate::hw::geometry::Geometry;
use crate::hw::mmu::Visit;
use crate::hw::ram::Ram;
use crate::hw::tlb::Tlb;
use crate::mm::base::areas::Areas;
use crate::mm::base::page_hash::PageHash;
use crate::mm::base::pool::Pool;
use crate::mm::base::settings::Settings;
use crate::mm::base::space::{Counts, Spaces};
use crate::mm::rmap::ReverseMap;
use crate::policy::Policy;
use crate::units::{ObjectId, Pfn, Pid, RunId, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::boot::BootGiven;
use crate::vocabulary::frame::{Frame, FrameTable};
use crate::vocabulary::heap::Few;
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::{Object, Objects};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::rank::PageName;
use crate::vocabulary::run::Runs;
use crate::vocabulary::stable_node::StableNodes;
use crate::vocabulary::vma::Cover;
use std::rc::Rc;

impl Mm {
    /// The geometry: sizes of pages, tables and addresses.
    #[inline(always)]
    pub(crate) fn geometry(&self) -> &'static Geometry {
        self.geometry
    }

    /// Physical memory: the bytes of pages and the tables.
    #[inline(always)]
    pub(crate) fn ram(&self) -> &Ram {
        &self.ram
    }

    /// The TLB: what the processor has cached of the tables.
    #[inline(always)]
    pub(crate) fn tlb(&self) -> &Tlb {
        &self.tlb
    }

    /// The swap disk.
    #[inline(always)]
    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The descriptors of all frames.
    #[inline(always)]
    pub(crate) fn frames(&self) -> &FrameTable {
        &self.frames
    }

    /// A frame's descriptor.
    #[inline(always)]
    pub(crate) fn frame(&self, pfn: Pfn) -> Frame {
        self.frames.get(pfn)
    }

    /// The frame of the shared zero page.
    #[inline(always)]
    pub(in crate::mm) fn zero_frame(&self) -> Pfn {
        self.zero
    }

    /// The frame allocator.
    #[inline(always)]
    pub(crate) fn allocator(&self) -> &Allocator {
        &self.alloc
    }

    /// The kernel's own frames; empty where they are among all others.
    #[inline(always)]
    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The frame allocator, as it is now, for a view.
    pub(crate) fn shared_allocator(&self) -> Rc<Allocator> {
        Rc::clone(&self.alloc)
    }

    /// Whether another machine of this history has the very same allocator: neither has changed it since.
    pub(crate) fn shares_allocator(&self, other: &Mm) -> bool {
        Rc::ptr_eq(&self.alloc, &other.alloc)
    }

    /// All runs, by first frame.
    #[inline(always)]
    pub(crate) fn runs(&self) -> &Runs {
        &self.runs
    }

    /// Tables put aside while a large page takes their place, by process and first page.
    pub(crate) fn spare_tables(&self) -> &Few<(Pid, Vpn), Pfn> {
        &self.spare_tables
    }

    /// All address spaces, the kernel's among them if it has one.
    #[inline(always)]
    pub(crate) fn spaces(&self) -> &Spaces {
        &self.spaces
    }

    /// What is counted of a living process.
    #[inline(always)]
    pub(crate) fn counts(&self, pid: Pid) -> Counts {
        self.counts[&pid]
    }

    /// Whether a process has an address space.
    #[inline(always)]
    pub(crate) fn is_alive(&self, pid: Pid) -> bool {
        self.spaces.contains_key(&pid)
    }

    /// The process and first page of each VMA.
    pub(crate) fn vma_places(&self) -> &IdMap<VmaId, (Pid, Vpn)> {
        &self.vma_at
    }

    /// All anon_vmas.
    #[inline(always)]
    pub(crate) fn anon_vmas(&self) -> &AnonVmas {
        &self.anon_vmas
    }

    /// All stable nodes.
    #[inline(always)]
    pub(crate) fn stable_nodes(&self) -> &StableNodes {
        &self.stable_nodes
    }

    /// All objects.
    #[inline(always)]
    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The object of an id; it must be living.
    #[inline(always)]
    pub(crate) fn object(&self, id: ObjectId) -> &Object {
        &self.objects[&id]
    }

    /// The page cache's hash table; `None` if the machine has none.
    #[inline(always)]
    pub(crate) fn page_hash(&self) -> Option<&PageHash> {
        self.page_hash.as_ref()
    }

    /// What the kernel was given at boot.
    pub(crate) fn boot(&self) -> &Rc<[BootGiven]> {
        &self.boot
    }

    /// Whether a file has this name.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// What the reverse-mapping scheme stores.
    #[inline(always)]
    pub(crate) fn reverse_map(&self) -> &ReverseMap {
        &self.rmap
    }

    /// The frame that the clock's hand points at.
    #[inline(always)]
    pub(crate) fn hand(&self) -> Pfn {
        self.hand
    }

    /// The replacement policy.
    #[inline(always)]
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The page that was evicted last, by one of the processes that had it.
    pub(crate) fn evicted(&self) -> Option<PageName> {
        self.evicted
    }

    /// The settings that the verbs use.
    #[inline(always)]
    pub(in crate::mm) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The object that has this name as a file; `None` if there is no such file.
    pub(in crate::mm) fn file(&self, name: &str) -> Option<ObjectId> {
        self.files.get(name).copied()
    }

    /// Whether the frame is just being copied from, so that reclaim must leave it alone; Linux's reference on the page.
    pub(in crate::mm) fn is_kept(&self, pfn: Pfn) -> bool {
        self.keep == Some(pfn)
    }

    /// The process whose pages alone are evicted now.
    pub(in crate::mm) fn asker(&self) -> Option<Pid> {
        self.asker
    }

    /// Number of requests in a row that waited for a locked segment.
    pub(in crate::mm) fn waits(&self) -> u32 {
        self.waits
    }

    /// The locked segment at which the compactor sleeps, if it does.
    pub(in crate::mm) fn sleeper(&self) -> Option<RunId> {
        self.sleeper
    }

    /// Where the PTE of a page is, if its table is the one remembered.
    #[inline]
    pub(in crate::mm) fn near_pte(&self, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        self.near.pte(self.geometry, pid, vpn)
    }

    /// The index of a process's areas, if look-ups are counted.
    pub(in crate::mm) fn areas(&self, pid: Pid) -> Option<&Areas> {
        self.areas.get(&pid)
    }

    /// Whether look-ups of areas are counted.
    #[inline]
    pub(crate) fn counts_areas(&self) -> bool {
        !self.settings.areas.is_default()
    }

    /// The VMA that holds a page, and its end; remembered for the next.
    #[inline]
    pub(in crate::mm) fn near_vma(&mut self, pid: Pid, vpn: Vpn) -> Option<&(Cover, Vpn)> {
        let spaces = &self.spaces;
        self.near.vma(pid, vpn, || spaces.get(&pid).expect("a living process").find(vpn))
    }

    /// The entries that a walk to the table remembered reads, the root's first; empty if none is.
    #[inline(always)]
    pub(in crate::mm) fn near_above(&self) -> &[Visit] {
        self.near.above(self.geometry)
    }
}
