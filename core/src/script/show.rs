//! `show(#{ select: …, point: […], … })`: a script's map as what the page is to show with the note before.

use super::mistake::{Fail, Mistake};
use super::room::{Room, act, look};
use super::thing::thing;
use super::values::{CallFields, small, type_name};
use crate::lab::measure::tally::Tally;
use crate::lab::recording::by_name;
use crate::lab::tell::placed::suggest;
use crate::vocabulary::command::Command;
use crate::vocabulary::show::{PANELS, Panel, Show};
use crate::vocabulary::thing::Thing;
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// Adds `show` to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("show", |ctx: NativeCallContext, fields: Map| {
        let show = show(&ctx, fields)?;
        act(&ctx, Command::Show(show.into())).map(drop)
    });
}

fn show(ctx: &NativeCallContext, fields: Map) -> Result<Show, Fail> {
    if fields.is_empty() {
        let hint = "give `select`, `point`, `zoom`, `open`, `fold` or `counter`; `zoom: \"all\"` is the whole map";
        return Err(Mistake::new("show: there is nothing to show", hint).at(ctx));
    }
    let mut fields = CallFields::new(ctx, "show", fields);
    let (select, point, zoom) = (fields.any("select"), fields.any("point"), fields.any("zoom"));
    let (open, fold, counter) = (fields.texts("open")?, fields.texts("fold")?, fields.text("counter")?);
    fields.finish()?;
    let show = Show {
        select: select.map_or(Ok(None), |value| thing(ctx, "show", &value))?,
        point: point.map_or(Ok(Vec::new()), |value| things(ctx, value))?,
        zoom: zoom.map_or(Ok(None), |value| frames(ctx, &value))?,
        open: panels(ctx, open)?,
        fold: panels(ctx, fold)?,
        counter: counter.map(|name| known(ctx, name)).transpose()?,
    };
    show.check().map_err(|refusal| Mistake::from(refusal).at(ctx))?;
    Ok(show)
}

/// A list of things; of what names one thing, that one.
fn things(ctx: &NativeCallContext, value: Dynamic) -> Result<Vec<Thing>, Fail> {
    let is_page = |items: &Array| items.len() == 2 && items[1].is_int() && items[0].type_name().ends_with("Process");
    match value.try_cast_result::<Array>() {
        Ok(items) if !is_page(&items) => items.iter().filter_map(|item| thing(ctx, "show", item).transpose()).collect(),
        Ok(page) => thing(ctx, "show", &page.into()).map(Vec::from_iter),
        Err(one) => thing(ctx, "show", &one).map(Vec::from_iter),
    }
}

/// The first frame and how many, of a frame's number, `[first, count]`, or what names a frame; `None` for `"all"`, for
/// a page in no frame, and for frames that another machine does not have.
fn frames(ctx: &NativeCallContext, value: &Dynamic) -> Result<Option<[u32; 2]>, Fail> {
    if value.as_immutable_string_ref().is_ok_and(|text| text.as_str() == "all") {
        return Ok(None);
    }
    let ints = value.as_array_ref().ok().and_then(|items| items.iter().map(|item| item.as_int().ok()).collect());
    let range: Option<Vec<i64>> = ints;
    if let Some([first, count]) = range.as_deref() {
        let (first, count) = (small(ctx, "zoom", *first)?, small(ctx, "zoom", *count)?);
        let all = look(ctx, 1, |view| view.config.frames)?;
        return match first.checked_add(count).is_some_and(|end| end <= all) {
            true => Ok(Some([first, count])),
            false if Room::of(ctx).with(|state| state.other_runs.is_other()) => Ok(None),
            false => Err(Mistake::new(
                format!("show: `zoom` goes beyond the machine's {all} frames"),
                "use frames that there are",
            )
            .at(ctx)),
        };
    }
    match thing(ctx, "show", value)? {
        Some(Thing::Frame(pfn)) => {
            // The kernel's own frames, if they are apart, are not among the map's cells.
            let on_map = look(ctx, 1, |view| pfn.0 < view.config.frames)?;
            Ok(on_map.then_some([pfn.0, 1]))
        }
        None => Ok(None),
        Some(Thing::Slot(_) | Thing::Process(_) | Thing::Page(..) | Thing::Vma(..)) => {
            let found = type_name(value.type_name());
            let hint = "it should be a frame's number, [first, count], or \"all\"";
            Err(Mistake::new(format!("show: `zoom` is {found}"), hint).at(ctx))
        }
    }
}

fn panels(ctx: &NativeCallContext, names: Option<Vec<String>>) -> Result<Vec<Panel>, Fail> {
    let panel = |name: &String| {
        by_name("panel", name, &PANELS).map_err(|message| {
            let (what, hint) = message.split_once("; ").unwrap_or((&message, ""));
            Mistake::new(what, hint).at(ctx)
        })
    };
    names.unwrap_or_default().iter().map(panel).collect()
}

fn known(ctx: &NativeCallContext, counter: String) -> Result<String, Fail> {
    if Tally::NAMES.contains(&counter.as_str()) {
        return Ok(counter);
    }
    let counter: String = counter.chars().take(40).collect();
    Err(Mistake::new(format!("there is no counter `{counter}`"), suggest(&counter, Tally::NAMES)).at(ctx))
}
