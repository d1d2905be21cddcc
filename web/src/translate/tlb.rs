//! The TLB as a table: the ways of the sets in which a page is looked for, and what else is cached.

use crate::dto::{TlbChangeDto, TlbDto, TlbEntryDto};
use crate::spaces::address;
use pageturner::hw::tlb::TlbEntry;
use pageturner::lab::time::view::View;
use pageturner::units::{Pid, Vpn};

/// At most this many entries of sets in which the page is not looked for.
const MOST_OTHERS: usize = 64;

/// The TLB, as it is looked through for a page; `None`: for none.
pub fn tlb(view: &View, page: Option<(Pid, Vpn)>) -> TlbDto {
    let size = view.tlb.len();
    let sets = page.map_or(Vec::new(), |(_, vpn)| sets_of(view, vpn));
    let entries = || (0..).zip(&view.tlb).filter_map(|(n, entry)| entry.map(|entry| (n, entry)));
    let ways = view.config.tlb_ways();
    let is_here = |index: u16| sets.contains(&(index / ways));
    let covers = |entry: TlbEntry| {
        page.is_some_and(|(pid, vpn)| {
            entry.pid == pid && entry.vpn <= vpn && vpn < entry.vpn.plus(u64::from(entry.pages))
        })
    };
    let (here, others): (Vec<_>, Vec<_>) = entries().partition(|(index, _)| is_here(*index));
    TlbDto {
        size: size as u16,
        ways,
        replacement: view.config.tlb.replacement,
        asid: view.config.tlb.asid,
        used: (here.len() + others.len()) as u16,
        holds: here.iter().find(|(_, entry)| covers(*entry)).map(|(index, _)| *index),
        more: others.len().saturating_sub(MOST_OTHERS) as u16,
        entries: here.into_iter().chain(others.into_iter().take(MOST_OTHERS)).map(|one| entry(view, one)).collect(),
        sets,
    }
}

/// The sets in which a page may be: by its own number, and, while large pages are cached, by the number of one.
fn sets_of(view: &View, vpn: Vpn) -> Vec<u16> {
    let sets = (view.tlb.len() / usize::from(view.config.tlb_ways())) as u64;
    let mut found = vec![(vpn.0 % sets) as u16];
    let large = view.tlb.iter().flatten().find(|entry| entry.pages > 1);
    let set = large.map(|entry| (vpn.0 / u64::from(entry.pages) % sets) as u16);
    found.extend(set.filter(|set| !found.contains(set)));
    found
}

/// A change of one entry.
pub fn change(view: &View, index: u16, before: Option<TlbEntry>, after: Option<TlbEntry>) -> TlbChangeDto {
    let of = |value: Option<TlbEntry>| value.map(|value| entry(view, (index, value)));
    TlbChangeDto { index, before: of(before), after: of(after) }
}

fn entry(view: &View, (index, entry): (u16, TlbEntry)) -> TlbEntryDto {
    TlbEntryDto {
        index,
        set: index / view.config.tlb_ways(),
        pid: entry.pid.0,
        vpn: entry.vpn.0,
        addr: address(view, entry.vpn),
        pages: entry.pages,
        pfn: entry.pfn.0,
        writable: entry.writable,
        dirty: entry.dirty,
    }
}
