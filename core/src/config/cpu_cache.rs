//! Settings of the processor's cache. Off by default: what memory costs is in the figures of `lab::measure::cost`.

use crate::hw::cpu_cache::CpuCache;
use crate::hw::geometry::Geometry;
use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};

/// Lines that it may have at most: 1 MiB of 64 bytes each.
pub const MAX_LINES: u32 = 1 << 14;

/// The field `cpu_cache` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CpuCacheConfig {
    /// Number of sets, a power of two; 0: there is no cache.
    pub sets: u32,
    /// Lines of a set: 1 to 16.
    pub ways: u8,
    /// Bytes of a line: a power of two from 8, at most a page.
    pub line: u32,
}

impl Default for CpuCacheConfig {
    fn default() -> CpuCacheConfig {
        CpuCacheConfig { sets: 0, ways: 8, line: 64 }
    }
}

impl CpuCacheConfig {
    /// Whether there is one.
    pub fn is_on(&self) -> bool {
        self.sets > 0
    }

    /// The cache, empty; `None`: there is none.
    pub fn make(&self) -> Option<CpuCache> {
        self.is_on().then(|| CpuCache::new(self.sets, self.ways, self.line))
    }

    /// The number of colours: pages in a row until one begins at the first set again; 1 where each page reaches all
    /// sets.
    pub fn colours(&self, geometry: &Geometry) -> u32 {
        (u64::from(self.sets) * u64::from(self.line) / geometry.page_size()).max(1) as u32
    }

    /// # Errors
    /// The first broken limit.
    pub(super) fn validate(&self, geometry: &Geometry) -> Result<(), Refusal> {
        let CpuCacheConfig { sets, ways, line } = *self;
        if sets == 0 {
            return Ok(());
        }
        if !sets.is_power_of_two() {
            return refuse(format!("cpu_cache.sets: {sets} is not a power of two"), "0 is off, 64 is small");
        }
        if !(1..=16).contains(&ways) {
            return refuse(format!("cpu_cache.ways: {ways} is outside 1 to 16"), "8 is usual");
        }
        if !line.is_power_of_two() || line < 8 || u64::from(line) > geometry.page_size() {
            let what = format!("cpu_cache.line: {line} is not a power of two from 8 to {}", geometry.page_size());
            return refuse(what, "64 is usual, 8 with pages of 32 bytes");
        }
        if u64::from(sets) * u64::from(ways) > MAX_LINES.into() {
            let what = format!("cpu_cache.sets: {sets} of {ways} ways are more than {MAX_LINES} lines");
            return refuse(what, "use fewer sets or ways");
        }
        Ok(())
    }

    /// Whether all settings have their defaults.
    pub(super) fn is_default(&self) -> bool {
        *self == CpuCacheConfig::default()
    }
}
