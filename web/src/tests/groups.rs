//! Micro-steps in groups: each command's events as a short chain of what happened.

use super::session::{history, session};
use crate::dto::Subject;
use crate::recent::Recent;
use pageturner::config::RmapKind;

/// Each command's groups with their numbers of events.
fn chains() -> Vec<String> {
    let session = session(RmapKind::Object);
    let chain = |step: u32| {
        let events = crate::steps::events((session.core(), &Recent::default()), step, 0, u32::MAX);
        let mut groups: Vec<(String, u32)> = Vec::new();
        for event in &events {
            if event.first {
                groups.push((format!("{:?}", event.phase).to_lowercase(), 0));
            }
            groups.last_mut().expect("the first event begins a group").1 += 1;
        }
        groups.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(" > ")
    };
    (0..history().len() as u32).map(chain).collect()
}

#[test]
fn a_commands_events_are_read_as_a_chain_of_groups() {
    let chains = chains();
    assert_eq!(chains[0], "allocate 3 > table 2 > process 1");
    assert_eq!(chains[1], "area 1");
    assert_eq!(
        chains[2],
        "access 1 > walk 1 > fault 1 > allocate 5 > table 3 > allocate 3 > table 3 > allocate 7 > table 3 > area 3 \
         > allocate 4 > map 2 > walk 4 > remember 1 > bytes 1"
    );
    assert!(chains[6].ends_with("> bits 1 > forget 1 > map 2 > bits 1 > forget 1 > map 3"), "{}", chains[6]);
    assert!(chains[7].starts_with("access 1 > walk 4 > fault 1 > allocate 3 > copy 1 > unmap 1 > map 2"));
    assert!(chains[11].contains("choose 4 > disk 4 > search 2 > disk 1 > unmap 2 > disk 1 > free 2"), "{}", chains[11]);
    assert_eq!(chains[13], "failure 1");
    assert_eq!(chains[5], "", "words have no events");
}

#[test]
fn an_event_marks_what_it_reads_and_what_it_changes() {
    let session = session(RmapKind::Object);
    let events = crate::steps::events((session.core(), &Recent::default()), 2, 0, u32::MAX);
    let walk = events.iter().find(|event| event.kind == "walk").expect("a first write walks");
    assert_eq!(walk.marks, [Subject::Page { pid: 1, vpn: 0x100_0000 }, Subject::Frame { pfn: 1 }]);
    let copy = events.iter().rfind(|event| event.kind == "pte").expect("the page is mapped");
    assert!(copy.marks.len() >= 3, "page, table and frame: {:?}", copy.marks);
}
