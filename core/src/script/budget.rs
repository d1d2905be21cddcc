//! How much a script's variables hold. Rhai counts a value when a function is called with it, but not when it is put
//! into an array by its index; so all variables are weighed at intervals.

use super::mistake::{Fail, Mistake};
use super::room::Room;
use super::weight::{DEEPEST, weight};
use rhai::{Dynamic, EvalAltResult, Position, Scope};

/// Accesses to variables between two weighings. Between them a script can add as many values of the largest size.
const ACCESSES_BETWEEN: u32 = 256;

impl Room {
    /// Counts an access to a variable and, at intervals, weighs all variables in the scope of the function that runs.
    /// Fails if they hold too much.
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
                let mistake = Mistake::new(message, "keep less: do arrays grow, or nest, without an end?");
                return Err(EvalAltResult::ErrorTerminated(Dynamic::from(mistake), Position::NONE).into());
            }
        }
        self.with(|state| state.weighed = total);
        Ok(())
    }
}
