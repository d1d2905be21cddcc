//! Look-ups of areas that are counted: what the machine's structure of areas reads for each.

use crate::mm::Mm;
use crate::units::{Pid, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Counts a look-up of the area that holds a page.
    pub(crate) fn count_area_look(&self, pid: Pid, vpn: Vpn, t: &mut impl Trace) {
        if let Some(areas) = self.areas(pid) {
            let (found, looked) = areas.find(vpn);
            debug_assert_eq!(found, self.space(pid).find(vpn).map(|vma| vma.range()), "the index is as the VMAs are");
            t.emit(|| Event::AreaLook { pid, vpn, looked, room: false });
        }
    }

    /// Counts a search for room for so many pages.
    pub(crate) fn count_room_look(&self, pid: Pid, pages: u64, t: &mut impl Trace) {
        if let Some(areas) = self.areas(pid) {
            let looked = areas.looked_for_room(pages);
            t.emit(|| Event::AreaLook { pid, vpn: Vpn(0), looked, room: true });
        }
    }
}
