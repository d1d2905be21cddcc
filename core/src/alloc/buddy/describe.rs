//! How the buddy describes itself: a list for each order, each twice with mobility groups; after them the per-CPU
//! lists.

use super::{Buddy, list_of, per_cpu_list};
use crate::alloc::describe::{Describe, ListKind, Pieces};
use crate::config::{AllocatorKind, Config};
use crate::vocabulary::request::MOBILITIES;

impl Describe for Buddy {
    const FIELDS: &'static [&'static str] = &["max_order"];
    const RIVAL: AllocatorKind = AllocatorKind::Memarea;

    fn list_numbers(config: &Config) -> Vec<u8> {
        let groups = 0..=u8::from(config.buddy.mobility);
        let orders = groups.clone().flat_map(|group| (0..=config.max_order).map(move |order| list_of(order, group)));
        let kept = 0..=config.buddy.per_cpu_order.min(config.max_order);
        let per_cpu = groups.flat_map(|group| kept.clone().map(move |order| per_cpu_list(order, group)));
        orders.chain(per_cpu.filter(|_| config.buddy.per_cpu > 0)).collect()
    }

    fn list_kind(config: &Config, list: u8) -> ListKind {
        let (first, groups) = (per_cpu_list(0, 0), list_of(0, 1));
        let (order, group) = (list % groups, list % first / groups);
        let mobility = config.buddy.mobility.then(|| MOBILITIES[usize::from(group)].1);
        if list >= first { ListKind::PerCpu { order, mobility } } else { ListKind::Order { order, mobility } }
    }

    fn pieces(_: &Config) -> Pieces {
        Pieces::Blocks
    }
}
