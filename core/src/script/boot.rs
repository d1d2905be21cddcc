//! Questions a script can ask about what the kernel took at boot, the page cache's hash table and its other users, and
//! about the colours of frames.

use super::room::look;
use super::values::address;
use crate::lab::figures::page_hash::Chains;
use crate::lab::time::view::View;
use crate::vocabulary::boot::{BootGiven, BootPlace};
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("boot_runs", |ctx: NativeCallContext| {
        look(&ctx, 1, |view| view.boot.iter().map(|given| given_map(given).into()).collect::<Array>())
    });
    engine.register_fn("colours", |ctx: NativeCallContext| {
        look(&ctx, 1, |view| i64::from(view.config.cpu_cache.colours(view.geometry())))
    });
    engine.register_fn("hash_chains", |ctx: NativeCallContext| {
        let pages = look(&ctx, 16, pages_of_objects)?;
        look(&ctx, pages, |view| chains_map(&Chains::of(view)))
    });
}

fn given_map(given: &BootGiven) -> Map {
    let (frame, addr) = match given.place {
        BootPlace::Run(first) => (i64::from(first.0), Dynamic::from(-1_i64)),
        BootPlace::Vmalloc(addr) => (-1, address(addr)),
        BootPlace::Nowhere => (-1, Dynamic::from(-1_i64)),
    };
    Map::from([
        ("user".into(), <&str>::from(given.user).into()),
        ("pages".into(), i64::from(given.pages).into()),
        ("frame".into(), frame.into()),
        ("addr".into(), addr),
    ])
}

fn pages_of_objects(view: &View) -> u64 {
    view.objects.values().map(|object| object.pages.len() as u64).sum()
}

fn chains_map(chains: &Chains) -> Map {
    Map::from([
        ("buckets".into(), i64::from(chains.buckets).into()),
        ("pages".into(), (chains.pages as i64).into()),
        ("used".into(), (chains.used() as i64).into()),
        ("longest".into(), i64::from(chains.longest()).into()),
        ("mean_walk".into(), chains.mean_walk().into()),
    ])
}
