//! What a script asks the page to show beside a note: a thing selected, others lit up, a part of the map, panels. How
//! it is shown is up to the page; at a terminal there is nothing to see.

use crate::refusal::{Check, refuse};
use crate::vocabulary::thing::Thing;
use serde::Serialize;

/// At most this many things to point at.
const MOST_THINGS: usize = 32;

/// A panel of the page.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// The map of physical memory.
    Memory,
    Processes,
    Inspector,
    Allocator,
    Swap,
    /// Which page goes: references, the frames after each, and what the policy knows.
    Reclaim,
    Script,
    Console,
    Timeline,
    /// The micro-steps of the command at the cursor.
    Steps,
    /// One counter over time.
    Counters,
    /// Programs' heaps.
    Heap,
}

/// The panels by their names in scripts and recordings.
pub const PANELS: [(&str, Panel); 12] = [
    ("memory", Panel::Memory),
    ("processes", Panel::Processes),
    ("inspector", Panel::Inspector),
    ("allocator", Panel::Allocator),
    ("swap", Panel::Swap),
    ("reclaim", Panel::Reclaim),
    ("script", Panel::Script),
    ("console", Panel::Console),
    ("timeline", Panel::Timeline),
    ("steps", Panel::Steps),
    ("counters", Panel::Counters),
    ("heap", Panel::Heap),
];

impl Panel {
    /// Its name.
    pub fn name(self) -> &'static str {
        PANELS.iter().find(|(_, panel)| *panel == self).expect("every panel has a name").0
    }
}

/// What the page is to show; no effect on the machine. What is missing stays as the reader has it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize)]
pub struct Show {
    /// The thing to select.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select: Option<Thing>,
    /// Things to light up, with their lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub point: Vec<Thing>,
    /// The frames that the map zooms to: the first, and how many. `None`: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoom: Option<[u32; 2]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Panel>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fold: Vec<Panel>,
    /// The counter that is drawn over time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter: Option<String>,
}

impl Show {
    /// Refuses what cannot be shown on any machine.
    ///
    /// # Errors
    /// Too many things, no frames to zoom to, or a panel that is to be opened and folded.
    pub fn check(&self) -> Check {
        if self.point.len() > MOST_THINGS {
            return refuse(format!("`point` has {} things", self.point.len()), format!("use at most {MOST_THINGS}"));
        }
        if let Some([first, count]) = self.zoom
            && (count == 0 || first.checked_add(count).is_none())
        {
            return refuse(format!("there are no frames from {first}, {count} of them"), "zoom to one frame or more");
        }
        match self.open.iter().find(|panel| self.fold.contains(panel)) {
            Some(panel) => refuse(format!("the panel `{}` is opened and folded", panel.name()), "name it once"),
            None => Ok(()),
        }
    }

    /// Bytes of its lists and texts.
    pub fn bytes(&self) -> usize {
        let panels = (self.open.len() + self.fold.len()) * size_of::<Panel>();
        size_of::<Show>()
            + self.point.len() * size_of::<Thing>()
            + panels
            + self.counter.as_ref().map_or(0, String::len)
    }
}
