//! The machine for a reader at a terminal: a map of physical memory, the processes with their VMAs, the counters.

use super::words::count;
use crate::alloc::describe::{Pieces, list_label, pieces};
use crate::hw::pte::Pte;
use crate::lab::measure::lengths::Asked;
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::object::ObjectKind;
use crate::vocabulary::vma::{Vma, VmaFlags};
use std::fmt::Write;
use std::ops::Range;

/// Cells of a row of the map.
const ROW: usize = 64;
/// At most this many rows; beyond it a cell stands for more than one frame.
const ROWS: u32 = 256;

/// Letters and what they stand for, in the order of the legend.
const LEGEND: [(char, &str); 12] = [
    ('.', "free"),
    ('a', "anonymous"),
    ('A', "anonymous, shared by several PTEs"),
    ('M', "merged"),
    ('f', "file"),
    ('m', "shared memory"),
    ('c', "swap or page cache, not mapped"),
    ('T', "page table"),
    ('k', "kernel run"),
    ('0', "page of zeroes"),
    ('#', "reserved"),
    (' ', "hole"),
];

/// The map of physical memory, 64 cells a row with the number of the row's first frame, and a legend of what occurs.
/// In a machine of more than 16384 frames a cell stands for several. Equal rows in a row are drawn once.
pub fn memory_map(view: &View) -> String {
    let frames = view.frames.studied();
    let per_cell = (frames as usize).div_ceil(ROW * ROWS as usize).next_power_of_two();
    let of_cell = |first: u32| first..frames.min(first + per_cell as u32);
    let cells: Vec<char> = (0..frames).step_by(per_cell).map(|first| cell(view, of_cell(first))).collect();
    let rows: Vec<String> = cells.chunks(ROW).map(|row| row.iter().collect()).collect();
    let width = frames.to_string().len();

    let mut out = head(view, per_cell);
    let mut at = 0;
    while at < rows.len() {
        writeln!(out, "{:>width$} |{}|", at * ROW * per_cell, rows[at]).expect("writing to a string");
        let same = rows[at..].iter().take_while(|row| **row == rows[at]).count();
        match same {
            1 => {}
            2 => writeln!(out, "{:>width$} |{}|", (at + 1) * ROW * per_cell, rows[at]).expect("writing to a string"),
            _ => writeln!(out, "{:>width$} |  … {} more such rows", "", same - 1).expect("writing to a string"),
        }
        at += same;
    }
    let legend = LEGEND.iter().filter(|(letter, _)| cells.contains(letter));
    let words: Vec<String> = legend
        .map(|(letter, word)| if *letter == ' ' { format!("blank {word}") } else { format!("{letter} {word}") })
        .collect();
    writeln!(out, "{:>width$}  {}", "", words.join(" · ")).expect("writing to a string");
    out.push_str(&pool(view));
    out
}

/// What the kernel's own frames are used for, in one line; empty where they are among all others.
fn pool(view: &View) -> String {
    if view.frames.len() == view.frames.studied() {
        return String::new();
    }
    let mut uses = [0u32; LEGEND.len()];
    for (_, frame) in view.frames.pool_in_use() {
        let letter = letter(view, *frame);
        uses[LEGEND.iter().position(|(l, _)| *l == letter).expect("every letter is in the legend")] += 1;
    }
    let used = LEGEND.iter().zip(uses).filter(|(_, n)| *n > 0);
    let words: Vec<String> = used.map(|((letter, word), n)| format!("{n} {letter} {word}")).collect();
    format!("Kernel's own frames, apart from these: {}\n", words.join(" · "))
}

fn head(view: &View, per_cell: usize) -> String {
    let config = &view.config;
    let bytes = u64::from(config.frames) * view.geometry().page_size();
    let size = match bytes {
        b if b >= 1 << 30 && b.is_multiple_of(1 << 20) => format!("{} MiB", b >> 20),
        b if b >= 1 << 20 => format!("{:.1} MiB", b as f64 / (1 << 20) as f64),
        b if b >= 10 << 10 => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    };
    let cells = if per_cell > 1 {
        format!("; a cell is {per_cell} frames and shows the most common use but free")
    } else {
        String::new()
    };
    format!("Memory: {} ({size}), {} free{cells}\n", count(u64::from(config.frames), "frame"), view.free_frames())
}

/// One letter for a few frames: the most common use, free only if all are.
fn cell(view: &View, frames: Range<u32>) -> char {
    if frames.len() == 1 {
        return letter(view, view.frames.get(Pfn(frames.start)));
    }
    let mut counts = [0u32; LEGEND.len()];
    for n in frames {
        let letter = letter(view, view.frames.get(Pfn(n)));
        counts[LEGEND.iter().position(|(l, _)| *l == letter).expect("every letter is in the legend")] += 1;
    }
    let most = (1..LEGEND.len()).rev().max_by_key(|i| counts[*i]).unwrap_or(0);
    LEGEND[if counts[most] == 0 { 0 } else { most }].0
}

fn letter(view: &View, frame: Frame) -> char {
    match frame.state {
        FrameUse::Free => '.',
        FrameUse::Hole => ' ',
        FrameUse::Reserved => '#',
        FrameUse::Zero => '0',
        FrameUse::Table { .. } => 'T',
        FrameUse::Run { .. } => 'k',
        FrameUse::Page if frame.mapcount == 0 => 'c',
        FrameUse::Page => match frame.mapping {
            Owner::Object(id) => match view.objects.get(&id).map(|object| &object.info.kind) {
                Some(ObjectKind::File(_)) => 'f',
                Some(ObjectKind::Shmem | ObjectKind::Shm(_)) | None => 'm',
            },
            Owner::Ksm(_) => 'M',
            Owner::Anon(_) | Owner::None if frame.mapcount > 1 => 'A',
            Owner::Anon(_) | Owner::None => 'a',
        },
    }
}

/// Pages of a process by where they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PageCounts {
    /// Pages in a frame, the page of zeroes and runs not counted: the resident set.
    pub resident: u64,
    pub zero: u64,
    pub swapped: u64,
}

/// Counts a process's pages.
pub fn pages_of(view: &View, pid: Pid) -> PageCounts {
    let mut pages = PageCounts::default();
    view.each_pte(pid, &mut |mapping| match view.decode(&mapping) {
        Pte::Mapped { pfn, .. } => {
            let state = view.frames.get(pfn).state;
            pages.zero += u64::from(state == FrameUse::Zero);
            pages.resident += u64::from(state == FrameUse::Page);
        }
        Pte::Swapped { .. } => pages.swapped += 1,
        Pte::Empty => {}
    });
    pages
}

/// Frames that hold a process's page tables.
pub fn tables_of(view: &View, pid: Pid) -> u64 {
    view.frames.used().filter(|(_, frame)| matches!(frame.state, FrameUse::Table { pid: p, .. } if p == pid)).count()
        as u64
}

/// The processes with their VMAs, as `/proc/PID/maps` would list them.
pub fn processes(view: &View) -> String {
    let mut out = String::new();
    if view.spaces.is_empty() {
        out.push_str("No processes.\n");
    }
    for process in view.processes() {
        let pages = pages_of(view, process.pid);
        let name = if process.name.is_empty() { String::new() } else { format!(" {}", process.name) };
        writeln!(
            out,
            "Process {}{name}: {} resident, {} zero, {} swapped; {}",
            process.pid,
            pages.resident,
            pages.zero,
            pages.swapped,
            count(tables_of(view, process.pid), "page table")
        )
        .expect("writing to a string");
        for vma in view.vmas_of(process.pid) {
            writeln!(out, "  {}", vma_line(view, vma)).expect("writing to a string");
        }
    }
    out
}

/// A VMA as a line of `/proc/PID/maps`, with its size in pages.
pub fn vma_line(view: &View, vma: &Vma) -> String {
    let geometry = view.geometry();
    let (start, end) = (geometry.addr(vma.start).0, geometry.addr(vma.end).0);
    let share = if vma.is_private() { 'p' } else { 's' };
    let name = vma_name(view, vma);
    let line = format!("{start:08x}-{end:08x} {}{share} {:>6} {name}", vma.prot, count(vma.pages(), "page"));
    line.trim_end().to_string()
}

/// What a VMA is called in `/proc/PID/maps`: its file (`a (deleted)` if unlinked), `[heap]`, `[stack]`, `[shared]`,
/// `[run]` or nothing.
pub fn vma_name(view: &View, vma: &Vma) -> String {
    let file = vma.object.and_then(|id| view.objects.get(&id)).map(|object| &object.info);
    let heap = view.process(vma.pid).is_some_and(|process| {
        let geometry = view.geometry();
        geometry.addr(vma.start) < process.brk && geometry.addr(vma.end) > process.brk_start
    });
    match file.map(|info| (info.kind.name(), info.unlinked)) {
        Some((Some(name), false)) => name.into(),
        Some((Some(name), true)) => format!("{name} (deleted)"),
        Some((None, _)) => "[shared]".into(),
        None if vma.flags.contains(VmaFlags::RUN) => "[run]".into(),
        None if heap => "[heap]".into(),
        None if vma.flags.contains(VmaFlags::GROWSDOWN) => "[stack]".into(),
        None => String::new(),
    }
}

/// Free blocks and swap in a line each.
pub fn resources(view: &View) -> String {
    let mut out = String::new();
    let zones = view.config.effective_zones();
    for (n, zone) in zones.iter().enumerate() {
        let lists = view.free().nonempty().filter(|id| usize::from(id.zone) == n);
        let what = if pieces(&view.config) == Pieces::Blocks { "blocks" } else { "runs" };
        let words: Vec<String> =
            lists.map(|id| format!("{} {}", view.free().runs(id), list_label(&view.config, id))).collect();
        let words = if words.is_empty() { "none".into() } else { words.join(", ") };
        writeln!(out, "Free {what} in zone {}: {words}", zone.name).expect("writing to a string");
    }
    let used = view.slots.iter().filter(|slot| !slot.is_free()).count();
    writeln!(out, "Swap: {used} of {} in use", count(view.slots.len() as u64, "slot")).expect("writing to a string");
    out
}

/// The counters that are not zero, a line each.
pub fn counters(view: &View) -> String {
    let mut out = String::from("Counters:");
    let counted = crate::lab::measure::tally::Tally::NAMES
        .iter()
        .filter_map(|name| view.tally.get(name).filter(|n| *n > 0).map(|n| (name, n)));
    let words: Vec<String> = counted.map(|(name, n)| format!("{name} {n}")).collect();
    let mut width = out.len();
    for (n, word) in words.iter().enumerate() {
        let comma = if n + 1 < words.len() { "," } else { "" };
        if width + word.len() + 2 > 110 {
            out.push_str("\n   ");
            width = 3;
        }
        write!(out, " {word}{comma}").expect("writing to a string");
        width += word.len() + 2;
    }
    out + if words.is_empty() { " all zero\n" } else { "\n" }
}

/// How often the allocator was asked for each length, a line each, the shortest first; empty if it was not asked.
pub fn requests(view: &View) -> String {
    let lengths = view.tally.lengths();
    let all: u64 = lengths.iter().map(|of| of.asked).sum();
    let mut out = String::from(if all > 0 { "Requests by length:\n" } else { "" });
    for Asked { from, to, asked, missed } in lengths {
        let frames = if from == to { count(from.into(), "frame") } else { format!("{from}-{to} frames") };
        let share = asked as f64 * 100.0 / all as f64;
        let missed = if missed > 0 { format!(", {missed} missed") } else { String::new() };
        writeln!(out, "{frames:>16} {asked:8} ({share:.2} %){missed}").expect("writing to a string");
    }
    out
}

/// Everything: map, processes, free blocks, swap, counters.
pub fn summary(view: &View) -> String {
    [memory_map(view), processes(view), resources(view), counters(view)].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Hole};
    use crate::lab::time::session::Session;
    use crate::vocabulary::command::Command;
    use crate::vocabulary::request::Request;

    fn session(config: Config, pages: u32) -> Session {
        let mut session = Session::new(config).expect("a proper machine");
        session.run(Command::Alloc(Request::of(pages))).expect("a proper command");
        session
    }

    #[test]
    fn a_map_shows_holes_and_reserved_frames_and_draws_equal_rows_once() {
        let holes = vec![Hole { start: 128, frames: 8 }];
        let session = session(Config { frames: 512, reserved: 2, holes, ..Config::default() }, 4);
        let map = memory_map(session.view());
        let rows: Vec<&str> = map.lines().collect();
        assert_eq!(rows[0], "Memory: 512 frames (2.0 MiB), 497 free");
        assert!(
            rows[1].starts_with("  0 |##0.kkkk")
                && rows[2].starts_with(" 64 |....")
                && rows[3].starts_with("128 |        ....")
        );
        assert_eq!(rows[5], "    |  … 4 more such rows");
        assert_eq!(rows[6], "     . free · k kernel run · 0 page of zeroes · # reserved · blank hole");
        assert_eq!(rows.len(), 7);
    }

    #[test]
    fn a_cell_of_a_large_machine_stands_for_several_frames() {
        let session = session(Config { frames: 1 << 20, ..Config::default() }, 1024);
        let map = memory_map(session.view());
        assert!(map.starts_with("Memory: 1048576 frames (4096 MiB), 1047551 free; a cell is 64 frames"), "{map}");
        assert!(map.lines().count() < 10 && map.contains(&format!("|0{}{}", ".".repeat(15), "k".repeat(16))), "{map}");
    }

    #[test]
    fn a_machine_without_processes_says_so() {
        let session = Session::new(Config::classroom()).expect("a proper machine");
        let text = summary(session.view());
        assert!(text.contains("No processes.\n") && text.contains("Counters: all zero\n"), "{text}");
    }
}
