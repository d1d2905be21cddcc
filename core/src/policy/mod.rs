//! Replacement policies that keep lists of pages: what each knows is [`Ranks`], how each decides is a file here.
//!
//! ```text
//! page fault ----------> missed     what was remembered of the page, before room is made for it
//! frame gets a page ---> entered    it stands in a list
//! its first use -------> arrived    it has a name: who used it
//! every use after ----->  used      TLB hits too: such a policy hears each access, as no real machine does
//! a frame is wanted ---> victim     which page goes
//! it goes -------------> evicted    and may be remembered
//! ```
//! No real processor tells the kernel of each use: it sets a bit. `second_chance` reads that bit, through the reverse
//! map; so does `clock`, which goes round the frames and keeps no list (`mm::reclaim::clock`).

mod arc;
pub mod desk;
mod lirs;
mod opt;
mod queues;
mod random;
mod s3_fifo;
mod second_chance;
mod sieve;
mod slru;
mod two_q;

#[cfg(test)]
mod tests;

use crate::config::{Config, PolicyKind};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, RankChange, Ranked, Ranks};
use desk::{Desk, page};

/// What a policy asks of memory while it looks for a victim.
pub trait Memory {
    /// Whether the page may be evicted now.
    fn may_go(&mut self, pfn: Pfn) -> bool;
    /// Whether the page was used since this was last asked, by its accessed bits, which are cleared.
    fn was_used(&mut self, pfn: Pfn) -> bool;
}

/// A policy.
trait Replacement {
    /// A page has come into memory, and has no name yet.
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), 0, 0);
    }

    /// A process asks for a page that is not in memory.
    fn missed(&self, _desk: &mut Desk, _name: PageName) {}

    /// A page that came in is used for the first time, and has got its name.
    fn arrived(&self, _desk: &mut Desk, _pfn: Pfn) {}

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
    desk: Desk,
    /// The victim that was chosen and has not gone yet.
    chosen: Option<Pfn>,
}

impl Policy {
    /// The policy of a configuration; nothing is in memory.
    pub fn new(config: &Config) -> Policy {
        let mut desk = Desk::new(u64::from(config.frames));
        if config.policy == PolicyKind::Random {
            desk.set_value(random::STATE, random::start(config.replacement.seed));
            desk.take_changes();
        }
        Policy { kind: config.policy, desk, chosen: None }
    }

    /// Whether it keeps lists: `clock` does not.
    #[inline]
    pub fn keeps_lists(&self) -> bool {
        self.kind != PolicyKind::Clock
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
        self.desk.future = self.desk.future.with(pages);
    }

    /// The changes since this was last asked.
    pub fn take_changes(&mut self) -> Vec<RankChange> {
        self.desk.take_changes()
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

    /// A process asks for a page that is not in memory.
    pub fn missed(&mut self, name: PageName) {
        self.rules().missed(&mut self.desk, name);
    }

    /// A process uses a page.
    pub fn used(&mut self, pfn: Pfn, name: PageName) {
        match self.ranks().get(Ranked::Page(pfn)) {
            Some(rank) if rank.name.is_none() => {
                self.desk.name(pfn, name);
                self.rules().arrived(&mut self.desk, pfn);
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
            PolicyKind::Clock | PolicyKind::Fifo => &queues::Fifo,
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

/// What a policy calls its lists.
pub fn list_name(kind: PolicyKind, list: u8) -> &'static str {
    let names: [&'static str; 4] = match kind {
        PolicyKind::Slru => ["the lowest list", "the second list", "the third list", "the highest list"],
        PolicyKind::TwoQ => ["A1in", "Am", "A1out", ""],
        PolicyKind::Arc => ["T1", "T2", "B1", "B2"],
        PolicyKind::Lirs => ["the LIR pages", "the HIR queue", "the ghosts", ""],
        PolicyKind::S3Fifo => ["the small queue", "the main queue", "the ghosts", ""],
        PolicyKind::Clock
        | PolicyKind::Fifo
        | PolicyKind::Lru
        | PolicyKind::Mru
        | PolicyKind::Opt
        | PolicyKind::Random
        | PolicyKind::SecondChance
        | PolicyKind::Lfu
        | PolicyKind::Sieve => ["the list", "", "", ""],
    };
    names[usize::from(list) % names.len()]
}

/// What a number of a policy's own is called, and whether it holds the bits of a float. `None`: it counts places.
pub fn value_name(kind: PolicyKind, which: u8) -> Option<(&'static str, bool)> {
    match (kind, which) {
        (PolicyKind::Arc, 0) => Some(("the target of T1, in pages,", true)),
        (PolicyKind::Arc, 1) => Some(("what the page asked for was, 1 in B1 and 2 in B2,", false)),
        (PolicyKind::TwoQ | PolicyKind::Lirs | PolicyKind::S3Fifo, 0) => Some(("whether the page was a ghost", false)),
        (PolicyKind::S3Fifo, 1) => Some(("whether memory was ever full", false)),
        (PolicyKind::Opt, 0) => Some(("the number of references made", false)),
        (PolicyKind::Random, 0) => Some(("the generator's state", false)),
        (PolicyKind::Sieve, 0) => Some(("the hand's place", false)),
        _ => None,
    }
}
