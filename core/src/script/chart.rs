//! `note(text, #{ title: …, rows: [["name", values], …], before: … })`: a script's map as what a note has beside its
//! text: the chart below it, whether that is of other machines, and whether the note is about the command after it. The
//! values of a row are an array of numbers, or of pairs of numbers, or what `over_seeds` gave of one.

use super::mistake::{Fail, Mistake};
use super::values::{CallFields, type_name};
use crate::vocabulary::chart::{Chart, ChartRow};
use crate::vocabulary::command::Note;
use rhai::{Array, Dynamic, Map, NativeCallContext};
use serde_json::Number;

const ROW: &str =
    "a row is [\"name\", values], with what over_seeds gave or an array of numbers, or [\"name\", values, memory]";

/// A note with the fields beside its text: a chart's, and whether it is about the command after it.
///
/// # Errors
/// A field is missing, unknown or of another type, or the chart cannot be drawn.
pub fn note(ctx: &NativeCallContext, text: String, fields: Map) -> Result<Note, Fail> {
    let has_chart = fields.keys().any(|name| name != "before");
    let mut fields = CallFields::new(ctx, "note", fields);
    let before = fields.bool("before")?.unwrap_or(false);
    let chart = if has_chart { Some(chart(ctx, fields)?.into()) } else { None };
    Ok(Note { text, before, chart })
}

fn chart(ctx: &NativeCallContext, mut fields: CallFields<'_, '_>) -> Result<Chart, Fail> {
    let (title, along, marked) = (fields.text("title")?, fields.text("along")?, fields.text("marked")?);
    let elsewhere = fields.bool("elsewhere")?.unwrap_or(false);
    let rows = fields.array("rows")?;
    let (title, rows) = (fields.needed("title", title)?, fields.needed("rows", rows)?);
    fields.finish()?;
    let rows = rows.into_iter().map(row).collect::<Result<_, _>>().map_err(|mistake| mistake.at(ctx))?;
    let chart = Chart { title, along, elsewhere, marked, rows };
    chart.check().map_err(|refusal| Mistake::from(refusal).at(ctx))?;
    Ok(chart)
}

fn row(row: Dynamic) -> Result<ChartRow, Mistake> {
    let wrong = || Mistake::new("note: a row of the chart has no name or no values", ROW);
    let mut row = row.try_cast::<Array>().ok_or_else(wrong)?;
    let memory = if row.len() == 3 { row.pop() } else { None };
    let memory = memory.map(Dynamic::into_string).transpose().map_err(|_| wrong())?;
    let [name, values] = <[Dynamic; 2]>::try_from(row).map_err(|_| wrong())?;
    let name = name.into_string().map_err(|_| wrong())?;
    let values = match values.try_cast_result::<Map>() {
        Ok(mut summary) => summary.remove("all").ok_or_else(wrong)?,
        Err(values) => values,
    };
    let values = values.try_cast::<Array>().ok_or_else(wrong)?;
    let numbers = |values: Vec<Dynamic>| values.iter().map(|value| number(&name, value)).collect::<Result<Vec<_>, _>>();
    let pairs: Option<Vec<[Dynamic; 2]>> =
        values.iter().map(|value| value.clone().try_cast::<Array>()?.try_into().ok()).collect();
    let (at, values) = match pairs {
        Some(pairs) => {
            let (at, values) = pairs.into_iter().map(|[at, value]| (at, value)).unzip();
            (Some(numbers(at)?), numbers(values)?)
        }
        None => (None, numbers(values)?),
    };
    Ok(ChartRow { name, values, at, memory })
}

fn number(name: &str, value: &Dynamic) -> Result<Number, Mistake> {
    let float = || value.as_float().ok().and_then(Number::from_f64);
    value.as_int().ok().map(Number::from).or_else(float).ok_or_else(|| {
        let found = if value.is_float() { "a number that is not finite" } else { type_name(value.type_name()) };
        Mistake::new(format!("note: the row `{name}` has {found} among its values"), "they should be numbers")
    })
}
