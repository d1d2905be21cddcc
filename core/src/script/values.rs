//! The values of a script: processes, failed calls, and its numbers converted to the machine's types.

use super::mistake::{Answer, Fail, Mistake};
use super::room::act;
use crate::lab::tell::placed::suggest;
use crate::lab::tell::words::bytes_text;
use crate::units::{HeapId, Pid, PortId, RunId, VirtAddr};
use crate::vocabulary::command::Command;
use crate::vocabulary::port::Received;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply, Signal};
use rhai::{Array, Blob, Dynamic, Map, NativeCallContext};
use std::fmt;

/// A process, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Process(pub Pid);

/// A run that may be moved, by its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment(pub RunId);

/// A heap of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heap {
    pub pid: Pid,
    pub heap: HeapId,
}

/// A port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Port(pub PortId);

impl fmt::Display for Heap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "heap {} of process {}", self.heap.0, self.pid)
    }
}

/// The answer of a failed call: compares with its name, `p.munmap(1, 1) == "EINVAL"`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    Errno(Errno),
    Signal(Signal),
}

impl Failure {
    /// Its name, as in C.
    pub fn name(self) -> String {
        match self {
            Failure::Errno(errno) => format!("{errno:?}"),
            Failure::Signal(signal) => format!("{signal:?}"),
        }
    }
}

/// Gives a command and returns its answer as a script's value: 0 for done, as in C.
pub fn call(ctx: &NativeCallContext, command: Command) -> Answer {
    act(ctx, command).map(value)
}

/// A reply as a script's value.
pub fn value(reply: Reply) -> Dynamic {
    match reply {
        Reply::Done => 0_i64.into(),
        Reply::Pid(pid) => Dynamic::from(Process(pid)),
        Reply::Addr(addr) => address(addr),
        Reply::Bytes(bytes) => Dynamic::from_blob(bytes),
        Reply::Run(first) => i64::from(first.0).into(),
        Reply::Count(n) => i64::from(n).into(),
        Reply::Failed(errno) => Dynamic::from(Failure::Errno(errno)),
        Reply::Signal(signal) => Dynamic::from(Failure::Signal(signal)),
        Reply::Heap(heap) => i64::from(heap.0).into(),
        Reply::Port(port) => Dynamic::from(Port(port)),
        Reply::Message(message) => received(*message),
        Reply::Warned(message) => message.text().into(),
    }
}

/// A message as a script's map. What is not there is -1, as elsewhere.
fn received(message: Received) -> Dynamic {
    let header = match String::from_utf8(message.header) {
        Ok(text) => text.into(),
        Err(bytes) => Dynamic::from_blob(bytes.into_bytes()),
    };
    Map::from([
        ("from".into(), Dynamic::from(Process(message.from))),
        ("header".into(), header),
        ("addr".into(), message.addr.map_or(Dynamic::from(-1_i64), address)),
        ("bytes".into(), (message.bytes as i64).into()),
        ("by".into(), <&str>::from(message.by).into()),
    ])
    .into()
}

/// An address as a script's number. The upper half of the address space is negative there.
pub fn address(addr: VirtAddr) -> Dynamic {
    (addr.0 as i64).into()
}

/// A script's number as an address.
pub fn addr(n: i64) -> VirtAddr {
    VirtAddr(n as u64)
}

/// Checks a count of pages or bytes.
pub fn amount(ctx: &NativeCallContext, what: &str, n: i64) -> Result<u64, Fail> {
    u64::try_from(n).map_err(|_| Mistake::new(format!("{what}: {n} is negative"), "use 0 or more").at(ctx))
}

/// Checks a number of frames, or the number of a frame or a process.
pub fn small(ctx: &NativeCallContext, what: &str, n: i64) -> Result<u32, Fail> {
    u32::try_from(n)
        .map_err(|_| Mistake::new(format!("{what}: {n} is outside 0 to {}", u32::MAX), "use a smaller number").at(ctx))
}

/// Reads a protection from its letters.
pub fn prot(ctx: &NativeCallContext, letters: &str) -> Result<Prot, Fail> {
    letters
        .parse()
        .map_err(|message: String| Mistake::new(message, "for example \"r\", \"rw\", \"rx\" or \"none\"").at(ctx))
}

/// The bytes to write: from a text, a blob, or an array of numbers.
pub fn bytes(ctx: &NativeCallContext, data: Dynamic) -> Result<Vec<u8>, Fail> {
    if data.is_string() {
        return Ok(data.into_string().unwrap_or_default().into_bytes());
    }
    if data.is_blob() {
        return Ok(data.cast::<Blob>());
    }
    let kind = type_name(data.type_name());
    let Some(array) = data.try_cast::<Array>() else {
        return Err(Mistake::new(
            format!("write: {kind} has no bytes"),
            "give a text, a blob, or an array of numbers from 0 to 255",
        )
        .at(ctx));
    };
    let byte = |item: Dynamic| item.as_int().ok().and_then(|n| u8::try_from(n).ok());
    let bytes: Option<Vec<u8>> = array.into_iter().map(byte).collect();
    bytes.ok_or_else(|| {
        Mistake::new("write: the array has something that is not a byte", "bytes are numbers from 0 to 255").at(ctx)
    })
}

/// The fields of a map given as an argument; each is taken once, and one left over is an error.
pub struct CallFields<'a, 'c> {
    ctx: &'a NativeCallContext<'c>,
    call: &'static str,
    map: Map,
    asked: Vec<&'static str>,
}

impl<'a, 'c> CallFields<'a, 'c> {
    /// The fields that a script gave to `call`.
    pub fn new(ctx: &'a NativeCallContext<'c>, call: &'static str, map: Map) -> CallFields<'a, 'c> {
        CallFields { ctx, call, map, asked: Vec::new() }
    }

    fn take(&mut self, name: &'static str) -> Option<Dynamic> {
        self.asked.push(name);
        self.map.remove(name)
    }

    fn wrong(&self, name: &str, expected: &str, found: &Dynamic) -> Fail {
        Mistake::new(
            format!("{}: `{name}` is {}", self.call, type_name(found.type_name())),
            format!("it should be {expected}"),
        )
        .at(self.ctx)
    }

    /// A value of any type; `None` if the field is missing.
    pub fn any(&mut self, name: &'static str) -> Option<Dynamic> {
        self.take(name)
    }

    /// A whole number; `None` if the field is missing.
    ///
    /// # Errors
    /// The field has another type.
    pub fn int(&mut self, name: &'static str) -> Result<Option<i64>, Fail> {
        let Some(found) = self.take(name) else { return Ok(None) };
        found.as_int().map(Some).map_err(|_| self.wrong(name, "a whole number", &found))
    }

    /// True or false; `None` if the field is missing.
    ///
    /// # Errors
    /// The field has another type.
    pub fn bool(&mut self, name: &'static str) -> Result<Option<bool>, Fail> {
        let Some(found) = self.take(name) else { return Ok(None) };
        found.as_bool().map(Some).map_err(|_| self.wrong(name, "true or false", &found))
    }

    /// A text; `None` if the field is missing.
    ///
    /// # Errors
    /// The field has another type.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, Fail> {
        let Some(found) = self.take(name) else { return Ok(None) };
        if found.is_string() {
            Ok(found.into_string().ok())
        } else {
            Err(self.wrong(name, "a text in double quotes", &found))
        }
    }

    /// A map; `None` if the field is missing.
    ///
    /// # Errors
    /// The field has another type.
    pub fn map(&mut self, name: &'static str) -> Result<Option<Map>, Fail> {
        let Some(found) = self.take(name) else { return Ok(None) };
        found.try_cast_result::<Map>().map(Some).map_err(|found| self.wrong(name, "a map #{…}", &found))
    }

    /// An array; `None` if the field is missing.
    ///
    /// # Errors
    /// The field has another type.
    pub fn array(&mut self, name: &'static str) -> Result<Option<Array>, Fail> {
        let Some(found) = self.take(name) else { return Ok(None) };
        found.try_cast_result::<Array>().map(Some).map_err(|found| self.wrong(name, "an array", &found))
    }

    /// An array of texts; `None` if the field is missing.
    ///
    /// # Errors
    /// The field has another type.
    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, Fail> {
        let Some(found) = self.take(name) else { return Ok(None) };
        let all = found
            .as_array_ref()
            .ok()
            .and_then(|array| array.iter().map(|item| item.clone().into_string().ok()).collect::<Option<Vec<_>>>());
        all.map(Some).ok_or_else(|| self.wrong(name, "an array of texts such as [\"private\", \"anonymous\"]", &found))
    }

    /// The value of a field that must be there; fails if it is `None`.
    pub fn needed<T>(&self, name: &str, value: Option<T>) -> Result<T, Fail> {
        value.ok_or_else(|| {
            Mistake::new(format!("{}: the field `{name}` is missing", self.call), format!("add `{name}: …`"))
                .at(self.ctx)
        })
    }

    /// Fails if a field was not taken.
    pub fn finish(self) -> Result<(), Fail> {
        match self.map.keys().next() {
            None => Ok(()),
            Some(name) => {
                Err(Mistake::new(format!("{} has no field `{name}`", self.call), suggest(name, &self.asked))
                    .at(self.ctx))
            }
        }
    }
}

/// A value for the reader, as `print` shows it. Within arrays and maps, texts are in quotes.
pub fn display(value: &Dynamic) -> String {
    match value.as_immutable_string_ref() {
        Ok(text) => text.to_string(),
        Err(_) => nested(value, 0),
    }
}

fn nested(value: &Dynamic, depth: u32) -> String {
    const DEEPEST: u32 = 16;
    if depth > DEEPEST {
        return "…".into();
    }
    if let Some(p) = value.read_lock::<Process>().map(|p| *p) {
        return format!("process {}", p.0);
    }
    if let Some(segment) = value.read_lock::<Segment>().map(|s| *s) {
        return format!("segment {}", segment.0.0);
    }
    if let Some(port) = value.read_lock::<Port>().map(|port| *port) {
        return port.0.to_string();
    }
    if let Some(heap) = value.read_lock::<Heap>().map(|h| *h) {
        return heap.to_string();
    }
    if let Some(failure) = value.read_lock::<Failure>().map(|f| *f) {
        return failure.name();
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return format!("{:?}", text.as_str());
    }
    if let Ok(array) = value.as_array_ref() {
        let items: Vec<String> = array.iter().map(|item| nested(item, depth + 1)).collect();
        return format!("[{}]", items.join(", "));
    }
    if let Ok(map) = value.as_map_ref() {
        let fields: Vec<String> =
            map.iter().map(|(name, item)| format!("{name}: {}", nested(item, depth + 1))).collect();
        return format!("#{{{}}}", fields.join(", "));
    }
    if let Ok(bytes) = value.as_blob_ref() {
        return bytes_text(&bytes);
    }
    value.to_string()
}

/// A name for Rhai's type in words that a student knows.
pub fn type_name(rhai: &str) -> &str {
    match rhai {
        "i64" => "a number",
        "f64" => "a decimal number",
        "string" | "a string" => "a text",
        "char" => "a character",
        "bool" | "a boolean expression" => "true or false",
        "array" => "an array",
        "map" => "a map",
        "blob" => "bytes",
        "()" => "nothing",
        "Fn" => "a function",
        "process" => "a process",
        "failure" => "a failed call",
        "segment" => "a segment",
        "heap" => "a heap",
        "port" => "a port",
        name if name.starts_with("&str") => "a text",
        name if name.ends_with("::Process") => "a process",
        name if name.ends_with("::Segment") => "a segment",
        name if name.ends_with("::Heap") => "a heap",
        name if name.ends_with("::Port") => "a port",
        name if name.ends_with("::Failure") => "a failed call",
        other => other,
    }
}
