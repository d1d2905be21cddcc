//! A machine at one place of its time, with its counters, and how it goes on from there.
//!
//! A command is carried out the same way whoever listens, so what a session counts when a command is given, and what is
//! heard when it is carried out again on a copy of the machine, are the same events.

use super::notable::Notable;
use super::view::View;
use crate::config::Config;
use crate::lab::measure::tally::Tally;
use crate::os::machine::Machine;
use crate::refusal::Refusal;
use crate::vocabulary::command::Command;
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::report::Report;
use crate::vocabulary::tape::Tape;

/// The machine after `step` commands; the tally is that of all their events.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub step: u32,
    pub machine: Machine,
    pub tally: Tally,
}

/// What a command came to.
pub(super) struct Outcome {
    pub reply: Reply,
    pub events: usize,
    pub notable: Notable,
    /// What was done for its request, if no free run could serve it.
    pub report: Option<Box<Report>>,
    /// It made more events than it was allowed to, of which some were not counted: the place is to be thrown away.
    pub full: bool,
}

impl Place {
    /// A machine that has just started.
    pub fn start(config: Config) -> Result<Place, Refusal> {
        Ok(Place { step: 0, machine: Machine::new(config)?, tally: Tally::default() })
    }

    /// The view there.
    pub fn view(&self) -> View {
        let mut view = View::of(&self.machine);
        view.tally = self.tally.clone();
        view
    }

    /// Carries out a command, which may make at most `most` events.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing.
    pub fn run(&mut self, command: &Command, most: usize) -> Result<Outcome, Refusal> {
        self.carry_out(command, most, None)
    }

    /// Carries out again a command that was carried out here before.
    pub fn again(&mut self, command: &Command) {
        self.carry_out(command, usize::MAX, None).expect("it was carried out before");
    }

    /// Carries out again a command that was carried out here before, and hands on its events.
    pub fn hear(&mut self, command: &Command, hear: &mut dyn FnMut(&Event)) {
        self.carry_out(command, usize::MAX, Some(hear)).expect("it was carried out before");
    }

    fn carry_out(
        &mut self,
        command: &Command,
        most: usize,
        mut hear: Option<&mut dyn FnMut(&Event)>,
    ) -> Result<Outcome, Refusal> {
        let heard = hear.is_some();
        let (mut notable, mut report) = (Notable::empty(), None);
        let (rmap, geometry) = (self.machine.config.rmap, self.machine.config.geometry);
        let tally = &mut self.tally;
        let mut listener = |event: &Event| {
            tally.apply(event, rmap);
            notable |= Notable::of(event, geometry);
            if let Event::Contig { report: made, .. } = event {
                report = Some(Box::new(*made));
            }
            if let Some(hear) = &mut hear {
                hear(event);
            }
        };
        let tape = Tape::handing_to(&mut listener, most);
        let mut tape = if heard { tape } else { tape.that_counts() };
        let reply = self.machine.apply(command, &mut tape)?;
        let (events, full) = (most - tape.left(), tape.full);
        self.step += 1;
        Ok(Outcome { reply, events, notable, report, full })
    }
}
