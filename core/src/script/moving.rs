//! Moving, compaction and `vmalloc` as functions of the script language.

use super::frames::first_frame;
use super::mistake::{Fail, Mistake};
use super::room::Room;
use super::values::{addr, amount, call, small};
use crate::lab::tell::words::lack_text;
use crate::units::Pfn;
use crate::vocabulary::command::{Command, Migrate, Vfree, Vmalloc};
use rhai::{Dynamic, Engine, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("migrate", |ctx: NativeCallContext, from: Dynamic, to: i64| {
        let (from, to) = (first_frame(&ctx, "migrate", &from)?, Pfn(small(&ctx, "to", to)?));
        call(&ctx, Command::Migrate(Migrate { from, to }))
    });
    engine.register_fn("contig_report", |ctx: NativeCallContext| report(&ctx));
    engine.register_fn("compact", |ctx: NativeCallContext| call(&ctx, Command::Compact));
    engine.register_fn("vmalloc", |ctx: NativeCallContext, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Vmalloc(Vmalloc { pages }))
    });
    engine.register_fn("vfree", |ctx: NativeCallContext, at: i64| call(&ctx, Command::Vfree(Vfree { addr: addr(at) })));
}

/// What the last request took, as a map; all zero if a free run could serve it at once.
fn report(ctx: &NativeCallContext) -> Result<Map, Fail> {
    let found = Room::of(ctx).with(|state| {
        let session = state.session()?;
        let last = session.steps().iter().rposition(|step| matches!(step.command, Command::Alloc(_)));
        Ok(last.and_then(|step| session.steps()[step].report.as_deref().copied()))
    });
    let report = found.map_err(|mistake: Mistake| mistake.at(ctx))?.unwrap_or_default();
    let number = |n: u32| Dynamic::from(i64::from(n));
    let (at, pages) = report.window.map_or((-1, 0), |window| (i64::from(window.start.0), window.len));
    Ok([
        ("frame", Dynamic::from(at)),
        ("pages", number(pages)),
        ("inspected", number(report.inspected)),
        ("moved", number(report.moved)),
        ("written", number(report.written)),
        ("zapped", number(report.zapped)),
        ("lack", report.lack.map_or(String::new(), |lack| lack_text(&lack)).into()),
    ]
    .into_iter()
    .map(|(name, value)| (name.into(), value))
    .collect())
}
