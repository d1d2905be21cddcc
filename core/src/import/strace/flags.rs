//! Flags of memory calls, by name and, for those without a name in strace, by number: `MAP_`, `PROT_`, `MADV_`, `MCL_`.
//! Flags that the machine does not have are counted.

use super::arguments::{Arguments, Wrong, quote, wrong};
use super::value::Flags;
use crate::vocabulary::command::{Advice, MapFlag};
use crate::vocabulary::prot::Prot;

/// Flags of `mmap`, with their numbers on all architectures but alpha, mips, parisc, powerpc, sparc and xtensa, which
/// have some of their own.
const MAP: [(&str, u64, Meaning); 22] = [
    ("MAP_ANONYMOUS", 0x20, Meaning::Flag(MapFlag::Anonymous)),
    ("MAP_GROWSDOWN", 0x100, Meaning::Flag(MapFlag::Growsdown)),
    ("MAP_LOCKED", 0x2000, Meaning::Flag(MapFlag::Locked)),
    ("MAP_NORESERVE", 0x4000, Meaning::Flag(MapFlag::Noreserve)),
    ("MAP_POPULATE", 0x8000, Meaning::Flag(MapFlag::Populate)),
    ("MAP_ANON", 0x20, Meaning::Flag(MapFlag::Anonymous)),
    // The kernel's answer gives the place; or they are not about memory.
    ("MAP_FIXED", 0x10, Meaning::Nothing),
    ("MAP_FIXED_NOREPLACE", 0x10_0000, Meaning::Nothing),
    ("MAP_32BIT", 0x40, Meaning::Nothing),
    ("MAP_ABOVE4G", 0x80, Meaning::Nothing),
    ("MAP_FILE", 0, Meaning::Nothing),
    ("MAP_DENYWRITE", 0x800, Meaning::Nothing),
    ("MAP_EXECUTABLE", 0x1000, Meaning::Nothing),
    ("MAP_STACK", 0x2_0000, Meaning::Nothing),
    ("MAP_UNINITIALIZED", 0x400_0000, Meaning::Nothing),
    ("MAP_NONBLOCK", 0x1_0000, Meaning::Nothing),
    ("MAP_SHARED", 0, Meaning::Nothing),
    ("MAP_PRIVATE", 0, Meaning::Nothing),
    ("MAP_SHARED_VALIDATE", 0, Meaning::Nothing),
    ("MAP_DROPPABLE", 0, Meaning::Nothing),
    ("MAP_HUGE_SHIFT", 0, Meaning::Nothing),
    ("MAP_HUGETLB", HUGETLB, Meaning::Unknown),
];
const HUGETLB: u64 = 0x4_0000;

/// Bits that select the type of a mapping.
const TYPE: u64 = 0xf;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Flag(MapFlag),
    /// Kept elsewhere, or of no importance here.
    Nothing,
    /// The machine lacks it.
    Unknown,
}

/// What the flags ask of the machine.
pub struct MapFlags {
    pub flags: Vec<MapFlag>,
    /// MAP_STACK was given.
    pub stack: bool,
    /// Flags that the machine does not have.
    pub unknown: Vec<String>,
}

/// Reads argument 4 of `mmap`.
pub fn map_flags(arguments: &Arguments<'_>) -> Result<MapFlags, Wrong> {
    let given = arguments.flags(3)?;
    // With MAP_HUGETLB these bits are the size of its pages: `21<<MAP_HUGE_SHIFT`.
    let size = if given.has("MAP_HUGETLB", HUGETLB) { 0x3f << 26 } else { 0 };
    let known = MAP.map(|(name, bit, meaning)| (name, bit, meaning != Meaning::Unknown));
    let mut unknown = unknown_of(&given, TYPE | size, "flag", &known);
    let mut flags = Vec::new();
    let kind = match kind(&given) {
        Some(kind) => kind,
        // A type of a newer kernel: most are a kind of private memory.
        None if given.bits & TYPE != 0 => {
            unknown.push(format!("flag {:#x}", given.bits & TYPE));
            MapFlag::Private
        }
        None if unknown.iter().any(|name| name.starts_with("flag MAP_")) => MapFlag::Private,
        None => return wrong(arguments.get(3)?, "`mmap` needs MAP_PRIVATE or MAP_SHARED"),
    };
    if kind != MapFlag::Shared {
        flags.push(kind);
    }
    for (name, bit, meaning) in MAP {
        if let Meaning::Flag(flag) = meaning
            && given.has(name, bit)
            && !flags.contains(&flag)
        {
            flags.push(flag);
        }
    }
    if kind == MapFlag::Shared {
        flags.push(kind);
    }
    if given.has("MAP_NONBLOCK", 0x1_0000) {
        // With it, MAP_POPULATE does nothing.
        flags.retain(|flag| *flag != MapFlag::Populate);
    }
    Ok(MapFlags { flags, stack: given.has("MAP_STACK", 0x2_0000), unknown })
}

fn kind(given: &Flags<'_>) -> Option<MapFlag> {
    let named = |names: &[&str]| given.names.iter().any(|name| names.contains(name));
    let by_number = match given.bits & TYPE {
        1 | 3 => Some(MapFlag::Shared),
        2 => Some(MapFlag::Private),
        8 => Some(MapFlag::Droppable),
        _ => None,
    };
    match () {
        _ if named(&["MAP_PRIVATE"]) => Some(MapFlag::Private),
        _ if named(&["MAP_SHARED", "MAP_SHARED_VALIDATE"]) => Some(MapFlag::Shared),
        _ if named(&["MAP_DROPPABLE"]) => Some(MapFlag::Droppable),
        _ => by_number,
    }
}

/// The flags given that are not among the known: by name, or the remaining bits as a number. `aside`: bits that are
/// read elsewhere; `what`: the flags' kind, for messages.
fn unknown_of(given: &Flags<'_>, aside: u64, what: &str, all: &[(&str, u64, bool)]) -> Vec<String> {
    let known = |name: &str| all.iter().any(|(one, _, known)| *one == name && *known);
    let mut unknown: Vec<String> =
        given.names.iter().filter(|name| !known(name)).map(|name| quote_name(what, name)).collect();
    let mut rest = given.bits & !aside;
    for (name, bit, known) in all {
        if !known && rest & bit != 0 {
            unknown.push(quote_name(what, name));
        }
        rest &= !bit;
    }
    if rest != 0 {
        unknown.push(format!("{what} {rest:#x}"));
    }
    unknown
}

/// A name shortened for a message: a hostile name has megabytes.
fn quote_name(what: &str, name: &str) -> String {
    format!("{what} {}", name.chars().take(40).collect::<String>())
}

/// A protection, whether it has PROT_GROWSDOWN, and the flags that the machine does not have.
pub fn prot(arguments: &Arguments<'_>, index: usize) -> Result<(Prot, bool, Vec<String>), Wrong> {
    let given = arguments.flags(index)?;
    let known = [
        ("PROT_NONE", 0, true),
        ("PROT_READ", 1, true),
        ("PROT_WRITE", 2, true),
        ("PROT_EXEC", 4, true),
        ("PROT_GROWSDOWN", 0x100_0000, true),
    ];
    let mut prot = Prot::empty();
    prot.set(Prot::READ, given.has("PROT_READ", 1));
    prot.set(Prot::WRITE, given.has("PROT_WRITE", 2));
    prot.set(Prot::EXEC, given.has("PROT_EXEC", 4));
    Ok((prot, given.has("PROT_GROWSDOWN", 0x100_0000), unknown_of(&given, 0, "protection flag", &known)))
}

/// Advice that the machine supports.
const ADVICE: [(&str, u64, Advice); 15] = [
    ("MADV_NORMAL", 0, Advice::Normal),
    ("MADV_RANDOM", 1, Advice::Random),
    ("MADV_SEQUENTIAL", 2, Advice::Sequential),
    ("MADV_DONTNEED", 4, Advice::Dontneed),
    ("MADV_DONTFORK", 10, Advice::Dontfork),
    ("MADV_DOFORK", 11, Advice::Dofork),
    ("MADV_MERGEABLE", 12, Advice::Mergeable),
    ("MADV_UNMERGEABLE", 13, Advice::Unmergeable),
    ("MADV_HUGEPAGE", 14, Advice::Hugepage),
    ("MADV_NOHUGEPAGE", 15, Advice::Nohugepage),
    ("MADV_DONTDUMP", 16, Advice::Dontdump),
    ("MADV_DODUMP", 17, Advice::Dodump),
    ("MADV_WIPEONFORK", 18, Advice::Wipeonfork),
    ("MADV_KEEPONFORK", 19, Advice::Keeponfork),
    ("MADV_PAGEOUT", 21, Advice::Pageout),
];

/// Advice that the machine does not support, by number, for `-X raw`.
const OTHER_ADVICE: [(u64, &str); 10] = [
    (3, "MADV_WILLNEED"),
    (8, "MADV_FREE"),
    (9, "MADV_REMOVE"),
    (20, "MADV_COLD"),
    (22, "MADV_POPULATE_READ"),
    (23, "MADV_POPULATE_WRITE"),
    (24, "MADV_DONTNEED_LOCKED"),
    (25, "MADV_COLLAPSE"),
    (102, "MADV_GUARD_INSTALL"),
    (103, "MADV_GUARD_REMOVE"),
];

/// The advice that an argument gives; its name if the machine does not support it.
pub fn advice(arguments: &Arguments<'_>, index: usize) -> Result<Result<Advice, String>, Wrong> {
    let given = arguments.flags(index)?;
    let is = |name: &str, number: u64| given.names.contains(&name) || (given.names.is_empty() && given.bits == number);
    let meant = ADVICE.into_iter().find(|(name, number, _)| is(name, *number));
    let other = OTHER_ADVICE.into_iter().find(|(number, name)| is(name, *number));
    Ok(match (meant, other) {
        (Some((_, _, advice)), _) => Ok(advice),
        (None, Some((_, name))) => Err(name.to_string()),
        (None, None) => Err(quote(arguments.get(index)?)),
    })
}
