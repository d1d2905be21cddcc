//! Commands and events as the page lists them.

use crate::dto::{EventDto, StepDto};
use crate::subject;
use pageturner::lab::tell::words::{command_text, event_text, reply_text};
use pageturner::lab::time::session::{Session, Step};
use pageturner::vocabulary::command::{Ask, Command, Expect, Note};
use pageturner::vocabulary::reply::Reply;

/// `count` commands from number `from`; fewer at the end.
pub fn steps(session: &Session, from: u32, count: u32) -> Vec<StepDto> {
    let end = u64::from(from) + u64::from(count);
    let end = end.min(session.steps().len() as u64) as u32;
    (from..end).map(|n| step(session, n, &session.steps()[n as usize])).collect()
}

fn step(session: &Session, index: u32, step: &Step) -> StepDto {
    let events = session.events_of(index);
    let (note, answer) = told(&step.command);
    StepDto {
        index,
        text: command_text(&step.command),
        reply: reply_text(&step.command, &step.reply),
        failed: failed(step),
        kind: kind(&step.command),
        note,
        answer,
        line: step.at.map(|at| at.line),
        column: step.at.map(|at| at.column),
        first_event: events.start,
        end_event: events.end,
    }
}

/// Whether a call failed, a process was ended by its access, or an expectation did not hold.
pub fn failed(step: &Step) -> bool {
    matches!(step.reply, Reply::Failed(_) | Reply::Signal(_))
        || matches!(step.command, Command::Expect(Expect { held: false, .. }))
}

fn told(command: &Command) -> (String, Option<String>) {
    match command {
        Command::Note(Note { text }) | Command::Expect(Expect { text, .. }) => (text.clone(), None),
        Command::Ask(Ask { question, answer }) => (question.clone(), Some(answer.clone())),
        Command::Spawn(_)
        | Command::MapRun(_)
        | Command::UnmapRun(_)
        | Command::Mmap(_)
        | Command::Munmap(_)
        | Command::Mprotect(_)
        | Command::Mremap(_)
        | Command::Brk(_)
        | Command::Madvise(_)
        | Command::Mlock(_)
        | Command::Munlock(_)
        | Command::Mlockall(_)
        | Command::Munlockall(_)
        | Command::Fork(_)
        | Command::Exec(_)
        | Command::Exit(_)
        | Command::Read(_)
        | Command::Write(_)
        | Command::Touch(_)
        | Command::Truncate(_)
        | Command::Unlink(_)
        | Command::Pread(_)
        | Command::Pwrite(_)
        | Command::Msync(_)
        | Command::Alloc(_)
        | Command::Free(_)
        | Command::Pin(_)
        | Command::Unpin(_)
        | Command::Reclaim(_)
        | Command::MergePass
        | Command::Migrate(_)
        | Command::Compact
        | Command::Vmalloc(_)
        | Command::Vfree(_) => (String::new(), None),
    }
}

/// A command's kind, for the page's icons and filters.
pub fn kind(command: &Command) -> &'static str {
    match command {
        Command::Mmap(_)
        | Command::Munmap(_)
        | Command::MapRun(_)
        | Command::UnmapRun(_)
        | Command::Mprotect(_)
        | Command::Mremap(_)
        | Command::Brk(_)
        | Command::Madvise(_)
        | Command::Mlock(_)
        | Command::Munlock(_)
        | Command::Mlockall(_)
        | Command::Munlockall(_)
        | Command::Msync(_)
        | Command::Truncate(_)
        | Command::Unlink(_) => "call",
        Command::Spawn(_) | Command::Fork(_) | Command::Exec(_) | Command::Exit(_) => "process",
        Command::Read(_) | Command::Write(_) | Command::Touch(_) | Command::Pread(_) | Command::Pwrite(_) => "access",
        Command::Alloc(_)
        | Command::Free(_)
        | Command::Pin(_)
        | Command::Unpin(_)
        | Command::Migrate(_)
        | Command::Compact
        | Command::Vmalloc(_)
        | Command::Vfree(_) => "alloc",
        Command::Reclaim(_) | Command::MergePass => "reclaim",
        Command::Note(_) => "note",
        Command::Ask(_) => "ask",
        Command::Expect(_) => "expect",
    }
}

/// The events of a command, worded.
pub fn events(session: &Session, step: u32) -> Vec<EventDto> {
    if step as usize >= session.steps().len() {
        return Vec::new();
    }
    let (view, geometry) = (session.view(), session.config().geometry.geometry());
    let event = |index: u32| {
        let event = &session.events()[index as usize];
        EventDto {
            index,
            kind: event.name(),
            text: event_text(event, view),
            subject: subject::of_event(event, geometry),
        }
    };
    session.events_of(step).map(event).collect()
}
