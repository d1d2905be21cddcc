//! What a question holds in its hand: what the submission left, and the checks it has made so far. The functions that
//! only a test has are here: `submitted`, `submission`, and `expect`, which notes instead of giving a command.

use super::clean;
use super::left::Left;
use crate::lab::tell::placed::{list, nearest};
use crate::script::mistake::{Answer, Fail, Mistake};
use crate::script::values::{display, type_name};
use rhai::{Dynamic, Engine, FnPtr, Map, NativeCallContext};
use std::cell::RefCell;
use std::rc::Rc;

/// At most this many checks in a question, and bytes in what one says.
const MOST_CHECKS: usize = 1000;
const LONGEST_TEXT: usize = 500;

/// The kinds of values that a test may ask for, with the words for each.
const KINDS: [(&str, &str); 12] = [
    ("process", "a process"),
    ("number", "a number"),
    ("decimal", "a decimal number"),
    ("text", "a text"),
    ("bool", "true or false"),
    ("array", "an array"),
    ("map", "a map"),
    ("bytes", "bytes"),
    ("segment", "a segment"),
    ("heap", "a heap"),
    ("port", "a port"),
    ("failure", "a failed call"),
];

/// One expectation of a question.
pub struct Made {
    pub held: bool,
    /// What is wrong if it does not hold.
    pub text: String,
}

/// What a question holds in its hand.
pub struct Hand {
    left: Rc<Left>,
    pub checks: RefCell<Vec<Made>>,
    /// What `submitted` could not give, in words for students.
    pub missing: RefCell<Option<String>>,
}

impl Hand {
    /// Nothing is checked yet.
    pub fn new(left: &Rc<Left>) -> Rc<Hand> {
        Rc::new(Hand { left: left.clone(), checks: RefCell::default(), missing: RefCell::default() })
    }

    fn check(&self, ctx: &NativeCallContext, held: bool, text: &str) -> Result<bool, Fail> {
        let mut checks = self.checks.borrow_mut();
        if checks.len() >= MOST_CHECKS {
            let message = format!("the question has more than {MOST_CHECKS} expectations");
            return Err(Mistake::new(message, "count, and expect something of the number").final_at(ctx));
        }
        let text = if text.is_empty() { "something does not hold" } else { text };
        checks.push(Made { held, text: clean::line(text, LONGEST_TEXT) });
        Ok(held)
    }

    /// A variable's value, which no function is in: one would run, in the test, as the submission likes.
    fn submitted(&self, ctx: &NativeCallContext, name: &str, kind: Option<&str>) -> Answer {
        let wanted = match kind {
            None => None,
            Some(kind) => match KINDS.iter().find(|(each, _)| *each == kind) {
                Some((_, words)) => Some(*words),
                None => {
                    let hint = format!("use one of {}", list(&KINDS.map(|(kind, _)| kind)));
                    return Err(Mistake::new(format!("submitted: there is no kind `{kind}`"), hint).at(ctx));
                }
            },
        };
        let found = self.left.variables.get(name);
        let message = match (found, wanted) {
            (None, _) => self.no_variable(name),
            (Some(value), _) if has_function(value) => format!("`{name}` is, or has in it, a function"),
            (Some(value), Some(wanted)) if type_name(value.type_name()) != wanted => {
                format!("`{name}` is {}, and should be {wanted}", type_name(value.type_name()))
            }
            (Some(value), _) => return Ok(value.clone()),
        };
        *self.missing.borrow_mut() = Some(message.clone());
        Err(Mistake::new(message, "").at(ctx))
    }

    fn no_variable(&self, name: &str) -> String {
        let near = nearest(name, self.left.variables.keys().map(String::as_str));
        let near = near.map_or_else(String::new, |near| format!("; is it `{near}`?"));
        match self.left.is_recording {
            true => format!("the recording's script calls no process and no area `{name}`{near}"),
            false => format!("there is no variable `{name}` at the end, outside of blocks and functions{near}"),
        }
    }
}

fn has_function(value: &Dynamic) -> bool {
    if let Ok(array) = value.as_array_ref() {
        return array.iter().any(has_function);
    }
    if let Ok(map) = value.as_map_ref() {
        return map.values().any(has_function);
    }
    value.is_fnptr()
}

/// Adds the functions of a test to the engine of a question.
pub fn register(engine: &mut Engine, hand: &Rc<Hand>) {
    let own = hand.clone();
    engine.register_fn("submitted", move |ctx: NativeCallContext, name: &str| own.submitted(&ctx, name, None));
    let own = hand.clone();
    engine.register_fn("submitted", move |ctx: NativeCallContext, name: &str, kind: &str| {
        own.submitted(&ctx, name, Some(kind))
    });
    let own = hand.clone();
    engine.register_fn("submission", move || own.left.map());
    // Without a text nothing is said: the words of the condition are the test's own.
    let own = hand.clone();
    engine.register_fn("expect", move |ctx: NativeCallContext, held: bool| own.check(&ctx, held, ""));
    let own = hand.clone();
    engine.register_fn("expect", move |ctx: NativeCallContext, held: bool, said: Dynamic| {
        own.check(&ctx, held, &display(&said))
    });
    engine.register_fn("question", |ctx: NativeCallContext, _: &str, _: Dynamic, _: FnPtr| inside(&ctx));
    engine.register_fn("question", |ctx: NativeCallContext, _: &str, _: Dynamic, _: Map, _: FnPtr| inside(&ctx));
}

fn inside(ctx: &NativeCallContext) -> Result<(), Fail> {
    Err(Mistake::new("question: a question asks no other", "let it stand outside of functions").at(ctx))
}
