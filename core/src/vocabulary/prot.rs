//! Page protection: what a VMA allows, as in `PROT_*` of Linux.

use crate::hw::pte::PteBits;
use serde::{Deserialize, Serialize};
use std::fmt;

bitflags::bitflags! {
    /// Page protection, as `PROT_*`.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
    pub struct Prot: u8 {
        /// `PROT_READ`
        const READ = 1;
        /// `PROT_WRITE`
        const WRITE = 2;
        /// `PROT_EXEC`
        const EXEC = 4;
    }
}

impl Prot {
    /// The bits of an entry that allows what this allows: accessed, as Linux's `vm_page_prot` has it, and clean.
    #[inline(always)]
    pub fn pte_bits(self) -> PteBits {
        PteBits {
            writable: self.contains(Prot::WRITE),
            accessed: true,
            dirty: false,
            exec: self.contains(Prot::EXEC),
            protnone: self.is_empty(),
        }
    }
}

impl fmt::Display for Prot {
    /// Writes it as in `/proc/PID/maps`: `rw-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bit = |flag, letter| if self.contains(flag) { letter } else { '-' };
        write!(f, "{}{}{}", bit(Prot::READ, 'r'), bit(Prot::WRITE, 'w'), bit(Prot::EXEC, 'x'))
    }
}

impl std::str::FromStr for Prot {
    type Err = String;
    /// Reads `rw`, `r--`, `none` or the empty string.
    fn from_str(s: &str) -> Result<Prot, String> {
        let mut prot = Prot::empty();
        if s == "none" {
            return Ok(prot);
        }
        for c in s.chars() {
            prot |= match c {
                'r' => Prot::READ,
                'w' => Prot::WRITE,
                'x' => Prot::EXEC,
                '-' => Prot::empty(),
                _ => return Err(format!("protection `{s}` has the letter `{c}`; use r, w and x, or none")),
            };
        }
        Ok(prot)
    }
}

impl Serialize for Prot {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if !s.is_human_readable() {
            return s.serialize_u8(self.bits());
        }
        let text = self.to_string().replace('-', "");
        s.serialize_str(if text.is_empty() { "none" } else { &text })
    }
}

impl<'de> Deserialize<'de> for Prot {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if !d.is_human_readable() {
            return u8::deserialize(d).map(Prot::from_bits_truncate);
        }
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
