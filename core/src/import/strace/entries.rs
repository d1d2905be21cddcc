//! A log's entries, one after another: calls are carried out, births and exits noted.

use super::arguments::Wrong;
use super::call::{Call, Understood, understand, understand_failure};
use super::entry::{Entry, What};
use super::line::Answer;
use super::names::{changes_memory, is_about_files};
use super::world::{Task, UnderWay, World};
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::MAX_STEPS;
use crate::vocabulary::command::{Command, Note, Position};

impl World<'_> {
    /// Adds a first command, a note that says what the reader is looking at.
    pub fn introduce(&mut self) {
        let text = if self.options.touch {
            "From a log of strace, which shows no accesses to memory. Assumed: the program writes to the first 16 pages of each area that it gets for writing."
        } else {
            "From a log of strace, which shows no accesses to memory: areas come and go, but their pages stay untouched."
        };
        self.steps.push((Command::Note(Note::new(text)), None));
    }

    /// Handles the next entry.
    pub fn entry(&mut self, entry: Entry<'_>) -> Result<(), PlacedError> {
        let Entry { pid, at, what } = entry;
        match what {
            What::Call { name, arguments, answer } => {
                let under_way = self.answered(pid);
                self.call(pid, at, (name, &arguments, answer), under_way)?;
            }
            What::Begun => self.begun(pid),
            What::Answered => drop(self.answered(pid)),
            What::Born(birth) => self.born(pid, at, birth)?,
            What::Gone(signal) => self.leave(pid, at, false, signal)?,
            What::Takes { from } => self.take_over(pid, from),
            What::Nothing => {}
        }
        if self.steps.len() > MAX_STEPS { Err(self.too_long(at)) } else { Ok(()) }
    }

    fn call(
        &mut self,
        pid: u32,
        at: Position,
        (name, arguments, answer): (&str, &str, Answer<'_>),
        under_way: Option<UnderWay>,
    ) -> Result<(), PlacedError> {
        let understood = match answer {
            Answer::Value(value, path) => understand(name, arguments, (value, path), &self.numbers).map(Some),
            Answer::Failed(_) | Answer::Never => understand_failure(name, arguments, answer, &self.numbers),
            Answer::Injected => {
                self.report.skip(format!("{name} that strace answered itself"));
                return Ok(());
            }
        };
        let understood = match understood {
            Ok(understood) => understood,
            Err(wrong) => return self.damaged(at, name, wrong),
        };
        let Some(task) = self.tasks.get(&pid).filter(|task| self.spaces[task.space].alive) else {
            self.report.skip("calls of a process that has ended");
            return Ok(());
        };
        let space = task.space;
        let understood = understood.map(|Understood { call, unknown }| {
            unknown.into_iter().for_each(|flag| self.report.differ(format!("the {flag} of {name}")));
            call
        });
        let taken_in = match (understood, answer) {
            (Some(Call::Other(name)), _) => {
                self.report.skip(name);
                return Ok(());
            }
            (Some(call), Answer::Failed(_)) => {
                self.begin(space, at, None);
                self.partly(space, at, call)
            }
            (Some(call), Answer::Value(..) | Answer::Never | Answer::Injected) => {
                let certain = !self.overlapped(space, under_way);
                self.carry_out(pid, at, call, certain)?
            }
            (None, _) => false,
        };
        match answer {
            _ if taken_in => *self.calls.entry(name.to_string()).or_default() += 1,
            Answer::Failed(error) => self.failed(at, name, arguments, error),
            Answer::Never => self.report.lose(changes_memory(name), format!("{name} that never answered")),
            Answer::Value(..) | Answer::Injected => self.report.skip(name),
        }
        Ok(())
    }

    /// Handles a call with an argument that makes no sense: an error if the call changes memory.
    fn damaged(&mut self, at: Position, name: &str, wrong: Wrong) -> Result<(), PlacedError> {
        let matters = !is_about_files(name);
        if matters && !self.options.lenient {
            return Err(self.error(self.place_of(at, &wrong.argument), wrong.message));
        }
        self.report.lose(matters, format!("damaged calls of {name}"));
        Ok(())
    }

    /// Carries out a call that succeeded (`exit` does so without an answer). `certain`: nothing else happened to the
    /// address space meanwhile. Returns whether it was taken into the recording.
    fn carry_out(&mut self, pid: u32, at: Position, call: Call, certain: bool) -> Result<bool, PlacedError> {
        let &Task { space, files, .. } = &self.tasks[&pid];
        match call {
            Call::Execve(program) => self.exec(pid, at, &program)?,
            Call::Exit { whole_process } => self.leave(pid, at, whole_process, None)?,
            Call::Open { descriptor, path, closed_by_exec } => self.files[files].open(descriptor, path, closed_by_exec),
            Call::Close(descriptor) => {
                self.finish_snapshot((files, descriptor))?;
                self.files[files].close(descriptor);
            }
            Call::Dup { from, to } => self.files[files].dup(from, to),
            Call::Read { descriptor, path, text, whole } => {
                return self.read(pid, at, (descriptor, path), (text, whole, certain));
            }
            Call::Mmap(_)
            | Call::Munmap(_)
            | Call::Mprotect { .. }
            | Call::Mremap { .. }
            | Call::Brk { .. }
            | Call::Madvise(..)
            | Call::Mlock { .. }
            | Call::Munlock(_)
            | Call::Mlockall { .. }
            | Call::Munlockall
            | Call::OtherAdvice(_)
            | Call::Other(_) => {
                self.begin(space, at, None);
                self.memory(space, files, at, call);
            }
        }
        Ok(true)
    }

    /// The position of an argument in its line.
    fn place_of(&self, at: Position, argument: &str) -> Position {
        let line = self.text.lines().nth(at.line as usize - 1).unwrap_or("");
        let byte = line.char_indices().nth(at.column as usize - 1).map_or(0, |(byte, _)| byte);
        let found = line[byte..].find(argument).map_or(0, |found| line[byte..byte + found].chars().count() as u32);
        Position { column: at.column + found, ..at }
    }

    /// Notes a failed call, which changes nothing. Calls about memory are noted in the recording, all are counted.
    fn failed(&mut self, at: Position, name: &str, arguments: &str, error: &str) {
        self.report.skip(format!("{name} that failed with {error}"));
        let about_memory = !is_about_files(name) && !matches!(name, "execve" | "execveat");
        if about_memory {
            let arguments: String = arguments.chars().take(200).collect();
            self.note(at, format!("{name}({arguments}) failed with {error}"));
        }
    }
}
