//! What a scenario is given from outside: a seed, and values of its parameters. Both stand in its header, so the text
//! is all there is to know of a run; whoever wants others gets a text with other header lines.
//!
//! ```text
//! //! seed: 7                    seed() is 7; random(n) draws from it
//! //! parameter: frames=64       parameter("frames") is 64
//! ```
//! `random` is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same on every host. A number below `n` is the upper
//! half of the product of `n` and the next 64 bits.

use super::mistake::{Answer, Fail, Mistake};
use super::room::Room;
use crate::lab::recording::head::{header, headers};
use crate::lab::tell::placed::suggest;
use crate::refusal::{Refusal, refuse};
use rhai::{Array, Dynamic, Engine, NativeCallContext};

/// The seed where a scenario names none.
const SEED: u64 = 1;
/// Seeds made of names have at most so many digits, to be typed again from paper.
const OF_NAME: u64 = 1_000_000;

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("seed", |ctx: NativeCallContext| Room::of(&ctx).with(|state| seed_of(&state.source) as i64));
    engine.register_fn("random", |ctx: NativeCallContext, below: i64| random(&ctx, 0, below.saturating_sub(1)));
    engine.register_fn("random", |ctx: NativeCallContext, from: i64, to: i64| random(&ctx, from, to));
    engine.register_fn("shuffle", |ctx: NativeCallContext, items: Array| shuffle(&ctx, items));
    engine.register_fn("parameter", |ctx: NativeCallContext, name: &str| parameter(&ctx, name));
}

/// The text of a scenario with another seed.
///
/// # Errors
/// It has no line `//! seed: 1`, so nothing in it depends on one.
pub fn with_seed(source: &str, seed: u64) -> Result<String, Refusal> {
    if header(source, "seed").is_none() {
        return refuse("this scenario has no seed", "one whose header has a line `//! seed: 1` has");
    }
    Ok(replaced(source, "seed", |_| Some(seed.to_string())))
}

/// The text of a scenario with another value of a parameter: `frames=128`.
///
/// # Errors
/// It is no name and value, or there is no parameter of this name.
pub fn with_parameter(source: &str, set: &str) -> Result<String, Refusal> {
    let Some((name, value)) = set.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
        return refuse(format!("`{set}` is no parameter with its value"), "write name=value");
    };
    if value.contains(['\n', '\r']) {
        return refuse(format!("the value of `{name}` has several lines"), "write it in one");
    }
    let names: Vec<&str> = parameters(source).map(|(name, _)| name).collect();
    if !names.contains(&name) {
        let hint = if names.is_empty() { "this scenario has none".into() } else { suggest(name, &names) };
        return refuse(format!("there is no parameter `{name}`"), hint);
    }
    let same = |line: &str| line.split_once('=').is_some_and(|(one, _)| one.trim() == name);
    Ok(replaced(source, "parameter", |line| same(line).then(|| format!("{name}={value}"))))
}

/// The seed that belongs to a name, the same for any way to write it in capitals and blanks: FNV-1a, six digits.
pub fn seed_of_name(name: &str) -> u64 {
    let words = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    words.bytes().fold(0xcbf2_9ce4_8422_2325, hash) % OF_NAME
}

/// The seed that a scenario's header names.
pub fn seed_of(source: &str) -> u64 {
    header(source, "seed").and_then(|seed| seed.parse().ok()).unwrap_or(SEED)
}

/// The parameters of a scenario with their values, in the order of its header.
pub fn parameters(source: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers(source, "parameter").filter_map(|line| line.split_once('='));
    lines.map(|(name, value)| (name.trim(), value.trim()))
}

/// The text with other values of header lines of a name.
fn replaced(source: &str, name: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mark = format!("//! {name}:");
    let mut head = true;
    let line = |line: &str| {
        head &= line.trim().is_empty() || line.trim_start().starts_with(['/', '\u{feff}']);
        let end = if line.ends_with('\n') { "\n" } else { "" };
        let found = line.trim_start().strip_prefix(&mark).filter(|_| head);
        let other = found.and_then(|old| value(old.trim()));
        other.map_or_else(|| line.to_string(), |value| format!("{mark} {value}{end}"))
    };
    source.split_inclusive('\n').map(line).collect()
}

fn random(ctx: &NativeCallContext, from: i64, to: i64) -> Result<i64, Fail> {
    if from > to {
        let hint = "random(6) is a number from 0 to 5, random(1, 6) one from 1 to 6";
        return Err(Mistake::new("random: there is no such number", hint).at(ctx));
    }
    let below = i128::from(to) - i128::from(from) + 1;
    let drawn = (u128::from(next(ctx)) * below as u128) >> 64;
    Ok((i128::from(from) + drawn as i128) as i64)
}

/// Fisher and Yates, from the end.
fn shuffle(ctx: &NativeCallContext, mut items: Array) -> Result<Array, Fail> {
    for last in (1..items.len()).rev() {
        let other = random(ctx, 0, last as i64)? as usize;
        items.swap(last, other);
    }
    Ok(items)
}

fn next(ctx: &NativeCallContext) -> u64 {
    Room::of(ctx).with(|state| {
        let before = state.random.unwrap_or_else(|| seed_of(&state.source));
        let after = before.wrapping_add(0x9e37_79b9_7f4a_7c15);
        state.random = Some(after);
        let mixed = (after ^ (after >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

/// A parameter's value: a number if it is one, true or false, else a text.
fn parameter(ctx: &NativeCallContext, name: &str) -> Answer {
    Room::of(ctx).with(|state| {
        let all: Vec<(&str, &str)> = parameters(&state.source).collect();
        match all.iter().find(|(one, _)| *one == name) {
            Some((_, value)) => Ok(read(value)),
            None => {
                let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
                let hint = format!("the header names it: //! parameter: {name}=1");
                let hint = if names.is_empty() { hint } else { suggest(name, &names) };
                Err(Mistake::new(format!("there is no parameter `{name}`"), hint).at(ctx))
            }
        }
    })
}

fn read(value: &str) -> Dynamic {
    match value {
        "true" => true.into(),
        "false" => false.into(),
        _ => value.parse::<i64>().map_or_else(|_| value.to_string().into(), Dynamic::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_seeds_and_values_are_other_header_lines() {
        let source = "\u{feff}//! title: T\n//! seed: 1\n//! parameter: frames=8\n//! parameter: name=a b\nseed();\n//! seed: 3\n";
        let other = with_seed(source, 42).expect("it has a seed");
        assert_eq!(other, source.replace("//! seed: 1\n", "//! seed: 42\n"));
        assert_eq!((seed_of(source), seed_of(&other)), (1, 42));
        let set = with_parameter(source, "frames = 16").expect("it has this parameter");
        assert_eq!(set, source.replace("frames=8", "frames=16"));
        assert_eq!(parameters(&set).collect::<Vec<_>>(), [("frames", "16"), ("name", "a b")]);
        assert!(with_parameter(source, "frame=2").expect_err("no such").to_string().contains("did you mean `frames`"));
        assert!(with_parameter(source, "frames").is_err() && with_seed("seed();", 2).is_err());
    }

    #[test]
    fn a_name_has_one_seed_however_it_is_written() {
        assert_eq!(seed_of_name("Ada Lovelace"), seed_of_name("  ada  LOVELACE "));
        assert_ne!(seed_of_name("Ada Lovelace"), seed_of_name("Charles Babbage"));
        assert!(seed_of_name("") < OF_NAME);
    }
}
