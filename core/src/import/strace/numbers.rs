//! How a log's numbers are to be read: the size of its pages, the reach of its addresses, the unit of its offsets.

use crate::hw::geometry::GeometryKind;

/// The machine's pages, and the smallest that Linux has.
pub const PAGE: u64 = 4096;

/// How a log's numbers are to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    /// Page size in bytes of the machine that the log is of.
    pub page: u64,
    /// The machine that holds the log's addresses.
    pub geometry: GeometryKind,
    /// `mmap2` has its offset in pages of 4096 bytes, as strace printed it before version 4.7, and not in bytes.
    pub offsets_in_pages: bool,
}

impl Numbers {
    /// The assumption before anything is known: pages of 4096 bytes, addresses of 47 bits.
    pub const UNKNOWN: Numbers = Numbers { page: PAGE, geometry: GeometryKind::X86_64, offsets_in_pages: false };

    /// One past the last page of user space.
    pub fn user_pages(&self) -> u64 {
        self.geometry.geometry().user_pages
    }
}
