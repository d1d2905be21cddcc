//! The policies alone, against published programs: pages come and go in a memory of so many frames.
//!
//! `replacement.json`: hits, misses and victims of each access, by the homework program of a textbook. `caches.json`:
//! miss counts by libCacheSim 0.3.5 with its default settings. What differs is said in `WITHIN`.

use super::{Memory, Policy, Scanned};
use crate::config::{Config, PolicyKind};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::rank::{PageName, Ranks};
use serde::Deserialize;
use std::collections::BTreeMap;

const REPLACEMENT: &str = include_str!("../../../tests/fixtures/replacement.json");
const CACHES: &str = include_str!("../../../tests/fixtures/caches.json");

/// In thousandths of what libCacheSim counts, how far off a policy may be; of all others nothing.
///
/// LIRS: it is not known why; with ghosts that are forgotten only at the stack's bottom it was further off.
/// SLRU: where frames do not divide by four, the lowest list holds what is left over. If a page goes up from it and so
/// another comes down to it while it is too long, libCacheSim evicts, at a hit (`evicts_at_hits`). A machine evicts
/// only when it needs a frame.
const WITHIN: [(PolicyKind, u64); 2] = [(PolicyKind::Lirs, 10), (PolicyKind::Slru, 54)];

#[derive(Deserialize)]
struct Replacement {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    policy: PolicyKind,
    frames: u32,
    refs: Vec<u64>,
    hit: String,
    victims: Vec<Option<u64>>,
}

#[derive(Deserialize)]
struct Caches {
    traces: Vec<Vec<u64>>,
    rows: Vec<CacheRow>,
}

#[derive(Deserialize)]
struct CacheRow {
    kind: String,
    trace: usize,
    frames: u32,
    misses: BTreeMap<PolicyKind, u64>,
}

/// A memory of frames with pages in them, under a policy.
struct Simulated {
    policy: Policy,
    free: Vec<Pfn>,
    frames: BTreeMap<u64, Pfn>,
    pages: BTreeMap<Pfn, u64>,
    /// Accessed bits.
    used: BTreeMap<Pfn, bool>,
    /// Whether the use counts that brings a page in.
    first_use: bool,
    /// Whether SLRU evicts at hits, as libCacheSim does.
    evicts_at_hits: bool,
}

impl Memory for BTreeMap<Pfn, bool> {
    fn may_go(&mut self, _: Pfn) -> bool {
        true
    }

    fn was_used(&mut self, pfn: Pfn) -> bool {
        self.insert(pfn, false).unwrap_or(false)
    }

    fn is_used(&mut self, pfn: Pfn) -> bool {
        self.get(&pfn).copied().unwrap_or(false)
    }

    fn is_dirty(&mut self, _: Pfn) -> bool {
        false
    }

    fn write(&mut self, _: Pfn) {}

    fn mapcount(&mut self, _: Pfn) -> u32 {
        1
    }

    fn tasks(&mut self) -> Vec<(Pid, u64)> {
        Vec::new()
    }

    fn next_pte(&mut self, _: Pid, _: Vpn) -> Option<Scanned> {
        None
    }

    fn unmap(&mut self, _: Pid, _: Vpn) {}

    fn walk(&mut self) -> Vec<Pfn> {
        Vec::new()
    }

    fn used_beside(&mut self, _: Pfn) -> Vec<Pfn> {
        Vec::new()
    }
}

impl Simulated {
    fn new(policy: PolicyKind, frames: u32, refs: &[u64]) -> Simulated {
        Simulated::of(&Config { policy, frames, ..Config::default() }, refs)
    }

    fn of(config: &Config, refs: &[u64]) -> Simulated {
        let mut policy = Policy::new(config);
        if policy.lacks_future() {
            policy.foretell(refs);
        }
        Simulated {
            policy,
            free: (0..config.frames).rev().map(Pfn).collect(),
            frames: BTreeMap::new(),
            pages: BTreeMap::new(),
            used: BTreeMap::new(),
            first_use: false,
            evicts_at_hits: false,
        }
    }

    /// One reference: whether it hit, and which page went.
    fn refer(&mut self, page: u64) -> (bool, Option<u64>) {
        let name: PageName = (Pid(1), Vpn(page));
        if self.policy.keeps_time() {
            let leaving = self.policy.tick(&mut self.used, name);
            self.let_leave(leaving);
        }
        if let Some(pfn) = self.frames.get(&page).copied() {
            let before = self.policy.ranks().clone();
            self.policy.used(pfn, name, false);
            self.used.insert(pfn, true);
            if self.evicts_at_hits {
                self.shorten(&before, pfn);
            }
            return (true, None);
        }
        let leaving = self.policy.missed(&mut self.used, name);
        self.let_leave(leaving);
        let victim = if self.free.is_empty() { Some(self.evict()) } else { None };
        let pfn = self.free.pop().expect("a frame was freed");
        self.policy.entered(pfn);
        self.policy.used(pfn, name, false);
        self.frames.insert(page, pfn);
        self.pages.insert(pfn, page);
        self.used.insert(pfn, self.first_use);
        (false, victim)
    }

    fn let_leave(&mut self, leaving: Vec<Pfn>) {
        for pfn in leaving {
            self.policy.leaves(pfn);
            self.drop_page(pfn);
        }
    }

    fn evict(&mut self) -> u64 {
        let pfn = self.policy.victim(&mut self.used).expect("any page may go");
        self.drop_page(pfn)
    }

    fn drop_page(&mut self, pfn: Pfn) -> u64 {
        self.policy.left(pfn);
        self.used.remove(&pfn);
        self.free.push(pfn);
        let page = self.pages.remove(&pfn).expect("it holds a page");
        self.frames.remove(&page);
        page
    }

    /// What libCacheSim's SLRU does where a page of the lowest list goes up, and one comes down to it.
    fn shorten(&mut self, before: &Ranks, hit: Pfn) {
        let quarter = self.policy.desk.frames / 4;
        let was = before.get(crate::vocabulary::rank::Ranked::Page(hit)).expect("it was in memory").list;
        while was == 0 && before.len(1) >= quarter && self.policy.ranks().len(0) > quarter {
            let oldest = self.policy.desk.oldest(0).expect("it is too long");
            self.drop_page(oldest);
        }
    }

    fn misses(mut self, refs: &[u64]) -> u64 {
        refs.iter().filter(|page| !self.refer(**page).0).count() as u64
    }
}

#[test]
fn the_textbooks_answers_at_every_access() {
    let rows: Replacement = serde_json::from_str(REPLACEMENT).expect("a fixture");
    assert_eq!(rows.rows.len(), 106);
    for Row { policy, frames, refs, hit, victims } in rows.rows {
        let mut memory = Simulated::new(policy, frames, &refs);
        let answers: Vec<_> = refs.iter().map(|page| memory.refer(*page)).collect();
        let hits: String = answers.iter().map(|(hit, _)| if *hit { 'h' } else { 'm' }).collect();
        assert_eq!(hits, hit, "{policy:?}, {frames} frames, {refs:?}");
        assert_eq!(
            answers.iter().map(|(_, victim)| *victim).collect::<Vec<_>>(),
            victims,
            "{policy:?}, {frames} frames, {refs:?}"
        );
    }
}

#[test]
fn the_misses_that_a_cache_simulator_counts() {
    let caches: Caches = serde_json::from_str(CACHES).expect("a fixture");
    for CacheRow { kind, trace, frames, misses } in &caches.rows {
        let refs = &caches.traces[*trace];
        // The clock goes round frames: it is held to these figures as a machine has it, in tests/cases/replacement.
        for (policy, right) in misses.iter().filter(|(policy, _)| **policy != PolicyKind::Clock) {
            let got = Simulated::new(*policy, *frames, refs).misses(refs);
            let within = WITHIN.iter().find(|(off, _)| off == policy).map_or(0, |(_, within)| *within);
            assert!(got.abs_diff(*right) * 1000 <= within * right, "{policy:?}, {kind}, {frames}: {got}, not {right}");
            if *policy == PolicyKind::Slru {
                let mut memory = Simulated::new(*policy, *frames, refs);
                memory.evicts_at_hits = true;
                assert_eq!(memory.misses(refs), *right, "{kind}, {frames}: with evictions at hits");
            }
        }
    }
}

#[test]
fn a_second_chance_is_a_clock() {
    let caches: Caches = serde_json::from_str(CACHES).expect("a fixture");
    for CacheRow { kind, trace, frames, misses } in &caches.rows {
        let refs = &caches.traces[*trace];
        let got = Simulated::new(PolicyKind::SecondChance, *frames, refs).misses(refs);
        assert_eq!(got, misses[&PolicyKind::Clock], "{kind}, {frames}");
    }
}

#[test]
fn every_change_can_be_undone() {
    let caches: Caches = serde_json::from_str(CACHES).expect("a fixture");
    // That of 1998 finds pages by their tables, which are not here.
    let kinds = <PolicyKind as strum::VariantArray>::VARIANTS.iter().filter(|kind| **kind != PolicyKind::VirtualScan);
    for policy in kinds {
        let refs = &caches.traces[2][..400];
        let mut memory = Simulated::new(*policy, 20, refs);
        let start = memory.policy.ranks().clone();
        for page in refs {
            memory.refer(*page);
        }
        let end = memory.policy.ranks().clone();
        let mut changes = Vec::new();
        memory.policy.changes().tell(|change| changes.push(change));
        let mut ranks = end.clone();
        changes.iter().rev().for_each(|change| ranks.apply(change, false));
        assert!(ranks == start, "{policy:?} backwards");
        changes.iter().for_each(|change| ranks.apply(change, true));
        assert!(ranks == end, "{policy:?} forwards");
    }
}

mod timed;
