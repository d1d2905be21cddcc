//! `ask("question", answer)`, and questions that are judged: `ask("question", #{ number: p.rss(), unit: "frames" })`.
//! What is right may come later, from the machine: `number: later()`, and after the commands that are asked about
//! `answer(p.rss())`.

use super::calls::text;
use super::mistake::{Answer, Fail, Mistake};
use super::room::{Room, act, look};
use super::thing::thing;
use super::values::{CallFields, Process, amount, display, small, type_name};
use crate::lab::recording::by_name;
use crate::units::VirtAddr;
use crate::vocabulary::command::{self, Ask, Command};
use crate::vocabulary::question::{Asks, FORESEEN, Right, Task};
use crate::vocabulary::thing::Thing;
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext, Position};

/// A cell of a table that is to be filled in, with what is right.
#[derive(Clone, Debug)]
struct Blank(String);

/// What is right comes later.
#[derive(Clone, Debug)]
struct Later;

/// A question that waits for its answer, and where it was asked.
#[derive(Clone, Debug)]
pub struct Unanswered {
    task: Task,
    pub place: Position,
}

/// Adds `ask`, `answer`, `later` and `blank` to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Blank>("blank");
    engine.register_type_with_name::<Later>("later");
    engine.register_fn("later", || Later);
    engine.register_fn("blank", |value: Dynamic| Blank(display(&value)));
    engine.register_fn("ask", |ctx: NativeCallContext, question: Dynamic, answer: Dynamic| {
        let question = text(&ctx, question)?;
        let asked = match answer.try_cast_result::<Map>() {
            Ok(fields) => task(&ctx, question, fields)?,
            Err(answer) => Ask::new(question, text(&ctx, answer)?),
        };
        act(&ctx, Command::Ask(asked)).map(drop)
    });
    engine.register_fn("answer", |ctx: NativeCallContext, value: Dynamic| answer(&ctx, value));
}

/// The hint where a question was left open.
pub const UNANSWERED: &str = "say what is right by answer(value), after the commands that are asked about";

fn answer(ctx: &NativeCallContext, value: Dynamic) -> Answer {
    let waiting = Room::of(ctx).with(|state| state.unanswered.take());
    let Some(Unanswered { task, .. }) = waiting else {
        let hint = "ask first, with later() in place of what is right: ask(\"How many?\", #{ number: later() })";
        return Err(Mistake::new("answer: no question waits for it", hint).at(ctx));
    };
    let Some(right) = right(ctx, &task.asks, value)? else { return Ok(Dynamic::UNIT) };
    task.check_right(&right).map_err(|refusal| Mistake::from(refusal).at(ctx))?;
    act(ctx, Command::Answer(command::Answer { right })).map(|_| Dynamic::UNIT)
}

/// A question with its task.
fn task(ctx: &NativeCallContext, question: String, fields: Map) -> Result<Ask, Fail> {
    let mut fields = CallFields::new(ctx, "ask", fields);
    let why = fields.text("why")?.unwrap_or_default();
    let hints = fields.array("hints")?.unwrap_or_default();
    let one = fields.text("hint")?;
    let points = fields.int("points")?.map_or(Ok(1), |n| small(ctx, "points", n))?;
    let tries = fields.int("tries")?.map_or(Ok(0), |n| small(ctx, "tries", n))?;
    let (asks, value) = asks(ctx, &mut fields)?;
    fields.finish()?;
    let mut hints = hints.into_iter().map(|pair| hint(ctx, pair)).collect::<Result<Vec<_>, _>>()?;
    hints.extend(one.map(|hint| (String::new(), hint)));
    let mut task = Task { asks, right: None, hints, points, tries };
    let place = ctx.call_position();
    match value {
        Some(value) if value.is::<Later>() => {
            task.check().map_err(|refusal| Mistake::from(refusal).at(ctx))?;
            let waiting = Unanswered { task: task.clone(), place };
            let before = Room::of(ctx).with(|state| state.unanswered.replace(waiting));
            if let Some(before) = before {
                let line = before.place.line().unwrap_or(0);
                return Err(
                    Mistake::new(format!("the question in line {line} waits for its answer"), UNANSWERED).at(ctx)
                );
            }
        }
        Some(value) => {
            task.right = right(ctx, &task.asks, value)?;
            // On another machine what is right may not be there.
            if task.right.is_none() {
                return Ok(Ask::new(question, why));
            }
        }
        None => {}
    }
    task.check().map_err(|refusal| Mistake::from(refusal).at(ctx))?;
    Ok(Ask { question, answer: why, task: Some(task.into()) })
}

/// What is asked for, and what the script says is right; `None`: the machine says it.
fn asks(ctx: &NativeCallContext, fields: &mut CallFields<'_, '_>) -> Result<(Asks, Option<Dynamic>), Fail> {
    let kinds = ["number", "address", "text", "choice", "choices", "table", "point"];
    let mut found = Vec::new();
    for kind in kinds {
        found.extend(fields.any(kind).map(|value| (kind, value)));
    }
    let (reach, foresee) = (fields.text("reach")?, fields.text("foresee")?);
    let (unit, within, of) = (fields.text("unit")?, fields.int("within")?, fields.texts("of")?);
    if found.len() + usize::from(reach.is_some()) + usize::from(foresee.is_some()) != 1 {
        let hint = "give one of number, address, text, choice, choices, table, point, reach, foresee";
        return Err(Mistake::new("ask: it is not clear what is asked for", hint).at(ctx));
    }
    if let Some(condition) = reach {
        return Ok((Asks::Reach { condition }, None));
    }
    if let Some(name) = foresee {
        let what = by_name("event", &name, &FORESEEN).map_err(|message| {
            let (what, hint) = message.split_once("; ").unwrap_or((&message, ""));
            Mistake::new(format!("ask: {what}"), hint).at(ctx)
        })?;
        return Ok((Asks::Foresee(what), None));
    }
    let (kind, value) = found.remove(0);
    let asks = match kind {
        "number" => Asks::Number {
            unit: unit.unwrap_or_default(),
            within: within.map_or(Ok(0), |within| amount(ctx, "within", within))?,
        },
        "address" => Asks::Address,
        "text" => Asks::Text,
        "point" => Asks::Point,
        "choice" => Asks::Choice { of: fields.needed("of", of)? },
        "choices" => Asks::Choices { of: fields.needed("of", of)? },
        _ => return table(ctx, value),
    };
    Ok((asks, Some(value)))
}

/// A script's value as what is right; `None`: on this other machine it is not there.
fn right(ctx: &NativeCallContext, asks: &Asks, value: Dynamic) -> Result<Option<Right>, Fail> {
    let wrong = |hint: &str| {
        let found = type_name(value.type_name());
        Mistake::new(format!("what is right of this question is {found}"), hint).at(ctx)
    };
    Ok(Some(match asks {
        Asks::Number { .. } | Asks::Address => {
            Right::Number(value.as_int().map_err(|_| wrong("it should be a number"))?)
        }
        Asks::Choice { of } | Asks::Choices { of } => {
            let values = value.as_array_ref().map_or_else(|_| vec![value.clone()], |array| array.to_vec());
            let place = |one: &Dynamic| match one.as_immutable_string_ref() {
                Ok(text) => of.iter().position(|choice| *choice == text.as_str()).map(|n| n as u32),
                Err(_) => one.as_int().ok().and_then(|n| u32::try_from(n).ok()),
            };
            let places: Option<Vec<u32>> = values.iter().map(place).collect();
            let mut places = places.ok_or_else(|| wrong("give the place of a choice, from 0, or its text"))?;
            places.sort_unstable();
            Right::Choices(places)
        }
        Asks::Text => Right::Texts(match value.as_array_ref() {
            Ok(array) => array.iter().map(display).collect(),
            Err(_) => vec![display(&value)],
        }),
        Asks::Table { .. } => Right::Texts(
            value.as_array_ref().map_err(|_| wrong("it should be an array of texts"))?.iter().map(display).collect(),
        ),
        Asks::Point => {
            let things = things(ctx, &value)?;
            if things.is_empty() {
                return Ok(None);
            }
            Right::Things(things)
        }
        Asks::Reach { .. } | Asks::Foresee(_) => return Err(wrong("leave it out: the machine says what is right")),
    }))
}

/// Things by their names, pages by the beginning of each.
fn things(ctx: &NativeCallContext, value: &Dynamic) -> Result<Vec<Thing>, Fail> {
    let is_page = |items: &[Dynamic]| items.len() == 2 && items[0].is::<Process>() && items[1].is_int();
    let several = value.as_array_ref().ok().filter(|items| !is_page(items));
    let values = several.map_or_else(|| vec![value.clone()], |items| items.to_vec());
    let mut things = Vec::new();
    for value in &values {
        things.extend(thing(ctx, "ask", value)?);
    }
    let page = look(ctx, 1, |view| view.geometry().page_size())?;
    let begins = |thing| match thing {
        Thing::Page(pid, at) => Thing::Page(pid, VirtAddr(at.0 - at.0 % page)),
        other => other,
    };
    Ok(things.into_iter().map(begins).collect())
}

/// A table: `#{ columns: ["VPN", "frame"], rows: [[0, blank(7)], …] }`.
fn table(ctx: &NativeCallContext, value: Dynamic) -> Result<(Asks, Option<Dynamic>), Fail> {
    let wrong = || {
        let hint = "write table: #{ columns: [\"VPN\", \"frame\"], rows: [[0, blank(7)], [1, 3]] }";
        Mistake::new("ask: the table is not as it should be", hint).at(ctx)
    };
    let mut fields = CallFields::new(ctx, "ask: table", value.try_cast::<Map>().ok_or_else(wrong)?);
    let (columns, rows) = (fields.texts("columns")?, fields.array("rows")?);
    let (columns, rows) = (fields.needed("columns", columns)?, fields.needed("rows", rows)?);
    fields.finish()?;
    let mut right = Array::new();
    let mut cells = Vec::new();
    for row in rows {
        let row = row.try_cast::<Array>().ok_or_else(wrong)?;
        let cell = |cell: Dynamic| match cell.try_cast_result::<Blank>() {
            Ok(Blank(text)) => {
                right.push(text.into());
                None
            }
            Err(shown) => Some(display(&shown)),
        };
        cells.push(row.into_iter().map(cell).collect());
    }
    Ok((Asks::Table { columns, rows: cells }, Some(right.into())))
}

/// `[answer, "hint"]`.
fn hint(ctx: &NativeCallContext, pair: Dynamic) -> Result<(String, String), Fail> {
    let pair: Option<[Dynamic; 2]> = pair.try_cast::<Array>().and_then(|pair| pair.try_into().ok());
    let Some([answer, hint]) = pair else {
        return Err(Mistake::new("ask: a hint is no pair", "write hints: [[4, \"those are shared\"], …]").at(ctx));
    };
    Ok((display(&answer), text(ctx, hint)?))
}
