//! The same script on other machines: `replay_on` and `what_if`.

use super::{all_hold, run};
use pageturner::script::{ConsoleScope, Limits, console_line, run_script};

/// Another machine gives other frames, or none: what names a run there is translated or skipped.
#[test]
fn replay_on_names_the_same_runs() {
    all_hold(
        r#"
        machine(#{ frames: 64, max_order: 5 });
        let a = alloc(20);
        let b = alloc(4, #{ movable: true });
        pin(b);
        free(a, 20);
        unpin(b);
        free(b);
        let c = alloc(1);
        let same = replay_on(#{});
        expect(same.skipped == 0 && same.allocations == counter("allocations") && same.cycles == counter("cycles"), "itself");
        expect(same.free_frames == free_frames() && same.largest_free == largest_free() && same.internal == 0, "and its memory");
        let lower = replay_on(#{ max_order: 2 });
        expect(lower.skipped == 2, "20 frames are refused there, so they are not freed");
        expect(lower.free_frames == same.free_frames && lower.largest_free == 4, "the others were");
        let none = replay_on(#{ reserved: 40, frames: 56 });
        expect(none.failed_calls == 1 && none.skipped == 1 && none.free_frames == 56 - 40 - 2, "too few frames for one");
        "#,
    );
}

/// What a script does may depend on what it was answered: run again, it gives back what it got there.
#[test]
fn what_if_runs_the_script_again() {
    all_hold(
        r#"
        machine(#{ frames: 64, swap_slots: 0 });
        let f = alloc(40);
        if f != "ENOMEM" { free(f, 40); }
        let again = what_if(#{ allocator: "memarea" });
        expect(again.largest_free == 63 && again.ended == "" && !again.replayed, "as if it had run there");
        let replayed = replay_on(#{ allocator: "memarea" });
        expect(replayed.largest_free == 23 && replayed.replayed, "nobody gave the frames back");
        let same = what_if(#{});
        expect(same.cycles == counter("cycles") && same.free_frames == free_frames(), "the same machine does the same");
        "#,
    );
    // The same as run there from the start.
    all_hold(
        r#"machine(#{ frames: 64, swap_slots: 0, allocator: "memarea" }); free(alloc(40), 40); expect(largest_free() == 63);"#,
    );
}

/// A run on another machine that stops is a finding; what it expects is not expected of the first.
#[test]
fn what_if_says_where_the_other_run_ended() {
    let outcome = run(r#"machine(#{ frames: 64 });
        let f = alloc(8);
        expect(counter("allocations") < 2 || counter("failed_calls") == 0, "of this machine");
        expect(FRAMES == 64, "of this machine, too");
        free(f, 8);
        expect(what_if(#{ frames: 32 }).ended == "", "it came here");
        expect(what_if(#{ max_order: 2 }).ended.starts_with("line 2: alloc: 8 pages are more"), "or not");
        fn only_there(frames) { if frames == 32 { loop { note("here") } } }
        only_there(FRAMES);
        if FRAMES == 64 { expect(what_if(#{ frames: 48 }).ended == "the script ended without coming here") }"#);
    assert_eq!((outcome.error, outcome.failed_expects), (None, 0));
}

/// A question met on another machine answers what it did here, so that questions do not multiply; one that was not
/// asked here has no answer.
#[test]
fn what_if_is_asked_by_the_first_run_only() {
    let outcome = run(r#"machine(#{ frames: 64 });
        let seen = [];
        for frames in [32, 40, 48] { seen.push(what_if(#{ frames: frames }).free_frames); }
        note(seen[0] + " " + seen[1] + " " + seen[2]);
        expect(seen == [31, 39, 47], "each of its own machine");
        let last = what_if(#{ frames: 40 });
        expect(last.free_frames == 39 && last.ended == "");
        if FRAMES == 40 { what_if(#{}); }
        expect(what_if(#{ frames: 40 }).ended.contains("did not ask this"), "there is no answer to give");
        let replayed = replay_on(#{ frames: 48 }).free_frames;
        if FRAMES == 56 { replay_on(#{}); }
        expect(replayed == 47 && what_if(#{ frames: 56 }).ended.contains("replay_on: the first run"), "nor to replay");"#);
    assert_eq!((outcome.error, outcome.failed_expects), (None, 0));
}

/// However a script asks, all its runs together stay below the limits.
#[test]
fn what_if_counts_for_the_limits() {
    let ends = |limits: Limits, source: &str| {
        let error = run_script(source, &limits, |_| true).error.expect("a limit").to_string();
        assert!(error.contains("more than"), "{error}");
        error
    };
    let commands = Limits { commands: 100, ..Limits::default() };
    let source = "for n in 0..60 { note(n); }\nwhat_if(#{});\n";
    assert!(ends(commands.clone(), source).starts_with("line 2"), "60 and 60 are too many");
    let caught = "for n in 0..60 { note(n); }\ntry { what_if(#{}); } catch (e) { note(e); }\n";
    assert!(ends(commands, caught).starts_with("line 2"), "no script goes on after a limit");
    let operations = Limits { operations: 50_000, ..Limits::default() };
    ends(operations, "let n = 0;\nwhile n < 2000 { n += 1; }\nfor n in 0..20 { what_if(#{}); }");
    ends(Limits { looks: 12_000_000, ..Limits::default() }, "for n in 0..3 { what_if(#{ frames: 64 }); }");
    let endless = "if FRAMES == 32 { loop {} }\nwhat_if(#{ frames: 32 });";
    ends(Limits { operations: 100_000, ..Limits::default() }, endless);
}

/// The place of a limit that a function reaches is looked for in another run, which is given the answers of the first.
#[test]
fn a_limit_after_what_if_has_its_place() {
    let source = r#"machine(#{ frames: 64 });
        let n = what_if(#{ rmap: "none" }).free_frames;
        fn spin(n) {
            while n == 63 { }
        }
        spin(n);"#;
    let error =
        run_script(source, &Limits { operations: 50_000, ..Limits::default() }, |_| true).error.expect("a limit");
    let message = "the script and its runs on other machines took more than 50000 operations";
    assert_eq!((error.line, error.message.as_str()), (4, message));
}

/// In the console nobody has a script to run: the commands are replayed, and the answer says so.
#[test]
fn what_if_replays_in_the_console() {
    let mut session = run("machine(#{ frames: 64 });").session.expect("a machine");
    let mut scope = ConsoleScope::default();
    let mut line = |text: &str| console_line(&mut session, &mut scope, text).expect("a line");
    line("alloc(3)");
    assert_eq!(line("what_if(#{ max_order: 1 }).skipped"), "1");
    assert_eq!(line("what_if(#{}).replayed"), "true");
}

/// A call within the most functions and brackets that a script may have runs just as many again.
#[test]
fn what_if_has_the_stack_it_needs() {
    let open = "(".repeat(12);
    let close = ")".repeat(12);
    let source = format!(
        "fn deep(n) {{ if n == 0 {{ {open}what_if(#{{}}).cycles{close} }} else {{ {open}deep(n - 1){close} }} }}\ndeep(20);"
    );
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let outcome = small.spawn(move || run(&source).error).expect("a thread").join().expect("it does not overflow");
    assert_eq!(outcome, None);
}
