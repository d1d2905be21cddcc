//! `exercise`: a scenario's words and questions as text for paper (Markdown), with blanks, or with what is right.

use crate::args::ExerciseArgs;
use crate::given::given;
use crate::output::Output;
use crate::quiz::table::cells;
use crate::{Fatal, Verdict, files};
use pageturner::lab::quiz::{Question, question, right_text};
use pageturner::lab::tell::chart::chart_text;
use pageturner::lab::tell::words::plain;
use pageturner::lab::time::session::Session;
use pageturner::script::{header, run_script, seed_of, title};
use pageturner::vocabulary::command::{Ask, Note, Words};
use pageturner::vocabulary::question::{Asks, Right, Task};

/// Prints an exercise.
pub fn exercise(args: &ExerciseArgs) -> Verdict {
    let source = given(&args.file, &files::read(&args.file)?, &args.given)?;
    let outcome = run_script(&source, &args.memory.limits(), |_| true);
    if let Some(error) = outcome.error {
        return Err(files::in_file(&args.file, error));
    }
    let Some(session) = outcome.session else { return Err(Fatal("the script made no machine".into())) };
    let mut out = Output::new();
    out.line(format!("# {}\n", title(&source).unwrap_or_else(|| "Exercise".into())))?;
    if header(&source, "seed").is_some() {
        out.line(match &args.given.name {
            Some(name) => format!("{name}, seed {}\n", seed_of(&source)),
            None => format!("Seed {}\n", seed_of(&source)),
        })?;
    }
    let mut printed = outcome.printed.iter().peekable();
    let mut number = 0;
    for n in 0..=session.steps().len() as u32 {
        while let Some((_, text)) = printed.next_if(|(at, _)| *at <= n) {
            out.line(format!("    {}\n", text.replace('\n', "\n    ")))?;
        }
        if (n as usize) < session.steps().len() {
            out.text(&said(&session, n, args.solve, &mut number))?;
        }
    }
    out.flush()?;
    Ok(true)
}

/// A step's words.
fn said(session: &Session, n: u32, solve: bool, number: &mut u32) -> String {
    match session.steps()[n as usize].command.words() {
        Some(Words::Note(Note { text, chart, .. })) => {
            let chart = chart.as_ref().map_or(String::new(), |chart| format!("{}\n\n", chart_text(chart)));
            format!("{}\n\n{chart}", plain(text))
        }
        Some(Words::Ask(ask)) => {
            *number += 1;
            asked(ask, question(session, n).as_ref(), *number, solve)
        }
        Some(Words::Show(_) | Words::Answer(_) | Words::Expect(_)) | None => String::new(),
    }
}

fn asked(Ask { question, answer, .. }: &Ask, judged: Option<&Question>, number: u32, solve: bool) -> String {
    let points = judged.map_or(1, |question| question.task.points);
    let points = if points == 1 { String::new() } else { format!(" ({points} points)") };
    let mut text = format!("**{number}.** {}{points}\n\n", plain(question));
    if let Some(Question { task, right, .. }) = judged {
        text += &blanks(task, right.as_ref().filter(|_| solve));
    }
    if solve && !answer.is_empty() {
        text += &format!("{}\n\n", plain(answer));
    }
    text
}

/// Where the answer is written, or what is right.
fn blanks(Task { asks, .. }: &Task, right: Option<&Right>) -> String {
    let line = |(n, text): (usize, &String)| {
        let is_right = matches!(right, Some(Right::Choices(places)) if places.contains(&(n as u32)));
        format!("- [{}] {text}\n", if is_right { 'x' } else { ' ' })
    };
    match (asks, right) {
        (Asks::Choice { of } | Asks::Choices { of }, _) => {
            format!("{}\n", of.iter().enumerate().map(line).collect::<String>())
        }
        (Asks::Table { columns, .. }, _) => {
            let filled = if let Some(Right::Texts(texts)) = right { texts.as_slice() } else { &[] };
            let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
            let rows: String = cells(asks, filled, |_| "     ".into()).into_iter().map(row).collect();
            format!("{}{}{rows}\n", row(columns.clone()), row(vec!["---".to_string(); columns.len()]))
        }
        (Asks::Reach { condition }, _) => format!("So that `{condition}`.\n\n"),
        (_, Some(right)) => format!("Answer: {}\n\n", right_text(asks, right)),
        (Asks::Number { unit, .. }, None) => format!("Answer: ____________ {unit}\n\n"),
        (_, None) => "Answer: ____________\n\n".into(),
    }
}
