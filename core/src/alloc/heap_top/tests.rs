//! Where segments go, and that every frame is free once or given once.

use crate::alloc::heap_top::*;
use crate::config::Hole;
use crate::vocabulary::trace::NullTrace;

fn new(frames: u32, settings: HeapTopConfig, holes: Vec<Hole>) -> Heaps {
    let config = Config { frames, heap_top: settings, holes: holes.clone(), ..Config::default() };
    let taken = |usable: Usable, hole: &Hole| usable.without(FreeRun { start: Pfn(hole.start), len: hole.frames });
    let usable = holes.iter().fold(Usable::all(frames), taken);
    Heaps::new(&config, &usable)
}

fn movable(pages: u32) -> Request {
    Request { mobility: Mobility::Movable, ..Request::of(pages) }
}

#[test]
fn segments_grow_up_and_tables_down() {
    let mut h = new(32, HeapTopConfig::default(), Vec::new());
    let mut asked = |request| h.alloc(&request, &mut NullTrace).map(|pfn| pfn.0);
    assert_eq!([asked(movable(4)), asked(movable(2)), asked(movable(3))], [Some(0), Some(4), Some(6)]);
    assert_eq!([asked(Request::of(1)), asked(Request::of(2))], [Some(31), Some(29)]);
    h.free(run(4, 6), &mut NullTrace);
    h.free(run(31, 32), &mut NullTrace);
    assert_eq!(h.all()[0].top, 9, "a gap stays a gap");
    assert_eq!(h.alloc(&Request::of(1), &mut NullTrace), Some(Pfn(31)), "but those above the ceiling are used");
    h.free(run(6, 9), &mut NullTrace);
    assert_eq!(h.all()[0].top, 4, "the last segment and the gap below it are the top's");
    assert_eq!(h.check(), Vec::<String>::new());
}

#[test]
fn a_gap_is_taken_only_if_it_may_be() {
    for (fill_gaps, got) in [(false, None), (true, Some(Pfn(4)))] {
        let mut h = new(16, HeapTopConfig { fill_gaps, ..Default::default() }, Vec::new());
        h.claim(run(0, 16), &mut NullTrace);
        h.free(run(4, 9), &mut NullTrace);
        assert_eq!(h.alloc(&movable(3), &mut NullTrace), got);
    }
}

#[test]
fn large_segments_leave_a_gap_below() {
    let settings = HeapTopConfig { large: 8, ..Default::default() };
    let mut h = new(32, settings, vec![Hole { start: 20, frames: 2 }]);
    h.claim(run(0, 3), &mut NullTrace);
    assert_eq!(h.alloc(&movable(8), &mut NullTrace), Some(Pfn(8)));
    assert_eq!(h.alloc(&movable(8), &mut NullTrace), Some(Pfn(24)), "the other heap has an aligned place");
    assert_eq!(h.alloc(&movable(8), &mut NullTrace), None);
    assert_eq!(h.all().iter().flat_map(|heap| h.gaps_of(heap)).collect::<Vec<_>>(), [run(3, 8), run(22, 24)]);
    assert_eq!(h.check(), Vec::<String>::new());
}

/// Random requests, frees of parts and claims against a set of frames.
#[test]
fn every_frame_is_free_once_or_given_once() {
    let mut seed = 3u32;
    let mut next = |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % n
    };
    for round in 0..60 {
        let settings = HeapTopConfig { fill_gaps: round % 2 == 0, large: 16, ..Default::default() };
        let mut h = new(200, settings, vec![Hole { start: 90, frames: 10 }]);
        let mut free: Vec<bool> = (0..200).map(|n| !(90..100).contains(&n)).collect();
        for _ in 0..200 {
            let mobility = [Mobility::Movable, Mobility::Unmovable][next(2) as usize];
            let request = Request { align: 1 << next(3), mobility, ..Request::of(1 + next(20)) };
            if let Some(Pfn(first)) = h.alloc(&request, &mut NullTrace) {
                assert!(request.fits_at(first));
                let given = &mut free[first as usize..(first + request.pages) as usize];
                assert!(given.iter().all(|free| *free));
                given.fill(false);
            }
            let (at, claims) = (next(200) as usize, next(4) == 0);
            let holds = |n: &usize| free[*n] == claims && !(90..100).contains(n);
            let len = (at..200.min(at + 1 + next(12) as usize)).take_while(holds).count();
            if len > 0 {
                let part = run(at as u32, (at + len) as u32);
                if claims {
                    h.claim(part, &mut NullTrace)
                } else {
                    h.free(part, &mut NullTrace)
                };
                free[at..at + len].fill(!claims);
            }
            assert_eq!(h.check(), Vec::<String>::new());
            let listed: Vec<bool> = free.iter().map(|_| false).collect();
            let listed = h.lists().all_runs().fold(listed, |mut all, (run, _)| {
                all[run.start.index()..run.start.index() + run.len as usize].fill(true);
                all
            });
            assert_eq!(listed, free);
        }
    }
}
