//! What the page is told of a replacement policy's lists.

use super::translate::session;
use crate::session::JsSession;
use pageturner::config::{Config, PolicyKind};

/// Three frames are left for pages: eight are the kernel's, one holds zeroes, four are page tables.
fn three_frames(policy: PolicyKind, string: &str) -> JsSession {
    let config = Config { frames: 16, reserved: 8, swap_slots: 0, policy, ..Config::default() };
    session(config, &[r#"let p = spawn("p")"#, &format!("references(p, \"{string}\")")])
}

/// The pages of the first list in order, by their numbers in the reference string.
fn pages(session: &mut JsSession) -> Vec<u64> {
    let list = session.state_dto().ranks.expect("a policy with lists").lists.remove(0);
    assert_eq!((list.count as usize, list.left_out), (list.items.len(), 0));
    list.items.iter().map(|item| item.vpn.expect("it was used") - 0x1_0000).collect()
}

#[test]
fn a_list_is_drawn_in_its_order_forwards_and_backwards() {
    let mut session = three_frames(PolicyKind::Lru, "7 0 1 2 0 3");
    let end = session.core().end().step;
    assert_eq!(pages(&mut session), [2, 0, 3]);
    session.seek(end - 1);
    assert_eq!(pages(&mut session), [1, 2, 0]);
    session.seek(end - 3);
    assert_eq!(pages(&mut session), [7, 0, 1]);
}

#[test]
fn ghosts_hands_and_targets_are_told() {
    let mut arc = three_frames(PolicyKind::Arc, "7 7 0 0 1 2");
    let ranks = arc.state_dto().ranks.expect("lists");
    assert_eq!(ranks.lists.iter().map(|list| list.name.as_str()).collect::<Vec<_>>(), ["T1", "T2", "B1", "B2"]);
    assert_eq!(ranks.target, Some(0.0));
    let ghosts: Vec<_> = ranks.lists.iter().flat_map(|list| &list.items).filter(|item| item.frame.is_none()).collect();
    assert_eq!(ghosts.len(), 1, "one page went and is remembered");
    let mut sieve = three_frames(PolicyKind::Sieve, "0 1 2 0 3");
    let items = sieve.state_dto().ranks.expect("a list").lists.remove(0).items;
    assert_eq!(items.iter().filter(|item| item.hand).count(), 1);
    assert!(items.iter().all(|item| item.number.is_some()));
    assert!(three_frames(PolicyKind::Clock, "0 1").state_dto().ranks.is_none());
}

#[test]
fn hands_bits_generations_and_processes_are_told() {
    let mut two_hand = three_frames(PolicyKind::TwoHand, "0 1 2");
    let ranks = two_hand.state_dto().ranks.expect("a list");
    let frames: Vec<Option<u32>> = ranks.lists[0].items.iter().map(|item| item.frame).collect();
    let hands = ranks.hands.expect("it goes round");
    let at: Vec<_> = hands.iter().map(|hand| (hand.name, Some(hand.frame))).collect();
    assert_eq!(at, [("back hand", frames[0]), ("front hand", frames[1])]);
    assert!(ranks.lists[0].items.iter().all(|item| item.accessed), "each was just used");
    let mut mglru = three_frames(PolicyKind::Mglru, "0 1 2 3 4 5 6");
    let lists = mglru.state_dto().ranks.expect("generations").lists;
    assert!(lists[0].name.ends_with(", the oldest") && lists.last().expect("some").name.ends_with(", the youngest"));
    let mut set = three_frames(PolicyKind::WorkingSet, "0 1");
    let ranks = set.state_dto().ranks.expect("a list");
    assert_eq!((ranks.counted, ranks.of_process), (Some("last use"), Some("references")));
    let processes = ranks.lists.last().expect("the processes");
    assert_eq!(processes.items.iter().map(|item| (item.process, item.number)).collect::<Vec<_>>(), [(true, Some(2))]);
    assert!(processes.items.iter().all(|item| !item.accessed), "it hears each use, and reads no bit");
}
