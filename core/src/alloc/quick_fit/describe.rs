//! How quick fit describes itself: look-aside lists by length, and the list of the longer runs.

use super::QuickFit;
use crate::alloc::describe::{Describe, ListKind, Pieces};
use crate::config::{Coalesce, Config};

impl Describe for QuickFit {
    fn list_numbers(config: &Config) -> Vec<u8> {
        (0..=config.quick_fit.lists).collect()
    }

    fn list_kind(config: &Config, list: u8) -> ListKind {
        let lists = config.quick_fit.lists;
        if list < lists {
            ListKind::Length { pages: u32::from(list) + 1 }
        } else {
            ListKind::Longer { pages: lists.into() }
        }
    }

    fn pieces(config: &Config) -> Pieces {
        match config.quick_fit.coalesce {
            Coalesce::Never => Pieces::Runs,
            Coalesce::OnMiss => Pieces::Stretches,
        }
    }
}
