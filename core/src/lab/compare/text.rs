//! A comparison at its end, for a reader at a terminal: a table of the figures, where the machines part, what failed.

use super::figures::sound;
use super::{FIGURES, Figures, Findings, Outcome, best, differ, size_asked};
use crate::lab::tell::words::{command_text, count, lack_text, reply_text};
use crate::lab::time::session::Session;
use crate::vocabulary::command::{Command, Expect, Note};
use crate::vocabulary::reply::Reply;
use std::fmt::Write;

/// At most this many failed requests are listed.
const MOST_FAILED: usize = 20;

/// The report; the first machine's session comes before the others', all stand at their ends.
pub fn report(findings: &Findings, sessions: &[&Session], labels: &[String]) -> String {
    let (steps, size) = (sessions[0].steps().len() as u32, size_asked(sessions[0]));
    let mut out = heading(findings, sessions, labels);
    let of = |(machine, session): (usize, &&Session)| Figures::of(findings, sessions[0], machine, session, steps);
    table(&mut out, &sessions.iter().enumerate().map(of).collect::<Vec<_>>(), labels, size);
    out.push('\n');
    for machine in 1..sessions.len() {
        parting(&mut out, findings, sessions, machine, labels);
    }
    failed_requests(&mut out, findings, sessions, labels);
    out
}

/// What was done, and on which machines.
fn heading(findings: &Findings, sessions: &[&Session], labels: &[String]) -> String {
    let steps = |session: &Session| count(session.steps().len() as u64, "command");
    let machines = if findings.run_again() {
        let each = labels.iter().zip(sessions).map(|(label, session)| format!("{label} ({})", steps(session)));
        format!("the script run on each of {}", each.collect::<Vec<_>>().join(" · "))
    } else {
        format!("{} replayed on {}", steps(sessions[0]), labels.join(" · "))
    };
    let ended = |machine: usize| Some(format!("{}: ended at {}\n", labels[machine], findings.ended(machine)?));
    let ended: String = (0..sessions.len()).filter_map(ended).collect();
    format!("{machines}\n{ended}\n")
}

fn table(out: &mut String, all: &[Figures], labels: &[String], size: u32) {
    let (rows, same): (Vec<usize>, Vec<usize>) =
        (0..FIGURES.len()).partition(|figure| FIGURES[*figure].always || differ(all, *figure));
    let told = |figure: usize| match FIGURES[figure].name {
        "unusable" => format!("{} {}", FIGURES[figure].text, count(size.into(), "frame")),
        _ => FIGURES[figure].text.to_string(),
    };
    let row = |figure: &usize| {
        let cells = all.iter().zip(best(all, *figure)).map(|(figures, best)| {
            let value = figures.value(*figure);
            let text = match FIGURES[*figure].name {
                "unusable" => format!("{}.{} %", value / 10, value % 10),
                _ => value.to_string(),
            };
            if best { format!("{text} *") } else { format!("{text}  ") }
        });
        (told(*figure), cells.collect::<Vec<_>>())
    };
    let rows: Vec<(String, Vec<String>)> = rows.iter().map(row).collect();
    let width = |n: usize| rows.iter().map(|row| row.1[n].len()).max().unwrap_or(0).max(labels[n].chars().count() + 2);
    let name = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or(0);
    let mut line = |name_text: &str, cells: &[String]| {
        let cells: String = cells.iter().enumerate().map(|(n, cell)| format!("  {cell:>0$}", width(n))).collect();
        writeln!(out, "{name_text:<name$}{}", cells.trim_end()).expect("writing to a string");
    };
    line("", &labels.iter().map(|label| format!("{label}  ")).collect::<Vec<_>>());
    rows.iter().for_each(|(text, cells)| line(text, cells));
    let failed = labels.iter().zip(sound(all)).filter(|(_, sound)| !sound).map(|(label, _)| label.as_str());
    match failed.collect::<Vec<_>>().join(" and ") {
        failed if failed.is_empty() => out.push_str("* best\n"),
        failed => writeln!(out, "* best, though none for {failed}, where more failed").expect("writing to a string"),
    }
    // Figures that are zero on every machine are left out.
    let same: Vec<usize> = same.into_iter().filter(|figure| all[0].value(*figure) > 0).collect();
    if !same.is_empty() {
        let each = same.iter().map(|figure| told(*figure));
        writeln!(out, "the same on all: {}", each.collect::<Vec<_>>().join(", ")).expect("writing to a string");
    }
}

/// Where a machine parts from the first.
fn parting(out: &mut String, findings: &Findings, sessions: &[&Session], machine: usize, labels: &[String]) {
    let parting = findings.parting(machine);
    let text = |step: u32| command_text(&sessions[0].steps()[step as usize].command);
    let outcome = match parting.outcome {
        Some(step) => {
            let answer = |machine: usize| answer(findings, sessions[machine], machine, step);
            format!("step {}, {}: {}; here {}", step + 1, text(step), answer(0), answer(machine))
        }
        None => "none".into(),
    };
    let place = match parting.place {
        Some(0) => "from the start".into(),
        Some(step) => format!("step {step}, {}", text(step - 1)),
        None => "none".into(),
    };
    writeln!(out, "{}, beside {}", labels[machine], labels[0]).expect("writing to a string");
    if findings.run_again() {
        let command = commands_part(findings, sessions[0], sessions[machine], machine);
        writeln!(out, "  first difference in commands: {}", command.unwrap_or("none".into()))
            .expect("writing to a string");
    }
    let victim = parting.victim.map_or("none".into(), |step| format!("step {}, {}", step + 1, text(step)));
    let gap = if findings.run_again() { " " } else { "" };
    writeln!(out, "  first difference in outcome:{gap} {outcome}").expect("writing to a string");
    writeln!(out, "  first difference in place:{gap}   {place}").expect("writing to a string");
    if parting.victim.is_some() {
        writeln!(out, "  first difference in victim:{gap}  {victim}").expect("writing to a string");
    }
}

/// The first commands that are not the same, each with its line; `None` where all are.
pub fn commands_part(findings: &Findings, first: &Session, session: &Session, machine: usize) -> Option<String> {
    let step = findings.parting(machine).command?;
    let told = |session: &Session| match session.steps().get(step as usize) {
        Some(step) => {
            let line = step.at.map(|at| format!(" (line {})", at.line)).unwrap_or_default();
            format!("{}{line}", command_text(&step.command))
        }
        None => "the end".to_string(),
    };
    Some(format!("step {}, {}; here {}", step + 1, told(first), told(session)))
}

fn failed_requests(out: &mut String, findings: &Findings, sessions: &[&Session], labels: &[String]) {
    let failed = findings.failed_requests(sessions[0]);
    if !failed.is_empty() {
        out.push_str("\nFailed requests\n");
    }
    for n in failed.iter().take(MOST_FAILED) {
        let text = command_text(&sessions[0].steps()[*n as usize].command);
        writeln!(out, "  step {}, {text}", n + 1).expect("writing to a string");
        for (machine, label) in labels.iter().enumerate() {
            let answer = answer(findings, sessions[machine], machine, *n);
            writeln!(out, "    {label}: {answer}").expect("writing to a string");
        }
    }
    if failed.len() > MOST_FAILED {
        writeln!(out, "  and {} more", failed.len() - MOST_FAILED).expect("writing to a string");
    }
}

/// What a command of the first was answered on a machine, and, for a request that failed, why. Where the script asked
/// for something else, that comes first.
pub fn answer(findings: &Findings, session: &Session, machine: usize, step: u32) -> String {
    let outcome = findings.outcome(machine, step);
    let Some(number) = findings.partner(machine, step) else {
        return "the script did not come here".into();
    };
    let done = &session.steps()[number as usize];
    if let Command::Expect(Expect { held, .. }) = &done.command {
        return (if *held { "held" } else { "did not hold" }).into();
    }
    let not_given = matches!(outcome, Outcome::Refused | Outcome::Skipped);
    if let (true, Command::Note(Note { text, .. })) = (not_given, &done.command) {
        return format!("not given: {text}");
    }
    let reply = reply(session, number);
    if outcome == Outcome::Changed { format!("{}: {reply}", command_text(&done.command)) } else { reply }
}

fn reply(session: &Session, step: u32) -> String {
    let done = &session.steps()[step as usize];
    let lack = done.report.as_ref().and_then(|report| report.lack.as_ref()).map(lack_text);
    match (&done.reply, lack) {
        (Reply::Done, _) => "done".into(),
        (reply @ Reply::Failed(_), Some(lack)) => format!("{}: {lack}", reply_text(&done.command, reply)),
        (reply, _) => reply_text(&done.command, reply),
    }
}
