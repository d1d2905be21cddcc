//! Where every segment goes when a heap is compacted: a plan, made before anything is moved.
//!
//! ```text
//! before  |AA..BBB..LL.C...D|      L is locked
//! below   |AABBBCD..LL......|      C and D are moved beneath it        above  |AA..BBB..LLCD....|
//! ```
//! Segments are taken in the order of memory, which is that of their age, and each goes as far down as it can: to what
//! was vacated before it, so that carrying out the moves one after the other never meets a used frame, and any first
//! part of them is a smaller compaction.

/// A segment of a heap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    pub at: u32,
    pub len: u32,
    /// The alignment that it was asked for with, in frames.
    pub align: u32,
    pub offset: u32,
    pub stays: Option<Stays>,
}

/// Why a segment stays where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stays {
    /// For a while: a device uses it.
    Locked,
    /// For ever.
    Unmovable,
}

/// A stretch of memory, from its first frame to its ceiling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    pub start: u32,
    pub end: u32,
    /// Everything below this frame stays where it is.
    pub from: u32,
}

/// How to compact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Way {
    /// Segments of this many frames or more go to multiples of it.
    pub large: u32,
    /// Segments may be put below a locked one.
    pub below: bool,
}

/// The move of one segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    pub from: u32,
    pub to: u32,
    pub len: u32,
}

/// Moves in the order in which to carry them out, and each stretch's top after them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    pub moves: Vec<Move>,
    pub tops: Vec<u32>,
}

impl Segment {
    fn end(&self) -> u32 {
        self.at + self.len
    }

    /// The first place at or above `from` that is aligned as it must be, and (if `large`) as it should be.
    fn up(&self, from: u32, large: u32) -> u32 {
        let align = if self.is_large(large) { self.align.max(large) } else { self.align };
        from + (self.offset.wrapping_sub(from) & (align - 1))
    }

    /// Whether the segment stands where large pages can map it, and is at least as long as one.
    pub fn is_large(&self, large: u32) -> bool {
        self.len >= large && self.offset == 0
    }

    /// Whether the segment is a large one that is off its alignment.
    pub fn is_degraded(&self, large: u32) -> bool {
        self.is_large(large) && !self.at.is_multiple_of(large)
    }
}

impl Plan {
    fn place(&mut self, segment: &Segment, to: u32) {
        if to != segment.at {
            self.moves.push(Move { from: segment.at, to, len: segment.len });
        }
    }
}

/// Plans to move everything down. Segments pass each other only into spaces that would stay empty: beneath one that
/// stays, or below a hole, where there is more than one stretch.
pub fn slide(stretches: &[Stretch], segments: &[Segment], way: Way) -> Plan {
    let mut plan = Plan { moves: Vec::new(), tops: stretches.iter().map(|stretch| stretch.start).collect() };
    let mut spaces: Vec<(u32, u32, usize)> = Vec::new();
    let (mut here, mut at) = (0, stretches[0].start);
    for segment in segments {
        while segment.at >= stretches[here].end {
            spaces.push((at, stretches[here].end, here));
            here += 1;
            at = stretches[here].start;
        }
        let kept = segment.at < stretches[here].from;
        if segment.stays.is_some() || kept {
            if at < segment.at && !kept && (way.below || segment.stays == Some(Stays::Unmovable)) {
                spaces.push((at, segment.at, here));
            }
            at = segment.end();
        } else if let Some((stretch, to)) = into_space(&mut spaces, segment, way.large) {
            plan.place(segment, to);
            plan.tops[stretch] = plan.tops[stretch].max(to + segment.len);
            continue;
        } else {
            // A segment that would have to go up to be aligned stays.
            let to = segment.up(at, way.large).min(segment.at);
            plan.place(segment, to);
            at = to + segment.len;
        }
        plan.tops[here] = plan.tops[here].max(at);
    }
    plan
}

/// The first space that a segment fits in, and its place there; the space is made smaller.
fn into_space(spaces: &mut Vec<(u32, u32, usize)>, segment: &Segment, large: u32) -> Option<(usize, u32)> {
    spaces.retain(|(start, end, _)| start < end);
    let fits = |(start, end, _): &(u32, u32, usize)| segment.up(*start, large).saturating_add(segment.len) <= *end;
    let found = spaces.iter().position(fits)?;
    let (start, _, stretch) = &mut spaces[found];
    let to = segment.up(*start, large);
    *start = to + segment.len;
    Some((*stretch, to))
}

/// Plans to keep the order and align large segments again, for which some must go up. `None`: there is no room for
/// that.
///
/// What goes down is moved first, lowest first; what goes up afterwards, highest first.
pub fn restore(stretches: &[Stretch], segments: &[Segment], large: u32) -> Option<Plan> {
    let mut plan = Plan { moves: Vec::new(), tops: stretches.iter().map(|stretch| stretch.start).collect() };
    let (mut here, mut at) = (0, stretches[0].start);
    for segment in segments {
        while segment.at >= stretches[here].end {
            here += 1;
            at = stretches[here].start;
        }
        let stays = segment.stays.is_some() || segment.at < stretches[here].from;
        let to = if stays { segment.at } else { segment.up(at, large) };
        if to < at || to + segment.len > stretches[here].end {
            return None;
        }
        plan.place(segment, to);
        at = to + segment.len;
        plan.tops[here] = at;
    }
    let (mut down, mut up): (Vec<Move>, Vec<Move>) = plan.moves.iter().partition(|step| step.to < step.from);
    up.reverse();
    down.append(&mut up);
    plan.moves = down;
    Some(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters are segments, lower case ones unmovable, L locked.
    fn segments(map: &str) -> Vec<Segment> {
        let mut found: Vec<Segment> = Vec::new();
        for (at, c) in map.bytes().enumerate().filter(|(_, c)| *c != b'.' && *c != b'|') {
            if at > 0 && map.as_bytes()[at - 1] == c {
                found.last_mut().expect("the frame before").len += 1;
                continue;
            }
            let stays = match c {
                b'L' => Some(Stays::Locked),
                _ => c.is_ascii_lowercase().then_some(Stays::Unmovable),
            };
            found.push(Segment { at: at as u32, len: 1, align: 1, offset: 0, stays });
        }
        found
    }

    /// Carries a plan out, frame by frame; every frame written must be free or the segment's own.
    fn carried_out(map: &str, plan: &Plan) -> String {
        let mut map: Vec<u8> = map.into();
        for Move { from, to, len } in &plan.moves {
            let (from, to, len) = (*from as usize, *to as usize, *len as usize);
            let segment = map[from..from + len].to_vec();
            map[from..from + len].fill(b'.');
            assert!(map[to..to + len].iter().all(|c| *c == b'.'), "{:?} to {to}", segment);
            map[to..to + len].copy_from_slice(&segment);
        }
        String::from_utf8(map).expect("letters")
    }

    /// `|` is a hole of one frame.
    fn stretches(map: &str) -> Vec<Stretch> {
        let mut start = 0;
        let each = map.split('|').map(|part| {
            let stretch = Stretch { start, end: start + part.len() as u32, from: start };
            start += part.len() as u32 + 1;
            stretch
        });
        each.collect()
    }

    fn slid(map: &str, large: u32, below: bool) -> String {
        let plan = slide(&stretches(map), &segments(map), Way { large, below });
        let after = carried_out(map, &plan);
        for (stretch, top) in stretches(map).iter().zip(&plan.tops) {
            let used = after[stretch.start as usize..stretch.end as usize].trim_end_matches('.').len();
            assert_eq!(stretch.start + used as u32, *top, "the top of {after}");
        }
        after
    }

    #[test]
    fn segments_slide_down_in_their_order() {
        assert_eq!(slid("AA..BBB.C..D...", 99, true), "AABBBCD........");
    }

    #[test]
    fn beneath_a_locked_one_or_only_above_it() {
        assert_eq!(slid("AA..BBB..LL.C...D", 99, true), "AABBBCD..LL......");
        assert_eq!(slid("AA....LL.CCC.DD..", 99, true), "AACCC.LLDD.......");
        assert_eq!(slid("AA....LL.CCC.D...", 99, true), "AACCCDLL.........");
        assert_eq!(slid("AA....LL.CCC.D...", 99, false), "AA....LLCCCD.....");
        assert_eq!(slid("AA...z.CCC.D.....", 99, false), "AACCCzD..........", "it will never go");
    }

    #[test]
    fn across_a_hole() {
        assert_eq!(slid("AA..B...|CCCC.DD..", 99, true), "AABCCCC.|DD.......");
    }

    #[test]
    fn aligned_or_not() {
        assert_eq!(slid("A..BCCCC.DDDD...", 4, true), "AB..CCCCDDDD....");
        assert_eq!(slid("A..BCCCC.DDDD...", 99, true), "ABCCCCDDDD......");
        assert_eq!(slid(".AACCCC..D......", 4, true), "AA.CCCCD........", "up it does not go");
    }

    #[test]
    fn restored_upwards() {
        let restored = |map: &str| restore(&stretches(map), &segments(map), 4).map(|plan| carried_out(map, &plan));
        assert_eq!(restored("ABCCCCDDDDE........"), Some("AB..CCCCDDDDE......".into()));
        assert_eq!(restored("ABCCCCDDDDE."), None);
        assert_eq!(restored("ABCCCCDLE..........."), None, "it would have to pass the locked one");
        assert_eq!(restored("A...BCCCCLE........."), Some("AB..CCCC.LE.........".into()));
    }
}
