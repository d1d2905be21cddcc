//! Traces of references of real programs: read, made on machines of several sizes, and held against what must be so.

use pageturner::config::{Config, KernelPlace, PolicyKind};
use pageturner::hw::geometry::GeometryKind;
use pageturner::import::refs::{self, Drive, References};
use pageturner::lab::time::DEFAULT_BUDGET;
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
    let tally = refs::fare(references, &config, &mut |_| true).expect("a machine").expect("nobody cancels");
    tally.disk_reads
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
    let counted = refs::fare(&references, &config, &mut |_| true).expect("a machine").expect("nobody cancels");
    assert_eq!(session.view().tally.disk_reads, counted.disk_reads);
    assert_eq!(session.check(), Vec::<String>::new());
    let cancelled = refs::fare(&references, &config, &mut |_| false).expect("a machine");
    assert!(cancelled.is_some(), "12,000 references are fewer than are made between two looks");
}
