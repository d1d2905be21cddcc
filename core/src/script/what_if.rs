//! `what_if(#{rmap: "none"})`: the script, up to this very call, run again on a machine that differs in these fields,
//! and its counters there.

use super::again::{End, again};
use super::mistake::{Fail, Mistake};
use super::once::once;
use super::other_runs::Call;
use super::replay_on::{asked, counted, replay_on};
use super::room::Room;
use crate::lab::time::session::Session;
use rhai::{Engine, Map, NativeCallContext};

/// Adds the function to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("what_if", |ctx: NativeCallContext, fields: Map| what_if(&ctx, fields));
}

fn what_if(ctx: &NativeCallContext, fields: Map) -> Result<Map, Fail> {
    if Room::of(ctx).with(|state| state.script.is_none()) {
        // In the console there is no script to run.
        return replay_on(ctx, fields);
    }
    once(ctx, "what_if", |call| run_up_to(ctx, call, fields))
}

fn run_up_to(ctx: &NativeCallContext, call: Call, fields: Map) -> Result<Map, Fail> {
    let (_, config, changes) = asked(ctx, "what_if", fields)?;
    let ran = again(ctx.engine(), &Room::of(ctx), changes, Some(call));
    let ended = match ran.end {
        End::Reached => String::new(),
        End::Through => "the script ended without coming here".into(),
        End::Error(error) => error,
        End::Limit(message) => {
            let hint = "limits are for all runs of a script together: ask less often, or use `replay_on`";
            return Err(Mistake::new(format!("what_if: {message}"), hint).final_at(ctx));
        }
    };
    let session = match ran.session {
        Some(session) => session,
        None => Session::new(config).map_err(|refusal| Mistake::from(refusal).at(ctx))?,
    };
    let mut map = counted(session.view(), &session.view().tally);
    map.insert("skipped".into(), 0_i64.into());
    map.insert("ended".into(), ended.into());
    map.insert("replayed".into(), false.into());
    Ok(map)
}
