//! `what_if(#{rmap: "none"})`: the commands so far on a machine that differs in these fields, and what it counted.

use super::config::json;
use super::room::{Fail, Room, Trouble, look};
use crate::config::Config;
use crate::lab::recording::{Recording, machine_from_json};
use crate::lab::tally::Tally;
use crate::lab::tape::Tape;
use crate::machine::Machine;
use rhai::{Dynamic, Engine, Map, NativeCallContext};

/// Longest history and largest machine that are run again.
const MOST_STEPS: usize = 10_000;
const MOST_FRAMES: u32 = 1 << 16;
/// Most events of one command.
const MOST_EVENTS: usize = 50_000_000;

/// Adds it to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("what_if", |ctx: NativeCallContext, fields: Map| what_if(&ctx, fields));
}

fn what_if(ctx: &NativeCallContext, fields: Map) -> Result<Map, Fail> {
    let config = look(ctx, 5_000_000, |view| (*view.config).clone())?;
    let config = changed(config, fields).map_err(|trouble| trouble.at(ctx))?;
    let recording = Room::of(ctx).with(|state| state.session.as_ref().map(Recording::from_session));
    let steps = recording.map(|recording| recording.steps).unwrap_or_default();
    if steps.len() > MOST_STEPS || config.frames > MOST_FRAMES {
        let message =
            format!("what_if: {} commands on {} frames are too many to run again", steps.len(), config.frames);
        let hint = format!("at most {MOST_STEPS} commands and {MOST_FRAMES} frames");
        return Err(Trouble::new(message, hint).at(ctx));
    }
    let refused = |refusal| Trouble::from(refusal).at(ctx);
    let rmap = config.rmap;
    let mut machine = Machine::new(config).map_err(refused)?;
    let mut tally = Tally::default();
    for (command, _) in &steps {
        let mut tape = Tape::counting(&mut tally, rmap, MOST_EVENTS);
        machine.apply(command, &mut tape).map_err(refused)?;
        let (full, counted) = (tape.full, MOST_EVENTS - tape.left());
        if full {
            let message = format!("what_if: one command makes more than {MOST_EVENTS} events there");
            return Err(Trouble::new(message, "ask on a smaller machine").at(ctx));
        }
        look(ctx, counted as u64, |_| ())?;
    }
    let counter = |name: &&str| ((*name).into(), Dynamic::from(tally.get(name).unwrap_or(0) as i64));
    Ok(Tally::NAMES.iter().map(counter).collect())
}

/// The configuration with some fields replaced.
fn changed(config: Config, fields: Map) -> Result<Config, Trouble> {
    let mut whole = serde_json::to_value(config).expect("a configuration has only string keys");
    for (name, value) in fields {
        whole[name.as_str()] = json(value, 0)?;
    }
    Ok(machine_from_json(&whole.to_string())?)
}
