//! What the page is told of heaps: their calls over time, the blocks at the end of a frame's way back, the kernel's.

use super::translate::session;
use crate::dto::{HeapGroupDto, OwnerDto, Subject};
use crate::heap_calls::calls;
use crate::session::JsSession;
use pageturner::config::{Config, KmallocConfig, KmallocKind};
use pageturner::units::{HeapId, Pid, Vpn};

fn of_frame(session: &mut JsSession, pfn: u32) -> Vec<OwnerDto> {
    session.inspect_dto(Subject::Frame { pfn }).expect("it is there").owners
}

#[test]
fn of_many_calls_the_dearest_are_kept_and_shares_are_of_all() {
    let mut lines = vec![r#"let p = spawn("p")"#, r#"let h = p.heap("phk")"#];
    let many = "for n in 0..1500 { h.malloc(16); }; h.malloc(300 * PAGE)";
    lines.push(many);
    let session = session(Config { frames: 2048, ..Config::default() }, &lines);
    let found = calls(session.core(), Pid(1), HeapId(0));
    let (head, each) = found.split_at(5);
    let named: Vec<&[f64]> = each.chunks(8).collect();
    assert_eq!((head[0], head[1], named.len()), (1501.0, 2.0, 751));
    let mut cycles: Vec<u32> = session.core().heap_calls().iter().map(|call| call.cycles).collect();
    let most = session.core().heap_calls().iter().max_by_key(|call| call.cycles).expect("there are calls");
    assert!(named.iter().any(|call| (call[0], call[3]) == (most.step.into(), head[4])));
    cycles.sort_unstable();
    assert_eq!(head[2..], [cycles[750], cycles[1485], cycles[1500]].map(f64::from));
    assert_eq!(named[0][1..3], [0.0, 16.0], "malloc(16)");
    assert!(calls(session.core(), Pid(1), HeapId(1)).is_empty() && calls(session.core(), Pid(2), HeapId(0)).is_empty());
}

#[test]
fn a_frame_leads_to_its_blocks_and_to_what_gave_them() {
    let lines = [
        r#"let p = spawn("p")"#,
        r#"let h = p.heap("phk")"#,
        "let a = h.malloc(100)",
        "let b = h.malloc(2 * PAGE)",
        "p.touch(b, 2)",
        "let b = h.realloc(b, 2 * PAGE - 10)",
        r#"p.write(a, "parent")"#,
        "let c = p.fork()",
        r#"c.write(a, "child")"#,
    ];
    let mut session = session(Config::default(), &lines);
    let view = session.core().view();
    let heap = &view.heaps[&Pid(1)][&HeapId(0)];
    let (small, large) = (heap.blocks.iter().next().unwrap(), heap.blocks.iter().next_back().unwrap());
    let page = |at: u64| view.pte(Pid(1), Vpn(at / 4096)).pfn().expect("it is touched").0;
    let (of_small, second) = (page(small.0.0), page(large.0.0 + 4096));
    let small = small.0.to_string();
    // The child wrote to its copy of the page of small blocks, so the parent's has one block, of the parent alone.
    let owners = of_frame(&mut session, of_small);
    let seen: Vec<_> = owners.iter().map(|owner| (owner.pid, owner.block == small, owner.given)).collect();
    assert_eq!(seen, [(1, true, Some((2, "malloc")))]);
    // Both still have the large one: its second page begins in its midst, and `realloc` gave it last.
    let owners = of_frame(&mut session, second);
    let seen: Vec<_> = owners.iter().map(|owner| (owner.pid, owner.at, owner.bytes, owner.given)).collect();
    assert_eq!(seen, [(1, 0, 8182, Some((5, "realloc"))), (2, 0, 8182, Some((5, "realloc")))]);
    // Before the call there is no block, and in its midst none that an earlier call gave.
    session.seek(2);
    assert!(of_frame(&mut session, of_small).is_empty());
}

fn kernel(kind: KmallocKind) -> JsSession {
    let config =
        Config { frames: 64, kmalloc: KmallocConfig { kind, ..KmallocConfig::default() }, ..Config::default() };
    let mut session = session(config, &["for n in 0..40 { kmalloc(100); }; let a = kmalloc(3000)", "kfree(a)"]);
    let heap = session.heaps_dto().remove(0);
    assert!(heap.damage.is_empty() && heap.pid == 0, "{:?}", heap.damage);
    let count = heap.pages.len() as u64;
    assert_eq!((count, heap.more), (heap.stats.held, 0), "each page once, the static variables among them");
    for page in &heap.pages {
        assert!(page.vpn.is_none() && page.frame.is_some());
    }
    assert_eq!(heap.pages.iter().filter(|page| page.role == Some("static variables")).count(), 1);
    // A frame of it leads to its blocks.
    let full = heap.groups.iter().max_by_key(|group| group.used).expect("there are some").frame;
    let owners = of_frame(&mut session, full);
    assert!(owners.len() > 10 && owners.iter().all(|owner| owner.vpn.is_none()));
    assert!(owners.iter().all(|owner| matches!(owner.given, Some((0..40, "kmalloc")))), "{owners:?}");
    session
}

/// Used and all blocks, and colours, of the groups whose blocks have so many bytes.
fn groups(session: &mut JsSession, size: u64) -> Vec<(u32, u32, Option<u32>)> {
    let heap = session.heaps_dto().remove(0);
    let of = |group: &&HeapGroupDto| group.size == size;
    heap.groups.iter().filter(of).map(|group| (group.used, group.of, group.colour)).collect()
}

#[test]
fn slabs_are_listed_partial_ones_first_with_their_colours() {
    let mut session = kernel(KmallocKind::Slab);
    assert_eq!(groups(&mut session, 128), [(10, 30, Some(32)), (30, 30, Some(0))]);
    assert_eq!(groups(&mut session, 4096), [(0, 1, None)], "empty, and kept");
}

#[test]
fn pages_of_the_other_kernel_heaps_are_groups_too() {
    let mut session = kernel(KmallocKind::MckusickKarels);
    assert_eq!(groups(&mut session, 128), [(32, 32, None), (8, 32, None)]);
    assert_eq!(groups(&mut session, 4096), [(0, 1, None)]);
    let mut session = kernel(KmallocKind::Linux20);
    assert_eq!(groups(&mut session, 128), [(31, 31, None), (9, 31, None)]);
    assert_eq!(groups(&mut session, 4096), [(0, 1, None)], "kept, in case a page is wanted");
    let mut session = kernel(KmallocKind::Paragraph);
    let used: u32 = groups(&mut session, 16).iter().map(|(used, ..)| used).sum();
    assert_eq!(used, 40 * 7, "100 bytes are seven paragraphs; the array of the block freed is gone");
}
