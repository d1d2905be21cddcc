//! A mistake in a script, with what would be right, as a value that the engine carries to where it is caught or reported.

use crate::refusal::Refusal;
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

/// What functions of the engine fail with.
pub type Fail = Box<EvalAltResult>;
/// What functions of the engine answer.
pub type Answer = Result<Dynamic, Fail>;

/// A mistake in a script, with what would be right; a value that a script can catch and print.
#[derive(Clone, Debug)]
pub struct Mistake {
    pub message: String,
    pub hint: String,
    /// Where it happened, of one that ends the script: on its way out the engine forgets.
    pub place: Option<Position>,
}

impl Mistake {
    /// What is wrong, and what would be right.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Mistake {
        Mistake { message: message.into(), hint: hint.into(), place: None }
    }

    /// As an error that a script may catch.
    pub fn at(self, ctx: &NativeCallContext) -> Fail {
        EvalAltResult::ErrorRuntime(Dynamic::from(self), ctx.call_position()).into()
    }

    /// As the end of the script, which it cannot catch.
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
