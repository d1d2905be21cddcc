//! Notes and what the page is to show, as a script has them: the fields of `note` and of `show`.

use super::command::quoted;
use crate::vocabulary::chart::ChartRow;
use crate::vocabulary::command::Note;
use crate::vocabulary::show::{Panel, Show};
use serde_json::Number;

/// The fields of a note beside its text. With a limit for the length of texts, of a chart its title alone.
pub fn note_fields(note: &Note, most: usize) -> Vec<String> {
    let mut fields = Vec::from_iter(note.before.then(|| "before: true".to_string()));
    let Some(chart) = &note.chart else { return fields };
    fields.push(format!("title: {}", quoted(&chart.title, most)));
    if most != usize::MAX {
        return fields;
    }
    fields.extend(chart.along.as_ref().map(|along| format!("along: {}", quoted(along, most))));
    fields.extend(chart.marked.as_ref().map(|marked| format!("marked: {}", quoted(marked, most))));
    fields.extend(chart.elsewhere.then(|| "elsewhere: true".to_string()));
    let row = |row: &ChartRow| {
        let values = row.values.iter().map(Number::to_string);
        let values: Vec<String> = match &row.at {
            Some(at) => at.iter().zip(values).map(|(at, value)| format!("[{at}, {value}]")).collect(),
            None => values.collect(),
        };
        let memory = row.memory.as_ref().map_or_else(String::new, |memory| format!(", {}", quoted(memory, most)));
        format!("[{}, [{}]{memory}]", quoted(&row.name, most), values.join(", "))
    };
    fields.push(format!("rows: [{}]", chart.rows.iter().map(row).collect::<Vec<_>>().join(", ")));
    fields
}

/// The fields of what is shown.
pub fn show_fields(show: &Show) -> Vec<String> {
    let list = |names: Vec<String>| {
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        (!names.is_empty()).then(|| format!("[{}]", quoted.join(", ")))
    };
    let panels = |panels: &[Panel]| list(panels.iter().map(|panel| panel.name().to_string()).collect());
    let fields = [
        ("select", show.select.map(|thing| format!("\"{thing}\""))),
        ("point", list(show.point.iter().map(ToString::to_string).collect())),
        ("zoom", show.zoom.map(|[first, count]| format!("[{first}, {count}]"))),
        ("open", panels(&show.open)),
        ("fold", panels(&show.fold)),
        ("counter", show.counter.as_ref().map(|counter| format!("\"{counter}\""))),
    ];
    let mut fields: Vec<String> =
        fields.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?))).collect();
    // `show` takes no empty map.
    if fields.is_empty() {
        fields.push("zoom: \"all\"".into());
    }
    fields
}
