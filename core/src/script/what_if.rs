//! `what_if(#{rmap: "none"})`: the script, up to this very call, run again on a machine that differs in these fields, and what
//! it counted there.

use super::again::{End, again};
use super::replay_on::{asked, counted, replay_on};
use super::room::{Fail, Room, Trouble};
use crate::lab::session::Session;
use rhai::{Dynamic, Engine, EvalAltResult, Map, NativeCallContext};

/// Adds it to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("what_if", |ctx: NativeCallContext, fields: Map| what_if(&ctx, fields));
}

/// The end of a run at the call that wanted it.
#[derive(Clone, Copy, Debug)]
pub struct Reached;

fn what_if(ctx: &NativeCallContext, fields: Map) -> Result<Map, Fail> {
    let room = Room::of(ctx);
    if room.with(|state| state.script.is_none()) {
        // In the console there is no script to run.
        return replay_on(ctx, fields);
    }
    let call = room.with(|state| state.again.next_call(ctx.call_position()));
    if room.with(|state| state.again.is_wanted(call)) {
        return Err(EvalAltResult::ErrorTerminated(Dynamic::from(Reached), ctx.call_position()).into());
    }
    if room.with(|state| state.again.is_other()) {
        // Only the first run asks; who asked in every run would ask without an end.
        let known = room.with(|state| state.again.known(call));
        let hint = "a run on another machine knows the answers that the first run was given, and only those";
        return known
            .ok_or_else(|| Trouble::new("what_if: the first run of the script did not ask this", hint).at(ctx));
    }
    let (_, config, changes) = asked(ctx, "what_if", fields)?;
    let ran = again(ctx.engine(), &room, changes, Some(call));
    let ended = match ran.end {
        End::Reached => String::new(),
        End::Through => "the script ended without coming here".into(),
        End::Error(error) => error,
        End::Limit(message) => {
            let hint = "limits are for all runs of a script together: ask less often, or use `replay_on`";
            return Err(Trouble::new(format!("what_if: {message}"), hint).final_at(ctx));
        }
    };
    let session = match ran.session {
        Some(session) => session,
        None => Session::new(config).map_err(|refusal| Trouble::from(refusal).at(ctx))?,
    };
    let mut map = counted(session.view(), &session.view().tally);
    map.insert("skipped".into(), 0_i64.into());
    map.insert("ended".into(), ended.into());
    map.insert("replayed".into(), false.into());
    room.with(|state| state.again.keep(call, &map));
    Ok(map)
}
