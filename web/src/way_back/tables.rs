//! No way back, or a pair that leads nowhere: the processes whose page tables are searched.

use super::{Scene, around};
use crate::dto::{PteDto, TableDto, TablesDto};
use crate::search::Visit;
use pageturner::lab::time::view::View;
use pageturner::units::Pid;

/// At most this many processes are drawn.
const MOST: usize = 24;
/// At most this many finds of each process are drawn.
const MOST_FOUND: usize = 8;

/// The processes whose page tables a scan goes through, and what it has found.
pub fn tables(scene: &Scene) -> TablesDto {
    let pids: Vec<Pid> = scene.view.spaces.keys().copied().collect();
    let now = scene.search.and_then(|search| {
        let pid =
            search.visits.iter().rev().find_map(|visit| if let Visit::Tables(pid) = visit { Some(*pid) } else { None });
        pids.iter().position(|each| Some(*each) == pid)
    });
    let shown = around(pids.len(), MOST, now);
    TablesDto {
        count: pids.len() as u32,
        before: shown.start as u32,
        entries: pids.iter().map(|pid| u64::from(entries(scene.view, *pid))).sum(),
        processes: pids[shown].iter().map(|pid| process(scene, *pid)).collect(),
    }
}

fn process(scene: &Scene, pid: Pid) -> TableDto {
    let mappings = scene.index.frame(scene.view, scene.pfn);
    let found = mappings.iter().filter(|mapping| mapping.pid == pid);
    let visit = scene.number(Visit::Tables(pid));
    // Visits before those of the tables, by way of a pair, are not counted here.
    let seen = scene.search.filter(|_| visit > 0).map_or(&[][..], |search| &search.visits[visit as usize..]);
    let seen = seen.iter().filter(|visit| matches!(visit, Visit::Pte(each, _) if *each == pid));
    let present = match scene.last_visit() {
        Some(Visit::Pte(each, vpn)) if each == pid && visit > 0 => scene.pte_of(pid, vpn),
        _ => None,
    };
    TableDto {
        pid: pid.0,
        entries: entries(scene.view, pid),
        seen: seen.count() as u32,
        visit,
        finds: found.clone().count() as u32,
        found: found.take(MOST_FOUND).map(|mapping| scene.pte(pid, mapping.vpn, mapping.raw)).collect(),
        // Numbered by its place among all visits, not by its first visit.
        present: present.map(|pte| PteDto { visit: scene.search.map_or(0, |s| s.visits.len() as u32), ..pte }),
    }
}

/// The number of a process's PTEs that are not empty: a search of the tables visits PTEs only.
fn entries(view: &View, pid: Pid) -> u32 {
    let mut count = 0;
    view.each_pte(pid, &mut |mapping| count += u32::from(mapping.level == 0));
    count
}
