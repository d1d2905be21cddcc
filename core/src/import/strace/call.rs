//! A call with its arguments understood. What could not have succeeded as the log says is an error.

use super::arguments::{Arguments, Wrong, untagged, wrong};
use super::flags::{MapFlags, advice, map_flags, prot};
use super::line::Answer;
use super::numbers::{Numbers, PAGE};
use super::ranges::Range;
use super::value::{string, unescape};
use crate::vocabulary::command::{Advice, MapFlag};
use crate::vocabulary::prot::Prot;

/// A call that succeeded, or of which a part took effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    Mmap(MmapCall),
    Munmap(Range),
    Mprotect {
        range: Range,
        prot: Prot,
        /// PROT_GROWSDOWN: from the start of the stack's area.
        growsdown: bool,
    },
    Mremap {
        /// Empty: a second mapping of the same pages is made.
        from: Range,
        to: Range,
        dontunmap: bool,
    },
    /// The break asked for (0: only its value), and the break after the call.
    Brk {
        asked: u64,
        now: u64,
    },
    Madvise(Range, Advice),
    Mlock {
        range: Range,
        onfault: bool,
    },
    Munlock(Range),
    Mlockall {
        current: bool,
        future: bool,
        onfault: bool,
    },
    Munlockall,
    Execve(String),
    Exit {
        whole_process: bool,
    },
    Open {
        descriptor: u64,
        path: String,
        closed_by_exec: bool,
    },
    Close(u64),
    Dup {
        from: u64,
        to: u64,
    },
    Read {
        descriptor: u64,
        path: Option<String>,
        text: String,
        whole: bool,
    },
    /// Advice that the machine does not support, counted under this name.
    OtherAdvice(String),
    /// Nothing that the machine models, counted under this name.
    Other(String),
}

/// Arguments of `mmap`, with the place that the kernel chose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MmapCall {
    pub range: Range,
    pub prot: Prot,
    pub flags: Vec<MapFlag>,
    pub backing: Backing,
    pub pgoff: u64,
    /// MAP_STACK, which the machine does not have.
    pub stack: bool,
}

/// A call, understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Understood {
    pub call: Call,
    /// Flags that the machine does not have.
    pub unknown: Vec<String>,
}

impl From<Call> for Understood {
    fn from(call: Call) -> Understood {
        Understood { call, unknown: Vec::new() }
    }
}

/// The source of a mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Backing {
    Anonymous,
    /// A file by its path.
    File(String),
    /// A file by its descriptor, where the call does not show a path.
    Descriptor(u64),
}

/// At most this many bytes in a path or name: Linux's PATH_MAX, and the machine's limit.
const LONGEST_NAME: usize = 4095;

/// A path without the kernel's suffix ` (deleted)`: the mapping is of the same file as before.
pub fn file_name(path: &str) -> String {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path[..path.floor_char_boundary(LONGEST_NAME)].to_string()
}

/// Interprets a call of [`super::names::is_used`] that answered.
pub fn understand(
    name: &str,
    arguments: &str,
    (value, path): (u64, Option<&str>),
    numbers: &Numbers,
) -> Result<Understood, Wrong> {
    let arguments = &Arguments::new(name, arguments, numbers);
    let call = match name {
        "mmap" | "mmap2" | "old_mmap" => return mmap(arguments, value),
        "mprotect" | "pkey_mprotect" => return mprotect(arguments),
        "munmap" => Call::Munmap(arguments.range(0, 1)?),
        "mremap" => mremap(arguments, value)?,
        "brk" => brk(arguments, value)?,
        "madvise" => madvise(arguments)?,
        "mlock" | "mlock2" => mlock(arguments)?,
        "munlock" => Call::Munlock(arguments.touched_range(0, 1)?),
        "mlockall" => return mlockall(arguments),
        "munlockall" => Call::Munlockall,
        "execve" => Call::Execve(program(arguments.get(0)?)),
        "execveat" => Call::Execve(program(arguments.get(1)?)),
        "open" | "creat" => open(arguments, 0, value, path)?,
        "openat" | "openat2" => open(arguments, 1, value, path)?,
        "close" => Call::Close(arguments.descriptor(0)?.0),
        "dup" | "dup2" | "dup3" => Call::Dup { from: arguments.descriptor(0)?.0, to: value },
        "read" => read(arguments, value)?,
        other => Call::Other(other.to_string()),
    };
    Ok(call.into())
}

fn mmap(arguments: &Arguments<'_>, value: u64) -> Result<Understood, Wrong> {
    let range = arguments.answered(value, arguments.number(1)?)?;
    if range.pages() == 0 {
        return wrong(arguments.get(1)?, "`mmap` of no bytes does not succeed");
    }
    let MapFlags { mut flags, stack, mut unknown } = map_flags(arguments)?;
    // Placed again where the kernel placed it.
    flags.push(MapFlag::Fixed);
    let (prot, growsdown, unknown_prot) = prot(arguments, 2)?;
    unknown.extend(unknown_prot);
    if growsdown {
        unknown.push("protection flag PROT_GROWSDOWN".into());
    }
    let (backing, pgoff) =
        if flags.contains(&MapFlag::Anonymous) { (Backing::Anonymous, 0) } else { backing(arguments)? };
    Ok(Understood { call: Call::Mmap(MmapCall { range, prot, flags, backing, pgoff, stack }), unknown })
}

fn backing(arguments: &Arguments<'_>) -> Result<(Backing, u64), Wrong> {
    let offset = arguments.number(5)?;
    let pgoff = match arguments.name == "mmap2" && arguments.numbers.offsets_in_pages {
        true => offset,
        false if offset.is_multiple_of(PAGE) => offset / PAGE,
        false => return wrong(arguments.get(5)?, format!("offset {offset:#x} is not a multiple of {PAGE}")),
    };
    let (number, path) = arguments.descriptor(4)?;
    Ok((path.map_or(Backing::Descriptor(number), |path| Backing::File(file_name(&unescape(path)))), pgoff))
}

fn mprotect(arguments: &Arguments<'_>) -> Result<Understood, Wrong> {
    let range = arguments.range(0, 1)?;
    let (prot, growsdown, unknown) = prot(arguments, 2)?;
    Ok(Understood { call: Call::Mprotect { range, prot, growsdown }, unknown })
}

fn mremap(arguments: &Arguments<'_>, value: u64) -> Result<Call, Wrong> {
    let from = arguments.range(0, 1)?;
    let to = arguments.answered(value, arguments.number(2)?)?;
    if to.pages() == 0 {
        return wrong(arguments.get(2)?, "`mremap` to no bytes does not succeed");
    }
    let flags = arguments.flags(3)?;
    Ok(Call::Mremap { from, to, dontunmap: flags.has("MREMAP_DONTUNMAP", 4) })
}

fn brk(arguments: &Arguments<'_>, now: u64) -> Result<Call, Wrong> {
    let (asked, last) = (arguments.address(0)?, arguments.numbers.user_pages() * PAGE);
    match untagged(now) {
        now if now <= last => Ok(Call::Brk { asked, now }),
        now => {
            wrong(&format!("{now:#x}"), format!("the break {now:#x} is outside user space, which ends at {last:#x}"))
        }
    }
}

fn madvise(arguments: &Arguments<'_>) -> Result<Call, Wrong> {
    Ok(match advice(arguments, 2)? {
        Ok(advice) => Call::Madvise(arguments.range(0, 1)?, advice),
        Err(name) => Call::OtherAdvice(name),
    })
}

fn mlock(arguments: &Arguments<'_>) -> Result<Call, Wrong> {
    let range = arguments.touched_range(0, 1)?;
    let onfault = arguments.name == "mlock2" && arguments.flags(2)?.has("MLOCK_ONFAULT", 1);
    Ok(Call::Mlock { range, onfault })
}

fn mlockall(arguments: &Arguments<'_>) -> Result<Understood, Wrong> {
    let flags = arguments.flags(0)?;
    let (current, future) = (flags.has("MCL_CURRENT", 1), flags.has("MCL_FUTURE", 2));
    let onfault = flags.has("MCL_ONFAULT", 4);
    Ok(Call::Mlockall { current, future, onfault }.into())
}

/// The program's path as given; what strace could not read is kept as strace shows it.
fn program(argument: &str) -> String {
    string(argument).map_or_else(|| file_name(argument), |(path, _)| file_name(&path))
}

fn open(arguments: &Arguments<'_>, index: usize, value: u64, path: Option<&str>) -> Result<Call, Wrong> {
    let argument = arguments.get(index)?;
    let path = match path {
        Some(path) => file_name(&unescape(path)),
        None => program(argument),
    };
    let closed_by_exec = arguments.all.iter().any(|argument| argument.contains("O_CLOEXEC"));
    Ok(Call::Open { descriptor: value, path, closed_by_exec })
}

fn read(arguments: &Arguments<'_>, value: u64) -> Result<Call, Wrong> {
    let (descriptor, path) = arguments.descriptor(0)?;
    // What a failed read of a pipe shows is an address, and not needed.
    let (text, cut) = string(arguments.get(1)?).unwrap_or_default();
    let whole = !cut && text.len() as u64 == value;
    Ok(Call::Read { descriptor, path: path.map(unescape), text, whole })
}

/// The effects of a call that did not succeed: `mprotect` over a hole changes what lies before the hole, `madvise` what
/// lies around it, and `exit` never answers.
pub fn understand_failure(
    name: &str,
    arguments: &str,
    answer: Answer<'_>,
    numbers: &Numbers,
) -> Result<Option<Understood>, Wrong> {
    let arguments = Arguments::new(name, arguments, numbers);
    Ok(match (name, answer) {
        ("exit" | "_exit", _) => Some(Call::Exit { whole_process: false }.into()),
        ("exit_group", _) => Some(Call::Exit { whole_process: true }.into()),
        ("mprotect" | "pkey_mprotect", Answer::Failed("ENOMEM")) if arguments.range(0, 1).is_ok() => {
            Some(mprotect(&arguments)?)
        }
        ("madvise", Answer::Failed("ENOMEM")) if arguments.range(0, 1).is_ok() => Some(madvise(&arguments)?.into()),
        _ => None,
    })
}
