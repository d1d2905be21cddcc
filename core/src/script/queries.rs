//! Questions a script can ask about the machine. They read the view, change nothing and are no steps.

use super::mistake::{Fail, Mistake};
use super::room::{Room, look};
use super::values::{Process, address, amount, small};
use crate::alloc::describe::{ListKind, list_kind};
use crate::hw::pte::{Pte, is_large, stored};
use crate::lab::measure::tally::Tally;
use crate::lab::tell::dump::use_name;
use crate::lab::tell::placed::suggest;
use crate::lab::tell::text::{pages_of, tables_of, vma_name};
use crate::lab::tell::words::{count, vma_flag_names};
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid, VirtAddr, Vpn};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::object::{Object, ObjectPage};
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::vma::Vma;
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    register_process(engine);
    register_pages(engine);
    register_frames(engine);
    register_machine(engine);
}

fn register_process(engine: &mut Engine) {
    engine.register_type_with_name::<Process>("process");
    engine.register_fn("to_string", |p: Process| format!("process {}", p.0));
    engine.register_fn("to_debug", |p: Process| format!("process {}", p.0));
    engine.register_fn("==", |a: Process, b: Process| a == b);
    engine.register_fn("!=", |a: Process, b: Process| a != b);
    engine.register_get("pid", |p: &mut Process| i64::from(p.0.0));
    engine.register_get("alive", |ctx: NativeCallContext, p: &mut Process| {
        let pid = p.0;
        look(&ctx, 1, |view| view.spaces.contains_key(&pid))
    });
    engine.register_get("name", |ctx: NativeCallContext, p: &mut Process| {
        let pid = p.0;
        look(&ctx, 1, |view| view.process(pid).map(|process| process.name.clone()).unwrap_or_default())
    });
    engine.register_get("parent", |ctx: NativeCallContext, p: &mut Process| {
        let pid = p.0;
        look(&ctx, 1, |view| {
            view.process(pid).and_then(|process| process.parent).map_or(-1, |parent| i64::from(parent.0))
        })
    });
    engine.register_fn("process", |ctx: NativeCallContext, pid: i64| process(&ctx, pid));
    engine.register_fn("processes", |ctx: NativeCallContext| {
        look(&ctx, 64, |view| view.spaces.keys().map(|pid| Dynamic::from(Process(*pid))).collect::<Array>())
    });
}

fn process(ctx: &NativeCallContext, pid: i64) -> Result<Process, Fail> {
    let pid = Pid(small(ctx, "pid", pid)?);
    // The kernel is there for its heap alone, too.
    if look(ctx, 1, |view| view.spaces.contains_key(&pid) || (pid == KERNEL && view.heaps.get(&pid).is_some()))? {
        return Ok(Process(pid));
    }
    let alive = look(ctx, 64, |view| view.spaces.keys().take(8).map(Pid::to_string).collect::<Vec<_>>().join(", "))?;
    let hint = if alive.is_empty() { "spawn one first".to_string() } else { format!("alive: {alive}") };
    Err(Mistake::new(format!("there is no process {pid}"), hint).at(ctx))
}

fn register_pages(engine: &mut Engine) {
    engine.register_fn("frame", |ctx: NativeCallContext, p: Process, addr: i64| {
        pte(&ctx, p, addr, |_, pte| pte.pfn().map_or(-1, |pfn| i64::from(pfn.0)))
    });
    engine.register_fn("slot", |ctx: NativeCallContext, p: Process, addr: i64| {
        pte(&ctx, p, addr, |_, pte| if let Pte::Swapped { slot } = pte { i64::from(slot.0) } else { -1 })
    });
    engine.register_fn("is_present", |ctx: NativeCallContext, p: Process, addr: i64| {
        pte(&ctx, p, addr, |_, pte| pte.pfn().is_some())
    });
    engine.register_fn("is_swapped", |ctx: NativeCallContext, p: Process, addr: i64| {
        pte(&ctx, p, addr, |_, pte| matches!(pte, Pte::Swapped { .. }))
    });
    engine.register_fn("is_zero", |ctx: NativeCallContext, p: Process, addr: i64| pte(&ctx, p, addr, is_zero));
    engine.register_fn("pte", |ctx: NativeCallContext, p: Process, addr: i64| pte(&ctx, p, addr, pte_map));
    engine.register_fn("walk", |ctx: NativeCallContext, p: Process, addr: i64| {
        look(&ctx, 4, |view| walk(view, p.0, vpn(view, addr)))
    });
    engine.register_fn("rss", |ctx: NativeCallContext, p: Process| {
        look_at_tables(&ctx, p, |view| pages_of(view, p.0).resident as i64)
    });
    engine.register_fn("swapped", |ctx: NativeCallContext, p: Process| {
        look_at_tables(&ctx, p, |view| pages_of(view, p.0).swapped as i64)
    });
    engine.register_fn("tables", |ctx: NativeCallContext, p: Process| {
        let frames = look(&ctx, 0, |view| u64::from(view.frames.len()))?;
        look(&ctx, frames, |view| tables_of(view, p.0) as i64)
    });
    engine.register_fn("vmas", |ctx: NativeCallContext, p: Process| {
        let count = look(&ctx, 1, |view| view.vmas_of(p.0).count())?;
        let most = Room::of(&ctx).with(|state| state.limits.map) / 16;
        if count > most {
            let message = format!("vmas: {count} are more than a script can hold, {most}");
            return Err(Mistake::new(message, "ask for one with p.vma(addr)").at(&ctx));
        }
        look(&ctx, count as u64, |view| view.vmas_of(p.0).map(|vma| vma_map(view, vma).into()).collect::<Array>())
    });
    engine.register_fn("vma", |ctx: NativeCallContext, p: Process, addr: i64| {
        look(&ctx, 1, |view| view.vma(p.0, vpn(view, addr)).map_or(Dynamic::UNIT, |vma| vma_map(view, vma).into()))
    });
}

/// Looks at a process's tables, at the cost of all their entries.
pub(super) fn look_at_tables<T>(ctx: &NativeCallContext, p: Process, f: impl FnOnce(&View) -> T) -> Result<T, Fail> {
    let entries = look(ctx, 0, |view| {
        let mut entries = view.geometry().entries();
        view.each_pte(p.0, &mut |_| entries += 1);
        entries
    })?;
    look(ctx, entries * 2, f)
}

fn vpn(view: &View, addr: i64) -> Vpn {
    view.geometry().vpn(VirtAddr(addr as u64))
}

fn pte<T>(ctx: &NativeCallContext, p: Process, addr: i64, f: impl FnOnce(&View, Pte) -> T) -> Result<T, Fail> {
    look(ctx, 4, |view| {
        let page = vpn(view, addr);
        // Beyond the tables' reach nothing is mapped; the index bits there would alias lower pages.
        let pte = if page.0 < view.geometry().user_pages { view.pte(p.0, page) } else { Pte::Empty };
        f(view, pte)
    })
}

fn is_zero(view: &View, pte: Pte) -> bool {
    pte.pfn().is_some_and(|pfn| view.frames.get(pfn).state == FrameUse::Zero)
}

fn pte_map(view: &View, pte: Pte) -> Map {
    let mut map = Map::new();
    let mut set = |name: &str, value: Dynamic| drop(map.insert(name.into(), value));
    let (mut frame, mut swap) = (-1_i64, -1_i64);
    let state = match pte {
        Pte::Empty => "empty",
        Pte::Swapped { slot } => {
            swap = i64::from(slot.0);
            "swap"
        }
        Pte::Mapped { pfn, .. } => {
            frame = i64::from(pfn.0);
            if is_zero(view, pte) { "zero" } else { "frame" }
        }
    };
    let bits = match pte {
        Pte::Mapped { writable, accessed, dirty, exec, protnone, .. } => [writable, accessed, dirty, exec, protnone],
        Pte::Empty | Pte::Swapped { .. } => [false; 5],
    };
    for (name, bit) in ["writable", "accessed", "dirty", "exec", "protnone"].into_iter().zip(bits) {
        set(name, bit.into());
    }
    set("state", state.into());
    set("frame", frame.into());
    set("slot", swap.into());
    let (raw, tag) = stored(view.geometry().kind, pte.encode(view.geometry().kind));
    set("raw", (raw as i64).into());
    set("tag", (tag as i64).into());
    map
}

fn walk(view: &View, pid: Pid, page: Vpn) -> Array {
    let steps = if page.0 < view.geometry().user_pages { view.walk(pid, page) } else { Vec::new() };
    let step = |step: &crate::lab::time::mapped::WalkStep| {
        let mut map = Map::new();
        map.insert("level".into(), view.geometry().level_name(step.level).into());
        map.insert("table".into(), i64::from(step.table.0).into());
        map.insert("index".into(), i64::from(step.index).into());
        let (raw, tag) = stored(view.geometry().kind, step.raw);
        map.insert("raw".into(), (raw as i64).into());
        map.insert("tag".into(), (tag as i64).into());
        let large = step.level > 0 && is_large(view.geometry().kind, step.raw);
        map.insert("large".into(), large.into());
        Dynamic::from_map(map)
    };
    steps.iter().map(step).collect()
}

fn vma_map(view: &View, vma: &Vma) -> Map {
    let geometry = view.geometry();
    let mut map = Map::new();
    let mut set = |name: &str, value: Dynamic| drop(map.insert(name.into(), value));
    set("start", address(geometry.addr(vma.start)));
    set("end", address(geometry.addr(vma.end)));
    set("pages", (vma.pages() as i64).into());
    set("prot", vma.prot.to_string().into());
    set("shared", (!vma.is_private()).into());
    set("pgoff", (vma.pgoff as i64).into());
    set("name", vma_name(view, vma).into());
    set("id", i64::from(vma.id.0).into());
    let flags: Array = vma_flag_names(vma.flags).into_iter().map(Dynamic::from).collect();
    set("flags", flags.into());
    set("anon_vma", vma.anon_vma.map_or(-1, |id| i64::from(id.0)).into());
    map
}

fn register_frames(engine: &mut Engine) {
    engine.register_fn("frame", |ctx: NativeCallContext, n: i64| {
        let pfn = frame_number(&ctx, n)?;
        look(&ctx, 1, |view| frame_map(&view.frames.get(pfn)))
    });
    engine.register_fn("mapcount", |ctx: NativeCallContext, n: i64| {
        let pfn = frame_number(&ctx, n)?;
        look(&ctx, 1, |view| i64::from(view.frames.get(pfn).mapcount))
    });
    engine.register_fn("mappers", |ctx: NativeCallContext, n: i64| {
        let pfn = frame_number(&ctx, n)?;
        let most = Room::of(&ctx).with(|state| state.limits.map) / 4;
        mappers(&ctx, pfn, most)
    });
    engine.register_fn("slot", |ctx: NativeCallContext, n: i64| {
        let slots = look(&ctx, 1, |view| view.slots.len())?;
        let slot = usize::try_from(n).ok().filter(|n| *n < slots);
        let Some(slot) = slot else {
            return Err(
                Mistake::new(format!("there is no swap slot {n}"), format!("the disk has {slots} slots")).at(&ctx)
            );
        };
        look(&ctx, 1, |view| {
            let mut map = Map::new();
            map.insert("count".into(), i64::from(view.slots[slot].count).into());
            map.insert("frame".into(), view.slots[slot].cached.map_or(-1, |pfn| i64::from(pfn.0)).into());
            map
        })
    });
}

pub(super) fn frame_number(ctx: &NativeCallContext, n: i64) -> Result<Pfn, Fail> {
    let frames = look(ctx, 1, |view| view.frames.len())?;
    match u32::try_from(n) {
        Ok(pfn) if pfn < frames => Ok(Pfn(pfn)),
        _ => Err(Mistake::new(format!("there is no frame {n}"), format!("the machine has frames 0 to {}", frames - 1))
            .at(ctx)),
    }
}

/// Every PTE that maps a frame, found by a scan of the tables of all processes: the answer that the reverse map must
/// give.
fn mappers(ctx: &NativeCallContext, pfn: Pfn, most: usize) -> Result<Array, Fail> {
    let pids: Vec<Pid> = look(ctx, 1, |view| view.spaces.keys().copied().collect())?;
    let mut found = Array::new();
    for pid in pids {
        let pages = look_at_tables(ctx, Process(pid), |view| {
            let mut pages = Vec::new();
            view.each_page(pid, &mut |mapping, pte| {
                if pte.pfn() == Some(pfn) {
                    pages.push(view.geometry().addr(mapping.vpn));
                }
            });
            pages
        })?;
        for page in pages {
            if found.len() == most {
                return Err(Mistake::new(
                    format!("mappers: frame {} is mapped more than {most} times", pfn.0),
                    "use mapcount(frame)",
                )
                .at(ctx));
            }
            let mut map = Map::new();
            map.insert("pid".into(), i64::from(pid.0).into());
            map.insert("addr".into(), address(page));
            found.push(map.into());
        }
    }
    Ok(found)
}

/// The file that has this name now; `None` if none has.
fn named<'a>(view: &'a View, file: &str) -> Option<&'a Object> {
    view.objects.values().find(|object| object.info.kind.name() == Some(file) && !object.info.unlinked)
}

/// The frame of a file's page in the page cache; `None` if it is not cached.
fn cached(view: &View, file: &str, page: i64) -> Option<Pfn> {
    match named(view, file)?.pages.get(&u64::try_from(page).ok()?)? {
        ObjectPage::Frame(pfn) => Some(*pfn),
        ObjectPage::Slot(_) => None,
    }
}

fn frame_map(frame: &Frame) -> Map {
    let mut map = Map::new();
    let mut set = |name: &str, value: Dynamic| drop(map.insert(name.into(), value));
    let (anon_vma, object, stable_node) = match frame.mapping {
        Owner::None => (-1, -1, -1),
        Owner::Anon(id) => (i64::from(id.0), -1, -1),
        Owner::Object(id) => (-1, i64::from(id.0), -1),
        Owner::Ksm(id) => (-1, -1, i64::from(id.0)),
    };
    set("use", use_name(frame.state).into());
    set("mapcount", i64::from(frame.mapcount).into());
    set("index", (frame.index as i64).into());
    set("anon_vma", anon_vma.into());
    set("object", object.into());
    set("stable_node", stable_node.into());
    set("slot", frame.slot.map_or(-1, |slot| i64::from(slot.0)).into());
    set("dirty", frame.dirty.into());
    set("mlocked", frame.mlocked.into());
    map
}

fn register_machine(engine: &mut Engine) {
    engine.register_fn("cached", |ctx: NativeCallContext, file: &str, page: i64| {
        let objects = look(&ctx, 1, |view| view.objects.len() as u64)?;
        look(&ctx, objects, |view| cached(view, file, page).map_or(-1, |pfn| i64::from(pfn.0)))
    });
    engine.register_fn("file_size", |ctx: NativeCallContext, file: &str| {
        let objects = look(&ctx, 1, |view| view.objects.len() as u64)?;
        look(&ctx, objects, |view| named(view, file).and_then(|object| object.info.size).map_or(-1, |size| size as i64))
    });
    engine.register_fn("free_frames", |ctx: NativeCallContext| look(&ctx, 16, |view| i64::from(view.free_frames())));
    engine.register_fn("free_blocks", |ctx: NativeCallContext, order: i64| {
        look(&ctx, 16, |view| {
            let lists = view.free().nonempty().filter(|id| {
                matches!(list_kind(&view.config, *id), ListKind::Order { order: of, .. } if i64::from(of) == order)
            });
            lists.map(|id| i64::from(view.free().runs(id))).sum::<i64>()
        })
    });
    engine.register_fn("order_of", |ctx: NativeCallContext, pages: i64| {
        let pages = small(&ctx, "pages", pages)?;
        Ok::<i64, Fail>(if pages <= 1 { 0 } else { i64::from(32 - (pages - 1).leading_zeros()) })
    });
    engine.register_fn("used_slots", |ctx: NativeCallContext| {
        let slots = look(&ctx, 0, |view| view.slots.len() as u64)?;
        look(&ctx, slots, |view| view.slots.iter().filter(|slot| !slot.is_free()).count() as i64)
    });
    engine.register_fn("cost", |ctx: NativeCallContext| Room::of(&ctx).with(|state| state.last_cost as i64));
    engine.register_fn("counter", |ctx: NativeCallContext, name: &str| {
        look(&ctx, 1, |view| view.tally.get(name).map(|n| n as i64))?.ok_or_else(|| {
            let name: String = name.chars().take(40).collect();
            Mistake::new(format!("there is no counter `{name}`"), suggest(&name, Tally::NAMES)).at(&ctx)
        })
    });
    engine.register_fn("check", |ctx: NativeCallContext| {
        let frames = look(&ctx, 0, |view| u64::from(view.frames.len()))?;
        look(&ctx, 8 * frames, |_| ())?;
        let broken =
            Room::of(&ctx).with(|state| state.session.as_ref().map(|session| session.check()).unwrap_or_default());
        Ok::<Array, Fail>(broken.into_iter().take(64).map(Dynamic::from).collect())
    });
    engine.register_fn("hex", |n: i64| format!("{n:#x}"));
    engine.register_fn("plural", |ctx: NativeCallContext, n: i64, thing: &str| {
        Ok::<String, Fail>(count(amount(&ctx, "plural", n)?, thing))
    });
    engine.register_fn("plural", |ctx: NativeCallContext, n: i64, one: &str, many: &str| {
        let n = amount(&ctx, "plural", n)?;
        Ok::<String, Fail>(format!("{n} {}", if n == 1 { one } else { many }))
    });
}
