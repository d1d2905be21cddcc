//! Victims of the policies that keep lists.

use crate::mm::Mm;
use crate::policy::Memory;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::trace::Trace;

/// What a policy asks of memory, with how many pages it looked at.
struct Asked<'a, T> {
    mm: &'a mut Mm,
    t: &'a mut T,
    below: Pfn,
    looked: u32,
}

impl<T: Trace> Memory for Asked<'_, T> {
    fn may_go(&mut self, pfn: Pfn) -> bool {
        self.looked += 1;
        pfn < self.below && self.mm.evictable(pfn)
    }

    fn was_used(&mut self, pfn: Pfn) -> bool {
        let used = self.mm.test_and_clear_accessed(pfn, self.t);
        if used {
            self.t.emit(|| Event::Scan { pfn, referenced: true, victim: false });
        }
        used
    }
}

/// The next victim, a frame below `below`, and how many pages were looked at. `None`: none may be evicted.
pub fn victim<T: Trace>(mm: &mut Mm, below: Pfn, t: &mut T) -> (Option<Pfn>, u32) {
    let mut looked = 0;
    loop {
        let chosen = mm.rank_victim(t, |mm, choose, t| {
            let mut asked = Asked { mm, t, below, looked };
            let chosen = choose(&mut asked);
            looked = asked.looked;
            chosen
        });
        let Some(pfn) = chosen else { return (None, looked) };
        // A locked VMA may map it, and then it stays: its frame is marked, so that it is not chosen again.
        mm.mark_locked(pfn, t);
        if mm.evictable(pfn) {
            t.emit(|| Event::Scan { pfn, referenced: false, victim: true });
            return (Some(pfn), looked);
        }
    }
}
