//! Linux since 2.6.28, as of 5.9: anonymous pages and those of files each have an inactive list, on which pages come in
//! and from whose end they go, and an active one.
//!
//! ```text
//!             used, as the end of the list is looked at       anonymous: once; of a file: twice
//!          ┌────────────────────────────────────────────┐
//!  in ─> inactive ──not used──> goes, leaves a ghost    v
//!          ^                                          active
//!          └─────────while inactive is shorter──────────┘
//!
//!  ghost: the clock E at which the page went. Back at R: if R - E is at most the pages that are active (of both kinds)
//!         or inactive of the other kind, it would have stayed in a larger inactive list: it comes in as active
//! ```
//! That clock counts pages that went from inactive lists and those that became active. From which kind a page is taken
//! follows what each kind costs: pages that came back soon, against `swappiness`. Not here: `VM_EXEC` pages that stay
//! active once, cgroups, and the share of active pages by the root of memory's size, which is 1 below a gigabyte.
//! Sources: van Riel 2008; Weiner 2012 to 2014 and 2020 (`mm/workingset.c`); Kim 2020 (anonymous pages start inactive).

use super::desk::{Desk, page};
use super::{Memory, Replacement};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Ranked};

/// An inactive list; the active one of its kind comes next.
const ANON: u8 = 0;
const FILE: u8 = 2;
const GHOSTS: u8 = 4;

/// The value of the clock that refault distances are measured with.
pub const AGE: u8 = 0;
/// What came back soon, of anonymous pages; and, in the next, of files.
const COST: u8 = 1;
/// Whether the page that is asked for comes in as active: 1; 2 if it was active before.
pub const RETURNS: u8 = 5;
/// Pages looked at, of anonymous ones and (next) of files.
const LOOKED: u8 = 6;

/// Of a page's number: it was found used once. Of a ghost's, the lowest bit is the same as of a page's `ACTIVE_BEFORE`.
const REFERENCED: u64 = 1;
/// It was active before.
const ACTIVE_BEFORE: u64 = 2;

/// Linux's four lists.
pub struct SplitLru;

impl Replacement for SplitLru {
    /// What it holds is known when it is first used.
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), FILE, 0);
    }

    fn missed(&self, desk: &mut Desk, name: PageName) {
        desk.set_value(RETURNS, 0);
        let Some(ghost) = desk.take_ghost(name) else { return };
        let (went, was_active, anon) = (ghost.number >> 2, ghost.number >> 1 & 1, ghost.number & 1 == 1);
        let distance = desk.ranks().value(AGE) - went;
        let other = desk.len(if anon { FILE } else { ANON });
        if distance <= desk.len(ANON + 1) + desk.len(FILE + 1) + other {
            desk.set_value(RETURNS, 1 + was_active);
        }
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, anon: bool) {
        let inactive = if anon { ANON } else { FILE };
        let returns = desk.ranks().value(RETURNS);
        desk.set_value(RETURNS, 0);
        if returns == 0 {
            return desk.append(Ranked::Page(pfn), inactive, 0);
        }
        desk.append(Ranked::Page(pfn), inactive + 1, if returns == 2 { ACTIVE_BEFORE } else { 0 });
        desk.set_value(AGE, desk.ranks().value(AGE) + 1);
        if returns == 2 {
            add_cost(desk, anon);
        }
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        // Each look takes a page's bit or its mark: after three rounds none is left.
        let most = 4 * (desk.len(ANON) + desk.len(ANON + 1) + desk.len(FILE) + desk.len(FILE + 1)) + 4;
        for _ in 0..most {
            deactivate(desk, memory);
            let kind = kind_to_look_at(desk, memory)?;
            if let Some(pfn) = look(desk, memory, kind) {
                return Some(pfn);
            }
        }
        None
    }

    fn evicted(&self, desk: &mut Desk, pfn: Pfn) {
        let rank = desk.rank(pfn);
        let anon = u64::from(rank.list < FILE);
        let age = desk.ranks().value(AGE);
        desk.set_value(AGE, age + 1);
        let number = age << 2 | u64::from(rank.number & ACTIVE_BEFORE > 0) << 1 | anon;
        desk.remember_with(pfn, GHOSTS, desk.frames, number);
    }
}

/// Keeps each inactive list as long as its active one, by what has been active longest.
fn deactivate(desk: &mut Desk, memory: &mut dyn Memory) {
    for inactive in [ANON, FILE] {
        while desk.len(inactive) < desk.len(inactive + 1) {
            let Some(pfn) = desk.oldest(inactive + 1) else { break };
            // Its bits are cleared, so that it has to be used again to be active again.
            memory.was_used(pfn);
            desk.append(Ranked::Page(pfn), inactive, ACTIVE_BEFORE);
        }
    }
}

/// The inactive list of the kind to be looked at. `None`: no page may go.
fn kind_to_look_at(desk: &mut Desk, memory: &mut dyn Memory) -> Option<u8> {
    let mut some = |list: u8| desk.ranks().list(list).filter_map(page).any(|pfn| memory.may_go(pfn));
    let kind = match (some(ANON), some(FILE)) {
        (false, false) => return deactivate_one(desk, memory),
        (true, false) => ANON,
        (false, true) => FILE,
        (true, true) => cheaper(desk),
    };
    let value = LOOKED + kind / 2;
    desk.set_value(value, desk.ranks().value(value) + 1);
    Some(kind)
}

/// No inactive page may go: one that is active and may becomes inactive.
fn deactivate_one(desk: &mut Desk, memory: &mut dyn Memory) -> Option<u8> {
    for inactive in [FILE, ANON] {
        if let Some(pfn) = super::first(desk, inactive + 1, memory) {
            memory.was_used(pfn);
            desk.append(Ranked::Page(pfn), inactive, ACTIVE_BEFORE);
            return Some(inactive);
        }
    }
    None
}

/// The kind that was looked at less than its share.
fn cheaper(desk: &Desk) -> u8 {
    let ranks = desk.ranks();
    let (anon, file) = (ranks.value(COST), ranks.value(COST + 1));
    let total = anon + file + 1;
    let swappiness = desk.settings.swappiness;
    let shares = (swappiness * total / (anon + 1), (200 - swappiness) * total / (file + 1));
    // Looks so far in proportion to the shares, without a division.
    if ranks.value(LOOKED) * shares.1 < ranks.value(LOOKED + 1) * shares.0 { ANON } else { FILE }
}

fn add_cost(desk: &mut Desk, anon: bool) {
    let value = COST + u8::from(!anon);
    desk.set_value(value, desk.ranks().value(value) + 1);
    // Costs of long ago weigh less.
    if desk.ranks().value(COST) + desk.ranks().value(COST + 1) > desk.frames / 4 {
        for value in [COST, COST + 1] {
            desk.set_value(value, desk.ranks().value(value) / 2);
        }
    }
}

/// Looks at the end of an inactive list. The page that goes, unless it was used.
fn look(desk: &mut Desk, memory: &mut dyn Memory, inactive: u8) -> Option<Pfn> {
    let pfn = super::first(desk, inactive, memory)?;
    let used = memory.was_used(pfn);
    if !memory.may_go(pfn) {
        return None;
    }
    if !used {
        return Some(pfn);
    }
    let number = desk.rank(pfn).number;
    if inactive == ANON || number & REFERENCED > 0 || memory.mapcount(pfn) > 1 {
        desk.append(Ranked::Page(pfn), inactive + 1, number & ACTIVE_BEFORE);
        desk.set_value(AGE, desk.ranks().value(AGE) + 1);
    } else {
        desk.append(Ranked::Page(pfn), inactive, number | REFERENCED);
    }
    None
}
