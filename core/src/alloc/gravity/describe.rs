//! How gravity describes itself: its fragments by length, and the two trees of its areas. A tree's shape follows from
//! what is in it, so it is drawn from the free runs that the view has.

use super::Gravity;
use super::areas::size_key;
use super::treap::Treap;
use crate::alloc::describe::{Describe, ListKind, Tree};
use crate::alloc::sets::frame_bits::Part;
use crate::config::{Config, Zone};
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use std::collections::BTreeMap;

impl Describe for Gravity {
    fn list_numbers(config: &Config) -> Vec<u8> {
        (1..=config.gravity.keep).collect()
    }

    fn list_kind(config: &Config, list: u8) -> ListKind {
        if list < config.gravity.keep { ListKind::Length { pages: list.into() } } else { ListKind::Tree }
    }

    fn list_name(kind: ListKind) -> String {
        match kind {
            ListKind::Length { .. } => format!("the fragments {}", kind.label()),
            _ => kind.name(),
        }
    }

    fn trees(config: &Config, lists: &FreeLists, zone: u8) -> Vec<Tree> {
        let address = |area: Part| u64::from(area.start);
        vec![
            Tree { name: "by address", rows: rows(config, lists, zone, address) },
            Tree { name: "by size", rows: rows(config, lists, zone, size_key) },
        ]
    }
}

/// Every area of a zone in the order of a key, with its depth in the tree.
fn rows(config: &Config, lists: &FreeLists, zone: u8, key: impl Fn(Part) -> u64) -> Vec<(u32, FreeRun)> {
    let keep = config.gravity.keep;
    let Some(Zone { start, end, .. }) = config.effective_zones().into_iter().nth(zone.into()) else {
        return Vec::new();
    };
    let mut tree = Treap::new((end - start) / u32::from(keep) + 1);
    let mut areas = BTreeMap::new();
    for area in lists.list(ListId { zone, list: keep }) {
        let part = Part { start: area.start.0 - start, len: area.len };
        let id = part.start / u32::from(keep);
        tree.insert(id, key(part), part.len);
        areas.insert(id, area);
    }
    tree.rows().into_iter().map(|(depth, id)| (depth, areas[&id])).collect()
}
