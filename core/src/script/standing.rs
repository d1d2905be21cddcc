//! Where a script stood when it reached a limit, or ended by a `return`. Rhai reports a limit at the outermost call, and an
//! end not at all. Only its debugging hook says more, at a price: it copies the arguments of every call. So a script is
//! run without it, and, in the rare case that the place is not known, once more with it: it does the same again.

use super::again::Again;
use super::budget::weight;
use super::engine::engine;
use super::errors::{innermost, known_place};
use super::room::{Room, Trouble, is_cancelled};
use rhai::debugger::{DebuggerCommand, DebuggerEvent};
use rhai::{AST, ASTFlags, ASTNode, Dynamic, Engine, EvalAltResult, EvalContext, Position, Stmt};

/// The name that is asked for after a script's last statement.
pub const END: &str = "__end_of_script";
/// What the second run may cost: nodes evaluated, and values copied.
const MOST: u64 = 200_000_000;
/// Nodes between two weighings of the variables, which calls may copy.
const BETWEEN: u64 = 64;

/// The script with a last statement that asks for [`END`].
pub fn with_end(engine: &Engine, ast: &AST) -> AST {
    engine.compile(END).map_or_else(|_| ast.clone(), |end| ast.merge(&end))
}

/// The innermost place of an error of which the engine knows the outermost call's only: of a limit that a function
/// reached.
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

fn is_return(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Return(_, flags, _) if !flags.contains(ASTFlags::BREAK))
}

/// Runs the script once more, on a machine of its own, and follows it.
fn again(ast: &AST, first: &Room) -> Standing {
    let (limits, source) = first.with(|state| (state.limits.clone(), state.source.clone()));
    let progress = first.with(|state| std::mem::replace(&mut state.progress, Box::new(|_| true)));
    let room = Room::new(limits, progress);
    room.operations().others.set(first.operations().others.get());
    let (script, again) = first.with(|state| (state.script.clone(), Again::following(&state.again)));
    room.with(|state| (state.source, state.script, state.again) = (source, script, again));
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
                let trouble = Trouble::new("this takes too long", "");
                return Err(EvalAltResult::ErrorTerminated(Dynamic::from(trouble), place).into());
            }
            Ok(DebuggerCommand::StepInto)
        },
    );
}

/// What is known of an evaluation that is followed.
#[derive(Default)]
pub struct Standing {
    /// Of each function under way, the script itself first.
    frames: Vec<Frame>,
    /// The last `return` of the script itself that was met.
    returned: Position,
    nodes: u64,
    cost: u64,
}

struct Frame {
    level: usize,
    /// The node evaluated last.
    place: Position,
    called_from: Position,
}

impl Standing {
    /// Notes a node; what all of it has cost by now.
    fn stand(&mut self, context: &EvalContext<'_, '_, '_, '_, '_, '_>, node: ASTNode<'_>, place: Position) -> u64 {
        self.nodes += 1;
        self.cost += 1;
        if self.nodes.is_multiple_of(BETWEEN) {
            let copied: usize = context.scope().iter_raw().map(|(_, _, value)| weight(value, 1 << 20, 0)).sum();
            self.cost += BETWEEN * copied as u64 / 16;
        }
        let level = context.call_level();
        if level == 0 && matches!(node, ASTNode::Stmt(statement) if is_return(statement)) {
            self.returned = place;
        }
        while self.frames.last().is_some_and(|frame| frame.level > level) {
            self.frames.pop();
        }
        match self.frames.last_mut() {
            Some(frame) if frame.level == level => frame.place = place,
            _ => {
                let calls = context.global_runtime_state().debugger().call_stack();
                let called_from = calls.last().map_or(Position::NONE, |call| call.pos);
                self.frames.push(Frame { level, place, called_from });
            }
        }
        self.cost
    }

    fn innermost(&self, error: &EvalAltResult) -> Option<Position> {
        let through_a_call = match error {
            // That may come from the caller, after a function has ended.
            EvalAltResult::ErrorDataTooLarge(_, place) => self.frames.iter().skip(1).any(|f| f.called_from == *place),
            _ => self.frames.len() > 1,
        };
        let place = self.frames.last().map(|frame| frame.place);
        place.filter(|place| self.cost <= MOST && through_a_call && !place.is_none())
    }
}
