//! A mistake in a script, with what would be right, as a value that the engine carries to where it is caught or
//! reported.

use crate::refusal::Refusal;
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

/// The error of functions of the engine.
pub type Fail = Box<EvalAltResult>;
/// The result of functions of the engine.
pub type Answer = Result<Dynamic, Fail>;

/// A mistake in a script, with what would be right; a value that a script can catch and print.
#[derive(Clone, Debug)]
pub struct Mistake {
    pub message: String,
    pub hint: String,
    /// Where it happened, if it ends the script, since the engine loses the place on the way out; else `None`.
    pub place: Option<Position>,
}

impl Mistake {
    /// A mistake without a place: what is wrong, and what would be right.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Mistake {
        Mistake { message: message.into(), hint: hint.into(), place: None }
    }

    /// Converts it to an error that a script may catch.
    pub fn at(self, ctx: &NativeCallContext) -> Fail {
        EvalAltResult::ErrorRuntime(Dynamic::from(self), ctx.call_position()).into()
    }

    /// Converts it to an error that ends the script and cannot be caught.
    pub fn final_at(self, ctx: &NativeCallContext) -> Fail {
        let place = ctx.call_position();
        EvalAltResult::ErrorTerminated(Dynamic::from(Mistake { place: Some(place), ..self }), place).into()
    }
}

impl From<Refusal> for Mistake {
    fn from(refusal: Refusal) -> Mistake {
        Mistake { message: refusal.what, hint: refusal.hint, place: None }
    }
}
