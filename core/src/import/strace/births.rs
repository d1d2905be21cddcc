//! Which processes of a log belong together: the children that calls answered, and the processes that show up in lines.
//!
//! Usually a call answers the number under which the child's lines follow. Not so if
//! - the child has no lines: strace ran without `-f`, or a program only wrote `fork() = 77`. No process is made of it;
//! - the parent lives in a pid namespace: the call answers the inner number and the lines bear the outer one. Children
//!   and numbers are then matched in their order;
//! - strace attached to a process that had threads (`-f -p`): their births were before the log. strace reports how
//!   many, though not in a file written with `-o`.

use super::entry::{Birth, Entry, What};
use super::report::Report;
use crate::vocabulary::command::Position;
use std::collections::{BTreeMap, BTreeSet};

/// At most this many processes are compared with a birth: those next to it are tried first.
const TRIES: usize = 64;

/// A process that showed up in a line and that no call has claimed yet.
#[derive(Debug)]
struct Stranger {
    pid: u32,
    /// Index of the entry in which it showed up.
    entry: usize,
    claimed: bool,
}

/// A child that a call answered and that has no line yet.
#[derive(Debug)]
struct Awaited {
    child: u32,
    entry: usize,
    /// Index of the entry in which the call began.
    begun: usize,
    how: Birth,
}

/// Births and first lines that have not been matched yet.
#[derive(Debug, Default)]
pub struct Births {
    strangers: Vec<Stranger>,
    /// The last stranger of each number.
    unclaimed: BTreeMap<u32, usize>,
    waiting: BTreeMap<u32, Awaited>,
    never: Vec<Awaited>,
    /// Processes that strace attached to before the first call, with the number of their further threads.
    roots: BTreeMap<u32, u32>,
    /// Processes that strace reported as attached: they are real, even without a line.
    pub attached: BTreeSet<u32>,
}

impl Births {
    /// Notes that strace attached to a process that existed before the log, with `threads` further threads.
    pub fn root(&mut self, pid: u32, threads: u32) {
        self.roots.insert(pid, threads.saturating_sub(1));
    }

    /// The only process that strace attached to, if it has one thread; else `None`.
    pub fn only_root(&self) -> Option<u32> {
        let (pid, further) = self.roots.first_key_value().filter(|_| self.roots.len() == 1)?;
        (*further == 0).then_some(*pid)
    }

    /// Notes a process that shows up, at `entry`, without a birth.
    pub fn stranger(&mut self, pid: u32, entry: usize) {
        self.unclaimed.insert(pid, self.strangers.len());
        self.strangers.push(Stranger { pid, entry, claimed: false });
    }

    /// Notes that a process has a line.
    pub fn shows(&mut self, pid: u32) {
        self.waiting.remove(&pid);
    }

    /// Claims the child that a call which began at `begun` answered: the entry where it showed up since; `None` if it
    /// did not.
    pub fn claim(&mut self, child: u32, begun: usize) -> Option<usize> {
        let stranger = &mut self.strangers[*self.unclaimed.get(&child)?];
        if stranger.entry < begun {
            return None;
        }
        stranger.claimed = true;
        self.unclaimed.remove(&child);
        Some(stranger.entry)
    }

    /// Notes a child, answered by a call and born at `entry`, that has not shown up yet.
    pub fn expect(&mut self, child: u32, entry: usize, begun: usize, how: Birth) {
        if !self.attached.contains(&child) {
            self.never.extend(self.waiting.insert(child, Awaited { child, entry, begun, how }));
        }
    }

    /// Settles, after the last line, what is still open.
    pub fn settle(mut self, entries: &mut [Entry<'_>], one_process: bool, report: &mut Report) {
        self.never.extend(std::mem::take(&mut self.waiting).into_values());
        self.never.sort_unstable_by_key(|awaited| awaited.entry);
        let mut open: BTreeMap<usize, u32> =
            self.strangers.iter().filter(|stranger| !stranger.claimed).map(|one| (one.entry, one.pid)).collect();
        for awaited in &self.never {
            match match_of(awaited, &open) {
                Some((entry, pid)) => {
                    open.remove(&entry);
                    let place = entries[entry].at;
                    be_born(entries, awaited, (entry, pid, place));
                    report.differ("children whose calls answered a number of another pid namespace (matched with those that appear, in order)");
                }
                None => {
                    entries[awaited.entry].what = What::Nothing;
                    if let Birth::Thread(_) = awaited.how {
                        report.skip("threads of which the log shows nothing");
                    } else {
                        report.differ(
                            "children that never appear in the log (no process is made of them; trace with -f)",
                        );
                    }
                }
            }
        }
        self.adopt_threads(entries, &mut open, one_process, report);
        let several = count_strangers(entries, &open, report);
        report.may_be_threads = several && open.values().any(|pid| !self.roots.contains_key(pid));
    }

    /// Makes strangers threads of the process that existed before the log.
    fn adopt_threads(
        &mut self,
        entries: &mut [Entry<'_>],
        open: &mut BTreeMap<usize, u32>,
        one_process: bool,
        report: &mut Report,
    ) {
        let first = open.values().next().copied();
        for (entry, pid) in open.clone() {
            if self.roots.contains_key(&pid) {
                continue;
            }
            let leader = match self.leader_of(pid) {
                Some(leader) => Some(leader),
                None => first.filter(|first| one_process && *first != pid),
            };
            if let Some(leader) = leader {
                open.remove(&entry);
                entries[entry].what = What::Born(Birth::Thread(leader));
                report.skip("threads that were there before the log");
            }
        }
    }

    /// The attached process that a stranger is a thread of, as threads are numbered after their process; `None` if
    /// there is none.
    fn leader_of(&mut self, pid: u32) -> Option<u32> {
        let lacks = |(_, further): &(&u32, &mut u32)| **further > 0;
        let below = self.roots.range_mut(..pid).rev().find(lacks);
        let (leader, further) = match below {
            Some(found) => found,
            None => self.roots.iter_mut().find(lacks)?,
        };
        *further -= 1;
        Some(*leader)
    }
}

/// The first stranger since the call began that may be its child: numbers within a namespace are the smaller ones.
fn match_of(awaited: &Awaited, open: &BTreeMap<usize, u32>) -> Option<(usize, u32)> {
    let since = open.range(awaited.begun..).take(TRIES);
    since.map(|(entry, pid)| (*entry, *pid)).find(|(_, pid)| *pid > awaited.child)
}

/// Places the birth at the child's first line or at its parent's answer, whichever is first.
fn be_born(entries: &mut [Entry<'_>], awaited: &Awaited, (entry, pid, at): (usize, u32, Position)) {
    if entry < awaited.entry {
        entries[awaited.entry].what = What::Nothing;
        entries[entry] = Entry { pid, at, what: What::Born(awaited.how) };
    } else {
        entries[entry].what = What::Nothing;
        entries[awaited.entry].pid = pid;
    }
}

/// Counts processes whose earlier mappings are not known. The first process of a log may begin with its `execve`, which
/// needs nothing before it. Returns whether there are several such processes.
fn count_strangers(entries: &[Entry<'_>], open: &BTreeMap<usize, u32>, report: &mut Report) -> bool {
    let starts_with_execve = |(entry, pid): (&usize, &u32)| {
        let mut own = entries[*entry..].iter().filter(|entry| entry.pid == *pid);
        let first = own.find_map(|entry| match entry.what {
            What::Call { name, .. } => Some(name),
            _ => None,
        });
        first.is_some_and(|name| name.starts_with("execve"))
    };
    let started = open.iter().next().is_some_and(starts_with_execve);
    for _ in usize::from(started)..open.len() {
        report.differ("processes whose birth the log does not show (what they had mapped before is not known)");
    }
    open.len() > 1 && !started
}
