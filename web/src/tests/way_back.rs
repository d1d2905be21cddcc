//! The way back as it is drawn, compared with the machine: a search visits what the drawing shows, in that order.

use crate::dto::{PteDto, SearchDto, WayBackDto};
use crate::recent::Recent;
use crate::search::{Search, Visit};
use crate::session::JsSession;
use pageturner::config::{AnonKind, Config, OffsetFrom, RmapKind};
use pageturner::lab::time::session::Session as Core;
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, VmaId, Vpn};
use pageturner::vocabulary::event::Event;

/// A family that shares and writes, a file in pieces, a stack that grows, sharing that ends, pages that are merged;
/// with reclaim throughout.
const HISTORY: &[&str] = &[
    r#"let p = spawn("p")"#,
    "let a = p.mmap(#{addr: 0x100000, pages: 4, flags: [\"private\", \"anonymous\", \"fixed\"]})",
    "p.touch(a, 4)",
    "p.read(a + 3 * 4096)",
    "let b = p.fork()",
    "let c = b.fork()",
    "c.touch(a)",
    "let d = c.fork()",
    "let e = p.fork()",
    "reclaim(2)",
    "b.mprotect(a + 4096, 1, \"r\")",
    "let q = spawn(\"q\")",
    r#"for n in 0..9 { q.mmap(#{addr: 0x1000000 + n * 0x10000, pages: 1 + n % 3, flags: ["shared", "fixed"], file: "data", pgoff: n * 2}); }"#,
    "for n in 0..9 { q.touch(0x1000000 + n * 0x10000); }",
    "let s = q.mmap(#{addr: 0x8000000, pages: 2, flags: [\"private\", \"anonymous\", \"fixed\", \"growsdown\"]})",
    "q.touch(s + 0x1000)",
    "q.touch(s - 0x1000)",
    "q.madvise(s + 0x1000, 1, \"pageout\")",
    "reclaim(3)",
    "p.read(a)",
    "d.exit()",
    "e.exit()",
    "let m = spawn(\"m\")",
    "let k = m.mmap(2)",
    "m.write(k, \"same\")",
    "m.write(k + 4096, \"same\")",
    "m.madvise(k, 2, \"mergeable\")",
    "merge_pass()",
    "m.fork()",
    "reclaim(30)",
];

fn session(config: Config) -> JsSession {
    let mut session = JsSession::new(Core::new(config).unwrap(), None, None);
    for line in HISTORY {
        let reply = session.console_dto(line);
        assert_eq!(reply.error, None, "{line}");
    }
    session
}

fn configs() -> Vec<Config> {
    let of = |rmap| Config { frames: 128, swap_slots: 64, rmap, ..Config::default() };
    vec![
        of(RmapKind::None),
        of(RmapKind::VmaOffset),
        Config { offset_from: OffsetFrom::VmStart, trust_count: true, ..of(RmapKind::VmaOffset) },
        of(RmapKind::PteChain),
        Config { chain_pointers: 1, ..of(RmapKind::PteChain) },
        of(RmapKind::ObjectList),
        of(RmapKind::Object),
        Config { anon: AnonKind::AnonVma, ..of(RmapKind::Object) },
    ]
}

/// What a search would visit, read off the drawing; the entries of a table, which it only counts, off the view.
fn foreseen(way: &WayBackDto, view: &View) -> Vec<Visit> {
    let pte = |pte: &PteDto| Visit::Pte(Pid(pte.pid), Vpn(pte.vpn));
    let mut visits = Vec::new();
    if let Some(pair) = &way.pair {
        visits.extend(pair.stored.filter(|_| pair.vma.is_some()).map(|(id, _)| Visit::Vma(VmaId(id))));
        visits.extend(pair.pte.iter().map(pte));
    }
    for table in way.tables.iter().flat_map(|tables| &tables.processes) {
        visits.push(Visit::Tables(Pid(table.pid)));
        let before = visits.len();
        view.each_pte(Pid(table.pid), &mut |mapping| visits.push(Visit::Pte(mapping.pid, mapping.vpn)));
        assert_eq!(table.entries as usize, visits.len() - before);
    }
    if let Some(chain) = &way.chain {
        // The VMA of each PTE found is looked up.
        let vma = |cell: &PteDto| Some(Visit::Vma(view.vma(Pid(cell.pid), Vpn(cell.vpn)).filter(|_| cell.hit)?.id));
        let both = |cell| std::iter::once(pte(cell)).chain(vma(cell));
        visits.extend(chain.direct.iter().flat_map(both));
        for link in &chain.links {
            visits.push(Visit::Link(link.link));
            visits.extend(link.cells.iter().rev().flat_map(both));
        }
    }
    for node in way.vmas.iter().flat_map(|vmas| &vmas.nodes).filter(|node| node.looked) {
        visits.push(Visit::Vma(VmaId(node.vma)));
        visits.extend(node.pte.iter().map(pte));
    }
    visits
}

/// The numbers on the drawing, each with what it stands at.
fn numbered(way: &WayBackDto) -> Vec<(u32, Visit)> {
    let mut all = Vec::new();
    let mut pte = |pte: &PteDto| all.push((pte.visit, Visit::Pte(Pid(pte.pid), Vpn(pte.vpn))));
    way.pair.iter().filter_map(|pair| pair.pte.as_ref()).for_each(&mut pte);
    way.tables
        .iter()
        .flat_map(|tables| &tables.processes)
        .filter_map(|table| table.present.as_ref())
        .for_each(&mut pte);
    if let Some(chain) = &way.chain {
        chain.direct.iter().chain(chain.links.iter().flat_map(|link| &link.cells)).for_each(&mut pte);
        all.extend(chain.vma.map(|(id, _)| (way.visits, Visit::Vma(VmaId(id)))));
        all.extend(chain.links.iter().map(|link| (link.visit, Visit::Link(link.link))));
    }
    for node in way.vmas.iter().flat_map(|vmas| &vmas.nodes) {
        node.pte.iter().for_each(|pte| all.push((pte.visit, Visit::Pte(Pid(pte.pid), Vpn(pte.vpn)))));
        all.push((node.visit, Visit::Vma(VmaId(node.vma))));
    }
    way.tables.iter().flat_map(|tables| &tables.processes).for_each(|t| all.push((t.visit, Visit::Tables(Pid(t.pid)))));
    if let Some((pair, (id, _))) = way.pair.as_ref().and_then(|pair| Some((pair, pair.stored?))) {
        all.push((pair.visit, Visit::Vma(VmaId(id))));
    }
    all.retain(|(number, _)| *number > 0);
    all.sort_by_key(|(number, _)| *number);
    all
}

/// The events of each search, as ranges.
fn searches(session: &JsSession) -> Vec<std::ops::Range<u32>> {
    let is_visit = |event: &Event| {
        matches!(event, Event::VisitVma { .. } | Event::VisitPte { .. } | Event::VisitLink { .. } | Event::Stale { .. })
    };
    let mut found: Vec<std::ops::Range<u32>> = Vec::new();
    session.core().each_event(0..session.core().event_count(), |n, event| match found.last_mut() {
        _ if !is_visit(event) => {}
        Some(last) if last.end == n => last.end = n + 1,
        _ => found.push(n..n + 1),
    });
    found
}

/// The search at the cursor.
fn search_at(session: &JsSession) -> Option<Search> {
    Search::at(Recent::at(session.core()).done(session.core()))
}

#[test]
fn a_search_visits_what_is_drawn_in_that_order() {
    for config in configs() {
        let what = format!("{:?} {} {:?}", config.rmap, config.chain_pointers, config.anon);
        let mut session = session(config);
        let searches = searches(&session);
        assert!(searches.len() > 10, "{what}: {} searches", searches.len());
        for range in searches {
            session.seek_event(range.end);
            let search = search_at(&session).expect("the last event is a visit");
            session.seek_event(range.start);
            assert_eq!(search_at(&session), None, "{what}: event {} begins a search", range.start);
            let way = session.way_back_dto(search.pfn.0).expect("what is looked for has a way back");
            let foreseen = foreseen(&way, session.core().view());
            if search.visits.iter().all(|visit| matches!(visit, Visit::Link(_))) {
                // A pointer is removed: links are read until it is found.
                let links: Vec<&Visit> = foreseen.iter().filter(|visit| matches!(visit, Visit::Link(_))).collect();
                assert_eq!(search.visits.iter().collect::<Vec<_>>(), links[..search.visits.len()], "{what}");
            } else {
                assert_eq!(search.visits, foreseen, "{what}: events {range:?}");
            }
        }
    }
}

#[test]
fn each_micro_step_of_a_search_is_numbered_on_the_drawing_both_ways() {
    for config in configs() {
        let mut session = session(config);
        for range in searches(&session) {
            for at in (range.start + 1..=range.end).rev() {
                session.seek_event(at);
                let search = search_at(&session).unwrap();
                let way = session.way_back_dto(search.pfn.0).unwrap();
                assert_eq!(way.visits as usize, search.visits.len());
                let numbered = numbered(&way);
                let (number, last) = numbered.last().expect("the present visit is on the drawing");
                assert_eq!((*number, Some(last)), (way.visits, search.visits.last()));
                for (number, visit) in &numbered {
                    assert_eq!(search.visits[*number as usize - 1], *visit);
                }
                // Another frame's drawing shows nothing of it.
                if let Some(other) = session.way_back_dto(search.pfn.0 + 1) {
                    assert_eq!(other.visits, 0);
                }
            }
        }
    }
}

#[test]
fn every_hit_drawn_is_a_mapping() {
    for config in configs() {
        let (kind, mut session) = (config.rmap, session(config));
        for step in 0..=session.step_count() {
            session.seek(step);
            for pfn in 0..128 {
                let mapcount = session.core().view().frames.get(Pfn(pfn)).mapcount;
                let Some(way) = session.way_back_dto(pfn) else {
                    assert_eq!(mapcount, 0, "{kind:?}: frame {pfn} after step {step}");
                    continue;
                };
                // The page of zeroes, whose mappings are not counted.
                if way.pair.as_ref().is_some_and(|pair| pair.stored.is_some()) && mapcount == 0 {
                    continue;
                }
                let pair = way.pair.iter().filter_map(|pair| pair.pte.as_ref());
                let tables = way.tables.iter().flat_map(|tables| &tables.processes).flat_map(|table| &table.found);
                let chain = way.chain.iter().flat_map(|c| c.direct.iter().chain(c.links.iter().flat_map(|l| &l.cells)));
                let nodes = way.vmas.iter().flat_map(|vmas| &vmas.nodes).filter_map(|node| node.pte.as_ref());
                let hits = pair.chain(tables).chain(chain).chain(nodes).filter(|pte| pte.hit).count();
                assert_eq!(hits, mapcount as usize, "{kind:?}: frame {pfn} after step {step}");
            }
        }
    }
}

#[test]
fn a_stale_pair_is_drawn_against_the_right_one() {
    let rmap = RmapKind::VmaOffset;
    let config = Config { frames: 64, swap_slots: 8, rmap, offset_from: OffsetFrom::VmStart, ..Config::default() };
    let mut session = session(config);
    let stale = |event: &Event| if let Event::Stale { pfn, .. } = event { Some(*pfn) } else { None };
    let events = session.core().events_in(0..session.core().event_count());
    let (at, pfn) = (0..).zip(&events).find_map(|(n, e)| Some((n, stale(e)?))).expect("a stack grew");
    session.seek_event(at + 1);
    let way = session.way_back_dto(pfn.0).unwrap();
    let pair = way.pair.unwrap();
    let (vma, offset) = pair.stored.unwrap();
    assert_eq!(pair.wrong.iter().map(|right| (right.vma, right.offset)).collect::<Vec<_>>(), [(vma, offset + 1.0)]);
    assert!(!pair.pte.is_some_and(|pte| pte.hit) && way.tables.is_some());
    let SearchDto { stale, page, .. } = session.state_dto().search.unwrap();
    assert_eq!((stale, page), (Some(pfn.0), Some((pair.wrong[0].pid, pair.wrong[0].vpn))));
}

#[test]
fn thousands_of_mappings_are_cut_around_the_present_visit() {
    let map = r#"for n in 0..3000 { p.mmap(#{addr: 0x1000000 + n * 0x2000, pages: 1, flags: ["shared", "fixed"], file: "data", pgoff: 7}); p.read(0x1000000 + n * 0x2000); }"#;
    for rmap in [RmapKind::PteChain, RmapKind::ObjectList, RmapKind::Object, RmapKind::None] {
        let mut session = JsSession::new(Core::new(Config { rmap, ..Config::default() }).unwrap(), None, None);
        for line in ["let p = spawn(\"p\")", map, "let f = p.frame(0x1000000)", "reclaim(1)"] {
            assert_eq!(session.console_dto(line).error, None);
        }
        let range = searches(&session).into_iter().max_by_key(|range| range.len()).unwrap();
        for at in [range.start + 1, range.start + 1500, range.end] {
            session.seek_event(at);
            let pfn = search_at(&session).unwrap().pfn.0;
            let way = session.way_back_dto(pfn).unwrap();
            let drawn = way.chain.iter().map(|c| c.links.len()).chain(way.vmas.iter().map(|v| v.nodes.len()));
            assert!(drawn.chain(way.tables.iter().map(|t| t.processes.len())).all(|n| n <= 40), "{rmap:?}");
            assert_eq!(numbered(&way).last().unwrap().0, way.visits, "{rmap:?}: the present visit is drawn");
        }
    }
}
