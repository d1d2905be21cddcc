//! What can be seen of a machine after a call: the same form for the kernel and for the model, so that they can be
//! compared, written down and read again.
//!
//! Frames, swap slots and objects have names of their own on each side. Here they are numbered in the order in which a
//! walk over processes and pages meets them: equal numbers mean that the same pages share.

use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::vma::VmaFlags;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;

/// What is compared; less where the kernel does not show everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Depth {
    /// Which pages share a frame or a slot, and mapping counts: only root can see them.
    pub frames: bool,
    /// Which pages of files and shared memory are present. With Linux's fault-around that needs a model that has it.
    pub object_pages: bool,
}

/// The reply to a call and what memory looks like after it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// The reply, as text: `ENOMEM`, `0x100000000000`, `SIGSEGV`, bytes in hexadecimal, or nothing.
    pub reply: String,
    /// Every living process.
    pub spaces: BTreeMap<u32, Space>,
}

/// An address space.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Space {
    pub areas: Vec<Area>,
    /// Pages that are present or swapped, lowest first; page numbers count from the window's start.
    pub pages: Vec<(u64, Page)>,
}

/// A line of `/proc/PID/maps`, and the flags of `/proc/PID/smaps`; page numbers count from the window's start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    pub start: u64,
    pub end: u64,
    pub prot: Prot,
    pub shared: bool,
    /// The object mapped, and the page offset in it.
    pub backing: Option<(u32, u64)>,
    /// The flags that are set, of [`FLAGS`].
    pub flags: VmaFlags,
}

/// The flags compared, by their names in the line `VmFlags` of `/proc/PID/smaps`.
pub const FLAGS: [(&str, VmaFlags); 14] = [
    ("gd", VmaFlags::GROWSDOWN),
    ("lo", VmaFlags::LOCKED),
    ("sr", VmaFlags::SEQ_READ),
    ("rr", VmaFlags::RAND_READ),
    ("dc", VmaFlags::DONTCOPY),
    ("lf", VmaFlags::LOCKONFAULT),
    ("ac", VmaFlags::ACCOUNT),
    ("nr", VmaFlags::NORESERVE),
    ("wf", VmaFlags::WIPEONFORK),
    ("dd", VmaFlags::DONTDUMP),
    ("hg", VmaFlags::HUGEPAGE),
    ("nh", VmaFlags::NOHUGEPAGE),
    ("mg", VmaFlags::MERGEABLE),
    ("dp", VmaFlags::DROPPABLE),
];

/// The flag of that name, none if it is not compared.
pub fn flag(name: &str) -> VmaFlags {
    FLAGS.iter().find(|(known, _)| *known == name).map_or(VmaFlags::empty(), |(_, flag)| *flag)
}

/// What a page table entry says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The shared page of zeroes: present, with a mapping count of 0.
    Zero,
    /// Present in a frame.
    Frame { name: u32, mapcount: u32 },
    /// On swap.
    Slot { name: u32 },
    /// Present, and no more is known.
    Present,
    /// On swap, and no more is known.
    Swapped,
}

/// Numbers things in the order in which they are met.
#[derive(Debug)]
pub struct Names<T>(HashMap<T, u32>);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names(HashMap::new())
    }
}

impl<T: Hash + Eq> Names<T> {
    /// The thing's number.
    pub fn name(&mut self, thing: T) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(thing).or_insert(next)
    }
}

/// What differs between the kernel and the model, if anything does. The one place where they are compared.
pub fn difference(kernel: &Seen, model: &Seen) -> Option<String> {
    if kernel.reply != model.reply {
        return Some(format!("reply: the kernel's {:?}, the model's {:?}", kernel.reply, model.reply));
    }
    if kernel.spaces.keys().ne(model.spaces.keys()) {
        let pids = |seen: &Seen| format!("{:?}", seen.spaces.keys().collect::<Vec<_>>());
        return Some(format!("living: the kernel's {}, the model's {}", pids(kernel), pids(model)));
    }
    kernel.spaces.iter().find_map(|(pid, ours)| {
        let theirs = &model.spaces[pid];
        (ours != theirs).then(|| format!("process {pid}:\n  kernel {ours}\n  model  {theirs}"))
    })
}

impl fmt::Display for Space {
    /// `480-484rw-p:ac 490-492r--s@0+3:lo:dc | 480f0*2 481z 483s0`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let areas: Vec<String> = self.areas.iter().map(Area::to_string).collect();
        let pages: Vec<String> = self.pages.iter().map(|(page, state)| format!("{page}{state}")).collect();
        write!(f, "{} | {}", areas.join(" "), pages.join(" "))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}{}{}", self.start, self.end, self.prot, if self.shared { 's' } else { 'p' })?;
        if let Some((object, pgoff)) = self.backing {
            write!(f, "@{object}+{pgoff}")?;
        }
        FLAGS.iter().filter(|(_, flag)| self.flags.contains(*flag)).try_for_each(|(name, _)| write!(f, ":{name}"))
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Page::Zero => write!(f, "z"),
            Page::Frame { name, mapcount: 1 } => write!(f, "f{name}"),
            Page::Frame { name, mapcount } => write!(f, "f{name}*{mapcount}"),
            Page::Slot { name } => write!(f, "s{name}"),
            Page::Present => write!(f, "p"),
            Page::Swapped => write!(f, "w"),
        }
    }
}

/// Reads what `Display` writes.
impl std::str::FromStr for Space {
    type Err = String;
    fn from_str(text: &str) -> Result<Space, String> {
        let (areas, pages) = text.split_once('|').ok_or("a space without `|`")?;
        let wrong = |part: &str| format!("not understood: {part}");
        Ok(Space {
            areas: areas.split_whitespace().map(|part| area(part).ok_or(wrong(part))).collect::<Result<_, _>>()?,
            pages: pages.split_whitespace().map(|part| page(part).ok_or(wrong(part))).collect::<Result<_, _>>()?,
        })
    }
}

fn area(text: &str) -> Option<Area> {
    let (start, rest) = text.split_once('-')?;
    let (end, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
    let (perms, rest) = rest.split_at_checked(4)?;
    let (object, flags) = rest.split_once(':').unwrap_or((rest, ""));
    let backing = match object.strip_prefix('@') {
        Some(backing) => {
            let (object, pgoff) = backing.split_once('+')?;
            Some((object.parse().ok()?, pgoff.parse().ok()?))
        }
        None => None,
    };
    Some(Area {
        start: start.parse().ok()?,
        end: end.parse().ok()?,
        prot: perms[..3].parse().ok()?,
        shared: perms.ends_with('s'),
        backing,
        flags: flags.split(':').map(flag).collect(),
    })
}

fn page(text: &str) -> Option<(u64, Page)> {
    let (number, state) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let (kind, rest) = state.split_at(1);
    let state = match kind {
        "z" => Page::Zero,
        "p" => Page::Present,
        "w" => Page::Swapped,
        "s" => Page::Slot { name: rest.parse().ok()? },
        "f" => {
            let (name, mapcount) = rest.split_once('*').unwrap_or((rest, "1"));
            Page::Frame { name: name.parse().ok()?, mapcount: mapcount.parse().ok()? }
        }
        _ => return None,
    };
    Some((number.parse().ok()?, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_survives_its_text() {
        for text in [" | ", "480-484rw-p:ac 490-492---s@0+3:lo:dc | 480f0*2 481z 482f11 483s0", "7-9r-xp@2+0 | 7p 8w"] {
            assert_eq!(text.parse::<Space>().unwrap().to_string().trim(), text.trim());
        }
    }

    #[test]
    fn every_part_is_compared() {
        let seen = |reply: &str, space: &str| Seen {
            reply: reply.into(),
            spaces: [(1, space.parse().unwrap())].into_iter().collect(),
        };
        let one = seen("", "480-484rw-p | 480f0*2");
        assert_eq!(difference(&one, &one.clone()), None);
        for other in [
            seen("ENOMEM", "480-484rw-p | 480f0*2"),
            seen("", "480-484r--p | 480f0*2"),
            seen("", "480-484rw-p:dc | 480f0*2"),
            seen("", "480-484rw-p | 480f0"),
            seen("", "480-484rw-p | 481f0*2"),
            Seen::default(),
        ] {
            assert!(difference(&one, &other).is_some());
        }
    }
}
