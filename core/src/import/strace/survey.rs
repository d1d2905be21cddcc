//! What a log as a whole shows of its machine: the size of its pages, the reach of its addresses, and the unit of its
//! offsets.

use super::arguments::{Arguments, untagged};
use super::entry::{Entry, What};
use super::line::Answer;
use super::numbers::{Numbers, PAGE};
use super::report::Report;
use crate::hw::geometry::GeometryKind;
use std::collections::{BTreeMap, BTreeSet};

/// Larger pages that Linux can be built with on arm64, ppc64, mips and loongarch, smallest first.
const LARGER: [u64; 2] = [16 << 10, 64 << 10];
/// At least this many different addresses are needed to conclude the size of pages.
const ENOUGH: usize = 8;
/// At least this many areas that the kernel placed, with lengths that do not explain it, are needed to conclude the
/// size of pages.
const ENOUGH_PLACED: u32 = 3;
/// Areas of this many bytes and more are placed for huge pages.
const HUGE: u64 = 2 << 20;
/// At most this many addresses are examined.
const MOST: usize = 4096;

/// Examines a log's calls.
pub fn survey(entries: &[Entry<'_>], report: &mut Report) -> Numbers {
    let mut evidence = Evidence::default();
    for entry in entries {
        if let What::Call { name, arguments, answer: Answer::Value(value, _) } = &entry.what {
            evidence.take(name, arguments, *value);
        }
    }
    let page = evidence.page();
    if page > PAGE {
        report.note(format!(
            "The log is of a machine with pages of {} KiB: each is {} pages of this machine.",
            page >> 10,
            page / PAGE
        ));
    }
    let geometry = evidence.geometry();
    if geometry != GeometryKind::X86_64 {
        report.note("The log has addresses beyond 47 bits (arm64, or x86-64 with five levels): the machine has page tables of five levels.");
    }
    if evidence.offsets_in_pages {
        report.note("Offsets of mmap2 are read as numbers of pages, as strace wrote them before version 4.7.");
    }
    Numbers { page, geometry, offsets_in_pages: evidence.offsets_in_pages }
}

/// What the calls of a log show.
#[derive(Debug, Default)]
struct Evidence {
    /// Addresses that are the start of a page.
    starts: BTreeSet<u64>,
    /// Areas that the kernel placed: their lengths by their addresses.
    placed: BTreeMap<u64, u64>,
    /// Lengths for `mprotect`, which programs round to whole pages.
    rounded: BTreeSet<u64>,
    /// Lengths in bytes that a call found mapped, by the start of the area.
    covered: BTreeMap<u64, u64>,
    highest: u64,
    offsets_in_pages: bool,
}

impl Evidence {
    fn take(&mut self, name: &str, arguments: &str, value: u64) {
        let wanted = ["mmap", "mmap2", "old_mmap", "munmap", "mprotect", "pkey_mprotect", "mremap", "madvise", "brk"];
        if !wanted.contains(&name) {
            return;
        }
        let arguments = Arguments::new(name, arguments, &Numbers::UNKNOWN);
        let number = |index| arguments.number(index).ok();
        let length = number(1).unwrap_or(0);
        match name {
            "brk" => {
                self.reaches(value);
                // Where the heap begins, usually a page.
                if number(0) == Some(0) && value.is_multiple_of(PAGE) {
                    self.start(value);
                }
            }
            "mmap" | "mmap2" | "old_mmap" => {
                self.start(value);
                self.reaches(untagged(value).saturating_add(length));
                let anonymous = arguments.flags(3).is_ok_and(|flags| flags.has("MAP_ANONYMOUS", 0x20));
                let offset = number(5).filter(|_| !anonymous).unwrap_or(0);
                match name {
                    "mmap2" => self.offsets_in_pages |= !offset.is_multiple_of(PAGE),
                    _ if offset > 0 => self.start(offset),
                    _ => {}
                }
                if number(0) == Some(0) && self.placed.len() < MOST {
                    self.placed.insert(untagged(value), length);
                }
            }
            _ => {
                let Some(start) = number(0).map(untagged) else { return };
                self.start(start);
                if name == "mremap" {
                    self.start(value);
                    return self.reaches(untagged(value));
                }
                if name.ends_with("mprotect") && length.is_multiple_of(PAGE) && self.rounded.len() < MOST {
                    self.rounded.insert(length);
                }
                if name != "munmap" && self.placed.contains_key(&start) {
                    let most = self.covered.entry(start).or_default();
                    *most = length.max(*most);
                }
            }
        }
    }

    fn start(&mut self, address: u64) {
        let address = untagged(address);
        self.reaches(address);
        if self.starts.len() < MOST {
            self.starts.insert(address);
        }
    }

    /// Notes an address; those of the kernel's half are no evidence.
    fn reaches(&mut self, address: u64) {
        let address = untagged(address);
        if address <= GeometryKind::X86_64La57.geometry().user_pages * PAGE {
            self.highest = self.highest.max(address);
        }
    }

    fn geometry(&self) -> GeometryKind {
        let most = GeometryKind::X86_64.geometry().user_pages * PAGE;
        if self.highest > most { GeometryKind::X86_64La57 } else { GeometryKind::X86_64 }
    }

    fn page(&self) -> u64 {
        let fits = |page: &u64| self.starts.iter().all(|start| start.is_multiple_of(*page));
        // An area has more pages than its length says.
        if let Some(page) = LARGER.into_iter().filter(fits).find(|page| self.explains(*page)) {
            return page;
        }
        LARGER.into_iter().rev().filter(fits).find(|page| self.suggests(*page)).unwrap_or(PAGE)
    }

    /// Whether a call succeeded on more than was mapped, and pages of this size explain it.
    fn explains(&self, page: u64) -> bool {
        let mut beyond = self.covered.iter().filter_map(|(start, covered)| {
            let length = self.placed.get(start)?;
            let end = start + length.next_multiple_of(PAGE).min(1 << 56);
            // A neighbour may be what was covered.
            let more = *covered > length.next_multiple_of(PAGE) && !self.starts.contains(&end);
            more.then_some(*covered <= length.next_multiple_of(page))
        });
        beyond.next().is_some_and(|first| first && beyond.all(|explained| explained))
    }

    /// Whether it is unlikely that all these addresses are multiples of this size by chance.
    fn suggests(&self, page: u64) -> bool {
        let unexplained = |length: &&u64| !length.is_multiple_of(page) && **length < HUGE;
        self.starts.len() >= ENOUGH
            && self.placed.values().filter(unexplained).count() as u32 >= ENOUGH_PLACED
            && self.rounded.iter().all(|length| length.is_multiple_of(page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn surveyed(calls: &[(&'static str, String, u64)]) -> Numbers {
        let at = crate::vocabulary::command::Position { line: 1, column: 1 };
        let entries: Vec<Entry> = calls
            .iter()
            .map(|(name, arguments, value)| Entry {
                pid: 1,
                at,
                what: What::Call { name, arguments: Cow::Borrowed(arguments), answer: Answer::Value(*value, None) },
            })
            .collect();
        survey(&entries, &mut Report::default())
    }

    fn mmap(length: u64, value: u64) -> (&'static str, String, u64) {
        ("mmap", format!("NULL, {length}, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0"), value)
    }

    #[test]
    fn pages_of_64_and_16_kib() {
        let placed = |step: u64| (1..10).map(|n| mmap(n * 1000, 0x7fff_0000_0000 - n * step)).collect::<Vec<_>>();
        assert_eq!(surveyed(&placed(0x10000)).page, 65536);
        assert_eq!(surveyed(&placed(0x4000)).page, 16384);
        assert_eq!(surveyed(&placed(0x1000)).page, 4096);
        // Too few to be sure, ...
        assert_eq!(surveyed(&placed(0x10000)[..7]).page, 4096);
        // ... explained by the lengths, ...
        let large = (1..10).map(|n| mmap(0x10000, 0x7fff_0000_0000 - n * 0x10000)).collect::<Vec<_>>();
        assert_eq!(surveyed(&large).page, 4096);
        // ... and contradicted by a length that is rounded to smaller pages.
        let mut against = placed(0x10000);
        against.push(("mprotect", "0x7ffefff0000, 12288, PROT_READ".into(), 0));
        assert_eq!(surveyed(&against).page, 4096);
    }

    #[test]
    fn a_call_that_covers_more_than_was_mapped() {
        let with = |length: u64, more: Option<(&'static str, String, u64)>| {
            let protect = ("mprotect", format!("0x7fff80010000, {length}, PROT_READ"), 0);
            surveyed(&[mmap(4096, 0x7fff_8001_0000)].into_iter().chain(more).chain([protect]).collect::<Vec<_>>()).page
        };
        assert_eq!(with(4096, None), 4096);
        assert_eq!(with(16384, None), 16384);
        assert_eq!(with(65536, None), 65536);
        // No pages are that large; and here the neighbour is covered.
        assert_eq!(with(1 << 20, None), 4096);
        assert_eq!(with(8192, Some(mmap(4096, 0x7fff_8001_1000))), 4096);
    }

    #[test]
    fn how_far_addresses_reach() {
        assert_eq!(surveyed(&[mmap(4096, 0x7fff_ffff_e000)]).geometry, GeometryKind::X86_64);
        assert_eq!(surveyed(&[mmap(4096, 0xffff_8000_0000)]).geometry, GeometryKind::X86_64La57);
        assert_eq!(surveyed(&[("brk", "NULL".into(), 0xaaaa_b000_0000)]).geometry, GeometryKind::X86_64La57);
        // Tagged, sign-extended, and not of user space.
        for value in [0xb400_007f_0000_0000, 0xffff_ffff_f700_0000, 0xffff_8000_0000_0000] {
            assert_eq!(surveyed(&[mmap(4096, value)]).geometry, GeometryKind::X86_64, "{value:x}");
        }
    }
}
