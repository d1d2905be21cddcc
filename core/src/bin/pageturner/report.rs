//! What a session did, for a reader (text) or a program (JSON Lines, dumps).

use crate::args::RunArgs;
use crate::output::Output;
use crate::{Fatal, Verdict};
use pageturner::lab::measure::lengths::Asked;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::quiz::right_text;
use pageturner::lab::tell::chart::chart_text;
use pageturner::lab::tell::dump::{JsonLine, dump};
use pageturner::lab::tell::placed::PlacedError;
use pageturner::lab::tell::references::{Reader, markdown};
use pageturner::lab::tell::text::{requests, summary};
use pageturner::lab::tell::words::{count, errno_meaning, event_text, plain, reply_text, signal_meaning, step_text};
use pageturner::lab::time::session::{Session, Step};
use pageturner::script::Early;
use pageturner::vocabulary::command::{Ask, Command, Expect, Note, Words};
use pageturner::vocabulary::reply::Reply;
use serde::Serialize;
use std::iter::Peekable;
use std::slice::Iter;

/// A session and what is reported of it.
pub struct Report<'a> {
    pub session: Session,
    /// What the script printed, each with the number of steps before it.
    pub printed: Vec<(u32, String)>,
    /// The number of the first step with broken invariants, and these; `None` if all held.
    pub broken: Option<(u32, Vec<String>)>,
    pub error: Option<&'a PlacedError>,
    /// How the script ended, if before its end.
    pub early: Option<&'a Early>,
}

/// Writes the report. `true` if all expectations and invariants held, and none was passed over by an early end.
pub fn report(mut report: Report<'_>, args: &RunArgs) -> Verdict {
    let mut out = Output::new();
    let text = !args.json && !args.quiet && args.dump.is_empty();
    let printed = std::mem::take(&mut report.printed);
    let mut printed = printed.iter().peekable();
    let steps = report.session.steps().len() as u32;
    for n in 0..=steps {
        if text {
            print_until(&mut out, &mut printed, n)?;
        }
        if n == steps {
            break;
        }
        if text {
            step_lines(&mut out, &report.session.steps()[n as usize], n)?;
        } else if args.json {
            out.line(step_json(&report.session, n))?;
        }
        if args.events && (text || args.json) {
            events(&mut out, &mut report.session, n, args.json)?;
        }
        if args.each {
            report.session.seek(n + 1);
            dumps(&mut out, &report.session, args, n + 1)?;
        }
    }
    report.session.seek(steps);
    if !args.each {
        dumps(&mut out, &report.session, args, steps)?;
    }
    if text {
        out.line("")?;
        out.text(&summary(report.session.view()))?;
        out.line("")?;
        out.text(&requests(report.session.view()))?;
        if let Some(window) = args.references {
            let table = Reader::default().at(&report.session, window).map(|references| markdown(&references));
            out.text(&format!("\n{}", table.as_deref().unwrap_or("No references to single pages.\n")))?;
        }
    }
    verdict(&mut out, &report, args)
}

fn print_until(out: &mut Output, printed: &mut Peekable<Iter<'_, (u32, String)>>, step: u32) -> Result<(), Fatal> {
    while let Some((_, text)) = printed.next_if(|(at, _)| *at <= step) {
        for line in text.lines() {
            out.line(format!("      > {line}"))?;
        }
    }
    Ok(())
}

/// A step as a line: its number, the command, its answer.
pub fn step_lines(out: &mut Output, step: &Step, n: u32) -> Result<(), Fatal> {
    let n = n + 1;
    let line = step.at.map(|at| format!(" (line {})", at.line)).unwrap_or_default();
    out.line(match step.command.words() {
        Some(Words::Show(_) | Words::Answer(_)) => return Ok(()),
        Some(Words::Note(Note { text, chart, .. })) => {
            let chart = chart.as_ref().map_or(String::new(), |chart| format!("\n\n{}", chart_text(chart)));
            format!("\n{}{chart}", plain(text)).replace('\n', "\n      ")
        }
        Some(Words::Ask(ask)) => asked(ask),
        Some(Words::Expect(Expect { text, held: true })) => format!("   ok {text}"),
        Some(Words::Expect(Expect { text, held: false })) => format!("FAILED {text}{line}"),
        None => {
            let (call, answer) = (step_text(&step.command, &step.reply), answer(&step.command, &step.reply));
            if answer.is_empty() { format!("{n:5} {call}") } else { format!("{n:5} {call:<60} {answer}") }
        }
    })
}

/// A question with what is right, as far as the question says it, and why.
fn asked(Ask { question, answer, task }: &Ask) -> String {
    let right = task.as_ref().and_then(|task| Some(right_text(&task.asks, task.right.as_ref()?)));
    let said: Vec<String> = right.into_iter().chain((!answer.is_empty()).then(|| plain(answer))).collect();
    let said = if said.is_empty() { String::new() } else { format!("\n({})", said.join("; ")) };
    format!("    ? {}", format!("{}{said}", plain(question)).replace('\n', "\n      "))
}

fn answer(command: &Command, reply: &Reply) -> String {
    match reply {
        Reply::Failed(errno) => format!("{errno:?} ({})", errno_meaning(*errno)),
        Reply::Signal(signal) => format!("{signal:?} ({})", signal_meaning(*signal)),
        // The variable in the step's text shows it already.
        Reply::Pid(_) => String::new(),
        Reply::Done
        | Reply::Addr(_)
        | Reply::Bytes(_)
        | Reply::Run(_)
        | Reply::Count(_)
        | Reply::Heap(_)
        | Reply::Port(_)
        | Reply::Message(_)
        | Reply::Warned(_) => reply_text(command, reply),
    }
}

fn step_json(session: &Session, n: u32) -> String {
    let step = &session.steps()[n as usize];
    let line = JsonLine::new()
        .field("step", n + 1)
        .field("text", step_text(&step.command, &step.reply))
        .field("command", &step.command)
        .field("reply", &step.reply)
        .field("events", session.events_of(n).len());
    match step.at {
        Some(at) => line.field("at", [at.line, at.column]).end(),
        None => line.end(),
    }
}

/// The events of a step, each in words.
fn events(out: &mut Output, session: &mut Session, n: u32, as_json: bool) -> Result<(), Fatal> {
    // Shown from the state before the step: files and VMAs that end in it still have their names.
    session.seek(n);
    let mut written = Ok(());
    session.each_event(session.events_of(n), |index, event| {
        let text = event_text(event, session.view());
        let line = if as_json {
            let line = JsonLine::new().field("step", n + 1).field("index", index);
            line.field("text", text).field("change", event).end()
        } else {
            format!("      · {text}")
        };
        if written.is_ok() {
            written = out.line(line);
        }
    });
    written
}

fn dumps(out: &mut Output, session: &Session, args: &RunArgs, after: u32) -> Result<(), Fatal> {
    for what in &args.dump {
        for line in dump(session.view(), *what, after) {
            out.line(line)?;
        }
    }
    Ok(())
}

/// The end of the report: what failed.
fn verdict(out: &mut Output, report: &Report<'_>, args: &RunArgs) -> Verdict {
    let session = &report.session;
    let failed = failed_expects(session);
    let sound = report.broken.is_none();
    if args.json {
        if let Some(error) = report.error {
            out.line(JsonLine::new().field("error", error).end())?;
        }
        out.line(JsonLine::new().field("summary", summary_json(report, failed.len())).end())?;
    }
    out.flush()?;
    if let Some((step, names)) = &report.broken {
        eprintln!("pageturner: after step {step}: {}", names.join("\n  "));
    }
    if !failed.is_empty() {
        eprintln!("pageturner: {} failed: {}", count(failed.len() as u64, "expectation"), failed.join("; "));
    }
    if let Some(early) = report.early {
        eprintln!("pageturner: {early}");
    }
    let whole = report.early.is_none_or(|early| !early.failed && early.unreached == 0);
    Ok(failed.is_empty() && sound && whole)
}

/// The figures of a whole run.
#[derive(Serialize)]
struct Summary<'a> {
    steps: usize,
    events: usize,
    /// The digest of all events: the same recording has the same digest on every host.
    digest: String,
    failed_expects: usize,
    broken: Option<Broken<'a>>,
    /// How the script ended, if before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    early: Option<&'a Early>,
    counters: &'a Tally,
    /// How often the allocator was asked for each length.
    requests: Vec<Asked>,
}

#[derive(Serialize)]
struct Broken<'a> {
    step: u32,
    invariants: &'a [String],
}

fn summary_json<'a>(report: &'a Report<'_>, failed_expects: usize) -> Summary<'a> {
    let session = &report.session;
    Summary {
        steps: session.steps().len(),
        events: session.event_count() as usize,
        digest: format!("{:016x}", session.digest()),
        failed_expects,
        broken: report.broken.as_ref().map(|(step, invariants)| Broken { step: *step, invariants }),
        early: report.early,
        counters: &session.view().tally,
        requests: session.view().tally.lengths(),
    }
}

/// Expectations that did not hold, by their text.
fn failed_expects(session: &Session) -> Vec<&str> {
    let words = session.steps().iter().filter_map(|step| step.command.words());
    words
        .filter_map(
            |words| if let Words::Expect(Expect { text, held: false }) = words { Some(text.as_str()) } else { None },
        )
        .collect()
}
