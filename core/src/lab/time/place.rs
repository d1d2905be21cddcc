//! A machine at one place of its time, with its counters, and how it goes on from there.
//!
//! A command is carried out the same way whoever listens, so what a session counts when a command is given, and what is
//! heard when it is carried out again on a copy of the machine, are the same events.

use super::view::View;
use crate::config::Config;
use crate::lab::measure::caching::Caching;
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
    /// The processor's cache, if there is one: it hears the events, as the tally does.
    caching: Option<Caching>,
}

/// What a command has come to: when it is complete, all of it.
#[derive(Default, Debug)]
pub(super) struct Outcome {
    /// `None` until it is complete.
    pub reply: Option<Reply>,
    pub counted: Counted,
    /// Pages of a `touch` that have been touched.
    done: u64,
}

impl Place {
    /// A machine that has just started.
    pub fn start(config: Config) -> Result<Place, Refusal> {
        let machine = Machine::new(config)?;
        let caching = Caching::new(machine.config());
        Ok(Place { step: 0, machine, tally: Tally::default(), caching })
    }

    /// The view there.
    pub fn view(&self) -> View {
        let mut view = View::of(&self.machine);
        view.tally = self.tally.clone();
        view.cpu_cache = self.caching.as_ref().map(|caching| caching.cache().clone());
        view
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing.
    pub fn run(&mut self, command: &Command) -> Result<Outcome, Refusal> {
        let mut outcome = Outcome::default();
        self.carry_on(command, &mut outcome, u64::MAX, None)?;
        Ok(outcome)
    }

    /// Carries a command on by at most `pages` pages; `outcome` is what it has come to.
    ///
    /// # Errors
    /// A [`Refusal`], at the first part, changes nothing.
    pub fn run_part(&mut self, command: &Command, outcome: &mut Outcome, pages: u64) -> Result<(), Refusal> {
        self.carry_on(command, outcome, pages, None)
    }

    /// Carries out again a command that was carried out here before.
    pub fn again(&mut self, command: &Command) {
        self.carry_out(command, None);
    }

    /// Carries out again a command that was carried out here before, and hands on its events.
    pub fn hear(&mut self, command: &Command, hear: &mut dyn FnMut(&Event)) {
        self.carry_out(command, Some(hear));
    }

    fn carry_out<'a>(&'a mut self, command: &Command, hear: Option<&'a mut dyn FnMut(&Event)>) {
        let outcome = &mut Outcome::default();
        self.carry_on(command, outcome, u64::MAX, hear).expect("it was carried out before");
    }

    fn carry_on<'a>(
        &'a mut self,
        command: &Command,
        outcome: &mut Outcome,
        pages: u64,
        hear: Option<&'a mut dyn FnMut(&Event)>,
    ) -> Result<(), Refusal> {
        let mut counting = Counting::new(&self.machine, &mut self.tally).with(self.caching.as_mut()).handing_to(hear);
        outcome.reply = self.machine.apply_part(command, &mut outcome.done, pages, &mut counting)?;
        outcome.counted.add(counting.finish());
        self.step += u32::from(outcome.reply.is_some());
        Ok(())
    }
}
