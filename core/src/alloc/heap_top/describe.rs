//! How heaps describe themselves: two lists, of what is free at the tops and of the gaps.

use super::{GAP, Heaps, TOP};
use crate::alloc::describe::{Describe, ListKind};
use crate::config::Config;

impl Describe for Heaps {
    fn list_numbers(_: &Config) -> Vec<u8> {
        vec![TOP, GAP]
    }

    fn list_kind(_: &Config, list: u8) -> ListKind {
        if list == TOP { ListKind::Top } else { ListKind::Gap }
    }
}
