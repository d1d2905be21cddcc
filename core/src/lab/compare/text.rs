//! A comparison at its end, for a reader at a terminal: a table of the figures, where the machines part, what failed.

use super::{FIGURES, Figures, Findings, Outcome, best, size_asked};
use crate::lab::command::{Command, Reply};
use crate::lab::event::Event;
use crate::lab::session::Session;
use crate::lab::words::{command_text, count, lack_text, reply_text};
use std::fmt::Write;

/// Failed requests that are listed.
const MOST_FAILED: usize = 20;

/// The report; the first machine's session comes before the others', all stand at their ends.
pub fn report(findings: &Findings, sessions: &[&Session], labels: &[String]) -> String {
    let (steps, size) = (sessions[0].steps().len() as u32, size_asked(sessions[0]));
    let mut out = format!("{} on {}\n\n", count(u64::from(steps), "command"), labels.join(" · "));
    let of = |(machine, session): (usize, &&Session)| Figures::of(findings, sessions[0], machine, session, steps);
    table(&mut out, &sessions.iter().enumerate().map(of).collect::<Vec<_>>(), labels, size);
    out.push('\n');
    for machine in 1..sessions.len() {
        parting(&mut out, findings, sessions, machine, labels);
    }
    failed_requests(&mut out, findings, sessions, labels);
    out
}

fn table(out: &mut String, all: &[Figures], labels: &[String], size: u32) {
    let rows = FIGURES.iter().map(|figure| {
        let (name, text, _, value) = figure;
        let best = best(all, figure);
        let cells = all.iter().zip(best).map(|(figures, best)| {
            let value = value(figures);
            let text = if *name == "unusable" { format!("{}.{} %", value / 10, value % 10) } else { value.to_string() };
            if best { format!("{text} *") } else { format!("{text}  ") }
        });
        let text = if *name == "unusable" { format!("{text} {}", count(size.into(), "frame")) } else { (*text).into() };
        (text, cells.collect::<Vec<_>>())
    });
    let rows: Vec<(String, Vec<String>)> = rows.collect();
    let width = |n: usize| rows.iter().map(|row| row.1[n].len()).max().unwrap_or(0).max(labels[n].len() + 2);
    let name = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
    let mut line = |name_text: &str, cells: &[String]| {
        let cells: String = cells.iter().enumerate().map(|(n, cell)| format!("  {cell:>0$}", width(n))).collect();
        writeln!(out, "{name_text:<name$}{}", cells.trim_end()).expect("writing to a string");
    };
    line("", &labels.iter().map(|label| format!("{label}  ")).collect::<Vec<_>>());
    rows.iter().for_each(|(text, cells)| line(text, cells));
    out.push_str("* best\n");
}

/// Where a machine parts from the first.
fn parting(out: &mut String, findings: &Findings, sessions: &[&Session], machine: usize, labels: &[String]) {
    let parting = findings.parting(machine);
    let text = |step: u32| command_text(&sessions[0].steps()[step as usize].command);
    let outcome = match parting.outcome {
        Some(step) => {
            let (there, here) =
                (answer(findings, sessions[0], 0, step), answer(findings, sessions[machine], machine, step));
            format!("step {}, {}: {there}; here {here}", step + 1, text(step))
        }
        None => "none".into(),
    };
    let place = match parting.place {
        Some(0) => "from the start".into(),
        Some(step) => format!("step {step}, {}", text(step - 1)),
        None => "none".into(),
    };
    writeln!(out, "{}, beside {}", labels[machine], labels[0]).expect("writing to a string");
    writeln!(out, "  first difference in outcome: {outcome}").expect("writing to a string");
    writeln!(out, "  first difference in place:   {place}").expect("writing to a string");
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

/// What a command was answered on a machine, and, for a request that failed, why.
pub fn answer(findings: &Findings, session: &Session, machine: usize, step: u32) -> String {
    let done = &session.steps()[step as usize];
    if let (Outcome::Refused | Outcome::Skipped, Command::Note { text }) =
        (findings.outcome(machine, step), &done.command)
    {
        return format!("not given: {text}");
    }
    let range = session.events_of(step);
    let lack = session.events()[range.start as usize..range.end as usize].iter().rev().find_map(|event| match event {
        Event::Contig { report, .. } => report.lack.as_ref().map(lack_text),
        _ => None,
    });
    match (&done.reply, lack) {
        (Reply::Done, _) => "done".into(),
        (reply @ Reply::Failed(_), Some(lack)) => format!("{}: {lack}", reply_text(&done.command, reply)),
        (reply, _) => reply_text(&done.command, reply),
    }
}
