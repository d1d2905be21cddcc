//! What the memory manager keeps of the configuration.

use super::space::lowest_page;
use crate::alloc::describe;
use crate::config::contig::ContigConfig;
use crate::config::{AnonKind, AreasKind, Config, Scope};
use crate::units::Vpn;

/// Settings that the verbs read at work. Those of the parts (allocator, reverse map, hardware) are the parts' own.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the access that brings a page in counts as a use of it.
    pub first_use: bool,
    /// Whether a process that wants a frame gets it from its own pages.
    pub local: bool,
    /// Pages that a process may have in memory; 0: any number.
    pub limit: u32,
    /// In what VMAs are found, if that is counted.
    pub areas: AreasKind,
    /// Pages that a turn of background reclaim frees, at most.
    pub kswapd_pages: u32,
    /// What an anonymous page's `mapping` leads to after a fork.
    pub anon: AnonKind,
    /// Whether the processor's cache is told what is read and written.
    pub cpu_cache: bool,
    /// One read fault maps at most this many pages.
    pub fault_around: u32,
    /// How room is made for contiguous requests.
    pub contig: ContigConfig,
    /// First frame and one past the last of each zone, lowest first.
    pub zones: Vec<(u32, u32)>,
    /// Number of frames of each zone that stay free.
    pub reserve: u32,
    /// Lowest page a mapping may be given.
    pub lowest: Vpn,
}

impl Settings {
    /// The settings of a validated configuration.
    pub fn new(config: &Config) -> Settings {
        Settings {
            first_use: config.replacement.first_use,
            local: config.replacement.scope == Scope::Local,
            limit: config.replacement.limit,
            areas: config.areas,
            kswapd_pages: config.buddy.kswapd_pages.into(),
            anon: config.anon,
            cpu_cache: config.cpu_cache.is_on(),
            fault_around: config.fault_around,
            contig: describe::may_clear(config),
            zones: config.effective_zones().iter().map(|zone| (zone.start, zone.end)).collect(),
            reserve: config.min_free,
            lowest: lowest_page(config),
        }
    }
}
