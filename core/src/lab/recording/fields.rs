//! One line of a recording as a JSON object whose fields know their place. Strict: a field that is never asked for, is
//! there twice or has the wrong type is an error at its column.

use crate::lab::tell::placed::{PlacedError, list, nearest, suggest};
use crate::lab::tell::words::{ADVICE, FLAGS};
use crate::refusal::Refusal;
use crate::units::{HeapId, Pfn, Pid, PortId, VirtAddr};
use crate::vocabulary::chart::Chart;
use crate::vocabulary::command::{Advice, MapFlag, Position};
use crate::vocabulary::heap::HeapSettings;
use crate::vocabulary::port::SendBy;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::question::{Right, Task};
use crate::vocabulary::request::{GFP, Gfp, MOBILITIES, Mobility};
use crate::vocabulary::show::{PANELS, Panel};
use crate::vocabulary::thing::{NoThing, Thing};
use serde::de::{DeserializeOwned, IgnoredAny};

/// At most this many fields in a line.
const MOST_FIELDS: usize = 32;

/// An object with the fields asked for so far.
pub struct Fields<'a> {
    line: &'a str,
    number: u32,
    fields: Vec<Field<'a>>,
    asked: Vec<&'static str>,
}

struct Field<'a> {
    name: String,
    /// Byte offsets in the line of the name and of the value.
    name_at: usize,
    value_at: usize,
    value: &'a str,
    taken: bool,
}

/// A type that a field can have.
pub trait Value: Sized {
    /// Completes "expected …".
    const EXPECTED: &'static str;
    /// Reads it from JSON. An error is empty where "expected … found …" says it all.
    fn read(json: &str) -> Result<Self, String>;
}

impl<'a> Fields<'a> {
    /// Parses a line into its fields; `number` counts from 1.
    pub fn parse(line: &'a str, number: u32) -> Result<Fields<'a>, PlacedError> {
        serde_json::from_str::<IgnoredAny>(line).map_err(|error| not_json(line, number, &error))?;
        let mut this = Fields { line, number, fields: Vec::new(), asked: Vec::new() };
        if !line.trim_start().starts_with('{') {
            return Err(this
                .error(0, "a line must be a JSON object")
                .hint(r#"a command looks like {"do":"touch","pid":1,"addr":"0x1000"}"#));
        }
        let split = split(line);
        // Looking for a name twice takes the square of their number.
        if split.len() > MOST_FIELDS {
            return Err(this
                .error(0, format!("the line has more than {MOST_FIELDS} fields"))
                .hint("a command has at most ten"));
        }
        for (name_at, value_at, end) in split {
            let quoted = line[name_at..].split_at(string_end(&line[name_at..])).0;
            let name: String =
                serde_json::from_str(quoted).map_err(|_| this.error(name_at, "a field's name is not proper text"))?;
            if this.fields.iter().any(|field| field.name == name) {
                return Err(this.error(name_at, format!("the field `{name}` is there twice")).hint("keep one of them"));
            }
            this.fields.push(Field { name, name_at, value_at, value: line[value_at..end].trim_end(), taken: false });
        }
        Ok(this)
    }

    /// A field that may be missing: `None` if it is.
    pub fn optional<T: Value>(&mut self, name: &'static str) -> Result<Option<T>, PlacedError> {
        self.asked.push(name);
        let Some(n) = self.fields.iter().position(|field| field.name == name) else { return Ok(None) };
        self.fields[n].taken = true;
        let field = &self.fields[n];
        match T::read(field.value) {
            Ok(value) => Ok(Some(value)),
            Err(why) => {
                let message = format!("`{name}`: expected {}, found {}", T::EXPECTED, short(field.value));
                let error = self.error(field.value_at, message);
                Err(if why.is_empty() { error } else { error.hint(why) })
            }
        }
    }

    /// A field that must be there.
    pub fn required<T: Value>(&mut self, name: &'static str) -> Result<T, PlacedError> {
        match self.optional(name)? {
            Some(value) => Ok(value),
            None => Err(self.missing(name, T::EXPECTED)),
        }
    }

    /// The text of a field's value and its byte offset, for readers with types of their own.
    pub fn raw(&mut self, name: &'static str) -> Option<(&'a str, usize)> {
        self.asked.push(name);
        let field = self.fields.iter_mut().find(|field| field.name == name)?;
        field.taken = true;
        Some((field.value, field.value_at))
    }

    /// Refuses a line with a field that was never asked for.
    pub fn finish(&self, what: &str) -> Result<(), PlacedError> {
        let Some(field) = self.fields.iter().find(|field| !field.taken) else { return Ok(()) };
        let name: String = field.name.chars().take(40).collect();
        Err(self.error(field.name_at, format!("{what} has no field `{name}`")).hint(suggest(&name, &self.asked)))
    }

    /// An error at a byte offset of the line.
    pub fn error(&self, at: usize, message: impl Into<String>) -> PlacedError {
        PlacedError::in_line(self.line, self.number, column(self.line, at), message)
    }

    fn missing(&self, name: &str, expected: &str) -> PlacedError {
        let slip = self.fields.iter().find(|field| !field.taken && nearest(&field.name, [name]).is_some());
        let error = self.error(slip.map_or(0, |field| field.name_at), format!("the field `{name}` is missing"));
        match slip {
            Some(field) => error.hint(format!("is it `{}`, misspelt? It should be {expected}", short(&field.name))),
            None => error.hint(format!("add it: {expected}")),
        }
    }
}

/// The column, counted from 1 in characters, of a byte offset.
pub(super) fn column(line: &str, at: usize) -> u32 {
    line.char_indices().take_while(|(i, _)| *i < at).count() as u32 + 1
}

pub(super) fn not_json(line: &str, number: u32, error: &serde_json::Error) -> PlacedError {
    let place = PlacedError::in_line(line, number, column(line, error.column().saturating_sub(1)), "");
    if error.is_eof() {
        let message = "the line ends in the middle of an object".to_string();
        return PlacedError { message, ..place }.hint("is the file cut off? Every line must be a whole JSON object");
    }
    let text = error.to_string();
    let message = format!("not JSON: {}", text.split(" at line ").next().unwrap_or(&text));
    PlacedError { message, ..place }.hint("a recording has one JSON object a line")
}

/// The fields of an object that is known to be valid JSON: byte offsets of the name, the value and the value's end.
pub fn split(line: &str) -> Vec<(usize, usize, usize)> {
    let bytes = line.as_bytes();
    let mut fields = Vec::new();
    let (mut depth, mut name_at, mut value_at) = (0, None, None);
    let mut at = 0;
    while at < bytes.len() {
        let value_starts = |seen: Option<usize>| depth == 1 && name_at.is_some() && seen == Some(usize::MAX);
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b':' if depth == 1 => value_at = Some(usize::MAX),
            b',' | b'}' if depth == 1 => {
                if let (Some(name), Some(value)) = (name_at.take(), value_at.take()) {
                    fields.push((name, value, at));
                }
            }
            byte => {
                if value_starts(value_at) {
                    value_at = Some(at);
                }
                match byte {
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    b'"' => {
                        if depth == 1 && name_at.is_none() {
                            name_at = Some(at);
                        }
                        at += string_end(&line[at..]) - 1;
                    }
                    _ => {}
                }
            }
        }
        at += 1;
    }
    fields
}

/// The length in bytes of the string literal that `text` starts with, quotes included.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (i, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// A value as quoted in a message.
fn short(json: &str) -> String {
    let mut text: String = json.chars().take(40).collect();
    if text.len() < json.len() {
        text.push('…');
    }
    text
}

fn plain<T: DeserializeOwned>(json: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|_| String::new())
}

impl Value for u32 {
    const EXPECTED: &'static str = "a whole number from 0 to 4294967295";
    fn read(json: &str) -> Result<u32, String> {
        plain(json)
    }
}

impl Value for HeapId {
    const EXPECTED: &'static str = "the number of a heap, from 0";
    fn read(json: &str) -> Result<HeapId, String> {
        plain(json)
    }
}

impl Value for PortId {
    const EXPECTED: &'static str = "the number of a port, from 1";
    fn read(json: &str) -> Result<PortId, String> {
        plain(json).map(PortId)
    }
}

impl Value for SendBy {
    const EXPECTED: &'static str = "\"remap\", \"copy\", \"cow\" or \"auto\"";
    fn read(json: &str) -> Result<SendBy, String> {
        plain(json)
    }
}

impl Value for HeapSettings {
    const EXPECTED: &'static str = "a heap's kind and settings, as \"phk,directory=doubling\"";
    fn read(json: &str) -> Result<HeapSettings, String> {
        let text: String = plain(json)?;
        text.parse().map_err(|refusal: Refusal| format!("{}; {}", refusal.what, refusal.hint))
    }
}

impl Value for u64 {
    const EXPECTED: &'static str = "a whole number from 0 to 18446744073709551615";
    fn read(json: &str) -> Result<u64, String> {
        plain(json)
    }
}

impl Value for bool {
    const EXPECTED: &'static str = "true or false";
    fn read(json: &str) -> Result<bool, String> {
        plain(json)
    }
}

impl Value for String {
    const EXPECTED: &'static str = "a string";
    fn read(json: &str) -> Result<String, String> {
        plain(json)
    }
}

impl Value for Pid {
    const EXPECTED: &'static str = "a process number";
    fn read(json: &str) -> Result<Pid, String> {
        plain(json)
    }
}

impl Value for Pfn {
    const EXPECTED: &'static str = "a frame number";
    fn read(json: &str) -> Result<Pfn, String> {
        plain(json)
    }
}

impl Value for VirtAddr {
    const EXPECTED: &'static str = "an address such as \"0x7f0000000000\"";
    fn read(json: &str) -> Result<VirtAddr, String> {
        plain(json)
    }
}

impl Value for Vec<u8> {
    const EXPECTED: &'static str = "an array of bytes, numbers from 0 to 255";
    fn read(json: &str) -> Result<Vec<u8>, String> {
        plain(json)
    }
}

impl Value for Vec<String> {
    const EXPECTED: &'static str = "an array of strings of hexadecimal digits, one a frame";
    fn read(json: &str) -> Result<Vec<String>, String> {
        plain(json)
    }
}

impl Value for Vec<u64> {
    const EXPECTED: &'static str = "an array of whole numbers from 0";
    fn read(json: &str) -> Result<Vec<u64>, String> {
        plain(json)
    }
}

impl Value for Prot {
    const EXPECTED: &'static str = "a protection such as \"rw\"";
    fn read(json: &str) -> Result<Prot, String> {
        String::read(json)?.parse()
    }
}

impl Value for Vec<MapFlag> {
    const EXPECTED: &'static str = "an array of flags such as [\"private\",\"anonymous\"]";
    fn read(json: &str) -> Result<Vec<MapFlag>, String> {
        let names: Vec<String> = plain(json)?;
        names.iter().map(|name| by_name("flag", name, &FLAGS)).collect()
    }
}

impl Value for Advice {
    const EXPECTED: &'static str = "an advice such as \"dontneed\"";
    fn read(json: &str) -> Result<Advice, String> {
        by_name("advice", &String::read(json)?, &ADVICE)
    }
}

impl Value for u8 {
    const EXPECTED: &'static str = "a whole number from 0 to 255";
    fn read(json: &str) -> Result<u8, String> {
        plain(json)
    }
}

impl Value for Gfp {
    const EXPECTED: &'static str = "an array of flags such as [\"reclaim\",\"move\"]";
    fn read(json: &str) -> Result<Gfp, String> {
        let names: Vec<String> = plain(json)?;
        names.iter().map(|name| by_name("flag", name, &GFP)).collect()
    }
}

impl Value for Mobility {
    const EXPECTED: &'static str = "\"movable\" or \"unmovable\"";
    fn read(json: &str) -> Result<Mobility, String> {
        by_name("mobility", &String::read(json)?, &MOBILITIES)
    }
}

impl Value for Box<Chart> {
    const EXPECTED: &'static str =
        "a chart such as {\"title\":\"frames moved\",\"rows\":[{\"name\":\"the heap\",\"values\":[1,2]}]}";
    fn read(json: &str) -> Result<Box<Chart>, String> {
        let chart: Chart = plain(json)?;
        chart.check().map_err(|refusal| refusal.to_string())?;
        Ok(chart.into())
    }
}

impl Value for Box<Task> {
    const EXPECTED: &'static str =
        "a task such as {\"asks\":{\"number\":{\"unit\":\"frames\"}},\"right\":{\"number\":4}}";
    fn read(json: &str) -> Result<Box<Task>, String> {
        let task: Task = plain(json)?;
        task.check().map_err(|refusal| refusal.to_string())?;
        Ok(task.into())
    }
}

impl Value for Right {
    const EXPECTED: &'static str = "what is right, such as {\"number\":4} or {\"things\":[\"frame 6\"]}";
    fn read(json: &str) -> Result<Right, String> {
        plain(json)
    }
}

impl Value for Thing {
    const EXPECTED: &'static str = "a thing such as \"frame 6\" or \"page 1 0x7000\"";
    fn read(json: &str) -> Result<Thing, String> {
        String::read(json)?.parse().map_err(|wrong: NoThing| wrong.to_string())
    }
}

impl Value for Vec<Thing> {
    const EXPECTED: &'static str = "an array of things such as [\"frame 6\", \"page 1 0x7000\"]";
    fn read(json: &str) -> Result<Vec<Thing>, String> {
        let names: Vec<String> = plain(json)?;
        names.iter().map(|name| name.parse().map_err(|wrong: NoThing| wrong.to_string())).collect()
    }
}

impl Value for Vec<Panel> {
    const EXPECTED: &'static str = "an array of panels such as [\"memory\", \"console\"]";
    fn read(json: &str) -> Result<Vec<Panel>, String> {
        let names: Vec<String> = plain(json)?;
        names.iter().map(|name| by_name("panel", name, &PANELS)).collect()
    }
}

impl Value for [u32; 2] {
    const EXPECTED: &'static str = "the first frame and how many, such as [8, 4]";
    fn read(json: &str) -> Result<[u32; 2], String> {
        plain(json)
    }
}

impl Value for Position {
    const EXPECTED: &'static str = "a place in the script, [line, column]";
    fn read(json: &str) -> Result<Position, String> {
        let [line, column] = plain(json)?;
        Ok(Position { line, column })
    }
}

/// Finds a name in a table; the error lists all and the nearest.
pub fn by_name<T: Copy>(what: &str, name: &str, table: &[(&str, T)]) -> Result<T, String> {
    let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
    table.iter().find(|(n, _)| *n == name).map(|(_, value)| *value).ok_or_else(|| {
        match nearest(name, names.iter().copied()) {
            Some(near) => format!("there is no {what} `{}`; did you mean `{near}`?", short(name)),
            None => format!("there is no {what} `{}`; there are {}", short(name), list(&names)),
        }
    })
}
