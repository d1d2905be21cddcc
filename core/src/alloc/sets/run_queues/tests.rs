//! The queues against a model that is a plain list for each queue, order included.

use crate::alloc::sets::run_queues::*;
use crate::config::Zone;
use crate::vocabulary::free_lists::FreeLists;
use crate::vocabulary::trace::NullTrace;

/// Lengths 1 to 3 have a queue each, all longer ones one together.
#[derive(Clone, Debug)]
struct Four;

impl Lengths for Four {
    fn list(&self, len: u32) -> u8 {
        len.min(4) as u8
    }

    fn least(&self, list: u8) -> u32 {
        u32::from(list)
    }
}

const FRAMES: u32 = 256;

fn run(start: u32, len: u32) -> FreeRun {
    FreeRun { start: Pfn(start), len }
}

/// Nothing is free.
fn empty() -> RunQueues<Four> {
    let zones = [(0, 100), (100, FRAMES)].map(|(start, end)| Zone { name: "z".into(), start, end });
    RunQueues::new(&Config { frames: FRAMES, zones: zones.into(), ..Config::default() }, Four, &Usable::all(0))
}

/// Folds the events as the view does: what is emitted is what is there.
struct Fold(FreeLists);

impl Trace for Fold {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        let Event::Free { run, list, prev, linked } = event() else { return };
        if linked {
            self.0.link(run, list, prev);
        } else {
            assert_eq!(self.0.unlink(run.start, list), prev, "{run:?}");
        }
    }
}

/// The queues of each zone, heads last.
#[derive(Clone, Default)]
struct Model([[Vec<FreeRun>; 5]; 2]);

impl Model {
    fn queue(&mut self, run: FreeRun) -> &mut Vec<FreeRun> {
        &mut self.0[usize::from(run.start.0 >= 100)][run.len.min(4) as usize]
    }

    fn link(&mut self, run: FreeRun) {
        if run.len > 0 {
            self.queue(run).push(run);
        }
    }

    fn unlink(&mut self, run: FreeRun) {
        self.queue(run).retain(|other| *other != run);
    }

    fn all(&self) -> Vec<FreeRun> {
        let mut all: Vec<FreeRun> = self.0.iter().flatten().flatten().copied().collect();
        all.sort();
        all
    }

    fn cut(&mut self, from: FreeRun, taken: FreeRun) {
        self.unlink(from);
        self.link(FreeRun { start: from.start, len: taken.start.0 - from.start.0 });
        self.link(FreeRun { start: Pfn(end(taken)), len: end(from) - end(taken) });
    }

    fn join(&mut self, zone: u8) {
        let mut joined: Vec<(FreeRun, u32)> = Vec::new();
        for run in self.all().into_iter().filter(|run| (run.start.0 >= 100) == (zone == 1)) {
            match joined.last_mut() {
                Some((last, runs)) if end(*last) == run.start.0 => (last.len, *runs) = (last.len + run.len, *runs + 1),
                _ => joined.push((run, 1)),
            }
        }
        for (run, _) in joined.into_iter().filter(|(_, runs)| *runs > 1) {
            self.all()
                .into_iter()
                .filter(|part| (run.start.0..end(run)).contains(&part.start.0))
                .for_each(|part| self.unlink(part));
            self.link(run);
        }
    }
}

struct Dice(u32);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % bound
    }

    fn part(&mut self, run: FreeRun) -> FreeRun {
        let start = self.below(run.len);
        FreeRun { start: run.start.plus(start), len: 1 + self.below(run.len - start) }
    }
}

#[test]
fn random_moves_leave_what_the_model_has() {
    for seed in 0..40 {
        let (mut quiet, mut told, mut model) = (empty(), empty(), Model::default());
        let (mut dice, mut fold) = (Dice(seed), Fold(empty().lists()));
        for step in 0..800 {
            let all = model.all();
            let (what, start) = (dice.below(40), dice.below(FRAMES));
            let zone = u8::from(start >= 100);
            let room = all.iter().map(|run| run.start.0).find(|at| *at > start).unwrap_or(FRAMES);
            let edge = if zone == 0 { 100.min(room) } else { room };
            let free_here = all.iter().any(|run| (run.start.0..end(*run)).contains(&start));
            if what < 22 && !free_here {
                let run = run(start, (1 + dice.below(6) * dice.below(3)).min(edge - start));
                for queues in [&mut quiet, &mut told] {
                    queues.zones[usize::from(zone)].free += run.len;
                }
                quiet.link(run, zone, &mut NullTrace);
                told.link(run, zone, &mut fold);
                model.link(run);
            } else if what < 39 && !all.is_empty() {
                // The head of a queue or any run; a part of it or all.
                let any = all[dice.below(all.len() as u32) as usize];
                let from = if what % 2 == 0 { any } else { *model.queue(any).last().unwrap() };
                let taken = if what % 3 == 0 { from } else { dice.part(from) };
                if what < 36 {
                    let list = quiet.list_of(quiet.zone_of(from.start), from.len);
                    quiet.cut(from, list, taken, &mut NullTrace);
                    told.cut(from, list, taken, &mut fold);
                } else {
                    quiet.claim(taken, &mut NullTrace);
                    told.claim(taken, &mut fold);
                }
                model.cut(from, taken);
            } else if what == 39 {
                let joined = quiet.join_all(zone, &mut NullTrace);
                assert_eq!(told.join_all(zone, &mut fold), joined);
                model.join(zone);
                assert_eq!(joined.before - joined.after, (all.len() - model.all().len()) as u32);
            }
            for queues in [&quiet, &told] {
                assert_eq!(queues.check("queues"), Vec::<String>::new(), "seed {seed}, step {step}");
                for zone in 0..2 {
                    for list in 1..5 {
                        let head_first = model.0[zone as usize][list as usize].iter().rev().copied();
                        assert!(queues.runs(ListId { zone, list }).eq(head_first), "seed {seed}, step {step}");
                    }
                }
            }
            assert!(fold.0 == told.lists() && fold.0 == quiet.lists(), "seed {seed}, step {step}: what is told");
        }
    }
}

#[test]
fn a_start_that_is_on_a_stack_twice_counts_at_its_upper_place() {
    let mut queues = empty();
    let list = ListId { zone: 0, list: 1 };
    for start in [10, 20, 30, 40, 50] {
        queues.put(run(start, 1), list);
    }
    queues.take(run(20, 1), list);
    queues.put(run(20, 1), list);
    let starts = |queues: &RunQueues<Four>| queues.runs(list).map(|run| run.start.0).collect::<Vec<_>>();
    assert_eq!(starts(&queues), [20, 50, 40, 30, 10]);
    assert_eq!(queues.prev(Pfn(10), list), Some(Pfn(30)), "the 20 between them is stale");
    queues.take(run(20, 1), list);
    assert_eq!((starts(&queues), queues.stacks[slot(list)].stale), (vec![50, 40, 30, 10], 1));
    for start in [40, 30] {
        queues.take(run(start, 1), list);
    }
    assert_eq!(
        (starts(&queues), queues.stacks[slot(list)].stale),
        (vec![50, 10], 0),
        "swept: more than half was stale"
    );
}

#[test]
fn a_mark_is_found_from_any_of_its_frames() {
    let mut marks = Marks::new(400);
    let runs = [run(0, 1), run(1, 2), run(3, 1), run(63, 2), run(65, 200), run(399, 1)];
    runs.into_iter().for_each(|run| marks.set(run));
    assert!(marks.all().eq(runs));
    for pfn in 0..400 {
        let held = runs.into_iter().find(|run| (run.start.0..end(*run)).contains(&pfn));
        assert_eq!((marks.holding(pfn), marks.at(pfn)), (held, held.filter(|run| run.start.0 == pfn)), "{pfn}");
        assert_eq!(marks.next(pfn), runs.into_iter().find(|run| run.start.0 >= pfn), "{pfn}");
    }
}
