//! The room that a script shares with the engine: the session it drives and what it has used up of its limits.
//!
//! Invariant: a borrow never outlives one call from the engine, so no call can find the room borrowed.

use super::ask::Unanswered;
use super::limits::Limits;
use super::mistake::{Fail, Mistake};
use super::other_runs::OtherRuns;
use super::standing::Standing;
use crate::config::Config;
use crate::lab::time::session::Session;
use crate::lab::time::view::View;
use crate::units::VirtAddr;
use crate::vocabulary::command::{self, Command};
use crate::vocabulary::reply::Reply;
use rhai::{AST, Dynamic, EvalAltResult, NativeCallContext, Position};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How often `progress` is called, in commands and in operations of the interpreter.
const COMMANDS_BETWEEN: u32 = 256;
const OPERATIONS_BETWEEN: u64 = 1 << 16;

/// A shared handle to the state.
#[derive(Clone)]
pub struct Room(Rc<RefCell<State>>, Rc<Operations>);

/// Operations of the interpreter: they are counted without borrowing the state, for that would be too slow.
#[derive(Default)]
pub struct Operations {
    /// Operations of the run under way.
    pub now: Cell<u64>,
    /// Operations of all other runs of the script.
    pub others: Cell<u64>,
    most: u64,
}

/// The state that a room shares.
pub struct State {
    pub limits: Limits,
    /// The text that runs, for the wording of expectations.
    pub source: String,
    /// The session: made by `machine`, or by the first call that needs one.
    pub session: Option<Session>,
    /// Whether the session existed before the script: then `machine` is refused.
    pub given: bool,
    /// Whether commands get their place in the script; console lines have none.
    pub places: bool,
    /// Commands given by this script or line.
    pub commands: u32,
    /// Commands given to the machines of `over_seeds`.
    pub seed_commands: u32,
    pub looks: u64,
    /// Number of accesses to variables.
    pub accesses: u32,
    /// Bytes that the variables held when they were last weighed.
    pub weighed: usize,
    /// The state of `random`; `None` before the first number.
    pub random: Option<u64>,
    pub failed_expects: u32,
    /// The question that waits for its `answer`.
    pub unanswered: Option<Unanswered>,
    /// Places (line, column) of expectations that were reached.
    pub reached: BTreeSet<(usize, usize)>,
    /// Whether the script's end was reached.
    pub ended: bool,
    /// Where `exit` was called; `None` if it was not.
    pub exit: Option<Position>,
    /// Where the script stands, if it is followed node by node.
    pub standing: Standing,
    pub printed: Vec<(u32, String)>,
    pub printed_bytes: usize,
    /// The last address answered, which the console shows in hexadecimal.
    pub last_addr: Option<VirtAddr>,
    /// Cycles that the last command took, without the turn of background reclaim after it.
    pub last_cost: u64,
    pub progress: Box<dyn FnMut(u32) -> bool>,
    /// The script that runs; `None` in the console.
    pub script: Option<Rc<AST>>,
    /// The questions that this run and the runs before it asked with `what_if`; whether this run is another than the
    /// first.
    pub other_runs: OtherRuns,
}

impl Room {
    /// A room with these limits. `progress` gets how many commands were given; it returns whether to go on.
    pub fn new(limits: Limits, progress: Box<dyn FnMut(u32) -> bool>) -> Room {
        let operations = Operations { most: limits.operations, ..Operations::default() };
        Room(Rc::new(RefCell::new(State::new(limits, progress))), Rc::new(operations))
    }

    /// The room of the engine that makes this call.
    pub fn of(ctx: &NativeCallContext) -> Room {
        ctx.tag().and_then(|tag| tag.clone().try_cast::<Room>()).expect("the engine's tag is its room")
    }

    /// Borrows the state, for the length of one expression only.
    pub fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.borrow_mut())
    }

    /// The operations counted so far.
    pub fn operations(&self) -> &Operations {
        &self.1
    }

    /// Called by the engine after every operation: returns a value if the script is to stop.
    pub fn stops_at(&self, operations: u64) -> Option<Dynamic> {
        self.1.now.set(operations);
        if self.1.others.get() + operations > self.1.most {
            let message =
                format!("the script and its runs on other machines took more than {} operations", self.1.most);
            return Some(Dynamic::from(Mistake::new(
                message,
                "ask `what_if` less often, or use `over_seeds` with fewer seeds",
            )));
        }
        if !operations.is_multiple_of(OPERATIONS_BETWEEN) {
            return None;
        }
        let going = self.with(|state| (state.progress)(state.commands));
        (!going).then(|| Dynamic::from(cancelled()))
    }
}

/// What a script that was cancelled says.
pub const CANCELLED: &str = "the script was cancelled";

fn cancelled() -> Mistake {
    Mistake::new(CANCELLED, "what ran before is kept")
}

/// Whether a script ended because it was cancelled.
pub fn is_cancelled(error: &EvalAltResult) -> bool {
    let EvalAltResult::ErrorTerminated(value, _) = error else { return false };
    value.clone().try_cast::<Mistake>().is_some_and(|mistake| mistake.message == CANCELLED)
}

/// Gives a command to the machine, with its place in the script.
pub fn act(ctx: &NativeCallContext, command: Command) -> Result<Reply, Fail> {
    let place = ctx.call_position();
    let at =
        place.line().map(|line| command::Position { line: line as u32, column: place.position().unwrap_or(1) as u32 });
    Room::of(ctx).with(|state| {
        state.count_command().map_err(|mistake| mistake.final_at(ctx))?;
        let at = at.filter(|_| state.places);
        state.other_runs.check_events(state.session.as_ref()).map_err(|mistake| mistake.final_at(ctx))?;
        let beside = state.printed_bytes + state.weighed;
        let session = state.session().map_err(|mistake| mistake.at(ctx))?;
        session.hold_beside(beside as u64);
        let time_passes = !command.speaks();
        let reply = run(ctx, session, command, at)?;
        let cost = session.last_cost();
        if time_passes && session.machine().kswapd_is_awake() {
            run(ctx, session, Command::Kswapd, at)?;
        }
        if time_passes {
            state.last_cost = cost;
        }
        if let Reply::Addr(addr) = reply {
            state.last_addr = Some(addr);
        }
        Ok(reply)
    })
}

fn run(
    ctx: &NativeCallContext,
    session: &mut Session,
    command: Command,
    at: Option<command::Position>,
) -> Result<Reply, Fail> {
    session.run_at(command, at).map_err(|refusal| {
        // Of a full session nothing that the script may catch is asked again; and on another machine it is no finding,
        // but a limit of all runs together.
        let mistake = Mistake::from(refusal);
        if session.is_full() { mistake.final_at(ctx) } else { mistake.at(ctx) }
    })
}

/// Reads the machine's view; `cost` is how many frames, PTEs or runs that visits at most.
pub fn look<T>(ctx: &NativeCallContext, cost: u64, f: impl FnOnce(&View) -> T) -> Result<T, Fail> {
    Room::of(ctx).with(|state| {
        state.looks = state.looks.saturating_add(cost);
        if state.looks > state.limits.looks {
            let message = format!("the script looked at more than {} frames and entries", state.limits.looks);
            return Err(Mistake::new(message, "ask less often: keep the answer in a variable").final_at(ctx));
        }
        let session = state.session().map_err(|mistake| mistake.at(ctx))?;
        Ok(f(session.view()))
    })
}

impl State {
    /// The state before anything has been done.
    pub fn new(limits: Limits, progress: Box<dyn FnMut(u32) -> bool>) -> State {
        State {
            limits,
            source: String::new(),
            session: None,
            given: false,
            places: true,
            commands: 0,
            seed_commands: 0,
            looks: 0,
            accesses: 0,
            weighed: 0,
            random: None,
            failed_expects: 0,
            unanswered: None,
            reached: BTreeSet::new(),
            ended: false,
            exit: None,
            standing: Standing::default(),
            printed: Vec::new(),
            printed_bytes: 0,
            last_addr: None,
            last_cost: 0,
            progress,
            script: None,
            other_runs: OtherRuns::default(),
        }
    }

    /// The session; makes a machine of the default configuration if there is none.
    pub fn session(&mut self) -> Result<&mut Session, Mistake> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.other_runs.machine(Config::default(), self.limits.session)?,
        };
        Ok(self.session.insert(session))
    }

    fn count_command(&mut self) -> Result<(), Mistake> {
        self.commands += 1;
        if self.commands > self.limits.commands {
            let message = format!("the script gave more than {} commands", self.limits.commands);
            return Err(Mistake::new(message, "is there a loop without an end?"));
        }
        if self.commands.is_multiple_of(COMMANDS_BETWEEN) && !(self.progress)(self.commands) {
            return Err(cancelled());
        }
        Ok(())
    }

    /// The text of the call at a place, without its function's name and outer brackets, as far as it is in one line.
    pub fn arguments_at(&self, place: Position) -> Option<&str> {
        let line = self.source.lines().nth(place.line()? - 1)?;
        let start = line.char_indices().nth(place.position()? - 1)?.0;
        let call = line[start..].trim_end().trim_end_matches(';').trim_end();
        Some(call.split_once('(')?.1.strip_suffix(')').unwrap_or(call))
    }

    /// Stores what a script prints; beyond the limit only a remark that there was more.
    pub fn print(&mut self, text: &str) {
        if self.printed_bytes > self.limits.printed {
            return;
        }
        let step = self.session.as_ref().map_or(0, |session| session.steps().len() as u32);
        self.printed_bytes += text.len() + 1;
        let full = self.printed_bytes > self.limits.printed;
        self.printed.push((step, if full { "… (more was printed than is kept)".into() } else { text.into() }));
    }
}
