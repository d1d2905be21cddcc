//! Reading a recording, line by line.

use super::command::command;
use super::fields::{Fields, column, not_json, split};
use super::{MAX_LINE, MAX_TEXT, Recording, VERSION, fields_of, too_many_steps};
use crate::config::Config;
use crate::hw::geometry::GeometryKind;
use crate::lab::tell::placed::{PlacedError, suggest};
use crate::lab::time::session::MAX_STEPS;
use crate::vocabulary::command::{Command, Position};
use serde::de::IgnoredAny;
use serde_json::Value;

const EXAMPLE: &str = r#"the first line is the machine: {"pageturner":1,"machine":{}}"#;

/// Reads the whole text.
pub fn parse(text: &str) -> Result<Recording, PlacedError> {
    let mut reader = Reader::default();
    reader.read(text)?;
    reader.finish()
}

/// Reads a recording in pieces, for who cannot wait for the whole: each ends where a line ends.
#[derive(Debug, Default)]
pub struct Reader {
    /// `None` before the first line.
    recording: Option<Recording>,
    /// Lines and bytes that were read.
    lines: u32,
    bytes: usize,
}

impl Reader {
    /// Reads the next lines.
    ///
    /// # Errors
    /// The first line that is not exactly as documented, or a text that is too long: nothing more can be read then.
    pub fn read(&mut self, piece: &str) -> Result<(), PlacedError> {
        self.bytes += piece.len();
        if self.bytes > MAX_TEXT {
            let message = format!("the recording has {} bytes; the most is {MAX_TEXT}", self.bytes);
            return Err(PlacedError::in_line("", 1, 1, message).hint("split the recording"));
        }
        // Some editors begin a file with a byte-order mark.
        let piece = if self.lines == 0 { piece.strip_prefix('\u{feff}').unwrap_or(piece) } else { piece };
        for line in piece.strip_suffix('\n').unwrap_or(piece).split('\n') {
            self.lines += 1;
            let line = whole(line, self.lines)?;
            let Some(recording) = &mut self.recording else {
                self.recording = Some(header(line)?);
                continue;
            };
            let step = step(line, self.lines)?;
            if recording.steps.len() == MAX_STEPS {
                return Err(too_many_steps(&step.0, MAX_STEPS));
            }
            recording.steps.push(step);
        }
        Ok(())
    }

    /// The recording that was read.
    ///
    /// # Errors
    /// Nothing was read.
    pub fn finish(self) -> Result<Recording, PlacedError> {
        match self.recording {
            Some(recording) => Ok(recording),
            None => header(whole("", 1)?),
        }
    }
}

/// Reads commands alone, a line each, as they stand in a recording after its first line.
///
/// # Errors
/// The first line that is not exactly as documented.
pub fn commands(lines: &str) -> Result<Vec<(Command, Option<Position>)>, PlacedError> {
    let lines = lines.strip_suffix('\n').unwrap_or(lines).split('\n');
    (1..).zip(lines).map(|(number, line)| step(whole(line, number)?, number)).collect()
}

/// Passes a line that is neither empty nor too long.
fn whole(line: &str, number: u32) -> Result<&str, PlacedError> {
    if line.len() > MAX_LINE {
        let message = format!("the line has {} bytes; the most is {MAX_LINE}", line.len());
        return Err(PlacedError::in_line(line, number, 1, message).hint("split long texts and writes"));
    }
    if line.trim().is_empty() {
        let hint = if number == 1 { EXAMPLE } else { "a recording has one JSON object a line; delete empty lines" };
        return Err(PlacedError::in_line(line, number, 1, "the line is empty").hint(hint));
    }
    Ok(line)
}

fn header(line: &str) -> Result<Recording, PlacedError> {
    let mut fields = Fields::parse(line, 1).map_err(|error| match error.hint {
        Some(hint) if !error.message.starts_with("the field") => {
            PlacedError { hint: Some(format!("{hint}; {EXAMPLE}")), ..error }
        }
        _ => error,
    })?;
    match fields.raw("pageturner") {
        None => {
            return Err(fields
                .error(0, "this is not a recording: the first line has no field `pageturner`")
                .hint(EXAMPLE));
        }
        Some((version, at)) if version != VERSION.to_string() => {
            let version: String = version.chars().take(20).collect();
            let message = format!("version {version} of the format is unknown");
            return Err(fields.error(at, message).hint(format!("this reads version {VERSION}")));
        }
        Some(_) => {}
    }
    let config = match fields.raw("machine") {
        Some((json, at)) => {
            machine(json).map_err(|(offset, message, hint)| fields.error(at + offset, message).hint(hint))?
        }
        None => Config::default(),
    };
    let recording =
        Recording { config, steps: Vec::new(), title: fields.optional("title")?, script: fields.optional("script")? };
    fields.finish("the first line")?;
    Ok(recording)
}

/// Reads a configuration that is a text of its own. Line breaks in it count as spaces.
pub fn config(json: &str) -> Result<Config, PlacedError> {
    let line = &json.replace(['\n', '\r'], " ");
    serde_json::from_str::<IgnoredAny>(line).map_err(|error| not_json(line, 1, &error))?;
    let placed = |(at, message, hint): Misfit| PlacedError::in_line(line, 1, column(line, at), message).hint(hint);
    machine(line).map_err(placed)
}

/// An error in a configuration: a byte offset in its text, what is wrong, what would be right.
type Misfit = (usize, String, String);

/// Reads a configuration. With the classroom geometry, missing fields are the classroom machine's.
pub fn machine(json: &str) -> Result<Config, Misfit> {
    objects_only(json)?;
    let config: Config = serde_json::from_str(json).map_err(|error| misfit(json, &error))?;
    let config = match config.geometry {
        GeometryKind::Classroom => over_classroom(json, config),
        GeometryKind::X86_64
        | GeometryKind::X86_64La57
        | GeometryKind::X86_32
        | GeometryKind::Sv39
        | GeometryKind::Linear => config,
    };
    match config.validate() {
        Ok(()) => Ok(config),
        Err(refusal) => {
            // The message begins with the field's name.
            let name = format!("\"{}\"", refusal.what.split(':').next().unwrap_or(""));
            Err((json.find(&name).unwrap_or(0), refusal.what, refusal.hint))
        }
    }
}

/// Refuses arrays: serde would accept one for an object, its elements for the fields.
fn objects_only(json: &str) -> Result<(), Misfit> {
    let misfit = |at, name: &str| {
        Err((at, format!("`{name}`: expected an object"), "for example {\"frames\":1024}".to_string()))
    };
    if !json.trim_start().starts_with('{') {
        return misfit(0, "machine");
    }
    for (name, value, end) in split(json) {
        if let Ok(Value::Array(items)) = serde_json::from_str(&json[value..end])
            && !items.iter().all(Value::is_object)
        {
            return misfit(value, json[name..].split('"').nth(1).unwrap_or(""));
        }
    }
    Ok(())
}

fn over_classroom(json: &str, config: Config) -> Config {
    let Ok(Value::Object(given)) = serde_json::from_str(json) else { return config };
    let mut fields = fields_of(&Config::classroom());
    fields.extend(given);
    serde_json::from_str(&Value::Object(fields).to_string()).unwrap_or(config)
}

/// What serde found wrong with a configuration, as a sentence with a hint.
fn misfit(json: &str, error: &serde_json::Error) -> Misfit {
    let full = error.to_string();
    let text = full.split(" at line ").next().unwrap_or(&full);
    let words: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let place = |word: &str| json.find(&format!("\"{word}\"")).unwrap_or(0);
    match words.split_first() {
        Some((wrong, right)) if text.starts_with("unknown field") => {
            (place(wrong), format!("the machine has no field `{wrong}`"), suggest(wrong, right))
        }
        Some((wrong, right)) if text.starts_with("unknown variant") => {
            (place(wrong), format!("`{wrong}` is not known"), suggest(wrong, right))
        }
        _ => {
            let at = error.column().saturating_sub(1);
            let field = split(json).into_iter().find(|(_, value, end)| (*value..=*end).contains(&at));
            let (at, name) =
                field.map_or((0, "machine"), |(name, value, _)| (value, json[name..].split('"').nth(1).unwrap_or("")));
            (at, format!("`{name}`: {}", in_our_words(text)), "docs/recording.md lists the fields of a machine".into())
        }
    }
}

/// ``invalid type: string "x", expected u32`` the way the other errors are said.
fn in_our_words(serde: &str) -> String {
    let Some((found, expected)) = serde.split_once(", expected ") else { return serde.to_string() };
    let found = found.split_once(": ").map_or(found, |(_, found)| found);
    let expected = match expected {
        "u8" | "u16" | "u32" => "a whole number",
        other => other.strip_prefix("struct ").unwrap_or(other),
    };
    format!("expected {expected}, found {found}")
}

fn step(line: &str, number: u32) -> Result<(Command, Option<Position>), PlacedError> {
    let mut fields = Fields::parse(line, number)?;
    let at = fields.optional("at")?;
    let name: String = fields.required("do")?;
    let command = command(&mut fields, &name)?;
    fields.finish(&format!("`{name}`"))?;
    Ok((command, at))
}
