//! Moving, compaction and `vmalloc` as functions of the script language.

use super::values::{addr, amount, call, small};
use crate::lab::command::Command;
use crate::units::Pfn;
use rhai::{Engine, NativeCallContext};

/// Adds them to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("migrate", |ctx: NativeCallContext, from: i64, to: i64| {
        let (from, to) = (Pfn(small(&ctx, "from", from)?), Pfn(small(&ctx, "to", to)?));
        call(&ctx, Command::Migrate { from, to })
    });
    engine.register_fn("compact", |ctx: NativeCallContext| call(&ctx, Command::Compact));
    engine.register_fn("vmalloc", |ctx: NativeCallContext, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Vmalloc { pages })
    });
    engine.register_fn("vfree", |ctx: NativeCallContext, at: i64| call(&ctx, Command::Vfree { addr: addr(at) }));
}
