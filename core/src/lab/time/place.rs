//! A machine at one place of its time, with its counters, and how it goes on from there.
//!
//! A command is carried out the same way whoever listens, so what a session counts when a command is given, and what is
//! heard when it is carried out again on a copy of the machine, are the same events.

use super::view::View;
use crate::config::Config;
use crate::lab::measure::counting::{Counted, Counting};
use crate::lab::measure::tally::Tally;
use crate::os::machine::Machine;
use crate::refusal::Refusal;
use crate::vocabulary::command::Command;
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::Reply;

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
    pub counted: Counted,
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

    /// Carries out a command.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing.
    pub fn run(&mut self, command: &Command) -> Result<Outcome, Refusal> {
        self.carry_out(command, None)
    }

    /// Carries out again a command that was carried out here before.
    pub fn again(&mut self, command: &Command) {
        self.carry_out(command, None).expect("it was carried out before");
    }

    /// Carries out again a command that was carried out here before, and hands on its events.
    pub fn hear(&mut self, command: &Command, hear: &mut dyn FnMut(&Event)) {
        self.carry_out(command, Some(hear)).expect("it was carried out before");
    }

    fn carry_out<'a>(
        &'a mut self,
        command: &Command,
        hear: Option<&'a mut dyn FnMut(&Event)>,
    ) -> Result<Outcome, Refusal> {
        let mut counting = Counting::new(&self.machine, &mut self.tally).handing_to(hear);
        let reply = self.machine.apply(command, &mut counting)?;
        let counted = counting.finish();
        self.step += 1;
        Ok(Outcome { reply, counted })
    }
}
