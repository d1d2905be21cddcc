//! A process, as events carry it and the view shows it.

use crate::units::{Pfn, Pid, VirtAddr};
use crate::vocabulary::vma::VmaFlags;
use serde::Serialize;

/// The kernel's own address space, which `vmalloc` maps into. It gives no commands, and memory that runs out does not
/// end it.
pub const KERNEL: Pid = Pid(0);

/// A process, as the view sees it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct ProcessInfo {
    pub pid: Pid,
    pub parent: Option<Pid>,
    pub name: String,
    /// The root page table.
    pub root: Pfn,
    /// The heap: pages from its start to the break.
    pub brk_start: VirtAddr,
    pub brk: VirtAddr,
    /// Flags that every new mapping gets: what `mlockall` asked for the future; Linux's `mm->def_flags`.
    #[serde(skip_serializing_if = "VmaFlags::is_empty")]
    pub def_flags: VmaFlags,
}
