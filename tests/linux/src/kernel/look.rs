//! What `/proc` shows of a process: the areas of `smaps`, the entries of `pagemap`, the counts of `kpagecount`.

use super::{AllNames, Puppet, broken};
use crate::model::{WINDOW, WINDOW_PAGES};
use crate::seen::{Area, Depth, Names, Page, Space, flag};
use pageturner::vocabulary::vma::VmaFlags;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

pub const PFN: u64 = (1 << 55) - 1;
pub const SWAPPED: u64 = 1 << 62;
pub const PRESENT: u64 = 1 << 63;
/// The bit of a `pagemap` entry whose page is of a file or of shared memory.
pub const OF_OBJECT: u64 = 1 << 61;
/// The bit of `/proc/kpageflags` of a page that is being written to swap.
pub const WRITEBACK: u64 = 1 << 8;

impl Puppet {
    /// The areas in the window, which lies below all else: for each, `smaps` has a line as `maps` has it, and further
    /// down one with its flags. Reads only as much as is likely needed: what comes after the window takes the kernel
    /// long.
    pub(super) fn areas(&mut self, space: &mut Space, objects: &mut Names<String>) -> io::Result<()> {
        let beyond = |line: &[u8]| start_of(line).is_some_and(|page| page >= WINDOW + WINDOW_PAGES);
        let mut text = Vec::new();
        loop {
            let had = text.len();
            text.resize(self.expected.max(had + 256), 0);
            let n = self.smaps.read_at(&mut text[had..], had as u64)?;
            text.truncate(had + n);
            let whole = text.iter().rposition(|c| *c == b'\n').map_or(0, |end| end + 1);
            if n == 0 || text[..whole].split(|c| *c == b'\n').filter(|line| !line.is_empty()).any(beyond) {
                break;
            }
        }
        let mut length = 0;
        for line in text.split(|c| *c == b'\n').take_while(|line| !beyond(line)) {
            length += line.len() + 1;
            let line = std::str::from_utf8(line).map_err(|_| broken("a line of smaps"))?;
            if start_of(line.as_bytes()).is_some() {
                space.areas.push(area(line, objects).ok_or_else(|| broken("a line of smaps"))?);
            } else if let Some(flags) = line.strip_prefix("VmFlags:") {
                let last = space.areas.last_mut().ok_or_else(|| broken("flags of no area"))?;
                last.flags = flags.split_whitespace().map(flag).collect();
            }
        }
        self.expected = length + 1;
        Ok(())
    }

    pub(super) fn pages(
        &self,
        space: &mut Space,
        depth: Depth,
        kpagecount: Option<&File>,
        names: &mut AllNames,
    ) -> io::Result<()> {
        let mut entries = Vec::new();
        let mut at = 0;
        while at < space.areas.len() {
            // Neighbours are read with one call.
            let mut last = at;
            while last + 1 < space.areas.len() && space.areas[last + 1].start - space.areas[last].end < 64 {
                last += 1;
            }
            let (start, end) = (space.areas[at].start, space.areas[last].end);
            entries.resize(8 * (end - start) as usize, 0);
            self.pagemap.read_exact_at(&mut entries, (WINDOW + start) * 8)?;
            for (n, entry) in numbers(&entries).enumerate() {
                if let Some(page) = page(entry, depth, kpagecount, names)? {
                    space.pages.push((start + n as u64, page));
                }
            }
            at = last + 1;
        }
        Ok(())
    }
}

fn page(entry: u64, depth: Depth, kpagecount: Option<&File>, names: &mut AllNames) -> io::Result<Option<Page>> {
    Ok(match (entry & PRESENT != 0, entry & SWAPPED != 0, kpagecount.filter(|_| depth.frames)) {
        (true, ..) if entry & OF_OBJECT != 0 && !depth.object_pages => None,
        (true, _, None) => Some(Page::Present),
        (true, _, Some(counts)) => {
            let mut count = [0; 8];
            counts.read_exact_at(&mut count, (entry & PFN) * 8)?;
            Some(match u64::from_le_bytes(count) as u32 {
                0 => Page::Zero,
                mapcount => Page::Frame { name: names.frames.name(entry & PFN), mapcount },
            })
        }
        (false, true, None) => Some(Page::Swapped),
        (false, true, Some(_)) => Some(Page::Slot { name: names.slots.name(entry & PFN) }),
        (false, false, _) => None,
    })
}

pub fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.chunks_exact(8).map(|entry| u64::from_le_bytes(entry.try_into().expect("eight bytes")))
}

/// The first page of the area that the line begins; `None` for the other lines of `smaps`.
fn start_of(line: &[u8]) -> Option<u64> {
    let (start, _) = std::str::from_utf8(line).ok()?.split_once('-')?;
    u64::from_str_radix(start, 16).ok().map(|addr| addr >> 12)
}

/// `100000000000-100000004000 rw-p 00000000 00:01 1032 /dev/zero (deleted)`
fn area(line: &str, objects: &mut Names<String>) -> Option<Area> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let perms = fields.next()?;
    let (offset, device, inode) = (fields.next()?, fields.next()?, fields.next()?);
    let page = |text: &str| u64::from_str_radix(text, 16).ok().map(|addr| addr >> 12);
    let backing = match inode {
        "0" => None,
        _ => Some((objects.name(format!("{device} {inode}")), page(offset)?)),
    };
    Some(Area {
        start: page(start)? - WINDOW,
        end: page(end)? - WINDOW,
        prot: perms[..3].parse().ok()?,
        shared: perms.ends_with('s'),
        backing,
        flags: VmaFlags::empty(),
    })
}
