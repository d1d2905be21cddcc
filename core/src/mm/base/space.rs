//! An address space: one process's VMAs in order, and where a new one may go.

use crate::config::Config;
use crate::hw::geometry::{Geometry, GeometryKind};
use crate::trees::Map;
use crate::units::{Pid, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::vma::{Vma, VmaFlags};

/// Lowest page a mapping may be given: Linux's `mmap_min_addr`, 64 KiB; one page in the classroom and where one table
/// maps all; page 0 where the configuration says so (`page_zero`).
pub fn lowest_page(config: &Config) -> Vpn {
    Vpn(match config.geometry {
        _ if config.page_zero => 0,
        GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 | GeometryKind::Sv39 => 16,
        GeometryKind::Linear | GeometryKind::Classroom => 1,
    })
}

/// An address space.
#[derive(Clone, PartialEq, Debug)]
pub struct Space {
    pub info: ProcessInfo,
    /// The VMAs by first page; disjoint.
    pub vmas: Map<Vpn, Vma>,
    /// Lowest page a mapping may be given.
    pub lowest: Vpn,
}

/// All address spaces.
pub type Spaces = Map<Pid, Space>;

/// What is known of an address space beside what events say: it follows from them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Number of present pages, the zero page left out.
    pub rss: u64,
    /// Equal VMAs may lie side by side unmerged, as on Linux: a fork's child copied them from its parent, or a VMA lost
    /// flags, or its anon_vma, without being merged with its neighbour. For the invariants only.
    pub may_be_unmerged: bool,
}

impl Space {
    /// The VMA that holds the page; `None` if no VMA does.
    #[inline]
    pub fn find(&self, vpn: Vpn) -> Option<&Vma> {
        self.vmas.range(..=vpn).next_back().map(|(_, vma)| vma).filter(|vma| vma.contains(vpn))
    }

    /// The last VMA that ends at or before the page; `None` if there is none.
    pub fn before(&self, vpn: Vpn) -> Option<&Vma> {
        self.vmas.range(..vpn).next_back().map(|(_, vma)| vma).filter(|vma| vma.end <= vpn)
    }

    /// The first VMA that starts at or after the page; `None` if there is none.
    pub fn after(&self, vpn: Vpn) -> Option<&Vma> {
        self.vmas.range(vpn..).next().map(|(_, vma)| vma)
    }

    /// The VMAs that meet the range, lowest first.
    pub fn overlapping(&self, pages: Pages) -> impl Iterator<Item = &Vma> {
        let first = self.find(pages.start).map_or(pages.start, |vma| vma.start);
        self.vmas.range(first..pages.end.max(first)).map(|(_, vma)| vma)
    }

    /// The first pages of the VMAs that meet the range.
    pub fn starts(&self, pages: Pages) -> Vec<Vpn> {
        self.overlapping(pages).map(|vma| vma.start).collect()
    }

    /// Whether the range is free, the gap that a stack above needs included.
    pub fn is_free(&self, geometry: &Geometry, pages: Pages) -> bool {
        self.overlapping(pages).next().is_none()
            && self.after(pages.end).is_none_or(|vma| pages.end <= start_with_gap(geometry, vma))
    }

    /// A place for `pages` pages: at the hint, if there is one (page 0 is none) and it is free; else the kernel's
    /// choice. A hint beyond the window of four levels opens all of user space, as in Linux's
    /// `arch_get_unmapped_area_topdown`.
    pub fn place(&self, geometry: &Geometry, hint: Vpn, pages: u64) -> Option<Vpn> {
        let (window, end) = (geometry.map_window, hint.0.checked_add(pages));
        let beyond = hint.0 > window;
        let valid = end.filter(|end| *end <= geometry.user_pages && beyond == (*end > window)).map(Vpn);
        if let Some(end) = valid.filter(|_| hint > Vpn(0))
            && self.is_free(geometry, Pages::new(hint, end))
        {
            return Some(hint);
        }
        let opened = if beyond { geometry.user_pages - window } else { 0 };
        self.below(geometry, geometry.mmap_top.plus(opened), pages).or_else(|| self.unmapped_above(geometry, pages))
    }

    /// A place for `pages` pages: the highest gap below the mapping area's top, else the lowest above it.
    pub fn unmapped_area(&self, geometry: &Geometry, pages: u64) -> Option<Vpn> {
        self.place(geometry, Vpn(0), pages)
    }

    /// The highest gap of `pages` pages below `top`; `None` if there is none.
    fn below(&self, geometry: &Geometry, top: Vpn, pages: u64) -> Option<Vpn> {
        let lowest = self.lowest.0;
        let mut top = top.0;
        for vma in self.vmas.values().rev() {
            if vma.end.0 <= top && top - vma.end.0 >= pages {
                return Some(Vpn(top - pages));
            }
            top = top.min(start_with_gap(geometry, vma).0);
        }
        (top >= lowest && top - lowest >= pages).then(|| Vpn(top - pages))
    }

    fn unmapped_above(&self, geometry: &Geometry, pages: u64) -> Option<Vpn> {
        let mut bottom = geometry.mmap_top;
        for vma in self.overlapping(Pages::new(bottom, Vpn(geometry.map_window))) {
            if start_with_gap(geometry, vma).0 >= bottom.0 + pages {
                return Some(bottom);
            }
            bottom = bottom.max(vma.end);
        }
        (geometry.map_window >= bottom.0 && geometry.map_window - bottom.0 >= pages).then_some(bottom)
    }
}

/// The first page of the gap below a VMA in which nothing is placed by choice: only a stack has one.
pub fn start_with_gap(geometry: &Geometry, vma: &Vma) -> Vpn {
    let gap = if vma.flags.contains(VmaFlags::GROWSDOWN) { geometry.guard_gap } else { 0 };
    Vpn(vma.start.0.saturating_sub(gap))
}
