//! What a machine is made of: sizes, geometry and the mechanisms chosen. The first line of every recording.

mod areas;
pub mod boot;
pub mod buddy;
pub mod contig;
pub mod cpu_cache;
mod gravity;
mod heap;
pub mod heap_top;
mod kernel;
pub mod kmalloc;
pub mod memarea;
mod page_array;
pub mod policy;
mod quick_fit;
mod rmap;
pub mod schema;
#[cfg(test)]
mod tests;
mod tlb;

use crate::hw::geometry::GeometryKind;
use crate::refusal::{Refusal, refuse};
pub use areas::AreasKind;
use boot::BootRequest;
pub use buddy::{BuddyConfig, Stop, StoreKind};
use contig::ContigConfig;
use cpu_cache::CpuCacheConfig;
pub use gravity::{GravityConfig, TreeKind};
pub use heap::StandIn;
pub use heap_top::{Amount, Compact, HeapTopConfig, Holes, Locked, UnmovableRuns};
pub use kernel::KernelPlace;
pub use kmalloc::{KmallocConfig, KmallocKind, ParagraphFit};
use memarea::MemareaConfig;
pub use page_array::{Joining, PageArrayConfig};
pub use policy::{PolicyKind, ReplacementConfig, Scope};
pub use quick_fit::{Coalesce, QuickFitConfig, Round};
pub use rmap::{AnonKind, OffsetFrom, RmapKind};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
pub use tlb::TlbConfig;

/// A machine has at least this many frames, if the kernel's are among them: below this not even one x86-64 process
/// (four tables) fits beside its data.
pub const MIN_FRAMES: u32 = 16;
/// A machine has at most this many frames: 128 GiB of 4 KiB frames.
pub const MAX_FRAMES: u32 = 32 << 20;
/// A machine has at most this many swap slots: 64 GiB of 4 KiB pages.
pub const MAX_SLOTS: u32 = 16 << 20;

/// Physical allocators.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AllocatorKind {
    /// Linux's binary buddy.
    #[default]
    Buddy,
    /// Runs of any length, found by a scan over the buddy's structures: the mail of 2001.
    Memarea,
    /// Runs of any length on queues, joined lazily: the mail of 1996.
    PageArray,
    /// Large free areas sink to the bottom, fragments serve single pages: the mail of 1998.
    Gravity,
    /// Look-aside lists by length: the segments of 2013.
    QuickFit,
    /// Always at the top, compacted downwards: the new idea of 2013.
    HeapTop,
}

/// Frames `start..end` under one name. Free blocks never cross a zone's edge.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    pub name: String,
    /// First frame of the zone.
    pub start: u32,
    /// One past the last frame of the zone.
    pub end: u32,
}

/// A gap in physical memory: `frames` frames from `start` do not exist.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hole {
    pub start: u32,
    pub frames: u32,
}

/// The machine's configuration. Every field has a default, so `{}` is a machine.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub geometry: GeometryKind,
    /// Frames of RAM, holes included: 16 to 32 M; with `kernel: "apart"` from 1 on, the kernel's not counted.
    pub frames: u32,
    /// Where the kernel's own frames come from.
    #[serde(skip_serializing_if = "KernelPlace::is_default")]
    pub kernel: KernelPlace,
    /// The zones, in frames. Empty: one zone `Normal` over all frames.
    pub zones: Vec<Zone>,
    pub holes: Vec<Hole>,
    /// Frames at the bottom of memory that the kernel owns exclusively.
    pub reserved: u32,
    /// Largest order of the buddy allocator, 0 to 10: its largest block has 2^max_order frames.
    pub max_order: u8,
    /// Frames of each zone that stay free for the kernel, its min watermark: reclaim starts before they are taken.
    pub min_free: u32,
    /// How contiguous requests are served that no free run can serve.
    pub contig: ContigConfig,
    /// Size of the swap disk in slots of one page; 0 for no swap.
    pub swap_slots: u32,
    /// Page 0 of a process may be mapped, as exercises have it that begin at address 0.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub page_zero: bool,
    /// Entries of the TLB, 1 to 4096.
    pub tlb_entries: u16,
    /// What else there is to say of the TLB.
    #[serde(skip_serializing_if = "TlbConfig::is_default")]
    pub tlb: TlbConfig,
    /// The processor's cache, if there is one.
    #[serde(skip_serializing_if = "CpuCacheConfig::is_default")]
    pub cpu_cache: CpuCacheConfig,
    pub allocator: AllocatorKind,
    pub page_array: PageArrayConfig,
    pub gravity: GravityConfig,
    pub quick_fit: QuickFitConfig,
    /// Used by the allocator `memarea` only: its settings.
    pub memarea: MemareaConfig,
    /// Frames that the page cache's hash table is given at boot, if there is such a run; 0: none.
    pub hash_pages: u32,
    /// What else the kernel asks for while it starts, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub boot: Vec<BootRequest>,
    #[serde(skip_serializing_if = "BuddyConfig::is_default")]
    pub buddy: BuddyConfig,
    pub heap_top: HeapTopConfig,
    /// What stands in for the heaps of programs.
    #[serde(skip_serializing_if = "StandIn::is_none")]
    pub heap: StandIn,
    /// The kernel's small objects.
    #[serde(skip_serializing_if = "KmallocConfig::is_default")]
    pub kmalloc: KmallocConfig,
    pub rmap: RmapKind,
    /// Used by `vma_offset` only: what its offsets count from.
    pub offset_from: OffsetFrom,
    /// Used by `vma_offset` only: take a frame whose count was not raised for unshared, the page of zeroes, too.
    pub trust_count: bool,
    /// Used by `vma_offset` only: the consistency check of 1998. Whoever looks for a page's PTEs goes through all page
    /// tables as well, and compares every page passed with its frame's entry.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub check_pairs: bool,
    /// Used by `pte_chain` only: PTE pointers in one link: 1, 7, 15 or 31.
    pub chain_pointers: u8,
    /// Used by `object_list` and `object`: which anon_vma a child gets. It decides how VMAs merge under every scheme.
    pub anon: AnonKind,
    /// Which page goes when a frame is wanted.
    pub policy: PolicyKind,
    #[serde(skip_serializing_if = "ReplacementConfig::is_default")]
    pub replacement: ReplacementConfig,
    /// In what a process's VMAs are found by address, if that is to be counted.
    #[serde(skip_serializing_if = "AreasKind::is_default")]
    pub areas: AreasKind,
    /// Pages that a read fault on a page of an object maps at most, neighbours in the page cache included: a power of
    /// two from 1 (off) to 16 (Linux's default).
    pub fault_around: u32,
    /// At most this many processes may live at the same time.
    pub max_processes: u32,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            geometry: GeometryKind::X86_64,
            frames: 1024,
            kernel: KernelPlace::Inside,
            zones: Vec::new(),
            holes: Vec::new(),
            reserved: 0,
            max_order: 10,
            min_free: 0,
            contig: ContigConfig::default(),
            swap_slots: 1024,
            page_zero: false,
            tlb_entries: 64,
            tlb: TlbConfig::default(),
            cpu_cache: CpuCacheConfig::default(),
            allocator: AllocatorKind::Buddy,
            page_array: PageArrayConfig::default(),
            gravity: GravityConfig::default(),
            quick_fit: QuickFitConfig::default(),
            memarea: MemareaConfig::default(),
            hash_pages: 0,
            boot: Vec::new(),
            buddy: BuddyConfig::default(),
            heap_top: HeapTopConfig::default(),
            heap: StandIn::default(),
            kmalloc: KmallocConfig::default(),
            rmap: RmapKind::Object,
            offset_from: OffsetFrom::VmPgoff,
            trust_count: false,
            check_pairs: false,
            chain_pointers: 7,
            anon: AnonKind::AnonVmaChain,
            policy: PolicyKind::Clock,
            replacement: ReplacementConfig::default(),
            areas: AreasKind::Uncounted,
            fault_around: 1,
            max_processes: 4096,
        }
    }
}

impl Config {
    /// The classroom machine: 128 frames of 32 bytes, small enough for paper.
    pub fn classroom() -> Config {
        Config {
            geometry: GeometryKind::Classroom,
            frames: 128,
            max_order: 5,
            swap_slots: 64,
            tlb_entries: 8,
            ..Config::default()
        }
    }

    /// Zones as used: the default one if none is named.
    pub fn effective_zones(&self) -> Vec<Zone> {
        if self.zones.is_empty() {
            vec![Zone { name: "Normal".into(), start: 0, end: self.frames }]
        } else {
            self.zones.clone()
        }
    }

    /// Checks every limit. The error names the field, the limit and what was asked.
    pub fn validate(&self) -> Result<(), Refusal> {
        let (least, most) = (self.least_frames(), self.most_frames());
        if !(least..=most).contains(&self.frames) {
            let hint = match self.kernel {
                KernelPlace::Inside if (1..least).contains(&self.frames) => {
                    "choose a size between, or kernel: \"apart\", whose tables take none of these frames"
                }
                KernelPlace::Inside | KernelPlace::Apart => "choose a size between",
            };
            return refuse(format!("frames: {} is outside {least} to {most}", self.frames), hint);
        }
        if self.max_order > 10 {
            return refuse(format!("max_order: {} is over 10", self.max_order), "use 0 to 10");
        }
        let most_slots = self.geometry.geometry().max_slots().min(MAX_SLOTS);
        if self.swap_slots > most_slots {
            return refuse(format!("swap_slots: {} is over {most_slots}", self.swap_slots), "use fewer slots");
        }
        self.validate_tlb()?;
        if !(1..=32768).contains(&self.max_processes) {
            return refuse(format!("max_processes: {} is outside 1 to 32768", self.max_processes), "4096 is usual");
        }
        self.cpu_cache.validate(self.geometry.geometry())?;
        rmap::validate(self.chain_pointers)?;
        if !(self.fault_around.is_power_of_two() && self.fault_around <= 16) {
            let what = format!("fault_around: {} is not a power of two from 1 to 16", self.fault_around);
            return refuse(what, "1 is off, 16 is usual");
        }
        self.replacement.validate()?;
        self.page_array.validate()?;
        self.gravity.validate(self.frames)?;
        self.quick_fit.validate()?;
        if self.hash_pages > self.frames / 2 {
            return refuse(format!("hash_pages: {} is over half of memory", self.hash_pages), "use fewer");
        }
        boot::validate(&self.boot, self.hash_pages, self.frames)?;
        self.buddy.validate()?;
        self.heap_top.validate()?;
        self.kmalloc.validate(self.all_frames(), self.geometry.geometry())?;
        self.validate_ranges()
    }

    fn validate_ranges(&self) -> Result<(), Refusal> {
        let zones = self.effective_zones();
        if zones.len() > 8 || self.holes.len() > 64 {
            return refuse("more than 8 zones or 64 holes", "use fewer");
        }
        let mut next = 0;
        for zone in &zones {
            if zone.start != next || zone.end <= zone.start {
                return refuse(
                    format!(
                        "zones: `{}` is {}..{}, expected to start at {next} and not to be empty",
                        zone.name, zone.start, zone.end
                    ),
                    "list the zones in order, without gaps; use holes for gaps",
                );
            }
            next = zone.end;
        }
        if next != self.frames {
            return refuse(
                format!("zones: they end at frame {next}, the machine at {}", self.frames),
                "let the last zone end at `frames`",
            );
        }
        let mut lost = u64::from(self.reserved);
        let mut next = 0;
        for hole in &self.holes {
            let end = hole.start.checked_add(hole.frames).filter(|e| *e <= self.frames);
            if hole.start < next || end.is_none() || hole.frames == 0 {
                return refuse(
                    format!("holes: {} frames from {} overlap another hole or leave memory", hole.frames, hole.start),
                    "list the holes in order, inside memory",
                );
            }
            next = hole.start + hole.frames;
            lost += u64::from(hole.frames);
        }
        let least = self.least_usable();
        if lost + u64::from(least) > u64::from(self.frames) {
            return refuse(
                format!("holes and reserved frames leave fewer than {least} of {} frames", self.frames),
                format!("leave at least {least}"),
            );
        }
        if u64::from(self.min_free) + lost + u64::from(least) > u64::from(self.frames) {
            return refuse(
                format!("min_free: {} leaves fewer than {least} usable frames", self.min_free),
                "use a smaller reserve",
            );
        }
        Ok(())
    }
}
