//! A call with its arguments understood. What could not have succeeded as the log says is an error.

use super::line::Answer;
use super::ranges::Range;
use super::scan::split;
use super::value::{Flags, descriptor, flags, number, string};
use crate::hw::geometry::GeometryKind;
use crate::lab::command::{Advice, MapFlag, Prot};

const PAGE: u64 = 4096;

/// A call that succeeded, or of which a part took effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    Mmap(Mmap),
    Munmap(Range),
    Mprotect(Range, Prot),
    Mremap {
        from: Range,
        to: Range,
        keeps_old: bool,
    },
    /// The break asked for (0: only asked where it is), and where it is now.
    Brk {
        asked: u64,
        now: u64,
    },
    Madvise(Range, Advice),
    Mlock(Range),
    Munlock(Range),
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
    /// Nothing that the machine models: counted under this name.
    Other(String),
}

/// `mmap`, at the place that the kernel chose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mmap {
    pub range: Range,
    pub prot: Prot,
    pub flags: Vec<MapFlag>,
    pub backing: Backing,
    pub pgoff: u64,
    /// MAP_STACK, which the machine does not know.
    pub stack: bool,
    /// Flags that the machine does not know and that change nothing it models.
    pub ignored: Vec<String>,
}

/// What is mapped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Backing {
    Anonymous,
    /// A file by its path.
    File(String),
    /// A file whose path the call does not say.
    Descriptor(u64),
}

/// An argument that makes no sense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// As it is in the log.
    pub argument: String,
    pub message: String,
}

/// The start of an argument, for a message: a hostile one has megabytes.
pub fn quote(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
}

/// Longest path or name, in bytes: Linux's PATH_MAX, and the machine's limit.
const LONGEST_NAME: usize = 4095;

/// A path without the kernel's remark that the file is gone: the mapping is of the same file as before.
pub fn file_name(path: &str) -> String {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path[..path.floor_char_boundary(LONGEST_NAME)].to_string()
}

fn wrong<T>(argument: &str, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { argument: argument.to_string(), message: message.into() })
}

/// Understands a call of [`super::join::USED`] that answered.
pub fn understand(name: &str, arguments: &str, value: u64, path: Option<&str>) -> Result<Call, Wrong> {
    let arguments = Arguments { name, all: split(arguments) };
    Ok(match name {
        "mmap" | "mmap2" => Call::Mmap(mmap(&arguments, value)?),
        "munmap" => Call::Munmap(arguments.range(0, 1)?),
        "mprotect" | "pkey_mprotect" => Call::Mprotect(arguments.range(0, 1)?, prot(&arguments, 2)?),
        "mremap" => mremap(&arguments, value)?,
        "brk" => brk(arguments.number(0)?, value)?,
        "madvise" => madvise(&arguments)?,
        "mlock" | "mlock2" => mlock(&arguments)?,
        "munlock" => Call::Munlock(arguments.touched_range(0, 1)?),
        "execve" => Call::Execve(program(arguments.get(0)?)),
        "execveat" => Call::Execve(program(arguments.get(1)?)),
        "open" | "creat" => open(&arguments, 0, value, path)?,
        "openat" | "openat2" => open(&arguments, 1, value, path)?,
        "close" => Call::Close(arguments.descriptor(0)?.0),
        "dup" | "dup2" | "dup3" => Call::Dup { from: arguments.descriptor(0)?.0, to: value },
        "read" => read(&arguments, value)?,
        other => Call::Other(other.to_string()),
    })
}

/// A call's arguments, to be asked for one at a time.
struct Arguments<'a> {
    name: &'a str,
    all: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    fn get(&self, index: usize) -> Result<&'a str, Wrong> {
        match self.all.get(index) {
            Some(argument) => Ok(argument),
            None => wrong(self.name, format!("`{}` lacks its argument {}", self.name, index + 1)),
        }
    }

    fn number(&self, index: usize) -> Result<u64, Wrong> {
        let argument = self.get(index)?;
        number(argument).map_or_else(
            || {
                wrong(
                    argument,
                    format!("{} is not a number, as argument {} of `{}` is", quote(argument), index + 1, self.name),
                )
            },
            Ok,
        )
    }

    fn flags(&self, index: usize) -> Result<Flags<'a>, Wrong> {
        let argument = self.get(index)?;
        flags(argument).map_or_else(
            || {
                wrong(
                    argument,
                    format!("{} are not flags, as argument {} of `{}` is", quote(argument), index + 1, self.name),
                )
            },
            Ok,
        )
    }

    fn descriptor(&self, index: usize) -> Result<(u64, Option<&'a str>), Wrong> {
        let argument = self.get(index)?;
        match descriptor(argument) {
            Some((Some(number), path)) => Ok((number, path)),
            _ => wrong(
                argument,
                format!(
                    "{} is not a file descriptor, as argument {} of `{}` is",
                    quote(argument),
                    index + 1,
                    self.name
                ),
            ),
        }
    }

    /// Whole pages from an aligned address.
    fn range(&self, address: usize, length: usize) -> Result<Range, Wrong> {
        pages(self.get(address)?, self.number(address)?, self.number(length)?)
    }

    /// The pages that a range of bytes touches.
    fn touched_range(&self, address: usize, length: usize) -> Result<Range, Wrong> {
        let (start, length) = (self.number(address)?, self.number(length)?);
        let offset = start % PAGE;
        pages(self.get(address)?, start - offset, length.saturating_add(offset))
    }
}

/// Pages of user space, for an address and a length in bytes.
fn pages(argument: &str, address: u64, length: u64) -> Result<Range, Wrong> {
    let last = GeometryKind::X86_64.geometry().user_pages;
    let start = address / PAGE;
    if !address.is_multiple_of(PAGE) {
        return wrong(argument, format!("{address:#x} is not the start of a page of 4096 bytes"));
    }
    match start.checked_add(length.div_ceil(PAGE)) {
        Some(end) if end <= last => Ok(Range::new(start, end)),
        _ => wrong(
            argument,
            format!("{length} bytes from {address:#x} leave user space, which ends at {:#x}", last * PAGE),
        ),
    }
}

fn mmap(arguments: &Arguments<'_>, value: u64) -> Result<Mmap, Wrong> {
    let length = arguments.number(1)?;
    let range = pages(&format!("{value:#x}"), value, length)?;
    if range.pages() == 0 {
        return wrong(arguments.get(1)?, "`mmap` of no bytes does not succeed");
    }
    let given = arguments.flags(3)?;
    let (mut flags, ignored) = map_flags(&given);
    if !flags.contains(&MapFlag::Private) && !flags.contains(&MapFlag::Shared) {
        return wrong(arguments.get(3)?, "`mmap` needs MAP_PRIVATE or MAP_SHARED");
    }
    // Where the kernel placed it, it is placed again.
    flags.push(MapFlag::Fixed);
    let (backing, pgoff) =
        if flags.contains(&MapFlag::Anonymous) { (Backing::Anonymous, 0) } else { backing(arguments)? };
    Ok(Mmap {
        range,
        prot: prot(arguments, 2)?,
        flags,
        backing,
        pgoff,
        stack: given.has("MAP_STACK", 0x20000),
        ignored,
    })
}

fn backing(arguments: &Arguments<'_>) -> Result<(Backing, u64), Wrong> {
    let offset = arguments.number(5)?;
    if !offset.is_multiple_of(PAGE) {
        return wrong(arguments.get(5)?, format!("offset {offset:#x} is not a multiple of 4096"));
    }
    let (number, path) = arguments.descriptor(4)?;
    let backing = path.map_or(Backing::Descriptor(number), |path| Backing::File(file_name(path)));
    Ok((backing, offset / PAGE))
}

/// Flags of `mmap` that the machine knows, by name and bit.
const MAP_FLAGS: [(&str, u64, MapFlag); 7] = [
    ("MAP_PRIVATE", 0x02, MapFlag::Private),
    ("MAP_ANONYMOUS", 0x20, MapFlag::Anonymous),
    ("MAP_GROWSDOWN", 0x100, MapFlag::Growsdown),
    ("MAP_LOCKED", 0x2000, MapFlag::Locked),
    ("MAP_NORESERVE", 0x4000, MapFlag::Noreserve),
    ("MAP_POPULATE", 0x8000, MapFlag::Populate),
    ("MAP_ANON", 0x20, MapFlag::Anonymous),
];
/// Flags that are kept in another way (the address is fixed anyway) or that say nothing about memory.
const KEPT_OTHERWISE: [&str; 11] = [
    "MAP_SHARED",
    "MAP_SHARED_VALIDATE",
    "MAP_PRIVATE",
    "MAP_ANONYMOUS",
    "MAP_ANON",
    "MAP_FIXED",
    "MAP_FIXED_NOREPLACE",
    "MAP_FILE",
    "MAP_DENYWRITE",
    "MAP_EXECUTABLE",
    "MAP_STACK",
];

fn map_flags(given: &Flags<'_>) -> (Vec<MapFlag>, Vec<String>) {
    let mut flags = Vec::new();
    for (name, bit, flag) in MAP_FLAGS {
        // MAP_SHARED_VALIDATE is 3 and contains the bit of MAP_PRIVATE.
        let other = flag == MapFlag::Private && given.bits & 3 == 3;
        if given.has(name, bit) && !other && !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    if !flags.contains(&MapFlag::Private) && (given.has("MAP_SHARED", 1) || given.has("MAP_SHARED_VALIDATE", 0)) {
        flags.push(MapFlag::Shared);
    }
    let known = |name: &str| KEPT_OTHERWISE.contains(&name) || MAP_FLAGS.iter().any(|(known, _, _)| *known == name);
    let ignored = given.names.iter().filter(|name| !known(name)).map(|name| name.to_string()).collect();
    (flags, ignored)
}

fn prot(arguments: &Arguments<'_>, index: usize) -> Result<Prot, Wrong> {
    let given = arguments.flags(index)?;
    let mut prot = Prot::empty();
    prot.set(Prot::READ, given.has("PROT_READ", 1));
    prot.set(Prot::WRITE, given.has("PROT_WRITE", 2));
    prot.set(Prot::EXEC, given.has("PROT_EXEC", 4));
    Ok(prot)
}

fn mremap(arguments: &Arguments<'_>, value: u64) -> Result<Call, Wrong> {
    let from = arguments.range(0, 1)?;
    let to = pages(&format!("{value:#x}"), value, arguments.number(2)?)?;
    if to.pages() == 0 {
        return wrong(arguments.get(2)?, "`mremap` to no bytes does not succeed");
    }
    if from.pages() == 0 {
        return Ok(Call::Other("mremap that doubles a shared mapping".into()));
    }
    let keeps_old = arguments.flags(3)?.has("MREMAP_DONTUNMAP", 4);
    Ok(Call::Mremap { from, to, keeps_old })
}

fn brk(asked: u64, now: u64) -> Result<Call, Wrong> {
    let last = GeometryKind::X86_64.geometry().user_pages * PAGE;
    match now <= last {
        true => Ok(Call::Brk { asked, now }),
        false => {
            wrong(&format!("{now:#x}"), format!("the break {now:#x} is outside user space, which ends at {last:#x}"))
        }
    }
}

fn madvise(arguments: &Arguments<'_>) -> Result<Call, Wrong> {
    let advice = arguments.flags(2)?;
    let range = arguments.range(0, 1)?;
    let known = [
        ("MADV_DONTNEED", 4, Advice::Dontneed),
        ("MADV_PAGEOUT", 21, Advice::Pageout),
        ("MADV_MERGEABLE", 12, Advice::Mergeable),
        ("MADV_UNMERGEABLE", 13, Advice::Unmergeable),
    ];
    let meant = known
        .into_iter()
        .find(|(name, number, _)| advice.names.contains(name) || (advice.names.is_empty() && advice.bits == *number));
    Ok(match meant {
        Some((_, _, advice)) => Call::Madvise(range, advice),
        None => Call::Other(format!("madvise {}", quote(arguments.get(2)?))),
    })
}

fn mlock(arguments: &Arguments<'_>) -> Result<Call, Wrong> {
    if arguments.all.get(2).and_then(|argument| flags(argument)).is_some_and(|flags| flags.has("MLOCK_ONFAULT", 1)) {
        return Ok(Call::Other("mlock2 with MLOCK_ONFAULT".into()));
    }
    Ok(Call::Mlock(arguments.touched_range(0, 1)?))
}

/// The program's path as given; what strace could not read is shown as strace shows it.
fn program(argument: &str) -> String {
    string(argument).map_or_else(|| file_name(argument), |(path, _)| file_name(&path))
}

fn open(arguments: &Arguments<'_>, index: usize, value: u64, path: Option<&str>) -> Result<Call, Wrong> {
    let argument = arguments.get(index)?;
    let path = match path {
        Some(path) => file_name(path),
        None => program(argument),
    };
    let closed_by_exec = arguments.all.iter().any(|argument| argument.contains("O_CLOEXEC"));
    Ok(Call::Open { descriptor: value, path, closed_by_exec })
}

fn read(arguments: &Arguments<'_>, value: u64) -> Result<Call, Wrong> {
    let (descriptor, path) = arguments.descriptor(0)?;
    // What a failed read of a pipe shows is an address, and of no interest.
    let (text, cut) = string(arguments.get(1)?).unwrap_or_default();
    let whole = !cut && text.len() as u64 == value;
    Ok(Call::Read { descriptor, path: path.map(str::to_string), text, whole })
}

/// What a call that did not succeed did nevertheless: `mprotect` over a hole changes what lies before the hole, and `exit`
/// never answers.
pub fn understand_failure(name: &str, arguments: &str, answer: Answer<'_>) -> Result<Option<Call>, Wrong> {
    let arguments = Arguments { name, all: split(arguments) };
    Ok(match (name, answer) {
        ("exit", _) => Some(Call::Exit { whole_process: false }),
        ("exit_group", _) => Some(Call::Exit { whole_process: true }),
        ("mprotect", Answer::Failed("ENOMEM")) => arguments
            .range(0, 1)
            .ok()
            .map(|range| prot(&arguments, 2).map(|prot| Call::Mprotect(range, prot)))
            .transpose()?,
        _ => None,
    })
}
