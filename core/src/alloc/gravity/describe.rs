//! How gravity describes itself: its fragments by length, and, where it finds areas in flat indexes (`areas`), these in
//! the same two orders as balanced trees, drawn from the free runs that the view has.

use super::Gravity;
use super::treap::depths;
use crate::alloc::describe::{Describe, ListKind, Tree, TreeRow};
use crate::alloc::sets::frame_bits::Part;
use crate::config::{Config, Zone};
use crate::trees::balanced::Mark;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};

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

/// The shorter first, by powers of two; of these the higher.
fn size_key(part: Part) -> u64 {
    u64::from(part.len.ilog2()) << 32 | u64::from(!part.start)
}

/// Every area of a zone in the order of a key, with its depth in the tree.
fn rows(config: &Config, lists: &FreeLists, zone: u8, key: impl Fn(Part) -> u64) -> Vec<TreeRow> {
    let keep = config.gravity.keep;
    let Some(Zone { start, .. }) = config.effective_zones().into_iter().nth(zone.into()) else {
        return Vec::new();
    };
    let part = |run: &FreeRun| Part { start: run.start.0 - start, len: run.len };
    let mut areas: Vec<FreeRun> = lists.list(ListId { zone, list: keep }).collect();
    areas.sort_unstable_by_key(|area| key(part(area)));
    let places: Vec<u32> = areas.iter().map(|area| part(area).start / u32::from(keep)).collect();
    let row = |(depth, run)| TreeRow { depth, run, mark: Mark::None };
    depths(&places).into_iter().zip(areas).map(row).collect()
}
