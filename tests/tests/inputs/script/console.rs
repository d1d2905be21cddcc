//! Lines of the console, one after another.

use super::run;
use pageturner::config::Config;
use pageturner::lab::tell::variables::Variables;
use pageturner::lab::time::session::Session;
use pageturner::script::{ConsoleScope, completions, console_line, is_unfinished};

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
fn a_script_s_processes_and_areas_are_there_by_their_variables() {
    let script = "let shell = spawn(\"sh\");\nlet a = shell.mmap(2);\nlet n = 3;\nlet p1 = 7;\n";
    let (mut session, mut scope) = (run(script).session.expect("it ran"), ConsoleScope::default());
    let mut variables = Variables::default();
    variables.read(&session, script);
    scope.know(&variables.at(session.cursor().step));
    talk(
        &mut session,
        &mut scope,
        &[
            ("shell.pid", "1"),
            ("shell.touch(a)", ""),
            ("shell.is_present(a)", "true"),
            ("n", "1:1 there is no `n`"),
            ("let a = 5; a", "5"),
        ],
    );
    scope.know(&variables.at(session.cursor().step));
    talk(&mut session, &mut scope, &[("a", "5")]);
}

#[test]
fn the_console_helps() {
    let (mut session, mut scope) = console();
    let order = "order_of(pages)\n  the smallest order whose blocks hold so many pages";
    let pin = "pin(segment) or pin(frame)\n  a device uses the run: it is not moved until it is unpinned";
    talk(
        &mut session,
        &mut scope,
        &[
            ("help(\"order_of\")", order),
            ("help(order_of);", order),
            ("help( p.pin )", pin),
            ("help(order_off)", "There is no function `order_off`. Did you mean `order_of`? `help` lists all."),
            ("help(\"?\")", "1:1 `help` is not a function"),
        ],
    );
    let all = console_line(&mut session, &mut scope, "help").expect("it helps");
    assert!(all.contains("p1.touch(address): mmap, munmap") && all.contains("of the machine: machine, spawn"), "{all}");
    assert!(session.steps().is_empty());
}

#[test]
fn names_are_completed() {
    let (mut session, mut scope) = console();
    talk(&mut session, &mut scope, &[("let order = 1; let p = spawn(\"p\")", "pid 1")]);
    let mut variables = Variables::default();
    variables.read(&run("let ordinary = spawn();").session.expect("it ran"), "let ordinary = spawn();");
    assert_eq!(completions(&scope, &variables.at(1), "or"), ["order", "order_of", "ordinary"]);
    for (line, names) in [
        ("ord", ["order", "order_of"].as_slice()),
        ("p.touch(order_", &["order_of"]),
        ("p.mu", &["munlock", "munlockall", "munmap"]),
        ("for i in 0..or", &["order", "order_of"]),
        ("p1.xyz", &[]),
    ] {
        assert_eq!(completions(&scope, &variables.at(0), line), names, "{line}");
    }
}
