//! A zone as heaps that grow upwards: its contents as stretches of one kind from bottom to top.

use crate::dto::StretchKind;
use crate::free_runs::Runs;
use pageturner::lab::time::view::View;
use pageturner::units::Pfn;
use pageturner::vocabulary::frame::FrameUse;

/// At most this many stretches describe a zone: a picture is some hundreds of pixels wide.
const PARTS: u32 = 360;
/// At most this many frames are examined for one part.
const SAMPLES: u32 = 16;

/// First frame, length and kind of each stretch; in small memories every segment is one of its own. `tops`: the free
/// runs at the tops of the heaps.
pub fn stretches(view: &View, start: u32, end: u32, tops: &[(u32, u32)]) -> Vec<(u32, u32, StretchKind)> {
    let part = (end - start).div_ceil(PARTS).max(1);
    let mut all: Vec<(u32, u32, StretchKind)> = Vec::new();
    let mut runs = Runs::new(view, |n| view.frames.get(Pfn(n)).state == FrameUse::Free);
    for first in (start..end).step_by(part as usize) {
        let len = part.min(end - first);
        let samples = (first..first + len).step_by(len.div_ceil(SAMPLES) as usize);
        let kind = samples.map(|n| kind(view, n, tops, || runs.of(n).is_some())).max().unwrap_or(StretchKind::Hole);
        let begins = part == 1 && view.frames.get(Pfn(first)).state == FrameUse::Run { first: Pfn(first) };
        match all.last_mut().filter(|last| last.2 == kind && !begins) {
            Some(last) => last.1 += len,
            None => all.push((first, len, kind)),
        }
    }
    all
}

/// The kind of a frame, of a free one also by whether a free list has it; for a part the greatest kind of its frames
/// is drawn.
fn kind(view: &View, n: u32, tops: &[(u32, u32)], is_listed: impl FnOnce() -> bool) -> StretchKind {
    match view.frames.get(Pfn(n)).state {
        FrameUse::Hole => StretchKind::Hole,
        FrameUse::Free if tops.iter().any(|(first, len)| n >= *first && n - first < *len) => StretchKind::Top,
        FrameUse::Free if is_listed() => StretchKind::Gap,
        FrameUse::Free => StretchKind::Taken,
        FrameUse::Page => StretchKind::Page,
        FrameUse::Run { first } if view.runs.get(&first).is_some_and(|run| run.may_move()) => StretchKind::Segment,
        // Given, but not entered yet; or being moved away.
        FrameUse::Run { first } if !view.runs.contains_key(&first) => StretchKind::Taken,
        FrameUse::Run { .. } | FrameUse::Table { .. } | FrameUse::Reserved | FrameUse::Zero => StretchKind::Fixed,
    }
}
