//! What a replacement policy knows, in words.

use super::count;
use crate::config::PolicyKind;
use crate::policy::{list_name, value_name};
use crate::units::Pid;
use crate::vocabulary::rank::{Rank, RankChange, Ranked};

/// A rank that changes, or a number of the policy's own.
pub(super) fn changed(policy: PolicyKind, change: &RankChange) -> String {
    match *change {
        RankChange::Rank { item: Ranked::Task(pid), before, after } => task(policy, pid, (before, after)),
        RankChange::Rank { item, before, after } => {
            let what = match item {
                Ranked::Page(pfn) => format!("the page in {pfn}"),
                Ranked::Ghost((pid, vpn)) => format!("page {:#x} of process {pid}, which is gone,", vpn.0),
                Ranked::Task(pid) => format!("process {pid}"),
            };
            let list = |rank: Rank| match policy {
                PolicyKind::Mglru => format!("generation {}", rank.number),
                _ => list_name(policy, rank.list).to_string(),
            };
            match (before, after) {
                (None, Some(new)) if matches!(item, Ranked::Ghost(_)) => {
                    format!("{what} is remembered in {}", list(new))
                }
                (None, Some(new)) => format!("{what} comes to the end of {}", list(new)),
                (Some(old), Some(new)) if old.list != new.list => {
                    format!("{what} goes from {} to {}", list(old), list(new))
                }
                (Some(old), Some(new)) if old.name.is_none() && new.name.is_some() => {
                    format!("{what} is used for the first time")
                }
                (Some(old), Some(new)) if old.at == new.at => {
                    format!("the policy counts {} for {what}, after {}", new.number, old.number)
                }
                (Some(_), Some(new)) => format!("{what} moves within {}", list(new)),
                (Some(old), None) => format!("{what} leaves {}", list(old)),
                (None, None) => format!("{what} stands nowhere"),
            }
        }
        RankChange::Value { which, before, after } => match value_name(policy, which) {
            Some((name, true)) => {
                format!("{name} goes from {:.1} to {:.1}", f64::from_bits(before), f64::from_bits(after))
            }
            Some((name, false)) => format!("{name} is now {after}"),
            None => format!("the next place in the lists is {after}"),
        },
    }
}

/// What is counted of a process: its references, or its share of a scan and how far that has come.
fn task(policy: PolicyKind, pid: Pid, (before, after): (Option<Rank>, Option<Rank>)) -> String {
    let Some(new) = after else { return format!("the policy forgets process {pid}, which has ended") };
    let moved = before.is_none_or(|old| old.number == new.number) && new.name.is_some();
    match (policy, new.name) {
        (PolicyKind::VirtualScan | PolicyKind::TwoList, Some((_, vpn))) if moved => {
            format!("the scan of process {pid}'s tables goes on at page {:#x}", vpn.0)
        }
        (PolicyKind::VirtualScan | PolicyKind::TwoList, _) => {
            format!("process {pid}'s share of the scan is now {}", new.number)
        }
        (PolicyKind::Pff, _) => format!("process {pid}: {} since its last fault", count(new.number, "reference")),
        _ => format!("process {pid} has made {}", count(new.number, "reference")),
    }
}
