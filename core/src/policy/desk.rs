//! What the policies work on: ranks, with a log of what was changed of them.

use super::opt::Future;
use crate::config::{Config, PolicyKind};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::rank::{PageName, Rank, RankChange, Ranked, Ranks, TASKS};
use std::cell::RefCell;
use std::rc::Rc;

/// The value that counts the places given. The policies' own are those before it.
const NEXT: u8 = 3;
/// The value that counts all references, of policies that keep time.
const REFERENCES: u8 = 4;
/// Bits of a place in the order of arrival; above them stands what a list is ordered by first.
const ARRIVAL: u32 = 42;
/// What a list may be ordered by is below this.
pub const MOST_NUMBER: u64 = (1 << (64 - ARRIVAL)) - 1;

/// Settings of the policies, as they are used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// References between two ticks.
    pub tick: u64,
    /// References that make up a window.
    pub window: u64,
    /// Bits of a counter.
    pub bits: u8,
    /// Pages between two hands; 0: half of all.
    pub hand_spread: u32,
    /// How readily anonymous pages go, of 200.
    pub swappiness: u64,
}

impl Settings {
    /// Those of a validated configuration.
    pub fn new(config: &Config) -> Settings {
        let replacement = &config.replacement;
        let bits = match (replacement.bits, config.policy) {
            (0, PolicyKind::Aging) => 8,
            (bits, _) => bits.max(1),
        };
        Settings {
            tick: replacement.tick.into(),
            window: replacement.window.into(),
            bits,
            hand_spread: replacement.hand_spread,
            swappiness: replacement.swappiness.into(),
        }
    }
}

/// Changes that were not yet told. What looks at memory for the policy holds them, too, and tells them before it looks,
/// so that events come in the order of what happens.
#[derive(Clone, Debug, Default)]
pub struct Changes(Rc<RefCell<Vec<RankChange>>>);

impl Changes {
    /// Hands on those since this was last asked, in their order; none may be made meanwhile.
    pub fn tell(&self, hear: impl FnMut(RankChange)) {
        self.0.borrow_mut().drain(..).for_each(hear);
    }
}

/// Ranks at work.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    ranks: Ranks,
    /// Number of frames that pages can have at most: what shares of memory are shares of.
    pub frames: u64,
    pub settings: Settings,
    /// For `opt`: the references to come.
    pub future: Future,
    changes: Changes,
}

impl Desk {
    /// Nothing is known.
    pub fn new(config: &Config) -> Desk {
        Desk { frames: u64::from(config.frames), settings: Settings::new(config), ..Desk::default() }
    }

    /// What is known.
    #[inline]
    pub fn ranks(&self) -> &Ranks {
        &self.ranks
    }

    /// The changes that were not yet told.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The rank of a page in memory. Panics if it has none.
    pub fn rank(&self, pfn: Pfn) -> Rank {
        self.ranks.get(Ranked::Page(pfn)).expect("a page that the policy knows")
    }

    /// Whether it is a page in memory that stands in a list.
    pub fn knows(&self, pfn: Pfn) -> bool {
        self.ranks.get(Ranked::Page(pfn)).is_some()
    }

    /// Number of things in a list.
    pub fn len(&self, list: u8) -> u64 {
        self.ranks.len(list)
    }

    /// The page of a list that has been there longest.
    pub fn oldest(&self, list: u8) -> Option<Pfn> {
        self.ranks.list(list).find_map(page)
    }

    /// Gives something another rank, or none.
    pub fn set(&mut self, item: Ranked, after: Option<Rank>) {
        let before = self.ranks.get(item);
        if before != after {
            self.change(RankChange::Rank { item, before, after });
        }
    }

    /// Sets a number of the policy's own.
    pub fn set_value(&mut self, which: u8, after: u64) {
        let before = self.ranks.value(which);
        if before != after {
            self.change(RankChange::Value { which, before, after });
        }
    }

    fn change(&mut self, change: RankChange) {
        self.ranks.apply(&change, true);
        self.changes.0.borrow_mut().push(change);
    }

    /// Puts something at a list's end, from wherever it stood; `number` is what is counted of it.
    pub fn append(&mut self, item: Ranked, list: u8, number: u64) {
        let at = self.next_place();
        self.put(item, Rank { list, at, number, name: None });
    }

    /// Puts it into the order of `number`, behind all with the same.
    pub fn append_by(&mut self, item: Ranked, list: u8, number: u64) {
        let number = number.min(MOST_NUMBER);
        let at = self.next_place() + (number << ARRIVAL);
        self.put(item, Rank { list, at, number, name: None });
    }

    /// Moves a page within a list that is in the order of `number`; among those with the same it stands by its arrival.
    pub fn reorder(&mut self, pfn: Pfn, number: u64) {
        let rank = self.rank(pfn);
        let (number, arrival) = (number.min(MOST_NUMBER), rank.at & ((1 << ARRIVAL) - 1));
        self.set(Ranked::Page(pfn), Some(Rank { at: arrival + (number << ARRIVAL), number, ..rank }));
    }

    fn put(&mut self, item: Ranked, rank: Rank) {
        let name = self.ranks.get(item).and_then(|rank| rank.name);
        self.set(item, Some(Rank { name, ..rank }));
    }

    fn next_place(&mut self) -> u64 {
        let next = self.ranks.value(NEXT) + 1;
        self.set_value(NEXT, next);
        next
    }

    /// Sets what is counted of a page.
    pub fn count(&mut self, pfn: Pfn, number: u64) {
        let rank = self.rank(pfn);
        self.set(Ranked::Page(pfn), Some(Rank { number, ..rank }));
    }

    /// Names a page by who uses it.
    pub fn name(&mut self, pfn: Pfn, name: PageName) {
        let rank = self.rank(pfn);
        self.set(Ranked::Page(pfn), Some(Rank { name: Some(name), ..rank }));
    }

    /// Whether the page is a ghost; it is one no more.
    pub fn take_ghost(&mut self, name: PageName) -> Option<Rank> {
        let ghost = self.ranks.get(Ranked::Ghost(name));
        self.set(Ranked::Ghost(name), None);
        ghost
    }

    /// Notes in a value whether the page that is asked for was a ghost; it is one no more.
    pub fn note_return(&mut self, which: u8, name: PageName) {
        let ghost = self.take_ghost(name).is_some();
        self.set_value(which, ghost.into());
    }

    /// Whether that was noted; it is so no more.
    pub fn take_return(&mut self, which: u8) -> bool {
        let noted = self.ranks.value(which) == 1;
        self.set_value(which, 0);
        noted
    }

    /// A page goes, and stays a ghost at the end of a list of at most `most`. One that no process has used has no name
    /// to be remembered by.
    pub fn remember(&mut self, pfn: Pfn, list: u8, most: u64) {
        self.remember_with(pfn, list, most, 0);
    }

    /// The same, with a number to remember.
    pub fn remember_with(&mut self, pfn: Pfn, list: u8, most: u64, number: u64) {
        let name = self.rank(pfn).name;
        self.set(Ranked::Page(pfn), None);
        if let Some(name) = name.filter(|_| most > 0) {
            self.append(Ranked::Ghost(name), list, number);
            self.forget(list, most);
        }
    }

    /// Forgets the oldest ghosts of a list until it has at most `most`.
    pub fn forget(&mut self, list: u8, most: u64) {
        while self.len(list) > most {
            let oldest = self.ranks.list(list).next().expect("it is longer than that");
            self.set(oldest, None);
        }
    }
}

/// Time, in references, and what is known of processes.
impl Desk {
    /// A process is about to make a reference.
    pub fn pass_time(&mut self, pid: Pid) {
        self.set_value(REFERENCES, self.ranks.value(REFERENCES) + 1);
        self.set_time(pid, self.time(pid) + 1);
    }

    /// Whether the reference under way comes after a tick: so many were made before it.
    pub fn is_tick(&self) -> bool {
        let made = self.ranks.value(REFERENCES) - 1;
        made > 0 && made.is_multiple_of(self.settings.tick)
    }

    /// References that a process has made.
    pub fn time(&self, pid: Pid) -> u64 {
        self.ranks.get(Ranked::Task(pid)).map_or(0, |rank| rank.number)
    }

    /// The time of the process that a page is named by; 0 if it has no name.
    pub fn time_of(&self, pfn: Pfn) -> u64 {
        self.rank(pfn).name.map_or(0, |(pid, _)| self.time(pid))
    }

    /// Sets a process's time.
    pub fn set_time(&mut self, pid: Pid, number: u64) {
        let cursor = self.cursor(pid);
        self.set_task(pid, number, cursor);
    }

    /// The page that a scan of a process's tables comes to next.
    pub fn cursor(&self, pid: Pid) -> Vpn {
        self.ranks.get(Ranked::Task(pid)).and_then(|rank| rank.name).map_or(Vpn(0), |(_, vpn)| vpn)
    }

    /// Sets what is counted of a process, and where a scan of its tables goes on.
    pub fn set_task(&mut self, pid: Pid, number: u64, cursor: Vpn) {
        let name = Some((pid, cursor)).filter(|_| cursor.0 > 0);
        self.set(Ranked::Task(pid), Some(Rank { list: TASKS, at: pid.0.into(), number, name }));
    }

    /// Whether a process used a page first.
    pub fn is_of(&self, pfn: Pfn, pid: Pid) -> bool {
        self.rank(pfn).name.is_some_and(|(owner, _)| owner == pid)
    }
}

/// The frame of a page in memory.
pub fn page(item: Ranked) -> Option<Pfn> {
    match item {
        Ranked::Page(pfn) => Some(pfn),
        Ranked::Ghost(_) | Ranked::Task(_) => None,
    }
}
