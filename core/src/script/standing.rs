//! Where a script stands while it is followed node by node: the functions under way, and where each is.

use super::weight::weight;
use rhai::{ASTFlags, ASTNode, EvalAltResult, EvalContext, Position, Stmt};

/// The name that is read after a script's last statement.
pub const END: &str = "__end_of_script";
/// Cost limit of the second run: nodes evaluated, and values copied.
pub const MOST: u64 = 200_000_000;
/// Nodes between two weighings of the variables, which calls may copy.
const BETWEEN: u64 = 64;

/// Whether a statement is a `return`.
pub fn is_return(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Return(_, flags, _) if !flags.contains(ASTFlags::BREAK))
}

/// The state of an evaluation that is followed node by node.
#[derive(Default)]
pub struct Standing {
    /// The functions under way, the script itself first.
    frames: Vec<Frame>,
    /// The last `return` of the script itself that was met.
    pub returned: Position,
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
    /// Notes a node; returns the cost of all nodes so far.
    pub fn stand(&mut self, context: &EvalContext<'_, '_, '_, '_, '_, '_>, node: ASTNode<'_>, place: Position) -> u64 {
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

    /// The innermost place under way when `error` came; `None` if the engine's own place is right, or this cost too
    /// much.
    pub fn innermost(&self, error: &EvalAltResult) -> Option<Position> {
        let through_a_call = match error {
            // This may come from the caller, after a function has ended.
            EvalAltResult::ErrorDataTooLarge(_, place) => self.frames.iter().skip(1).any(|f| f.called_from == *place),
            _ => self.frames.len() > 1,
        };
        let place = self.frames.last().map(|frame| frame.place);
        place.filter(|place| self.cost <= MOST && through_a_call && !place.is_none())
    }
}
