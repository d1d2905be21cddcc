//! Quick fit by example.

use crate::alloc::quick_fit::*;
use crate::config::Round;
use crate::vocabulary::trace::NullTrace as Quiet;

fn new(frames: u32, settings: QuickFitConfig) -> QuickFit {
    QuickFit::new(&Config { frames, quick_fit: settings, ..Config::default() }, &Usable::all(frames))
}

fn run(start: u32, len: u32) -> FreeRun {
    FreeRun { start: Pfn(start), len }
}

#[test]
fn the_exact_length_then_the_next_list_then_the_best_fit() {
    let mut q = new(1024, QuickFitConfig { lists: 4, ..Default::default() });
    q.claim(run(0, 1024), &mut Quiet);
    for (start, len) in [(10, 2), (20, 3), (30, 9), (50, 7), (70, 2)] {
        q.free(run(start, len), &mut Quiet);
    }
    let mut asked = |pages| q.alloc(&Request::of(pages), &mut Quiet).map(|pfn| pfn.0);
    assert_eq!([asked(2), asked(2)], [Some(70), Some(10)], "last in, first out");
    assert_eq!(asked(2), Some(20), "split: one frame of three is left");
    assert_eq!(asked(2), Some(50), "the shortest of the longer runs");
    assert_eq!([asked(1), asked(5), asked(9), asked(10)], [Some(22), Some(52), Some(30), None]);
    assert_eq!(q.check(), Vec::<String>::new());
}

#[test]
fn neighbours_are_joined_on_a_miss_or_never() {
    for (coalesce, got) in [(Coalesce::OnMiss, Some(Pfn(0))), (Coalesce::Never, None)] {
        let mut q = new(16, QuickFitConfig { coalesce, ..Default::default() });
        q.claim(run(0, 16), &mut Quiet);
        (0..16).for_each(|n| q.free(run(n, 1), &mut Quiet));
        assert_eq!(q.alloc(&Request::of(16), &mut Quiet), got);
    }
}

#[test]
fn large_runs_are_aligned_where_that_fits() {
    let mut q = new(64, QuickFitConfig { large: 16, ..Default::default() });
    q.claim(run(0, 3), &mut Quiet);
    assert_eq!(q.alloc(&Request::of(20), &mut Quiet), Some(Pfn(16)));
    assert_eq!(q.alloc(&Request::of(28), &mut Quiet), Some(Pfn(36)), "not aligned, but served");
    assert_eq!(q.alloc(&Request { align: 4, ..Request::of(9) }, &mut Quiet), Some(Pfn(4)));
    assert_eq!(q.check(), Vec::<String>::new());
}

#[test]
fn lengths_are_rounded() {
    let eighth: Vec<u32> = [1, 7, 9, 15, 17, 33, 100].map(|n| Round::Eighth.up(n)).into();
    assert_eq!(eighth, [1, 7, 9, 15, 18, 36, 104]);
    let q = new(100, QuickFitConfig { round: Round::PowerOfTwo, ..Default::default() });
    let given = |pages| q.given(&Request::of(pages)).ok();
    assert_eq!([given(33), given(65), given(101)], [Some(64), Some(65), None], "no more than there is");
}
