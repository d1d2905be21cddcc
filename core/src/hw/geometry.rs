//! Page-table geometries: how many levels, how many bits each, how wide an entry.
//!
//! ```text
//! x86-64, four levels                       classroom, two levels
//!  47      39 38      30 29      21 20      12 11          0      14   10 9     5 4      0
//! +----------+----------+----------+----------+-------------+    +-------+-------+--------+
//! | PGD (9)  | PUD (9)  | PMD (9)  | PTE (9)  | offset (12) |    | PDE(5)| PTE(5)|offset 5|
//! +----------+----------+----------+----------+-------------+    +-------+-------+--------+
//! x86-32, two levels, entries of four bytes     an entry above the PTEs may map a large page itself:
//!  31       22 21       12 11          0        2 MiB in a PMD of x86-64, 4 MiB in a PDE of x86-32
//! +-----------+-----------+-------------+
//! | PDE (10)  | PTE (10)  | offset (12) |
//! +-----------+-----------+-------------+
//! RISC-V Sv39, three levels                 linear, one table
//!  38      30 29      21 20      12 11          0     21       12 11          0
//! +----------+----------+----------+-------------+   +-----------+-------------+    Sv39: 2 MiB in a PMD
//! | PGD (9)  | PMD (9)  | PTE (9)  | offset (12) |   | PTE (10)  | offset (12) |
//! +----------+----------+----------+-------------+   +-----------+-------------+
//! ```
//! With five levels (LA57) a P4D of 9 bits, 39 to 47, stands between PGD (48 to 56) and PUD; user space is 56 bits.
//!
//! Sources: Intel SDM vol. 3 ch. 5 (4-level and 5-level paging, 32-bit paging); Linux
//! `arch/x86/x86_64/5level-paging.rst`; OSTEP ch. 20 homework (32-byte pages, 128 frames, 5/5/5). x86-32 is Linux
//! without PAE: user space of 3 GiB, the mapping area 128 MiB below its end (`mmap_base` in `arch/x86/mm/mmap.c`), a
//! heap after a small program linked to 0x08048000.

use crate::units::{VirtAddr, Vpn};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// The geometries by name.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum GeometryKind {
    #[default]
    #[serde(rename = "x86-64")]
    X86_64,
    #[serde(rename = "x86-64-la57")]
    X86_64La57,
    #[serde(rename = "x86-32")]
    X86_32,
    /// RISC-V of three levels.
    Sv39,
    /// One flat table.
    Linear,
    Classroom,
}

/// A geometry's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    pub kind: GeometryKind,
    /// log2 of the page size in bytes.
    pub page_shift: u32,
    /// Levels of the tree; level `levels - 1` is the root, level 0 holds the PTEs.
    pub levels: u8,
    /// Index bits of each level.
    pub bits: u32,
    /// log2 of the bytes of an entry.
    pub entry_shift: u32,
    /// Bytes of tag memory per frame: room for the flags that a one-byte PTE cannot hold (see `pte`).
    pub tag_bytes: usize,
    /// Pages of user address space.
    pub user_pages: u64,
    /// Pages of user address space that a mapping gets which asks for no higher address; Linux's `DEFAULT_MAP_WINDOW`.
    pub map_window: u64,
    /// Where `mmap` starts looking, downwards: the first page above the mapping area.
    pub mmap_top: Vpn,
    /// Where a heap starts unless `exec` says.
    pub brk_start: Vpn,
    /// Pages kept free below a growing stack.
    pub guard_gap: u64,
    /// At most this many pages belong to one stack.
    pub stack_limit: u64,
}

const X86_64: Geometry = Geometry {
    kind: GeometryKind::X86_64,
    page_shift: 12,
    levels: 4,
    bits: 9,
    entry_shift: 3,
    tag_bytes: 0,
    // 128 TiB less one page, as TASK_SIZE_MAX.
    user_pages: (1 << 35) - 1,
    map_window: (1 << 35) - 1,
    mmap_top: Vpn(0x7_ffff_7fff),
    brk_start: Vpn(0x5_5555_5559),
    guard_gap: 256,
    stack_limit: 2048,
};

/// Five levels. User space is 64 PiB; what asks for no higher address stays in the 128 TiB of four levels, as on Linux
/// (`DEFAULT_MAP_WINDOW`).
const X86_64_LA57: Geometry =
    Geometry { kind: GeometryKind::X86_64La57, levels: 5, user_pages: (1 << 44) - 1, ..X86_64 };

const X86_32: Geometry = Geometry {
    kind: GeometryKind::X86_32,
    page_shift: 12,
    levels: 2,
    bits: 10,
    entry_shift: 2,
    tag_bytes: 0,
    // TASK_SIZE: 3 GiB.
    user_pages: 0xc_0000,
    map_window: 0xc_0000,
    mmap_top: Vpn(0xb_8000),
    brk_start: Vpn(0x804b),
    guard_gap: 256,
    stack_limit: 2048,
};

/// RISC-V's Sv39. User space is the lower half, 256 GiB; places as Linux has them (`arch/riscv/include/asm/
/// processor.h`): the mapping area 128 MiB below its end, a heap after a program at two thirds.
const SV39: Geometry = Geometry {
    kind: GeometryKind::Sv39,
    page_shift: 12,
    levels: 3,
    bits: 9,
    entry_shift: 3,
    tag_bytes: 0,
    user_pages: 1 << 26,
    map_window: 1 << 26,
    mmap_top: Vpn(0x3ff_8000),
    brk_start: Vpn(0x2aa_aaaf),
    guard_gap: 256,
    stack_limit: 2048,
};

/// A table that is an array: OSTEP ch. 18, whose homework has pages of 4 KiB and entries of 32 bits, the uppermost bit
/// for valid. The table is one frame, so the address space is what it can map: 4 MiB.
const LINEAR: Geometry = Geometry {
    kind: GeometryKind::Linear,
    page_shift: 12,
    levels: 1,
    bits: 10,
    entry_shift: 2,
    tag_bytes: 1024,
    user_pages: 1 << 10,
    map_window: 1 << 10,
    mmap_top: Vpn(960),
    brk_start: Vpn(64),
    guard_gap: 1,
    stack_limit: 64,
};

const CLASSROOM: Geometry = Geometry {
    kind: GeometryKind::Classroom,
    page_shift: 5,
    levels: 2,
    bits: 5,
    entry_shift: 0,
    tag_bytes: 32,
    user_pages: 1 << 10,
    map_window: 1 << 10,
    mmap_top: Vpn(960),
    brk_start: Vpn(64),
    guard_gap: 1,
    stack_limit: 64,
};

impl GeometryKind {
    /// The numbers of the geometry of this name.
    #[inline]
    pub fn geometry(self) -> &'static Geometry {
        match self {
            GeometryKind::X86_64 => &X86_64,
            GeometryKind::X86_64La57 => &X86_64_LA57,
            GeometryKind::X86_32 => &X86_32,
            GeometryKind::Sv39 => &SV39,
            GeometryKind::Linear => &LINEAR,
            GeometryKind::Classroom => &CLASSROOM,
        }
    }
}

impl Geometry {
    /// Number of bytes of a page.
    #[inline]
    pub fn page_size(&self) -> u64 {
        1 << self.page_shift
    }

    /// Number of bytes of a pointer in a program: as many as an address needs, a power of two.
    #[inline]
    pub fn word(&self) -> u64 {
        if self.user_pages << self.page_shift > 1 << 32 { 8 } else { 4 }
    }

    /// Number of entries of a table.
    #[inline]
    pub fn entries(&self) -> u64 {
        1 << self.bits
    }

    /// Number of pages that one entry at `level` covers: 1 at level 0.
    #[inline]
    pub fn span(&self, level: u8) -> u64 {
        1 << (self.bits * u32::from(level))
    }

    /// Number of pages of a large page: what one entry just above the PTEs maps. `None`: the geometry has none.
    #[inline]
    pub fn large_pages(&self) -> Option<u32> {
        match self.kind {
            GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 | GeometryKind::Sv39 => {
                Some(1 << self.bits)
            }
            GeometryKind::Linear | GeometryKind::Classroom => None,
        }
    }

    /// Pages that reference strings may name by numbers, and the first page of them: so low that its address is short,
    /// and so high that it is the first of its table.
    pub fn numbered_pages(&self) -> u64 {
        (1 << 16).min(self.user_pages.next_power_of_two() / 4)
    }

    /// The index of `vpn` into a table at `level`.
    #[inline]
    pub fn index(&self, vpn: Vpn, level: u8) -> u16 {
        ((vpn.0 >> (self.bits * u32::from(level))) & (self.entries() - 1)) as u16
    }

    /// The page that holds `addr`.
    #[inline]
    pub fn vpn(&self, addr: VirtAddr) -> Vpn {
        Vpn(addr.0 >> self.page_shift)
    }

    /// The first byte of `vpn`.
    #[inline]
    pub fn addr(&self, vpn: Vpn) -> VirtAddr {
        VirtAddr(vpn.0 << self.page_shift)
    }

    /// The byte within its page.
    #[inline]
    pub fn offset(&self, addr: VirtAddr) -> u64 {
        addr.0 & (self.page_size() - 1)
    }

    /// Whether `addr` is at a page's start.
    #[inline]
    pub fn aligned(&self, addr: VirtAddr) -> bool {
        self.offset(addr) == 0
    }

    /// The most frames a PTE of this geometry can name.
    pub fn max_frames(&self) -> u32 {
        match self.kind {
            GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::Sv39 => u32::MAX,
            GeometryKind::X86_32 => 1 << 20,
            GeometryKind::Linear => 1 << 31,
            GeometryKind::Classroom => 128,
        }
    }

    /// The most frames an entry can name if the kernel's own are apart: in the classroom as many again, by a tag bit.
    pub fn max_named(&self) -> u32 {
        match self.kind {
            GeometryKind::X86_64
            | GeometryKind::X86_64La57
            | GeometryKind::X86_32
            | GeometryKind::Sv39
            | GeometryKind::Linear => self.max_frames(),
            GeometryKind::Classroom => 2 * self.max_frames(),
        }
    }

    /// The most swap slots a non-present PTE can name.
    pub fn max_slots(&self) -> u32 {
        match self.kind {
            GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::Sv39 => u32::MAX,
            GeometryKind::Linear => 1 << 31,
            // 23 bits of offset, the first of which is the swap area's header.
            GeometryKind::X86_32 => (1 << 23) - 1,
            GeometryKind::Classroom => 128,
        }
    }

    /// The usual names of the levels, root first.
    pub fn level_name(&self, level: u8) -> &'static str {
        match (self.levels, level) {
            (3, 2) | (4, 3) | (5, 4) => "PGD",
            (5, 3) => "P4D",
            (4 | 5, 2) => "PUD",
            (3..=5, 1) => "PMD",
            (2, 1) => "PDE",
            _ => "PTE",
        }
    }
}
