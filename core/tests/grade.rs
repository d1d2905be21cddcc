//! `pageturner grade` as it is started: files, processes, exit statuses. What submissions of every kind get is in
//! `tests/tests/grade.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/grade");

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn grade(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pageturner"));
    command.current_dir(DATA).arg("grade").args(arguments).output().expect("it starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const QUICK: [&str; 6] = ["half", "open_comment", "prints_ansi", "return_100", "solution", "defines_question"];

fn quick() -> Vec<String> {
    QUICK.iter().map(|name| format!("submissions/{name}.rhai")).collect()
}

#[test]
fn neither_order_nor_the_number_of_jobs_changes_a_byte() {
    let names = quick();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    for format in ["--json", "--csv"] {
        let mut arguments = vec!["--test", "test.rhai", format, "--jobs", "1"];
        arguments.extend(&names);
        let first = grade(&arguments);
        assert!(first.status.success(), "{}", error(&first));
        for jobs in ["2", "5"] {
            names.rotate_left(2);
            let again = grade(&[&["--test", "test.rhai", format, "--jobs", jobs], &names[..], &names[1..3]].concat());
            assert_eq!(out(&first), out(&again));
        }
    }
}

#[test]
fn a_loop_is_stopped_and_the_others_are_graded() {
    let folder = folder("loop");
    // One command that looks at no clock for a long time would be stopped by its process; a loop stops by itself.
    let endless = folder.join("endless.rhai");
    fs::write(&endless, "let p = spawn(\"p\"); let a = p.mmap(1); loop { p.touch(a); }").expect("written");
    let output =
        grade(&["--test", "test.rhai", "--seconds", "1", &endless.display().to_string(), "submissions/solution.rhai"]);
    assert!(output.status.success(), "{}", error(&output));
    let out = out(&output);
    assert!(out.contains("endless.rhai: 0 of 5 points") && out.contains("solution.rhai: 5 of 5 points"), "{out}");
}

#[test]
fn result_files_are_of_one_submission() {
    let folder = folder("files");
    let results = folder.join("results.json").display().to_string();
    for format in ["--gradescope", "--prairielearn"] {
        let output = grade(&["--test", "test.rhai", format, "-o", &results, "submissions/solution.rhai"]);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", error(&output));
        let file = fs::read_to_string(&results).expect("a file");
        assert!(file.contains("\"score\": "), "{file}");
        let two = grade(&["--test", "test.rhai", format, "submissions/solution.rhai", "submissions/half.rhai"]);
        assert_eq!(two.status.code(), Some(2));
    }
}

#[test]
fn a_folder_is_the_one_file_in_it() {
    let folder = folder("folders");
    let solution = fs::read(Path::new(DATA).join("submissions/solution.rhai")).expect("a file");
    for (name, files) in
        [("one", &["a.rhai", "notes.txt", ".b.rhai"][..]), ("two", &["a.rhai", "b.rhai"]), ("none", &[])]
    {
        fs::create_dir(folder.join(name)).expect("a folder");
        files.iter().for_each(|file| fs::write(folder.join(name).join(file), &solution).expect("written"));
    }
    let paths = ["one", "two", "none"].map(|name| folder.join(name).display().to_string());
    let output = grade(&[&["--test", "test.rhai"], &paths.each_ref().map(String::as_str)[..]].concat());
    let out = out(&output);
    assert!(output.status.success(), "{}", error(&output));
    assert!(out.contains("a.rhai: 5 of 5 points"), "{out}");
    assert!(out.contains("hand in one script or recording; there are 2: a.rhai, b.rhai"), "{out}");
    assert!(out.contains("no script (.rhai) and no recording (.jsonl) is in it"), "{out}");
}

/// A link may lead to the hidden test, and an error in it would quote it.
#[cfg(unix)]
#[test]
fn a_link_is_not_read() {
    let folder = folder("links");
    let test = Path::new(DATA).join("test.rhai");
    std::os::unix::fs::symlink(&test, folder.join("a.rhai")).expect("a link");
    std::os::unix::fs::symlink(DATA, folder.join("b")).expect("a link");
    for path in [folder.clone(), folder.join("a.rhai"), folder.join("b")] {
        let output = grade(&["--test", "test.rhai", &path.display().to_string()]);
        let out = out(&output);
        assert!(output.status.success() && out.contains(": 0 of 5 points"), "{out}");
        assert!(!out.contains("submitted") && !out.contains("question("), "{out}");
    }
}

#[test]
fn wrong_arguments_are_told_before_anything_is_graded() {
    for (arguments, said) in [
        (&["--test", "nobody.rhai", "submissions/half.rhai"][..], "nobody.rhai"),
        (&["--test", "submissions/half.rhai", "submissions/half.rhai"], "outside of the questions"),
        (&["--test", "test.rhai", "submissions/nobody.rhai"], "there is no such file"),
        (&["--test", "test.rhai"], "SUBMISSION"),
        (&["--test", "test.rhai", "--csv", "--json", "submissions/half.rhai"], "cannot be used with"),
        (&["--test", "test.rhai", "--for-author", "--gradescope", "submissions/half.rhai"], "cannot be used with"),
    ] {
        let output = grade(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error(&output).contains(said), "{}", error(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_test_is_checked_by_its_solutions() {
    let good = grade(&["--test", "test.rhai", "--check", "submissions/solution.rhai", "submissions/solution.jsonl"]);
    assert_eq!(
        out(&good),
        "submissions/solution.jsonl: all 5 points\nsubmissions/solution.rhai: all 5 points\nan empty script: no points\n"
    );
    assert!(good.status.success());
    assert_eq!(grade(&["--test", "test.rhai", "--check", "submissions/half.rhai"]).status.code(), Some(1));
    let folder = folder("check");
    let test = folder.join("gift.rhai");
    fs::write(&test, "question(\"gift\", 1, || { expect(counter(\"faults\") < 9); });").expect("written");
    let gift = grade(&["--test", &test.display().to_string(), "--check", "submissions/solution.rhai"]);
    assert_eq!(gift.status.code(), Some(1));
    assert!(out(&gift).contains("an empty script gets points, for nothing: gift"), "{}", out(&gift));
}
