//! `sweep(#{ over: #{ frames: [4, 8, 16] }, by: #{ policy: ["fifo", "lru"] }, counter: "disk_reads" }, || …)`: calls a
//! function on a machine for each value of one field, and of a second if there is one, and gives the counter of each as
//! rows for a chart.
//!
//! ```text
//! over    frames     4    8    16
//! by      fifo      31   22    12        [["fifo", [[4, 31], [8, 22], [16, 12]]],
//!         lru       29   20    10         ["lru",  [[4, 29], [8, 20], [16, 10]]]]
//! ```
//! Of names, as of policies, each is a row with one value. The machines are made here; the function only uses them.

use super::config::machine;
use super::mistake::{Fail, Mistake};
use super::once::once;
use super::own_machine::{OwnMachine, refuse_within};
use super::room::Room;
use super::values::{CallFields, type_name};
use crate::lab::measure::tally::Tally;
use rhai::{Array, Dynamic, Engine, FnPtr, Map, NativeCallContext};

/// At most this many machines.
const MOST_MACHINES: usize = 256;
const EXAMPLE: &str = "for example sweep(#{ over: #{ frames: [4, 8] }, counter: \"faults\" }, || …), or with a value \
                       between, |value| …";

/// Adds the function to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("sweep", |ctx: NativeCallContext, fields: Map, body: FnPtr| sweep(&ctx, fields, None, &body));
    engine.register_fn("sweep", |ctx: NativeCallContext, fields: Map, value: Dynamic, body: FnPtr| {
        sweep(&ctx, fields, Some(value), &body)
    });
}

/// What is to be done.
struct Sweep<'a> {
    over: Axis,
    by: Option<Axis>,
    /// The fields that all machines have.
    base: Map,
    counter: String,
    value: Option<Dynamic>,
    body: &'a FnPtr,
}

/// A field of the machine, nested ones as `replacement.window`, and its values.
struct Axis {
    field: String,
    values: Array,
}

fn sweep(ctx: &NativeCallContext, fields: Map, value: Option<Dynamic>, body: &FnPtr) -> Result<Array, Fail> {
    refuse_within(ctx, "sweep", "one call has two fields, `over` and `by`")?;
    let mut fields = CallFields::new(ctx, "sweep", fields);
    let (over, by) = (fields.map("over")?, fields.map("by")?);
    let (base, counter) = (fields.map("machine")?.unwrap_or_default(), fields.text("counter")?);
    let (over, counter) = (fields.needed("over", over)?, fields.needed("counter", counter)?);
    fields.finish()?;
    if !Tally::NAMES.contains(&counter.as_str()) {
        let message = format!("sweep: there is no counter `{counter}`");
        return Err(Mistake::new(message, format!("use one of {}", Tally::NAMES.join(", "))).at(ctx));
    }
    let by = by.map(|by| axis("by", by)).transpose().map_err(|mistake| mistake.at(ctx))?;
    let sweep = Sweep { over: axis("over", over).map_err(|mistake| mistake.at(ctx))?, by, base, counter, value, body };
    let machines = sweep.over.values.len() * sweep.by.as_ref().map_or(1, |by| by.values.len());
    if machines > MOST_MACHINES {
        let message = format!("sweep: that is {machines} machines");
        return Err(Mistake::new(message, format!("use at most {MOST_MACHINES}: fewer values of a field")).at(ctx));
    }
    if Room::of(ctx).with(|state| state.script.is_none()) {
        return sweep.rows(ctx);
    }
    let answer = once(ctx, "sweep", |_| Ok(Map::from([("rows".into(), sweep.rows(ctx)?.into())])))?;
    Ok(answer["rows"].clone().try_cast().unwrap_or_default())
}

fn axis(which: &str, map: Map) -> Result<Axis, Mistake> {
    let hint = "give a field of the machine and its values: #{ frames: [4, 8, 16] }";
    let wrong = |message: String| Mistake::new(message, hint);
    if map.len() != 1 {
        return Err(wrong(format!("sweep: `{which}` has {} fields", map.len())));
    }
    let (field, values) = map.into_iter().next().expect("it has one");
    let kind = type_name(values.type_name());
    let values =
        values.try_cast::<Array>().ok_or_else(|| wrong(format!("sweep: the values of `{field}` are {kind}")))?;
    if values.is_empty() {
        return Err(wrong(format!("sweep: `{field}` has no values")));
    }
    Ok(Axis { field: field.into(), values })
}

impl Sweep<'_> {
    fn rows(&self, ctx: &NativeCallContext) -> Result<Array, Fail> {
        let Some(by) = &self.by else {
            let points = self.points(ctx, &self.over, &[])?;
            if self.over.values.iter().all(is_number) {
                return Ok(vec![row(self.counter.clone(), points.into_iter().map(pair).collect())]);
            }
            return Ok(points.into_iter().map(|(value, count)| row(name(&value), vec![count])).collect());
        };
        let mut rows = Array::new();
        for series in &by.values {
            let points = self.points(ctx, &self.over, &[(&by.field, series)])?;
            let values = match self.over.values.iter().all(is_number) {
                true => points.into_iter().map(pair).collect(),
                false => points.into_iter().map(|(_, count)| count).collect(),
            };
            rows.push(row(name(series), values));
        }
        Ok(rows)
    }

    /// The counter for each value of an axis, with these fields beside it.
    fn points(
        &self,
        ctx: &NativeCallContext,
        axis: &Axis,
        beside: &[(&String, &Dynamic)],
    ) -> Result<Vec<(Dynamic, Dynamic)>, Fail> {
        let point = |value: &Dynamic| {
            let fields: Vec<(&String, &Dynamic)> = beside.iter().copied().chain([(&axis.field, value)]).collect();
            Ok((value.clone(), self.counted(ctx, &fields)?))
        };
        axis.values.iter().map(point).collect()
    }

    /// The counter after the function has used a machine with these fields.
    fn counted(&self, ctx: &NativeCallContext, fields: &[(&String, &Dynamic)]) -> Result<Dynamic, Fail> {
        let with: Vec<String> = fields.iter().map(|(field, value)| format!("{field} {}", name(value))).collect();
        let mut config = self.base.clone();
        for (field, value) in fields {
            set(&mut config, field, value);
        }
        let on = OwnMachine { name: "sweep", with: with.join(", "), example: EXAMPLE };
        on.call(ctx, self.body, || {
            machine(ctx, config)?;
            // What it gives is not asked for: the counter is.
            let _ = match &self.value {
                None => self.body.call_within_context::<Dynamic>(ctx, ())?,
                Some(value) => self.body.call_within_context::<Dynamic>(ctx, (value.clone(),))?,
            };
            let counted = Room::of(ctx).with(|state| {
                let tally = state.session.as_ref().map(|session| session.view().tally.clone());
                tally.and_then(|tally| tally.get(&self.counter)).unwrap_or(0)
            });
            Ok(Dynamic::from(i64::try_from(counted).unwrap_or(i64::MAX)))
        })
    }
}

/// Sets a field, `replacement.window` in the map `replacement`.
fn set(config: &mut Map, field: &str, value: &Dynamic) {
    let Some((outer, inner)) = field.split_once('.') else {
        config.insert(field.into(), value.clone());
        return;
    };
    let mut within = config.get(outer).and_then(|map| map.clone().try_cast::<Map>()).unwrap_or_default();
    set(&mut within, inner, value);
    config.insert(outer.into(), within.into());
}

fn is_number(value: &Dynamic) -> bool {
    value.is_int() || value.is_float()
}

fn name(value: &Dynamic) -> String {
    value.to_string()
}

fn pair((at, count): (Dynamic, Dynamic)) -> Dynamic {
    Dynamic::from_array(vec![at, count])
}

fn row(name: String, values: Array) -> Dynamic {
    Dynamic::from_array(vec![name.into(), Dynamic::from_array(values)])
}
