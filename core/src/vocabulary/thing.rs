//! A thing of the machine by its name: as notes, scripts and recordings have it.
//!
//! `frame 6`, `slot 3`, `process 1`, `page 1 0x7ffff7ff6000` and `vma 1 0x7ffff7ff6000`: the page of process 1 at this
//! address, and the VMA that holds it.

use crate::units::{Pfn, Pid, SwapSlot, VirtAddr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// What names look like, for messages.
pub const NAMES: &str = "`frame 6`, `slot 3`, `process 1`, `page 1 0x7000` or `vma 1 0x7000`";

/// A thing of the machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Thing {
    Frame(Pfn),
    Slot(SwapSlot),
    Process(Pid),
    /// The page of a process that holds the address.
    Page(Pid, VirtAddr),
    /// The VMA of a process that holds the address.
    Vma(Pid, VirtAddr),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thing::Frame(pfn) => write!(f, "frame {}", pfn.0),
            Thing::Slot(slot) => write!(f, "slot {}", slot.0),
            Thing::Process(pid) => write!(f, "process {pid}"),
            Thing::Page(pid, addr) => write!(f, "page {pid} {addr}"),
            Thing::Vma(pid, addr) => write!(f, "vma {pid} {addr}"),
        }
    }
}

/// A text that names no thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a thing is named as {NAMES}")]
pub struct NoThing;

impl FromStr for Thing {
    type Err = NoThing;

    fn from_str(name: &str) -> Result<Thing, NoThing> {
        let mut words = name.split(' ');
        let [kind, first] = [(); 2].map(|()| words.next().unwrap_or(""));
        let (second, rest) = (words.next(), words.next());
        let number = first.parse::<u32>().map_err(|_| NoThing)?;
        let address = second.map(|word| address(word).ok_or(NoThing)).transpose()?;
        match (kind, address, rest) {
            ("frame", None, None) => Ok(Thing::Frame(Pfn(number))),
            ("slot", None, None) => Ok(Thing::Slot(SwapSlot(number))),
            ("process", None, None) => Ok(Thing::Process(Pid(number))),
            ("page", Some(addr), None) => Ok(Thing::Page(Pid(number), addr)),
            ("vma", Some(addr), None) => Ok(Thing::Vma(Pid(number), addr)),
            _ => Err(NoThing),
        }
    }
}

fn address(word: &str) -> Option<VirtAddr> {
    u64::from_str_radix(word.strip_prefix("0x")?, 16).ok().map(VirtAddr)
}

impl Serialize for Thing {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thing {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Thing, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["frame 6", "slot 3", "process 1", "page 1 0x7ffff7ff6000", "vma 2 0x0"] {
            assert_eq!(name.parse::<Thing>().map(|thing| thing.to_string()), Ok(name.into()));
        }
        let wrong =
            ["", "frame", "frame -1", "frame 6 0x1", "page 1", "page 1 4096", "page 1 0x1 2", "table 1", "vma 1"];
        for name in wrong {
            assert_eq!(name.parse::<Thing>(), Err(NoThing), "{name}");
        }
    }
}
