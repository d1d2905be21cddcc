//! What a submission left behind: all that a test can ask for.

use super::graded::Ended;
use crate::lab::recording::fields_of;
use crate::lab::tell::variables::{Held, Variables};
use crate::lab::time::session::Session;
use crate::script::values::{Process, address};
use rhai::{Array, Dynamic, Map, Scope};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a submission left behind.
pub struct Left {
    pub session: Session,
    /// Its variables outside of functions and blocks, as they were at its end.
    pub variables: BTreeMap<String, Dynamic>,
    pub ended: Ended,
    /// How and where it ended, if not at its end.
    pub message: Option<String>,
    /// What it printed, fit for a result.
    pub printed: String,
    /// Whether it is a recording; else it is a script.
    pub is_recording: bool,
}

impl Left {
    /// What `submission()` answers.
    pub fn map(&self) -> Map {
        let ended: &str = self.ended.into();
        let machine = fields_of(self.session.config()).into_iter();
        let machine: Map = machine.map(|(name, field)| (name.into(), dynamic(field))).collect();
        Map::from([
            ("ended".into(), ended.into()),
            ("commands".into(), (self.session.steps().len() as i64).into()),
            ("printed".into(), self.printed.clone().into()),
            ("recording".into(), self.is_recording.into()),
            ("machine".into(), machine.into()),
        ])
    }
}

/// The variables of a script that has run in this scope. Of a name that was given twice the last counts.
pub fn of_scope(scope: &Scope<'_>) -> BTreeMap<String, Dynamic> {
    scope.iter_raw().map(|(name, _, value)| (name.to_string(), value.clone())).collect()
}

/// The variables of a recording, read off its script's text: processes, and areas by their addresses.
pub fn of_recording(session: &Session, script: &str) -> BTreeMap<String, Dynamic> {
    let mut variables = Variables::default();
    variables.read(session, script);
    let value = |held| match held {
        Held::Process(pid) => Dynamic::from(Process(pid)),
        Held::Area { addr, .. } => address(addr),
    };
    let names = variables.at(session.steps().len() as u32);
    let mut all = BTreeMap::new();
    for (name, held) in names.all() {
        // The last assigned comes first.
        all.entry(name.to_string()).or_insert_with(|| value(held));
    }
    all
}

/// A field of a configuration as a script's value.
fn dynamic(field: Value) -> Dynamic {
    match field {
        Value::Null => Dynamic::UNIT,
        Value::Bool(is) => is.into(),
        Value::Number(n) => n.as_i64().map_or_else(|| n.as_f64().unwrap_or_default().into(), Dynamic::from),
        Value::String(text) => text.into(),
        Value::Array(items) => items.into_iter().map(dynamic).collect::<Array>().into(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, field)| (name.into(), dynamic(field))).collect::<Map>().into()
        }
    }
}
