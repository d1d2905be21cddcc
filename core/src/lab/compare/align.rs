//! Which steps of two runs of one script belong together, and so which place in one is which place in the other.
//!
//! Two steps belong together if they are at the same place of the script and equally often repeated there: the fifth
//! `alloc` of line 12 is the fifth there, too. Of all such pairs, as many are kept as can be in the same order in both
//! (a longest increasing subsequence), so that time runs forward on all machines; as long as both runs do the same,
//! every step has its partner at the same number. Steps that only one of them has lie between: they are spread over
//! what the other does meanwhile.

use crate::vocabulary::command::{Command, Position};
use std::collections::BTreeMap;
use std::ops::Range;

/// A command with its place in the script.
pub type Given = (Command, Option<Position>);

/// The steps of another run beside those of the first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Aligned {
    /// For every step of the first run its partner, if it has one. Increasing.
    partner: Vec<Option<u32>>,
    /// `after[n]`: steps that the other has done when the first has done `n`. From 0 to all of them, never decreasing.
    after: Vec<u32>,
}

impl Aligned {
    /// Two runs of the same `steps` commands: each step is its own partner.
    pub fn same(steps: u32) -> Aligned {
        Aligned { partner: (0..steps).map(Some).collect(), after: (0..=steps).collect() }
    }

    /// Aligns two runs of a script.
    pub fn of(first: &[Given], other: &[Given]) -> Aligned {
        let partner = ascending(&candidates(first, other));
        let after = places(&partner, other.len() as u32);
        Aligned { partner, after }
    }

    /// The other's step that belongs to step `n` of the first; `None` if it has none.
    pub fn partner(&self, n: u32) -> Option<u32> {
        self.partner.get(n as usize).copied().flatten()
    }

    /// Steps that the other has done when the first has done `n`.
    pub fn at(&self, n: u32) -> u32 {
        self.after.get(n as usize).or(self.after.last()).copied().unwrap_or(0)
    }

    /// The other's steps that go with step `n` of the first.
    pub fn steps(&self, n: u32) -> Range<u32> {
        self.at(n)..self.at(n + 1)
    }
}

/// A place of the script and the kind of command there; a function that is called with other commands has several.
type Key = (Option<(u32, u32)>, std::mem::Discriminant<Command>);

/// For every place the kinds of command there, each with the numbers of its steps.
type Places = BTreeMap<Option<(u32, u32)>, Vec<(Key, Vec<u32>)>>;

fn key((command, at): &Given) -> Key {
    (at.map(|at| (at.line, at.column)), std::mem::discriminant(command))
}

/// For every step of the first run the other's step of the same place and time, if there is one.
fn candidates(first: &[Given], other: &[Given]) -> Vec<Option<u32>> {
    // A discriminant has no order to sort by, but there are few kinds at one place: a list of them is fast enough.
    let mut there = Places::new();
    for (n, given) in other.iter().enumerate() {
        slot(&mut there, key(given)).push(n as u32);
    }
    let mut seen = Places::new();
    let mut candidate = |(n, given): (usize, &Given)| {
        let key = key(given);
        let before = slot(&mut seen, key);
        let times = before.len();
        before.push(n as u32);
        slot(&mut there, key).get(times).copied()
    };
    first.iter().enumerate().map(&mut candidate).collect()
}

fn slot(places: &mut Places, key: Key) -> &mut Vec<u32> {
    let kinds = places.entry(key.0).or_default();
    let at = match kinds.iter().position(|(known, _)| *known == key) {
        Some(at) => at,
        None => {
            kinds.push((key, Vec::new()));
            kinds.len() - 1
        }
    };
    &mut kinds[at].1
}

/// The longest increasing subsequence of `candidates`, by their indices; what is not in it has no partner.
fn ascending(candidates: &[Option<u32>]) -> Vec<Option<u32>> {
    // `ends[k]`: where a sequence of k + 1 that ends smallest ends; `before[n]`: what comes before n in its sequence.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), vec![None; candidates.len()]);
    for (n, candidate) in candidates.iter().enumerate() {
        let Some(candidate) = candidate else { continue };
        let len = ends.partition_point(|end| candidates[*end] < Some(*candidate));
        before[n] = len.checked_sub(1).map(|len| ends[len]);
        match ends.get_mut(len) {
            Some(end) => *end = n,
            None => ends.push(n),
        }
    }
    let mut kept = vec![None; candidates.len()];
    let mut at = ends.last().copied();
    while let Some(n) = at {
        kept[n] = candidates[n];
        at = before[n];
    }
    kept
}

/// Steps done there for every number of steps done here.
fn places(partner: &[Option<u32>], there: u32) -> Vec<u32> {
    let mut after = vec![0];
    let mut done = 0;
    let mut from = 0;
    while from < partner.len() {
        let lone = partner[from..].iter().take_while(|partner| partner.is_none()).count();
        let next = partner.get(from + lone).copied().flatten();
        // What only the other has before the next pair, or before the end, is spread over what only the first has.
        let between = u64::from(next.unwrap_or(there) - done);
        after.extend((1..=lone as u64).map(|n| done + (between * n / lone as u64) as u32));
        if let Some(next) = next {
            done = next + 1;
            after.push(done);
        }
        from += lone + usize::from(next.is_some());
    }
    // Where the first has ended, so has the other.
    if let Some(last) = after.last_mut() {
        *last = there;
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::command::Note;

    /// A note in each of these lines.
    fn lines(lines: &[u32]) -> Vec<Given> {
        let given = |line: &u32| (Command::Note(Note::new("")), Some(Position { line: *line, column: 1 }));
        lines.iter().map(given).collect()
    }

    fn aligned(first: &[u32], other: &[u32]) -> (Vec<Option<u32>>, Vec<u32>) {
        let Aligned { partner, after } = Aligned::of(&lines(first), &lines(other));
        (partner, after)
    }

    #[test]
    fn the_same_steps_are_partners() {
        assert_eq!(Aligned::of(&lines(&[1, 2, 2, 3]), &lines(&[1, 2, 2, 3])), Aligned::same(4));
        assert_eq!(aligned(&[], &[]), (vec![], vec![0]));
    }

    #[test]
    fn what_only_one_has_lies_between() {
        // The other takes another branch, and both meet again at line 9.
        assert_eq!(aligned(&[1, 2, 3, 9], &[1, 5, 9]), (vec![Some(0), None, None, Some(2)], vec![0, 1, 1, 2, 3]));
        // The other's loop runs more often, or less.
        assert_eq!(aligned(&[1, 2, 9], &[1, 2, 2, 2, 9]), (vec![Some(0), Some(1), Some(4)], vec![0, 1, 2, 5]));
        assert_eq!(aligned(&[1, 2, 2, 9], &[1, 2, 9]), (vec![Some(0), Some(1), None, Some(2)], vec![0, 1, 2, 2, 3]));
    }

    #[test]
    fn time_runs_forward_and_both_end_together() {
        // The second 2 of the first could pair with the one after line 5, but then 5 would have no partner.
        assert_eq!(aligned(&[2, 2, 5, 6], &[2, 5, 6, 2]), (vec![Some(0), None, Some(1), Some(2)], vec![0, 1, 1, 2, 4]));
        assert_eq!(aligned(&[1, 2, 3], &[1]), (vec![Some(0), None, None], vec![0, 1, 1, 1]));
        assert_eq!(aligned(&[1], &[1, 2, 3]), (vec![Some(0)], vec![0, 3]));
        assert_eq!(aligned(&[7], &[8, 8]), (vec![None], vec![0, 2]));
    }
}
