//! From a text to what the engine runs: first its tokens are read, then the parser reads it; each has its own mistakes
//! to find.

use super::errors::{Around, at, placed};
use super::limits::Limits;
use super::mistake::Mistake;
use super::tokens::Tokens;
use super::{names, slips};
use crate::lab::tell::placed::PlacedError;
use rhai::{AST, Engine, Scope};

/// Compiles a script or a console line, whose variables are in `scope`. Also returns the tokens, which show its
/// expectations.
pub fn compile(
    engine: &Engine,
    source: &str,
    limits: &Limits,
    scope: &Scope<'_>,
) -> Result<(AST, Tokens), PlacedError> {
    check_size(source, limits.source)?;
    let tokens = Tokens::read(engine, source);
    if let Some(place) = tokens.open_comment {
        let hint = "end it with `*/`; where comments stand in a comment, each needs its own";
        return Err(at(source, place, Mistake::new("a comment begins here and is never closed", hint)));
    }
    names::check(&tokens).map_err(|(mistake, place)| at(source, place, mistake))?;
    if let Some((mistake, place)) = slips::empty_block_as_value(&tokens) {
        return Err(at(source, place, mistake));
    }
    match engine.compile_with_scope(scope, source) {
        Ok(ast) => Ok((ast, tokens)),
        Err(error) => {
            let around = Around { source, limits, variables: &[], tokens: &tokens, place: None, elsewhere: false };
            Err(placed(&error.into(), &around))
        }
    }
}

/// Refuses a text of more than `most` bytes before it is read.
fn check_size(source: &str, most: usize) -> Result<(), PlacedError> {
    if source.len() > most {
        let message = format!("the script has {} bytes; the most is {most}", source.len());
        return Err(PlacedError::in_line("", 1, 1, message).hint("make it shorter: use loops and functions"));
    }
    Ok(())
}
