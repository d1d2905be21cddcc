//! The lazy buddy of System V Release 4: powers of two up to a page, whose buddies are joined late or not at all.
//!
//! A free block is *local*, not offered to its buddy, or *global*, joined as soon as its buddy is global, too. What
//! becomes of a freed block depends on its class's *slack*: blocks in use less local ones.
//!
//! ```text
//! slack >= 2   lazy: the block becomes local, at the front of the list; nothing else is done
//! slack == 1   reclaiming: it becomes global, and is joined if it can be
//! slack == 0   accelerated: the same, and one local block with it
//!
//! list of a class:   front -> local -> local -> global -> global <- back      doubly linked in the free blocks
//! a page's map:      a byte for 16 bytes: 0, or of the block that begins there its class and its state
//! table of frames:   | map's address / 256, or pages of a run | POOL, ALONE or FOLLOWS |
//! ```
//! A page whose blocks are one again goes back. So a class that is used up and down is never split and joined in turn,
//! and one that has gone idle comes together. Source: T. P. Lee and R. E. Barkley, "A watermark-based lazy buddy system
//! for kernel memory allocation", USENIX Summer 1989. There the caller says how long the block is that it frees; here
//! the page's map does.

use super::table::{FOLLOWS, KIND_BITS};
use super::{MOST, table};
use crate::user::picture::{FreeList, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{HeapMessage, Svr4};

/// The smallest block has 16 bytes: room for two pointers.
const SMALLEST: u64 = 4;
/// Bytes of a map, for pages of up to 4 KiB; the first place of a page of maps leads to the page of maps before.
const MAP: u64 = 256;
/// What the table says of a frame.
const POOL: u64 = 1;
const ALONE: u64 = 0xfe;
/// What a map says of a block, above its class.
const USED: u64 = 0x10;
const LOCAL: u64 = 0x20;
const GLOBAL: u64 = 0x30;
/// Words of the static variables: three of each class, then the free maps and the pages of maps.
const FIRST: u64 = 0;
const LAST: u64 = 1;
const SLACK: u64 = 2;
const WORDS: u64 = 3;
const FREE_MAPS: u64 = 40;
const MAP_PAGES: u64 = 41;

/// The allocator at work.
struct Buddy<'a> {
    p: &'a mut dyn Program,
    vars: u64,
}

/// `kmalloc`: of the shortest class that will do, or whole pages.
pub fn kmalloc(p: &mut dyn Program, vars: u64, bytes: u64) -> Outcome<Option<u64>> {
    if bytes > p.page() {
        let Some(bytes) = p.page_round(bytes) else { return Ok(None) };
        let pages = bytes / p.page();
        return table::take_run(p, vars, pages, ALONE);
    }
    let class = u64::from(bytes.max(1 << SMALLEST).next_power_of_two().trailing_zeros()) - SMALLEST;
    Buddy { p, vars }.give(class)
}

/// `kfree`, by the class's slack.
pub fn kfree(p: &mut dyn Program, vars: u64, block: u64) -> Outcome<()> {
    let entry = table::get(p, vars, block)?;
    let (kind, pages) = (entry & FOLLOWS, entry >> KIND_BITS);
    if kind == ALONE {
        table::set(p, vars, block, pages, 0)?;
        return p.munmap(block, pages);
    }
    let mut buddy = Buddy { p, vars };
    let class = buddy.state(block)? & 0xf;
    let slack = buddy.var(class, SLACK, "the class's slack")?;
    match slack {
        0 => {
            buddy.join(class, block)?;
            buddy.join_a_local(class).map(drop)
        }
        1 => {
            buddy.set_var(class, SLACK, 0, "the class's slack")?;
            buddy.join(class, block)
        }
        _ => {
            buddy.set_var(class, SLACK, slack - 2, "the class's slack")?;
            buddy.enter(class, block, LOCAL)
        }
    }
}

/// Joins all local blocks, as if every class had gone idle.
pub fn reap(p: &mut dyn Program, vars: u64) -> Outcome<()> {
    let classes = classes(p);
    let mut buddy = Buddy { p, vars };
    for class in 0..classes {
        while buddy.join_a_local(class)? {
            let slack = buddy.var(class, SLACK, "the class's slack")?;
            buddy.set_var(class, SLACK, slack.wrapping_add(1), "the class's slack")?;
        }
    }
    Ok(())
}

fn classes(p: &dyn Program) -> u64 {
    u64::from(p.page().trailing_zeros()) - SMALLEST + 1
}

impl Buddy<'_> {
    /// A block of a class for use: a free one, else half of one of the next class.
    fn give(&mut self, class: u64) -> Outcome<Option<u64>> {
        self.p.searched();
        let first = self.var(class, FIRST, "the class's first free block")?;
        let (block, more) = if first != 0 {
            let state = self.leave(class, first)?;
            (first, if state == LOCAL { 2 } else { 1 })
        } else {
            match self.halve(class)? {
                Some(block) => (block, 1),
                None => return Ok(None),
            }
        };
        let slack = self.var(class, SLACK, "the class's slack")?;
        self.set_var(class, SLACK, slack.wrapping_add(more), "the class's slack")?;
        self.set_state(block, class | USED)?;
        Ok(Some(block))
    }

    /// The lower half of a block of the next class, whose upper half becomes free; of the largest class a page.
    fn halve(&mut self, class: u64) -> Outcome<Option<u64>> {
        if class + 1 == classes(self.p) {
            return self.take_page();
        }
        let first = self.var(class + 1, FIRST, "the class's first free block")?;
        let whole = if first != 0 {
            if self.leave(class + 1, first)? == LOCAL {
                let slack = self.var(class + 1, SLACK, "the class's slack")?;
                self.set_var(class + 1, SLACK, slack.wrapping_add(1), "the class's slack")?;
            }
            first
        } else {
            match self.halve(class + 1)? {
                Some(whole) => whole,
                None => return Ok(None),
            }
        };
        self.enter(class, whole + size(class), GLOBAL)?;
        Ok(Some(whole))
    }

    /// A page with a map in which nothing begins.
    fn take_page(&mut self) -> Outcome<Option<u64>> {
        let Some(map) = self.take_map()? else { return Ok(None) };
        let Some(at) = table::take(self.p, self.vars, 1)? else {
            self.give_map_back(map)?;
            return Ok(None);
        };
        self.p.fill(map, MAP, 0)?;
        table::set(self.p, self.vars, at, 1, (map / MAP) << KIND_BITS | POOL)?;
        Ok(Some(at))
    }

    fn take_map(&mut self) -> Outcome<Option<u64>> {
        let first = self.p.get(self.vars, FREE_MAPS, "the first free map")?;
        if first != 0 {
            let next = self.p.get(first, 0, "the next free map")?;
            self.p.set(self.vars, FREE_MAPS, next, "the first free map")?;
            return Ok(Some(first));
        }
        let Some(page) = self.p.mmap(1, false)? else { return Ok(None) };
        let before = self.p.get(self.vars, MAP_PAGES, "the last page of maps")?;
        self.p.set(page, 0, before, "the page of maps before")?;
        self.p.set(self.vars, MAP_PAGES, page, "the last page of maps")?;
        for n in 2..self.p.page() / MAP {
            self.give_map_back(page + n * MAP)?;
        }
        Ok(Some(page + MAP))
    }

    fn give_map_back(&mut self, map: u64) -> Outcome<()> {
        let first = self.p.get(self.vars, FREE_MAPS, "the first free map")?;
        self.p.set(map, 0, first, "the next free map")?;
        self.p.set(self.vars, FREE_MAPS, map, "the first free map")
    }

    /// Makes a block global, joined with its buddy as often as that is global, too; a whole page goes back.
    fn join(&mut self, mut class: u64, mut block: u64) -> Outcome<()> {
        while class + 1 < classes(self.p) {
            let buddy = block ^ size(class);
            if self.state(buddy)? != class | GLOBAL {
                return self.enter(class, block, GLOBAL);
            }
            self.leave(class, buddy)?;
            self.set_state(block.max(buddy), 0)?;
            self.p.joined();
            (class, block) = (class + 1, block.min(buddy));
        }
        let entry = table::get(self.p, self.vars, block)?;
        table::set(self.p, self.vars, block, 1, 0)?;
        self.give_map_back((entry >> KIND_BITS) * MAP)?;
        self.p.munmap(block, 1)
    }

    /// Makes the class's first local block global; whether there was one.
    fn join_a_local(&mut self, class: u64) -> Outcome<bool> {
        let first = self.var(class, FIRST, "the class's first free block")?;
        if first == 0 || self.state(first)? != class | LOCAL {
            return Ok(false);
        }
        self.leave(class, first)?;
        self.join(class, first)?;
        Ok(true)
    }

    /// Enters a free block: a local one at the front, a global one at the back.
    fn enter(&mut self, class: u64, block: u64, state: u64) -> Outcome<()> {
        let (end, other) = if state == LOCAL { (FIRST, LAST) } else { (LAST, FIRST) };
        let neighbour = self.var(class, end, "an end of the class's list")?;
        // A link to the next block and one to the block before; word 0 and word 1, as the ends are.
        self.p.set(block, end, neighbour, "a link to the neighbour")?;
        self.p.set(block, other, 0, "a link to the neighbour")?;
        if neighbour == 0 {
            self.set_var(class, other, block, "an end of the class's list")?;
        } else {
            self.p.set(neighbour, other, block, "a link to the neighbour")?;
        }
        self.set_var(class, end, block, "an end of the class's list")?;
        self.set_state(block, class | state)
    }

    /// Takes a free block out of its list; whether it was local or global.
    fn leave(&mut self, class: u64, block: u64) -> Outcome<u64> {
        let next = self.p.get(block, FIRST, "a link to the neighbour")?;
        let before = self.p.get(block, LAST, "a link to the neighbour")?;
        for (from, end, to) in [(before, FIRST, next), (next, LAST, before)] {
            if from == 0 {
                self.set_var(class, end, to, "an end of the class's list")?;
            } else {
                self.p.set(from, end, to, "a link to the neighbour")?;
            }
        }
        Ok(self.state(block)? & GLOBAL)
    }

    /// What its page's map says of a block.
    fn state(&mut self, block: u64) -> Outcome<u64> {
        let at = self.map_byte(block)?;
        self.p.load(at, 1, "the block's class and state")
    }

    fn set_state(&mut self, block: u64, state: u64) -> Outcome<()> {
        let at = self.map_byte(block)?;
        self.p.store(at, 1, state, "the block's class and state")
    }

    fn map_byte(&mut self, block: u64) -> Outcome<u64> {
        let entry = table::get(self.p, self.vars, block)?;
        Ok((entry >> KIND_BITS) * MAP + block % self.p.page() / (1 << SMALLEST))
    }

    fn var(&mut self, class: u64, n: u64, what: &'static str) -> Outcome<u64> {
        self.p.get(self.vars, class * WORDS + n, what)
    }

    fn set_var(&mut self, class: u64, n: u64, value: u64, what: &'static str) -> Outcome<()> {
        self.p.set(self.vars, class * WORDS + n, value, what)
    }
}

fn size(class: u64) -> u64 {
    1 << (class + SMALLEST)
}

/// All pages by the table, their blocks by their maps.
pub fn picture(p: &mut dyn Program, vars: u64, settings: &Svr4, picture: &mut Picture) -> Outcome<()> {
    let mut maps = p.get(vars, MAP_PAGES, "")?;
    for _ in 0..MOST {
        if maps == 0 {
            break;
        }
        picture.add(PieceKind::Info, maps, p.page());
        maps = p.get(maps, 0, "")?;
    }
    let mut free = 0;
    for (at, entry) in table::entries(p, vars, settings.frames.into(), picture)? {
        let (kind, rest) = (entry & FOLLOWS, entry >> KIND_BITS);
        if kind == ALONE {
            picture.add(PieceKind::Used, at, rest * p.page());
        }
        if kind != POOL {
            continue;
        }
        for n in 0..p.page() >> SMALLEST {
            let state = p.load(rest * MAP + n, 1, "")?;
            let used = state & GLOBAL == USED;
            if state != 0 {
                let kind = if used { PieceKind::Used } else { PieceKind::Free };
                picture.add(kind, at + (n << SMALLEST), size(state & 0xf));
                free += usize::from(!used);
            }
        }
    }
    let listed = look_at_lists(p, vars, picture)?;
    if listed != free {
        picture.wrong(format!("{listed} free blocks are in lists, {free} by the maps"));
    }
    Ok(())
}

fn look_at_lists(p: &mut dyn Program, vars: u64, picture: &mut Picture) -> Outcome<usize> {
    let mut listed = 0;
    for class in 0..classes(p) {
        let mut blocks = Vec::new();
        let mut block = p.get(vars, class * WORDS + FIRST, "")?;
        while block != 0 {
            blocks.push((block, size(class)));
            if blocks.len() > MOST {
                return Err(Stop::Abort(HeapMessage::Endless));
            }
            block = p.get(block, FIRST, "")?;
        }
        listed += blocks.len();
        if !blocks.is_empty() {
            picture.lists.push(FreeList { size: size(class), blocks });
        }
    }
    Ok(listed)
}
