//! The lines of traces of references.

use super::Reference;
use crate::hw::geometry::Geometry;
use crate::units::VirtAddr;

/// The kinds of traces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Addresses,
    Lackey,
    Pages,
}

/// What is wrong with a line.
pub struct Wrong {
    /// Where in it, counted from 1.
    pub column: u32,
    pub message: String,
    pub hint: &'static str,
}

/// The kind of the trace that begins with this line.
pub fn kind_of(line: &str) -> Kind {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    match (first, second) {
        ("I" | "L" | "S" | "M", _) => Kind::Lackey,
        (_, "R" | "W" | "r" | "w") => Kind::Addresses,
        _ if second.is_empty() && first.starts_with("0x") => Kind::Addresses,
        _ => Kind::Pages,
    }
}

/// Adds the references of a line.
pub fn read(kind: Kind, line: &str, geometry: &Geometry, all: &mut Vec<Reference>) -> Result<(), Wrong> {
    match kind {
        Kind::Addresses => address(line, geometry, all),
        Kind::Lackey => lackey(line, geometry, all),
        Kind::Pages => pages(line, all),
    }
}

fn address(line: &str, geometry: &Geometry, all: &mut Vec<Reference>) -> Result<(), Wrong> {
    const HINT: &str = "an address in hexadecimal, a blank, and R or W: 0041f7a0 R";
    let mut words = line.split_whitespace();
    let (at, access) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let writes = match access {
        "R" | "r" => false,
        "W" | "w" => true,
        _ => return Err(wrong(line, access, format!("`{}` is not R or W", short(access)), HINT)),
    };
    if let Some(more) = words.next() {
        return Err(wrong(line, more, format!("`{}` is too much", short(more)), HINT));
    }
    access_of(line, at, (1, writes), geometry, all)
}

fn lackey(line: &str, geometry: &Geometry, all: &mut Vec<Reference>) -> Result<(), Wrong> {
    const HINT: &str = "I, L, S or M, an address in hexadecimal, a comma and a number of bytes: L 1ffefffd78,8";
    let mut words = line.split_whitespace();
    let (kind, place) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let writes = match kind {
        "I" | "L" => false,
        "S" | "M" => true,
        _ => return Err(wrong(line, kind, format!("`{}` is no access", short(kind)), HINT)),
    };
    let Some((at, bytes)) = place.split_once(',') else {
        return Err(wrong(line, place, format!("`{}` has no bytes", short(place)), HINT));
    };
    let bytes = bytes.parse().ok().filter(|bytes| (1..=4096).contains(bytes));
    let Some(bytes) = bytes else {
        return Err(wrong(line, place, format!("`{}` has no number of bytes from 1 to 4096", short(place)), HINT));
    };
    access_of(line, at, (bytes, writes), geometry, all)
}

fn access_of(
    line: &str,
    at: &str,
    (bytes, writes): (u64, bool),
    geometry: &Geometry,
    all: &mut Vec<Reference>,
) -> Result<(), Wrong> {
    let Ok(first) = u64::from_str_radix(at.trim_start_matches("0x"), 16) else {
        return Err(wrong(line, at, format!("`{}` is no address", short(at)), "an address is hexadecimal"));
    };
    let last = first.saturating_add(bytes - 1);
    let (from, to) = (geometry.vpn(VirtAddr(first)).0, geometry.vpn(VirtAddr(last)).0);
    if to >= geometry.user_pages {
        let message = format!("{} is beyond the {} pages of a process", VirtAddr(first), geometry.user_pages);
        return Err(wrong(line, at, message, "choose another geometry: `--machine '{\"geometry\": \"x86-64-la57\"}'`"));
    }
    all.extend((from..=to).map(|page| Reference { page, writes }));
    Ok(())
}

fn pages(line: &str, all: &mut Vec<Reference>) -> Result<(), Wrong> {
    for word in line.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        let number = word.trim_end_matches(['r', 'w', 'R', 'W']);
        let suffix = &word[number.len()..];
        let page = number.parse().ok().filter(|page| *page < 1 << 40 && suffix.len() <= 1);
        let Some(page) = page else {
            let hint = "a page is a number from 0, with w if it is written: 7 or 7w";
            return Err(wrong(line, word, format!("`{}` is no page", short(word)), hint));
        };
        all.push(Reference { page, writes: suffix.eq_ignore_ascii_case("w") });
    }
    Ok(())
}

fn wrong(line: &str, word: &str, message: String, hint: &'static str) -> Wrong {
    let column = line.find(word).map_or(1, |at| line[..at].chars().count() as u32 + 1);
    Wrong { column, message, hint }
}

fn short(word: &str) -> String {
    word.chars().take(20).collect()
}
