//! What is given to the machines of a sweep.

use crate::args::SweepArgs;
use crate::refs::{config, read};
use crate::{Fatal, files};
use pageturner::config::Config;
use pageturner::import::refs::{self, References};
use pageturner::lab::compare::{Changes, changed};
use pageturner::lab::recording::Recording;
use pageturner::lab::sweep::{Fared, Plan, Replayed};
use pageturner::refusal::Refusal;
use pageturner::script::Counted;

/// A trace, a script or a recording.
pub enum Load {
    Trace(References, Box<Config>),
    Script(Box<Counted>),
    Recording(Box<Replayed>),
}

impl Load {
    /// Tells a file's kind by its name, or else by its first line, and reads it.
    pub fn read(args: &SweepArgs, text: &str) -> Result<Load, Fatal> {
        let named = |ending: &str| args.file.extension().is_some_and(|is| is.eq_ignore_ascii_case(ending));
        if named("jsonl") || (!named("rhai") && text.trim_start().starts_with('{')) {
            let recording = Recording::parse(text).map_err(|error| files::in_file(&args.file, error))?;
            return Ok(Load::of_recording(args, recording));
        }
        if named("rhai") || (args.file.as_os_str() == "-" && !refs::is_trace(text)) {
            let (counted, _) = Counted::new(text, &args.memory.limits(), |_| true)
                .map_err(|error| files::in_file(&args.file, error))?;
            return Ok(Load::Script(Box::new(counted)));
        }
        let config = config(args.machine.as_deref())?;
        Ok(Load::Trace(read(&args.file, text, &config)?, Box::new(config)))
    }

    fn of_recording(args: &SweepArgs, recording: Recording) -> Load {
        if !args.replay
            && let Some(counted) = Counted::of(&recording, &args.memory.limits(), |_| true)
        {
            return Load::Script(Box::new(counted));
        }
        Load::Recording(Box::new(Replayed::new(recording)))
    }

    /// Whether it is a trace of references.
    pub fn is_trace(&self) -> bool {
        matches!(self, Load::Trace(..))
    }

    /// What is counted when rows are.
    pub fn noun(&self) -> &'static str {
        if self.is_trace() { "reference" } else { "command" }
    }

    /// The machine that it comes with.
    pub fn config(&self) -> &Config {
        match self {
            Load::Trace(_, config) => config,
            Load::Script(counted) => counted.config(),
            Load::Recording(replayed) => replayed.config(),
        }
    }

    /// Gives it to a machine with these changes; `going` is told how many commands were given since it was last called.
    pub fn fare(
        &self,
        changes: &Changes,
        plan: &Plan,
        going: impl FnMut(u32) -> bool + Clone + 'static,
    ) -> Result<Fared, Refusal> {
        let mut going = going;
        let fared = match self {
            Load::Trace(references, config) => refs::fare(references, &changed(config, changes)?, plan, &mut going)?,
            Load::Script(counted) => counted.fare(changes, plan, going)?,
            Load::Recording(replayed) => replayed.fare(&changed(replayed.config(), changes)?, plan, &mut going)?,
        };
        Ok(fared.expect("nobody cancels"))
    }
}
