//! Names that a script cannot define: those of the machine's functions and of `PAGE` and `FRAMES`. A script that
//! redefines them could silence all its checks, or fake what they read.

use super::manual::FUNCTIONS;
use super::mistake::Mistake;
use super::standing::END;
use super::tokens::{Tokens, word};
use rhai::{Position, Token};

/// Functions of the language that the manual names and that answers pass through.
const OF_THE_LANGUAGE: [&str; 11] = [
    "to_string",
    "to_debug",
    "type_of",
    "keys",
    "values",
    "blob",
    "call",
    "is_empty",
    "filter",
    "contains",
    "index_of",
];
/// Functions that say nothing of the machine, which came when scripts had their own of these names: a script's own take
/// their place.
const FREE: [&str; 7] = ["seed", "random", "shuffle", "parameter", "later", "blank", "answer"];
/// At most this many tokens of a definition's head are read: more than any real one has.
const LONGEST_HEAD: usize = 600;

/// Fails at the first definition of such a name: a function or a method of any type, with any number of parameters;
/// `PAGE` and `FRAMES` as a variable, constant, parameter or place to assign to.
pub fn check(tokens: &Tokens) -> Result<(), (Mistake, Position)> {
    let all = &tokens.all;
    for (n, (token, place)) in all.iter().enumerate() {
        let before = n.checked_sub(1).map(|n| &all[n].0);
        match token {
            Token::Identifier(name) if name.as_str() == END => {
                return Err((Mistake::new(format!("`{END}` is the machine's"), "choose another name"), *place));
            }
            Token::Fn => function(&all[n + 1..])?,
            Token::Let | Token::Const => not_fixed(all[n + 1..].get(..1).unwrap_or(&[]))?,
            Token::For => not_fixed(until(&all[n + 1..], |token| *token == Token::In))?,
            Token::Catch => not_fixed(until(&all[n + 1..], |token| *token == Token::LeftBrace))?,
            Token::Pipe if !before.is_some_and(ends_value) => {
                not_fixed(until(&all[n + 1..], |token| *token == Token::Pipe))?;
            }
            _ if before == Some(&Token::Period) => {}
            _ if all.get(n + 1).is_some_and(|(next, _)| next.is_op_assignment() || *next == Token::Equals) => {
                fixed(token, *place)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks the head of a definition: `name(parameters)`, `"type".name(parameters)`.
fn function(rest: &[(Token, Position)]) -> Result<(), (Mistake, Position)> {
    let head = until(rest, |token| matches!(token, Token::LeftParen | Token::Unit | Token::LeftBrace));
    if let Some((name, place)) = head.iter().rev().find_map(|(token, place)| Some((word(token)?, *place)))
        && is_taken(name)
    {
        let message = format!("`{name}` is the name of a function that is there already");
        let hint = format!("choose another name, for example `my_{name}`: what the machine says cannot be replaced");
        return Err((Mistake::new(message, hint), place));
    }
    // Of `fn f()` the brackets are one token, and the next closing one is in the body.
    match rest.get(head.len()) {
        Some((Token::LeftParen, _)) => not_fixed(until(&rest[head.len()..], |token| *token == Token::RightParen)),
        _ => Ok(()),
    }
}

/// Whether a script may not define a function of this name. Values such as `p.pid` are not called, so their names are
/// free.
fn is_taken(name: &str) -> bool {
    let is_called = |usage: &str| usage.contains(&format!("{name}("));
    OF_THE_LANGUAGE.contains(&name)
        || FUNCTIONS.iter().any(|one| one.name == name && is_called(one.usage) && !FREE.contains(&name))
}

fn not_fixed(definitions: &[(Token, Position)]) -> Result<(), (Mistake, Position)> {
    definitions.iter().try_for_each(|(token, place)| fixed(token, *place))
}

fn fixed(token: &Token, place: Position) -> Result<(), (Mistake, Position)> {
    let (name, hint) = match word(token) {
        Some("PAGE") => ("PAGE", "choose another name: PAGE is the page size in bytes, which the geometry decides"),
        Some("FRAMES") => (
            "FRAMES",
            "choose another name; the number of frames is set by machine(#{frames: 64}), before anything else",
        ),
        _ => return Ok(()),
    };
    Err((Mistake::new(format!("`{name}` is the machine's and cannot be given a value"), hint), place))
}

/// The tokens before the first that `ends`.
fn until(rest: &[(Token, Position)], ends: impl Fn(&Token) -> bool) -> &[(Token, Position)] {
    let head = &rest[..rest.len().min(LONGEST_HEAD)];
    &rest[..head.iter().position(|(token, _)| ends(token)).unwrap_or(0)]
}

/// Whether a value may end with this token: then `|` is an operator, not the beginning of a function's parameters.
pub fn ends_value(token: &Token) -> bool {
    word(token).is_some()
        || matches!(
            token,
            Token::RightParen
                | Token::RightBracket
                | Token::RightBrace
                | Token::Unit
                | Token::True
                | Token::False
                | Token::StringConstant(_)
                | Token::CharConstant(_)
                | Token::IntegerConstant(_)
                | Token::FloatConstant(_)
        )
}
