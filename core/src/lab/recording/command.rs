//! Reading a command from its line: for each its fields, in the order in which they are read.

use super::fields::{Fields, Value};
use crate::lab::measure::tally::Tally;
use crate::lab::tell::placed::{PlacedError, list, nearest, suggest};
use crate::units::HeapId;
use crate::vocabulary::command::*;
use crate::vocabulary::request::Request;
use crate::vocabulary::show::Show;

/// Takes a struct's fields from a line. The compiler holds the names to the struct's, and asks for all of them. What is
/// not an `Option` must be there, or has the value after `=` when it is missing.
macro_rules! read {
    ($from:ident: $arguments:ident { $($field:ident $(= $default:expr)?),* }) => {
        $arguments { $($field: read!(@field $from, $field $(, $default)?)),* }
    };
    (@field $from:ident, $field:ident) => { Field::take($from, stringify!($field))? };
    (@field $from:ident, $field:ident, $default:expr) => { $from.optional(stringify!($field))?.unwrap_or($default) };
}

/// The command called `name`.
pub fn command(f: &mut Fields<'_>, name: &str) -> Result<Command, PlacedError> {
    let Ok(known) = name.parse::<CommandName>() else { return Err(unknown(f, name)) };
    Ok(match known {
        CommandName::Spawn => Command::Spawn(read!(f: Spawn { pid, name })),
        CommandName::LoadTables => Command::LoadTables(read!(f: LoadTables { pages, pdbr, pid })),
        CommandName::Mmap => Command::Mmap(read!(f: Mmap { pid, addr, pages, prot, flags, file, pgoff = 0 })),
        CommandName::Munmap => Command::Munmap(read!(f: Munmap { pid, addr, pages })),
        CommandName::Mprotect => Command::Mprotect(read!(f: Mprotect { pid, addr, pages, prot, growsdown = false })),
        CommandName::Mremap => Command::Mremap(
            read!(f: Mremap { pid, addr, pages, new_pages, to, may_move = false, dontunmap = false, hint }),
        ),
        CommandName::Brk => Command::Brk(read!(f: Brk { pid, addr })),
        CommandName::Madvise => Command::Madvise(read!(f: Madvise { pid, addr, pages, advice })),
        CommandName::Mlock => Command::Mlock(read!(f: Mlock { pid, addr, pages, onfault = false })),
        CommandName::Munlock => Command::Munlock(read!(f: Munlock { pid, addr, pages })),
        CommandName::Mlockall => {
            Command::Mlockall(read!(f: Mlockall { pid, current = false, future = false, onfault = false }))
        }
        CommandName::Munlockall => Command::Munlockall(read!(f: Munlockall { pid })),
        CommandName::Fork => Command::Fork(read!(f: Fork { pid, child, name })),
        CommandName::Exec => Command::Exec(read!(f: Exec { pid, name, brk })),
        CommandName::Exit => Command::Exit(read!(f: Exit { pid })),
        CommandName::Read => Command::Read(read!(f: Read { pid, addr, len = 1 })),
        CommandName::Write => Command::Write(read!(f: Write { pid, addr, bytes })),
        CommandName::Touch => Command::Touch(read!(f: Touch { pid, addr, pages = 1 })),
        CommandName::Truncate => Command::Truncate(read!(f: Truncate { file, bytes })),
        CommandName::Unlink => Command::Unlink(read!(f: Unlink { file })),
        CommandName::Pread => Command::Pread(read!(f: Pread { pid, file, offset = 0, len })),
        CommandName::Pwrite => Command::Pwrite(read!(f: Pwrite { pid, file, offset = 0, bytes })),
        CommandName::Msync => Command::Msync(read!(f: Msync { pid, addr, pages })),
        CommandName::Mincore => Command::Mincore(read!(f: Mincore { pid, addr, pages })),
        CommandName::Alloc => Command::Alloc(
            read!(f: Request { pages, align = 1, offset = 0, zone, gfp = Default::default(), mobility = Default::default() }),
        ),
        CommandName::Free => Command::Free(read!(f: Free { pfn, pages })),
        CommandName::Pin => Command::Pin(read!(f: Pin { pfn })),
        CommandName::Unpin => Command::Unpin(read!(f: Unpin { pfn })),
        CommandName::MapRun => Command::MapRun(read!(f: MapRun { pid, pfn, addr, prot })),
        CommandName::UnmapRun => Command::UnmapRun(read!(f: UnmapRun { pid, addr })),
        CommandName::Reclaim => Command::Reclaim(read!(f: Reclaim { frames })),
        CommandName::MergePass => Command::MergePass,
        CommandName::Future => Command::Future(read!(f: Future { pages })),
        CommandName::Kswapd => Command::Kswapd,
        CommandName::Migrate => Command::Migrate(read!(f: Migrate { from, to })),
        CommandName::Compact => Command::Compact,
        CommandName::Vmalloc => Command::Vmalloc(read!(f: Vmalloc { pages })),
        CommandName::Vfree => Command::Vfree(read!(f: Vfree { addr })),
        CommandName::Heap => Command::Heap(read!(f: NewHeap { pid, settings })),
        CommandName::Malloc => Command::Malloc(read!(f: Malloc { pid, heap = HeapId(0), bytes })),
        CommandName::Calloc => Command::Calloc(read!(f: Calloc { pid, heap = HeapId(0), count, bytes })),
        CommandName::Realloc => Command::Realloc(read!(f: Realloc { pid, heap = HeapId(0), addr, bytes })),
        CommandName::HeapFree => Command::HeapFree(read!(f: HeapFree { pid, heap = HeapId(0), addr })),
        CommandName::HeapTrim => Command::HeapTrim(read!(f: HeapTrim { pid, heap = HeapId(0) })),
        CommandName::Kmalloc => Command::Kmalloc(read!(f: Kmalloc { bytes })),
        CommandName::Port => Command::Port(read!(f: NewPort { pid, auto })),
        CommandName::Send => {
            Command::Send(read!(f: Send { pid, port, addr, bytes, header = Vec::new(), by = Default::default() }))
        }
        CommandName::Receive => Command::Receive(read!(f: Receive { pid, port, addr, into })),
        CommandName::Kfree => Command::Kfree(read!(f: Kfree { addr })),
        CommandName::Note => Command::Note(read!(f: Note { text, before = false, chart })),
        CommandName::Show => Command::Show(show(f)?.into()),
        CommandName::Ask => Command::Ask(ask(f)?),
        CommandName::Answer => Command::Answer(read!(f: Answer { right })),
        CommandName::Expect => Command::Expect(read!(f: Expect { text, held })),
    })
}

fn ask(f: &mut Fields<'_>) -> Result<Ask, PlacedError> {
    let ask = read!(f: Ask { question, answer = String::new(), task });
    match &ask.task {
        None if f.raw("answer").is_none() => Err(f
            .error(0, "the question has neither `answer` nor `task`")
            .hint("give the answer, or how it is answered: {\"asks\":\"address\",\"right\":{\"number\":4096}}")),
        _ => Ok(ask),
    }
}

fn show(f: &mut Fields<'_>) -> Result<Show, PlacedError> {
    let show = read!(f: Show { select, point = Vec::new(), zoom, open = Vec::new(), fold = Vec::new(), counter });
    show.check().map_err(|refusal| f.error(0, refusal.what).hint(refusal.hint))?;
    match &show.counter {
        Some(name) if !Tally::NAMES.contains(&name.as_str()) => {
            let at = f.raw("counter").map_or(0, |(_, at)| at);
            Err(f.error(at, format!("there is no counter `{name}`")).hint(suggest(name, Tally::NAMES)))
        }
        _ => Ok(show),
    }
}

/// A field as its type has it: an `Option` may be missing, all else must be there.
trait Field: Sized {
    fn take(from: &mut Fields<'_>, name: &'static str) -> Result<Self, PlacedError>;
}

impl<T: Value> Field for T {
    fn take(from: &mut Fields<'_>, name: &'static str) -> Result<T, PlacedError> {
        from.required(name)
    }
}

impl<T: Value> Field for Option<T> {
    fn take(from: &mut Fields<'_>, name: &'static str) -> Result<Option<T>, PlacedError> {
        from.optional(name)
    }
}

fn unknown(fields: &mut Fields<'_>, name: &str) -> PlacedError {
    let at = fields.raw("do").map_or(0, |(_, at)| at);
    let short: String = name.chars().take(40).collect();
    let error = fields.error(at, format!("there is no command `{short}`"));
    match nearest(&short, COMMANDS.iter().copied()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("there are {}", list(COMMANDS))),
    }
}
