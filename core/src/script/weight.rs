//! Estimates how many bytes a script's values take.

use rhai::Dynamic;

/// Estimated bytes of an element of an array, and of a field of a map.
const ELEMENT: usize = 16;
const FIELD: usize = 96;
/// At most this deep may arrays nest: deeper ones could not even be dropped within a small stack.
pub const DEEPEST: usize = 64;

/// Estimated bytes of a value; a value that is nested too deep counts as `most + 1`.
pub fn weight(value: &Dynamic, most: usize, depth: usize) -> usize {
    if depth > DEEPEST {
        return most + 1;
    }
    if let Ok(array) = value.as_array_ref() {
        array.iter().map(|item| ELEMENT + weight(item, most, depth + 1)).sum()
    } else if let Ok(map) = value.as_map_ref() {
        map.values().map(|item| FIELD + weight(item, most, depth + 1)).sum()
    } else if let Ok(blob) = value.as_blob_ref() {
        blob.len()
    } else if let Ok(text) = value.as_immutable_string_ref() {
        text.len()
    } else {
        0
    }
}
