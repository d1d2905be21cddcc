//! Heaps of programs in a script: `p.heap("phk")`, `h.malloc(100)`, and what can be asked of one.

use super::mistake::{Answer, Fail, Mistake};
use super::room::{Room, act, look};
use super::values::{Heap, Process, addr, address, amount, call};
use crate::lab::figures::heap as figures;
use crate::lab::tell::placed::suggest;
use crate::units::{HeapId, VirtAddr};
use crate::vocabulary::command::{Calloc, Command, HeapFree, HeapTrim, Kfree, Kmalloc, Malloc, NewHeap, Realloc};
use crate::vocabulary::heap::{self, HEAP_KINDS, HeapSettings};
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::reply::Reply;
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Heap>("heap");
    engine.register_fn("to_string", |heap: Heap| heap.to_string());
    engine.register_fn("to_debug", |heap: Heap| heap.to_string());
    engine.register_fn("==", |a: Heap, b: Heap| a == b);
    engine.register_fn("!=", |a: Heap, b: Heap| a != b);
    register_making(engine);
    register_calls(engine);
    register_queries(engine);
    register_kernel_calls(engine);
}

fn register_making(engine: &mut Engine) {
    engine.register_fn("heap", |ctx: NativeCallContext, p: Process, kind: &str| make(&ctx, p, kind, Map::new()));
    engine.register_fn("heap", |ctx: NativeCallContext, p: Process, kind: &str, settings: Map| {
        make(&ctx, p, kind, settings)
    });
    engine.register_fn("heap", |ctx: NativeCallContext, p: Process, number: i64| {
        let heap = Heap { pid: p.0, heap: HeapId(super::values::small(&ctx, "heap", number)?) };
        see(&ctx, heap, 1, |_| heap)
    });
    engine.register_fn("heaps", |ctx: NativeCallContext, p: Process| {
        look(&ctx, 16, |view| {
            let heaps = view.heaps.get(&p.0).into_iter().flat_map(|heaps| heaps.keys());
            heaps.map(|heap| Dynamic::from(Heap { pid: p.0, heap: *heap })).collect::<Array>()
        })
    });
}

/// Makes a heap of this kind.
fn make(ctx: &NativeCallContext, p: Process, kind: &str, settings: Map) -> Answer {
    let settings = settings_of(kind, settings).map_err(|mistake| mistake.at(ctx))?;
    let reply = act(ctx, Command::Heap(NewHeap { pid: p.0, settings }))?;
    Ok(match reply {
        Reply::Heap(heap) => Dynamic::from(Heap { pid: p.0, heap }),
        reply => super::values::value(reply),
    })
}

fn settings_of(kind: &str, settings: Map) -> Result<HeapSettings, Mistake> {
    let mut made = HeapSettings::of_kind(kind).ok_or_else(|| {
        let short: String = kind.chars().take(40).collect();
        Mistake::new(format!("heap: there is no kind `{short}`"), suggest(&short, &HEAP_KINDS))
    })?;
    for (name, value) in settings {
        // A text is its own words; numbers and true or false are written as they are.
        made.set(&name, &value.to_string()).map_err(Mistake::from)?;
    }
    Ok(made)
}

fn register_calls(engine: &mut Engine) {
    engine.register_fn("malloc", |ctx: NativeCallContext, h: Heap, bytes: i64| {
        let bytes = amount(&ctx, "bytes", bytes)?;
        call(&ctx, Command::Malloc(Malloc { pid: h.pid, heap: h.heap, bytes }))
    });
    engine.register_fn("calloc", |ctx: NativeCallContext, h: Heap, count: i64, bytes: i64| {
        let (count, bytes) = (amount(&ctx, "count", count)?, amount(&ctx, "bytes", bytes)?);
        call(&ctx, Command::Calloc(Calloc { pid: h.pid, heap: h.heap, count, bytes }))
    });
    engine.register_fn("realloc", |ctx: NativeCallContext, h: Heap, at: i64, bytes: i64| {
        let bytes = amount(&ctx, "bytes", bytes)?;
        call(&ctx, Command::Realloc(Realloc { pid: h.pid, heap: h.heap, addr: addr(at), bytes }))
    });
    engine.register_fn("free", |ctx: NativeCallContext, h: Heap, at: i64| {
        call(&ctx, Command::HeapFree(HeapFree { pid: h.pid, heap: h.heap, addr: addr(at) }))
    });
    engine.register_fn("trim", |ctx: NativeCallContext, h: Heap| {
        call(&ctx, Command::HeapTrim(HeapTrim { pid: h.pid, heap: h.heap }))
    });
}

fn register_kernel_calls(engine: &mut Engine) {
    engine.register_fn("kmalloc", |ctx: NativeCallContext, bytes: i64| {
        let bytes = amount(&ctx, "bytes", bytes)?;
        call(&ctx, Command::Kmalloc(Kmalloc { bytes }))
    });
    engine.register_fn("kfree", |ctx: NativeCallContext, at: i64| call(&ctx, Command::Kfree(Kfree { addr: addr(at) })));
    engine.register_fn("kheap", |ctx: NativeCallContext| {
        let heap = Heap { pid: KERNEL, heap: HeapId(0) };
        see(&ctx, heap, 1, |_| heap)
    });
}

fn register_queries(engine: &mut Engine) {
    engine.register_get("process", |h: &mut Heap| Process(h.pid));
    engine.register_get("kind", |ctx: NativeCallContext, h: &mut Heap| {
        see(&ctx, *h, 1, |heap| heap.info.settings.kind().to_string())
    });
    engine.register_fn("stats", |ctx: NativeCallContext, h: Heap| stats(&ctx, h));
    engine.register_fn("blocks", |ctx: NativeCallContext, h: Heap| {
        check_length(&ctx, h)?;
        see(&ctx, h, 64, |heap| pairs(heap.blocks.iter().map(|(at, bytes)| (at.0, *bytes))))
    });
    engine.register_fn("free_list", |ctx: NativeCallContext, h: Heap| {
        check_length(&ctx, h)?;
        picture(&ctx, h).map(|picture| pairs(picture.free_blocks()))
    });
    engine.register_fn("check", |ctx: NativeCallContext, h: Heap| {
        let cost = see(&ctx, h, 1, cost)?;
        let found =
            look(&ctx, cost, |view| figures::heap(view, h.pid, h.heap).map(|heap| figures::check(view, h.pid, heap)));
        found.map(|found| found.unwrap_or_default().into_iter().map(Dynamic::from).collect::<Array>())
    });
}

/// Words that are read at most to look at a heap, about.
fn cost(heap: &heap::Heap) -> u64 {
    heap.blocks.len() as u64 + heap.held_pages() + heap.info.list.len() as u64 + 256
}

fn picture(ctx: &NativeCallContext, h: Heap) -> Result<crate::user::picture::Picture, Fail> {
    let cost = see(ctx, h, 1, cost)?;
    let found =
        look(ctx, cost, |view| figures::heap(view, h.pid, h.heap).map(|heap| figures::picture(view, h.pid, heap)));
    found.map(Option::unwrap_or_default)
}

/// Looks at what is noted of a heap.
fn see<T>(ctx: &NativeCallContext, h: Heap, cost: u64, f: impl FnOnce(&heap::Heap) -> T) -> Result<T, Fail> {
    let found = look(ctx, cost, |view| figures::heap(view, h.pid, h.heap).map(f))?;
    if found.is_none() && h.pid == KERNEL {
        return Err(Mistake::new("the kernel has no heap yet", "the first kmalloc(bytes) makes it").at(ctx));
    }
    found.ok_or_else(|| Mistake::new(format!("there is no {h}"), "make one first: let h = p.heap(\"phk\")").at(ctx))
}

/// Lists of more blocks than a script may hold are refused.
fn check_length(ctx: &NativeCallContext, h: Heap) -> Result<(), Fail> {
    let blocks = see(ctx, h, 1, |heap| heap.blocks.len() + heap.info.list.len() + heap.held_pages() as usize)?;
    let most = Room::of(ctx).with(|state| state.limits.map) / 4;
    if blocks <= most {
        return Ok(());
    }
    let message = format!("{h}: {blocks} blocks and pages are more than a script can hold, {most}");
    Err(Mistake::new(message, "ask h.stats() instead").at(ctx))
}

fn stats(ctx: &NativeCallContext, h: Heap) -> Result<Map, Fail> {
    let (pages, cost) = see(ctx, h, 1, |heap| (heap.held_pages(), cost(heap)))?;
    let found = look(ctx, pages.min(1 << 20) + cost, |view| {
        let heap = figures::heap(view, h.pid, h.heap)?;
        let resident = figures::resident(view, h.pid, heap);
        Some((heap.info.stats, figures::waste(view, h.pid, heap), heap.blocks.len(), resident))
    })?;
    let (stats, waste, blocks, resident) = found.unwrap_or_default();
    let all = stats.all().chain(waste.all());
    let mut map: Map = all.map(|(name, n)| (name.into(), (n as i64).into())).collect();
    map.insert("blocks".into(), (blocks as i64).into());
    map.insert("resident".into(), (resident as i64).into());
    Ok(map)
}

fn pairs(pairs: impl Iterator<Item = (u64, u64)>) -> Array {
    let pair = |(at, bytes): (u64, u64)| Dynamic::from(Array::from([address(VirtAddr(at)), (bytes as i64).into()]));
    pairs.map(pair).collect()
}
