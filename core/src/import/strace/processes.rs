//! The processes of a log as they come and go: births, `execve`, exits.

use super::entry::Birth;
use super::files::Files;
use super::image::Image;
use super::space::Space;
use super::world::{Task, World};
use crate::lab::tell::placed::PlacedError;
use crate::units::Pid;
use crate::vocabulary::command::{Command, Exec, Exit, Fork, Position, Spawn};

/// At most this many processes may live at the same time.
const MOST_PROCESSES: u32 = 32_768;
/// At most this many ranges and descriptors are copied by all forks together: a hostile log could ask for any amount.
const MOST_COPIES: u64 = 1 << 24;

impl World<'_> {
    pub(super) fn born(&mut self, pid: u32, at: Position, birth: Birth) -> Result<(), PlacedError> {
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
                self.tasks.insert(pid, Task { space, files, is_guest: false });
                self.report.skip("threads (they share their process's address space)");
            }
            Birth::Vfork(_) => {
                self.spaces[space].tasks += 1;
                self.files.push(self.files[files].clone());
                self.tasks.insert(pid, Task { space, files: self.files.len() - 1, is_guest: true });
            }
            Birth::Fork(_) | Birth::Unknown => {
                let child = self.next_pid(at)?;
                let copy = self.spaces[space].copy(child);
                self.push(at, Command::Fork(Fork { pid: self.spaces[space].pid, child: Some(child), name: None }));
                self.files.push(self.files[files].clone());
                self.spaces.push(copy);
                self.tasks
                    .insert(pid, Task { space: self.spaces.len() - 1, files: self.files.len() - 1, is_guest: false });
            }
        }
        Ok(())
    }

    /// Adds a process whose birth is not in the log: it existed before, or its birth was not traced.
    fn arrive(&mut self, pid: u32, at: Position) -> Result<(), PlacedError> {
        self.forget(pid);
        let model = self.next_pid(at)?;
        // Without `-f` lines bear no number.
        let name = if pid == 0 { "program".into() } else { format!("process {pid}") };
        self.push(at, Command::Spawn(Spawn { pid: Some(model), name: Some(name) }));
        self.spaces.push(Space::new(model, self.steps.len() - 1));
        self.files.push(Files::default());
        self.tasks.insert(pid, Task { space: self.spaces.len() - 1, files: self.files.len() - 1, is_guest: false });
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

    /// Forgets the process of a number that the log uses for another process after this entry.
    fn forget(&mut self, pid: u32) {
        if let Some(task) = self.tasks.remove(&pid) {
            self.spaces[task.space].tasks -= 1;
        }
    }

    /// Continues the thread `from` under its process's number: its `execve` ended all other threads.
    pub(super) fn take_over(&mut self, pid: u32, from: u32) {
        let Some(task) = self.tasks.remove(&from) else { return };
        if let Some(own) = self.tasks.get_mut(&pid) {
            self.spaces[task.space].tasks -= 1;
            own.files = task.files;
        } else {
            self.tasks.insert(pid, task);
        }
    }

    /// Begins a process's history, at its `execve` or, if the log lacks that, at its first call.
    pub(super) fn begin(&mut self, space: usize, at: Position, program: Option<&str>) {
        if program.is_none() && self.spaces[space].image.is_some() {
            return;
        }
        let Space { pid, made_by, tasks, under_way, image, .. } = self.spaces[space];
        let mut name = program.map(|path| path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path).to_string());
        if let Some((Command::Spawn(Spawn { name: known, .. }), _)) =
            self.steps.get_mut(made_by).filter(|_| image.is_none())
        {
            // A process that begins with `execve` has its program's name from the start.
            *known = name.take().or(known.take());
            name = known.clone();
        }
        let name = name.unwrap_or_default();
        let mut new = Space::new(pid, self.steps.len());
        (new.image, new.tasks, new.under_way) = (Some(self.images.len()), tasks, under_way);
        self.push(at, Command::Exec(Exec { pid, name, brk: None }));
        self.images.push((self.steps.len(), pid, Image::default()));
        self.spaces[space] = new;
    }

    /// `execve`: the process gets a new address space. A child that lived in its parent's leaves it alone.
    pub(super) fn exec(&mut self, pid: u32, at: Position, program: &str) -> Result<(), PlacedError> {
        let Some(&Task { space, files, is_guest }) = self.tasks.get(&pid) else { return Ok(()) };
        self.finish_snapshots_of(files)?;
        let space = if is_guest {
            let child = self.next_pid(at)?;
            self.note(at, "strace shows a vfork or a clone with CLONE_VM: until now the child lived in its parent's address space; here it is a fork".into());
            self.push(at, Command::Fork(Fork { pid: self.spaces[space].pid, child: Some(child), name: None }));
            self.spaces[space].tasks -= 1;
            self.spaces.push(Space::new(child, self.steps.len() - 1));
            self.spaces.len() - 1
        } else {
            // Other threads end here; later lines of theirs have no effect.
            let old = &mut self.spaces[space];
            let mut new = Space::new(old.pid, old.made_by);
            new.image = old.image;
            old.alive = false;
            self.spaces.push(new);
            self.spaces.len() - 1
        };
        self.files[files].exec();
        self.tasks.insert(pid, Task { space, files, is_guest: false });
        self.begin(space, at, Some(program));
        Ok(())
    }

    /// Ends a thread, or its whole process.
    pub(super) fn leave(
        &mut self,
        pid: u32,
        at: Position,
        whole_process: bool,
        signal: Option<&str>,
    ) -> Result<(), PlacedError> {
        self.answered(pid);
        let Some(task) = self.tasks.remove(&pid) else { return Ok(()) };
        if self.spaces[task.space].tasks == 1 {
            self.finish_snapshots_of(task.files)?;
        }
        let space = &mut self.spaces[task.space];
        space.tasks -= 1;
        let ends = space.alive && (space.tasks == 0 || whole_process && !task.is_guest);
        if ends {
            space.alive = false;
            self.live -= 1;
            let model = space.pid;
            if let Some(signal) = signal {
                self.note(at, format!("killed by {signal}"));
            }
            self.push(at, Command::Exit(Exit { pid: model }));
        }
        Ok(())
    }
}
