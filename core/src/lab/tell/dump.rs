//! The machine's state as JSON Lines for other programs: one object a line, numbers of pages and frames in decimal.
//! Documented in `docs/recording.md`.

use super::placed::{list, nearest};
use super::words::vma_flag_names;
use crate::hw::pte::Pte;
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::free_lists::ListId;
use crate::vocabulary::vma::{Vma, VmaFlags};
use serde::Serialize;
use std::str::FromStr;

/// What can be dumped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dump {
    /// Per process, its VMAs: `[start_page, end_page, "rw-", pgoff]`, and a list of flags if there are any to show.
    Vmas,
    /// Per process, its pages: `[vpn, "frame" | "zero" | "swap", number]`.
    Pagemap,
    /// Frames in use.
    Frames,
    /// Per mapped frame, the `[pid, vpn]` of every PTE that maps it.
    Rmap,
    /// Free lists, each from its head.
    Free,
    /// Swap slots in use: `[slot, count, frame or null]`.
    Slots,
}

impl Dump {
    /// The names, in the order of the variants.
    pub const NAMES: [&str; 6] = ["vmas", "pagemap", "frames", "rmap", "free", "slots"];
}

impl FromStr for Dump {
    type Err = String;
    fn from_str(name: &str) -> Result<Dump, String> {
        Ok(match name {
            "vmas" => Dump::Vmas,
            "pagemap" => Dump::Pagemap,
            "frames" => Dump::Frames,
            "rmap" => Dump::Rmap,
            "free" => Dump::Free,
            "slots" => Dump::Slots,
            _ => {
                let meant =
                    nearest(name, Dump::NAMES).map(|near| format!(" did you mean `{near}`?")).unwrap_or_default();
                return Err(format!("there is no dump `{name}`;{meant} there are {}", list(&Dump::NAMES)));
            }
        })
    }
}

/// One JSON object whose fields stay in the order they were given in.
#[derive(Clone, Debug, Default)]
pub struct JsonLine(String);

impl JsonLine {
    /// An object without fields.
    pub fn new() -> JsonLine {
        JsonLine::default()
    }

    /// Adds a field.
    pub fn field(mut self, name: &str, value: impl Serialize) -> JsonLine {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0 += &serde_json::to_string(name).expect("text is JSON");
        self.0.push(':');
        self.0 += &serde_json::to_string(&value).expect("states have only string keys");
        self
    }

    /// The object's text.
    pub fn end(self) -> String {
        if self.0.is_empty() { "{}".into() } else { self.0 + "}" }
    }
}

/// The lines of one dump, without their line ends; `after` is the number of commands that were run before.
pub fn dump(view: &View, what: Dump, after: u32) -> Vec<String> {
    let line = |name: &str| JsonLine::new().field("dump", name).field("after", after);
    let pids = || view.spaces.keys().copied();
    match what {
        Dump::Vmas => pids().map(|pid| line("vmas").field("pid", pid).field("vmas", vmas(view, pid)).end()).collect(),
        Dump::Pagemap => {
            pids().map(|pid| line("pagemap").field("pid", pid).field("pages", pages(view, pid)).end()).collect()
        }
        Dump::Frames => vec![line("frames").field("frames", frames(view)).end()],
        Dump::Rmap => vec![line("rmap").field("rmap", rmap(view)).end()],
        Dump::Free => vec![line("free").field("frames", view.free_frames()).field("lists", free(view)).end()],
        Dump::Slots => vec![line("slots").field("slots", slots(view)).end()],
    }
}

/// All other flags of a VMA appear in its fields, or were never part of this dump.
const SHOWN: VmaFlags = VmaFlags::all()
    .difference(VmaFlags::SHARED.union(VmaFlags::GROWSDOWN).union(VmaFlags::NORESERVE).union(VmaFlags::ACCOUNT))
    .difference(VmaFlags::LOCKED.union(VmaFlags::MERGEABLE).union(VmaFlags::RUN));

/// A VMA, with a fifth element only if it has flags to show.
#[derive(Serialize)]
#[serde(untagged)]
enum VmaRow {
    Plain(u64, u64, String, u64),
    Flagged(u64, u64, String, u64, Vec<&'static str>),
}

fn vmas(view: &View, pid: Pid) -> Vec<VmaRow> {
    let row = |vma: &Vma| {
        let (start, end, prot, pgoff) = (vma.start.0, vma.end.0, vma.prot.to_string(), vma.pgoff);
        match vma_flag_names(vma.flags & SHOWN) {
            names if names.is_empty() => VmaRow::Plain(start, end, prot, pgoff),
            names => VmaRow::Flagged(start, end, prot, pgoff, names),
        }
    };
    view.vmas_of(pid).map(row).collect()
}

fn pages(view: &View, pid: Pid) -> Vec<(u64, &'static str, u32)> {
    let mut pages = Vec::new();
    view.each_page(pid, &mut |mapping, pte| match pte {
        Pte::Mapped { pfn, .. } => {
            let zero = view.frames.get(pfn).state == FrameUse::Zero;
            pages.push((mapping.vpn.0, if zero { "zero" } else { "frame" }, pfn.0));
        }
        Pte::Swapped { slot } => pages.push((mapping.vpn.0, "swap", slot.0)),
        Pte::Empty => {}
    });
    pages
}

/// A frame in use, with the fields that its use has.
#[derive(Serialize)]
struct FrameRow {
    pfn: u32,
    #[serde(rename = "use")]
    used: &'static str,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Rest {
    Nothing {},
    Table { pid: u32, level: u8 },
    Run { first: u32 },
    Page { mapcount: u32, mapping: Option<Mapping>, index: u64, slot: Option<u32>, dirty: bool, mlocked: bool },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Mapping {
    AnonVma(u32),
    Object(u32),
    StableNode(u32),
}

fn frames(view: &View) -> Vec<FrameRow> {
    let rest = |frame: &Frame| match frame.state {
        FrameUse::Free | FrameUse::Hole => None,
        FrameUse::Reserved | FrameUse::Zero => Some(Rest::Nothing {}),
        FrameUse::Table { pid, level } => Some(Rest::Table { pid: pid.0, level }),
        FrameUse::Run { first } => Some(Rest::Run { first: first.0 }),
        FrameUse::Page => Some(Rest::Page {
            mapcount: frame.mapcount,
            mapping: match frame.mapping {
                Owner::None => None,
                Owner::Anon(id) => Some(Mapping::AnonVma(id.0)),
                Owner::Object(id) => Some(Mapping::Object(id.0)),
                Owner::Ksm(id) => Some(Mapping::StableNode(id.0)),
            },
            index: frame.index,
            slot: frame.slot.map(|slot| slot.0),
            dirty: frame.dirty,
            mlocked: frame.mlocked,
        }),
    };
    let row =
        |(pfn, frame): (Pfn, &Frame)| Some(FrameRow { pfn: pfn.0, used: use_name(frame.state), rest: rest(frame)? });
    view.frames.iter().filter_map(row).collect()
}

/// A use's name, as in recordings and dumps.
pub fn use_name(state: FrameUse) -> &'static str {
    match state {
        FrameUse::Free => "free",
        FrameUse::Hole => "hole",
        FrameUse::Reserved => "reserved",
        FrameUse::Zero => "zero",
        FrameUse::Table { .. } => "table",
        FrameUse::Page => "page",
        FrameUse::Run { .. } => "run",
    }
}

fn rmap(view: &View) -> Vec<(u32, Vec<(u32, u64)>)> {
    // The page of zeroes has no reverse map, as in Linux; a run's is its descriptor.
    let mapped = view.all_mappings().into_iter();
    mapped
        .filter(|(pfn, _)| view.frames.get(*pfn).state == FrameUse::Page)
        .map(|(pfn, mappings)| (pfn.0, mappings.iter().map(|mapping| (mapping.pid.0, mapping.vpn.0)).collect()))
        .collect()
}

/// A free list.
#[derive(Serialize)]
struct FreeList {
    zone: String,
    list: u8,
    runs: Vec<(u32, u32)>,
}

fn free(view: &View) -> Vec<FreeList> {
    let zones = view.config.effective_zones();
    let list = |id: ListId| FreeList {
        zone: zones[usize::from(id.zone)].name.clone(),
        list: id.list,
        runs: view.free().list(id).map(|run| (run.start.0, run.len)).collect(),
    };
    view.free().nonempty().map(list).collect()
}

fn slots(view: &View) -> Vec<(u32, u32, Option<u32>)> {
    let used = view.slots.iter().zip(0..).filter(|(slot, _)| !slot.is_free());
    used.map(|(slot, n)| (n, slot.count, slot.cached.map(|pfn| pfn.0))).collect()
}
