//! Traces of what programs asked of their allocators: read, refused with a place, and made on every heap.

use pageturner::config::Config;
use pageturner::import::malloc::{Drive, Request, drive, fare, read};
use pageturner::lab::recording::Recording;
use std::collections::BTreeMap;

const REAL: [(&str, &str); 3] = [
    ("ls", include_str!("../../malloc/ls.log")),
    ("perl", include_str!("../../malloc/perl.log")),
    ("bash", include_str!("../../malloc/bash.log")),
];
const REP: &str = include_str!("../../malloc/small.rep");
const CSV: &str = include_str!("../../malloc/small.csv");

fn on(heap: &str) -> Drive {
    let config = Config { frames: 1 << 13, swap_slots: 1 << 13, ..Config::default() };
    Drive { config, settings: heap.parse().expect("a heap"), touch: true, memory: 1 << 30 }
}

#[test]
fn the_three_kinds_are_read() {
    let requests = read(REP).expect("a malloc-lab trace").all;
    assert_eq!(requests[2], (Request::Realloc { block: 0, bytes: 640 }, 7));
    assert_eq!(requests.len(), 12);
    let requests = read(CSV).expect("CSV").all;
    assert_eq!(requests[1], (Request::Calloc { block: 1, count: 1, bytes: 128 }, 3));
    let log = "[pid 7] libc.so.6->malloc(24) = 0x10\n[pid 8] malloc(8 <unfinished ...>\n[pid 7] free(0x10) = <void>\n\
               [pid 8] <... malloc resumed> ) = 0x10\n[pid 8] realloc(0x10, 16) = 0x20\nfree(0x99) = <void>\n\
               puts(\"hi\") = 3\n+++ exited (status 0) +++\n";
    let requests = read(log).expect("a log of ltrace");
    let all: Vec<Request> = requests.all.iter().map(|(request, _)| *request).collect();
    let malloc = |block, bytes| Request::Malloc { block, bytes };
    assert_eq!(
        all,
        [malloc(0, 24), Request::Free { block: 0 }, malloc(1, 8), Request::Realloc { block: 1, bytes: 16 }]
    );
    assert_eq!(requests.skipped.len(), 2, "{:?}", requests.skipped);
}

#[test]
fn what_cannot_be_read_is_refused_at_its_place() {
    for (text, line, message) in [
        ("", 1, "no request"),
        ("20\n1\n1\nx\n", 4, "not one of the four numbers"),
        ("20\n1\n1\n1\na 0\n", 5, "not a request"),
        ("20\n1\n1\n1\nf 0\n", 5, "block 0 is not in use"),
        ("call,id,bytes\nmalloc,1,many\n", 2, "`many` is no number"),
        ("call,id,bytes\ngive,1,2\n", 2, "there is no call `give`"),
        ("call,id,bytes\nfree,1,\n", 2, "block `1` is not in use"),
        ("what is this\n", 1, "not a call"),
        ("malloc(24) = 0x10\nmalloc(x) = 0x20\n", 2, "cannot be read"),
        ("malloc(24) = ?\n", 1, "cannot be read"),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.line == line && error.message.contains(message) && error.hint.is_some(), "{text:?}: {error}");
    }
}

/// Three real programs run on every heap, and each block keeps the number of bytes that was asked for.
#[test]
fn real_programs_run_on_every_heap() {
    for (name, log) in REAL {
        let requests = read(log).expect(name);
        let mut in_use: BTreeMap<u32, u64> = BTreeMap::new();
        for (request, _) in &requests.all {
            match *request {
                Request::Malloc { block, bytes } | Request::Realloc { block, bytes } => {
                    drop(in_use.insert(block, bytes))
                }
                Request::Calloc { block, count, bytes } => drop(in_use.insert(block, count * bytes)),
                Request::Free { block } => drop(in_use.remove(&block)),
            }
        }
        for heap in ["phk", "phk,directory=linked,options=J", "kr", "dl", "mmap_direct"] {
            let fared = fare(&requests, heap, &on(heap)).expect("it runs");
            assert_eq!((fared.failed, fared.requests), (0, requests.all.len() as u64), "{name} on {heap}");
            let driven = drive(&requests, &on(heap)).expect("it runs");
            let view = driven.session.view();
            let made = &view.heaps.values().next().expect("a process").values().next().expect("a heap");
            assert_eq!(made.info.stats.asked, in_use.values().sum::<u64>(), "{name} on {heap}");
            assert_eq!(pageturner::lab::figures::heap::check(view, pageturner::units::Pid(1), made), [] as [String; 0]);
        }
    }
}

/// A recording of it replays to the same events.
#[test]
fn a_trace_becomes_a_recording() {
    let driven = drive(&read(REP).expect("a trace"), &on("dl")).expect("it runs");
    let recording = Recording::parse(&Recording::from_session(&driven.session).to_jsonl()).expect("a recording");
    assert_eq!(recording.replay().expect("it replays").digest(), driven.session.digest());
}
