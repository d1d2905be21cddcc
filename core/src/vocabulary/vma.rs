//! A VMA: a range of pages of one address space with one protection and one backing; Linux's `vm_area_struct`.

use crate::units::{AnonVmaId, ObjectId, Pid, VmaId, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use serde::{Deserialize, Serialize};

bitflags::bitflags! {
    /// A VMA's flags beside its protection; two VMAs merge only when all are equal.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct VmaFlags: u32 {
        /// `VM_SHARED`: writes are seen by every process that maps it.
        const SHARED = 1;
        /// `VM_GROWSDOWN`: a stack.
        const GROWSDOWN = 2;
        /// `VM_NORESERVE`: not counted against memory.
        const NORESERVE = 4;
        /// `VM_ACCOUNT`: counted; set once a private mapping is writable, and stays.
        const ACCOUNT = 8;
        /// `VM_LOCKED`: its pages stay in memory.
        const LOCKED = 16;
        /// `VM_MERGEABLE`: equal pages in it may become one.
        const MERGEABLE = 32;
        /// `VM_PFNMAP`: a run is mapped here (`segment`); never split, merged or inherited.
        const RUN = 64;
        /// `VM_DONTCOPY`: not inherited by a fork's child.
        const DONTCOPY = 1 << 7;
        /// `VM_DONTDUMP`: left out of core dumps.
        const DONTDUMP = 1 << 8;
        /// `VM_HUGEPAGE`: large pages are welcome.
        const HUGEPAGE = 1 << 9;
        /// `VM_NOHUGEPAGE`: large pages are not welcome.
        const NOHUGEPAGE = 1 << 10;
        /// `VM_RAND_READ`: used in no order.
        const RAND_READ = 1 << 11;
        /// `VM_SEQ_READ`: used once, in order.
        const SEQ_READ = 1 << 12;
        /// `VM_WIPEONFORK`: empty in a fork's child.
        const WIPEONFORK = 1 << 13;
        /// `VM_LOCKONFAULT`, with `LOCKED`: pages are locked once they are there, and not faulted in for it.
        const LOCKONFAULT = 1 << 14;
        /// `VM_DROPPABLE`: pages are dropped, not swapped out.
        const DROPPABLE = 1 << 15;
        /// The flags that `mlock` and its kin set and clear.
        const LOCKED_MASK = Self::LOCKED.bits() | Self::LOCKONFAULT.bits();
    }
}

/// A VMA: pages `start..end`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Vma {
    pub id: VmaId,
    pub pid: Pid,
    pub start: Vpn,
    /// One past the last page.
    pub end: Vpn,
    pub prot: Prot,
    pub flags: VmaFlags,
    /// Offset of `start` in the object, or, for anonymous memory, the page number it was first mapped at; of a run, its
    /// first frame, as Linux has it for frames that are no pages.
    pub pgoff: u64,
    /// The file or shared memory; `None` for private anonymous memory.
    pub object: Option<ObjectId>,
    /// The anon_vma where its anonymous pages are entered; `None` until the first write fault.
    pub anon_vma: Option<AnonVmaId>,
    /// The anon_vma_chain: every anon_vma that may hold a page mapped here, its own among them, mostly the last.
    pub chain: Vec<AnonVmaId>,
}

impl Vma {
    /// Length in pages.
    pub fn pages(&self) -> u64 {
        self.end.0 - self.start.0
    }

    /// The pages it holds.
    #[inline]
    pub fn range(&self) -> Pages {
        Pages { start: self.start, end: self.end }
    }

    /// Whether the page lies in it.
    pub fn contains(&self, vpn: Vpn) -> bool {
        self.start <= vpn && vpn < self.end
    }

    /// The page offset of `vpn`: what a frame mapped there has as its `index`.
    pub fn index_of(&self, vpn: Vpn) -> u64 {
        vpn.0.wrapping_sub(self.start.0).wrapping_add(self.pgoff)
    }

    /// The page at which a frame with this `index` would be mapped; `None` if outside.
    pub fn vpn_of(&self, index: u64) -> Option<Vpn> {
        let at = index.checked_sub(self.pgoff)?;
        (at < self.pages()).then(|| self.start.plus(at))
    }

    /// Whether writes stay private to the process.
    pub fn is_private(&self) -> bool {
        !self.flags.contains(VmaFlags::SHARED)
    }

    /// The part of the VMA that a fault needs.
    #[inline]
    pub fn cover(&self) -> Cover {
        Cover {
            pid: self.pid,
            start: self.start,
            pgoff: self.pgoff,
            prot: self.prot,
            flags: self.flags,
            object: self.object,
            anon_vma: self.anon_vma,
        }
    }
}

/// The part of a VMA that a fault needs, copied out once so that it is not looked up again at every turn.
#[derive(Clone, Copy, Debug)]
pub struct Cover {
    pub pid: Pid,
    pub start: Vpn,
    pub pgoff: u64,
    pub prot: Prot,
    pub flags: VmaFlags,
    pub object: Option<ObjectId>,
    pub anon_vma: Option<AnonVmaId>,
}

impl Cover {
    /// The page offset of `vpn`: what a frame mapped there has as its `index`.
    pub fn index_of(&self, vpn: Vpn) -> u64 {
        vpn.0.wrapping_sub(self.start.0).wrapping_add(self.pgoff)
    }

    /// Whether writes stay private to the process.
    pub fn is_private(&self) -> bool {
        !self.flags.contains(VmaFlags::SHARED)
    }
}
