//! `machine(#{…})`: a script's map as a configuration.

use super::mistake::{Fail, Mistake};
use super::room::Room;
use super::values::type_name;
use crate::lab::recording::machine_from_json;
use rhai::{Dynamic, Map, NativeCallContext};
use serde_json::Value;

/// Makes the machine. Allowed once only, and before anything else.
pub fn machine(ctx: &NativeCallContext, fields: Map) -> Result<(), Fail> {
    Room::of(ctx).with(|state| {
        if state.given {
            return Err(
                Mistake::new("the machine is there already", "machine(#{…}) belongs at the start of a script").at(ctx)
            );
        }
        if state.session.is_some() {
            let message = "machine: the machine was made already, by another machine(#{…}) or by the first call";
            return Err(Mistake::new(message, "call it once, before anything else").at(ctx));
        }
        let json = json(Dynamic::from_map(fields), 0).map_err(|mistake| mistake.at(ctx))?;
        let config = machine_from_json(&json.to_string()).map_err(|refusal| Mistake::from(refusal).at(ctx))?;
        if config.frames > state.limits.frames {
            let message = format!("frames: {} is over {}, the most here", config.frames, state.limits.frames);
            return Err(Mistake::new(message, "use a smaller machine").at(ctx));
        }
        let session = state.other_runs.machine(config, state.limits.session);
        state.session = Some(session.map_err(|refusal| Mistake::from(refusal).at(ctx))?);
        Ok(())
    })
}

/// Converts a script's value to JSON.
pub fn json(value: Dynamic, depth: u32) -> Result<Value, Mistake> {
    if depth > 4 {
        return Err(Mistake::new("machine: the map is nested too deep", "zones and holes are arrays of maps"));
    }
    let kind = type_name(value.type_name()).to_string();
    if let Ok(n) = value.as_int() {
        return Ok(n.into());
    }
    if let Ok(b) = value.as_bool() {
        return Ok(b.into());
    }
    if value.is_string() {
        return Ok(value.into_string().unwrap_or_default().into());
    }
    if value.is_array() {
        let items = value.into_array().unwrap_or_default().into_iter();
        return items.map(|item| json(item, depth + 1)).collect::<Result<Vec<_>, _>>().map(Value::from);
    }
    match value.try_cast::<Map>() {
        Some(map) => {
            let fields = map.into_iter().map(|(name, value)| Ok((name.to_string(), json(value, depth + 1)?)));
            fields.collect::<Result<serde_json::Map<_, _>, _>>().map(Value::from)
        }
        None => Err(Mistake::new(format!("machine: a field is {kind}"), "use numbers, texts, arrays and maps")),
    }
}
