//! The same recording gives the same events everywhere: this test computes the digest natively, `web/tests/web.rs`
//! compares it with what WebAssembly computes. `UPDATE_EXPECT=1` writes the digest after a change of the events.

use expect_test::expect_file;
use pageturner::lab::recording::Recording;
use std::collections::BTreeSet;

const RECORDING: &str = include_str!("../fixtures/digest.jsonl");

#[test]
fn the_events_of_the_fixture_have_the_digest_that_wasm_is_held_to() {
    let session = Recording::parse(RECORDING).unwrap().replay().unwrap();
    assert_eq!(session.check(), [] as [String; 0]);
    expect_file!["../fixtures/digest.txt"].assert_eq(&format!("{:#018x}\n", session.digest()));
}

/// A digest says little if the recording does little.
#[test]
fn the_fixture_uses_every_command() {
    let used: BTreeSet<&str> =
        RECORDING.lines().filter_map(|line| line.strip_prefix("{\"do\":\"")?.split('"').next()).collect();
    let all: BTreeSet<&str> = pageturner::vocabulary::command::COMMANDS.iter().copied().collect();
    assert_eq!(used, all);
}
