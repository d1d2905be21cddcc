//! `mincore`: which pages of a range are in memory; Linux's `mm/mincore.c`. Changes nothing. Held against Linux 6.18.
//!
//! Where a page table has an entry, that says it. Where it has none, the page cache does, also for a private mapping of
//! a file. Linux shows a file's cache only to its owner and to writers; here every process owns every file.

use super::{CallError, CallResult, range};
use crate::hw::pte::Pte;
use crate::os::machine::Machine;
use crate::units::{SwapSlot, Vpn};
use crate::vocabulary::command::Mincore;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// A byte for each page: 1 if it is in memory, else 0. ENOMEM at a hole.
    pub(crate) fn mincore(&self, args: &Mincore) -> CallResult {
        let range = range(self.mm.geometry(), args.addr, args.pages, Errno::ENOMEM)?;
        let pages = range.iter().map(|vpn| {
            let vma = self.mm.space(args.pid).find(vpn).ok_or(Errno::ENOMEM)?;
            Ok(u8::from(self.in_memory(vma, vpn)))
        });
        Ok(Reply::Bytes(pages.collect::<Result<_, CallError>>()?))
    }

    fn in_memory(&self, vma: &Vma, vpn: Vpn) -> bool {
        // Linux does not walk what a driver has mapped.
        if vma.flags.contains(VmaFlags::RUN) {
            return false;
        }
        match self.mm.pte(vma.pid, vpn) {
            Pte::Mapped { .. } => true,
            Pte::Swapped { slot } => self.in_swap_cache(slot),
            Pte::Empty => {
                let object = vma.object.map(|id| self.mm.object(id));
                match object.and_then(|object| object.pages.get(&vma.index_of(vpn))) {
                    Some(ObjectPage::Frame(_)) => true,
                    Some(ObjectPage::Slot(slot)) => self.in_swap_cache(*slot),
                    None => false,
                }
            }
        }
    }

    fn in_swap_cache(&self, slot: SwapSlot) -> bool {
        self.mm.disk().slot(slot).cached.is_some()
    }
}
