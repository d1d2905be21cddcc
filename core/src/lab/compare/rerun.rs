//! What a script asked of a machine when it was run again there, and whether two commands ask the same.

use super::align::Given;
use crate::config::Config;
use crate::lab::compare::lockstep::Pairs;
use crate::lab::time::session::Session;
use crate::units::VirtAddr;
use crate::vocabulary::command::*;
use crate::vocabulary::run::Runs;

/// A script's run on one machine.
#[derive(Clone, Debug)]
pub struct Rerun {
    pub config: Config,
    pub steps: Vec<Given>,
    /// Where and why the script stopped with an error: `line 4: …`.
    pub ended: Option<String>,
}

impl Rerun {
    /// The run whose session this is.
    pub fn of(session: &Session, ended: Option<String>) -> Rerun {
        let steps = session.steps().iter().map(|step| (step.command.clone(), step.at)).collect();
        Rerun { config: session.config().clone(), steps, ended }
    }
}

/// Whether two machines are asked the same: the first by `first`, with its runs as they are before that, the other by
/// `here`. A run may be elsewhere, and words for the reader may tell of other numbers. With other addresses (`moved`), as
/// every geometry has its own, these say nothing.
pub fn asks_the_same(first: &Command, here: &Command, pairs: &Pairs, runs: (&Runs, &Runs), moved: bool) -> bool {
    match (first, here) {
        (Command::Note(_), Command::Note(_))
        | (Command::Ask(_), Command::Ask(_))
        | (Command::Expect(_), Command::Expect(_))
        | (Command::Migrate(_), Command::Migrate(_)) => true,
        _ => match pairs.translate(first, runs.0, runs.1) {
            Some(first) if moved => anywhere(first) == anywhere(here.clone()),
            Some(first) => first == *here,
            None => false,
        },
    }
}

/// The command without its addresses.
fn anywhere(mut command: Command) -> Command {
    match &mut command {
        Command::Mmap(Mmap { addr, .. })
        | Command::MapRun(MapRun { addr, .. })
        | Command::Exec(Exec { brk: addr, .. }) => *addr = None,
        Command::Mremap(Mremap { addr, to, hint, .. }) => (*addr, *to, *hint) = (VirtAddr(0), None, None),
        Command::Munmap(Munmap { addr, .. })
        | Command::Mprotect(Mprotect { addr, .. })
        | Command::Brk(Brk { addr, .. })
        | Command::Madvise(Madvise { addr, .. })
        | Command::Mlock(Mlock { addr, .. })
        | Command::Munlock(Munlock { addr, .. })
        | Command::Read(Read { addr, .. })
        | Command::Write(Write { addr, .. })
        | Command::Touch(Touch { addr, .. })
        | Command::Msync(Msync { addr, .. })
        | Command::UnmapRun(UnmapRun { addr, .. })
        | Command::Vfree(Vfree { addr }) => *addr = VirtAddr(0),
        Command::Spawn(_)
        | Command::Mlockall(_)
        | Command::Munlockall(_)
        | Command::Fork(_)
        | Command::Exit(_)
        | Command::Truncate(_)
        | Command::Unlink(_)
        | Command::Pread(_)
        | Command::Pwrite(_)
        | Command::Alloc(_)
        | Command::Free(_)
        | Command::Pin(_)
        | Command::Unpin(_)
        | Command::Reclaim(_)
        | Command::MergePass
        | Command::Migrate(_)
        | Command::Compact
        | Command::Vmalloc(_)
        | Command::Note(_)
        | Command::Ask(_)
        | Command::Expect(_) => {}
    }
    command
}
