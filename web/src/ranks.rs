//! What a replacement policy knows, as it is drawn: its lists, first to last, its hand and its target.

use crate::dto::{RankDto, RankListDto, RanksDto};
use pageturner::config::PolicyKind;
use pageturner::lab::time::view::View;
use pageturner::policy;
use pageturner::units::Vpn;
use pageturner::vocabulary::rank::{LISTS, Ranked, TASKS};

/// At most this many things of a list are drawn, at either end of it.
const DRAWN: usize = 24;

/// The ranks of a view; `None`: its policy keeps no lists.
pub fn ranks(view: &View) -> Option<RanksDto> {
    let kind = view.config.policy;
    if !policy::keeps_lists(&view.config) {
        return None;
    }
    let has = |list: &u8| !policy::list_name(kind, *list).is_empty() && (*list < TASKS || view.ranks.len(*list) > 0);
    let named = (0..LISTS as u8).filter(has);
    let target = (kind == PolicyKind::Arc).then(|| f64::from_bits(view.ranks.value(0)));
    Some(RanksDto { lists: named.map(|list| list_of(view, list)).collect(), target })
}

fn list_of(view: &View, list: u8) -> RankListDto {
    let kind = view.config.policy;
    let count = view.ranks.len(list) as usize;
    let left_out = count.saturating_sub(2 * DRAWN);
    let first: Vec<Ranked> = view.ranks.list(list).take(DRAWN).collect();
    let mut last: Vec<Ranked> = view.ranks.list(list).rev().take((count - first.len()).min(DRAWN)).collect();
    last.reverse();
    let hand = (kind == PolicyKind::Sieve).then(|| view.ranks.from(list, view.ranks.value(0))).flatten();
    RankListDto {
        name: policy::list_name(kind, list),
        count: count as u32,
        left_out: left_out as u32,
        items: first.iter().chain(&last).map(|item| dto(view, *item, hand == Some(*item))).collect(),
    }
}

fn dto(view: &View, item: Ranked, hand: bool) -> RankDto {
    let rank = view.ranks.get(item).expect("it stands in a list");
    let (frame, name) = match item {
        Ranked::Page(pfn) => (Some(pfn.0), rank.name),
        Ranked::Ghost(name) => (None, Some(name)),
        Ranked::Task(pid) => (None, Some(rank.name.unwrap_or((pid, Vpn(0))))),
    };
    // Of the others the number says where something stands, and not what is counted of it.
    let counts = policy::number_name(view.config.policy).is_some();
    let counted = frame.is_some() && counts || matches!(item, Ranked::Task(_));
    RankDto {
        frame,
        pid: name.map(|(pid, _)| pid.0),
        vpn: name.map(|(_, vpn)| vpn.0),
        number: counted.then_some(rank.number as u32),
        hand,
    }
}
