//! Grading: submissions of every kind, honest, broken and cheating, against one hidden test. What each must get stands
//! in `tests/grade/points.txt`, by hand; what is said of each, in every format, in the files that `UPDATE_EXPECT=1`
//! writes. The command line's part, processes and files, is in `core/tests/grade.rs`.

use expect_test::{expect, expect_file};
use pageturner::lab::recording::MAX_TEXT;
use pageturner::script::grade::{Allowed, Clock, Ended, Given, Graded, Test, csv, grade, gradescope, json};
use pageturner::script::grade::{MOST_BYTES, prairielearn, text};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

const TEST: &str = include_str!("../grade/test.rhai");

/// Nobody stops anything.
fn going() -> Box<dyn FnMut(u32) -> bool> {
    Box::new(|_| true)
}

/// Limits that are reached soon.
fn allowed(clock: Clock<'_>) -> Allowed<'_> {
    let mut allowed = Allowed::new(64 << 20, clock);
    (allowed.run.operations, allowed.run.commands) = (400_000, 2_000);
    (allowed.question.operations, allowed.question.commands) = (100_000, 500);
    allowed
}

fn given(name: &str, bytes: impl Into<Vec<u8>>) -> Given {
    Given { name: name.into(), bytes: Ok(bytes.into()) }
}

fn graded(test: &str, submission: &Given) -> Graded {
    grade(&Test::read(test).expect("a test"), submission, &allowed(&going))
}

fn solution() -> String {
    file("solution.rhai")
}

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grade/submissions").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All submissions, in the order of their names.
fn submissions() -> Vec<Given> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grade/submissions");
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut all: Vec<Given> =
        names.map(|name| name.into_string().expect("a name")).map(|name| given(&name, file(&name))).collect();
    let utf_16 = solution().encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    all.extend([
        given("a_binary.rhai", [0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0xff, 0xfe]),
        given("a_mebibyte.rhai", format!("{}{}", solution(), "// more\n".repeat(1 << 17))),
        given("a_recording_of_nothing.jsonl", "{}\n"),
        given("latin_1.rhai", b"let gr\xf6\xdfe = 1;".to_vec()),
        given("utf_16.rhai", utf_16),
        given("with_a_mark.rhai", format!("\u{feff}{}", solution())),
        given("windows_lines.rhai", solution().replace('\n', "\r\n")),
    ]);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn all_graded() -> Vec<Graded> {
    static ALL: LazyLock<Vec<Graded>> = LazyLock::new(|| {
        let test = Test::read(TEST).expect("a test");
        submissions().iter().map(|submission| grade(&test, submission, &allowed(&going))).collect()
    });
    ALL.clone()
}

#[test]
fn each_submission_gets_what_it_must() {
    let table = include_str!("../grade/points.txt").lines().filter(|line| !line.starts_with('#'));
    let expected: BTreeMap<String, String> = table
        .map(|line| {
            let [name, points, ended] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
            (name.to_string(), format!("{points} {ended}"))
        })
        .collect();
    let found: BTreeMap<String, String> = all_graded()
        .iter()
        .map(|graded| {
            let ended: &str = graded.ended.into();
            (graded.submission.clone(), format!("{} {ended}", graded.points))
        })
        .collect();
    let wrong: Vec<String> = expected
        .keys()
        .chain(found.keys())
        .filter(|name| expected.get(*name) != found.get(*name))
        .map(|name| format!("{name}: {:?}, and must get {:?}", found.get(name), expected.get(name)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(expected.len() > 70, "{}", expected.len());
}

#[test]
fn results_are_written_in_every_format() {
    let (test, all) = (Test::read(TEST).expect("a test"), all_graded());
    expect_file!["../grade/results.txt"].assert_eq(&text(&all));
    let some = |names: &[&str]| {
        let is_named = |graded: &&Graded| names.contains(&graded.submission.as_str());
        all.iter().filter(is_named).cloned().collect::<Vec<_>>()
    };
    let some = some(&["prints_csv.rhai", "prints_json.rhai", "solution.rhai", "third.rhai", "throw_ansi.rhai"]);
    expect_file!["../grade/results.csv"].assert_eq(&csv(&test, &some));
    expect_file!["../grade/results.jsonl"].assert_eq(&json(&some));
    let files = |make: fn(&Graded) -> String| some.iter().map(make).collect::<String>();
    expect_file!["../grade/gradescope.json"].assert_eq(&files(gradescope));
    expect_file!["../grade/prairielearn.json"].assert_eq(&files(prairielearn));
}

/// The test's code is in no feedback, and what is for its author is in no result.
#[test]
fn no_result_quotes_the_test() {
    let secret = ["submitted(", "all_or_nothing", "mapcount(", "expect(", "|| {", "PAGE", "let frame", "!= -1"];
    for graded in all_graded() {
        let said: Vec<&String> = graded.questions.iter().flat_map(|question| &question.feedback).collect();
        let said = format!("{said:?}");
        assert!(secret.iter().all(|word| !said.contains(word)), "{}: {said}", graded.submission);
        assert!(graded.questions.iter().all(|question| question.for_author.is_none()), "{}", graded.submission);
    }
}

/// What is written of one is one line, whatever it prints, throws or is called, and nothing that a terminal acts upon.
#[test]
fn texts_of_others_stay_in_their_place() {
    let odd = "a\u{1b}[2J\nsolution.rhai: 5 of 5 points\n\u{202e}.rhai";
    let mut all = all_graded();
    all.push(graded(TEST, &given(odd, file("prints_ansi.rhai"))));
    for graded in &all {
        let shown = text(std::slice::from_ref(graded));
        let (first, rest) = shown.split_once('\n').expect("a line");
        assert!(first.ends_with(&format!(": {} of 5 points", graded.points)), "{first}");
        assert!(rest.lines().all(|line| line.starts_with("  ")), "{shown}");
        assert!(shown.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{shown:?}");
        assert!(!shown.contains(['\u{202e}', '\u{2028}', '\u{200b}', '\u{feff}']), "{shown:?}");
        assert_eq!(json(std::slice::from_ref(graded)).lines().count(), 1);
        for file in [gradescope(graded), prairielearn(graded)] {
            assert!(file.len() < MOST_BYTES);
            serde_json::from_str::<serde_json::Value>(&file).expect("JSON");
        }
    }
}

#[test]
fn a_result_is_the_same_after_a_trip_through_json() {
    for graded in all_graded() {
        let line = json(std::slice::from_ref(&graded));
        assert_eq!(serde_json::from_str::<Graded>(&line).expect("a result"), graded);
    }
}

/// What a question costs or breaks is its own loss.
#[test]
fn a_question_that_fails_loses_itself_only() {
    let test = r#"
        fn again(n) { again(n + 1) }
        question("first", 1, || { let p = submitted("p", "process"); expect(p.write(submitted("a"), "one") == 0); });
        question("loops", 1, || { expect(true); loop { } });
        question("loops and catches", 1, || { expect(true); try { loop { } } catch (e) { } loop { } });
        question("commands", 1, || { expect(true); loop { note("x"); } });
        question("recursion", 1, || { expect(true); again(0); });
        question("memory", 1, || { expect(true); let s = "x"; loop { s += s; } });
        question("throws", 1, || { expect(true); throw "the answer is 42"; });
        question("slip", 1, || { expect(true); let p = submitted("p"); p.wriet(1); });
        question("exit", 1, || { expect(true); exit(1); });
        question("return", 1, || { expect(true); return; });
        question("nothing", 1, || { });
        question("machine", 1, || { expect(true); machine(#{ frames: 8 }); });
        question("question", 1, || { expect(true); question("inner", 1, || { expect(true); }); });
        question("ends processes", 1, || { expect(true); for p in processes() { p.exit(); } });
        question("too many", 1, || { for i in 0..2000 { expect(true); } });
        question("last", 1, || { expect(submitted("p", "process").read_text(submitted("a"), 3) == ""); });
    "#;
    let graded = graded(test, &given("s.rhai", "let p = spawn(\"p\"); let a = p.mmap(1);"));
    let shown: String = graded
        .questions
        .iter()
        .map(|question| format!("{} {} {}\n", question.points, question.name, question.feedback.join("; ")))
        .collect();
    expect![[r#"
        1 first 
        0 loops the check could not be made: it reached a limit
        0 loops and catches the check could not be made: it reached a limit
        0 commands the check could not be made: it reached a limit
        0 recursion the check could not be made: it reached a limit
        0 memory the check could not be made: it reached a limit
        0 throws the check could not be made: something is missing that it needs, or is otherwise than it was asked for
        0 slip the check could not be made: something is missing that it needs, or is otherwise than it was asked for
        0 exit the check could not be made: it ended early
        1 return 
        0 nothing the check could not be made: it expects nothing
        0 machine the check could not be made: something is missing that it needs, or is otherwise than it was asked for
        0 question the check could not be made: something is missing that it needs, or is otherwise than it was asked for
        1 ends processes 
        0 too many the check could not be made: it reached a limit
        1 last 
    "#]].assert_eq(&shown);
}

/// Partial credit is a share of the checks that were made, rounded down to a hundredth, so sums are exact.
#[test]
fn checks_share_a_question_s_points() {
    let test = r#"
        question("third", 1, || { expect(true); expect(false, "b"); expect(false, "b"); });
        question("decimals", 2.5, || { expect(true); expect(false, "a"); });
        question("all", 2, #{ all_or_nothing: true }, || { expect(true); expect(false); });
        question("no points", 0, || { expect(false, "only said"); });
    "#;
    let graded = graded(test, &given("s.rhai", ""));
    let points: Vec<String> = graded.questions.iter().map(|question| question.points.to_string()).collect();
    assert_eq!(points, ["0.33", "1.25", "0", "0"]);
    assert_eq!((graded.points.to_string(), graded.of.to_string()), ("1.58".into(), "5.5".into()));
    assert_eq!(graded.questions[0].feedback, ["b"]);
    assert_eq!(graded.questions[2].feedback, ["something does not hold"]);
}

#[test]
fn a_test_may_ask_how_it_was_done() {
    let test = r#"
        question("how", 6, || {
            let s = submission();
            expect(s.ended == "exit", `ended by ${s.ended}`);
            expect(s.commands == 2, `${s.commands} commands`);
            expect(s.printed == "one\ntwo", s.printed);
            expect(!s.recording);
            expect(s.machine.frames == 32 && s.machine.allocator == "buddy", "machine");
            expect(counter("faults") == 0 && what_if(#{ frames: 64 }).free_frames > 32, "what_if");
        });
    "#;
    let script = "machine(#{ frames: 32 }); print(\"one\"); let p = spawn(\"p\"); print(\"two\"); p.mmap(2); exit();";
    let graded = graded(test, &given("s.rhai", script));
    assert_eq!((graded.points.to_string(), &graded.questions[0].feedback), ("6".into(), &Vec::new()));
}

/// Only the author is told what the test says.
#[test]
fn errors_of_the_test_are_for_its_author() {
    let test = Test::read("question(\"q\", 1, || {\n    print(\"looking\");\n    throw \"the answer is 42\";\n});");
    let test = test.expect("a test");
    let allowed = Allowed { for_author: true, ..allowed(&going) };
    let graded = grade(&test, &given("s.rhai", ""), &allowed);
    let [question] = &graded.questions[..] else { panic!("one question") };
    expect![[r#"
        looking
        line 3, column 5: the answer is 42
          |     throw "the answer is 42";
          |     ^"#]]
    .assert_eq(question.for_author.as_deref().expect("something"));
    assert!(!question.feedback.concat().contains("42"), "{:?}", question.feedback);
    assert!(text(&[graded]).contains("for the author: looking"));
}

#[test]
fn a_wrong_test_is_an_error_at_its_place() {
    let wrong = [
        "",
        "let x = ;",
        "question(\"q\", -1, || { expect(true); });",
        "question(\"q\", 0.001, || { expect(true); });",
        "question(\"q\", \"2\", || { expect(true); });",
        "question(\"\", 1, || { expect(true); });",
        "question(\"q\", 1, || { expect(true); });\nquestion(\"q\", 1, || { expect(true); });",
        "question(\"q\", 1, |s| { expect(true); });",
        "question(\"q\", 1, Fn(\"nobody\"));",
        "question(\"q\", 1, #{ all: true }, || { expect(true); });",
        "question(\"q\", 0, || { expect(true); });",
        "\nlet p = spawn(\"p\");\nquestion(\"q\", 1, || { expect(true); });",
        "let n = FRAMES;\nquestion(\"q\", 1, || { expect(true); });",
        "let a = submitted(\"a\");\nquestion(\"q\", 1, || { expect(true); });",
        "question(\"q\", 1, || { expect(true); });\nexit();",
        "machine(#{ frame: 64 });\nquestion(\"q\", 1, || { expect(true); });",
        "fn expect(c) { true }\nquestion(\"q\", 1, || { expect(true); });",
        "loop { }",
        "for n in 0..101 { question(`q${n}`, 1, || { expect(true); }); }",
    ];
    let errors: String = wrong
        .iter()
        .map(|source| {
            let error = Test::read(source).expect_err(source);
            format!("{source}\n    {}:{} {}\n", error.line, error.column, error.message)
        })
        .collect();
    expect_file!["../grade/wrong_tests.txt"].assert_eq(&errors);
}

/// A clock that stops the submission: nothing of it counts. One that stops a question: only that.
#[test]
fn what_takes_too_long_is_stopped() {
    let test = Test::read(
        "question(\"slow\", 1, || { expect(true); loop { } });\nquestion(\"quick\", 1, || { expect(true); });",
    );
    let test = test.expect("a test");
    let parts = Rc::new(Cell::new(0));
    let stops_at = |part: u32| {
        let parts = parts.clone();
        parts.set(0);
        move || -> Box<dyn FnMut(u32) -> bool> {
            parts.set(parts.get() + 1);
            let goes_on = parts.get() != part;
            Box::new(move |_| goes_on)
        }
    };
    let looping = given("s.rhai", "let a = 0; loop { a += 1; }");
    let first = stops_at(1);
    let stopped = grade(&test, &looping, &allowed(&first));
    assert_eq!((stopped.ended, stopped.points.to_string()), (Ended::Time, "0".into()));
    let second = stops_at(2);
    let stopped = grade(&test, &looping, &allowed(&second));
    assert_eq!((stopped.ended, stopped.points.to_string()), (Ended::Error, "1".into()));
    assert_eq!(stopped.questions[0].feedback, ["the check could not be made: it took more time than it has"]);
    // A recording, too.
    let recording = given("s.jsonl", file("solution.jsonl"));
    let first = stops_at(1);
    assert_eq!(grade(&test, &recording, &allowed(&first)).ended, Ended::Time);
}

#[test]
fn a_recording_that_is_too_long_is_refused() {
    let graded = graded(TEST, &given("s.jsonl", vec![b' '; MAX_TEXT + 1]));
    assert_eq!(graded.ended, Ended::Unreadable);
    let steps = "{\"do\":\"note\",\"text\":\"x\"}\n".repeat(3_000);
    let long = format!("{{\"pageturner\":1,\"machine\":{{\"frames\":64,\"swap_slots\":16}}}}\n{steps}");
    let graded = self::graded(TEST, &given("s.jsonl", long));
    assert_eq!((graded.ended, graded.commands), (Ended::Error, 2_000));
}

/// Feedback of any length, and what a submission puts into it, fits the smallest result file.
#[test]
fn feedback_is_bounded() {
    let mut test = String::new();
    for n in 0..100 {
        test += &format!(
            "question(\"{n}{}\", 1, || {{ let s = submitted(\"s\"); for i in 0..50 {{ expect(false, `${{i}}${{s}}`); }} }});\n",
            "\\\"".repeat(150)
        );
    }
    let script = "let s = \"\\\"\\\\\\x07\"; for i in 0..12 { s += s; } print(s);";
    let graded = graded(&test, &given("s.rhai", script));
    for file in [gradescope(&graded), prairielearn(&graded)] {
        assert!(file.len() <= MOST_BYTES, "{}", file.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever comes before or after, and however often: the same submission has the same result.
    #[test]
    fn the_order_changes_nothing(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6)) {
        let quick = ["third.rhai", "throw_ansi.rhai", "solution.jsonl", "defines_question.rhai", "half.rhai", "prints_ansi.rhai"];
        let test = Test::read(TEST).expect("a test");
        let alone = |name: &str| graded(TEST, &given(name, file(name)));
        for pick in picks {
            let name = pick.get(&quick);
            let after_others = grade(&test, &given(name, file(name)), &allowed(&going));
            assert_eq!(json(&[after_others]), json(&[alone(name)]));
        }
    }

    /// Whatever is handed in, there is a result, with as many questions as the test has, and no points for noise.
    #[test]
    fn any_bytes_have_a_result(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        for given in [given("x.rhai", bytes.clone()), given("x.jsonl", bytes), given("x", text)] {
            let graded = graded(TEST, &given);
            assert_eq!((graded.questions.len(), graded.points.to_string()), (3, "0".to_string()));
        }
    }
}

/// What the manual shows is what there is.
#[test]
fn the_manual_shows_the_test_and_its_results() {
    let manual = include_str!("../../docs/grading.md");
    let of = |name: &str| graded(TEST, &given(&format!("tests/grade/submissions/{name}"), file(name)));
    let third = of("third.rhai");
    for shown in [TEST, &text(&[of("half.rhai"), of("solution.rhai")]), &gradescope(&third), &prairielearn(&third)] {
        assert!(manual.contains(shown), "docs/grading.md lacks\n{shown}");
    }
    let limits = Allowed::new(0, &going).question;
    assert_eq!((limits.operations, limits.commands), (5_000_000, 20_000));
}
