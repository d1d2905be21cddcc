//! The listener of whoever runs a machine: it counts every event, and hands them on to whoever wants to hear them.
//!
//! ```text
//! emit(|| event) --> nobody hears: the event is counted where it is emitted, and never built
//!                \-> somebody does: it is built, handed on, counted by its variant and dropped     (`tell`)
//! ```
//! An event is counted by what the fold counts it by ([`Tally::apply`]). Where it is emitted its variant is known, so
//! the compiler leaves of that what this variant counts. One type for both, since every type of listener is a copy of
//! all of the machine's code in the wasm file. A property holds the counters of both ways equal to the fold's.

use super::caching::Caching;
use super::notable::Notable;
use super::tally::Tally;
use crate::config::RmapKind;
use crate::hw::geometry::GeometryKind;
use crate::os::machine::Machine;
use crate::vocabulary::event::{Event, EventName};
use crate::vocabulary::report::Report;
use crate::vocabulary::trace::Trace;
use std::fmt;
use std::mem::ManuallyDrop;
use strum::{EnumCount, VariantArray};

/// Counts the events of one command, and what they count.
pub struct Counting<'a> {
    tally: &'a mut Tally,
    cycles_before: u64,
    rmap: RmapKind,
    geometry: GeometryKind,
    hear: Option<&'a mut dyn FnMut(&Event)>,
    caching: Option<&'a mut Caching>,
    /// Whether events are built: somebody hears them, or the cache does.
    builds: bool,
    /// Events by variant.
    counts: [u64; EventName::COUNT],
    notable: Notable,
    report: Option<Box<Report>>,
}

/// What was counted.
#[derive(Default, Debug)]
pub struct Counted {
    /// Number of events, and what they took, in cycles.
    pub events: u64,
    pub cycles: u64,
    /// What was noted.
    pub notable: Notable,
    /// What was done for the last request that no free run could serve.
    pub report: Option<Box<Report>>,
}

impl Counted {
    /// Adds what was counted after it.
    pub fn add(&mut self, more: Counted) {
        self.events += more.events;
        self.cycles += more.cycles;
        self.notable |= more.notable;
        self.report = more.report.or(self.report.take());
    }
}

impl<'a> Counting<'a> {
    /// Counts a machine's events, adding to a tally.
    pub fn new(machine: &Machine, tally: &'a mut Tally) -> Counting<'a> {
        let (rmap, geometry) = (machine.config.rmap, machine.config.geometry);
        let counts = [0; EventName::COUNT];
        let (cycles_before, notable) = (tally.cycles, Notable::empty());
        Counting {
            tally,
            cycles_before,
            rmap,
            geometry,
            hear: None,
            caching: None,
            builds: false,
            counts,
            notable,
            report: None,
        }
    }

    /// Hands every event on, with all that it carries.
    pub fn handing_to(self, hear: Option<&'a mut dyn FnMut(&Event)>) -> Counting<'a> {
        let builds = hear.is_some() || self.caching.is_some();
        Counting { hear, builds, ..self }
    }

    /// Lets the processor's cache hear the events, and counts and hands on what it says of them.
    pub fn with(self, caching: Option<&'a mut Caching>) -> Counting<'a> {
        let builds = caching.is_some() || self.hear.is_some();
        Counting { caching, builds, ..self }
    }

    /// Brings the tally up to date.
    pub fn finish(self) -> Counted {
        for (name, n) in EventName::VARIANTS.iter().zip(self.counts).filter(|(_, n)| *n > 0) {
            self.tally.add_variant(*name, n, self.rmap);
        }
        let cycles = self.tally.cycles - self.cycles_before;
        Counted { events: self.counts.iter().sum(), cycles, notable: self.notable, report: self.report }
    }

    /// The events add up in places of their own, for a sum that all add to would have each wait for the one before.
    #[inline(always)]
    fn count(&mut self, event: &Event) {
        self.counts[EventName::from(event) as usize] += 1;
        self.tally.add_details(event, 1, self.rmap);
        self.notable |= Notable::of(event, self.geometry);
        if let Event::Contig { report, .. } = event {
            self.report = Some(Box::new(*report));
        }
    }

    /// Counts an event that was built, and hands it on.
    #[inline(never)]
    fn tell(&mut self, event: &Event) {
        self.count(event);
        if let Some(hear) = &mut self.hear {
            hear(event);
        }
        if let Some(caching) = self.caching.take() {
            caching.listen(event, |line| self.tell(line));
            self.caching = Some(caching);
        }
    }
}

impl Trace for Counting<'_> {
    #[inline(always)]
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        if self.builds {
            return self.tell(&event());
        }
        // The compiler keeps an event in registers, and knows its variant, as long as nothing takes its address; to
        // drop it does, and of most events there is nothing to drop. So only a copy is ever dropped.
        let event = ManuallyDrop::new(event());
        self.count(&event);
        if event.owns() {
            drop(ManuallyDrop::into_inner(event));
        }
    }

    #[inline(always)]
    fn keeps(&self) -> bool {
        self.builds
    }
}

impl fmt::Debug for Counting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counting").field("tally", &self.tally).finish_non_exhaustive()
    }
}
