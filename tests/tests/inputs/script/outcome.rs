//! What a run leaves behind: commands with their places, expectations, what was printed, errors.

use super::{error, run};
use pageturner::config::Config;
use pageturner::lab::recording::Recording;
use pageturner::lab::tell::words::step_source;
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, run_script};
use pageturner::vocabulary::command::{Command, Expect, Note, Position};
use pageturner::vocabulary::reply::Reply;

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

/// The script of its commands gives the same commands again, and so does its recording.
#[test]
fn what_is_shown_stands_in_the_recording() {
    let outcome = run(r#"machine(#{ frames: 64, swap_slots: 8 });
        let shell = spawn("shell");
        let a = shell.mmap(4);
        shell.touch(a);
        let run = alloc(2, #{ movable: true });
        note("Look.", #{ before: true });
        show(#{ select: shell, point: [[shell, a], shell.vma(a), shell.frame(a), run, "slot 3"], zoom: [8, 4] });
        show(#{ point: [shell, a], zoom: shell.frame(a), open: ["console"], fold: ["swap"], counter: "faults" });
        show(#{ select: shell.frame(a + PAGE), zoom: "all" });
        note("With a chart.", #{ before: true, title: "pages", rows: [["a", [1]]] });"#);
    assert_eq!(outcome.error, None);
    let session = outcome.session.expect("it ran");
    let said = |session: &Session| -> Vec<String> {
        let spoken = session.steps().iter().filter(|step| step.command.speaks());
        spoken.map(|step| step_source(&step.command, &step.reply)).collect()
    };
    let texts = said(&session);
    assert_eq!(
        texts,
        [
            r#"note("Look.", #{before: true});"#,
            r#"show(#{select: "process 1", point: ["page 1 0x7ffff7ffb000", "vma 1 0x7ffff7ffb000", "frame 5", "frame 6", "slot 3"], zoom: [8, 4]});"#,
            r#"show(#{point: ["page 1 0x7ffff7ffb000"], zoom: [5, 1], open: ["console"], fold: ["swap"], counter: "faults"});"#,
            "show(#{zoom: \"all\"});",
            r#"note("With a chart.", #{before: true, title: "pages", rows: [["a", [1]]]});"#,
        ]
    );
    assert!(session.steps().iter().all(|step| !step.command.speaks() || step.reply == Reply::Done));
    let replayed = Recording::parse(&Recording::from_session(&session).to_jsonl()).and_then(|read| read.replay());
    assert_eq!(said(&replayed.expect("what is written can be read")), texts);
    let lines: Vec<String> = session.steps().iter().map(|step| step_source(&step.command, &step.reply)).collect();
    let again = run(&format!("machine(#{{ frames: 64, swap_slots: 8 }});\n{}", lines.join("\n")));
    assert_eq!(again.error, None);
    assert_eq!(said(&again.session.expect("it ran")), texts);
}

#[test]
fn what_another_machine_has_not_is_not_shown_there() {
    let script = r#"machine(#{ frames: 64 });
        let p = spawn("p");
        let a = p.mmap(1);
        show(#{ select: 40, point: [p], zoom: [32, 32] });
        expect(link(40, "high") == "[[frame 40|high]]" || link(40, "high") == "high");
        p.touch(a);
        expect(what_if(#{ frames: 32 }).faults == counter("faults"));"#;
    let outcome = run(script);
    assert_eq!((outcome.error, outcome.failed_expects), (None, 0));
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
            Command::Note(Note::new("seen"))
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
    assert_eq!(steps[0].command, Command::Note(Note::new("free: no run from alloc starts at frame 3")));
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
    assert!(
        error("show(#{ counter: \"fault\" });")
            .starts_with("1:1 there is no counter `fault` = did you mean `faults`? There are `cycles`")
    );
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
