//! Which heaps are compacted together, how much of them, and the plans to try for them.

use super::plan::{Plan, Segment, Stays, Stretch, Way, restore, slide as slide_stretches};
use crate::alloc::heap_top::{Heap, HeapTop};
use crate::config::{Amount, HeapTopConfig, Holes, Locked};
use crate::vocabulary::request::Request;
use std::ops::Range;

/// The heaps that are compacted together.
pub fn arenas(heap: &HeapTop, zone: u8) -> Vec<Range<usize>> {
    let heaps = heap.heaps_of(zone);
    match heap.settings.holes {
        Holes::Separate => heaps.map(|n| n..n + 1).collect(),
        Holes::Cross if heaps.is_empty() => Vec::new(),
        Holes::Cross => vec![heaps],
    }
}

/// The plans to try, best first: one that moves no more than is needed, where that is asked for; large segments aligned
/// again, left aligned, not aligned.
pub fn plans<'a>(
    heap: &'a HeapTop,
    zone: u8,
    heaps: &Range<usize>,
    segments: &'a [Segment],
    wanted: Option<&Request>,
) -> impl Iterator<Item = Plan> + 'a {
    let HeapTopConfig { large, degrade, amount, locked, .. } = heap.settings;
    let below = locked == Locked::Below;
    let whole: Vec<Stretch> = heap.heaps()[heaps.clone()].iter().map(|h| stretch(h, segments, below)).collect();
    let wanted = wanted.filter(|_| amount == Amount::Needed);
    let part = wanted.map(|wanted| whole.iter().map(|s| needed(heap, s, wanted)).collect::<Vec<_>>());
    let aligned = degrade == 0 || !heap.is_low(zone);
    let degraded = move || segments.iter().any(|segment| segment.is_degraded(large));
    let slide = move |stretches: &[Stretch], large| slide_stretches(stretches, segments, Way { large, below });
    let mut ways = 0..4;
    std::iter::from_fn(move || {
        ways.find_map(|way| match way {
            0 => part.as_ref().map(|part| slide(part, large)),
            1 if aligned && degraded() => restore(&whole, segments, large),
            2 if aligned => Some(slide(&whole, large)),
            3 if degrade > 0 => Some(slide(&whole, u32::MAX)),
            _ => None,
        })
    })
}

/// A heap as planned for: unless others may go beneath a locked segment, only what is above the highest is compacted.
fn stretch(heap: &Heap, segments: &[Segment], below: bool) -> Stretch {
    let locked =
        segments.iter().rev().find(|s| s.stays == Some(Stays::Locked) && (heap.start..heap.top).contains(&s.at));
    let from = locked.filter(|_| !below).map_or(heap.start, |segment| segment.at + segment.len);
    Stretch { start: heap.start, end: heap.ceiling, from }
}

/// The part of a heap above as many gaps as, with the room at the top, are wanted.
fn needed(heap: &HeapTop, whole: &Stretch, wanted: &Request) -> Stretch {
    let Some(h) = heap.heaps().iter().find(|h| h.start == whole.start) else { return *whole };
    let top = h.top;
    let mut left = (wanted.pages + wanted.align - 1).saturating_sub(whole.end - top);
    let mut from = top;
    while let Some(gap) = heap.gap_before(h, from).filter(|gap| left > 0 && gap.start.0 >= whole.from) {
        left = left.saturating_sub(gap.len);
        from = gap.start.0;
    }
    Stretch { from: from.max(whole.from), ..*whole }
}
