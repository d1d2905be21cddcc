//! The picture: columns of references, rows of frames, and the names of pages in it.

use super::moves::{Map, Moves, Step, under_way};
use super::{Each, Found, Totals, begun};
use crate::lab::tell::text::vma_name;
use crate::lab::time::session::Session;
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::frame::FrameUse;

/// At most this many frames: of more, those that were used last.
const MOST_ROWS: usize = 40;
/// At most this many events are made again for the picture, unless one reference has more.
const MOST_EVENTS: u32 = 1 << 17;

/// References and the frames after each.
#[derive(Clone, PartialEq, Debug)]
pub struct References {
    pub pid: Pid,
    /// All that the process has made up to the cursor.
    pub totals: Totals,
    /// Those in the picture, in order; the last that has been made or begun is number `current`.
    pub columns: Vec<Reference>,
    pub current: usize,
    /// Frames that hold pages of the process, in the order in which they were first filled, as far back as that was
    /// looked up; before them, lowest first, those that were filled earlier.
    pub rows: Vec<Row>,
    /// Frames that are left out, since others were used after them.
    pub more_rows: u32,
    /// Where the pages are, if there is more than one area: the names of their pages begin with the area's letters.
    pub areas: Vec<Area>,
}

/// A reference: a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The number of its command.
    pub step: u32,
    pub vpn: Vpn,
    /// Its page's name: its number within its VMA.
    pub page: String,
    pub writes: bool,
    /// `None`: it is yet to come.
    pub hit: Option<bool>,
    /// The pages that went meanwhile.
    pub victims: Vec<String>,
    /// The row of the frame where the page is then.
    pub row: Option<usize>,
}

/// A frame: a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub frame: Pfn,
    /// The page that it held before the first reference in the picture.
    pub before: Option<String>,
    /// After each reference that has been made or begun.
    pub cells: Vec<Cell>,
}

/// A frame after a reference.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// The name of the page that it holds.
    pub page: Option<String>,
    /// It was not there after the reference before.
    pub came: bool,
}

/// A VMA with pages in the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    /// What the names of its pages begin with.
    pub letters: String,
    pub name: String,
    pub start: Vpn,
}

/// Draws the last of the references that are done, `shown` of them, and those that are `next`; the rest of `done` tells
/// the order of rows.
pub(super) fn draw(
    (session, each): (&Session, Each<'_>),
    moves: &mut Moves,
    (done, shown): (&[Found], usize),
    next: &[Found],
    totals: Totals,
) -> Option<References> {
    let cursor = session.cursor();
    let done = affordable(session, done);
    let (first, pid) = (done.first()?.step, done.first()?.pid);
    let inside = begun(session) > cursor.step;
    let mut steps: Vec<&Step> = moves.of((session, each), pid, first..cursor.step).iter().collect();
    let half = if inside { under_way((session, each), pid) } else { Step::default() };
    if inside {
        steps.push(&half);
    }
    let mut tracks = Tracks::at_start(session.view(), pid, &steps);
    let mut shown = done[done.len().saturating_sub(shown)..].iter().peekable();
    let mut found = Vec::new();
    for (at, step) in (first..).zip(&steps) {
        let one = shown.next_if(|one| one.step == at);
        if one.is_some() && found.is_empty() {
            tracks.note();
        }
        tracks.apply(step);
        let Some(one) = one else { continue };
        let frame = tracks.used(one.vpn);
        tracks.note();
        let missed = step.missed(one.vpn);
        let went: Vec<Vpn> = step.went().collect();
        found.push((*one, Some(!missed), went, frame));
    }
    let current = found.len().checked_sub(1)?;
    found.extend(next.iter().map(|one| (*one, None, Vec::new(), None)));
    let (tracks, more_rows) = tracks.chosen();
    let in_cells = tracks.iter().flat_map(|track| &track.cells).flatten();
    let all = found.iter().flat_map(|(one, _, went, _)| std::iter::once(&one.vpn).chain(went)).chain(in_cells);
    let names = Names::of(session.view(), pid, all);
    let columns = found.into_iter().map(|(one, hit, went, frame)| Reference {
        step: one.step,
        vpn: one.vpn,
        page: names.name(one.vpn),
        writes: one.writes,
        hit,
        victims: went.into_iter().map(|vpn| names.name(vpn)).collect(),
        row: tracks.iter().position(|track| Some(track.frame) == frame),
    });
    let (columns, rows) = (columns.collect(), tracks.iter().map(|track| row(track, &names)).collect());
    Some(References { pid, totals, columns, current, rows, more_rows, areas: names.into_areas() })
}

/// As many of the last references as can be read again soon.
fn affordable<'a>(session: &Session, done: &'a [Found]) -> &'a [Found] {
    let end = session.cursor().event;
    let far = |one: &Found| end - session.events_of(one.step).start > MOST_EVENTS;
    let dear = done.iter().take_while(|one| far(one)).count();
    &done[dear.min(done.len() - 1)..]
}

fn row(track: &Track, names: &Names) -> Row {
    let cells = track
        .cells
        .windows(2)
        .map(|two| Cell { page: two[1].map(|vpn| names.name(vpn)), came: two[1].is_some() && two[0] != two[1] });
    Row { frame: track.frame, before: track.cells[0].map(|vpn| names.name(vpn)), cells: cells.collect() }
}

/// A frame while the picture is drawn.
#[derive(Clone, Debug)]
struct Track {
    frame: Pfn,
    /// The page in it now, and at each note: before the first column, and after each.
    held: Option<Vpn>,
    cells: Vec<Option<Vpn>>,
    /// The number of notes when something happened in it last.
    used: usize,
}

/// All frames that hold pages of the process, or held any.
#[derive(Debug)]
struct Tracks<'a> {
    view: &'a View,
    all: Vec<Track>,
    /// Where each frame is in `all`.
    of: Map,
    notes: usize,
}

impl<'a> Tracks<'a> {
    /// Before the first of these commands: what is there now, with all that they moved taken back.
    fn at_start(view: &'a View, pid: Pid, steps: &[&Step]) -> Tracks<'a> {
        let mut held = Map::new();
        view.each_pte(pid, &mut |mapping| {
            if let Some(pfn) = view.decode(&mapping).pfn().filter(|_| mapping.level == 0) {
                held.insert(pfn.0.into(), mapping.vpn.0);
            }
        });
        for step in steps.iter().rev() {
            step.came().for_each(|(_, pfn)| _ = held.remove(&pfn.0.into()));
            step.left().for_each(|(vpn, pfn)| _ = held.insert(pfn.0.into(), vpn.0));
        }
        let mut tracks = Tracks { view, all: Vec::new(), of: Map::new(), notes: 0 };
        held.into_iter().for_each(|(pfn, vpn)| tracks.put(Pfn(pfn as u32), Some(Vpn(vpn))));
        tracks
    }

    /// A frame holds another page, or none.
    fn put(&mut self, frame: Pfn, page: Option<Vpn>) {
        // The page of zeroes and given runs are nobody's to replace.
        if matches!(self.view.frames.get(frame).state, FrameUse::Zero | FrameUse::Run { .. }) {
            return;
        }
        let n = *self.of.entry(frame.0.into()).or_insert(self.all.len() as u64) as usize;
        if n == self.all.len() {
            self.all.push(Track { frame, held: None, cells: vec![None; self.notes], used: 0 });
        }
        (self.all[n].held, self.all[n].used) = (page, self.notes);
    }

    /// Goes on by a command.
    fn apply(&mut self, step: &Step) {
        step.left().for_each(|(_, pfn)| self.put(pfn, None));
        step.came().for_each(|(vpn, pfn)| self.put(pfn, Some(vpn)));
    }

    /// A page is used; returns the frame that holds it.
    fn used(&mut self, page: Vpn) -> Option<Pfn> {
        let track = self.all.iter_mut().find(|track| track.held == Some(page))?;
        track.used = self.notes;
        Some(track.frame)
    }

    /// Notes what every frame holds.
    fn note(&mut self) {
        self.all.iter_mut().for_each(|track| track.cells.push(track.held));
        self.notes += 1;
    }

    /// The frames that have a row, in order, and how many have none though they hold pages.
    fn chosen(self) -> (Vec<Track>, u32) {
        let mut all = self.all;
        all.retain(|track| track.cells[1..].iter().any(Option::is_some));
        let used_since = |note: usize| all.iter().filter(|track| track.used >= note).count();
        let since = (0..=self.notes).find(|note| used_since(*note) <= MOST_ROWS).unwrap_or(self.notes);
        let before = all.len();
        if used_since(since) > 0 {
            all.retain(|track| track.used >= since);
        }
        // More than there is room for were used at once.
        all.truncate(MOST_ROWS);
        let left_out = before - all.len();
        (all, left_out as u32)
    }
}

/// How the pages in the picture are called: by their number within their VMA, after its letters if there are several.
#[derive(Debug)]
struct Names {
    areas: Vec<Area>,
    /// Where the VMA of each page starts.
    places: Map,
}

impl Names {
    /// Those of some pages of a process.
    fn of<'a>(view: &View, pid: Pid, pages: impl Iterator<Item = &'a Vpn>) -> Names {
        let (mut places, mut areas): (Map, Vec<Area>) = Default::default();
        for vpn in pages {
            if places.contains_key(&vpn.0) {
                continue;
            }
            let vma = view.vma(pid, *vpn);
            let start = vma.map_or(Vpn(0), |vma| vma.start);
            places.insert(vpn.0, start.0);
            if !areas.iter().any(|area| area.start == start) {
                let named = vma.map(|vma| vma_name(view, vma)).filter(|name| !name.is_empty());
                let at = || format!("from {}", view.geometry().addr(start));
                let name = named.unwrap_or_else(|| vma.map_or("no longer mapped".into(), |_| at()));
                areas.push(Area { letters: letters(areas.len()), name, start });
            }
        }
        Names { areas, places }
    }

    fn name(&self, vpn: Vpn) -> String {
        let start = self.places.get(&vpn.0).copied().unwrap_or_default();
        let area = self.areas.iter().find(|area| area.start.0 == start && self.areas.len() > 1);
        format!("{}{}", area.map_or("", |area| area.letters.as_str()), vpn.0 - start)
    }

    /// The areas, if there are several.
    fn into_areas(self) -> Vec<Area> {
        if self.areas.len() > 1 { self.areas } else { Vec::new() }
    }
}

/// a, b, … z, aa, ab, …
fn letters(n: usize) -> String {
    let last = char::from(b'a' + (n % 26) as u8);
    if n < 26 { last.to_string() } else { format!("{}{last}", letters(n / 26 - 1)) }
}
