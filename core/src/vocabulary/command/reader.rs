//! Words for the reader; none has an effect.

use serde::Serialize;

/// A sentence for the reader; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Note {
    pub text: String,
}

/// A question for the student; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Ask {
    pub question: String,
    pub answer: String,
}

/// What a script expected, and whether it held; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Expect {
    pub text: String,
    pub held: bool,
}
