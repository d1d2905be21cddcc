//! Where the interpreter stands. Rhai reports a limit at the outermost call, and how a script ended not at all; so each
//! node that is evaluated leaves its place here, through the engine's debugging hook.

use super::room::Room;
use rhai::debugger::{DebuggerCommand, DebuggerEvent};
use rhai::{AST, ASTFlags, ASTNode, Dynamic, Engine, EvalAltResult, EvalContext, Module, Position, Stmt};

/// The place of the statement that is put after a script's last.
const END: Position = Position::NONE;

/// What is known of the evaluation so far.
#[derive(Default)]
pub struct Standing {
    /// Of each function under way, the script itself first.
    frames: Vec<Frame>,
    /// The last `return` of the script itself that was met.
    returned: Position,
    /// Whether the script's last statement was passed.
    ended: bool,
    /// Where `exit` was called, with its value.
    pub exit: Option<(Position, Dynamic)>,
}

struct Frame {
    level: usize,
    /// The node evaluated last.
    place: Position,
    called_from: Position,
}

/// Keeps the room informed.
pub fn register(engine: &mut Engine, room: &Room) {
    let room = room.clone();
    #[allow(deprecated)] // Rhai marks it as likely to change, not as going away.
    engine.register_debugger(
        |_, debugger| debugger,
        move |context, event, node, _, place| {
            // A function's end is no node.
            if matches!(event, DebuggerEvent::Start | DebuggerEvent::Step) {
                room.with(|state| state.standing.stand(&context, node, place));
            }
            Ok(DebuggerCommand::StepInto)
        },
    );
}

/// The script with a last statement that says it was reached.
pub fn with_end(ast: &AST) -> AST {
    ast.merge(&AST::new([Stmt::Noop(END)], Module::new()))
}

impl Standing {
    fn stand(&mut self, context: &EvalContext<'_, '_, '_, '_, '_, '_>, node: ASTNode<'_>, place: Position) {
        let level = context.call_level();
        if level == 0 {
            match node {
                ASTNode::Stmt(Stmt::Noop(END)) => self.ended = true,
                ASTNode::Stmt(Stmt::Return(_, flags, _)) if !flags.contains(ASTFlags::BREAK) => self.returned = place,
                _ => {}
            }
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
    }

    /// The innermost place of an error of which the engine knows the outermost call's only: of a limit.
    pub fn place_of(&self, error: &EvalAltResult) -> Option<Position> {
        let through_a_call = match error {
            // That may come from the caller, after a function has ended.
            EvalAltResult::ErrorDataTooLarge(_, place) => self.frames.iter().skip(1).any(|f| f.called_from == *place),
            _ => error.is_system_exception() && self.frames.len() > 1,
        };
        let place = self.frames.last().map(|frame| frame.place);
        place.filter(|place| through_a_call && !place.is_none())
    }

    /// Where and by what the script ended before its end: `exit` or `return`.
    pub fn early(&self) -> Option<(Position, &'static str)> {
        match &self.exit {
            Some((place, _)) => Some((*place, "exit")),
            None => (!self.ended).then_some((self.returned, "return")),
        }
    }
}
