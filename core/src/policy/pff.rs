//! Page-fault frequency: a process that faults often gets a frame more; one whose fault comes later than a window after
//! its last gives up all pages that it has not used in between.
//!
//! ```text
//! fault       fault                     fault
//!   | 2 < window |       9 > window       |   pages whose accessed bit is clear go
//!     keeps all; the bits of all are cleared at each fault
//! ```
//! Source: Chu and Opderbeck 1972.

use super::desk::{Desk, page};
use super::{Memory, Replacement};
use crate::units::Pfn;
use crate::vocabulary::rank::PageName;

/// Page-fault frequency. A process's time is counted from its last fault on.
pub struct Pff;

impl Replacement for Pff {
    fn faulted(&self, desk: &mut Desk, memory: &mut dyn Memory, name: PageName) -> Vec<Pfn> {
        let late = desk.time(name.0) > desk.settings.window;
        desk.set_time(name.0, 0);
        let mine: Vec<Pfn> = desk.ranks().list(0).filter_map(page).filter(|pfn| desk.is_of(*pfn, name.0)).collect();
        mine.into_iter().filter(|pfn| !memory.was_used(*pfn) && late).collect()
    }

    /// Memory is full: a page that was not used since its process's last fault, else the oldest.
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let may_go: Vec<Pfn> = desk.ranks().list(0).filter_map(page).filter(|pfn| memory.may_go(*pfn)).collect();
        let unused = may_go.iter().copied().find(|pfn| !memory.is_used(*pfn));
        unused.or(may_go.first().copied())
    }
}
