//! The script language: what it can do, what it says to mistakes, and that nothing gets past its limits.

use pageturner::config::Config;
use pageturner::lab::tell::words::step_source;
use pageturner::lab::time::session::Session;
use pageturner::script::{ConsoleScope, Limits, Outcome, console_line, is_unfinished, run_script};
use pageturner::vocabulary::command::{Command, Expect, Note, Position};
use std::time::{Duration, Instant};

fn run(script: &str) -> Outcome {
    run_script(script, &Limits::default(), |_| true)
}

/// Runs a script of expectations, all of which must hold.
fn all_hold(script: &str) {
    let outcome = run(script);
    assert_eq!(outcome.error.map(|error| error.to_string()), None, "{script}");
    let session = outcome.session.expect("a script without errors has a session");
    let failed: Vec<_> = session
        .steps()
        .iter()
        .filter(|step| matches!(step.command, Command::Expect(Expect { held: false, .. })))
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(session.steps().iter().any(|step| matches!(step.command, Command::Expect(_))), "it expects something");
    assert_eq!(outcome.failed_expects, 0);
    assert_eq!(session.check(), Vec::<String>::new());
}

/// The error without the quoted line: `line:column message = hint`.
fn error(script: &str) -> String {
    let error = run(script).error.unwrap_or_else(|| panic!("no error in {script}"));
    assert!(error.to_string().len() < 1500, "short enough to read");
    let hint = error.hint.map(|hint| format!(" = {hint}")).unwrap_or_default();
    format!("{}:{} {}{hint}", error.line, error.column, error.message)
}

#[test]
fn processes_map_write_fork_and_end() {
    all_hold(
        r#"
        machine(#{ frames: 256, swap_slots: 64, rmap: "object" });
        let p = spawn("shell");
        expect(p.pid == 1 && p.alive && p.name == "shell" && p.parent == -1, "it is there");
        let a = p.mmap(8);
        expect(a % PAGE == 0 && PAGE == 4096 && FRAMES == 256, "aligned");
        expect(p.frame(a) == -1 && !p.is_present(a) && p.rss() == 0, "nothing is there before the first touch");
        expect(p.read(a, 3) == blob(3, 0), "unwritten memory reads as zeroes");
        expect(p.is_zero(a), "from the shared page of zeroes");
        expect(p.write(a, "hello") == 0, "done is 0, as in C");
        expect(p.read(a, 5) == "hello" && "hello" == p.read_text(a, 99), "bytes compare with texts");
        let c = p.fork();
        expect(c.parent == p.pid && c != p && c == process(2) && processes() == [p, c], "a child");
        expect(p.frame(a) == c.frame(a) && mapcount(p.frame(a)) == 2, "sharing a frame");
        expect(!p.pte(a).writable && p.pte(a).state == "frame", "which nobody may write");
        expect(mappers(p.frame(a)) == [#{ pid: 1, addr: a }, #{ pid: 2, addr: a }], "found from the frame");
        let before = counter("cow_faults");
        c.write(a, [72, 73]);
        expect(p.read_text(a, 5) == "hello" && c.read_text(a, 5) == "HIllo", "copy on write");
        expect(counter("cow_faults") == before + 1 && counter("cycles") > 0, "counted");
        expect(p.exec("ls") == 0 && p.name == "ls" && p.vmas() == [], "a new program");
        expect(c.exit() == 0 && !c.alive, "the end");
        "#,
    );
}

#[test]
fn vmas_are_as_on_linux() {
    all_hold(
        r#"
        let p = spawn();
        let a = p.mmap(#{ addr: 0x10000000, pages: 8, flags: ["private", "anonymous", "fixed"] });
        expect(a == 0x10000000, "fixed");
        expect(p.mprotect(a + 2 * PAGE, 2, "r") == 0, "");
        let v = p.vmas();
        expect(v.len() == 3 && v[1].prot == "r--" && v[1].pages == 2 && v[1].start == a + 2 * PAGE, "split in three");
        p.mprotect(a, 8, "rw");
        expect(p.vmas().len() == 1 && p.vma(a + 5 * PAGE).pages == 8 && p.vma(0) == (), "and merged again");
        expect(p.munmap(a + 1, 1) == "EINVAL" && p.munmap(a + 1, 1) != 0, "not at a page's start");
        expect(errno(p.munmap(1, 1)) == "EINVAL" && errno(p.munmap(a, 1)) == "", "by name");
        expect(p.mmap(#{ addr: a + PAGE, pages: 1, flags: ["private", "anonymous", "fixed_noreplace"] }) == "EEXIST", "taken");
        let b = p.mremap(a + PAGE, 7, 9, #{ to: 0x20000000 });
        expect(b == 0x20000000 && p.mremap(b, 9, 4) == b && p.vma(b).pages == 4, "moved, then made smaller");
        let heap = p.brk();
        expect(p.brk(heap + 3 * PAGE) == heap + 3 * PAGE && p.vma(heap).name == "[heap]", "the heap");
        let f = p.mmap(#{ pages: 2, prot: "r", flags: ["shared"], file: "data", pgoff: 5 });
        expect(p.vma(f).name == "data" && p.vma(f).pgoff == 5 && p.vma(f).shared, "a file");
        "#,
    );
}

#[test]
fn swapping_and_kernel_runs() {
    all_hold(
        r#"
        machine(#{ geometry: "classroom", frames: 64, swap_slots: 16 });
        expect(PAGE == 32 && free_frames() == 63 && largest_free() == 32 && free_blocks(5) == 1, "the machine");
        let p = spawn("p");
        let a = p.mmap(4);
        for i in 0..4 { p.write(a + i * PAGE, [i + 1]); }
        expect(p.rss() == 4 && p.tables() == 2 && p.walk(a).len() == 2, "resident");
        p.madvise(a, 2, "pageout");
        expect(p.is_swapped(a) && p.swapped() == 2 && p.slot(a) >= 0 && used_slots() == 2, "swapped out");
        expect(slot(p.slot(a)).count == 1 && p.frame(a) == -1 && p.pte(a).state == "swap", "its slot");
        expect(p.read(a)[0] == 1, "read back");
        expect(!p.is_swapped(a) && p.is_swapped(a + PAGE), "one of the two");
        expect(reclaim(2) >= 2, "freed");
        let r = alloc(3);
        expect(frame(r).use == "run" && order_of(3) == 2 && order_of(1) == 0 && order_of(4) == 2 && order_of(5) == 3, "a run");
        free(r, 3);
        expect(frame(r).use == "free" && check() == [], "sound");
        expect(alloc(32) >= 0 && alloc(32) == "ENOMEM", "only one such run");
        "#,
    );
}

#[test]
fn segments_name_runs_wherever_they_are() {
    all_hold(
        r#"
        machine(#{ frames: 64, zones: [#{ name: "DMA", start: 0, end: 16 }, #{ name: "Normal", start: 16, end: 64 }] });
        let s = alloc(3, #{ movable: true });
        let r = alloc(4, #{ align: 4, zone: 1 });
        expect(r % 4 == 0, "aligned");
        expect(s.alive && s.pages == 3 && s.given == 4 && s.pins == 0 && s.id == 1, "what it is");
        expect(segment(s.frame) == s && segment(r) != s && s != "ENOMEM", "by its frame");
        let of_s = runs().filter(|run| run.id == 1);
        expect(runs().len() == 2 && of_s[0] == #{ id: 1, frame: s.frame, pages: 3, given: 4, pins: 0, pid: -1, movable: true }, "all runs");
        expect(internal_fragmentation() == 1, "one frame lost to rounding");
        pin(s);
        pin(s.frame);
        expect(s.pins == 2, "pinned twice");
        unpin(s.frame);
        unpin(s);
        let first = s.frame;
        expect(free(s) == 0 && !s.alive && frame(first).use == "free", "freed");
        free(r, 4);
        alloc(32, #{ zone: 1 });
        expect(alloc(32, #{ zone: 1, movable: true }) == "ENOMEM" && alloc(16, #{ movable: true }) != s, "failed calls answer as ever");
        "#,
    );
}

#[test]
fn fragmentation_has_figures() {
    all_hold(
        r#"
        machine(#{ frames: 64 });
        let held = [];
        loop {
            let r = alloc(1);
            if r == "ENOMEM" { break; }
            held.push(r);
        }
        expect(free_frames() == 0 && unusable_index(1) == 1.0 && largest_free() == 0 && free_runs() == [], "all taken");
        for frame in held {
            if frame % 2 == 0 { free(frame, 1); }
        }
        expect(free_frames() > 20 && largest_free() == 1, "every other frame");
        expect(unusable_index(1) == 0.0 && unusable_index(2) == 1.0, "enough, and no use for two");
        expect(free_runs().len() == free_frames() && free_runs()[0].pages == 1, "one by one");
        "#,
    );
}

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

/// A question met on another machine answers what it did here, so that questions do not multiply; one that was not asked
/// here has no answer.
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

#[test]
fn a_recording_with_segments_does_the_same_again() {
    let outcome = run(r#"let a = alloc(3, #{ movable: true, align: 2, gfp: ["atomic"] });
        let b = alloc(5, #{ offset: 1, align: 4, zone: 0, gfp: [] });
        pin(a); free(b, 5); unpin(a); free(a);"#);
    assert_eq!(outcome.error, None);
    let session = outcome.session.expect("it ran");
    let lines: Vec<_> = session.steps().iter().map(|step| step_source(&step.command, &step.reply)).collect();
    let again = run(&lines.join("\n"));
    assert_eq!(again.error, None, "{lines:?}");
    assert_eq!(again.session.expect("it ran").digest(), session.digest(), "{lines:?}");
}

#[test]
fn commands_remember_their_places() {
    let outcome = run(
        "let p = spawn(\"x\");\nfn twice(p, a) {\n  p.touch(a);\n  p.touch(a);\n}\nlet a = p.mmap(1);\ntwice(p, a);\nexpect(\n  true);",
    );
    let at: Vec<_> = outcome.session.expect("it ran").steps().iter().map(|step| step.at).collect();
    let place = |line, column| Some(Position { line, column });
    assert_eq!(at, [place(1, 9), place(6, 11), place(3, 5), place(4, 5), place(8, 1)]);
}

#[test]
fn a_failing_expectation_is_counted_and_the_script_goes_on() {
    let outcome = run(
        "expect(1 == 2, \"one is two\");\nexpect(counter(\"faults\") == 0);\nif !expect(false, \"again\") { note(\"seen\"); }",
    );
    assert_eq!((outcome.failed_expects, outcome.error), (2, None));
    let commands: Vec<_> = outcome.session.expect("it ran").steps().iter().map(|step| step.command.clone()).collect();
    let expect = |text: &str, held| Command::Expect(Expect { text: text.into(), held });
    assert_eq!(
        commands,
        [
            expect("one is two", false),
            expect("counter(\"faults\") == 0", true),
            expect("again", false),
            Command::Note(Note { text: "seen".into() })
        ]
    );
}

#[test]
fn what_is_printed_is_kept_with_its_place_among_the_commands() {
    let outcome =
        run("print(1); let p = spawn(\"x\"); print(p); note(\"n\"); print([p, p.mmap(1 << 40)]); debug(\"d\");");
    let printed: Vec<_> = outcome.printed.iter().map(|(step, text)| (*step, text.as_str())).collect();
    assert_eq!(printed, [(0, "1"), (1, "process 1"), (3, "[process 1, ENOMEM]"), (3, "\"d\"")]);
}

#[test]
fn an_empty_script_has_the_default_machine() {
    let outcome = run("");
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.session.expect("a machine").config(), &Config::default());
}

#[test]
fn after_an_error_what_ran_before_is_kept() {
    let outcome = run("let p = spawn(\"x\");\np.mmap(1);\np.mumap(0, 1);\np.mmap(2);");
    assert_eq!(outcome.session.expect("it ran").steps().len(), 2);
    let text = outcome.error.expect("a misspelt call").to_string();
    assert_eq!(
        text,
        "line 3, column 3: `mumap` is not a function of a process\n  | p.mumap(0, 1);\n  |   ^\n  = did you mean `munmap`? p.munmap(addr, pages)"
    );
}

#[test]
fn errors_can_be_caught_and_limits_can_not() {
    let outcome = run("try { free(3, 1); } catch (e) { note(e.to_string()); }");
    assert_eq!(outcome.error, None);
    let steps = outcome.session.expect("it ran").steps().to_vec();
    assert_eq!(steps[0].command, Command::Note(Note { text: "free: no run from alloc starts at frame 3".into() }));
    let limits = Limits { commands: 3, ..Limits::default() };
    let outcome = run_script("loop { try { note(\"x\"); } catch { } }", &limits, |_| true);
    assert_eq!(outcome.error.expect("a limit").message, "the script gave more than 3 commands");
}

/// Of the others `tests/scripts` has the whole text; these list more names than are worth reading.
#[test]
fn mistakes_in_names_are_told_with_all_names_there_are() {
    assert!(
        error("machine(#{ frame: 64 });")
            .starts_with("1:1 the machine has no field `frame` = did you mean `frames`? There are `geometry`")
    );
    assert!(
        error("counter(\"fault\");")
            .starts_with("1:1 there is no counter `fault` = did you mean `faults`? There are `cycles`")
    );
}

/// Runs a hostile script on a stack as small as WebAssembly's; it must end soon, with an error.
fn hostile(script: &str, message: &str) {
    let (script, started) = (script.to_string(), Instant::now());
    let shown: String = script.chars().take(80).collect();
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || run(&script).error);
    let error = thread
        .expect("a thread")
        .join()
        .expect("no panic, no overflow")
        .unwrap_or_else(|| panic!("no error in {shown}"));
    assert!(error.message.contains(message), "{shown}: {error}");
    assert!(started.elapsed() < Duration::from_secs(60), "{shown}: {:?}", started.elapsed());
}

#[test]
fn loops_without_an_end_do_end() {
    hostile("loop { }", "more than 20000000 operations");
    hostile("loop { print(\"again and again and again\"); }", "more than 20000000 operations");
    hostile("loop { note(\"x\"); }", "more than 200000 commands");
    hostile("let p = spawn(\"x\"); loop { p.rss(); }", "looked at more than 500000000");
    hostile("fn f() { f() } f();", "call each other more than 24 deep");
    hostile("fn f(n) { 1 + (2 + (3 + (4 + f(n + 1)))) } f(0);", "call each other more than 24 deep");
}

#[test]
fn nesting_without_an_end_is_refused() {
    for (open, middle, close, n) in [
        ("(", "1", ")", 30_000),
        ("[", "1", "]", 30_000),
        ("#{a:", "1", "}", 10_000),
        ("{", "1", "}", 30_000),
        ("if true {", "1", "}", 6_000),
        ("!", "true", "", 60_000),
        ("- ", "1", "", 30_000),
        ("`${", "1", "}`", 20_000),
    ] {
        hostile(&format!("{}{middle}{}", open.repeat(n), close.repeat(n)), "expressions are nested more than 48 deep");
    }
    for (start, again) in [
        ("1", "+1"),
        ("let a = 1; a", ".b"),
        ("let a = 1; a", "[0]"),
        ("true", "&&true"),
        ("if false {}", " else if false {}"),
    ] {
        hostile(&format!("{start}{}", again.repeat(5_000)), "expressions are nested more than 48 deep");
    }
    hostile("let s = \"[\"; for i in 0..16 { s += s; } parse_json(s)", "nested more than 48 deep");
    hostile("let a = []; loop { a = [a]; }", "nest more than 64 deep");
    hostile("let a = [0]; loop { a[0] = a; }", "nest more than 64 deep");
    hostile("let m = #{ x: 0 }; loop { m.x = m; }", "nest more than 64 deep");
}

#[test]
fn memory_without_an_end_is_refused() {
    hostile(&"x".repeat(10 << 20), "the script has 10485760 bytes; the most is 131072");
    hostile("let s = \"a\"; loop { s += s; }", "a text has more bytes than a script may hold, 131072");
    hostile("let a = [1]; loop { a += a; }", "an array has more elements than a script may hold, 16384");
    hostile("let a = []; loop { a.push(a); }", "an array has more elements than a script may hold, 16384");
    hostile("let a = []; a.pad(1000000000, 0);", "an array has more elements");
    hostile("let b = blob(1000000000);", "an array has more elements");
    hostile("let s = \"\"; s.pad(1000000000, \"x\");", "a text has more bytes");
    hostile("let m = #{}; let i = 0; loop { m[\"k\" + i] = i; i += 1; }", "the variables hold more than 4194304 bytes");
    hostile(
        "let b = []; b.pad(16000, 0); let a = []; a.pad(16000, 0); let i = 0; while i < 16000 { a[i] = b; i += 1; }",
        "the variables hold more",
    );
    hostile(
        "let s = \"\"; s.pad(130000, \"y\"); let a = []; a.pad(16000, 0); let i = 0; while i < 16000 { a[i] = s + i; i += 1; }",
        "the variables hold more",
    );
    hostile("let f = |x| x; f = f.curry(f);", "a name is missing");
    hostile("let f = |x| x; f = curry(f, f);", "there is no `curry`");
    hostile(&(0..300).map(|n| format!("let x{n} = 1; ")).collect::<String>(), "more than 256 variables");
    hostile(&(0..300).map(|n| format!("fn f{n}() {{}} ")).collect::<String>(), "more than 256 functions");
    hostile("let s = \"\"; s.pad(100000, \"x\"); note(s);", "the text has 100000 bytes; the most is 65536");
    hostile("let p = spawn(\"x\"); p.read(0, 1 << 40);", "bytes are more than 16384");
    hostile("machine(#{ frames: 17000000 });", "outside 16 to 16777216");
}

#[test]
fn a_runner_can_allow_less() {
    let limits = Limits { frames: 1000, ..Limits::default() };
    let error = run_script("machine(#{ frames: 1001 });", &limits, |_| true).error.expect("too large");
    assert_eq!(error.message, "frames: 1001 is over 1000, the most here");
    // The machine that is there by default is small enough for anybody.
}

#[test]
fn what_is_printed_is_limited() {
    let outcome = run("let s = \"\"; s.pad(100000, \"x\"); for i in 0..50 { print(s); }");
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.printed.len(), 11);
    assert_eq!(outcome.printed[10].1, "… (more was printed than is kept)");
}

#[test]
fn progress_is_told_and_can_cancel() {
    for script in ["loop { note(\"x\"); }", "note(\"x\"); loop { }"] {
        let outcome = run_script(script, &Limits::default(), |_| false);
        assert_eq!(outcome.error.expect("cancelled").message, "the script was cancelled");
        assert!(!outcome.session.expect("it began").steps().is_empty());
    }
}

#[test]
fn a_script_runs_alike_every_time() {
    let script = "let m = #{ b: 1, a: 2, c: 3 }; for k in m.keys() { let p = spawn(k); p.touch(p.mmap(m[k]), m[k]); }";
    let digest = || run(script).session.expect("it ran").digest();
    assert_eq!(digest(), digest());
}

fn console() -> (Session, ConsoleScope) {
    (Session::new(Config::default()).expect("the default machine"), ConsoleScope::default())
}

/// Lines and what each answers.
fn talk(session: &mut Session, scope: &mut ConsoleScope, lines: &[(&str, &str)]) {
    for (line, expected) in lines {
        let answer = console_line(session, scope, line)
            .unwrap_or_else(|error| format!("{}:{} {}", error.line, error.column, error.message));
        assert_eq!(answer, *expected, "{line}");
    }
}

#[test]
fn the_console_keeps_its_variables_and_functions() {
    let (mut session, mut scope) = console();
    talk(
        &mut session,
        &mut scope,
        &[
            ("let p = spawn(\"shell\")", "pid 1"),
            ("let a = p.mmap(2)", "0x7ffff7ffd000"),
            ("a", "140737354125312"),
            ("p.write(a, \"hello\")", ""),
            ("p.read(a, 5)", "\"hello\""),
            ("fn double(x) { x * 2 }", ""),
            ("double(21)", "42"),
            ("let double = |x| x * 3; double.call(2)", "6"),
            ("p.munmap(1, 1)", "EINVAL"),
            ("print(\"one\"); 2", "one\n2"),
            ("q.touch(0)", "1:1 there is no `q`"),
            ("a + ", "1:4 the script ends in the middle of something"),
            ("machine(#{})", "1:1 the machine is there already"),
            ("[p, a == a, #{ x: \"y\" }]", "[process 1, true, #{x: \"y\"}]"),
            ("PAGE", "4096"),
            ("expect(p.rss() == 1, \"one page\")", "true"),
        ],
    );
    assert_eq!(session.steps().len(), 6);
    assert!(session.steps().iter().all(|step| step.at.is_none()), "console lines are no place in a script");
}

#[test]
fn the_console_names_the_processes_of_a_session() {
    let mut session = run("let a = spawn(\"a\"); let b = a.fork();").session.expect("it ran");
    let mut scope = ConsoleScope::default();
    talk(
        &mut session,
        &mut scope,
        &[
            ("p1.name", "a"),
            ("p2.parent", "1"),
            ("let c = p2.fork()", "pid 3"),
            ("p3.alive", "true"),
            ("p3 == c", "true"),
            ("let p3 = 5", ""),
            ("p3", "5"),
        ],
    );
}

#[test]
fn a_console_line_in_the_past_cuts_the_future() {
    let mut session = run("let p = spawn(\"a\"); p.mmap(1); p.mmap(2); p.mmap(3);").session.expect("it ran");
    let mut scope = ConsoleScope::default();
    session.seek(2);
    talk(&mut session, &mut scope, &[("p1.vmas().len()", "1")]);
    assert_eq!(session.steps().len(), 4, "a question cuts nothing");
    talk(&mut session, &mut scope, &[("free(3, 1)", "1:1 free: no run from alloc starts at frame 3")]);
    assert_eq!(session.steps().len(), 4, "a refusal cuts nothing");
    talk(&mut session, &mut scope, &[("p1.exit()", "")]);
    assert_eq!((session.steps().len(), session.cursor().step), (3, 3));
}

#[test]
fn limits_hold_for_each_console_line() {
    let (mut session, mut scope) = console();
    for _ in 0..3 {
        let error = console_line(&mut session, &mut scope, "loop { }").expect_err("without an end");
        assert_eq!(error.message, "the script ran more than 5000000 operations");
    }
    talk(&mut session, &mut scope, &[("1 + 1", "2")]);
    let error = console_line(&mut session, &mut scope, &"x".repeat(10 << 20)).expect_err("too long");
    assert_eq!(error.message, "the script has 10485760 bytes; the most is 131072");
}

#[test]
fn an_unfinished_line_is_told_from_a_wrong_one() {
    let (_, scope) = console();
    for line in ["fn f(x) {", "if true {\n  1", "let a = [1,", "f(1,", "#{ a: 1,", "let a ="] {
        assert!(is_unfinished(&scope, line), "{line}");
    }
    for line in ["1 + 1", "let = 3", "fn f(x) { x }", ")", "let p = spawn(\"x\") p", "\"abc"] {
        assert!(!is_unfinished(&scope, line), "{line}");
    }
}

#[test]
fn the_manual_shows_every_function() {
    let manual = include_str!("../../docs/scripting.md");
    for function in pageturner::script::FUNCTIONS {
        let of = function.usage.split_once('.').map_or("", |(of, _)| of);
        let shown = if function.method { format!("`{of}.{}", function.name) } else { format!("{}(", function.name) };
        assert!(manual.contains(&shown), "docs/scripting.md lacks {}", function.usage);
    }
}

#[test]
fn the_manual_tells_the_limits() {
    let manual = include_str!("../../docs/scripting.md");
    let limits = Limits::default();
    for (said, limit) in [
        ("128 KiB of text, 20,000,000 steps", limits.source == 128 << 10 && limits.operations == 20_000_000),
        ("200,000 commands, 24 functions", limits.commands == 200_000 && limits.call_depth == 24),
        ("48 expressions", limits.expression_depth == 48),
        ("256 variables and 256 functions", limits.variables == 256 && limits.functions == 256),
        (
            "16,384 elements in a value, 4 MiB in all",
            limits.array == 16384 && limits.memory == 4 << 20 && limits.string == 128 << 10,
        ),
        ("up\nto 1 MiB", limits.printed == 1 << 20),
    ] {
        assert!(manual.contains(said) && limit, "{said}");
    }
}

#[test]
fn the_manual_s_scripts_run() {
    let manual = include_str!("../../docs/scripting.md");
    let scripts: Vec<&str> = manual.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(scripts.len() >= 5);
    for script in scripts {
        let outcome = run(script);
        assert_eq!(outcome.error.map(|error| error.to_string()), None, "{script}");
        assert_eq!(outcome.failed_expects, 0, "{script}");
    }
}
