//! What is counted of a load on a machine: at its end, or in each stretch of so many commands, too. No history is kept,
//! so that many machines are soon done.

use crate::config::Config;
use crate::lab::measure::caching::Caching;
use crate::lab::measure::counting::Counting;
use crate::lab::measure::tally::Tally;
use crate::lab::tell::placed::suggest;
use crate::os::machine::Machine;
use crate::refusal::{Check, refuse};
use serde::Serialize;

/// Commands between two calls of `going`, at most.
const BETWEEN: u32 = 1 << 14;
/// At most this many rows of one machine.
pub const MAX_ROWS: u32 = 1 << 16;

/// What is to be counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The counters' names.
    pub counters: Vec<String>,
    /// Commands in a row of [`Fared::rows`]; `None`: there are no rows.
    pub every: Option<u32>,
}

impl Plan {
    /// Checks the counters' names, and that a row has commands.
    ///
    /// # Errors
    /// The first that does not exist; no counter; rows of nothing.
    pub fn check(&self) -> Check {
        if self.counters.is_empty() {
            return refuse("nothing is to be counted", "name a counter, such as disk_reads");
        }
        if let Some(name) = self.counters.iter().find(|name| !Tally::NAMES.contains(&name.as_str())) {
            return refuse(format!("there is no counter `{name}`"), suggest(name, Tally::NAMES));
        }
        match self.every {
            Some(0) => refuse("a row of no commands", "give the number of commands in a row, such as 1000"),
            _ => Ok(()),
        }
    }

    fn read(&self, tally: &Tally) -> Vec<u64> {
        self.counters.iter().map(|name| tally.get(name).unwrap_or(0)).collect()
    }
}

/// What was counted in a stretch of commands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Commands up to its end.
    pub after: u32,
    /// Counted since the row before, in the plan's order.
    pub counts: Vec<u64>,
}

/// How a load fared on a machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fared {
    /// Commands, of a trace references, that were given.
    pub commands: u32,
    /// Commands that could not be given: what they name is not there.
    pub skipped: u32,
    /// What each counter of the plan says at the end.
    pub counts: Vec<u64>,
    pub rows: Vec<Row>,
    /// Why it ended before its end; `None` if it did not.
    pub ended: Option<String>,
}

impl Fared {
    /// What a tally says after so many commands, all of which were given.
    pub fn of(tally: &Tally, commands: u32, plan: &Plan) -> Fared {
        Fared { commands, skipped: 0, counts: plan.read(tally), rows: Vec::new(), ended: None }
    }
}

/// What came of trying to give the next command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    /// One was given.
    One,
    /// It cannot be given here.
    Skipped,
    /// There is none any more.
    Through,
    /// Something happened after which it makes no sense to go on.
    Ended(String),
}

/// Counts while commands are given.
#[derive(Debug)]
pub struct Meter<'a> {
    plan: &'a Plan,
    tally: Tally,
    caching: Option<Caching>,
    fared: Fared,
    /// What the counters said at the end of the last row.
    before: Vec<u64>,
}

impl<'a> Meter<'a> {
    /// Nothing is counted yet.
    pub fn new(config: &Config, plan: &'a Plan) -> Meter<'a> {
        let before = vec![0; plan.counters.len()];
        let fared = Fared { commands: 0, skipped: 0, counts: before.clone(), rows: Vec::new(), ended: None };
        Meter { plan, tally: Tally::default(), caching: Caching::new(config), fared, before }
    }

    /// Calls `give` until the load is through. `going` is told now and then how many commands were given since it was
    /// last called; if it answers `false`, `None` is the answer.
    pub fn run(
        mut self,
        machine: &mut Machine,
        going: &mut dyn FnMut(u32) -> bool,
        mut give: impl FnMut(&mut Machine, &mut Counting<'_>) -> Given,
    ) -> Option<Fared> {
        loop {
            let every = self.plan.every.unwrap_or(u32::MAX);
            let stretch = (every - self.fared.commands % every).min(BETWEEN);
            let mut counting = Counting::new(machine, &mut self.tally).with(self.caching.as_mut());
            let mut last = Given::One;
            let mut given = 0;
            while given < stretch {
                last = give(machine, &mut counting);
                match last {
                    Given::One => {}
                    Given::Skipped => self.fared.skipped += 1,
                    Given::Through | Given::Ended(_) => break,
                }
                given += 1;
            }
            counting.finish();
            self.fared.commands += given;
            let through = matches!(last, Given::Through | Given::Ended(_));
            if self.plan.every.is_some() && (through || self.fared.commands.is_multiple_of(every)) {
                self.enter_row();
            }
            if through {
                let ended = if let Given::Ended(why) = last { Some(why) } else { None };
                return Some(Fared { counts: self.plan.read(&self.tally), ended, ..self.fared });
            }
            if !going(given) {
                return None;
            }
        }
    }

    fn enter_row(&mut self) {
        let (rows, after) = (&mut self.fared.rows, self.fared.commands);
        if rows.last().map_or(0, |row| row.after) == after || rows.len() >= MAX_ROWS as usize {
            return;
        }
        let now = self.plan.read(&self.tally);
        rows.push(Row { after, counts: now.iter().zip(&self.before).map(|(now, before)| now - before).collect() });
        self.before = now;
    }
}
