//! A scenario's text with the seed and the parameters of the command line.

use crate::Fatal;
use crate::args::Given;
use pageturner::script::{seed_of_name, with_parameter, with_seed};
use std::path::Path;

/// The text of a scenario as it is to be run.
///
/// # Errors
/// It has no seed, or no such parameter.
pub fn given(path: &Path, source: &str, given: &Given) -> Result<String, Fatal> {
    let refused = |refusal| Fatal(format!("{}: {refusal}", path.display()));
    let seed = given.seed.or_else(|| given.name.as_deref().map(seed_of_name));
    let seeded = match seed {
        Some(seed) => with_seed(source, seed).map_err(refused)?,
        None => source.to_string(),
    };
    given.set.iter().try_fold(seeded, |source, set| with_parameter(&source, set)).map_err(refused)
}

impl Given {
    /// A recording is what it is.
    ///
    /// # Errors
    /// A seed or a parameter is given.
    pub fn refuse_of_recording(&self) -> Result<(), Fatal> {
        if self.seed.is_none() && self.name.is_none() && self.set.is_empty() {
            return Ok(());
        }
        Err(Fatal("a recording has neither seed nor parameters; give them to its scenario".into()))
    }
}
