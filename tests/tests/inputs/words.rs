//! Events in words.

use expect_test::expect;
use pageturner::lab::tell::words::event_text;
use pageturner::script::{Limits, run_script};
use pageturner::vocabulary::event::Event;
use std::fmt::Write;

/// What is said of entries above the lowest level: of those that lead to a table, and of those that map a large page.
#[test]
fn an_upper_entry_maps_a_large_page_or_leads_to_a_table() {
    let script = r#"
        machine(#{ frames: 2048, swap_slots: 0 });
        let p = spawn("p");
        let run = alloc(512, #{ movable: true });
        let at = p.map_run(run);
        p.write(at + PAGE, "x");
        p.mprotect(at, 512, "r");
        migrate(run, 1024);
        migrate(run, 513);
        p.unmap_run(at);
    "#;
    let outcome = run_script(script, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    let (session, mut text) = (outcome.session.expect("a machine"), String::new());
    session.each_event(0..session.event_count(), |_, event| {
        if matches!(event, Event::Pte { level: 1, .. }) {
            writeln!(text, "{}", event_text(event, session.view())).unwrap();
        }
    });
    expect![[r#"
        entry 446 of the PMD table in frame 3 (process 1) now maps the large page 0x7ffff7c00000 to frame 512, writable
        entry 446 of the PMD table in frame 3 (process 1) for the large page 0x7ffff7c00000 gets its dirty bit
        entry 446 of the PMD table in frame 3 (process 1) for the large page 0x7ffff7c00000 becomes read-only
        entry 446 of the PMD table in frame 3 (process 1) now maps the large page 0x7ffff7c00000 to frame 1024 instead of frame 512, read-only
        entry 446 of the PMD table in frame 3 (process 1) now leads to the PTE table in frame 4
        entry 446 of the PMD table in frame 3 (process 1) is cleared: there is no table below it any more
    "#]].assert_eq(&text);
}
