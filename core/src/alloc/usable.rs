//! The frames that an allocator has at the start, as runs: a machine of millions of frames has few, so that making one
//! asks no frame.

use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;

/// Frames in runs as long as possible, lowest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Usable(Vec<FreeRun>);

impl Usable {
    /// All frames of a machine.
    pub fn all(frames: u32) -> Usable {
        Usable(vec![FreeRun { start: Pfn(0), len: frames }])
    }

    /// Those of a machine's frames for which `holds` is true.
    pub fn those(frames: u32, holds: impl Fn(Pfn) -> bool) -> Usable {
        let mut runs: Vec<FreeRun> = Vec::new();
        for at in (0..frames).filter(|n| holds(Pfn(*n))) {
            match runs.last_mut() {
                Some(run) if run.start.0 + run.len == at => run.len += 1,
                _ => runs.push(FreeRun { start: Pfn(at), len: 1 }),
            }
        }
        Usable(runs)
    }

    /// The frames that are left when those of `run` are taken out.
    pub fn without(self, run: FreeRun) -> Usable {
        let (start, end) = (run.start.0, run.start.0 + run.len);
        let parts = |of: FreeRun| [part(of, 0, start), part(of, end, u32::MAX)];
        Usable(self.0.into_iter().flat_map(parts).flatten().collect())
    }

    /// The first `most` frames, or all if there are fewer.
    pub fn first(&self, most: u32) -> Vec<FreeRun> {
        let mut left = most;
        let some = |run: &FreeRun| {
            let len = run.len.min(left);
            left -= len;
            (len > 0).then_some(FreeRun { len, ..*run })
        };
        self.0.iter().map_while(some).collect()
    }

    /// The runs of frames `start..end`.
    pub fn within(&self, start: u32, end: u32) -> impl Iterator<Item = FreeRun> + '_ {
        self.0.iter().filter_map(move |run| part(*run, start, end))
    }
}

/// The part of a run that lies in frames `start..end`; `None` if there is none.
fn part(run: FreeRun, start: u32, end: u32) -> Option<FreeRun> {
    let (from, to) = (run.start.0.max(start), (run.start.0 + run.len).min(end));
    (from < to).then(|| FreeRun { start: Pfn(from), len: to - from })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_those_that_the_frames_make_one_by_one() {
        let run = |start, len| FreeRun { start: Pfn(start), len };
        let (taken, frames) = ([run(0, 3), run(10, 1), run(11, 2), run(40, 24)], 64);
        let mut usable = Usable::all(frames);
        for (n, run) in taken.iter().enumerate() {
            usable = usable.without(*run);
            let held = |pfn: Pfn| taken[..=n].iter().any(|run| (run.start.0..run.start.0 + run.len).contains(&pfn.0));
            assert_eq!(usable, Usable::those(frames, |pfn| !held(pfn)));
        }
        assert_eq!(usable.within(0, frames).collect::<Vec<_>>(), [run(3, 7), run(13, 27)]);
        assert_eq!(usable.within(5, 14).collect::<Vec<_>>(), [run(5, 5), run(13, 1)]);
        assert_eq!(usable.first(9), [run(3, 7), run(13, 2)]);
        assert_eq!(usable.first(0), []);
        assert_eq!(usable.first(100), [run(3, 7), run(13, 27)]);
    }
}
