//! An address space of a log's process, as far as the log tells what is mapped in it.

use super::maps::MapsLine;
use super::ranges::{Range, Ranges};
use crate::units::Pid;

/// An address space.
#[derive(Clone, Debug)]
pub struct Space {
    pub pid: Pid,
    /// What its `execve` mapped; none before the process has done anything.
    pub image: Option<usize>,
    /// The command that made it; an `Exec` is told the break later.
    pub made_by: usize,
    /// Threads of the log that live in it.
    pub tasks: u32,
    /// Calls that have begun in it and are not yet answered.
    pub under_way: u32,
    pub alive: bool,
    /// What is mapped, as far as the log tells.
    pub mapped: Ranges,
    /// What calls of the log have mapped or unmapped: what is found there later does not come from `execve`.
    pub known: Ranges,
    pub brk: Option<u64>,
    /// Areas mapped with MAP_STACK.
    pub stacks: Ranges,
}

impl Space {
    /// An empty one.
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
        }
    }

    /// As `fork` copies it.
    pub fn copy(&self, pid: Pid) -> Space {
        Space { pid, tasks: 1, under_way: 0, ..self.clone() }
    }

    /// What a copy costs.
    pub fn size(&self) -> u64 {
        (self.mapped.count() + self.known.count() + self.stacks.count()) as u64
    }

    pub fn map(&mut self, range: Range) {
        self.mapped.insert(range);
        self.known.insert(range);
        self.stacks.remove(range);
    }

    pub fn unmap(&mut self, range: Range) {
        self.mapped.remove(range);
        self.known.insert(range);
        self.stacks.remove(range);
    }

    /// Pages at which an area of MAP_STACK meets another. Since 6.7 Linux gives such areas a flag of their own (no huge pages)
    /// and does not merge them with others; the machine has no huge pages and may merge them, as Linux did before.
    pub fn stack_edges(&self, lines: &[MapsLine]) -> Vec<u64> {
        let in_stack = |page: u64| self.stacks.end_of(page).is_some();
        let meet = lines
            .windows(2)
            .filter(|pair| pair[0].end == pair[1].start && in_stack(pair[0].end - 1) != in_stack(pair[1].start));
        meet.map(|pair| pair[1].start).collect()
    }
}
