//! Values of a script that name a thing of the machine, for `link` and `show`: a process, `[process, address]` for a
//! page, what `p.vma(address)` answers, a segment, the number of a frame, or a name such as `"slot 3"`.

use super::mistake::{Fail, Mistake};
use super::room::{Room, look};
use super::values::{Process, Segment, addr, type_name};
use crate::lab::time::view::View;
use crate::units::{Pfn, VirtAddr, VmaId};
use crate::vocabulary::thing::{self, NoThing, Thing};
use rhai::{Array, Dynamic, Engine, ImmutableString, Map, NativeCallContext};

/// At most this many characters in the words of a link.
const LONGEST_LABEL: usize = 80;

/// Adds `link` to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("link", |ctx: NativeCallContext, what: Dynamic| link(&ctx, what, None));
    engine.register_fn("link", |ctx: NativeCallContext, what: Dynamic, label: ImmutableString| {
        link(&ctx, what, Some(label.as_str()))
    });
    engine.register_fn("link", |ctx: NativeCallContext, p: Process, at: i64| link(&ctx, page(p, at), None));
    engine.register_fn("link", |ctx: NativeCallContext, p: Process, at: i64, label: ImmutableString| {
        link(&ctx, page(p, at), Some(label.as_str()))
    });
}

fn page(p: Process, at: i64) -> Dynamic {
    Array::from([Dynamic::from(p), at.into()]).into()
}

/// The text that is a link on the page: `[[frame 6|its frame]]`.
fn link(ctx: &NativeCallContext, what: Dynamic, label: Option<&str>) -> Result<String, Fail> {
    let wrong =
        |label: &&str| label.contains(['[', ']', '|', '\n']) || !(1..=LONGEST_LABEL).contains(&label.chars().count());
    if label.filter(wrong).is_some() {
        let hint = format!("use 1 to {LONGEST_LABEL} characters in one line, and none of `[`, `]` and `|`");
        return Err(Mistake::new("link: these words cannot be a link", hint).at(ctx));
    }
    Ok(match (thing(ctx, "link", &what)?, label) {
        (Some(thing), Some(label)) => format!("[[{thing}|{label}]]"),
        (Some(thing), None) => format!("[[{thing}]]"),
        (None, label) => label.unwrap_or("nowhere").into(),
    })
}

/// The thing that a value names. `None` for -1, which is the frame of a page that is in none; and, when the script is
/// run again on a machine that differs, for what is not there.
///
/// # Errors
/// The value names no thing, or one that does not exist.
pub fn thing(ctx: &NativeCallContext, call: &str, value: &Dynamic) -> Result<Option<Thing>, Fail> {
    if value.as_int() == Ok(-1) {
        return Ok(None);
    }
    let named = look(ctx, 1, |view| named(view, value).and_then(|thing| exists(view, thing).map(|()| thing)))?;
    let elsewhere = Room::of(ctx).with(|state| state.other_runs.is_other());
    match named {
        Ok(thing) => Ok(Some(thing)),
        Err(Wrong::Missing(_)) if elsewhere => Ok(None),
        Err(Wrong::Missing(what)) => Err(Mistake::new(format!("{call}: {what}"), "name what is there now").at(ctx)),
        Err(Wrong::NoName) => {
            let name =
                value.as_immutable_string_ref().map(|name| format!("`{}`", name.chars().take(40).collect::<String>()));
            let found = name.unwrap_or_else(|_| type_name(value.type_name()).to_string());
            let hint = format!(
                "give a process, [process, address], p.vma(address), a segment, a frame's number, or {}",
                thing::NAMES
            );
            Err(Mistake::new(format!("{call}: {found} names no thing of the machine"), hint).at(ctx))
        }
    }
}

enum Wrong {
    /// The value is of no kind that names a thing.
    NoName,
    /// What is not there.
    Missing(String),
}

impl From<NoThing> for Wrong {
    fn from(_: NoThing) -> Wrong {
        Wrong::NoName
    }
}

fn named(view: &View, value: &Dynamic) -> Result<Thing, Wrong> {
    if let Some(process) = value.read_lock::<Process>() {
        return Ok(Thing::Process(process.0));
    }
    if let Some(segment) = value.read_lock::<Segment>().map(|segment| *segment) {
        let run = view.runs.iter().find(|(_, run)| run.id == segment.0);
        let gone = || Wrong::Missing(format!("segment {} has been freed", segment.0.0));
        return run.map(|(pfn, _)| Thing::Frame(*pfn)).ok_or_else(gone);
    }
    if let Ok(name) = value.as_immutable_string_ref() {
        return Ok(name.parse()?);
    }
    if let Ok(n) = value.as_int() {
        return u32::try_from(n)
            .map(|n| Thing::Frame(Pfn(n)))
            .map_err(|_| Wrong::Missing(format!("there is no frame {n}")));
    }
    if let Ok(page) = value.as_array_ref() {
        let [process, at] = page.as_slice() else { return Err(Wrong::NoName) };
        let (process, at) = (process.read_lock::<Process>(), at.as_int());
        return process.zip(at.ok()).map(|(p, at)| Thing::Page(p.0, addr(at))).ok_or(Wrong::NoName);
    }
    value.as_map_ref().map_err(|_| Wrong::NoName).and_then(|map| vma(view, &map))
}

/// The VMA of a map as `p.vma(address)` answers it.
fn vma(view: &View, map: &Map) -> Result<Thing, Wrong> {
    let id =
        map.get("id").filter(|_| map.contains_key("start")).and_then(|id| id.as_int().ok()).ok_or(Wrong::NoName)?;
    let vma = u32::try_from(id).ok().and_then(|id| view.vma_by_id(VmaId(id)));
    vma.map(|vma| Thing::Vma(vma.pid, view.geometry().addr(vma.start)))
        .ok_or_else(|| Wrong::Missing("the VMA is gone".into()))
}

fn exists(view: &View, thing: Thing) -> Result<(), Wrong> {
    let mapped = |pid, at: VirtAddr| view.vma(pid, view.geometry().vpn(at)).is_some();
    let alive = |pid| view.process(pid).is_some();
    match thing {
        Thing::Frame(pfn) if pfn.0 >= view.frames.len() => {
            Err(format!("there is no {thing}: {} frames", view.frames.len()))
        }
        Thing::Slot(slot) if slot.0 >= view.config.swap_slots => {
            Err(format!("there is no {thing}: {} slots", view.config.swap_slots))
        }
        Thing::Process(pid) | Thing::Page(pid, _) | Thing::Vma(pid, _) if !alive(pid) => {
            Err(format!("there is no process {pid}"))
        }
        Thing::Page(pid, at) | Thing::Vma(pid, at) if !mapped(pid, at) => {
            Err(format!("process {pid} has no VMA at {at}"))
        }
        Thing::Frame(_) | Thing::Slot(_) | Thing::Process(_) | Thing::Page(..) | Thing::Vma(..) => Ok(()),
    }
    .map_err(Wrong::Missing)
}
