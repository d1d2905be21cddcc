//! Contiguous frames in a script: requests, segments, and the fragmentation of memory.
//!
//! A request for a run that may be moved returns a segment, which stays the same wherever the run goes; one for a run
//! that may not returns the number of its first frame. Both name the run in later calls.

use super::mistake::{Answer, Fail, Mistake};
use super::room::{Room, act, look};
use super::values::{CallFields, Process, Segment, addr, call, prot, small, value};
use crate::lab::compare::lockstep::{by_id, newest};
use crate::lab::figures::fragmentation::{self, Fragmentation};
use crate::lab::measure::lengths::Asked;
use crate::lab::tell::placed::suggest;
use crate::units::Pfn;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::command::{Command, Free, MapRun, Pin, UnmapRun, Unpin};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::request::{GFP, Gfp, Mobility, Request};
use crate::vocabulary::run::Run;
use rhai::{Array, Dynamic, Engine, ImmutableString, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    register_calls(engine);
    register_mapping(engine);
    register_segment(engine);
    register_queries(engine);
}

fn register_calls(engine: &mut Engine) {
    engine.register_fn("alloc", |ctx: NativeCallContext, pages: i64| {
        let pages = small(&ctx, "pages", pages)?;
        call(&ctx, Command::Alloc(Request::of(pages)))
    });
    engine.register_fn("alloc", |ctx: NativeCallContext, pages: i64, fields: Map| {
        alloc(&ctx, "alloc", pages, fields, Gfp::empty())
    });
    engine.register_fn("alloc_memarea", |ctx: NativeCallContext, pages: i64| {
        alloc(&ctx, "alloc_memarea", pages, Map::new(), Gfp::AREA)
    });
    engine.register_fn("alloc_memarea", |ctx: NativeCallContext, pages: i64, fields: Map| {
        alloc(&ctx, "alloc_memarea", pages, fields, Gfp::AREA)
    });
    for name in ["free", "free_memarea"] {
        register_free(engine, name);
    }
    engine.register_fn("pin", |ctx: NativeCallContext, run: Dynamic| {
        let pfn = first_frame(&ctx, "pin", &run)?;
        call(&ctx, Command::Pin(Pin { pfn }))
    });
    engine.register_fn("unpin", |ctx: NativeCallContext, run: Dynamic| {
        let pfn = first_frame(&ctx, "unpin", &run)?;
        call(&ctx, Command::Unpin(Unpin { pfn }))
    });
}

fn register_free(engine: &mut Engine, name: &str) {
    engine.register_fn(name, |ctx: NativeCallContext, frame: i64, pages: i64| {
        let (pfn, pages) = (Pfn(small(&ctx, "frame", frame)?), small(&ctx, "pages", pages)?);
        call(&ctx, Command::Free(Free { pfn, pages }))
    });
    engine.register_fn(name, |ctx: NativeCallContext, segment: Segment| {
        let (pfn, run) = living(&ctx, segment)?;
        call(&ctx, Command::Free(Free { pfn, pages: run.request.pages }))
    });
}

fn register_mapping(engine: &mut Engine) {
    engine.register_fn("map_run", |ctx: NativeCallContext, p: Process, run: Dynamic| map_run(&ctx, p, run, Map::new()));
    engine.register_fn("map_run", |ctx: NativeCallContext, p: Process, run: Dynamic, letters: ImmutableString| {
        map_run(&ctx, p, run, Map::from([("prot".into(), letters.into())]))
    });
    engine.register_fn("map_run", |ctx: NativeCallContext, p: Process, run: Dynamic, fields: Map| {
        map_run(&ctx, p, run, fields)
    });
    engine.register_fn("unmap_run", |ctx: NativeCallContext, p: Process, at: i64| {
        call(&ctx, Command::UnmapRun(UnmapRun { pid: p.0, addr: addr(at) }))
    });
}

fn map_run(ctx: &NativeCallContext, p: Process, run: Dynamic, fields: Map) -> Answer {
    let mut fields = CallFields::new(ctx, "map_run", fields);
    let at = fields.int("addr")?.map(addr);
    let letters = fields.text("prot")?;
    fields.finish()?;
    let prot = letters.map_or(Ok(Prot::READ | Prot::WRITE), |letters| prot(ctx, &letters))?;
    let pfn = first_frame(ctx, "map_run", &run)?;
    call(ctx, Command::MapRun(MapRun { pid: p.0, pfn, addr: at, prot }))
}

/// Requests a run with the fields of a call of this name, and with further flags.
fn alloc(ctx: &NativeCallContext, call: &'static str, pages: i64, fields: Map, more: Gfp) -> Answer {
    let mut fields = CallFields::new(ctx, call, fields);
    let align = fields.int("align")?.map_or(Ok(1), |align| small(ctx, "align", align))?;
    let offset = fields.int("offset")?.map_or(Ok(0), |offset| small(ctx, "offset", offset))?;
    let zone = fields.int("zone")?.map(|zone| zone_number(ctx, zone)).transpose()?;
    let gfp = fields.texts("gfp")?.map_or(Ok(Gfp::default()), |names| flags(ctx, &names))? | more;
    let movable = fields.bool("movable")?.unwrap_or(false);
    fields.finish()?;
    let mobility = if movable { Mobility::Movable } else { Mobility::Unmovable };
    let request = Request { pages: small(ctx, "pages", pages)?, align, offset, zone, gfp, mobility };
    let reply = act(ctx, Command::Alloc(request))?;
    let given = matches!(reply, Reply::Run(_)) && movable;
    let runs = look(ctx, 1, |view| view.runs.len() as u64)?;
    // Named by its id, not by its frame: compaction at the command's end may have moved it already.
    let newest = if given { look(ctx, runs, |view| newest(&view.runs))? } else { None };
    Ok(newest.map_or_else(|| value(reply), |id| Dynamic::from(Segment(id))))
}

fn zone_number(ctx: &NativeCallContext, zone: i64) -> Result<u8, Fail> {
    u8::try_from(zone)
        .map_err(|_| Mistake::new(format!("alloc: there is no zone {zone}"), "zones count from 0").at(ctx))
}

fn flags(ctx: &NativeCallContext, names: &[String]) -> Result<Gfp, Fail> {
    let mut flags = Gfp::empty();
    for name in names {
        let found = GFP.iter().find(|(known, _)| known == name);
        let unknown = || {
            let known = GFP.map(|(name, _)| name);
            let cut: String = name.chars().take(40).collect();
            Mistake::new(format!("alloc: there is no gfp flag `{cut}`"), suggest(&cut, &known)).at(ctx)
        };
        flags |= found.ok_or_else(unknown)?.1;
    }
    Ok(flags)
}

/// The first frame of a run that is named by it, or by a segment.
pub fn first_frame(ctx: &NativeCallContext, verb: &str, run: &Dynamic) -> Result<Pfn, Fail> {
    if let Ok(frame) = run.as_int() {
        return Ok(Pfn(small(ctx, "frame", frame)?));
    }
    let segment = run.read_lock::<Segment>().map(|segment| *segment);
    match segment {
        Some(segment) => living(ctx, segment).map(|(first, _)| first),
        None => {
            let message = format!("{verb}: {} is no run", super::values::type_name(run.type_name()));
            Err(Mistake::new(message, "give a segment, or the number of a run's first frame").at(ctx))
        }
    }
}

/// The run of a segment; fails if it has been freed.
fn living(ctx: &NativeCallContext, segment: Segment) -> Result<(Pfn, Run), Fail> {
    find(ctx, segment)?.ok_or_else(|| {
        let message = format!("segment {} has been freed", segment.0.0);
        Mistake::new(message, "segment.alive says whether it is there").at(ctx)
    })
}

fn find(ctx: &NativeCallContext, segment: Segment) -> Result<Option<(Pfn, Run)>, Fail> {
    let runs = look(ctx, 1, |view| view.runs.len() as u64)?;
    look(ctx, runs, |view| by_id(&view.runs, segment.0))
}

fn register_segment(engine: &mut Engine) {
    engine.register_type_with_name::<Segment>("segment");
    engine.register_fn("to_string", |segment: Segment| format!("segment {}", segment.0.0));
    engine.register_fn("to_debug", |segment: Segment| format!("segment {}", segment.0.0));
    engine.register_fn("==", |a: Segment, b: Segment| a == b);
    engine.register_fn("!=", |a: Segment, b: Segment| a != b);
    engine.register_get("alive", |ctx: NativeCallContext, segment: &mut Segment| {
        find(&ctx, *segment).map(|found| found.is_some())
    });
    engine.register_get("id", |segment: &mut Segment| i64::from(segment.0.0));
    let number = |engine: &mut Engine, name: &str, of: fn(Pfn, Run) -> u32| {
        engine.register_get(name, move |ctx: NativeCallContext, segment: &mut Segment| {
            living(&ctx, *segment).map(|(first, run)| i64::from(of(first, run)))
        });
    };
    number(engine, "frame", |first, _| first.0);
    number(engine, "pages", |_, run| run.request.pages);
    number(engine, "given", |_, run| run.given);
    number(engine, "pins", |_, run| run.pins);
    engine.register_get("pid", |ctx: NativeCallContext, segment: &mut Segment| {
        living(&ctx, *segment).map(|(_, run)| run.mapped.first().map_or(-1, |(pid, _)| i64::from(pid.0)))
    });
    engine.register_get("addr", |ctx: NativeCallContext, segment: &mut Segment| {
        let (_, run) = living(&ctx, *segment)?;
        look(&ctx, 0, |view| run.mapped.first().map_or(-1, |(_, vpn)| view.geometry().addr(*vpn).0 as i64))
    });
    engine.register_fn("segment", |ctx: NativeCallContext, frame: i64| {
        let pfn = Pfn(small(&ctx, "frame", frame)?);
        let found = look(&ctx, 1, |view| view.runs.get(&pfn).map(|run| Segment(run.id)))?;
        let unknown = || Mistake::new(format!("segment: no run starts at frame {}", pfn.0), "runs() lists them");
        found.ok_or_else(|| unknown().at(&ctx))
    });
}

fn register_queries(engine: &mut Engine) {
    engine.register_fn("runs", |ctx: NativeCallContext| {
        let count = look(&ctx, 1, |view| view.runs.len())?;
        room_for(&ctx, "runs", count)?;
        look(&ctx, count as u64, |view| {
            view.runs.iter().map(|(first, run)| run_map(*first, run).into()).collect::<Array>()
        })
    });
    engine.register_fn("free_runs", |ctx: NativeCallContext| {
        let frames = look(&ctx, 16, |view| u64::from(view.frames.len()))?;
        let count = look(&ctx, 16, |view| view.free().nonempty().map(|list| view.free().runs(list) as usize).sum())?;
        room_for(&ctx, "free_runs", count)?;
        look(&ctx, frames, |view| {
            let map = |run: crate::vocabulary::free_lists::FreeRun| {
                Map::from([
                    ("frame".into(), i64::from(run.start.0).into()),
                    ("pages".into(), i64::from(run.len).into()),
                ])
            };
            view.free().all_runs().map(|(run, _)| map(run).into()).collect::<Array>()
        })
    });
    engine.register_fn("area_tree", |ctx: NativeCallContext| area_tree(&ctx));
    engine.register_fn("largest_free", |ctx: NativeCallContext| figures(&ctx).map(|f| i64::from(f.largest())));
    engine.register_fn("unusable_index", |ctx: NativeCallContext, pages: i64| {
        let pages = small(&ctx, "pages", pages)?;
        figures(&ctx).map(|figures| figures.unusable(pages))
    });
    engine.register_fn("request_lengths", |ctx: NativeCallContext| {
        let lengths = look(&ctx, 64, |view| view.tally.lengths())?;
        Ok::<Array, Fail>(lengths.iter().map(|asked| asked_map(asked).into()).collect())
    });
    engine.register_fn("internal_fragmentation", |ctx: NativeCallContext| {
        figures(&ctx).map(|figures| figures.internal as i64)
    });
}

/// How deep the trees of free areas are, over all zones.
fn area_tree(ctx: &NativeCallContext) -> Result<Map, Fail> {
    let of_zone = |tree: &AreaTree| tree.root().map_or(0, |root| u64::from(root.sum().areas));
    let areas = look(ctx, 16, |view| {
        let trees = &view.areas;
        (!trees.is_empty()).then(|| trees.iter().map(of_zone).sum::<u64>())
    })?;
    let Some(areas) = areas else {
        let hint = "use the allocator gravity with `gravity: #{ tree: \"red_black\" }`, \"avl\" or \"treap\"";
        return Err(Mistake::new("area_tree: this machine keeps its free areas in no tree", hint).at(ctx));
    };
    look(ctx, areas, |view| {
        let shapes = || view.areas.iter().map(AreaTree::shape);
        let mut map = Map::new();
        let mut set = |name: &str, value: Dynamic| drop(map.insert(name.into(), value));
        set("areas", (areas as i64).into());
        set("depth", shapes().map(|shape| i64::from(shape.depth)).max().unwrap_or(0).into());
        set("least_depth", shapes().map(|shape| i64::from(shape.least_depth())).max().unwrap_or(0).into());
        let ways: u64 = shapes().map(|shape| shape.ways).sum();
        set("mean_depth", (ways as f64 / areas.max(1) as f64).into());
        map
    })
}

fn figures(ctx: &NativeCallContext) -> Result<Fragmentation, Fail> {
    let cost = look(ctx, 16, fragmentation::cost)?;
    look(ctx, cost, Fragmentation::of)
}

/// Fails if so many maps do not fit into a value.
fn room_for(ctx: &NativeCallContext, call: &str, count: usize) -> Result<(), Fail> {
    let most = Room::of(ctx).with(|state| state.limits.map) / 8;
    if count > most {
        let message = format!("{call}: {count} are more than a script can hold, {most}");
        return Err(Mistake::new(message, "ask for figures instead: free_frames(), unusable_index(pages)").at(ctx));
    }
    Ok(())
}

fn asked_map(asked: &Asked) -> Map {
    Map::from([
        ("pages".into(), i64::from(asked.from).into()),
        ("to".into(), i64::from(asked.to).into()),
        ("asked".into(), (asked.asked as i64).into()),
        ("missed".into(), (asked.missed as i64).into()),
    ])
}

fn run_map(first: Pfn, run: &Run) -> Map {
    let mut map = Map::new();
    let mut set = |name: &str, value: Dynamic| drop(map.insert(name.into(), value));
    set("id", i64::from(run.id.0).into());
    set("frame", i64::from(first.0).into());
    set("pages", i64::from(run.request.pages).into());
    set("given", i64::from(run.given).into());
    set("pins", i64::from(run.pins).into());
    set("pid", run.mapped.first().map_or(-1, |(pid, _)| i64::from(pid.0)).into());
    set("movable", (run.request.mobility == Mobility::Movable).into());
    map
}
