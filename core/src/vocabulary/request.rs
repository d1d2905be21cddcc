//! What is asked of an allocator, and why it may fail.
//!
//! A request names a length and, where the caller has needs, an alignment with an offset (page colouring), the highest
//! zone, what may be done to serve it, and whether the run may be moved later. Sources: Linux's `gfp_t` and migrate
//! types; the arguments of `alloc_memarea` and its wished-for `alignment` and `offset` (Molnar, Nov 2001).

use super::free_lists::FreeRun;
use serde::{Deserialize, Serialize};

bitflags::bitflags! {
    /// What may be done to serve a request; Linux's GFP flags.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct Gfp: u8 {
        /// Must not sleep: no disk, no waiting; the reserve of a zone may be used.
        const ATOMIC = 1;
        /// Pages may be reclaimed for it: dropped, or swapped out.
        const RECLAIM = 2;
        /// Pages and runs may be moved for it.
        const MOVE = 4;
        /// Frames that are contiguous only in the kernel's address space will do, if there is no run.
        const VMALLOC = 8;
        /// The lowest run, found by a scan: not a block of the buddy, even if one would do. Means something to
        /// `memarea` only.
        const AREA = 16;
    }
}

/// The flags by name, in scripts and recordings.
pub const GFP: [(&str, Gfp); 5] = [
    ("atomic", Gfp::ATOMIC),
    ("reclaim", Gfp::RECLAIM),
    ("move", Gfp::MOVE),
    ("vmalloc", Gfp::VMALLOC),
    ("area", Gfp::AREA),
];

impl Default for Gfp {
    /// Like `GFP_KERNEL`: may reclaim and move.
    fn default() -> Gfp {
        Gfp::RECLAIM | Gfp::MOVE
    }
}

impl Serialize for Gfp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if !s.is_human_readable() {
            return s.serialize_u8(self.bits());
        }
        s.collect_seq(GFP.iter().filter(|(_, flag)| self.contains(*flag)).map(|(name, _)| name))
    }
}

impl<'de> Deserialize<'de> for Gfp {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if !d.is_human_readable() {
            return u8::deserialize(d).map(Gfp::from_bits_truncate);
        }
        let mut flags = Gfp::empty();
        for name in Vec::<String>::deserialize(d)? {
            let found = GFP.iter().find(|(known, _)| *known == name);
            let unknown = || serde::de::Error::custom(format!("`{name}`: use atomic, reclaim, move, vmalloc and area"));
            flags |= found.ok_or_else(unknown)?.1;
        }
        Ok(flags)
    }
}

/// Whether what is given may be moved later; Linux's migrate types.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mobility {
    #[default]
    Unmovable,
    Movable,
}

/// Every mobility with its name in scripts and recordings.
pub const MOBILITIES: [(&str, Mobility); 2] = [("unmovable", Mobility::Unmovable), ("movable", Mobility::Movable)];

/// A request for contiguous frames.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Number of frames wanted.
    pub pages: u32,
    /// The first frame's number, less `offset`, is a multiple of this. A power of two; 1: anywhere.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub align: u32,
    /// Less than `align`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: u32,
    /// The highest zone that will do; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<u8>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub gfp: Gfp,
    #[serde(default, skip_serializing_if = "is_default")]
    pub mobility: Mobility,
}

impl Request {
    /// `pages` frames, anywhere, with the defaults.
    #[inline]
    pub const fn of(pages: u32) -> Request {
        let gfp = Gfp::RECLAIM.union(Gfp::MOVE);
        Request { pages, align: 1, offset: 0, zone: None, gfp, mobility: Mobility::Unmovable }
    }

    /// One frame.
    pub const fn page(mobility: Mobility) -> Request {
        Request { mobility, ..Request::of(1) }
    }

    /// Whether any page that reclaim frees would do.
    pub fn is_any_page(&self) -> bool {
        let reclaims = self.gfp.contains(Gfp::RECLAIM) && !self.gfp.contains(Gfp::ATOMIC);
        self.pages == 1 && self.align == 1 && self.zone.is_none() && reclaims
    }

    /// Whether the request is for one frame, wherever it lies.
    #[inline]
    pub fn is_single(&self) -> bool {
        self.pages == 1 && self.align == 1
    }

    /// The highest zone that the request may be served from, of `zones`.
    #[inline]
    pub fn highest(&self, zones: usize) -> u8 {
        self.zone.unwrap_or(zones as u8 - 1)
    }

    /// Frames that the request has to leave free in a zone, of those that are kept free: an atomic one may take half
    /// of them, as on Linux.
    #[inline]
    pub fn reserve(&self, min_free: u32) -> u32 {
        if self.gfp.contains(Gfp::ATOMIC) { min_free - min_free / 2 } else { min_free }
    }

    /// The request aligned to large pages if `pages`, the frames that it is given, are `large` or more; else as it is.
    pub fn wished(&self, pages: u32, large: u32) -> Request {
        match pages >= large && self.offset == 0 {
            true => Request { align: self.align.max(large), ..*self },
            false => *self,
        }
    }

    /// Whether a run may start at `start`.
    #[inline]
    pub fn fits_at(&self, start: u32) -> bool {
        start & (self.align - 1) == self.offset
    }

    /// The first start at or above `from` that is aligned as wanted. `None`: beyond 32 bits.
    pub fn aligned_up(&self, from: u32) -> Option<u32> {
        let off = from.wrapping_sub(self.offset) & (self.align - 1);
        if off == 0 { Some(from) } else { from.checked_add(self.align - off) }
    }

    /// The last start at or below `from` that is aligned as wanted. `None`: below frame 0.
    pub fn aligned_down(&self, from: u32) -> Option<u32> {
        from.checked_sub(from.wrapping_sub(self.offset) & (self.align - 1))
    }
}

/// Why a request was not served.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(tag = "lack", rename_all = "snake_case")]
pub enum Lack {
    /// Fewer frames are free, or could be freed, than are wanted.
    Frames { free: u32 },
    /// Enough frames are free, not in one run: the largest is this long.
    Run { largest: u32 },
    /// What stands in the way cannot be moved: in the cheapest window this frame.
    Unmovable { window: FreeRun, at: crate::units::Pfn },
    /// The segment that is locked here would have to move: to be asked again. `waits` requests in a row have met it.
    Locked { at: crate::units::Pfn, waits: u32 },
    /// A segment is locked as in `Locked`, and it has been waited for too long: the mail's kernel panics.
    Panic { at: crate::units::Pfn, waits: u32 },
    /// The request forbids what would be needed: moving, reclaiming, or the disk (atomic).
    Forbidden { needed: Need },
}

/// What serving a request would have needed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Move,
    Reclaim,
    Disk,
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_goes_both_ways() {
        let request = Request { align: 8, offset: 3, ..Request::of(1) };
        assert_eq!(request.aligned_up(0), Some(3));
        assert_eq!(request.aligned_up(3), Some(3));
        assert_eq!(request.aligned_up(4), Some(11));
        assert_eq!(request.aligned_down(10), Some(3));
        assert_eq!(request.aligned_down(2), None);
        assert!(request.fits_at(19) && !request.fits_at(18));
        assert_eq!(request.aligned_up(u32::MAX), None);
    }
}
