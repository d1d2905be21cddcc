//! Replacement policies that keep lists of pages: what each knows is [`Ranks`], how each decides is a file here.
//!
//! ```text
//! any access ----------> tick       what time does, for those that keep it; pages may leave
//! page fault ----------> faulted    pages may leave, though there is room
//!                        missed     what was remembered of the page, before room is made for it
//! frame gets a page ---> entered    it stands in a list
//! its first use -------> arrived    it has a name: who used it
//! every use after ----->  used      TLB hits too: such a policy hears each access, as no real machine does
//! a frame is wanted ---> victim     which page goes
//! it goes -------------> evicted    and may be remembered
//! ```
//! No real processor tells the kernel of each use: it sets a bit. Half of the policies read that bit, through the
//! reverse map or as they scan the tables; so does `clock`, which goes round the frames and keeps no list
//! (`mm::reclaim::clock`).

mod aging;
mod arc;
pub mod desk;
mod gclock;
mod lirs;
pub mod memory;
mod mglru;
mod names;
mod nru;
mod opt;
mod pff;
mod queues;
mod random;
mod s3_fifo;
mod second_chance;
mod sieve;
mod slru;
mod split_lru;
mod two_hand;
mod two_list;
mod two_q;
mod virtual_scan;
mod working_set;
mod wsclock;

#[cfg(test)]
mod tests;

use crate::config::{Config, PolicyKind};
use crate::units::{Pfn, Pid};
use crate::vocabulary::rank::{PageName, Ranked, Ranks};
use desk::{Changes, Desk, page};
pub use memory::{Memory, Scanned};
pub use names::{goes_round, list_name, number_name, reads_bits, value_name};

/// A policy.
trait Replacement {
    /// A page has come into memory, and has no name yet.
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), 0, 0);
    }

    /// A process asks for a page that is not in memory.
    fn missed(&self, _desk: &mut Desk, _name: PageName) {}

    /// A process makes its next reference, which is counted already: pages that leave for it.
    fn tick(&self, _desk: &mut Desk, _memory: &mut dyn Memory, _name: PageName) -> Vec<Pfn> {
        Vec::new()
    }

    /// A process asks for a page that is not in memory: pages that leave for it, whether there is room or not.
    fn faulted(&self, _desk: &mut Desk, _memory: &mut dyn Memory, _name: PageName) -> Vec<Pfn> {
        Vec::new()
    }

    /// A page that came in is used for the first time, and has got its name; `anon`: it has no file.
    fn arrived(&self, _desk: &mut Desk, _pfn: Pfn, _anon: bool) {}

    /// A page is used again.
    fn used(&self, _desk: &mut Desk, _pfn: Pfn) {}

    /// The page that goes; `None`: none may.
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn>;

    /// It goes.
    fn evicted(&self, desk: &mut Desk, pfn: Pfn) {
        desk.set(Ranked::Page(pfn), None);
    }
}

/// The policy of a machine, with what it knows.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    kind: PolicyKind,
    /// Whether it keeps lists.
    lists: bool,
    desk: Desk,
    /// The victim that was chosen and has not gone yet.
    chosen: Option<Pfn>,
}

impl Policy {
    /// The policy of a configuration; nothing is in memory.
    pub fn new(config: &Config) -> Policy {
        let mut desk = Desk::new(config);
        match config.policy {
            PolicyKind::Random => desk.set_value(random::STATE, random::start(config.replacement.seed)),
            PolicyKind::Mglru => desk.set_value(mglru::AFTER, mglru::AT_FIRST),
            _ => {}
        }
        desk.changes().tell(|_| {});
        let lists = keeps_lists(config);
        Policy { kind: config.policy, lists, desk, chosen: None }
    }

    /// Whether it keeps lists: `clock` does not.
    #[inline]
    pub fn keeps_lists(&self) -> bool {
        self.lists
    }

    /// Whether it counts references.
    #[inline]
    pub fn keeps_time(&self) -> bool {
        use PolicyKind::{Aging, Nru, Pff, WorkingSet, Wsclock};
        matches!(self.kind, Nru | Aging | WorkingSet | Wsclock | Pff)
    }

    /// What it knows.
    pub fn ranks(&self) -> &Ranks {
        self.desk.ranks()
    }

    /// Whether it needs to be told what comes and was not.
    pub fn lacks_future(&self) -> bool {
        self.kind == PolicyKind::Opt && self.desk.future.is_empty()
    }

    /// Tells what comes after what was told before: the references, in order, by page.
    pub fn foretell(&mut self, pages: &[u64]) {
        self.desk.future.add(pages);
    }

    /// The changes of what it knows that were not yet told.
    pub fn changes(&self) -> &Changes {
        self.desk.changes()
    }

    /// A page has come into memory, unless it is known: it was moved there.
    pub fn entered(&mut self, pfn: Pfn) {
        if self.ranks().get(Ranked::Page(pfn)).is_none() {
            self.rules().entered(&mut self.desk, pfn);
        }
    }

    /// A page has left memory: as a victim, or with its last owner.
    pub fn left(&mut self, pfn: Pfn) {
        if self.ranks().get(Ranked::Page(pfn)).is_none() {
            return;
        }
        if self.chosen.take_if(|chosen| *chosen == pfn).is_some() {
            self.rules().evicted(&mut self.desk, pfn);
        } else {
            self.desk.set(Ranked::Page(pfn), None);
        }
    }

    /// A page is moved to another frame, and keeps its rank.
    pub fn moved(&mut self, from: Pfn, to: Pfn) {
        let rank = self.ranks().get(Ranked::Page(from));
        self.desk.set(Ranked::Page(from), None);
        self.desk.set(Ranked::Page(to), rank);
    }

    /// A process is about to use a page: the pages that leave for the time that passes.
    pub fn tick(&mut self, memory: &mut dyn Memory, name: PageName) -> Vec<Pfn> {
        self.desk.pass_time(name.0);
        self.rules().tick(&mut self.desk, memory, name)
    }

    /// A process asks for a page that is not in memory: the pages that leave for it.
    pub fn missed(&mut self, memory: &mut dyn Memory, name: PageName) -> Vec<Pfn> {
        self.rules().missed(&mut self.desk, name);
        self.rules().faulted(&mut self.desk, memory, name)
    }

    /// A page leaves that was named by `tick` or `missed`.
    pub fn leaves(&mut self, pfn: Pfn) {
        self.chosen = Some(pfn);
    }

    /// A process has ended.
    pub fn ended(&mut self, pid: Pid) {
        self.desk.set(Ranked::Task(pid), None);
    }

    /// A process uses a page; `anon`: it has no file.
    pub fn used(&mut self, pfn: Pfn, name: PageName, anon: bool) {
        match self.ranks().get(Ranked::Page(pfn)) {
            Some(rank) if rank.name.is_none() => {
                self.desk.name(pfn, name);
                self.rules().arrived(&mut self.desk, pfn, anon);
            }
            Some(_) => self.rules().used(&mut self.desk, pfn),
            // The page of zeroes, or a run.
            None => {}
        }
    }

    /// The page that goes next.
    pub fn victim(&mut self, memory: &mut dyn Memory) -> Option<Pfn> {
        self.chosen = self.rules().victim(&mut self.desk, memory);
        self.chosen
    }

    fn rules(&self) -> &'static dyn Replacement {
        match self.kind {
            PolicyKind::Clock => &gclock::Gclock,
            PolicyKind::Fifo => &queues::Fifo,
            PolicyKind::Lru => &queues::Lru,
            PolicyKind::Mru => &queues::Mru,
            PolicyKind::Lfu => &queues::Lfu,
            PolicyKind::Opt => &opt::Opt,
            PolicyKind::Random => &random::Random,
            PolicyKind::SecondChance => &second_chance::SecondChance,
            PolicyKind::Sieve => &sieve::Sieve,
            PolicyKind::Slru => &slru::Slru,
            PolicyKind::TwoQ => &two_q::TwoQ,
            PolicyKind::Arc => &arc::Arc,
            PolicyKind::Lirs => &lirs::Lirs,
            PolicyKind::S3Fifo => &s3_fifo::S3Fifo,
            PolicyKind::Nru => &nru::Nru,
            PolicyKind::Aging => &aging::Aging,
            PolicyKind::WorkingSet => &working_set::WorkingSet,
            PolicyKind::Wsclock => &wsclock::Wsclock,
            PolicyKind::Pff => &pff::Pff,
            PolicyKind::TwoHand => &two_hand::TwoHand,
            PolicyKind::VirtualScan => &virtual_scan::VirtualScan,
            PolicyKind::TwoList => &two_list::TwoList,
            PolicyKind::SplitLru => &split_lru::SplitLru,
            PolicyKind::Mglru => &mglru::Mglru,
        }
    }
}

/// The first page of a list that may go.
fn first(desk: &Desk, list: u8, memory: &mut dyn Memory) -> Option<Pfn> {
    desk.ranks().list(list).filter_map(page).find(|pfn| memory.may_go(*pfn))
}

/// The last page of a list that may go.
fn last(desk: &Desk, list: u8, memory: &mut dyn Memory) -> Option<Pfn> {
    desk.ranks().list(list).rev().filter_map(page).find(|pfn| memory.may_go(*pfn))
}

/// The pages of a list, first to last, as it stands now.
fn pages(desk: &Desk, list: u8) -> Vec<Pfn> {
    desk.ranks().list(list).filter_map(page).collect()
}

/// Of a policy with two hands, how many places of its list they are apart.
pub fn hands_apart(ranks: &Ranks, config: &Config) -> Option<usize> {
    let apart = || two_hand::spread(config.replacement.hand_spread, ranks.len(0) as usize);
    (config.policy == PolicyKind::TwoHand).then(apart)
}

/// Whether the policy of a configuration keeps lists: the clock goes round the frames, unless it counts.
pub fn keeps_lists(config: &Config) -> bool {
    config.policy != PolicyKind::Clock || config.replacement.bits > 1
}
