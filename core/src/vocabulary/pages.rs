//! A range of pages of one address space.

use crate::hw::geometry::Geometry;
use crate::units::Vpn;

/// Pages `start..end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pages {
    pub start: Vpn,
    /// One past the last page.
    pub end: Vpn,
}

impl Pages {
    /// Pages `start..end`.
    #[inline]
    pub fn new(start: Vpn, end: Vpn) -> Pages {
        Pages { start, end }
    }

    /// `len` pages from `start`.
    #[inline]
    pub fn at(start: Vpn, len: u64) -> Pages {
        Pages { start, end: start.plus(len) }
    }

    /// All of user space.
    pub fn all(geometry: &Geometry) -> Pages {
        Pages { start: Vpn(0), end: Vpn(geometry.user_pages) }
    }

    /// Number of pages in the range.
    pub fn len(self) -> u64 {
        self.end.0.saturating_sub(self.start.0)
    }

    /// Whether the range has no pages.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Whether a page is among them.
    #[inline]
    pub fn contains(self, vpn: Vpn) -> bool {
        self.start <= vpn && vpn < self.end
    }

    /// Whether all pages of `other` are among them.
    pub fn covers(self, other: Pages) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The pages that are in both; empty if there are none.
    #[must_use]
    pub fn intersect(self, other: Pages) -> Pages {
        Pages { start: self.start.max(other.start), end: self.end.min(other.end) }
    }

    /// Every page, lowest first.
    pub fn iter(self) -> impl Iterator<Item = Vpn> {
        (self.start.0..self.end.0).map(Vpn)
    }
}
