//! A hidden test: a script that names questions, each with points and a function that is called when it is asked.
//!
//! It is read once, on no machine, before any submission: so the questions and their points are the same for all.

use super::clean;
use super::points::Points;
use crate::config::Config;
use crate::lab::recording::{fields_of, machine_from_json};
use crate::lab::tell::placed::PlacedError;
use crate::script::compile::compile;
use crate::script::config::json;
use crate::script::engine::engine;
use crate::script::errors::{Around, at, placed};
use crate::script::limits::Limits;
use crate::script::mistake::{Fail, Mistake};
use crate::script::retrace::with_end;
use crate::script::room::Room;
use crate::script::values::CallFields;
use rhai::{AST, Dynamic, Engine, FnPtr, ImmutableString, Map, NativeCallContext, Position, Scope};
use serde_json::Value;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// At most this many questions, and bytes in the name of one.
const MOST_QUESTIONS: usize = 100;
const LONGEST_NAME: usize = 200;
/// At most this many steps outside of the questions.
const MOST_OPERATIONS: u64 = 1_000_000;
const EXAMPLE: &str = "for example question(\"Fork shares\", 2, || { expect(…, \"what is wrong\"); })";

/// A hidden test.
pub struct Test {
    pub(super) source: String,
    pub(super) ast: AST,
    pub(super) asked: Vec<Question>,
    machine: Option<Wanted>,
}

/// One question.
#[derive(Clone)]
pub struct Question {
    pub name: String,
    pub points: Points,
    /// Whether there are no points unless every check holds.
    pub all_or_nothing: bool,
    pub body: FnPtr,
    place: Position,
}

/// The machine that a test is for: the fields that it names, and their values.
#[derive(Clone)]
struct Wanted(Vec<(String, Value)>);

/// What a test has named while it is read.
#[derive(Default)]
struct Named {
    questions: Vec<Question>,
    machine: Option<Wanted>,
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.questions()).finish()
    }
}

impl Test {
    /// Reads a test.
    ///
    /// # Errors
    /// What is wrong with it, at its place.
    pub fn read(source: &str) -> Result<Test, PlacedError> {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let limits = Limits { operations: MOST_OPERATIONS, ..Limits::default() };
        let room = Room::new(limits.clone(), Box::new(|_| true));
        let named = Rc::new(RefCell::new(Named::default()));
        let mut engine = engine(&room);
        register(&mut engine, &named);
        let (ast, tokens) = compile(&engine, source, &limits, &Scope::new())?;
        room.with(|state| state.source = source.to_string());
        engine.run_ast(&with_end(&engine, &ast)).map_err(|error| {
            let around =
                Around { source, limits: &limits, variables: &[], tokens: &tokens, place: None, elsewhere: false };
            placed(&error, &around)
        })?;
        let wrong = |place: Position, message: &str, hint: &str| Err(at(source, place, Mistake::new(message, hint)));
        let first = Position::new(1, 1);
        let touched =
            room.with(|state| state.session.as_ref().map(|session| session.steps().first().and_then(|s| s.at)));
        if let Some(step) = touched {
            let place = step.map_or(first, |at| Position::new(at.line as u16, at.column as u16));
            return wrong(
                place,
                "the machine is used outside of the questions",
                "there is none yet: use it in a question",
            );
        }
        if !room.with(|state| state.ended) {
            let place = room.with(|state| state.exit).unwrap_or(first);
            return wrong(place, "the test ends before its end", "let `exit` and `return` stand in questions only");
        }
        let Named { questions, machine } = named.take();
        for question in &questions {
            let body = ast.iter_functions().find(|function| function.name == question.body.fn_name());
            if body.is_none_or(|body| !body.params.is_empty()) {
                return wrong(question.place, "question: the function has parameters, or is none of the test", EXAMPLE);
            }
        }
        if questions.iter().map(|question| question.points).sum::<Points>() == Points::NONE {
            return wrong(first, "the test has no question that gives points", EXAMPLE);
        }
        Ok(Test { source: source.to_string(), ast, asked: questions, machine })
    }

    /// The questions' names and points, in their order.
    pub fn questions(&self) -> impl Iterator<Item = (&str, Points)> {
        self.asked.iter().map(|question| (question.name.as_str(), question.points))
    }

    /// Checks that a submission's machine is the one that the test is for.
    ///
    /// # Errors
    /// What is otherwise, in words for students.
    pub(super) fn check_machine(&self, config: &Config) -> Result<(), String> {
        let Some(Wanted(wanted)) = &self.machine else { return Ok(()) };
        let found = fields_of(config);
        let other = wanted.iter().find(|(name, value)| found.get(name).unwrap_or(&Value::Null) != value);
        other.map_or(Ok(()), |(name, value)| {
            let found = found.get(name).unwrap_or(&Value::Null);
            let nested = value.is_object() || value.is_array();
            let what = if nested { "is otherwise".into() } else { format!("is {found}, and should be {value}") };
            Err(format!("the machine is not the one that was asked for: `{name}` {what}"))
        })
    }
}

fn register(engine: &mut Engine, named: &Rc<RefCell<Named>>) {
    let asks = named.clone();
    engine.register_fn("question", move |ctx: NativeCallContext, name: &str, points: Dynamic, body: FnPtr| {
        question(&ctx, &mut asks.borrow_mut(), name, &points, Map::new(), body)
    });
    let asks = named.clone();
    engine.register_fn(
        "question",
        move |ctx: NativeCallContext, name: &str, points: Dynamic, how: Map, body: FnPtr| {
            question(&ctx, &mut asks.borrow_mut(), name, &points, how, body)
        },
    );
    let wants = named.clone();
    engine.register_fn("machine", move |ctx: NativeCallContext, fields: Map| {
        wants.borrow_mut().machine = Some(wanted(fields).map_err(|mistake| mistake.at(&ctx))?);
        Ok::<_, Fail>(())
    });
    engine.register_fn("submitted", |ctx: NativeCallContext, _: ImmutableString| outside(&ctx, "submitted"));
    engine.register_fn("submitted", |ctx: NativeCallContext, _: ImmutableString, _: ImmutableString| {
        outside(&ctx, "submitted")
    });
    engine.register_fn("submission", |ctx: NativeCallContext| outside(&ctx, "submission"));
}

fn outside(ctx: &NativeCallContext, name: &str) -> Result<(), Fail> {
    Err(Mistake::new(format!("{name}: there is no submission yet"), "ask for it in a question").final_at(ctx))
}

fn question(
    ctx: &NativeCallContext,
    named: &mut Named,
    name: &str,
    points: &Dynamic,
    how: Map,
    body: FnPtr,
) -> Result<(), Fail> {
    let wrong = |message: String, hint: &str| Err(Mistake::new(message, hint).final_at(ctx));
    let mut how = CallFields::new(ctx, "question", how);
    let all_or_nothing = how.bool("all_or_nothing")?.unwrap_or(false);
    how.finish()?;
    let points = Points::of(points).map_err(|refusal| Mistake::from(refusal).final_at(ctx))?;
    let name = clean::line(name.trim(), LONGEST_NAME);
    if name.is_empty() || named.questions.iter().any(|question| question.name == name) {
        return wrong(format!("question: the name `{name}` is empty or given twice"), "give each a name of its own");
    }
    if named.questions.len() >= MOST_QUESTIONS {
        return wrong(
            format!("question: there are more than {MOST_QUESTIONS}"),
            "a question may have many expectations",
        );
    }
    named.questions.push(Question { name, points, all_or_nothing, body, place: ctx.call_position() });
    Ok(())
}

/// The machine with these fields; only they are held against a submission's.
fn wanted(fields: Map) -> Result<Wanted, Mistake> {
    let names: Vec<String> = fields.keys().map(|name| name.to_string()).collect();
    let json = json(Dynamic::from_map(fields), 0)?;
    let all = fields_of(&machine_from_json(&json.to_string())?);
    let field = |name: String| {
        let value = all.get(&name).cloned().unwrap_or(Value::Null);
        (name, value)
    };
    Ok(Wanted(names.into_iter().map(field).collect()))
}
