//! `over_seeds(20, |seed| …)`: calls a function for many seeds, each on its own machine, and sums up what it gives.
//! So a script can say what holds for chance as such, not for the one seed that it was written with.
//!
//! The machine is no other one of the script's: the function makes it. Its session is dropped with each call. The seeds
//! are those of SplitMix64 (Steele, Lea and Flood, 2014), counted from 0, so they are the same everywhere.

use super::mistake::{Fail, Mistake};
use super::once::once;
use super::own_machine::{OwnMachine, refuse_within};
use super::room::Room;
use super::values::type_name;
use crate::lab::measure::spread::rank;
use rhai::{Array, Dynamic, Engine, FnPtr, Map, NativeCallContext};

/// At most this many seeds.
const MOST_SEEDS: i64 = 100;
/// The name of the only figure, if the function gives a number.
const ONLY: &str = "";
const EXAMPLE: &str = "for example over_seeds(20, |seed| …), or over_seeds(20, value, |seed, value| …)";

/// Adds the function to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("over_seeds", |ctx: NativeCallContext, n: i64, body: FnPtr| over_seeds(&ctx, n, None, &body));
    engine.register_fn("over_seeds", |ctx: NativeCallContext, n: i64, value: Dynamic, body: FnPtr| {
        over_seeds(&ctx, n, Some(value), &body)
    });
}

fn over_seeds(ctx: &NativeCallContext, n: i64, value: Option<Dynamic>, body: &FnPtr) -> Result<Map, Fail> {
    refuse_within(ctx, "over_seeds", "one function can give a map of several figures for each seed")?;
    if !(1..=MOST_SEEDS).contains(&n) {
        return Err(Mistake::new(format!("over_seeds: {n} seeds"), format!("use 1 to {MOST_SEEDS}")).at(ctx));
    }
    if Room::of(ctx).with(|state| state.script.is_some()) {
        return once(ctx, "over_seeds", |_| figures(ctx, n, value.as_ref(), body));
    }
    figures(ctx, n, value.as_ref(), body)
}

/// Calls the function for each seed, and sums up.
fn figures(ctx: &NativeCallContext, n: i64, value: Option<&Dynamic>, body: &FnPtr) -> Result<Map, Fail> {
    let mut rows: Vec<Map> = Vec::new();
    for n in 0..n {
        let row = with_seed(ctx, seed(n), value, body)?;
        let names = |map: &Map| map.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if rows.first().is_some_and(|first| !first.keys().eq(row.keys())) {
            let message = format!("over_seeds: with seed {} the figures are {}", seed(n), names(&row));
            let hint = format!("with the first seed they were {}: give the same for each", names(&rows[0]));
            return Err(Mistake::new(message, hint).at(ctx));
        }
        rows.push(row);
    }
    let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Array>();
    match rows[0].contains_key(ONLY) {
        true => Ok(summary(column(ONLY))),
        false => Ok(rows[0].keys().map(|name| (name.clone(), summary(column(name)).into())).collect()),
    }
}

/// The seed of this number, counted from 0; 31 bits.
fn seed(n: i64) -> i64 {
    let mut z = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 33) as i64
}

/// Calls the function with this seed, on a machine of its own, which it makes; its figures by name.
fn with_seed(ctx: &NativeCallContext, seed: i64, value: Option<&Dynamic>, body: &FnPtr) -> Result<Map, Fail> {
    let on = OwnMachine { name: "over_seeds", with: format!("seed {seed}"), example: EXAMPLE };
    let given = on.call(ctx, body, || match value {
        None => body.call_within_context::<Dynamic>(ctx, (seed,)),
        Some(value) => body.call_within_context::<Dynamic>(ctx, (seed, value.clone())),
    })?;
    let row = match given.try_cast_result::<Map>() {
        Ok(map) if !map.is_empty() => map,
        Ok(_) => return Err(no_figure(ctx, seed, "gave an empty map")),
        Err(number) => Map::from([(ONLY.into(), number)]),
    };
    for (name, value) in &row {
        let is_text = value.is_string() && name != ONLY;
        if !value.is_int() && !value.is_float() && !is_text {
            let what = if name == ONLY { String::new() } else { format!(" as `{name}`") };
            return Err(no_figure(ctx, seed, &format!("gave {}{what}", type_name(value.type_name()))));
        }
    }
    Ok(row)
}

fn no_figure(ctx: &NativeCallContext, seed: i64, what: &str) -> Fail {
    let hint = "it should give a number, or a map of numbers such as #{ failed: 3, cycles: 1200 }";
    Mistake::new(format!("over_seeds: with seed {seed} the function {what}"), hint).at(ctx)
}

/// The smallest, the quartiles, the largest and the mean, to a hundredth, of some numbers, and all of them; of texts
/// all of them alone.
fn summary(all: Array) -> Map {
    if all.iter().any(Dynamic::is_string) {
        return Map::from([("all".into(), all.into())]);
    }
    let number = |value: &Dynamic| value.as_float().unwrap_or_else(|_| value.as_int().unwrap_or_default() as f64);
    let mut sorted = all.clone();
    sorted.sort_by(|a, b| number(a).total_cmp(&number(b)));
    let mean = all.iter().map(number).sum::<f64>() / all.len() as f64;
    let at = |quarters| sorted[rank(sorted.len(), quarters)].clone();
    Map::from([
        ("min".into(), at(0)),
        ("q1".into(), at(1)),
        ("median".into(), at(2)),
        ("q3".into(), at(3)),
        ("max".into(), at(4)),
        ("mean".into(), Dynamic::from((mean * 100.0).round() / 100.0)),
        ("all".into(), all.into()),
    ])
}
