//! Linux 2.1.89, of March 1998: pages are swapped out one by one, as a scan of the processes' tables meets them. There
//! is no way from a frame to its PTEs, so a frame that several processes map is free only once the scan has met the
//! last.
//!
//! ```text
//! 1. a page of a file that nobody maps any more goes first
//! 2. the process with the largest share left; when all have none, each gets as much as it is large
//! 3. its tables, from where the last look ended:
//!      PTE accessed       bit cleared, the page's age + 3 (20 at most)
//!      else               age - 1; at 0 this PTE lets go of the page, and this look ends
//!      the last page      the process's share is used up, the next look begins at its first page
//! ```
//! A page starts at age 3. The share is the number of pages in memory divided by 32, at least 4; each look takes one
//! from it. Eight looks a process are made, then twice as many, up to the seventh time; then none is found.

use super::desk::{Desk, page};
use super::{Memory, Replacement, Scanned};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::rank::Ranked;

/// Age of a page that comes in.
const START: u64 = 3;
/// What a use adds, and the most.
const ADVANCE: u64 = 3;
const MOST: u64 = 20;
/// Times that a scan is made with more looks, Linux's priorities 6 to 0.
const PRIORITIES: u32 = 7;

/// The scan of 1998.
pub struct VirtualScan;

impl Replacement for VirtualScan {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), 0, START);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        for priority in (0..PRIORITIES).rev() {
            if let Some(pfn) = unmapped(desk, memory) {
                return Some(pfn);
            }
            for _ in 0..=(8 * memory.tasks().len()) >> priority {
                let Some(pid) = largest(desk, memory, share) else { break };
                desk.set_task(pid, desk.time(pid) - 1, desk.cursor(pid));
                if let Some(pfn) = look(desk, memory, pid, |desk, scanned| ages(desk, scanned) == 0) {
                    return Some(pfn);
                }
            }
        }
        None
    }
}

/// A process's share of the scan, by its pages in memory.
fn share(pages: u64) -> u64 {
    (pages / 32).max(4)
}

/// A page that nobody maps, longest in memory first.
pub(super) fn unmapped(desk: &Desk, memory: &mut dyn Memory) -> Option<Pfn> {
    desk.ranks().list(0).filter_map(page).find(|pfn| memory.mapcount(*pfn) == 0 && memory.may_go(*pfn))
}

/// The process with the most of its share left; if none has any, all get one anew. `None`: no process has pages.
pub(super) fn largest(desk: &mut Desk, memory: &mut dyn Memory, share: fn(u64) -> u64) -> Option<Pid> {
    let tasks: Vec<(Pid, u64)> = memory.tasks().into_iter().filter(|(_, pages)| *pages > 0).collect();
    if tasks.iter().all(|(pid, _)| desk.time(*pid) == 0) {
        for (pid, pages) in &tasks {
            desk.set_task(*pid, share(*pages), desk.cursor(*pid));
        }
    }
    // Of equals the oldest process.
    tasks.into_iter().map(|(pid, _)| pid).max_by_key(|pid| (desk.time(*pid), std::cmp::Reverse(*pid)))
}

/// A look at a process's tables: up to the first page that `lets_go`. The frame, if no PTE maps it any more.
pub(super) fn look(
    desk: &mut Desk,
    memory: &mut dyn Memory,
    pid: Pid,
    lets_go: impl Fn(&mut Desk, &Scanned) -> bool,
) -> Option<Pfn> {
    let mut from = desk.cursor(pid);
    while let Some(scanned) = memory.next_pte(pid, from) {
        from = Vpn(scanned.vpn.0 + 1);
        if lets_go(desk, &scanned) && memory.may_go(scanned.pfn) {
            memory.unmap(pid, scanned.vpn);
            desk.set_task(pid, desk.time(pid), from);
            return Some(scanned.pfn).filter(|pfn| memory.mapcount(*pfn) == 0 && memory.may_go(*pfn));
        }
    }
    // Nothing more: it is not looked at again before all others were.
    desk.set_task(pid, 0, Vpn(0));
    None
}

/// The age of a page after its PTE was read.
fn ages(desk: &mut Desk, scanned: &Scanned) -> u64 {
    let age = desk.rank(scanned.pfn).number;
    let age = if scanned.used { (age + ADVANCE).min(MOST) } else { age.saturating_sub(1) };
    desk.count(scanned.pfn, age);
    age
}
