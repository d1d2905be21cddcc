//! The chains of the page cache's hash table: how many there are, and how long.

use crate::lab::time::view::View;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::page_hash::{bucket, buckets};
use crate::vocabulary::run::HASH_TABLE;
use std::collections::BTreeMap;

/// The chains at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chains {
    /// Number of chains; 0: there is no table.
    pub buckets: u32,
    /// Pages of objects that are in frames.
    pub pages: u64,
    /// Pages on each chain that is not empty.
    lengths: BTreeMap<u32, u32>,
}

impl Chains {
    /// The chains of a view. Takes time linear in the pages of objects.
    pub fn of(view: &View) -> Chains {
        let table = view.runs.values().find(|run| run.id == HASH_TABLE).map(|run| run.given);
        let buckets = table.map_or(0, |frames| buckets(view.geometry(), frames));
        let mut chains = Chains { buckets, ..Chains::default() };
        for (id, object) in &view.objects {
            for (index, page) in &object.pages {
                if let ObjectPage::Frame(_) = page {
                    chains.pages += 1;
                    if buckets > 0 {
                        *chains.lengths.entry(bucket(buckets, *id, *index)).or_default() += 1;
                    }
                }
            }
        }
        chains
    }

    /// Chains that hold a page.
    pub fn used(&self) -> usize {
        self.lengths.len()
    }

    /// Pages of the longest chain.
    pub fn longest(&self) -> u32 {
        self.lengths.values().copied().max().unwrap_or(0)
    }

    /// Descriptors read in the mean to find a page that is there, each page being looked for as often.
    pub fn mean_walk(&self) -> f64 {
        let steps: u64 = self.lengths.values().map(|n| u64::from(*n) * (u64::from(*n) + 1) / 2).sum();
        if self.lengths.is_empty() { 0.0 } else { steps as f64 / self.pages as f64 }
    }
}
