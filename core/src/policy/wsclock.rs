//! WSClock: a clock that knows of each page when the hand last found it used, in references of its process. A page that
//! was not used for a window is no part of the working set and goes, if it is clean; a dirty one of a file is written
//! and goes the next time round.
//!
//! ```text
//! hand at a page   accessed                   bit cleared, "used now"         spared
//!                  used within the window                                     spared
//!                  older, dirty               written to its file             spared this time
//!                  older, clean                                               goes
//! ```
//! If no page is old and clean after a round, a second one is made in which what was written may go; then any clean
//! page goes, then any. An anonymous page has no file to be written to: it is written when it goes. Source: Carr and
//! Hennessy 1981.

use super::desk::Desk;
use super::{Memory, Replacement, pages};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// WSClock.
pub struct Wsclock;

impl Replacement for Wsclock {
    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        desk.count(pfn, desk.time_of(pfn));
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let (mut clean, mut any) = (None, None);
        for _ in 0..2 {
            for pfn in pages(desk, 0) {
                if !memory.may_go(pfn) {
                    continue;
                }
                let (now, last, used) = (desk.time_of(pfn), desk.rank(pfn).number, memory.was_used(pfn));
                // The look may have found that it is locked.
                if !memory.may_go(pfn) {
                    continue;
                }
                let dirty = memory.is_dirty(pfn);
                // A page whose process has ended is in nobody's working set.
                let old = !used && now.checked_sub(last).is_none_or(|age| age > desk.settings.window);
                if old && !dirty {
                    return Some(pfn);
                }
                if old {
                    memory.write(pfn);
                }
                any = any.or(Some(pfn));
                clean = clean.or(Some(pfn).filter(|_| !dirty && !used));
                desk.append(Ranked::Page(pfn), 0, if used { now } else { last });
            }
        }
        clean.or(any)
    }
}
