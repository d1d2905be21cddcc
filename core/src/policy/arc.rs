//! ARC: two lists by last use, of pages used once and of pages used again, and the ghosts of both. A ghost that comes
//! back says which of the two lists should have been longer.
//!
//! ```text
//!  ghosts B1 | T1 used once   ||  T2 used again | ghosts B2        T1 + T2: memory; all four: twice memory at most
//!            |<-- target p -->|
//!  B1 returns: p grows; B2 returns: p shrinks; both by at least 1, more if the other ghosts are more
//! ```
//! Source: Megiddo and Modha, FAST 2003.

use super::desk::Desk;
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Ranked};

const T1: u8 = 0;
const T2: u8 = 1;
const B1: u8 = 2;
const B2: u8 = 3;
/// The value that holds the target p, in pages, as the bits of a float: it moves by parts of a page.
const TARGET: u8 = 0;
/// The value that says where the page that is asked for was a ghost: 1 in B1, 2 in B2, 0 nowhere.
const RETURNS: u8 = 1;

/// ARC.
pub struct Arc;

fn target(desk: &Desk) -> f64 {
    f64::from_bits(desk.ranks().value(TARGET))
}

impl Replacement for Arc {
    fn missed(&self, desk: &mut Desk, name: PageName) {
        let (b1, b2) = (desk.len(B1) as f64, desk.len(B2) as f64);
        let returns = match desk.take_ghost(name).map(|rank| rank.list) {
            None => 0,
            Some(B1) => {
                let larger = (target(desk) + (b2 / b1).max(1.0)).min(desk.frames as f64);
                desk.set_value(TARGET, larger.to_bits());
                1
            }
            Some(_) => {
                let smaller = (target(desk) - (b1 / b2).max(1.0)).max(0.0);
                desk.set_value(TARGET, smaller.to_bits());
                2
            }
        };
        desk.set_value(RETURNS, returns);
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        if desk.ranks().value(RETURNS) > 0 {
            desk.set_value(RETURNS, 0);
            desk.append(Ranked::Page(pfn), T2, 0);
        }
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), T2, 0);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let (once, target) = (desk.len(T1) as f64, target(desk));
        let from_once = once > 0.0 && (once > target || (desk.ranks().value(RETURNS) == 2 && once == target));
        let lists = if from_once { [T1, T2] } else { [T2, T1] };
        lists.into_iter().find_map(|list| first(desk, list, memory))
    }

    fn evicted(&self, desk: &mut Desk, pfn: Pfn) {
        let (once, all) = (desk.len(T1), desk.frames);
        let list = desk.rank(pfn).list;
        if desk.ranks().value(RETURNS) == 0 && once + desk.len(B1) >= all {
            if once >= all && list == T1 {
                return desk.set(Ranked::Page(pfn), None);
            }
            desk.forget(B1, all.saturating_sub(once + 1));
        } else if desk.ranks().value(RETURNS) == 0 && once + desk.len(T2) + desk.len(B1) + desk.len(B2) >= 2 * all {
            desk.forget(B2, desk.len(B2).saturating_sub(1));
        }
        desk.remember(pfn, if list == T1 { B1 } else { B2 }, all);
    }
}
