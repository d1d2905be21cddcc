//! Where a script stood when it reached a limit, or ended by a `return`. Rhai reports a limit at the outermost call,
//! and such an end not at all. Only its debugging hook reports more, at a price: it copies the arguments of every call.
//! So a script is run without it, and, in the rare case that the place is not known, once more with it, with the same
//! effect.

use super::engine::engine;
use super::errors::{innermost, known_place};
use super::mistake::Mistake;
use super::other_runs::OtherRuns;
use super::room::{Room, is_cancelled};
use super::standing::{END, MOST, Standing, is_return};
use rhai::debugger::{DebuggerCommand, DebuggerEvent};
use rhai::{AST, ASTNode, Dynamic, Engine, EvalAltResult, Position};

/// The script with a last statement that reads [`END`].
pub fn with_end(engine: &Engine, ast: &AST) -> AST {
    engine.compile(END).map_or_else(|_| ast.clone(), |end| ast.merge(&end))
}

/// The innermost place of an error that the engine reports at the outermost call: of a limit that a function reached.
/// `None` if the engine's place is right.
pub fn of_limit(error: &EvalAltResult, ast: &AST, room: &Room) -> Option<Position> {
    let error = innermost(error);
    let known = known_place(error).is_some() || is_cancelled(error);
    let in_a_function = error.is_system_exception() && ast.iter_functions().next().is_some();
    (in_a_function && !known).then(|| again(ast, room).innermost(error))?
}

/// The place of the `return`, outside of functions, that ended a script.
pub fn of_return(ast: &AST, room: &Room) -> Position {
    let mut all = Vec::new();
    for statement in ast.statements() {
        statement.walk(&mut Vec::new(), &mut |path| {
            if let Some(ASTNode::Stmt(statement)) = path.last()
                && is_return(statement)
            {
                all.push(statement.position());
            }
            true
        });
    }
    match all[..] {
        [one] => one,
        _ => again(ast, room).returned,
    }
}

/// Runs the script once more, on another machine, and follows it node by node.
fn again(ast: &AST, first: &Room) -> Standing {
    let (limits, source) = first.with(|state| (state.limits.clone(), state.source.clone()));
    let progress = first.with(|state| std::mem::replace(&mut state.progress, Box::new(|_| true)));
    let room = Room::new(limits, progress);
    room.operations().others.set(first.operations().others.get());
    let (script, other_runs) = first.with(|state| (state.script.clone(), OtherRuns::following(&state.other_runs)));
    room.with(|state| (state.source, state.script, state.other_runs) = (source, script, other_runs));
    let mut engine = engine(&room);
    follow(&mut engine, &room);
    let _ = engine.eval_ast::<Dynamic>(ast);
    let (standing, progress) = room.with(|state| {
        (std::mem::take(&mut state.standing), std::mem::replace(&mut state.progress, Box::new(|_| true)))
    });
    first.with(|state| state.progress = progress);
    standing
}

fn follow(engine: &mut Engine, room: &Room) {
    let room = room.clone();
    #[allow(deprecated)] // Rhai marks it as likely to change, not as going away.
    engine.register_debugger(
        |_, debugger| debugger,
        move |context, event, node, _, place| {
            // A function's end is no node.
            let is_node = matches!(event, DebuggerEvent::Start | DebuggerEvent::Step);
            if is_node && room.with(|state| state.standing.stand(&context, node, place)) > MOST {
                let mistake = Mistake::new("this takes too long", "");
                return Err(EvalAltResult::ErrorTerminated(Dynamic::from(mistake), place).into());
            }
            Ok(DebuggerCommand::StepInto)
        },
    );
}
