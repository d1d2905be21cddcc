//! Which heaps are compacted together, how much of them, and the plans to try for them.

use super::plan::{Plan, Segment, Stays, Stretch, Way, restore, slide as slide_stretches};
use crate::alloc::{Heap, Heaps};
use crate::config::{Amount, Holes, Locked};
use crate::vocabulary::request::Request;
use std::ops::Range;

/// The heaps that are compacted together.
pub fn arenas(heaps: &Heaps, zone: u8) -> Vec<Range<usize>> {
    let all = heaps.heaps_of(zone);
    match heaps.settings.holes {
        Holes::Separate => all.map(|n| n..n + 1).collect(),
        Holes::Cross if all.is_empty() => Vec::new(),
        Holes::Cross => vec![all],
    }
}

/// The plans to try, best first: one that moves no more than is needed, where that is asked for; large segments aligned
/// again, left aligned, not aligned.
pub fn plans<'a>(
    heaps: &'a Heaps,
    zone: u8,
    arena: &Range<usize>,
    segments: &'a [Segment],
    wanted: Option<&Request>,
) -> impl Iterator<Item = Plan> + 'a {
    let (large, degrade) = (heaps.settings.large, heaps.settings.degrade);
    let below = heaps.settings.locked == Locked::Below;
    let whole: Vec<Stretch> = heaps.all()[arena.clone()].iter().map(|h| stretch(h, segments, below)).collect();
    let wanted = wanted.filter(|_| heaps.settings.amount == Amount::Needed);
    let part = wanted.map(|wanted| whole.iter().map(|s| needed(heaps, s, wanted)).collect::<Vec<_>>());
    let aligned = degrade == 0 || !heaps.is_low(zone);
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

/// The plan that aligns large segments again, if that is due: they are off their alignment, and memory is not low.
pub fn realigned(heaps: &Heaps, zone: u8, arena: &Range<usize>, segments: &[Segment]) -> Option<Plan> {
    let (large, below) = (heaps.settings.large, heaps.settings.locked == Locked::Below);
    let due = !heaps.is_low(zone) && segments.iter().any(|segment| segment.is_degraded(large));
    let whole: Vec<Stretch> = heaps.all()[arena.clone()].iter().map(|h| stretch(h, segments, below)).collect();
    if due { restore(&whole, segments, large) } else { None }
}

/// A heap as planned for: unless others may go beneath a locked segment, only what is above the highest is compacted.
fn stretch(heap: &Heap, segments: &[Segment], below: bool) -> Stretch {
    let locked =
        segments.iter().rev().find(|s| s.stays == Some(Stays::Locked) && (heap.start..heap.top).contains(&s.at));
    let from = locked.filter(|_| !below).map_or(heap.start, |segment| segment.at + segment.len);
    Stretch { start: heap.start, end: heap.ceiling, from }
}

/// The part of a heap above as many gaps as, with the room at the top, are wanted.
fn needed(heaps: &Heaps, whole: &Stretch, wanted: &Request) -> Stretch {
    let Some(heap) = heaps.all().iter().find(|heap| heap.start == whole.start) else { return *whole };
    let top = heap.top;
    let mut left = (wanted.pages + wanted.align - 1).saturating_sub(whole.end - top);
    let mut from = top;
    while let Some(gap) = heaps.gap_before(heap, from).filter(|gap| left > 0 && gap.start.0 >= whole.from) {
        left = left.saturating_sub(gap.len);
        from = gap.start.0;
    }
    Stretch { from: from.max(whole.from), ..*whole }
}
