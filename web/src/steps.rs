//! Commands and events as the page lists them.

use crate::dto::{ChartDto, ChartRowDto, EventDto, ShowDto, StepDto};
use crate::recent::Recent;
use crate::subject;
use pageturner::lab::measure::spread::{Spread, scale};
use pageturner::lab::tell::phase::{Grouped, Groups};
use pageturner::lab::tell::variables::Variables;
use pageturner::lab::tell::words::{command_text, event_text, reply_text};
use pageturner::lab::time::session::{Session, Step};
use pageturner::vocabulary::chart::{Chart, ChartRow};
use pageturner::vocabulary::command::{Command, Expect, Note, Words};
use pageturner::vocabulary::reply::Reply;
use pageturner::vocabulary::show::Show;
use pageturner::vocabulary::thing::Thing;
use serde_json::Number;

/// `count` commands from number `from`; fewer at the end.
pub fn steps(session: &Session, variables: &Variables, from: u32, count: u32) -> Vec<StepDto> {
    let end = u64::from(from) + u64::from(count);
    let end = end.min(session.steps().len() as u64) as u32;
    (from..end).map(|n| step(session, variables, n, &session.steps()[n as usize])).collect()
}

fn step(session: &Session, variables: &Variables, index: u32, step: &Step) -> StepDto {
    let geometry = session.config().geometry.geometry();
    let events = session.events_of(index);
    let (note, answer) = told(&step.command);
    StepDto {
        index,
        text: variables.at(index).command_text(&step.command, geometry),
        reply: reply_text(&step.command, &step.reply),
        failed: failed(step),
        kind: step.command.kind(),
        speaks: step.command.speaks(),
        note,
        answer,
        before: matches!(step.command.words(), Some(Words::Note(Note { before: true, .. }))),
        show: shown(&step.command),
        chart: drawn(&step.command),
        line: step.at.map(|at| at.line),
        column: step.at.map(|at| at.column),
        first_event: events.start,
        end_event: events.end,
    }
}

/// The first `most` commands, a line each.
pub fn listing(session: &Session, most: u32) -> String {
    let texts = session.steps().iter().take(most as usize).map(|step| command_text(&step.command).replace('\n', " "));
    texts.collect::<Vec<_>>().join("\n")
}

/// Whether a call failed, a process was ended by its access, or an expectation did not hold.
pub fn failed(step: &Step) -> bool {
    matches!(step.reply, Reply::Failed(_) | Reply::Signal(_))
        || matches!(step.command, Command::Expect(Expect { held: false, .. }))
}

/// The text of a command that addresses the reader, and the answer to a question.
fn told(command: &Command) -> (String, Option<String>) {
    match command.words() {
        Some(Words::Note(note)) => (note.text.clone(), None),
        Some(Words::Expect(expect)) => (expect.text.clone(), None),
        Some(Words::Ask(ask)) => (ask.question.clone(), Some(ask.answer.clone())),
        Some(Words::Show(_) | Words::Answer(_)) | None => (String::new(), None),
    }
}

fn shown(command: &Command) -> Option<ShowDto> {
    let Some(Words::Show(show)) = command.words() else { return None };
    let Show { select, point, zoom, open, fold, counter } = show.clone();
    let point = point.iter().map(Thing::to_string).collect();
    Some(ShowDto { select: select.map(|thing| thing.to_string()), point, zoom, open, fold, counter })
}

/// The chart of a note.
fn drawn(command: &Command) -> Option<ChartDto> {
    let Some(Words::Note(Note { chart: Some(chart), .. })) = command.words() else { return None };
    let Chart { title, along, elsewhere, marked, rows } = &**chart;
    let (from, to) = scale(chart);
    let row = |ChartRow { name, values, at, memory }: &ChartRow| {
        let Spread { min, q1, median, q3, max } = Spread::of(values)?;
        let floats = |values: &Vec<_>| values.iter().filter_map(Number::as_f64).collect();
        let (values, at) = (floats(values), at.as_ref().map(floats));
        Some(ChartRowDto { name: name.clone(), values, at, min, q1, median, q3, max, memory: memory.clone() })
    };
    let (title, along, rows) = (title.clone(), along.clone(), rows.iter().filter_map(row).collect());
    Some(ChartDto { title, along, elsewhere: *elsewhere, marked: marked.clone(), from, to, rows })
}

/// `count` events of a command from its number `from`, worded; fewer at its end. A command can have millions.
pub fn events((session, recent): (&Session, &Recent), step: u32, from: u32, count: u32) -> Vec<EventDto> {
    if step as usize >= session.steps().len() {
        return Vec::new();
    }
    let (view, geometry) = (session.view(), session.config().geometry.geometry());
    let mut events = Vec::new();
    let all = session.events_of(step);
    let from = all.start.saturating_add(from).min(all.end);
    let mut groups = Groups::new(session.config().geometry);
    recent.each(session, from..from.saturating_add(count).min(all.end), |index, event| {
        let (text, subject) = (event_text(event, view), subject::of_event(event, geometry));
        let Grouped { phase, first, names } = groups.next(event);
        let marks = subject::touched(event, geometry);
        events.push(EventDto { index, kind: event.name(), text, subject, marks, phase, first, names });
    });
    events
}
