//! The invariant `ranks`: a policy that keeps lists ranks every page in memory, and nothing else as one.

use crate::lab::time::view::View;
use crate::policy::keeps_lists;
use crate::units::Pfn;
use crate::vocabulary::rank::{LISTS, Ranked};
use std::collections::BTreeSet;

/// Adds every broken rule of ranks to `broken`.
pub fn ranks(view: &View, broken: &mut Vec<String>) {
    let listed = (0..LISTS as u8).flat_map(|list| view.ranks.list(list));
    let ranked: BTreeSet<Pfn> = listed
        .filter_map(|item| match item {
            Ranked::Page(pfn) => Some(pfn),
            Ranked::Ghost(_) | Ranked::Task(_) => None,
        })
        .collect();
    if !keeps_lists(&view.config) {
        if !view.ranks.is_empty() {
            broken.push("ranks: the clock keeps no list".into());
        }
        return;
    }
    let pages: BTreeSet<Pfn> = view.frames.used().filter(|(_, frame)| frame.is_ranked()).map(|(pfn, _)| pfn).collect();
    for pfn in pages.difference(&ranked) {
        broken.push(format!("ranks: the page in {pfn} stands in no list"));
    }
    for pfn in ranked.difference(&pages) {
        broken.push(format!("ranks: {pfn} stands in a list and holds no page"));
    }
}
