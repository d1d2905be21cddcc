//! To and from JavaScript's values: structs and maps as plain objects, numbers as numbers, `None` as `null`.

use crate::dto::{ErrorDto, Subject, Typed};
use js_sys::Reflect;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use tsify::Tsify;
use wasm_bindgen::{JsCast, JsValue};

/// Converts data to a value for the page.
pub fn value(data: &impl Serialize) -> JsValue {
    let serializer = Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    // No number shown to the page reaches 2^53, and nothing else can fail: the data are plain structs.
    data.serialize(&serializer).expect("data for the page are plain")
}

/// Converts data to a value that has its type on the page.
pub fn typed<T: Tsify + Serialize>(data: &T) -> Typed<T> {
    value(data).unchecked_into()
}

/// Converts a value that may be missing; `None` becomes `undefined`.
pub fn maybe<T: Tsify + Serialize>(data: Option<T>) -> Option<Typed<T>> {
    data.as_ref().map(typed)
}

/// Converts an error to a value to throw.
pub fn thrown(error: impl Into<ErrorDto>) -> JsValue {
    value(&error.into())
}

/// Reads a subject from the page: an object with a `kind` and its numbers. Written by hand, since serde's code for
/// tagged enums would add 25 KB to the module.
pub fn subject(value: &JsValue) -> Result<Subject, JsValue> {
    let field = |name: &str| Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let wrong = |what: String| thrown(ErrorDto::plain(what));
    let number = |name: &str, most: u64| {
        let n = field(name).as_f64().filter(|n| n.fract() == 0.0 && (0.0..=most as f64).contains(n));
        n.map(|n| n as u64).ok_or_else(|| wrong(format!("a subject's `{name}` is a whole number from 0 to {most}")))
    };
    let id = |name: &str| number(name, u32::MAX.into()).map(|n| n as u32);
    match field("kind").as_string().as_deref() {
        Some("frame") => Ok(Subject::Frame { pfn: id("pfn")? }),
        Some("page") => Ok(Subject::Page { pid: id("pid")?, vpn: number("vpn", 1 << 52)? }),
        Some("vma") => Ok(Subject::Vma { id: id("id")? }),
        Some("slot") => Ok(Subject::Slot { slot: id("slot")? }),
        Some("process") => Ok(Subject::Process { pid: id("pid")? }),
        kind => Err(wrong(format!("a subject's kind is frame, page, vma, slot or process, not {kind:?}"))),
    }
}
