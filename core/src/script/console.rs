//! The console: one line at a time, in the script's language, on a session that exists already. Variables and functions
//! of earlier lines stay; every living process is available as `p1`, `p2`, …, and processes and areas of the script
//! that made the machine by their variables. `help` is answered here, too.

use super::assist::help;
use super::compile::compile;
use super::engine::engine;
use super::errors::{Around, placed};
use super::limits::Limits;
use super::room::Room;
use super::tokens::Tokens;
use super::values::{Process, address, display};
use crate::config::{Config, MIN_FRAMES};
use crate::hw::geometry::GeometryKind;
use crate::lab::tell::placed::PlacedError;
use crate::lab::tell::variables::{Held, Names};
use crate::lab::tell::words::reply_text;
use crate::lab::time::session::Session;
use crate::units::VirtAddr;
use crate::vocabulary::reply::Reply;
use rhai::{AST, Dynamic, Engine, ParseErrorType, Position, Scope};
use std::fmt;

/// Variables and functions that stay from line to line.
pub struct ConsoleScope {
    engine: Engine,
    room: Room,
    scope: Scope<'static>,
    functions: AST,
}

impl fmt::Debug for ConsoleScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.scope.iter_raw().map(|(name, ..)| name)).finish()
    }
}

impl Default for ConsoleScope {
    fn default() -> ConsoleScope {
        ConsoleScope::new(Limits { operations: 5_000_000, ..Limits::default() })
    }
}

impl ConsoleScope {
    /// An empty scope; the limits hold for each line.
    pub fn new(limits: Limits) -> ConsoleScope {
        let room = Room::new(limits, Box::new(|_| true));
        room.with(|state| {
            state.given = true;
            state.places = false;
        });
        ConsoleScope { engine: engine(&room), room, scope: Scope::new(), functions: AST::empty() }
    }

    /// The names that can be completed: variables of earlier lines.
    pub fn variables(&self) -> Vec<String> {
        self.scope.iter_raw().map(|(name, ..)| name.to_string()).collect()
    }

    /// Adds what a script's variables hold, where no line has given the name a value.
    pub fn know(&mut self, names: &Names<'_>) {
        for (name, held) in names.all().filter(|(name, _)| !self.scope.contains(name)).collect::<Vec<_>>() {
            match held {
                Held::Process(pid) => self.scope.push(name.to_string(), Process(pid)),
                Held::Area { addr, .. } => self.scope.push_dynamic(name.to_string(), address(addr)),
            };
        }
    }

    fn name_processes(&mut self, session: &Session) {
        for pid in session.view().spaces.keys() {
            let name = format!("p{pid}");
            let free = self.scope.get(&name).is_none_or(|value| value.is::<Process>());
            if free {
                self.scope.set_or_push(name, Process(*pid));
            }
        }
    }
}

/// Runs a line. Returns what it printed and its value, as text; empty if there is neither. If the session's cursor is
/// not at the end, the line's first command cuts the future.
pub fn console_line(session: &mut Session, scope: &mut ConsoleScope, line: &str) -> Result<String, PlacedError> {
    scope.name_processes(session);
    if let Some(answer) = help(line) {
        return Ok(answer);
    }
    let (result, printed) = lend(session, &scope.room.clone(), |room| {
        let result = evaluate(scope, room, line);
        (result, room.with(|state| std::mem::take(&mut state.printed)))
    })?;
    scope.name_processes(session);
    let mut text: Vec<String> = printed.into_iter().map(|(_, text)| text).collect();
    let value = result?;
    let (commands, last_addr) = scope.room.with(|state| (state.commands, state.last_addr));
    let step = session.steps().last().filter(|_| commands > 0);
    let answer = match step {
        // `let a = p.mmap(8)` has no value, and `p.touch(a)` has 0: the call's own answer is more useful.
        Some(step) if value.is_unit() || step.reply == Reply::Done && value.as_int() == Ok(0) => {
            reply_text(&step.command, &step.reply)
        }
        _ => show(&value, last_addr),
    };
    text.extend((!answer.is_empty()).then_some(answer));
    Ok(text.join("\n"))
}

/// Whether a line is incomplete and goes on in the next.
pub fn is_unfinished(scope: &ConsoleScope, line: &str) -> bool {
    if Tokens::read(&scope.engine, line).open_comment.is_some() {
        return true;
    }
    match scope.engine.compile(line) {
        Ok(_) => false,
        Err(error) => match error.err_type() {
            ParseErrorType::UnexpectedEOF => true,
            ParseErrorType::MissingToken(..) => at_end(line, error.position()),
            _ => false,
        },
    }
}

/// Whether a place is after everything in the text.
fn at_end(text: &str, place: Position) -> bool {
    let last = text.lines().last().unwrap_or("");
    let end = (text.lines().count(), last.trim_end().chars().count());
    place.line().is_none_or(|line| (line, place.position().unwrap_or(0)) > end)
}

/// Lends the session to the room, which must own it while the engine runs, and takes it back.
fn lend<T>(session: &mut Session, room: &Room, f: impl FnOnce(&Room) -> T) -> Result<T, PlacedError> {
    let small = Config {
        geometry: GeometryKind::Classroom,
        frames: MIN_FRAMES,
        max_order: 0,
        swap_slots: 0,
        tlb_entries: 1,
        ..Config::default()
    };
    let stand_in = Session::new(small).map_err(|refusal| PlacedError::in_line("", 1, 1, refusal.what))?;
    let own = std::mem::replace(session, stand_in);
    room.with(|state| {
        state.session = Some(own);
        (state.commands, state.looks, state.failed_expects) = (0, 0, 0);
        (state.printed_bytes, state.last_addr) = (0, None);
    });
    let result = f(room);
    if let Some(own) = room.with(|state| state.session.take()) {
        *session = own;
    }
    Ok(result)
}

fn evaluate(scope: &mut ConsoleScope, room: &Room, line: &str) -> Result<Dynamic, PlacedError> {
    let limits = room.with(|state| state.limits.clone());
    let (ast, tokens) = compile(&scope.engine, line, &limits, &scope.scope)?;
    room.with(|state| state.source = line.to_string());
    let variables = scope.variables();
    // A mistake inside functions of earlier lines has no place in this one.
    let elsewhere = ast.iter_functions().next().is_none();
    let ast = scope.functions.merge(&ast);
    scope.functions = ast.clone_functions_only();
    let result = scope.engine.eval_ast_with_scope::<Dynamic>(&mut scope.scope, &ast);
    result.map_err(|error| {
        let around =
            Around { source: line, limits: &limits, variables: &variables, tokens: &tokens, place: None, elsewhere };
        placed(&error, &around)
    })
}

/// A value as the console shows it; in hexadecimal if it is the address just answered.
fn show(value: &Dynamic, last_addr: Option<VirtAddr>) -> String {
    if let Ok(n) = value.as_int() {
        return match last_addr {
            Some(addr) if addr.0 as i64 == n => addr.to_string(),
            _ => n.to_string(),
        };
    }
    match value.read_lock::<Process>() {
        Some(process) => format!("pid {}", process.0),
        None if value.is_unit() => String::new(),
        None => display(value),
    }
}
