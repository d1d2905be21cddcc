//! A zone and its watermarks; Linux's `struct zone`, `__setup_per_zone_wmarks` and `zone_watermark_ok`.

use crate::config::Config;
use crate::vocabulary::request::Request;

/// Frames `start..end`, of which `free` are in free blocks; those on the per-CPU list are not counted, as on Linux.
#[derive(Clone, Debug)]
pub struct ZoneMarks {
    pub start: u32,
    pub end: u32,
    pub free: u32,
    /// An ordinary request leaves this many frames.
    pub min: u32,
    /// Below this background reclaim wakes.
    pub low: u32,
    /// Here it goes to sleep.
    pub high: u32,
}

impl ZoneMarks {
    /// The configured zones, with no frame free yet. `managed` counts the frames that are to be.
    pub fn all(config: &Config, managed: impl Fn(u32, u32) -> u32) -> Vec<ZoneMarks> {
        let zone = |start, end| {
            let min = config.min_free;
            let step = (min / 4).max((u64::from(managed(start, end)) * 10 / 10_000) as u32);
            ZoneMarks { start, end, free: 0, min, low: min + step, high: min + 2 * step }
        };
        config.effective_zones().iter().map(|z| zone(z.start, z.end)).collect()
    }

    /// The frames that `request` has to leave.
    #[inline]
    pub fn floor(&self, request: &Request) -> u32 {
        request.reserve(self.min)
    }

    /// The frames that `request` has to leave lest background reclaim wakes.
    pub fn low_mark(&self, _: &Request) -> u32 {
        self.low
    }

    /// Whether a frame lies in the zone.
    #[inline]
    pub fn holds(&self, pfn: u32) -> bool {
        (self.start..self.end).contains(&pfn)
    }
}
