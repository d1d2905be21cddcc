//! What a replacement policy knows, as it is drawn: its lists, first to last, its hands and its target.

use crate::dto::{HandDto, RankDto, RankListDto, RanksDto};
use crate::map::Accessed;
use pageturner::config::PolicyKind;
use pageturner::lab::time::view::View;
use pageturner::policy;
use pageturner::units::{Pfn, Vpn};
use pageturner::vocabulary::rank::{LISTS, Ranked, TASKS};

/// At most this many things of a list are drawn, at either end of it.
const DRAWN: usize = 24;

/// The ranks of a view; `None`: its policy keeps no lists.
pub fn ranks(view: &View, accessed: &Accessed) -> Option<RanksDto> {
    let kind = view.config.policy;
    if !policy::keeps_lists(&view.config) {
        return None;
    }
    let drawn = Drawn { view, kind, accessed };
    let scans = matches!(kind, PolicyKind::VirtualScan | PolicyKind::TwoList);
    Some(RanksDto {
        lists: drawn.lists().into_iter().map(|list| drawn.list(list)).collect(),
        target: (kind == PolicyKind::Arc).then(|| f64::from_bits(view.ranks.value(0))),
        counted: policy::number_name(kind),
        of_process: (view.ranks.len(TASKS) > 0).then_some(if scans { "share of the scan" } else { "references" }),
        hands: policy::goes_round(kind).then(|| drawn.hands()),
    })
}

struct Drawn<'a> {
    view: &'a View,
    kind: PolicyKind,
    accessed: &'a Accessed,
}

impl Drawn<'_> {
    /// The lists that it has, in the order in which they are drawn: generations from the oldest.
    fn lists(&self) -> Vec<u8> {
        if self.kind == PolicyKind::Mglru {
            let (oldest, after) = (self.view.ranks.value(0), self.view.ranks.value(1));
            return (oldest..=oldest + after).map(|generation| (generation % 4) as u8).collect();
        }
        let has = |list: &u8| !policy::list_name(self.kind, *list).is_empty();
        (0..LISTS as u8).filter(|list| has(list) && (*list < TASKS || self.view.ranks.len(*list) > 0)).collect()
    }

    fn name(&self, list: u8) -> String {
        if self.kind != PolicyKind::Mglru {
            return policy::list_name(self.kind, list).into();
        }
        let (oldest, after) = (self.view.ranks.value(0), self.view.ranks.value(1));
        let generation = (oldest..=oldest + after).find(|generation| (generation % 4) as u8 == list).unwrap_or(oldest);
        let which = if generation == oldest {
            ", the oldest"
        } else if generation == oldest + after {
            ", the youngest"
        } else {
            ""
        };
        format!("generation {generation}{which}")
    }

    fn list(&self, list: u8) -> RankListDto {
        let ranks = &self.view.ranks;
        let count = ranks.len(list) as usize;
        let left_out = count.saturating_sub(2 * DRAWN);
        let first: Vec<Ranked> = ranks.list(list).take(DRAWN).collect();
        let mut last: Vec<Ranked> = ranks.list(list).rev().take((count - first.len()).min(DRAWN)).collect();
        last.reverse();
        let hand = (self.kind == PolicyKind::Sieve).then(|| ranks.from(list, ranks.value(0))).flatten();
        RankListDto {
            name: self.name(list),
            count: count as u32,
            left_out: left_out as u32,
            items: first.iter().chain(&last).map(|item| self.item(*item, hand == Some(*item))).collect(),
        }
    }

    /// Where the hands are, the one that takes pages first.
    fn hands(&self) -> Vec<HandDto> {
        let page = |item: Ranked| if let Ranked::Page(Pfn(frame)) = item { Some(frame) } else { None };
        let at = |n: usize| self.view.ranks.list(0).filter_map(page).nth(n);
        match policy::hands_apart(&self.view.ranks, &self.view.config) {
            Some(apart) => {
                let back = at(0).map(|frame| HandDto { name: "back hand", frame });
                let front = at(apart).or(at(0)).map(|frame| HandDto { name: "front hand", frame });
                back.into_iter().chain(front).collect()
            }
            None => at(0).map(|frame| HandDto { name: "hand", frame }).into_iter().collect(),
        }
    }

    fn item(&self, item: Ranked, hand: bool) -> RankDto {
        let rank = self.view.ranks.get(item).expect("it stands in a list");
        let (frame, name) = match item {
            Ranked::Page(pfn) => (Some(pfn), rank.name),
            Ranked::Ghost(name) => (None, Some(name)),
            Ranked::Task(pid) => (None, Some(rank.name.unwrap_or((pid, Vpn(0))))),
        };
        let process = matches!(item, Ranked::Task(_));
        // Of the others the number says where something stands, and not what is counted of it.
        let counts = policy::number_name(self.kind).is_some();
        let reads = policy::reads_bits(self.kind);
        RankDto {
            frame: frame.map(|pfn| pfn.0),
            pid: name.map(|(pid, _)| pid.0),
            vpn: name.map(|(_, vpn)| vpn.0),
            number: (frame.is_some() && counts || process).then_some(rank.number as u32),
            hand,
            accessed: reads && frame.is_some_and(|pfn| self.accessed.contains(pfn.0)),
            process,
        }
    }
}
