//! An address space of a log's process, as far as the log shows what is mapped in it.

use super::maps::MapsLine;
use super::ranges::{Range, Ranges};
use crate::units::Pid;
use crate::vocabulary::command::Advice;

/// An address space of the log.
#[derive(Clone, Debug)]
pub struct Space {
    pub pid: Pid,
    /// Index of the image that its `execve` mapped; `None` before the process has done anything.
    pub image: Option<usize>,
    /// Index of the command that made it; the break of an `Exec` is filled in later.
    pub made_by: usize,
    /// Number of threads of the log that live in it.
    pub tasks: u32,
    /// Number of calls that have begun in it and are not yet answered.
    pub under_way: u32,
    pub alive: bool,
    /// What is mapped, as far as the log shows.
    pub mapped: Ranges,
    /// What calls of the log have mapped or unmapped: what is found there later does not come from `execve`.
    pub known: Ranges,
    pub brk: Option<u64>,
    /// Areas mapped with MAP_STACK.
    pub stacks: Ranges,
    /// Areas that a fork's child does not get.
    not_inherited: Ranges,
    /// `mlockall(MCL_FUTURE)`: new areas come in at once.
    pub locks_future: bool,
}

impl Space {
    /// An empty address space.
    pub fn new(pid: Pid, made_by: usize) -> Space {
        Space {
            pid,
            image: None,
            made_by,
            tasks: 1,
            under_way: 0,
            alive: true,
            mapped: Ranges::default(),
            known: Ranges::default(),
            brk: None,
            stacks: Ranges::default(),
            not_inherited: Ranges::default(),
            locks_future: false,
        }
    }

    /// A copy as `fork` makes it: without the areas of MADV_DONTFORK, and nothing is locked.
    pub fn copy(&self, pid: Pid) -> Space {
        let mut copy = Space { pid, tasks: 1, under_way: 0, locks_future: false, ..self.clone() };
        for area in self.not_inherited.all() {
            copy.unmap(area);
        }
        copy
    }

    /// The cost of a copy, in ranges.
    pub fn size(&self) -> u64 {
        (self.mapped.count() + self.known.count() + self.stacks.count() + self.not_inherited.count()) as u64
    }

    /// Notes pages that were mapped, over what was there.
    pub fn map(&mut self, range: Range) {
        self.mapped.insert(range);
        self.changed(range);
    }

    /// Notes pages that were unmapped.
    pub fn unmap(&mut self, range: Range) {
        self.mapped.remove(range);
        self.changed(range);
    }

    /// Moves a mapping, or makes it a second time (`keeps_old`); what its fork's child inherits does not change.
    pub fn remap(&mut self, from: Range, to: Range, keeps_old: bool) {
        let not_inherited = self.not_inherited.end_of(from.start).is_some();
        if !keeps_old {
            self.unmap(from);
        }
        self.map(to);
        if not_inherited {
            self.not_inherited.insert(to);
        }
    }

    fn changed(&mut self, range: Range) {
        self.known.insert(range);
        self.stacks.remove(range);
        self.not_inherited.remove(range);
    }

    /// Notes advice about what a child inherits.
    pub fn advise(&mut self, range: Range, advice: Advice) {
        match advice {
            Advice::Dontfork => self.mapped.parts(range).into_iter().for_each(|part| self.not_inherited.insert(part)),
            Advice::Dofork => self.not_inherited.remove(range),
            _ => {}
        }
    }

    /// Pages where an area of MAP_STACK meets another. Since 6.7 Linux gives such areas a flag of their own (no huge
    /// pages) and does not merge them with others; the machine has no huge pages and may merge them, as Linux did
    /// before.
    pub fn stack_edges(&self, lines: &[MapsLine]) -> Vec<u64> {
        let in_stack = |page: u64| self.stacks.end_of(page).is_some();
        let meet = lines
            .windows(2)
            .filter(|pair| pair[0].end == pair[1].start && in_stack(pair[0].end - 1) != in_stack(pair[1].start));
        meet.map(|pair| pair[1].start).collect()
    }
}
