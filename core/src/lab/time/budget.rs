//! The bytes that a session may hold, and what it says when they would not do.
//!
//! ```text
//! before a command    arrays + trees of the last walk + what the command may add        a few additions
//! after it            arrays + trees, walked anew once as many events were made as there are things to walk
//! over the budget     all parts exactly, then the command is taken back and refused
//! ```
//! Counted are the machine at the end, the commands with their replies, the checkpoints and what a script holds beside
//! the session. A look into the past takes, while it lasts, at most as much as the machine there.

use super::checkpoints::Checkpoints;
use super::place::Place;
use super::session::Step;
use crate::lab::measure::footprint::{Footprint, Part};
use crate::lab::measure::needs::needs;
use crate::os::machine::Machine;
use crate::refusal::{Check, Refusal, grouped};
use crate::vocabulary::command::Command;
use crate::vocabulary::reply::Reply;

/// Bytes that a session may hold, unless it is told otherwise.
pub const DEFAULT_BUDGET: u64 = 1 << 30;

/// Bytes of a command with its reply on a 64-bit host, without what they point to.
const STEP: u64 = 144;
const _: () = assert!(size_of::<Step>() as u64 <= STEP);
/// The trees are walked at most once in so many events.
const EVENTS_BETWEEN: u32 = 1 << 13;

/// The budget of a session, and what is known of its use.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    most: u64,
    /// What a script holds beside the session.
    pub beside: u64,
    /// What commands and replies point to.
    data: u64,
    /// The trees when they were last walked: so many events had been made, and so many things were there.
    trees: Footprint,
    walked_at: u32,
    walked: u32,
}

impl Budget {
    /// A budget of so many bytes; nothing is used yet.
    pub fn new(most: u64) -> Budget {
        let trees = Footprint::default();
        Budget { most, beside: 0, data: 0, trees, walked_at: 0, walked: 0 }
    }

    /// Bytes that the session may hold.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// The bytes that the checkpoints may take of it.
    pub fn of_checkpoints(&self) -> u64 {
        self.most / 4
    }

    /// Enters a command, or takes it out again.
    pub fn count(&mut self, step: &Step, entered: bool) {
        let bytes = data(&step.command) + reply_data(&step.reply);
        self.data = if entered { self.data + bytes } else { self.data - bytes };
    }

    /// Whether a machine that has just started fits.
    ///
    /// # Errors
    /// It does not.
    pub fn holds_start(&mut self, start: &Place) -> Check {
        self.walk(&start.machine, 0);
        let parts = Footprint::arrays(&start.machine) + self.trees;
        if parts.total() <= self.most {
            return Ok(());
        }
        Err(self.refusal("this machine takes more than", &parts, start, None))
    }

    /// Whether there is room for what a command may add.
    ///
    /// # Errors
    /// There is not; it has not been carried out.
    pub fn room_for(&self, command: &Command, end: &Place, checkpoints: &Checkpoints) -> Check {
        let more = needs(&end.machine, command) + data(command);
        let now = self.parts(end, checkpoints);
        if now.total() + more <= self.most {
            return Ok(());
        }
        let parts = now.with_tables(&end.machine);
        Err(self.refusal(TAKES_OVER, &parts, end, Some(more)))
    }

    /// Whether the session still fits, with `events` events made.
    ///
    /// # Errors
    /// It does not: the last command is to be taken back.
    pub fn holds(&mut self, end: &Place, checkpoints: &Checkpoints, events: u32) -> Check {
        if events.saturating_sub(self.walked_at) >= EVENTS_BETWEEN.max(self.walked) || events < self.walked_at {
            self.walk(&end.machine, events);
        }
        if self.parts(end, checkpoints).total() <= self.most {
            return Ok(());
        }
        self.walk(&end.machine, events);
        let parts = self.parts(end, checkpoints);
        if parts.total() <= self.most {
            return Ok(());
        }
        Err(self.refusal(TAKES_OVER, &parts.with_tables(&end.machine), end, None))
    }

    /// All that the session holds, exactly.
    pub fn footprint(&self, end: &Place, checkpoints: &Checkpoints) -> Footprint {
        let exact = Budget { trees: Footprint::trees(&end.machine), ..self.clone() };
        exact.parts(end, checkpoints).with_tables(&end.machine)
    }

    fn walk(&mut self, machine: &Machine, events: u32) {
        self.trees = Footprint::trees(machine);
        (self.walked_at, self.walked) = (events, Footprint::walked(machine) as u32);
    }

    fn parts(&self, end: &Place, checkpoints: &Checkpoints) -> Footprint {
        let mut parts = Footprint::arrays(&end.machine) + self.trees;
        // A vector's room is doubled when it is full.
        parts[Part::Commands] = u64::from(end.step).next_power_of_two() * STEP + self.data;
        parts[Part::Checkpoints] = checkpoints.bytes();
        parts[Part::Script] = self.beside;
        parts
    }

    fn refusal(&self, what: &str, parts: &Footprint, end: &Place, more: Option<u64>) -> Refusal {
        let most = parts.largest().into_iter().filter(|(_, bytes)| *bytes >= self.most / 10).take(3);
        let mut took: Vec<String> =
            most.map(|(part, bytes)| format!("{} {}", words(part, end), mebibytes(bytes))).collect();
        took.extend(more.map(|more| format!("this command up to {} more", mebibytes(more))));
        let what = format!(
            "{what} the {} that a machine with its history may hold: {}",
            mebibytes(self.most),
            took.join(", ")
        );
        let largest = if more.is_some_and(|more| more > parts.total()) { None } else { Some(parts.largest()[0].0) };
        Refusal::new(what, format!("{}; on the command line --memory sets another limit", remedy(largest)))
    }
}

const TAKES_OVER: &str = "this command would take more than";

/// A part with the number of what it is made of; what takes memory, at the start of "... 12 MiB".
fn words(part: Part, Place { machine, step, .. }: &Place) -> String {
    let processes = match machine.mm.spaces().len() {
        1 => "1 process".into(),
        n => format!("{} processes", grouped(n as u64)),
    };
    match part {
        Part::Pages => "the bytes written to pages take".into(),
        Part::Tables => format!("the page tables of {processes} take"),
        Part::FrameTable => "the descriptors of the frames in use take".into(),
        Part::ReverseMap => "the reverse map's entries take".into(),
        Part::FreeLists => format!("the allocator of {} frames takes", grouped(machine.mm.frames().studied().into())),
        Part::Swap => "what lies on the swap disk takes".into(),
        Part::Files => "the files take".into(),
        Part::Processes => {
            format!("{processes} with their VMAs ({}) take", grouped(machine.mm.vma_places().len() as u64))
        }
        Part::Commands => format!("the {} commands and their replies take", grouped((*step).into())),
        Part::Checkpoints => "the machine's past, for stepping back, takes".into(),
        Part::Script => "the script's variables and what it printed take".into(),
    }
}

/// What helps against the largest part; `None`: the command itself is it.
fn remedy(largest: Option<Part>) -> &'static str {
    match largest {
        None => "do less at a time",
        Some(Part::Pages | Part::Swap | Part::Files) => "write to fewer pages",
        Some(Part::Tables | Part::Processes) => "let processes exit, or make fewer",
        Some(Part::FrameTable | Part::FreeLists) => "use a machine with fewer frames",
        Some(Part::ReverseMap) => "share pages with fewer processes, or use another reverse map",
        Some(Part::Commands | Part::Checkpoints) => "use a shorter script or recording",
        Some(Part::Script) => "keep less in variables, or print less",
    }
}

fn mebibytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes.div_ceil(1024)),
        mebibytes => format!("{} MiB", grouped(mebibytes)),
    }
}

/// Bytes that a command's arguments point to.
fn data(command: &Command) -> u64 {
    use Command::*;
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let bytes = match command {
        Write(args) => args.bytes.len(),
        Pwrite(args) => args.bytes.len() + args.file.len(),
        Mmap(args) => text(&args.file) + args.flags.len(),
        Pread(args) => args.file.len(),
        Send(args) => args.header.len(),
        Truncate(args) => args.file.len(),
        Unlink(args) => args.file.len(),
        Spawn(args) => text(&args.name),
        LoadTables(args) => args.pages.iter().map(|page| size_of::<String>() + page.len()).sum(),
        Fork(args) => text(&args.name),
        Exec(args) => args.name.len(),
        Note(args) => args.text.len() + args.chart.as_ref().map_or(0, |chart| chart.bytes()),
        Show(args) => args.bytes(),
        Ask(args) => args.question.len() + args.answer.len() + args.task.as_ref().map_or(0, |task| task.bytes()),
        Answer(args) => args.right.bytes(),
        Expect(args) => args.text.len(),
        Munmap(_) | Mprotect(_) | Mremap(_) | Brk(_) | Madvise(_) | Mlock(_) | Munlock(_) | Mlockall(_)
        | Munlockall(_) | Exit(_) | Read(_) | Touch(_) | Msync(_) | Mincore(_) | Alloc(_) | Free(_) | Pin(_)
        | Unpin(_) | MapRun(_) | UnmapRun(_) | Reclaim(_) | MergePass | Kswapd | Future(_) | Migrate(_) | Compact
        | Vmalloc(_) | Vfree(_) | Port(_) | Receive(_) | Heap(_) | HeapTrim(_) => 0,
        // What is noted of the call.
        Malloc(_) | Calloc(_) | Realloc(_) | HeapFree(_) | Kmalloc(_) | Kfree(_) => super::calls::BYTES,
    };
    bytes as u64
}

fn reply_data(reply: &Reply) -> u64 {
    match reply {
        Reply::Bytes(bytes) => bytes.len() as u64,
        Reply::Message(message) => (size_of_val(&**message) + message.header.len()) as u64,
        Reply::Done
        | Reply::Pid(_)
        | Reply::Addr(_)
        | Reply::Run(_)
        | Reply::Count(_)
        | Reply::Failed(_)
        | Reply::Signal(_)
        | Reply::Heap(_)
        | Reply::Port(_)
        | Reply::Warned(_) => 0,
    }
}
