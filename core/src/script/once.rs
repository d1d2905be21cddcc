//! Answers that take a run of their own are computed once, by the first run of a script. Every other run gets the same
//! answers.

use super::mistake::{Fail, Mistake};
use super::other_runs::{Call, Reached};
use super::room::Room;
use rhai::{Dynamic, EvalAltResult, Map, NativeCallContext};

/// Computes an answer that takes a run of its own, for `name` called by a script, in the first run of the script only:
/// in every other run the same call gets the first run's answer, so that questions do not multiply.
pub fn once(
    ctx: &NativeCallContext,
    name: &str,
    work_out: impl FnOnce(Call) -> Result<Map, Fail>,
) -> Result<Map, Fail> {
    let room = Room::of(ctx);
    let call = room.with(|state| state.other_runs.next_call(ctx.call_position()));
    if room.with(|state| state.other_runs.is_wanted(call)) {
        return Err(EvalAltResult::ErrorTerminated(Dynamic::from(Reached), ctx.call_position()).into());
    }
    if room.with(|state| state.other_runs.is_other()) {
        let hint = "a run on another machine knows the answers that the first run was given, and only those";
        let unknown = || Mistake::new(format!("{name}: the first run of the script did not ask this"), hint).at(ctx);
        return room.with(|state| state.other_runs.known(call)).ok_or_else(unknown);
    }
    let answer = work_out(call)?;
    room.with(|state| state.other_runs.keep(call, &answer));
    Ok(answer)
}
