//! Policies that keep time, and those with counters or two hands, against worked examples of textbooks and courses.

use super::Simulated;
use crate::config::{Config, PolicyKind, ReplacementConfig};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::rank::Ranked;
use std::collections::BTreeMap;

fn memory(policy: PolicyKind, frames: u32, replacement: ReplacementConfig) -> Simulated {
    Simulated { first_use: true, ..Simulated::of(&Config { policy, frames, replacement, ..Config::default() }, &[]) }
}

/// Pages by letter, `a` is 0: what is in memory after each reference.
fn resident(memory: &mut Simulated, letters: &str) -> Vec<String> {
    let refer = |letter: u8| {
        memory.refer(u64::from(letter - b'a'));
        memory.frames.keys().map(|page| char::from(b'a' + *page as u8)).collect()
    };
    letters.bytes().map(refer).collect()
}

/// Tanenbaum's example: six pages, the bits of five ticks, the counters after them.
#[test]
fn aging_counts_as_the_textbook_says() {
    let mut memory = memory(PolicyKind::Aging, 6, ReplacementConfig { tick: 1, ..ReplacementConfig::default() });
    for n in 0..6 {
        memory.policy.entered(Pfn(n));
        memory.used.insert(Pfn(n), false);
    }
    memory.policy.tick(&mut memory.used, (Pid(1), Vpn(0)));
    for bits in ["101011", "110010", "110101", "100010", "011000"] {
        for (n, bit) in bits.bytes().enumerate() {
            memory.used.insert(Pfn(n as u32), bit == b'1');
        }
        memory.policy.tick(&mut memory.used, (Pid(1), Vpn(0)));
    }
    let counters: Vec<u64> = (0..6).map(|n| memory.policy.desk.rank(Pfn(n)).number).collect();
    assert_eq!(counters, [0b0111_1000, 0b1011_0000, 0b1000_1000, 0b0010_0000, 0b0101_1000, 0b0010_1000]);
    assert_eq!(memory.policy.victim(&mut memory.used), Some(Pfn(3)), "the lowest counter");
}

/// A course's example of the working set, window 4, from an empty memory.
#[test]
fn the_working_set_is_what_was_used_within_the_window() {
    let window = ReplacementConfig { window: 4, ..ReplacementConfig::default() };
    let mut memory = memory(PolicyKind::WorkingSet, 8, window);
    let sets = ["e", "de", "ade", "acde", "acd", "acd", "bcd", "bcd", "bcde", "bce", "ace", "acde"];
    assert_eq!(resident(&mut memory, "edaccdbcecad"), sets);
}

/// Whatever the string, what is in memory is what the last references were to.
#[test]
fn a_working_set_is_the_last_references_of_any_string() {
    let mut state = 7_u64;
    for window in [1, 2, 5, 9] {
        let settings = ReplacementConfig { window, ..ReplacementConfig::default() };
        let (mut memory, mut past) = (memory(PolicyKind::WorkingSet, 16, settings), Vec::new());
        for _ in 0..300 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            past.push(state >> 60);
            memory.refer(state >> 60);
            let mut last: Vec<u64> = past.iter().rev().take(window as usize).copied().collect();
            last.sort_unstable();
            last.dedup();
            assert_eq!(memory.frames.keys().copied().collect::<Vec<_>>(), last, "window {window}, {past:?}");
        }
    }
}

/// A course's example of the page-fault frequency: a, d and e are there, the window is 2.
#[test]
fn pages_go_at_a_late_fault() {
    let window = ReplacementConfig { window: 2, ..ReplacementConfig::default() };
    let mut memory = memory(PolicyKind::Pff, 8, window);
    resident(&mut memory, "ade");
    memory.used.values_mut().for_each(|used| *used = false);
    let sets = ["acde", "acde", "acde", "bcd", "bcd", "bcde", "bcde", "bcde", "ace", "acde"];
    assert_eq!(resident(&mut memory, "ccdbcecead"), sets);
}

/// Counters of two bits: a page that the hand has found used twice is spared twice.
#[test]
fn a_clock_with_two_bits_spares_what_was_used_more_often() {
    let refs = [0, 1, 2, 0, 3, 0, 4, 5, 6, 7, 8, 9];
    let gone = |bits| {
        let mut memory = memory(PolicyKind::Clock, 3, ReplacementConfig { bits, ..ReplacementConfig::default() });
        memory.first_use = false;
        refs.iter().filter_map(|page| memory.refer(*page).1).collect::<Vec<u64>>()
    };
    assert_eq!((gone(1), gone(2)), (vec![1, 2, 3, 4, 0, 5, 6], vec![1, 2, 3, 4, 5, 6, 0]));
}

/// With one bit, the clock that counts is the second chance.
#[test]
fn a_clock_with_one_bit_is_the_second_chance() {
    let refs: Vec<u64> = (0..400_u64).map(|n| (n * n + n / 3) % 11).collect();
    for frames in 1..9 {
        let second_chance = memory(PolicyKind::SecondChance, frames, ReplacementConfig::default());
        let clock = memory(PolicyKind::Clock, frames, ReplacementConfig::default());
        assert_eq!(clock.misses(&refs), second_chance.misses(&refs), "{frames} frames");
    }
}

/// The front hand clears, the back hand takes: a page has as long to be used as the hands are apart.
#[test]
fn the_second_hand_takes_what_was_not_used_since_the_first() {
    let mut victims = BTreeMap::new();
    for hand_spread in [1, 3] {
        let mut memory =
            memory(PolicyKind::TwoHand, 4, ReplacementConfig { hand_spread, ..ReplacementConfig::default() });
        resident(&mut memory, "abcd");
        let gone: Vec<Option<u64>> = [4, 5].iter().map(|page| memory.refer(*page).1).collect();
        victims.insert(hand_spread, gone);
    }
    // One apart, b is the first that the front hand has passed; three apart, it is d.
    assert_eq!(victims, BTreeMap::from([(1, vec![Some(1), Some(2)]), (3, vec![Some(3), Some(0)])]));
}

/// Of pages not used for longer than the window a clean one goes; NRU takes the lowest class.
#[test]
fn old_pages_and_low_classes_go() {
    let window = ReplacementConfig { window: 3, ..ReplacementConfig::default() };
    let mut wsclock = memory(PolicyKind::Wsclock, 3, window);
    resident(&mut wsclock, "abcc");
    // All bits are set: the hand notes the time of each, and takes the first that it finds clear.
    assert_eq!(wsclock.refer(3), (false, Some(0)));
    assert_eq!(wsclock.policy.ranks().get(Ranked::Page(Pfn(1))).map(|rank| rank.number), Some(5));
    let mut nru = memory(PolicyKind::Nru, 3, ReplacementConfig { tick: 3, ..ReplacementConfig::default() });
    resident(&mut nru, "abca");
    assert_eq!(nru.refer(3), (false, Some(1)), "a was used since the tick, b is the oldest that was not");
}
