//! 2Q: new pages stand in a queue; a page that comes back after it fell out of it is one that is needed, and stands in
//! a list by last use.
//!
//! ```text
//! new ----> A1in, a quarter of memory ----> A1out, ghosts, as many as half of memory
//!             by arrival                      | comes back
//!           Am, by last use  <----------------+
//! ```
//! Source: Johnson and Shasha, VLDB 1994 (the full version, with the sizes they recommend).

use super::desk::Desk;
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Ranked};

const A1IN: u8 = 0;
const AM: u8 = 1;
const A1OUT: u8 = 2;
/// The value that says whether the page that is asked for was a ghost.
const RETURNS: u8 = 0;

/// 2Q.
pub struct TwoQ;

impl Replacement for TwoQ {
    fn missed(&self, desk: &mut Desk, name: PageName) {
        desk.note_return(RETURNS, name);
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        if desk.take_return(RETURNS) {
            desk.append(Ranked::Page(pfn), AM, 0);
        }
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        if desk.rank(pfn).list == AM {
            desk.append(Ranked::Page(pfn), AM, 0);
        }
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let from_in = desk.len(A1IN) > desk.frames / 4 || desk.len(AM) == 0;
        let lists = if from_in { [A1IN, AM] } else { [AM, A1IN] };
        lists.into_iter().find_map(|list| first(desk, list, memory))
    }

    fn evicted(&self, desk: &mut Desk, pfn: Pfn) {
        match desk.rank(pfn).list {
            A1IN => desk.remember(pfn, A1OUT, desk.frames / 2),
            _ => desk.set(Ranked::Page(pfn), None),
        }
    }
}
