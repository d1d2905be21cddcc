//! Commands and events as the page lists them.

use crate::dto::{EventDto, StepDto};
use crate::subject;
use pageturner::lab::tell::words::{command_text, event_text, reply_text};
use pageturner::lab::time::session::{Session, Step};
use pageturner::vocabulary::command::Command;
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
        || matches!(step.command, Command::Expect { held: false, .. })
}

fn told(command: &Command) -> (String, Option<String>) {
    match command {
        Command::Note { text } | Command::Expect { text, .. } => (text.clone(), None),
        Command::Ask { question, answer } => (question.clone(), Some(answer.clone())),
        Command::Spawn { .. }
        | Command::MapRun { .. }
        | Command::UnmapRun { .. }
        | Command::Mmap { .. }
        | Command::Munmap { .. }
        | Command::Mprotect { .. }
        | Command::Mremap { .. }
        | Command::Brk { .. }
        | Command::Madvise { .. }
        | Command::Mlock { .. }
        | Command::Munlock { .. }
        | Command::Mlockall { .. }
        | Command::Munlockall { .. }
        | Command::Fork { .. }
        | Command::Exec { .. }
        | Command::Exit { .. }
        | Command::Read { .. }
        | Command::Write { .. }
        | Command::Touch { .. }
        | Command::Truncate { .. }
        | Command::Unlink { .. }
        | Command::Pread { .. }
        | Command::Pwrite { .. }
        | Command::Msync { .. }
        | Command::Alloc(_)
        | Command::Free { .. }
        | Command::Pin { .. }
        | Command::Unpin { .. }
        | Command::Reclaim { .. }
        | Command::MergePass
        | Command::Migrate { .. }
        | Command::Compact
        | Command::Vmalloc { .. }
        | Command::Vfree { .. } => (String::new(), None),
    }
}

/// A command's kind, for the page's icons and filters.
pub fn kind(command: &Command) -> &'static str {
    match command {
        Command::Mmap { .. }
        | Command::Munmap { .. }
        | Command::MapRun { .. }
        | Command::UnmapRun { .. }
        | Command::Mprotect { .. }
        | Command::Mremap { .. }
        | Command::Brk { .. }
        | Command::Madvise { .. }
        | Command::Mlock { .. }
        | Command::Munlock { .. }
        | Command::Mlockall { .. }
        | Command::Munlockall { .. }
        | Command::Msync { .. }
        | Command::Truncate { .. }
        | Command::Unlink { .. } => "call",
        Command::Spawn { .. } | Command::Fork { .. } | Command::Exec { .. } | Command::Exit { .. } => "process",
        Command::Read { .. }
        | Command::Write { .. }
        | Command::Touch { .. }
        | Command::Pread { .. }
        | Command::Pwrite { .. } => "access",
        Command::Alloc(_)
        | Command::Free { .. }
        | Command::Pin { .. }
        | Command::Unpin { .. }
        | Command::Migrate { .. }
        | Command::Compact
        | Command::Vmalloc { .. }
        | Command::Vfree { .. } => "alloc",
        Command::Reclaim { .. } | Command::MergePass => "reclaim",
        Command::Note { .. } => "note",
        Command::Ask { .. } => "ask",
        Command::Expect { .. } => "expect",
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
            kind: subject::event_name(event),
            text: event_text(event, view),
            subject: subject::of_event(event, geometry),
        }
    };
    session.events_of(step).map(event).collect()
}
