//! Commands and events, and the search of the reverse map that is under way.

use super::Subject;
use pageturner::lab::tell::phase::Phase;
use pageturner::vocabulary::command::CommandKind;
use pageturner::vocabulary::show::Panel;
use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A command.
    struct StepDto {
        index: u32,
        /// In the script's language, with its variables where they are known: `shell.touch(a + PAGE)`.
        text: String,
        /// The answer, as 0x7ffff7ff6000, ENOMEM, pid 2; empty if there is nothing to say.
        reply: String,
        failed: bool,
        kind: CommandKind,
        /// It only addresses the reader: a note, a question, an expectation.
        speaks: bool,
        /// The text of notes, questions and expectations.
        note: String,
        answer: Option<String>,
        /// A note about the command after it, instead of the one before.
        before: bool,
        /// What the page is to show.
        show: Option<ShowDto>,
        /// What is drawn below a note.
        chart: Option<ChartDto>,
        line: Option<u32>,
        column: Option<u32>,
        first_event: u32,
        end_event: u32,
    }

    /// What the page is to show with the note before. Things are named as in notes: `page 1 0x7ffff7ff6000`.
    struct ShowDto {
        select: Option<String>,
        point: Vec<String>,
        /// The first frame and how many; null: all.
        zoom: Option<[u32; 2]>,
        open: Vec<Panel>,
        fold: Vec<Panel>,
        counter: Option<String>,
    }

    /// A chart: curves over 0, 1, 2 and so on of `along`, or else bars with whiskers.
    struct ChartDto {
        title: String,
        along: Option<String>,
        /// Whether it is of other machines, and stands in place of this one's map.
        elsewhere: bool,
        /// What is marked in the rows' memories.
        marked: Option<String>,
        /// The values at the ends of the bars' scale.
        from: f64,
        to: f64,
        rows: Vec<ChartRowDto>,
    }

    /// A row of a chart: all its values, and five numbers that sum them up.
    struct ChartRowDto {
        name: String,
        values: Vec<f64>,
        /// Of points: where each stands along `along`.
        at: Option<Vec<f64>>,
        min: f64,
        /// The lower quartile.
        q1: f64,
        median: f64,
        /// The upper quartile.
        q3: f64,
        max: f64,
        /// One machine's frames, a character each: `.` free, `#` in use, `*` marked.
        memory: Option<String>,
    }

    /// One micro-step, worded for a student.
    struct EventDto {
        index: u32,
        kind: &'static str,
        text: String,
        /// What it is about, for linking.
        subject: Option<Subject>,
        /// The frames and pages that it reads or changes: to be marked on the map and in the processes.
        marks: Vec<Subject>,
        /// The part of its command that it belongs to.
        #[tsify(type = "string")]
        phase: Phase,
        /// It begins a group of events of one phase.
        first: bool,
        /// It says best what its group does.
        names: bool,
    }

    /// The search that the reverse map is in the middle of: what the last event, and those before it, visited.
    struct SearchDto {
        /// The frame looked for.
        pfn: u32,
        /// The page whose PTE is being visited.
        page: Option<(u32, u64)>,
        /// The pages visited before it, the latest first, at most 500.
        seen: Vec<(u32, u64)>,
        /// The VMA that is being visited.
        vma: Option<u32>,
        /// The process all of whose tables are being searched.
        process: Option<u32>,
        /// The PTE being visited maps the frame.
        found: bool,
        /// The frame, mapped by the PTE being visited, for which the consistency check has just found a wrong pair.
        stale: Option<u32>,
    }

    struct MappingDto { pid: u32, vpn: u64, addr: String, vma: Option<u32>, writable: bool, dirty: bool, accessed: bool }
}
