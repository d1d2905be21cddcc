//! Questions a script can ask about the reverse map: what it stores, what it costs, which entries are wrong.

use super::mistake::{Fail, Mistake};
use super::room::look;
use super::values::{address, small};
use crate::lab::figures::metadata;
use crate::lab::time::view::View;
use crate::units::Pfn;
use crate::vocabulary::entry::Entry;
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("way_back", |ctx: NativeCallContext, frame: i64| {
        let pfn = Pfn(small(&ctx, "frame", frame)?);
        let known = look(&ctx, 1, |view| pfn.0 < view.frames.len())?;
        if !known {
            return Err(Mistake::new(format!("way_back: there is no frame {}", pfn.0), "frames count from 0").at(&ctx));
        }
        look(&ctx, 1, |view| way_back(view, pfn))
    });
    engine.register_fn("rmap_bytes", |ctx: NativeCallContext| {
        let cost = look(&ctx, 0, |view| u64::from(view.frames.len()) + view.anon_vmas.len() as u64)?;
        look(&ctx, cost, |view| metadata::metadata(view).iter().map(|item| item.bytes() as i64).sum::<i64>())
    });
    engine.register_fn("stale_entries", |ctx: NativeCallContext| stale(&ctx));
}

fn way_back(view: &View, pfn: Pfn) -> Map {
    let mut map = Map::new();
    let mut set = |name: &str, value: Dynamic| drop(map.insert(name.into(), value));
    let kind = match view.entries.get(pfn) {
        Entry::None => "none",
        Entry::Offset { vma, offset } => {
            set("vma", i64::from(vma.0).into());
            set("offset", ((offset << view.geometry().page_shift) as i64).into());
            "offset"
        }
        Entry::Shared => "shared",
        Entry::Direct(_) => {
            set("pointers", 1_i64.into());
            "direct"
        }
        Entry::Chain(pointers) => {
            set("pointers", (pointers.len() as i64).into());
            "chain"
        }
    };
    set("kind", kind.into());
    map
}

fn stale(ctx: &NativeCallContext) -> Result<Array, Fail> {
    let frames = look(ctx, 0, |view| u64::from(view.frames.len()))?;
    look(ctx, 4 * frames, |view| {
        let bytes = |pages: u64| Dynamic::from((pages << view.geometry().page_shift) as i64);
        let map = |stale: metadata::Stale| {
            let mut map = Map::new();
            map.insert("frame".into(), i64::from(stale.pfn.0).into());
            map.insert("pid".into(), i64::from(stale.pid.0).into());
            map.insert("addr".into(), address(view.geometry().addr(stale.vpn)));
            map.insert("stored".into(), bytes(stale.stored.1));
            map.insert("right".into(), bytes(stale.right.1));
            Dynamic::from(map)
        };
        metadata::stale(view).into_iter().take(1024).map(map).collect()
    })
}
