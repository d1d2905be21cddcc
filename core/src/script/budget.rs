//! How much a script's variables hold. Rhai counts a value when a function is called with it, but not when it is put
//! into an array by its index; so now and then all variables are weighed.

use super::room::{Fail, Room, Trouble};
use rhai::{Dynamic, EvalAltResult, Position, Scope};

/// Accesses to variables between two weighings. In between a script can add as many values of the largest size.
const ACCESSES_BETWEEN: u32 = 256;
/// Bytes of an element of an array, and of a field of a map, roughly.
const ELEMENT: usize = 16;
const FIELD: usize = 96;
/// Arrays within arrays: deeper ones could not even be dropped within a small stack.
const DEEPEST: usize = 64;

impl Room {
    /// Called at every access to a variable, with the scope of the function that runs.
    pub fn weigh(&self, scope: &Scope) -> Result<(), Fail> {
        let most = self.with(|state| {
            state.accesses = state.accesses.wrapping_add(1);
            state.accesses.is_multiple_of(ACCESSES_BETWEEN).then_some(state.limits.memory)
        });
        let Some(most) = most else { return Ok(()) };
        let mut total = 0;
        for (_, _, value) in scope.iter_raw() {
            total += weight(value, most, 0);
            if total > most {
                let message = format!("the variables hold more than {most} bytes, or nest more than {DEEPEST} deep");
                let trouble = Trouble::new(message, "keep less: do arrays grow, or nest, without an end?");
                return Err(EvalAltResult::ErrorTerminated(Dynamic::from(trouble), Position::NONE).into());
            }
        }
        Ok(())
    }
}

/// Bytes of a value, roughly; what is nested too deep counts as too much.
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
