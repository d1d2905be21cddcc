//! Small scripts with what becomes of each, in `tests/scripts/*.txt`; those in `console.txt` are lines of the console.
//!
//! ```text
//! ### what it shows
//! print(1 + 1);
//! ---
//! > 2
//! ```
//! Below the line: what was printed (`>`), each expectation (`ok`, `FAILED`), questions that are judged and what is
//! right, how the script ended early, the error.

use libtest_mimic::Trial;
use pageturner::config::Config;
use pageturner::lab::tell::words::command_source;
use pageturner::lab::time::session::Session;
use pageturner::script::{ConsoleScope, Limits, Outcome, console_line, is_unfinished, run_script};
use pageturner::vocabulary::command::{Ask, Command, Expect};
use pageturner_tests::file_cases::Folder;
use std::fmt::Write;
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    Folder { path: "scripts", name: "scripts", extension: "txt" }.compared(with_results)
}

/// The file as it should be.
fn with_results(file: &Path, text: &str) -> String {
    let talk = file.file_stem().is_some_and(|name| name == "console");
    let mut out = String::new();
    for (name, script) in blocks(text) {
        let result = if talk { console(&script) } else { result(&script) };
        writeln!(out, "### {name}\n{script}---\n{result}").unwrap();
    }
    assert!(!out.is_empty(), "the file has scripts");
    out
}

/// Names and scripts, each line with its end.
fn blocks(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split("### ").skip(1).map(|block| {
        let (name, rest) = block.split_once('\n').expect("a name");
        let script: String = rest.split_inclusive('\n').take_while(|line| line.trim_end() != "---").collect();
        (name.to_string(), script)
    })
}

fn result(script: &str) -> String {
    // Where a script ends with no line's end matters to some, so that of the file is left out.
    let Outcome { session, error, early, printed, .. } = run_script(script.trim_end(), &limits(), |_| true);
    let mut out = String::new();
    let mut printed = printed.iter().peekable();
    let steps = session.as_ref().map_or(&[][..], Session::steps);
    for n in 0..=steps.len() {
        while let Some((_, text)) = printed.next_if(|(at, _)| *at as usize <= n) {
            text.lines().for_each(|line| writeln!(out, "> {line}").unwrap());
        }
        match steps.get(n).map(|step| &step.command) {
            Some(Command::Expect(Expect { text, held })) => {
                writeln!(out, "{} {text}", if *held { "ok" } else { "FAILED" }).unwrap();
            }
            Some(command @ (Command::Ask(Ask { task: Some(_), .. }) | Command::Answer(_))) => {
                writeln!(out, "{}", command_source(command)).unwrap();
            }
            _ => {}
        }
    }
    if let Some(session) = &session {
        session.check().iter().for_each(|broken| writeln!(out, "BROKEN {broken}").unwrap());
    }
    early.iter().for_each(|early| writeln!(out, "{early}").unwrap());
    error.iter().for_each(|error| writeln!(out, "{error}").unwrap());
    out
}

/// Smaller than a user's, so that scripts reach them soon.
fn limits() -> Limits {
    Limits { operations: 200_000, commands: 2_000, looks: 2_000_000, memory: 100_000, ..Limits::default() }
}

/// Lines of a console with the answer to each. One that goes on in the next waits for it.
fn console(lines: &str) -> String {
    let (mut session, mut scope) = (Session::new(Config::default()).expect("a machine"), ConsoleScope::default());
    let (mut out, mut text) = (String::new(), String::new());
    for line in lines.lines() {
        text += line;
        if let Some(step) = text.strip_prefix(":seek ") {
            session.seek(step.parse().expect("a step"));
        } else if is_unfinished(&scope, &text) {
            text.push('\n');
            continue;
        } else {
            let answer = console_line(&mut session, &mut scope, &text).unwrap_or_else(|error| error.to_string());
            writeln!(out, "{}", if answer.is_empty() { "(nothing)" } else { &answer }).unwrap();
        }
        text.clear();
    }
    if !text.is_empty() {
        writeln!(out, "(unfinished)").unwrap();
    }
    out
}
