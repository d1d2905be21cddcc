//! `what_if(#{rmap: "none"})`: the script, up to this very call, run again on a machine that differs in these fields, and what
//! it counted there.

use super::again::{Call, End, again};
use super::replay_on::{asked, counted, replay_on};
use super::room::{Fail, Room, Trouble};
use crate::lab::time::session::Session;
use rhai::{Dynamic, Engine, EvalAltResult, Map, NativeCallContext};

/// Adds it to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("what_if", |ctx: NativeCallContext, fields: Map| what_if(&ctx, fields));
}

/// The end of a run at the call that wanted it.
#[derive(Clone, Copy, Debug)]
pub struct Reached;

fn what_if(ctx: &NativeCallContext, fields: Map) -> Result<Map, Fail> {
    if Room::of(ctx).with(|state| state.script.is_none()) {
        // In the console there is no script to run.
        return replay_on(ctx, fields);
    }
    once(ctx, "what_if", |call| run_up_to(ctx, call, fields))
}

/// Works out an answer that takes a run of its own, for `name` called by a script. Only the first run of the script does: in
/// every other run the same call is answered what the first was, so that questions do not multiply.
pub fn once(
    ctx: &NativeCallContext,
    name: &str,
    work_out: impl FnOnce(Call) -> Result<Map, Fail>,
) -> Result<Map, Fail> {
    let room = Room::of(ctx);
    let call = room.with(|state| state.again.next_call(ctx.call_position()));
    if room.with(|state| state.again.is_wanted(call)) {
        return Err(EvalAltResult::ErrorTerminated(Dynamic::from(Reached), ctx.call_position()).into());
    }
    if room.with(|state| state.again.is_other()) {
        let hint = "a run on another machine knows the answers that the first run was given, and only those";
        let unknown = || Trouble::new(format!("{name}: the first run of the script did not ask this"), hint).at(ctx);
        return room.with(|state| state.again.known(call)).ok_or_else(unknown);
    }
    let answer = work_out(call)?;
    room.with(|state| state.again.keep(call, &answer));
    Ok(answer)
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
    Ok(map)
}
