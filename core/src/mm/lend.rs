//! What the rooms above read of the memory manager. Its fields are private to `mm`: nothing outside changes them except
//! through the setters in `state` and what is built on them.

use super::Mm;
use super::rmap::ReverseMap;
use super::space::Space;
use crate::alloc::Allocator;
use crate::hw::disk::Disk;
use crate::hw::geometry::Geometry;
use crate::hw::ram::Ram;
use crate::hw::tlb::Tlb;
use crate::units::{ObjectId, Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::frame::{Frame, FrameTable};
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::{Object, Objects};
use crate::vocabulary::run::Runs;
use crate::vocabulary::stable_node::StableNodes;
use std::collections::BTreeMap;

impl Mm {
    /// Sizes of pages, tables and addresses.
    #[inline]
    pub(crate) fn geometry(&self) -> &'static Geometry {
        self.geometry
    }

    /// The bytes and the tables.
    #[inline]
    pub(crate) fn ram(&self) -> &Ram {
        &self.ram
    }

    /// Lets clones of the machine share the bytes of their pages; changes nothing that can be read.
    pub(crate) fn share_all(&mut self) {
        self.ram.share_all();
    }

    /// What the processor has cached of the tables.
    pub(crate) fn tlb(&self) -> &Tlb {
        &self.tlb
    }

    /// The swap disk.
    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// All descriptors.
    pub(crate) fn frames(&self) -> &FrameTable {
        &self.frames
    }

    /// One descriptor.
    pub(crate) fn frame(&self, pfn: Pfn) -> Frame {
        self.frames.get(pfn)
    }

    /// The shared page of zeroes.
    pub(crate) fn zero_page_frame(&self) -> Pfn {
        self.zero
    }

    /// The free frames.
    pub(crate) fn allocator(&self) -> &Allocator {
        &self.alloc
    }

    /// All runs, by first frame.
    pub(crate) fn runs(&self) -> &Runs {
        &self.runs
    }

    /// Tables put aside while a large page takes their place, by process and first page.
    pub(crate) fn spare_tables(&self) -> &BTreeMap<(Pid, Vpn), Pfn> {
        &self.spare_tables
    }

    /// All address spaces, the kernel's among them if it has one.
    pub(crate) fn spaces(&self) -> &BTreeMap<Pid, Space> {
        &self.spaces
    }

    /// Whether a process has an address space.
    pub(crate) fn is_alive(&self, pid: Pid) -> bool {
        self.spaces.contains_key(&pid)
    }

    /// Where each VMA is.
    pub(crate) fn vma_places(&self) -> &IdMap<VmaId, (Pid, Vpn)> {
        &self.vma_at
    }

    /// All anon_vmas.
    pub(crate) fn anon_vmas(&self) -> &AnonVmas {
        &self.anon_vmas
    }

    /// All stable nodes.
    pub(crate) fn stable_nodes(&self) -> &StableNodes {
        &self.stable_nodes
    }

    /// All objects.
    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    /// A living object.
    pub(crate) fn object(&self, id: ObjectId) -> &Object {
        &self.objects[&id]
    }

    /// Whether a file has this name.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// What the reverse-mapping scheme stores.
    pub(crate) fn reverse_map(&self) -> &ReverseMap {
        &self.rmap
    }

    /// Where the clock's hand stands.
    pub(crate) fn hand(&self) -> Pfn {
        self.hand
    }
}
