//! What the policies call their lists and numbers.

use crate::config::PolicyKind;
use crate::vocabulary::rank::{LISTS, TASKS};

/// What a policy calls one of its lists; empty if it has no such list.
pub fn list_name(kind: PolicyKind, list: u8) -> &'static str {
    if list == TASKS {
        return "the processes";
    }
    let names: &[&'static str] = match kind {
        PolicyKind::Slru => &["the lowest list", "the second list", "the third list", "the highest list"],
        PolicyKind::TwoQ => &["A1in", "Am", "A1out"],
        PolicyKind::Arc => &["T1", "T2", "B1", "B2"],
        PolicyKind::Lirs => &["the LIR pages", "the HIR queue", "the ghosts"],
        PolicyKind::S3Fifo => &["the small queue", "the main queue", "the ghosts"],
        PolicyKind::TwoList => &["the active list", "the inactive dirty list", "the inactive clean list"],
        PolicyKind::SplitLru => &[
            "the inactive anonymous list",
            "the active anonymous list",
            "the inactive file list",
            "the active file list",
            "the ghosts",
        ],
        PolicyKind::Mglru => &["generation 0", "generation 1", "generation 2", "generation 3"],
        PolicyKind::Clock
        | PolicyKind::Fifo
        | PolicyKind::Lru
        | PolicyKind::Mru
        | PolicyKind::Opt
        | PolicyKind::Random
        | PolicyKind::SecondChance
        | PolicyKind::Lfu
        | PolicyKind::Sieve
        | PolicyKind::Nru
        | PolicyKind::Aging
        | PolicyKind::WorkingSet
        | PolicyKind::Wsclock
        | PolicyKind::Pff
        | PolicyKind::TwoHand
        | PolicyKind::VirtualScan => &["the list"],
    };
    debug_assert!(names.len() < LISTS);
    names.get(usize::from(list)).copied().unwrap_or_default()
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
        (PolicyKind::SplitLru, 0) => Some(("the clock of refaults", false)),
        (PolicyKind::SplitLru, 1) => Some(("the cost of anonymous pages", false)),
        (PolicyKind::SplitLru, 2) => Some(("the cost of pages of files", false)),
        (PolicyKind::SplitLru, 5) => Some(("whether the page asked for comes in as active", false)),
        (PolicyKind::SplitLru, 6) => Some(("the number of anonymous pages looked at", false)),
        (PolicyKind::SplitLru, 7) => Some(("the number of pages of files looked at", false)),
        (PolicyKind::Mglru, 0) => Some(("the oldest generation", false)),
        (PolicyKind::Mglru, 1) => Some(("how many generations follow it", false)),
        (_, 4) => Some(("the number of references", false)),
        _ => None,
    }
}

/// What a policy counts of a page, in one word or two. `None`: nothing that says more than the page's place.
pub fn number_name(kind: PolicyKind) -> Option<&'static str> {
    match kind {
        PolicyKind::Lfu => Some("uses"),
        PolicyKind::Sieve | PolicyKind::S3Fifo => Some("mark"),
        PolicyKind::Clock => Some("count"),
        PolicyKind::Nru => Some("class"),
        PolicyKind::Aging => Some("counter"),
        PolicyKind::WorkingSet | PolicyKind::Wsclock => Some("last use"),
        PolicyKind::VirtualScan | PolicyKind::TwoList => Some("age"),
        PolicyKind::SplitLru => Some("marks"),
        PolicyKind::Fifo
        | PolicyKind::Lru
        | PolicyKind::Mru
        | PolicyKind::Opt
        | PolicyKind::Random
        | PolicyKind::SecondChance
        | PolicyKind::Slru
        | PolicyKind::TwoQ
        | PolicyKind::Arc
        | PolicyKind::Lirs
        | PolicyKind::Pff
        | PolicyKind::TwoHand
        | PolicyKind::Mglru => None,
    }
}

/// Whether a policy reads accessed bits; the others hear each use, or know of none.
pub fn reads_bits(kind: PolicyKind) -> bool {
    match kind {
        PolicyKind::Clock
        | PolicyKind::SecondChance
        | PolicyKind::Nru
        | PolicyKind::Aging
        | PolicyKind::Wsclock
        | PolicyKind::Pff
        | PolicyKind::TwoHand
        | PolicyKind::VirtualScan
        | PolicyKind::TwoList
        | PolicyKind::SplitLru
        | PolicyKind::Mglru => true,
        PolicyKind::Fifo
        | PolicyKind::Lru
        | PolicyKind::Mru
        | PolicyKind::Opt
        | PolicyKind::Random
        | PolicyKind::Lfu
        | PolicyKind::Slru
        | PolicyKind::TwoQ
        | PolicyKind::Arc
        | PolicyKind::Lirs
        | PolicyKind::S3Fifo
        | PolicyKind::Sieve
        | PolicyKind::WorkingSet => false,
    }
}

/// Whether its list is gone round as a clock is: the hand is at what stands first.
pub fn goes_round(kind: PolicyKind) -> bool {
    matches!(kind, PolicyKind::Clock | PolicyKind::SecondChance | PolicyKind::Wsclock | PolicyKind::TwoHand)
}
