//! The processes of a log as they come and go: births, `execve`, ends, files. Memory is in `memory`.

use super::Options;
use super::call::{Call, understand, understand_failure};
use super::files::Files;
use super::image::Image;
use super::join::{Birth, Entry, What};
use super::line::Answer;
use super::maps::ExpectedMaps;
use super::memory::Space;
use super::reading::UnderWay;
use super::snapshot::Snapshot;
use crate::lab::command::{Command, Position};
use crate::lab::placed::PlacedError;
use crate::lab::session::MAX_STEPS;
use crate::units::Pid;
use std::collections::BTreeMap;

/// Most processes that may live at the same time.
const MOST_PROCESSES: u32 = 32_768;
/// Most ranges and descriptors copied by all forks together: a hostile log could ask for any amount.
const MOST_COPIES: u64 = 1 << 24;

/// A thread of the log.
pub struct Task {
    pub space: usize,
    pub files: usize,
    role: Role,
}

/// Whose address space a thread lives in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its process's, as the first thread.
    First,
    /// Its process's, as a further thread.
    Thread,
    /// Its parent's: a child of `vfork` has none of its own until it calls `execve`.
    Guest,
}

/// Everything so far.
pub struct World<'t> {
    text: &'t str,
    pub(super) options: Options,
    pub(super) tasks: BTreeMap<u32, Task>,
    pub(super) spaces: Vec<Space>,
    pub(super) files: Vec<Files>,
    pub(super) under_way: BTreeMap<u32, UnderWay>,
    /// Maps texts being read, by the reader's table of files and the descriptor.
    pub(super) snapshots: BTreeMap<(usize, u64), Snapshot>,
    /// Images, each with its process and the number of commands before it.
    pub(super) images: Vec<(usize, Pid, Image)>,
    pub(super) steps: Vec<(Command, Option<Position>)>,
    pub(super) expected: Vec<ExpectedMaps>,
    pub(super) skipped: BTreeMap<String, u64>,
    pub(super) calls: BTreeMap<String, u64>,
    processes: u32,
    live: u32,
    most_live: u32,
    copies: u64,
    /// Pages that calls and assumed accesses bring in, in all.
    pub(super) pages_in: u64,
    /// Pages of the largest area that needs a reserve.
    pub(super) largest: u64,
}

/// What the whole log became.
pub struct Outcome {
    pub steps: Vec<(Command, Option<Position>)>,
    pub expected: Vec<ExpectedMaps>,
    pub skipped: BTreeMap<String, u64>,
    pub calls: BTreeMap<String, u64>,
    pub processes: u32,
    pub most_live: u32,
    pub pages_in: u64,
    pub largest: u64,
}

impl<'t> World<'t> {
    /// Before the first entry; `skipped` has what was left out so far.
    pub fn new(text: &'t str, options: Options, skipped: BTreeMap<String, u64>) -> World<'t> {
        World {
            text,
            options,
            tasks: BTreeMap::new(),
            spaces: Vec::new(),
            files: Vec::new(),
            under_way: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            images: Vec::new(),
            steps: Vec::new(),
            expected: Vec::new(),
            skipped,
            calls: BTreeMap::new(),
            processes: 0,
            live: 0,
            most_live: 0,
            copies: 0,
            pages_in: 0,
            largest: 0,
        }
    }

    /// The first command says what the reader is looking at.
    pub fn introduce(&mut self) {
        let text = if self.options.touch {
            "From a log of strace, which shows no accesses to memory. Assumed: the program writes to the first 16 pages of each area that it gets for writing."
        } else {
            "From a log of strace, which shows no accesses to memory: areas come and go, but their pages stay untouched."
        };
        self.steps.push((Command::Note { text: text.into() }, None));
    }

    /// Takes in the next entry.
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

    /// After the last entry.
    pub fn finish(mut self) -> Result<Outcome, PlacedError> {
        for key in self.snapshots.keys().copied().collect::<Vec<_>>() {
            self.finish_snapshot(key)?;
        }
        let mut expected = std::mem::take(&mut self.expected);
        let last = Position { line: self.text.lines().count() as u32, column: 1 };
        let steps = insert_images(std::mem::take(&mut self.steps), &self.images, &mut expected);
        if steps.len() > MAX_STEPS {
            return Err(self.too_long(last));
        }
        let World { skipped, calls, processes, most_live, pages_in, largest, .. } = self;
        Ok(Outcome { steps, expected, skipped, calls, processes, most_live, pages_in, largest })
    }

    fn too_long(&self, at: Position) -> PlacedError {
        self.error(at, format!("up to here the log becomes more than {MAX_STEPS} commands"))
            .hint("cut the log here, or trace fewer processes")
    }

    pub(super) fn skip(&mut self, what: impl Into<String>) {
        *self.skipped.entry(what.into()).or_default() += 1;
    }

    pub(super) fn push(&mut self, at: Position, command: Command) {
        self.steps.push((command, Some(at)));
    }

    fn note(&mut self, at: Position, text: String) {
        self.push(at, Command::Note { text });
    }

    pub(super) fn error(&self, at: Position, message: impl Into<String>) -> PlacedError {
        PlacedError::at(self.text, at.line, at.column, message)
    }

    fn call(
        &mut self,
        pid: u32,
        at: Position,
        (name, arguments, answer): (&str, &str, Answer<'_>),
        under_way: Option<UnderWay>,
    ) -> Result<(), PlacedError> {
        let understood = match answer {
            Answer::Value(value, path) => understand(name, arguments, value, path).map(Some),
            Answer::Failed(_) | Answer::Never => understand_failure(name, arguments, answer),
        };
        let understood = understood.map_err(|wrong| self.error(self.place_of(at, &wrong.argument), wrong.message))?;
        let Some(task) = self.tasks.get(&pid).filter(|task| self.spaces[task.space].alive) else {
            self.skip("calls of a process that has ended");
            return Ok(());
        };
        let space = task.space;
        let taken_in = match (understood, answer) {
            (Some(Call::Other(name)), _) => {
                self.skip(name);
                return Ok(());
            }
            (Some(call), Answer::Failed(_)) => {
                self.begin(space, at, None);
                self.partly(space, at, call)
            }
            (Some(call), Answer::Value(..) | Answer::Never) => {
                let certain = !self.overlapped(space, under_way);
                self.carry_out(pid, at, call, certain)?
            }
            (None, _) => false,
        };
        match answer {
            _ if taken_in => *self.calls.entry(name.to_string()).or_default() += 1,
            Answer::Failed(error) => self.failed(at, name, arguments, error),
            Answer::Never => self.skip(format!("{name} that never answered")),
            Answer::Value(..) => self.skip(name),
        }
        Ok(())
    }

    /// A call that succeeded (`exit` does so without an answer). `certain`: nothing else happened to the address space
    /// meanwhile. Whether it was taken in.
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
            | Call::Mprotect(..)
            | Call::Mremap { .. }
            | Call::Brk { .. }
            | Call::Madvise(..)
            | Call::Mlock(_)
            | Call::Munlock(_)
            | Call::Other(_) => {
                self.begin(space, at, None);
                self.memory(space, files, at, call);
            }
        }
        Ok(true)
    }

    /// Where in its line an argument stands.
    fn place_of(&self, at: Position, argument: &str) -> Position {
        let line = self.text.lines().nth(at.line as usize - 1).unwrap_or("");
        let byte = line.char_indices().nth(at.column as usize - 1).map_or(0, |(byte, _)| byte);
        let found = line[byte..].find(argument).map_or(0, |found| line[byte..byte + found].chars().count() as u32);
        Position { column: at.column + found, ..at }
    }

    /// A failed call changes nothing. Those about memory are noted in the recording, all are counted.
    fn failed(&mut self, at: Position, name: &str, arguments: &str, error: &str) {
        self.skip(format!("{name} that failed with {error}"));
        let about_memory = !matches!(
            name,
            "open"
                | "openat"
                | "openat2"
                | "creat"
                | "close"
                | "dup"
                | "dup2"
                | "dup3"
                | "read"
                | "execve"
                | "execveat"
        );
        if about_memory {
            let arguments: String = arguments.chars().take(200).collect();
            self.note(at, format!("{name}({arguments}) failed with {error}"));
        }
    }

    fn born(&mut self, pid: u32, at: Position, birth: Birth) -> Result<(), PlacedError> {
        let parent = match birth {
            Birth::Unknown => None,
            Birth::Fork(parent) | Birth::Vfork(parent) | Birth::Thread(parent) => Some(parent),
        };
        let parent = parent.and_then(|parent| self.tasks.get(&parent)).filter(|parent| self.spaces[parent.space].alive);
        let (space, files) = match parent {
            Some(parent) => (parent.space, parent.files),
            None => return self.arrive(pid, at),
        };
        self.forget(pid);
        self.begin(space, at, None);
        self.copies += 1 + self.spaces[space].size() + self.files[files].count() as u64;
        if self.copies > MOST_COPIES {
            return Err(self
                .error(at, "all forks together copy too much")
                .hint("cut the log, or trace fewer processes"));
        }
        match birth {
            Birth::Thread(_) => {
                self.spaces[space].tasks += 1;
                self.tasks.insert(pid, Task { space, files, role: Role::Thread });
                self.skip("threads (they share their process's address space)");
            }
            Birth::Vfork(_) => {
                self.spaces[space].tasks += 1;
                self.files.push(self.files[files].clone());
                self.tasks.insert(pid, Task { space, files: self.files.len() - 1, role: Role::Guest });
            }
            Birth::Fork(_) | Birth::Unknown => {
                let child = self.next_pid(at)?;
                let copy = self.spaces[space].copy(child);
                self.push(at, Command::Fork { pid: self.spaces[space].pid, child: Some(child) });
                self.files.push(self.files[files].clone());
                self.spaces.push(copy);
                self.tasks
                    .insert(pid, Task { space: self.spaces.len() - 1, files: self.files.len() - 1, role: Role::First });
            }
        }
        Ok(())
    }

    /// A process that nothing in the log bore: it was there before, or its birth was not traced.
    fn arrive(&mut self, pid: u32, at: Position) -> Result<(), PlacedError> {
        self.forget(pid);
        let model = self.next_pid(at)?;
        self.push(at, Command::Spawn { pid: Some(model), name: Some(format!("process {pid}")) });
        self.spaces.push(Space::new(model, self.steps.len() - 1));
        self.files.push(Files::default());
        self.tasks.insert(pid, Task { space: self.spaces.len() - 1, files: self.files.len() - 1, role: Role::First });
        Ok(())
    }

    fn next_pid(&mut self, at: Position) -> Result<Pid, PlacedError> {
        self.processes += 1;
        self.live += 1;
        self.most_live = self.most_live.max(self.live);
        if self.live > MOST_PROCESSES {
            return Err(self.error(at, format!("more than {MOST_PROCESSES} processes live at the same time")));
        }
        Ok(Pid(self.processes))
    }

    /// A log's number is used for someone else from now on.
    fn forget(&mut self, pid: u32) {
        if let Some(task) = self.tasks.remove(&pid) {
            self.spaces[task.space].tasks -= 1;
        }
    }

    /// The thread `from` goes on under its process's number: its `execve` ended all other threads.
    fn take_over(&mut self, pid: u32, from: u32) {
        let Some(task) = self.tasks.remove(&from) else { return };
        if let Some(own) = self.tasks.get_mut(&pid) {
            self.spaces[task.space].tasks -= 1;
            own.files = task.files;
        } else {
            self.tasks.insert(pid, Task { role: Role::First, ..task });
        }
    }

    /// Lets a process's history begin, at its `execve` or, if the log lacks that, at its first call.
    fn begin(&mut self, space: usize, at: Position, program: Option<&str>) {
        if program.is_none() && self.spaces[space].image.is_some() {
            return;
        }
        let Space { pid, made_by, tasks, under_way, image, .. } = self.spaces[space];
        let mut name = program.map(|path| path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path).to_string());
        if let Some((Command::Spawn { name: known, .. }, _)) = self.steps.get_mut(made_by).filter(|_| image.is_none()) {
            // A process that begins with `execve` bears its program's name from the start.
            *known = name.take().or(known.take());
            name = known.clone();
        }
        let name = name.unwrap_or_default();
        let mut new = Space::new(pid, self.steps.len());
        (new.image, new.tasks, new.under_way) = (Some(self.images.len()), tasks, under_way);
        self.push(at, Command::Exec { pid, name, brk: None });
        self.images.push((self.steps.len(), pid, Image::default()));
        self.spaces[space] = new;
    }

    /// `execve`: the process gets a new address space. A child that lived in its parent's leaves it alone.
    fn exec(&mut self, pid: u32, at: Position, program: &str) -> Result<(), PlacedError> {
        let Some(&Task { space, files, role }) = self.tasks.get(&pid) else { return Ok(()) };
        self.finish_snapshots_of(files)?;
        let space = if role == Role::Guest {
            let child = self.next_pid(at)?;
            self.note(at, "strace shows a vfork or a clone with CLONE_VM: until now the child lived in its parent's address space; here it is a fork".into());
            self.push(at, Command::Fork { pid: self.spaces[space].pid, child: Some(child) });
            self.spaces[space].tasks -= 1;
            self.spaces.push(Space::new(child, self.steps.len() - 1));
            self.spaces.len() - 1
        } else {
            // Other threads end here; what the log still says of them is about nothing.
            let old = &mut self.spaces[space];
            let mut new = Space::new(old.pid, old.made_by);
            new.image = old.image;
            old.alive = false;
            self.spaces.push(new);
            self.spaces.len() - 1
        };
        self.files[files].exec();
        self.tasks.insert(pid, Task { space, files, role: Role::First });
        self.begin(space, at, Some(program));
        Ok(())
    }

    /// A thread ends, or with it its whole process.
    fn leave(&mut self, pid: u32, at: Position, whole_process: bool, signal: Option<&str>) -> Result<(), PlacedError> {
        self.answered(pid);
        let Some(task) = self.tasks.remove(&pid) else { return Ok(()) };
        if self.spaces[task.space].tasks == 1 {
            self.finish_snapshots_of(task.files)?;
        }
        let space = &mut self.spaces[task.space];
        space.tasks -= 1;
        let ends = space.alive && (space.tasks == 0 || whole_process && task.role != Role::Guest);
        if ends {
            space.alive = false;
            self.live -= 1;
            let model = space.pid;
            if let Some(signal) = signal {
                self.note(at, format!("killed by {signal}"));
            }
            self.push(at, Command::Exit { pid: model });
        }
        Ok(())
    }
}

/// Puts what each `execve` mapped behind it; the steps at which maps texts were read move along.
fn insert_images(
    steps: Vec<(Command, Option<Position>)>,
    images: &[(usize, Pid, Image)],
    expected: &mut [ExpectedMaps],
) -> Vec<(Command, Option<Position>)> {
    let mut all = Vec::with_capacity(steps.len());
    // How many commands were inserted before each old step.
    let mut shift = Vec::with_capacity(steps.len() + 1);
    let mut images = images.iter().peekable();
    let mut inserted = 0;
    for index in 0..=steps.len() {
        while let Some((_, pid, image)) = images.next_if(|(place, _, _)| *place == index) {
            let at = all.last().and_then(|(_, at): &(Command, Option<Position>)| *at);
            let commands = image.commands(*pid);
            inserted += commands.len() as u32;
            all.extend(commands.into_iter().map(|command| (command, at)));
        }
        shift.push(inserted);
        if let Some(step) = steps.get(index) {
            all.push(step.clone());
        }
    }
    for expected in expected {
        expected.step += shift[expected.step as usize];
    }
    all
}
