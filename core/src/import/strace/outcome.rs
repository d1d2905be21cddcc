//! The end of a log: the mappings of each `execve` are inserted after it, and all counts are handed over.

use super::image::Image;
use super::maps::ExpectedMaps;
use super::memory::MOST_PAGES_IN;
use super::report::Report;
use super::world::World;
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::MAX_STEPS;
use crate::units::Pid;
use crate::vocabulary::command::{Command, Position};
use std::collections::BTreeMap;

/// The result of reading the whole log.
pub struct Outcome {
    pub steps: Vec<(Command, Option<Position>)>,
    pub expected: Vec<ExpectedMaps>,
    pub report: Report,
    pub calls: BTreeMap<String, u64>,
    pub processes: u32,
    pub most_live: u32,
    pub pages_in: u64,
    pub largest: u64,
}

impl World<'_> {
    /// Finishes after the last entry.
    pub fn finish(mut self) -> Result<Outcome, PlacedError> {
        for key in self.snapshots.keys().copied().collect::<Vec<_>>() {
            self.finish_snapshot(key)?;
        }
        let mut expected = std::mem::take(&mut self.expected);
        let last = Position { line: self.text.lines().count() as u32, column: 1 };
        let steps = insert_images(std::mem::take(&mut self.steps), &self.images, &mut expected);
        if steps.len() > MAX_STEPS {
            return Err(self.too_long(last));
        }
        let images: u64 = self.images.iter().map(|(_, _, image)| image.pages()).sum();
        let World { report, calls, processes, most_live, mut pages_in, largest, locks_images, .. } = self;
        if locks_images {
            pages_in = (pages_in + images).min(MOST_PAGES_IN);
        }
        Ok(Outcome { steps, expected, report, calls, processes, most_live, pages_in, largest })
    }
}

/// Inserts what each `execve` mapped after it, and moves along the steps at which maps texts were read.
fn insert_images(
    steps: Vec<(Command, Option<Position>)>,
    images: &[(usize, Pid, Image)],
    expected: &mut [ExpectedMaps],
) -> Vec<(Command, Option<Position>)> {
    let mut all = Vec::with_capacity(steps.len());
    // How many commands were inserted before each old step.
    let mut shift = Vec::with_capacity(steps.len() + 1);
    let mut images = images.iter().peekable();
    let mut inserted = 0;
    for index in 0..=steps.len() {
        while let Some((_, pid, image)) = images.next_if(|(place, _, _)| *place == index) {
            let at = all.last().and_then(|(_, at): &(Command, Option<Position>)| *at);
            let commands = image.commands(*pid);
            inserted += commands.len() as u32;
            all.extend(commands.into_iter().map(|command| (command, at)));
        }
        shift.push(inserted);
        if let Some(step) = steps.get(index) {
            all.push(step.clone());
        }
    }
    for expected in expected {
        expected.step += shift[expected.step as usize];
    }
    all
}
