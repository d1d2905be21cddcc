//! The machine's units: frame numbers, page numbers, addresses, ids.
//!
//! Each is a newtype, so a frame cannot be passed for a page. Fixed widths only: no `usize` is part of any state,
//! because the same recording must give the same events on 64-bit hosts and in 32-bit wasm.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

// Displayed within words, debugged in short: `frame 5` and `VMA 3`, `f5` and `v3`.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty), $prefix:literal) => {
        number!($(#[$doc])* $name($inner), $prefix, $prefix);
    };
    ($(#[$doc:meta])* $name:ident($inner:ty), $prefix:literal, $words:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The number as an index into a table.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($words, "{}"), self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

number!(/** A page frame number: physical address divided by the page size. */ Pfn(u32), "f", "frame ");
number!(/** A virtual page number: virtual address divided by the page size. */ Vpn(u64), "p");
number!(/** A process. */ Pid(u32), "");
number!(/** A page-sized place on the swap disk. */ SwapSlot(u32), "s", "");
number!(/** A VMA, from its creation to its end; a split gives the new part a new id. */ VmaId(u32), "v", "");
number!(/** An `anon_vma`: the root of the reverse map of anonymous pages. */ AnonVmaId(u32), "a", "");
number!(/** A memory object: a file, or shared anonymous memory. */ ObjectId(u32), "o", "");
number!(/** A run from `alloc`, wherever it is moved. */ RunId(u32), "r");
number!(/** A heap of a process, counted from 0 in the order in which they were made. */ HeapId(u32), "h", "heap ");
number!(/** A port that messages are sent to, counted from 1 in the order in which they were made. */ PortId(u32), "", "port ");
number!(/** A stable node: the reverse map of one merged page. */ StableId(u32), "k", "");

macro_rules! key {
    ($($name:ident),*) => {$(
        impl From<u32> for $name {
            fn from(n: u32) -> $name {
                $name(n)
            }
        }
        impl From<$name> for u32 {
            fn from(id: $name) -> u32 {
                id.0
            }
        }
    )*};
}

key!(VmaId, AnonVmaId);

impl Pfn {
    /// The frame `n` further up.
    #[inline]
    pub fn plus(self, n: u32) -> Pfn {
        Pfn(self.0 + n)
    }
}

impl Vpn {
    /// The page `n` further up.
    #[inline]
    pub fn plus(self, n: u64) -> Vpn {
        Vpn(self.0 + n)
    }
}

/// A virtual address, in bytes. Written in hexadecimal; in JSON a string such as `"0x100000000000"`, since JSON
/// numbers hold only 53 bits in many readers. A number is read, too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct VirtAddr(pub u64);

impl fmt::Display for VirtAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for VirtAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for VirtAddr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { s.serialize_u64(self.0) }
    }
}

impl<'de> Deserialize<'de> for VirtAddr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Hex;
        impl de::Visitor<'_> for Hex {
            type Value = VirtAddr;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an address such as \"0x7f0000000000\"")
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<VirtAddr, E> {
                Ok(VirtAddr(v))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<VirtAddr, E> {
                let parsed = match v.strip_prefix("0x") {
                    Some(hex) => u64::from_str_radix(hex, 16),
                    None => v.parse(),
                };
                parsed.map(VirtAddr).map_err(|_| E::invalid_value(de::Unexpected::Str(v), &self))
            }
        }
        if d.is_human_readable() { d.deserialize_any(Hex) } else { u64::deserialize(d).map(VirtAddr) }
    }
}
