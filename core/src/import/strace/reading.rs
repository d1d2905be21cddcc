//! A program reads a maps text: what no call explains was mapped by `execve`, and the machine will be compared with it.

use super::snapshot::Snapshot;
use super::world::{UnderWay, World};
use crate::lab::tell::placed::PlacedError;
use crate::vocabulary::command::Position;

impl World<'_> {
    /// Notes a call that has begun and will be answered later.
    pub(super) fn begun(&mut self, pid: u32) {
        self.answered(pid);
        let Some(space) = self.tasks.get(&pid).map(|task| task.space) else { return };
        let shared = self.spaces[space].under_way > 0;
        self.spaces[space].under_way += 1;
        self.under_way.insert(pid, UnderWay { space, step: self.steps.len(), shared });
    }

    /// Ends the call of this process that was under way; `None` if there was none.
    pub(super) fn answered(&mut self, pid: u32) -> Option<UnderWay> {
        let call = self.under_way.remove(&pid)?;
        self.spaces[call.space].under_way -= 1;
        Some(call)
    }

    /// Whether anything else may have happened in the address space during a call that answers now.
    pub(super) fn overlapped(&self, space: usize, call: Option<UnderWay>) -> bool {
        let since = call.is_some_and(|call| call.shared || call.step != self.steps.len());
        since || self.spaces[space].under_way > 0
    }

    /// Handles a `read` if it is of a maps text; returns whether it was.
    pub(super) fn read(
        &mut self,
        pid: u32,
        at: Position,
        (descriptor, path): (u64, Option<String>),
        (text, whole, certain): (String, bool, bool),
    ) -> Result<bool, PlacedError> {
        let task = &self.tasks[&pid];
        let path = path.or_else(|| self.files[task.files].path(descriptor).map(str::to_string)).unwrap_or_default();
        let Some(target) = maps_of(&path) else {
            return Ok(false);
        };
        // Without numbers in the log the process's own number is not known.
        let target = match target {
            Some(other) if other != pid && self.tasks.contains_key(&other) => other,
            // The maps text of a process that is not in the log.
            Some(other) if other != pid && pid != 0 => return Ok(false),
            _ => pid,
        };
        let key = (task.files, descriptor);
        let space = self.tasks[&target].space;
        let snapshot = self.snapshots.entry(key).or_insert_with(|| Snapshot::new(space));
        if snapshot.read(self.steps.len(), at.line, text, whole, certain) {
            self.finish_snapshot(key)?;
        }
        Ok(true)
    }

    /// Finishes all maps texts read through descriptors of this table.
    pub(super) fn finish_snapshots_of(&mut self, files: usize) -> Result<(), PlacedError> {
        for key in self.snapshots.range((files, 0)..(files + 1, 0)).map(|(key, _)| *key).collect::<Vec<_>>() {
            self.finish_snapshot(key)?;
        }
        Ok(())
    }

    /// Finishes a maps text: what no call explains was mapped by `execve`, and the machine will be compared with it.
    pub(super) fn finish_snapshot(&mut self, key: (usize, u64)) -> Result<(), PlacedError> {
        let Some(snapshot) = self.snapshots.remove(&key) else { return Ok(()) };
        let space = snapshot.space;
        match snapshot.finish(self.spaces[space].pid, self.numbers.user_pages()) {
            Err((line, message)) => Err(self.error(Position { line, column: 1 }, message)),
            Ok(None) => {
                self.report.skip("maps texts that strace cut short (use -s 100000)");
                Ok(())
            }
            Ok(Some(all)) => {
                for (mut expected, certain) in all {
                    expected.vmas.iter().for_each(|line| self.explain_shown(space, line));
                    expected.stack_edges = self.spaces[space].stack_edges(&expected.vmas);
                    if certain {
                        self.expected.push(expected);
                    } else {
                        self.report.skip("pieces of maps texts that were read while another thread changed the map");
                    }
                }
                Ok(())
            }
        }
    }
}

/// The process whose maps text a path is: `/proc/self/maps` (`Some(None)`) or `/proc/123/maps`; `None` for any other
/// path.
fn maps_of(path: &str) -> Option<Option<u32>> {
    match path.strip_prefix("/proc/")?.strip_suffix("/maps")? {
        "self" | "thread-self" => Some(None),
        pid => pid.parse().ok().map(Some),
    }
}
