//! Traces of references of real programs: read, made on machines of several sizes, and held against what must be so.

use pageturner::config::{Config, KernelPlace, PolicyKind, ReplacementConfig};
use pageturner::hw::geometry::GeometryKind;
use pageturner::import::refs::{self, Drive, Reference, References};
use pageturner::lab::sweep::Plan;
use pageturner::lab::time::DEFAULT_BUDGET;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::Command;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use strum::VariantArray;

const PROGRAMS: [&str; 3] = ["sort", "gzip", "perl"];
fn trace(program: &str) -> References {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("references").join(program).with_extension("lackey");
    let text = std::fs::read_to_string(file).expect("a trace");
    refs::read(&text, GeometryKind::X86_64.geometry()).expect("a trace of lackey's")
}

fn misses(references: &References, policy: PolicyKind, frames: u32) -> u64 {
    let config = Config { frames, kernel: KernelPlace::Apart, swap_slots: 0, policy, ..Config::default() };
    disk_reads(references, &config)
}

fn disk_reads(references: &References, config: &Config) -> u64 {
    let plan = Plan { counters: vec!["disk_reads".into()], every: None };
    let fared = refs::fare(references, config, &plan, &mut |_| true).expect("a machine").expect("nobody cancels");
    assert_eq!(fared.ended, None);
    fared.counts[0]
}

#[test]
fn real_programs_are_imported_and_the_best_is_the_best() {
    for program in PROGRAMS {
        let references = trace(program);
        assert!(references.all.len() >= 12_000 && references.skipped == 1, "{program}");
        let mut before = u64::MAX;
        for frames in [8, 16, 32, 64] {
            let best = misses(&references, PolicyKind::Opt, frames);
            for policy in PolicyKind::VARIANTS {
                let misses = misses(&references, *policy, frames);
                assert!(misses >= best, "{program}, {frames} frames: {policy:?} misses {misses} times, opt {best}");
            }
            let lru = misses(&references, PolicyKind::Lru, frames);
            assert!(lru <= before, "{program}: LRU never gets worse with more memory");
            before = lru;
        }
    }
}

#[test]
fn what_is_counted_is_what_a_session_shows() {
    let references = trace("sort");
    let config = Config { frames: 64, swap_slots: 0, policy: PolicyKind::Arc, ..Config::default() };
    let how = Drive { config: config.clone(), memory: DEFAULT_BUDGET };
    let session = refs::drive(&references, &how).expect("a machine").session;
    assert_eq!(session.view().tally.disk_reads, disk_reads(&references, &config));
    assert_eq!(session.check(), Vec::<String>::new());
}

/// A published program's answers; see `core/src/policy/tests.rs`, where the policies alone are held to them.
#[derive(Deserialize)]
struct Published<T> {
    #[serde(default)]
    traces: Vec<Vec<u64>>,
    rows: Vec<T>,
}

#[derive(Deserialize)]
struct Answers {
    policy: PolicyKind,
    frames: u32,
    refs: Vec<u64>,
    hit: String,
    victims: Vec<Option<u64>>,
}

#[derive(Deserialize)]
struct Counts {
    kind: String,
    trace: usize,
    frames: u32,
    misses: BTreeMap<PolicyKind, u64>,
}

fn published<T: DeserializeOwned>(name: &str) -> Published<T> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    serde_json::from_str(&std::fs::read_to_string(file).expect("a fixture")).expect("as its types say")
}

fn numbered(pages: &[u64]) -> References {
    let all = pages.iter().map(|page| Reference { page: *page, writes: false }).collect();
    References { all, bare: true, skipped: 0 }
}

fn exact(policy: PolicyKind, frames: u32) -> Config {
    let replacement = ReplacementConfig { first_use: false, ..ReplacementConfig::default() };
    // Of single frames the lowest is given first, so a clock's hand meets pages in the order in which they came.
    let max_order = 0;
    Config { frames, kernel: KernelPlace::Apart, max_order, swap_slots: 0, policy, replacement, ..Config::default() }
}

#[test]
fn the_machine_hits_misses_and_evicts_as_a_textbooks_program() {
    for Answers { policy, frames, refs, hit, victims } in published("replacement.json").rows {
        let (references, config) = (numbered(&refs), exact(policy, frames));
        let mut session = Session::new(config.clone()).expect("a machine");
        let (mut hits, mut gone, mut first) = (String::new(), Vec::new(), None);
        for command in refs::commands(&references, &config) {
            let before = session.view().tally.disk_reads;
            if let Command::Mmap(map) = &command {
                let start = map.addr.expect("it is mapped at an address").0 / 4096;
                first = Some(start - refs.iter().min().expect("there are references"));
            }
            let refers = matches!(command, Command::Read(_));
            session.run(command).expect("a command that makes sense");
            if refers {
                hits.push(if session.view().tally.disk_reads == before { 'h' } else { 'm' });
                gone.push(session.evicted().map(|(_, vpn)| vpn.0 - first.expect("pages are mapped first")));
            }
        }
        assert_eq!((hits, gone), (hit, victims), "{policy:?}, {frames} frames, {refs:?}");
        assert_eq!(session.check(), Vec::<String>::new(), "{policy:?}, {frames} frames");
    }
}

#[test]
fn the_machine_misses_as_often_as_a_cache_simulator() {
    let published: Published<Counts> = published("caches.json");
    for Counts { kind, trace, frames, misses } in published.rows {
        let references = numbered(&published.traces[trace]);
        for (policy, right) in misses {
            let got = disk_reads(&references, &exact(policy, frames));
            let within = match policy {
                PolicyKind::Lirs => 10,
                PolicyKind::Slru => 54,
                _ => 0,
            };
            assert!(got.abs_diff(right) * 1000 <= within * right, "{policy:?}, {kind}, {frames}: {got}, not {right}");
        }
    }
}
