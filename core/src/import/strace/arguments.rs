//! A call's arguments, asked for one at a time: numbers, addresses, flags, descriptors, ranges of pages.

use super::numbers::{Numbers, PAGE};
use super::ranges::Range;
use super::scan::split;
use super::value::{Flags, descriptor, flags, number};

/// An argument that makes no sense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// As it is in the log.
    pub argument: String,
    pub message: String,
}

/// A call's arguments.
pub struct Arguments<'a> {
    pub name: &'a str,
    pub all: Vec<&'a str>,
    pub numbers: &'a Numbers,
}

/// The start of an argument, for a message: a hostile argument has megabytes.
pub fn quote(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
}

/// Fails for this argument.
pub fn wrong<T>(argument: &str, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { argument: argument.to_string(), message: message.into() })
}

/// An address without bits that do not belong to it: a 32-bit program's sign extension (`0xfffffffff7000000`), and the
/// tag that arm64 (top byte) and x86-64 (linear address masking) let programs keep in a pointer. An address of the
/// kernel is kept as it is.
pub fn untagged(address: u64) -> u64 {
    const SIGN_EXTENDED: std::ops::RangeInclusive<u64> = 0xffff_ffff_8000_0000..=0xffff_ffff_ffff_f000;
    if SIGN_EXTENDED.contains(&address) {
        return address & 0xffff_ffff;
    }
    let of_user = address & (1 << 55) == 0;
    if of_user { address & ((1 << 56) - 1) } else { address }
}

impl<'a> Arguments<'a> {
    /// Splits the text between the call's parentheses. `old_mmap` and `mmap` of s390 have their arguments in a
    /// structure: `{addr=NULL, length=4096, ...}`.
    pub fn new(name: &'a str, text: &'a str, numbers: &'a Numbers) -> Arguments<'a> {
        let mut all = split(text);
        if let [structure] = all[..]
            && let Some(inside) = structure.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && name.ends_with("mmap")
        {
            let value = |field: &'a str| field.split_once('=').map_or(field, |(_, value)| value);
            all = split(inside).into_iter().map(value).collect();
        }
        Arguments { name, all, numbers }
    }

    /// An argument as it is in the log.
    ///
    /// # Errors
    /// The call has fewer arguments.
    pub fn get(&self, index: usize) -> Result<&'a str, Wrong> {
        match self.all.get(index) {
            Some(argument) => Ok(argument),
            None => wrong(self.name, format!("`{}` lacks its argument {}", self.name, index + 1)),
        }
    }

    /// A number, decimal, octal or hexadecimal.
    ///
    /// # Errors
    /// The argument is missing, or no number.
    pub fn number(&self, index: usize) -> Result<u64, Wrong> {
        let argument = self.get(index)?;
        number(argument).map_or_else(|| self.is_not(index, argument, "is not a number"), Ok)
    }

    /// A number that is an address, without tag and sign extension.
    pub fn address(&self, index: usize) -> Result<u64, Wrong> {
        self.number(index).map(untagged)
    }

    /// A set of flags by name, `PROT_READ|PROT_WRITE`.
    ///
    /// # Errors
    /// The argument is missing, or no set of flags.
    pub fn flags(&self, index: usize) -> Result<Flags<'a>, Wrong> {
        let argument = self.get(index)?;
        flags(argument).map_or_else(|| self.is_not(index, argument, "are not flags"), Ok)
    }

    /// A file descriptor, with its path where strace wrote it: `3</etc/passwd>`.
    ///
    /// # Errors
    /// The argument is missing, or no descriptor.
    pub fn descriptor(&self, index: usize) -> Result<(u64, Option<&'a str>), Wrong> {
        let argument = self.get(index)?;
        match descriptor(argument) {
            Some((Some(number), path)) => Ok((number, path)),
            _ => self.is_not(index, argument, "is not a file descriptor"),
        }
    }

    fn is_not<T>(&self, index: usize, argument: &str, what: &str) -> Result<T, Wrong> {
        wrong(argument, format!("{} {what}, as argument {} of `{}` is", quote(argument), index + 1, self.name))
    }

    /// The pages from an aligned address on, for a length in bytes.
    pub fn range(&self, address: usize, length: usize) -> Result<Range, Wrong> {
        self.pages(self.get(address)?, self.address(address)?, self.number(length)?)
    }

    /// The pages that a range of bytes touches.
    pub fn touched_range(&self, address: usize, length: usize) -> Result<Range, Wrong> {
        let (start, length) = (self.address(address)?, self.number(length)?);
        let offset = start % self.numbers.page;
        self.pages(self.get(address)?, start - offset, length.saturating_add(offset))
    }

    /// The pages of an area at the address that the call answered, of `length` bytes.
    pub fn answered(&self, value: u64, length: u64) -> Result<Range, Wrong> {
        self.pages(&format!("{value:#x}"), untagged(value), length)
    }

    /// Pages of the machine in user space, for an address and a length in bytes. `argument`: the one that an error
    /// points to.
    fn pages(&self, argument: &str, address: u64, length: u64) -> Result<Range, Wrong> {
        let (page, last) = (self.numbers.page, self.numbers.user_pages());
        if !address.is_multiple_of(page) {
            return wrong(argument, format!("{address:#x} is not the start of a page of {page} bytes"));
        }
        let start = address / PAGE;
        match length.div_ceil(page).checked_mul(page / PAGE).and_then(|pages| start.checked_add(pages)) {
            Some(end) if end <= last => Ok(Range::new(start, end)),
            _ => wrong(
                argument,
                format!("{length} bytes from {address:#x} leave user space, which ends at {:#x}", last * PAGE),
            ),
        }
    }
}
