//! What a replacement policy knows, in words.

use crate::config::PolicyKind;
use crate::policy::{list_name, value_name};
use crate::vocabulary::rank::{RankChange, Ranked};

/// A rank that changes, or a number of the policy's own.
pub(super) fn changed(policy: PolicyKind, change: &RankChange) -> String {
    match *change {
        RankChange::Rank { item, before, after } => {
            let what = match item {
                Ranked::Page(pfn) => format!("the page in {pfn}"),
                Ranked::Ghost((pid, vpn)) => format!("page {:#x} of process {pid}, which is gone,", vpn.0),
            };
            let list = |number| list_name(policy, number);
            match (before, after) {
                (None, Some(new)) if matches!(item, Ranked::Ghost(_)) => {
                    format!("{what} is remembered in {}", list(new.list))
                }
                (None, Some(new)) => format!("{what} comes to the end of {}", list(new.list)),
                (Some(old), Some(new)) if old.list != new.list => {
                    format!("{what} goes from {} to {}", list(old.list), list(new.list))
                }
                (Some(old), Some(new)) if old.name.is_none() && new.name.is_some() => {
                    format!("{what} is used for the first time")
                }
                (Some(old), Some(new)) if old.at == new.at => {
                    format!("the policy counts {} for {what}, after {}", new.number, old.number)
                }
                (Some(_), Some(new)) => format!("{what} moves within {}", list(new.list)),
                (Some(old), None) => format!("{what} leaves {}", list(old.list)),
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
