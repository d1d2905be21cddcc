//! A script's function called on a machine of its own, while the script's own waits: for `over_seeds` and `sweep`.

use super::again::{beside, other};
use super::errors::{innermost, words};
use super::limits::Limits;
use super::mistake::{Fail, Mistake};
use super::room::{Room, State};
use crate::lab::compare::Changes;
use crate::vocabulary::command::{Command, Expect};
use rhai::{Dynamic, EvalAltResult, FnPtr, NativeCallContext, Position};

/// A call on a machine of its own.
pub struct OwnMachine {
    /// What is called: `over_seeds`.
    pub name: &'static str,
    /// What is special of this call, as errors say it: `seed 7`.
    pub with: String,
    /// How it is used, for a function with other parameters.
    pub example: &'static str,
}

/// Refuses a call from a function that is called on such a machine itself.
///
/// # Errors
/// It is one.
pub fn refuse_within(ctx: &NativeCallContext, name: &str, hint: &str) -> Result<(), Fail> {
    let within = Room::of(ctx).with(|state| state.script.is_none() && state.other_runs.is_other());
    if within {
        let message = format!("{name}: a function that is called on a machine of its own cannot call it");
        return Err(Mistake::new(message, hint).at(ctx));
    }
    Ok(())
}

impl OwnMachine {
    /// Calls `body` as `call` does it, in a state of its own, where `machine` has not been called; what it gives.
    ///
    /// # Errors
    /// It fails, or something that it expects does not hold.
    pub fn call(
        &self,
        ctx: &NativeCallContext,
        body: &FnPtr,
        call: impl FnOnce() -> Result<Dynamic, Fail>,
    ) -> Result<Dynamic, Fail> {
        // Without a script of its own it is asked no question twice: `what_if` replays there, as in the console.
        let own = |first: &mut State| {
            let limits = Limits { commands: first.limits.seed_commands, ..first.limits.clone() };
            let commands = first.seed_commands;
            State { script: None, places: false, limits, commands, ..other(first, Changes::new(), None) }
        };
        let commands = Room::of(ctx).with(|first| first.commands);
        let (result, state) = beside(&Room::of(ctx), own, call);
        Room::of(ctx).with(|first| {
            (first.commands, first.seed_commands) = (commands, state.commands);
            first.reached.extend(&state.reached);
        });
        let given = result.map_err(|error| self.error(ctx, error, body))?;
        if let Some(text) = failed(&state) {
            let message = format!("{}: with {} an expectation does not hold: {text}", self.name, self.with);
            return Err(Mistake::new(message, "what holds for most only is better counted, as a figure").at(ctx));
        }
        Ok(given)
    }

    /// The error of a call, with what is special of it, where it happened. One that ends the script stays as it is.
    fn error(&self, ctx: &NativeCallContext, error: Fail, body: &FnPtr) -> Fail {
        let inner = innermost(&error);
        let (place, message, hint) = match inner {
            EvalAltResult::Exit(..) => (inner.position(), "`exit` was called".to_string(), None),
            EvalAltResult::ErrorFunctionNotFound(signature, _) if signature.starts_with(body.fn_name()) => {
                (Position::NONE, "the function has other parameters".to_string(), Some(self.example.to_string()))
            }
            _ if inner.is_system_exception() => return error,
            _ => {
                let (message, hint) = Room::of(ctx).with(|state| words(inner, &state.limits, &[]));
                (inner.position(), message, hint)
            }
        };
        let message = format!("{}: with {}: {message}", self.name, self.with);
        let mistake = Mistake::new(message, hint.unwrap_or_default());
        let place = if place.is_none() { ctx.call_position() } else { place };
        EvalAltResult::ErrorRuntime(Dynamic::from(mistake), place).into()
    }
}

/// The text of the first expectation that did not hold.
fn failed(state: &State) -> Option<&str> {
    let steps = state.session.as_ref()?.steps().iter();
    let expectations =
        steps.filter_map(|step| if let Command::Expect(expect) = &step.command { Some(expect) } else { None });
    expectations.filter(|Expect { held, .. }| !held).map(|Expect { text, .. }| text.as_str()).next()
}
