//! A zone as heaps that grow upwards: its contents as stretches of one kind from bottom to top.

use crate::dto::StretchKind;
use pageturner::lab::time::view::View;
use pageturner::units::Pfn;
use pageturner::vocabulary::frame::FrameUse;
use std::ops::Range;

/// At most this many stretches describe a zone: a picture is some hundreds of pixels wide.
const PARTS: u32 = 360;
/// At most this many frames are examined for one part.
const SAMPLES: u32 = 16;

/// First frame, length and kind of each stretch; in small memories every segment is one of its own. `tops`: the free
/// runs at the tops of the heaps.
pub fn stretches(view: &View, start: u32, end: u32, tops: &[(u32, u32)]) -> Vec<(u32, u32, StretchKind)> {
    let part = (end - start).div_ceil(PARTS).max(1);
    let mut all: Vec<(u32, u32, StretchKind)> = Vec::new();
    let mut free = Free { view, last: 0..0, listed: true };
    for first in (start..end).step_by(part as usize) {
        let len = part.min(end - first);
        let samples = (first..first + len).step_by(len.div_ceil(SAMPLES) as usize);
        let kind = samples.map(|n| kind(&mut free, n, tops)).max().unwrap_or(StretchKind::Hole);
        let begins = part == 1 && view.frames.get(Pfn(first)).state == FrameUse::Run { first: Pfn(first) };
        match all.last_mut().filter(|last| last.2 == kind && !begins) {
            Some(last) => last.1 += len,
            None => all.push((first, len, kind)),
        }
    }
    all
}

/// The kind of a frame; for a part the greatest kind of its frames is drawn.
fn kind(free: &mut Free, n: u32, tops: &[(u32, u32)]) -> StretchKind {
    let view = free.view;
    match view.frames.get(Pfn(n)).state {
        FrameUse::Hole => StretchKind::Hole,
        FrameUse::Free if tops.iter().any(|(first, len)| n >= *first && n - first < *len) => StretchKind::Top,
        FrameUse::Free if free.lists(n) => StretchKind::Gap,
        FrameUse::Free => StretchKind::Taken,
        FrameUse::Page => StretchKind::Page,
        FrameUse::Run { first } if view.runs.get(&first).is_some_and(|run| run.may_move()) => StretchKind::Segment,
        // Given, but not entered yet; or being moved away.
        FrameUse::Run { first } if !view.runs.contains_key(&first) => StretchKind::Taken,
        FrameUse::Run { .. } | FrameUse::Table { .. } | FrameUse::Reserved | FrameUse::Zero => StretchKind::Fixed,
    }
}

/// Which free frames a free list has: inside a command some have just been taken, or are about to be given back.
struct Free<'a> {
    view: &'a View,
    /// The frames that the last answer holds for.
    last: Range<u32>,
    listed: bool,
}

impl Free<'_> {
    /// Whether a list has this free frame. Frames are asked for in rising order.
    fn lists(&mut self, n: u32) -> bool {
        if !self.last.contains(&n) {
            let run = |n: u32| self.view.free().run_at(Pfn(n)).map(|(len, _)| n..n + len);
            let free = |n: &u32| self.view.frames.get(Pfn(*n)).state == FrameUse::Free;
            // Below a frame that is in no run none can begin that holds this one.
            let lowest = if self.listed { 0 } else { self.last.end };
            let found = (lowest..=n).rev().take_while(free).find_map(run).filter(|run| run.contains(&n));
            self.listed = found.is_some();
            self.last = found.unwrap_or(n..n + 1);
        }
        self.listed
    }
}
