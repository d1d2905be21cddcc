//! Areas in a sorted array, and the free areas between them on look-aside lists by length: 64 for 1 to 64 pages, one
//! for longer ones. The array grows when an area is given and shrinks when free neighbours are joined.
//!
//! ```text
//! areas       |  a  |   b   | c |                     sorted; a look-up halves it
//! free        ......a....b......c...                  between them
//! lists       1: -   2: -   3: (c..)   4: (a..b)  …   more: (..a) (b..c)
//! ```
//! A list is kept by address, so the highest free area that fits is the highest of the heads from the length wanted on.
//! The mail takes the head of the exact length's list; here every structure gives the same addresses, the kernel's.

use crate::units::Vpn;
use crate::vocabulary::pages::Pages;
use std::collections::BTreeSet;

/// Look-aside lists for areas of 1 to 64 pages; one more for longer ones.
const LISTS: usize = 64;

/// The array with its look-aside lists.
#[derive(Clone, Debug)]
pub struct Array {
    window: Pages,
    areas: Vec<Pages>,
    /// Free areas by first page; the last list has those of more than 64 pages, with their lengths.
    lists: Vec<BTreeSet<(Vpn, u64)>>,
}

impl Array {
    /// No areas: the whole window is free.
    pub fn new(window: Pages) -> Array {
        let mut array = Array { window, areas: Vec::new(), lists: vec![BTreeSet::new(); LISTS + 1] };
        array.set_free(window, true);
        array
    }

    /// Enters an area.
    pub fn insert(&mut self, area: Pages) {
        let at = self.areas.partition_point(|other| other.start < area.start);
        let gap = self.gap(at);
        self.set_free(gap, false);
        self.areas.insert(at, area);
        self.set_free(self.gap(at), true);
        self.set_free(self.gap(at + 1), true);
    }

    /// Takes out the area that starts at a page; what is free on both sides is joined.
    pub fn remove(&mut self, start: Vpn) {
        let at = self.areas.partition_point(|other| other.start < start);
        self.set_free(self.gap(at), false);
        self.set_free(self.gap(at + 1), false);
        self.areas.remove(at);
        self.set_free(self.gap(at), true);
    }

    /// The area that holds a page, and how many were read.
    pub fn find(&self, vpn: Vpn) -> (Option<Pages>, u32) {
        let (mut low, mut high, mut looked) = (0, self.areas.len(), 0);
        while low < high {
            let middle = (low + high) / 2;
            let area = self.areas[middle];
            looked += 1;
            if area.contains(vpn) {
                return (Some(area), looked);
            }
            if vpn < area.start {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (None, looked)
    }

    /// The first page of the highest room for so many pages, and how many heads and long areas were read. Which lists
    /// have anything a word of bits says.
    pub fn find_room(&self, pages: u64) -> (Option<Vpn>, u32) {
        let mut looked = 0;
        let short = self.lists[..LISTS].iter().skip(pages.saturating_sub(1) as usize);
        let heads = short.filter_map(|list| list.last()).inspect(|_| looked += 1);
        let best = heads.map(|(start, len)| start.plus(*len)).max();
        let fitting = |(_, len): &&(Vpn, u64)| {
            looked += 1;
            *len >= pages
        };
        let long = self.lists[LISTS].iter().rev().find(fitting).map(|(start, len)| start.plus(*len));
        (best.max(long).map(|end| Vpn(end.0 - pages)), looked)
    }

    /// What is free below the area at a place of the array, within the window.
    fn gap(&self, at: usize) -> Pages {
        let start = at.checked_sub(1).map_or(self.window.start, |below| self.areas[below].end);
        let end = self.areas.get(at).map_or(self.window.end, |area| area.start);
        let (start, end) = (start.max(self.window.start), end.min(self.window.end));
        Pages::new(start.min(end), end)
    }

    fn set_free(&mut self, gap: Pages, free: bool) {
        if gap.is_empty() {
            return;
        }
        let list = &mut self.lists[(gap.len() as usize - 1).min(LISTS)];
        if free {
            list.insert((gap.start, gap.len()))
        } else {
            list.remove(&(gap.start, gap.len()))
        };
    }
}
