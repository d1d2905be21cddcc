//! The buddy allocator under all of its settings: random requests against a bitmap of what is taken, the events folded,
//! a twin to whom nobody listens, a twin that keeps its blocks otherwise.

use pageturner::alloc::FrameAllocator;
use pageturner::alloc::buddy::Buddy;
use pageturner::alloc::usable::Usable;
use pageturner::config::{BuddyConfig, Config, StoreKind, Zone};
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use pageturner::vocabulary::request::{Gfp, Mobility, Request};
use pageturner::vocabulary::trace::{NullTrace, Trace};
use pageturner_tests::regressions;
use proptest::prelude::*;
use std::collections::BTreeSet;

const FRAMES: u32 = 600;

#[derive(Clone, Debug)]
enum Do {
    Alloc(Request),
    /// Of what is held, the n-th run.
    Free(usize),
    /// Of the n-th run, only the part from one tenth to another.
    FreePart(usize, u32, u32),
    /// Of the free frames.
    Claim(u32, u32),
}

fn request() -> impl Strategy<Value = Request> {
    let pages = prop_oneof![6 => Just(1u32), 3 => 2u32..9, 1 => 9u32..33];
    let align =
        prop_oneof![6 => Just((1u32, 0u32)), 1 => (0u32..8, 0u32..256).prop_map(|(a, o)| (1 << a, o % (1 << a)))];
    let zone = prop_oneof![6 => Just(None), 1 => (0u8..2).prop_map(Some)];
    let gfp = prop_oneof![4 => Just(Gfp::default()), 1 => Just(Gfp::ATOMIC)];
    let mobility = prop_oneof![Just(Mobility::Unmovable), Just(Mobility::Movable)];
    (pages, align, zone, gfp, mobility).prop_map(|(pages, (align, offset), zone, gfp, mobility)| Request {
        pages,
        align,
        offset,
        zone,
        gfp,
        mobility,
    })
}

fn commands() -> impl Strategy<Value = Vec<Do>> {
    let one = prop_oneof![
        12 => request().prop_map(Do::Alloc),
        7 => any::<usize>().prop_map(Do::Free),
        2 => (any::<usize>(), 0u32..10, 1u32..11).prop_map(|(n, from, to)| Do::FreePart(n, from, to)),
        1 => (0..FRAMES, 1u32..40).prop_map(|(at, len)| Do::Claim(at, len)),
    ];
    proptest::collection::vec(one, 1..400)
}

/// Two zones whose edge is nowhere round, with a hole.
fn machine(buddy: BuddyConfig, min_free: u32) -> Config {
    let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
    let zones = vec![zone("DMA", 0, 137), zone("Normal", 137, FRAMES)];
    Config { frames: FRAMES, zones, min_free, max_order: 8, buddy, ..Config::default() }
}

/// The same with an even edge: on lists a pair of frames shares a node.
fn with_an_even_edge(mut config: Config) -> Config {
    (config.zones[0].end, config.zones[1].start) = (138, 138);
    config
}

fn usable(pfn: Pfn) -> bool {
    !(300..333).contains(&pfn.0)
}

/// Folds the free lists.
struct Fold(FreeLists);

impl Trace for Fold {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        if let Event::Free { run, list, prev, linked } = event() {
            if linked {
                self.0.link(run, list, prev);
            } else {
                assert_eq!(self.0.run_at(run.start), Some((run.len, list)));
                assert_eq!(self.0.unlink(run.start, list), prev);
            }
        }
    }
}

type Tested = Result<(), TestCaseError>;

fn run(config: Config, commands: Vec<Do>) -> Tested {
    prop_assert!(config.validate().is_ok());
    let mut heard = Buddy::new(&config, &Usable::those(config.frames, usable));
    let mut unheard = heard.clone();
    let mut fold = Fold(heard.lists().into_owned());
    let mut held: Vec<FreeRun> = Vec::new();
    let mut free: Vec<bool> = (0..FRAMES).map(|n| usable(Pfn(n))).collect();
    for command in commands {
        match command {
            Do::Alloc(request) => {
                let Ok(given) = heard.given(&request) else { continue };
                let before = [0, 1].map(|zone| areas(&config, &heard, zone));
                let mut got = heard.alloc(&request, &mut fold);
                prop_assert_eq!(unheard.alloc(&request, &mut NullTrace), got);
                let kept = kept_from(&config, &request);
                for zone in [0, 1] {
                    let least = before[usize::from(zone)].min(kept);
                    prop_assert!(areas(&config, &heard, zone) >= least, "{:?} broke an area", request);
                }
                if got.is_none() && kept > 0 && missed_rightly(&config, &heard, &request, given) {
                    prop_assert_eq!(kept_frames(&heard, &request), kept_at_most(&config, &heard, kept));
                    got = heard.alloc_kept(&request, &mut fold);
                    prop_assert_eq!(unheard.alloc_kept(&request, &mut NullTrace), got);
                    prop_assert!(got.is_some() || missed_rightly(&plain_of(&config), &heard, &request, given));
                    if got.is_none() {
                        continue;
                    }
                }
                if let Some(start) = got {
                    placed_well(&config, &request, start, given)?;
                    prop_assert!(leaves_the_reserve(&config, &heard, &request, start), "{:?}", request);
                    take(&mut free, FreeRun { start, len: given })?;
                    held.push(FreeRun { start, len: given });
                } else {
                    prop_assert!(
                        missed_rightly(&config, &heard, &request, given),
                        "{:?} of {:?}",
                        request,
                        heard.lists()
                    );
                }
            }
            Do::Free(n) => {
                if held.is_empty() {
                    continue;
                }
                let run = held.swap_remove(n % held.len());
                heard.free(run, &mut fold);
                unheard.free(run, &mut NullTrace);
                give(&mut free, run);
            }
            Do::FreePart(n, from, to) => {
                if held.is_empty() || from >= to {
                    continue;
                }
                let run = held.swap_remove(n % held.len());
                let (low, high) = (run.start.0 + run.len * from / 10, run.start.0 + run.len * to / 10);
                let parts = [(run.start.0, low), (low, high), (high, run.start.0 + run.len)];
                for (i, (start, end)) in parts.into_iter().enumerate().filter(|(_, (start, end))| start < end) {
                    let part = FreeRun { start: Pfn(start), len: end - start };
                    if i != 1 {
                        held.push(part);
                        continue;
                    }
                    heard.free(part, &mut fold);
                    unheard.free(part, &mut NullTrace);
                    give(&mut free, part);
                }
            }
            Do::Claim(at, len) => {
                let len = free[at as usize..].iter().take(len as usize).take_while(|free| **free).count() as u32;
                if len > 0 {
                    let run = FreeRun { start: Pfn(at), len };
                    heard.claim(run, &mut fold);
                    unheard.claim(run, &mut NullTrace);
                    take(&mut free, run)?;
                    held.push(run);
                }
            }
        }
        prop_assert_eq!(heard.check(), Vec::<String>::new());
        prop_assert_eq!(&*heard.lists(), &fold.0, "the fold");
        prop_assert_eq!(&*unheard.lists(), &fold.0, "with nobody listening");
        prop_assert_eq!(heard.free_frames() as usize, free.iter().filter(|free| **free).count());
        let listed: BTreeSet<u32> =
            heard.lists().all_runs().flat_map(|(run, _)| run.start.0..run.start.0 + run.len).collect();
        prop_assert!(listed.iter().all(|n| free[*n as usize]));
    }
    Ok(())
}

fn take(free: &mut [bool], run: FreeRun) -> Tested {
    for n in run.start.0..run.start.0 + run.len {
        prop_assert!(free[n as usize], "frame {} was taken", n);
        free[n as usize] = false;
    }
    Ok(())
}

fn give(free: &mut [bool], run: FreeRun) {
    free[run.start.index()..(run.start.0 + run.len) as usize].fill(true);
}

fn placed_well(config: &Config, request: &Request, start: Pfn, given: u32) -> Tested {
    let zones = config.effective_zones();
    let zone = zones.iter().position(|zone| (zone.start..zone.end).contains(&start.0)).unwrap();
    prop_assert!(request.fits_at(start.0));
    prop_assert!(start.0 + given <= zones[zone].end);
    prop_assert!(request.zone.is_none_or(|top| zone <= usize::from(top)));
    Ok(())
}

fn reserve(config: &Config, request: &Request) -> u32 {
    if request.gfp.contains(Gfp::ATOMIC) { config.min_free - config.min_free / 2 } else { config.min_free }
}

fn leaves_the_reserve(config: &Config, buddy: &Buddy, request: &Request, start: Pfn) -> bool {
    let zone = u8::from(start.0 >= config.zones[0].end);
    let left: u32 = buddy.lists().all_runs().filter(|(_, list)| list.zone == zone).map(|(run, _)| run.len).sum();
    left >= reserve(config, request)
}

/// Areas that a request has to leave.
fn kept_from(config: &Config, request: &Request) -> u32 {
    let BuddyConfig { keep, keep_order, .. } = config.buddy;
    let is_patient = !request.gfp.contains(Gfp::ATOMIC);
    if is_patient && request.pages.next_power_of_two() < 1 << keep_order { keep } else { 0 }
}

/// Areas in the free blocks of a zone, the per-CPU lists left out.
fn areas(config: &Config, buddy: &Buddy, zone: u8) -> u32 {
    let blocks = buddy.lists().into_owned();
    let of_zone = blocks.all_runs().filter(|(_, list)| list.zone == zone && list.list < 32);
    of_zone.map(|(run, _)| run.len >> config.buddy.keep_order).sum()
}

/// Frames that are kept from a request, by each zone.
fn kept_frames(buddy: &Buddy, request: &Request) -> [u32; 2] {
    let kept = buddy.kept(request);
    [0..137, 137..FRAMES].map(|zone| zone.filter(|n| kept.has(Pfn(*n))).count() as u32)
}

fn kept_at_most(config: &Config, buddy: &Buddy, kept: u32) -> [u32; 2] {
    [0, 1].map(|zone| areas(config, buddy, zone).min(kept) << config.buddy.keep_order)
}

fn plain_of(config: &Config) -> Config {
    Config { buddy: BuddyConfig { keep: 0, ..config.buddy.clone() }, ..config.clone() }
}

/// A miss is right if no zone that the request may use has both frames to spare and a block with such a place that is
/// not kept.
fn missed_rightly(config: &Config, buddy: &Buddy, request: &Request, given: u32) -> bool {
    let lists = buddy.lists();
    let reserve = reserve(config, request);
    let in_zone = |zone: u8| lists.all_runs().filter(move |(_, list)| list.zone == zone).map(|(run, _)| run);
    (0..=request.zone.unwrap_or(1)).all(|zone| {
        let free: u32 = in_zone(zone).map(|run| run.len).sum();
        let fits = |run: FreeRun| request.aligned_up(run.start.0).is_some_and(|at| at + given <= run.start.0 + run.len);
        let kept = kept_from(config, request);
        let step = request.align.min(1 << config.buddy.keep_order);
        let broken = if request.offset == 0 || request.offset % step + given <= step { 1 } else { 2 };
        let keeps = kept > 0 && areas(config, buddy, zone) < kept + broken;
        let is_open = |run: &FreeRun| !keeps || run.len < 1 << config.buddy.keep_order;
        free < reserve + given || !in_zone(zone).filter(is_open).any(fits)
    })
}

fn bitmap() -> BuddyConfig {
    BuddyConfig { store: StoreKind::Bitmap, ..BuddyConfig::default() }
}

/// With the same frames free, both stores have the same blocks and serve the same orders.
fn same_blocks(taken: Vec<(u32, u32)>, max_order: u8) -> Tested {
    let free = |pfn: Pfn| usable(pfn) && !taken.iter().any(|(at, len)| (*at..at + len).contains(&pfn.0));
    let with = |buddy| Config { max_order, ..machine(buddy, 0) };
    let lists = with(BuddyConfig::default());
    let free = Usable::those(lists.frames, free);
    let (lists, bits) = (Buddy::new(&lists, &free), Buddy::new(&with(bitmap()), &free));
    let blocks = |buddy: &Buddy| -> Vec<(FreeRun, ListId)> { buddy.lists().all_runs().collect() };
    prop_assert_eq!(blocks(&lists), blocks(&bits));
    for order in 0..=max_order {
        let counts = [lists.clone(), bits.clone()]
            .map(|mut buddy| std::iter::from_fn(|| buddy.alloc(&Request::of(1 << order), &mut NullTrace)).count());
        prop_assert_eq!(counts[0], counts[1], "order {}", order);
    }
    Ok(())
}

const REGRESSIONS: &str = "tests/allocators/buddy_settings.proptest-regressions";

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: regressions(REGRESSIONS), ..ProptestConfig::default() })]

    #[test]
    fn plain(commands in commands()) {
        run(machine(BuddyConfig::default(), 0), commands)?;
    }

    #[test]
    fn with_a_reserve_and_background_reclaim(commands in commands(), min in 1u32..40) {
        run(machine(BuddyConfig { kswapd: true, ..BuddyConfig::default() }, min), commands)?;
    }

    #[test]
    fn with_per_cpu_lists(commands in commands(), per_cpu in 1u32..50, per_cpu_order in 0u8..9, min in 0u32..9) {
        run(machine(BuddyConfig { per_cpu, per_cpu_order, ..BuddyConfig::default() }, min), commands)?;
    }

    #[test]
    fn where_pairs_share_a_node(commands in commands(), per_cpu in 0u32..9, mobility in any::<bool>(), min in 0u32..9) {
        let buddy = BuddyConfig { per_cpu, per_cpu_order: 1, mobility, pageblock: 4, ..BuddyConfig::default() };
        run(with_an_even_edge(machine(buddy, min)), commands)?;
    }

    #[test]
    fn grouped_by_mobility(commands in commands(), pageblock in 2u8..8, per_cpu in prop_oneof![Just(0), Just(7)]) {
        let grouped = BuddyConfig { mobility: true, pageblock, per_cpu, per_cpu_order: 2, ..BuddyConfig::default() };
        run(machine(grouped, 0), commands)?;
    }

    #[test]
    fn with_areas_kept(
        commands in commands(),
        keep in 1u32..20,
        keep_order in 1u8..6,
        per_cpu in prop_oneof![3 => Just(0u32), 1 => 1u32..30],
        kind in 0u8..3,
    ) {
        let store = if kind == 1 { StoreKind::Bitmap } else { StoreKind::Lists };
        let (mobility, pageblock) = (kind == 2, 6);
        let set = BuddyConfig { store, keep, keep_order, per_cpu, mobility, pageblock, ..BuddyConfig::default() };
        run(machine(set, 3), commands)?;
    }

    #[test]
    fn in_bitmaps(commands in commands(), min in 0u32..9) {
        run(machine(bitmap(), min), commands)?;
    }

    #[test]
    fn in_bitmaps_with_per_cpu_lists(commands in commands(), per_cpu in 1u32..400, per_cpu_order in 0u8..9) {
        run(machine(BuddyConfig { per_cpu, per_cpu_order, ..bitmap() }, 0), commands)?;
    }

    #[test]
    fn both_stores_have_the_same_blocks(taken in proptest::collection::vec((0..FRAMES, 1u32..30), 0..40), max_order in 0u8..=10) {
        same_blocks(taken, max_order)?;
    }
}
