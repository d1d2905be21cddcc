//! Fields of a configuration that are changed: read, applied, and named in a few words.

use super::Changes;
use crate::alloc::describe::heeds;
use crate::config::Config;
use crate::lab::recording::{fields_of, machine_from_json};
use crate::refusal::Refusal;
use serde_json::Value;

/// The configuration with some fields changed; of a field that has fields itself, those that are named.
///
/// # Errors
/// A broken limit, or a field or value that does not exist.
pub fn changed(config: &Config, changes: &Changes) -> Result<Config, Refusal> {
    let mut whole = fields_of(config);
    merge(&mut whole, changes);
    machine_from_json(&Value::Object(whole).to_string())
}

fn merge(whole: &mut Changes, changes: &Changes) {
    for (name, value) in changes {
        match (whole.get_mut(name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            _ => drop(whole.insert(name.clone(), value.clone())),
        }
    }
}

/// Reads changes as typed: JSON, or `allocator=page_array`, or several: `allocator=heap_top,heap_top.locked=above`.
///
/// # Errors
/// What cannot be read.
pub fn parse_changes(text: &str) -> Result<Changes, Refusal> {
    let hint = "write allocator=page_array, or {\"allocator\":\"page_array\"}";
    if text.trim_start().starts_with('{') {
        return match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(Refusal::new(format!("`{text}` is no object"), hint)),
            Err(error) => Err(Refusal::new(format!("`{text}`: {error}"), hint)),
        };
    }
    let mut changes = Changes::new();
    for part in text.split(',') {
        let Some((path, value)) = part.split_once('=') else {
            return Err(Refusal::new(format!("`{part}` has no value"), hint));
        };
        let value = serde_json::from_str(value.trim()).unwrap_or_else(|_| value.trim().into());
        let nested = path.trim().rsplit('.').fold(value, |value, name| [(name, value)].into_iter().collect());
        match nested {
            Value::Object(fields) => merge(&mut changes, &fields),
            _ => unreachable!("a path has at least one name"),
        }
    }
    Ok(changes)
}

/// A name for each machine, the first included: its values of the fields that are changed on any of them, without those
/// that all share. An allocator's settings are named only on machines that have that allocator.
pub fn labels(config: &Config, changes: &[Changes]) -> Vec<String> {
    let mut paths: Vec<Vec<&str>> = Vec::new();
    for fields in changes {
        collect(fields, &mut Vec::new(), &mut paths);
    }
    // The allocator comes first, then its settings.
    paths.sort_by_key(|path| (path.as_slice() != ["allocator"], path.clone()));
    paths.dedup();
    let base = fields_of(config);
    let machine = |fields: Option<&Changes>| {
        let mut whole = base.clone();
        merge(&mut whole, fields.unwrap_or(&Changes::new()));
        whole
    };
    let machines: Vec<Changes> =
        std::iter::once(machine(None)).chain(changes.iter().map(|c| machine(Some(c)))).collect();
    let differs = |path: &Vec<&str>| machines.iter().any(|machine| at(machine, path) != at(&machines[0], path));
    let paths: Vec<Vec<&str>> = paths.into_iter().filter(differs).collect();
    machines.iter().map(|machine| label(machine, &paths)).collect()
}

fn label(machine: &Changes, paths: &[Vec<&str>]) -> String {
    let allocator = machine.get("allocator").and_then(Value::as_str).unwrap_or("");
    let word = |path: &Vec<&str>| {
        let value = match (at(machine, path), path.as_slice()) {
            (Some(Value::String(text)), _) => text.clone(),
            (Some(value), _) => value.to_string(),
            // Left out of a configuration's text where nothing is set.
            (None, ["heap"]) => "as_asked".into(),
            (None, ["kmalloc", "kind"]) => "paragraph".into(),
            (None, _) => return None,
        };
        match path.as_slice() {
            ["allocator"] => Some(value),
            ["heap"] if value == "as_asked" => Some("heap as asked".into()),
            ["heap"] | ["kmalloc", "kind"] => Some(value),
            [of, ..] if !heeds(allocator, of) => None,
            [of, name] if *of == allocator => Some(format!("{name} {value}")),
            path => Some(format!("{} {value}", path.join("."))),
        }
    };
    match paths.iter().filter_map(word).collect::<Vec<_>>() {
        words if words.is_empty() => allocator.to_string(),
        words => words.join(", "),
    }
}

fn collect<'a>(fields: &'a Changes, path: &mut Vec<&'a str>, paths: &mut Vec<Vec<&'a str>>) {
    for (name, value) in fields {
        path.push(name);
        match value {
            Value::Object(inner) if path.len() < 2 => collect(inner, path, paths),
            _ => paths.push(path.clone()),
        }
        path.pop();
    }
}

fn at<'a>(machine: &'a Changes, path: &[&str]) -> Option<&'a Value> {
    let (name, rest) = path.split_first()?;
    let value = machine.get(*name)?;
    if rest.is_empty() { Some(value) } else { at(value.as_object()?, rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_and_named() {
        let read = |text| parse_changes(text).unwrap();
        assert_eq!(read("rmap=none,max_order=2"), read(r#"{"rmap":"none","max_order":2}"#));
        assert_eq!(read("a.b=x, a.c=true"), read(r#"{"a":{"b":"x","c":true}}"#));
        assert!(parse_changes("nothing").is_err() && parse_changes("{").is_err());
        let config = Config::default();
        assert_eq!(
            labels(&config, &[read("max_order=2"), read("max_order=2,rmap=none")]),
            ["max_order 10, rmap object", "max_order 2, rmap object", "max_order 2, rmap none"]
        );
        assert_eq!(labels(&config, &[read("max_order=10")]), ["buddy", "buddy"]);
        let changes = [read("allocator=quick_fit,quick_fit.lists=9"), read("max_order=2")];
        assert_eq!(labels(&config, &changes), ["buddy, max_order 10", "quick_fit, lists 9", "buddy, max_order 2"]);
        let changes = [read("heap=dl"), read("heap=phk_doubling")];
        assert_eq!(labels(&config, &changes), ["heap as asked", "dl", "phk_doubling"]);
        assert_eq!(labels(&config, &[read("kmalloc.kind=slab")]), ["paragraph", "slab"]);
        assert_eq!(changed(&config, &read("rmap=none")).unwrap().rmap, crate::config::RmapKind::None);
        assert!(changed(&config, &read("rmap=nothing")).unwrap_err().what.contains("nothing"));
    }
}
