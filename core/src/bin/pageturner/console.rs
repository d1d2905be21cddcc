//! `console`: a line of script at a time. Words that begin with a colon are for the terminal only: `:help` lists them.

use crate::args::{ConsoleArgs, Given, Memory};
use crate::given::given;
use crate::{Fatal, Verdict, files};
use pageturner::config::Config;
use pageturner::lab::recording::{Recording, Written};
use pageturner::lab::tell::text::{memory_map, summary};
use pageturner::lab::tell::variables::Variables;
use pageturner::lab::tell::words::{count, event_text, step_text};
use pageturner::lab::time::session::Session;
use pageturner::script::{ConsoleScope, FUNCTIONS, console_line, is_unfinished, run_script};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::io::Write;
use std::path::Path;

const HELP: &str = "\
:help [name]   this, or how a function is called    :state     map, processes, free blocks, counters
:map           the map of memory                    :events    the events of the last step
:back [n]      n steps back                         :forward [n]
:seek n        to the state after n steps           :steps     all steps; > marks the cursor
:check         all invariants                       :save FILE the recording
:quit          or Ctrl-D";

/// Prints a line like `println!`, but does not panic when the reader has gone away.
macro_rules! say {
    ($($arg:tt)*) => { drop(writeln!(std::io::stdout(), $($arg)*)) };
}

/// Reads lines until the end of input.
pub fn console(args: &ConsoleArgs) -> Verdict {
    let (mut session, script) = start(args.file.as_deref(), args.memory, &args.given)?;
    let mut scope = ConsoleScope::default();
    let mut variables = Variables::default();
    variables.read(&session, script.as_deref().unwrap_or(""));
    scope.know(&variables.at(session.cursor().step));
    let mut editor = DefaultEditor::new().map_err(|error| Fatal(format!("terminal: {error}")))?;
    say!(
        "A machine of {}. Type commands such as  let p = spawn(\"shell\")  or  :help",
        count(session.config().frames.into(), "frame")
    );
    while let Some(line) = read_line(&mut editor, &scope)? {
        match line.trim().strip_prefix(':') {
            Some("quit" | "q" | "exit") => break,
            Some(word) => colon(&mut session, word),
            None if line.trim().is_empty() => {}
            None => run_line(&mut session, &mut scope, &line),
        }
    }
    Ok(true)
}

/// The session of a script or a recording, at its end, and the script's text; without one, a new machine.
pub fn start(path: Option<&Path>, memory: Memory, of: &Given) -> Result<(Session, Option<String>), Fatal> {
    let Some(path) = path else {
        let session = Session::within(Config::default(), memory.bytes());
        return session.map(|session| (session, None)).map_err(|refusal| Fatal(refusal.to_string()));
    };
    let text = files::read(path)?;
    if text.trim_start().starts_with('{') {
        of.refuse_of_recording()?;
        return Recording::parse(&text)
            .and_then(|recording| Ok((recording.replay_within(memory.bytes())?, recording.script)))
            .map_err(|error| files::in_file(path, error));
    }
    let text = given(path, &text, of)?;
    let outcome = run_script(&text, &memory.limits(), |_| true);
    if let Some(early) = &outcome.early {
        eprintln!("pageturner: {}: {early}", path.display());
    }
    match (outcome.session, outcome.error) {
        (Some(session), None) => Ok((session, Some(text))),
        (_, Some(error)) => Err(files::in_file(path, error)),
        (None, None) => Err(files::in_file(path, "the script made no machine")),
    }
}

/// Reads a line, or several as long as the first is unfinished. `None` at the end of input.
fn read_line(editor: &mut DefaultEditor, scope: &ConsoleScope) -> Result<Option<String>, Fatal> {
    let mut text = String::new();
    loop {
        match editor.readline(if text.is_empty() { "> " } else { "… " }) {
            Ok(line) => text += &line,
            Err(ReadlineError::Interrupted) => return Ok(Some(String::new())),
            Err(ReadlineError::Eof) => return Ok(None),
            Err(error) => return Err(Fatal(format!("terminal: {error}"))),
        }
        if text.starts_with(':') || !is_unfinished(scope, &text) {
            let _ = editor.add_history_entry(&text);
            return Ok(Some(text));
        }
        text.push('\n');
    }
}

fn run_line(session: &mut Session, scope: &mut ConsoleScope, line: &str) {
    let before = session.event_count();
    match console_line(session, scope, line) {
        Ok(text) if text.is_empty() => {}
        Ok(text) => say!("{text}"),
        Err(error) => say!("{error}"),
    }
    let new = session.event_count().saturating_sub(before);
    if new > 0 {
        say!("  ({}; :events tells them)", count(u64::from(new), "event"));
    }
}

fn colon(session: &mut Session, line: &str) {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let number = || rest.trim().parse::<u32>().unwrap_or(1);
    match word {
        "help" | "h" | "?" => help(rest.trim()),
        "map" => say!("{}", memory_map(session.view())),
        "state" => say!("{}", summary(session.view())),
        "events" => events(session),
        "steps" => steps(session),
        "back" => go(session, session.cursor().step.saturating_sub(number())),
        "forward" => go(session, session.cursor().step.saturating_add(number())),
        "seek" => go(session, number()),
        "check" => match session.check().as_slice() {
            [] => say!("all invariants hold"),
            broken => say!("{}", broken.join("\n")),
        },
        "save" => save(session, rest.trim()),
        _ => say!("there is no :{word}; :help lists what there is"),
    }
}

fn help(name: &str) {
    let functions: Vec<_> = FUNCTIONS.iter().filter(|function| name.is_empty() || function.name == name).collect();
    if name.is_empty() {
        say!("{HELP}\n");
    }
    if functions.is_empty() {
        say!("there is no function `{name}`");
    }
    for function in functions {
        say!("{}\n    {}", function.usage, function.does);
    }
}

fn go(session: &mut Session, step: u32) {
    session.seek(step);
    let steps = session.steps().len();
    say!("after step {} of {steps}", session.cursor().step);
}

fn steps(session: &Session) {
    for (n, step) in session.steps().iter().enumerate() {
        let mark = if n as u32 + 1 == session.cursor().step { '>' } else { ' ' };
        say!("{mark}{:5} {}", n + 1, step_text(&step.command, &step.reply));
    }
}

fn events(session: &Session) {
    let Some(step) = session.cursor().step.checked_sub(1) else { return say!("nothing has happened yet") };
    session.each_event(session.events_of(step), |_, event| say!("  · {}", event_text(event, session.view())));
}

fn save(session: &Session, path: &str) {
    if path.is_empty() {
        return say!(":save needs the name of a file");
    }
    let written = Written::of(session, None, None);
    if let Some(cut) = written.cut() {
        say!("{cut}");
    }
    match files::write(Path::new(path), &written.text) {
        Ok(()) => say!("{} written to {path}", count(session.steps().len() as u64, "step")),
        Err(Fatal(message)) => say!("{message}"),
    }
}
