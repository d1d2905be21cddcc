//! A comparison at its end, for a reader at a terminal: a table of the figures, where the machines part, what failed.

use super::outcome::failed;
use super::{Comparison, FIGURES, Figures, Outcome, best, figures, size_asked};
use crate::lab::command::{Command, Reply};
use crate::lab::event::Event;
use crate::lab::session::Session;
use crate::lab::words::{command_text, count, lack_text, reply_text};
use std::fmt::Write;

/// Failed requests that are listed.
const MOST_FAILED: usize = 20;

/// The report. All sessions stand at their ends, and all commands have been given.
pub fn report(comparison: &Comparison, first: &Session, labels: &[String]) -> String {
    let mut out = format!("{} on {}\n\n", count(u64::from(comparison.done()), "command"), labels.join(" · "));
    table(&mut out, &figures(comparison, first, comparison.done(), size_asked(first)), labels, size_asked(first));
    out.push('\n');
    for (n, label) in labels[1..].iter().enumerate() {
        parting(&mut out, comparison, first, n, (&labels[0], label));
    }
    failed_requests(&mut out, comparison, first, labels);
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
fn parting(out: &mut String, comparison: &Comparison, first: &Session, n: usize, (a, b): (&str, &str)) {
    let parting = comparison.parting(n);
    let text = |step: u32| command_text(&first.steps()[step as usize].command);
    let outcome = match parting.outcome {
        Some(step) => {
            let (there, here) = (answer(first, step), answer_of(comparison, n, step));
            format!("step {}, {}: {there}; here {here}", step + 1, text(step))
        }
        None => "none".into(),
    };
    let place = match parting.place {
        Some(0) => "from the start".into(),
        Some(step) => format!("step {step}, {}", text(step - 1)),
        None => "none".into(),
    };
    writeln!(out, "{b}, beside {a}").expect("writing to a string");
    writeln!(out, "  first difference in outcome: {outcome}").expect("writing to a string");
    writeln!(out, "  first difference in place:   {place}").expect("writing to a string");
}

fn failed_requests(out: &mut String, comparison: &Comparison, first: &Session, labels: &[String]) {
    let served = |n: u32, machine: usize| {
        let there = !failed(&first.steps()[n as usize].reply);
        machine.checked_sub(1).map_or(there, |other| comparison.serves(other, n, there))
    };
    let asked = (0..comparison.done()).filter(|n| matches!(first.steps()[*n as usize].command, Command::Alloc(_)));
    let failed: Vec<u32> = asked.filter(|n| !(0..labels.len()).all(|machine| served(*n, machine))).collect();
    if !failed.is_empty() {
        out.push_str("\nFailed requests\n");
    }
    for n in failed.iter().take(MOST_FAILED) {
        let text = command_text(&first.steps()[*n as usize].command);
        writeln!(out, "  step {}, {text}", n + 1).expect("writing to a string");
        for (machine, label) in labels.iter().enumerate() {
            let answer = match machine.checked_sub(1) {
                None => answer(first, *n),
                Some(other) => answer_of(comparison, other, *n),
            };
            writeln!(out, "    {label}: {answer}").expect("writing to a string");
        }
    }
    if failed.len() > MOST_FAILED {
        writeln!(out, "  and {} more", failed.len() - MOST_FAILED).expect("writing to a string");
    }
}

/// What a command was answered on one of the others, and why.
pub fn answer_of(comparison: &Comparison, n: usize, step: u32) -> String {
    let session = comparison.session(n).expect("one of the others");
    match (comparison.outcomes(n)[step as usize], &session.steps()[step as usize].command) {
        (Outcome::Refused | Outcome::Skipped, Command::Note { text }) => format!("not given: {text}"),
        _ => answer(session, step),
    }
}

/// What a command was answered, and, for a request, why.
pub fn answer(session: &Session, step: u32) -> String {
    let done = &session.steps()[step as usize];
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
