//! The same requests on another machine: which run there is the one that a command names here.
//!
//! `free`, `pin` and `unpin` name a run by its first frame, and another allocator puts it elsewhere, or has not served
//! it at all. Runs that were given for the same command are pairs; code that runs two machines in lock-step calls
//! `Pairs::note` after each command.

use crate::units::{Pfn, RunId};
use crate::vocabulary::command::Command;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::run::{Run, Runs};
use std::collections::BTreeMap;

/// Runs here by id, with their ids there.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    there: BTreeMap<RunId, RunId>,
    /// The last ids that were given, on the first machine and on the other.
    last: (RunId, RunId),
}

impl Pairs {
    /// Notes a command carried out on both machines: if it gave a run on both, they are a pair.
    pub fn note(&mut self, here: (&Reply, &Runs), there: (&Reply, &Runs)) {
        let new = (given(here, &mut self.last.0), given(there, &mut self.last.1));
        if let (Some(here), Some(there)) = new {
            self.there.insert(here, there);
        }
    }

    /// The command with the run it names replaced by the other machine's; `here` and `there` are the runs before it.
    /// `None`: the run that it names does not exist there.
    pub fn translate(&self, command: &Command, here: &Runs, there: &Runs) -> Option<Command> {
        // A place here says nothing of a place there.
        if command.names_places() {
            return None;
        }
        let mut command = command.clone();
        if let Some(pfn) = command.run_mut() {
            let id = self.there.get(&here.get(pfn)?.id)?;
            *pfn = by_id(there, *id)?.0;
        }
        Some(command)
    }
}

/// The run that a command has given: new since `last`. It may have been moved already, by compaction at the command's
/// end.
fn given((reply, runs): (&Reply, &Runs), last: &mut RunId) -> Option<RunId> {
    let Reply::Run(first) = reply else { return None };
    let at_first = runs.get(first).map(|run| run.id).filter(|id| *id > *last);
    let id = at_first.or_else(|| newest(runs).filter(|id| *id > *last))?;
    *last = id;
    Some(id)
}

/// The id of the run that was given last, as ids count upwards; `None` if there is no run.
pub fn newest(runs: &Runs) -> Option<RunId> {
    runs.values().map(|run| run.id).max()
}

/// A run by its id, with its first frame; `None` if it has been freed.
pub fn by_id(runs: &Runs, id: RunId) -> Option<(Pfn, Run)> {
    runs.iter().find(|(_, run)| run.id == id).map(|(first, run)| (*first, run.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trees::tree;
    use crate::vocabulary::command::{Free, Pin};
    use crate::vocabulary::request::Request;

    fn run(id: u32) -> Run {
        Run::new(RunId(id), Request::of(2), 2)
    }

    /// The first request was served on both, the second here only. There, the run was moved before the command's end.
    #[test]
    fn a_run_is_named_by_where_it_is_there() {
        let here = tree([(Pfn(2), run(1)), (Pfn(4), run(2))]);
        let there = tree([(Pfn(30), run(1))]);
        let mut pairs = Pairs::default();
        pairs.note((&Reply::Run(Pfn(2)), &here), (&Reply::Run(Pfn(38)), &there));
        pairs.note((&Reply::Run(Pfn(4)), &here), (&Reply::Done, &there));
        let free = |pfn| Command::Free(Free { pfn: Pfn(pfn), pages: 2 });
        assert_eq!(pairs.translate(&free(2), &here, &there), Some(free(30)));
        assert_eq!(pairs.translate(&free(4), &here, &there), None);
        assert_eq!(pairs.translate(&Command::MergePass, &here, &there), Some(Command::MergePass));
        assert_eq!(
            pairs.translate(&Command::Pin(Pin { pfn: Pfn(2) }), &here, &Runs::default()),
            None,
            "it is over there"
        );
    }
}
