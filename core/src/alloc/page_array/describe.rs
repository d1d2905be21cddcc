//! How page arrays describe themselves: a queue for each length, then one for every doubling.

use super::PageArray;
use super::length::queue_of;
use crate::alloc::describe::{Describe, ListKind};
use crate::config::Config;

impl Describe for PageArray {
    fn list_numbers(config: &Config) -> Vec<u8> {
        (1..=queue_of(config.page_array.longest, config.frames.min(config.page_array.most()))).collect()
    }

    fn list_kind(config: &Config, list: u8) -> ListKind {
        let longest = config.page_array.longest;
        if list <= longest {
            return ListKind::Length { pages: list.into() };
        }
        ListKind::Longer { pages: u32::from(longest) << (list - longest - 1) }
    }

    fn longest_piece(config: &Config) -> u32 {
        config.page_array.most()
    }

    fn list_name(kind: ListKind) -> String {
        match kind {
            ListKind::Longer { .. } => format!("the queue of arrays {}", kind.label()),
            _ => format!("the queue {}", kind.label()),
        }
    }
}
