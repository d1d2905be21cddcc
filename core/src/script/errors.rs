//! Rhai's errors in this project's form: where, what is wrong, what would be right.

use super::limits::Limits;
use super::manual::{names, usages};
use super::mistake::Mistake;
use super::slips::{self, foreign, foreign_function};
use super::tokens::Tokens;
use super::values::type_name;
use crate::lab::tell::placed::{PlacedError, nearest};
use rhai::{Dynamic, EvalAltResult, LexError, ParseErrorType, Position};

/// What is wrong and what would be right.
type Words = (String, Option<String>);

/// The context that an error is explained with.
pub struct Around<'a> {
    pub source: &'a str,
    pub limits: &'a Limits,
    /// The names in scope, for suggestions at typing errors.
    pub variables: &'a [String],
    pub tokens: &'a Tokens,
    /// Where it happened, if the error does not contain that.
    pub place: Option<Position>,
    /// Whether the functions that were called are in another text: then the call's place is shown.
    pub elsewhere: bool,
}

/// An error with its place in the source.
pub fn placed(error: &EvalAltResult, around: &Around<'_>) -> PlacedError {
    let inner = innermost(error);
    if let EvalAltResult::ErrorParsing(kind, position) = inner {
        let slip = || may_be_a_slip(kind).then(|| slips::explain(around.tokens, *position))?;
        if let Some((mistake, position)) = slips::foreign_sign(around.tokens).or_else(slip) {
            return at(around.source, position, mistake);
        }
    }
    let (message, hint) = words(inner, around.limits, around.variables);
    let position = match around.elsewhere {
        true => error.position(),
        false => known_place(inner).or(around.place).unwrap_or(inner.position()),
    };
    let (line, column) = place(position, around.source);
    let error = PlacedError::at(around.source, line, column, message);
    match inner {
        EvalAltResult::ErrorParsing(ParseErrorType::BadInput(LexError::UnterminatedString), _)
            if error.text.chars().nth(error.caret()) == Some('`') =>
        {
            error.hint("end it with another backtick")
        }
        _ => PlacedError { hint, ..error },
    }
}

/// Whether the tokens around a parser's error may explain it better than the parser does.
fn may_be_a_slip(error: &ParseErrorType) -> bool {
    match error {
        ParseErrorType::BadInput(LexError::ImproperSymbol(_, why)) => !why.starts_with("there is no"),
        ParseErrorType::BadInput(error) => matches!(error, LexError::UnexpectedInput(_)),
        ParseErrorType::UnknownOperator(_)
        | ParseErrorType::MissingToken(..)
        | ParseErrorType::MissingSymbol(_)
        | ParseErrorType::MalformedIndexExpr(_)
        | ParseErrorType::PropertyExpected
        | ParseErrorType::VariableExpected
        | ParseErrorType::Reserved(_)
        | ParseErrorType::ExprExpected(_)
        | ParseErrorType::FnMissingName
        | ParseErrorType::FnMissingParams(_)
        | ParseErrorType::FnMissingBody(_)
        | ParseErrorType::AssignmentToInvalidLHS(_) => true,
        _ => false,
    }
}

/// The place that one of this project's functions has noted, because the engine would replace it by the outermost
/// call's; `None` if none was noted.
pub fn known_place(error: &EvalAltResult) -> Option<Position> {
    match error {
        EvalAltResult::ErrorTerminated(value, _) => value.clone().try_cast::<Mistake>()?.place,
        _ => None,
    }
}

/// A mistake with its place in `source`.
pub fn at(source: &str, position: Position, mistake: Mistake) -> PlacedError {
    let (line, column) = place(position, source);
    PlacedError::at(source, line, column, mistake.message).hint(mistake.hint)
}

/// The error inside of all function calls, whose place is the right one to show.
pub fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => innermost(inner),
        other => other,
    }
}

/// Line and column to show. An error at the end of the text is shown after its last word, not on an empty line below.
fn place(position: Position, source: &str) -> (u32, u32) {
    let text = source.trim_end();
    let end = (
        text.lines().count().max(1) as u32,
        text.lines().next_back().map_or(0, |line| line.chars().count()) as u32 + 1,
    );
    match position.line() {
        Some(line) => end.min((line as u32, position.position().unwrap_or(1) as u32)),
        None => end,
    }
}

/// What is wrong and what would be right, of an error without its place.
pub fn words(error: &EvalAltResult, limits: &Limits, variables: &[String]) -> Words {
    let hint = |message: String, hint: &str| (message, Some(hint.to_string()));
    match error {
        EvalAltResult::ErrorParsing(error, _) => parse_words(error, limits),
        EvalAltResult::ErrorRuntime(value, _) | EvalAltResult::ErrorTerminated(value, _) => thrown(value),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => unknown_function(signature),
        EvalAltResult::ErrorVariableNotFound(name, _) => unknown_variable(name, variables),
        EvalAltResult::ErrorDotExpr(text, _) => unknown_property(text),
        EvalAltResult::ErrorModuleNotFound(name, _) => {
            hint(format!("`{name}::` has no meaning here"), "calls are written with a dot: p.touch(a)")
        }
        EvalAltResult::ErrorPropertyNotFound(name, _) => (format!("the map has no field `{name}`"), None),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _)
        | EvalAltResult::ErrorMismatchOutputType(wanted, found, _) => {
            (format!("expected {}, found {}", type_name(wanted), type_name(found)), None)
        }
        EvalAltResult::ErrorTooManyOperations(_) => hint(
            format!("the script ran more than {} operations", limits.operations),
            "is there a loop without an end?",
        ),
        EvalAltResult::ErrorStackOverflow(_) => hint(
            format!("functions call each other more than {} deep", limits.call_depth),
            "does a function call itself without an end?",
        ),
        EvalAltResult::ErrorTooManyVariables(_) => {
            hint(format!("there are more than {} variables", limits.variables), "keep them in an array")
        }
        EvalAltResult::ErrorDataTooLarge(what, _) => too_large(what, limits),
        EvalAltResult::ErrorArithmetic(text, _) => (lower(text), None),
        EvalAltResult::ErrorFor(_) => {
            hint("`for` needs something to go through".into(), "a range such as 0..8, an array or a text")
        }
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            hint(format!("`{name}` is a constant"), "make it with `let`")
        }
        other => (plain(&other.to_string()), None),
    }
}

/// Explains a value that was thrown: by this project's functions, or by the script.
fn thrown(value: &Dynamic) -> Words {
    match value.clone().try_cast::<Mistake>() {
        Some(Mistake { message, hint, .. }) => (message, Some(hint).filter(|hint| !hint.is_empty())),
        None if value.is_string() => (plain(&value.to_string()), None),
        None => (format!("the script threw {value}"), None),
    }
}

/// Explains a call of an unknown function: `mumap (process, i64, i64)`.
fn unknown_function(signature: &str) -> Words {
    let (name, arguments) = signature.split_once(" (").unwrap_or((signature, ""));
    let arguments: Vec<&str> =
        arguments.trim_end_matches(')').split(", ").filter(|argument| !argument.is_empty()).collect();
    let kinds: Vec<&str> = arguments.iter().map(|argument| type_name(argument)).collect();
    let known = usages(name);
    if arguments.iter().any(|argument| type_name(argument) == "a failed call") {
        let message = format!("`{name}` was given the answer of a failed call");
        return (message, Some("look at the answer first: if a == \"ENOMEM\" { … }".into()));
    }
    if !known.is_empty() {
        let usage: Vec<&str> = known.iter().map(|function| function.usage).collect();
        let given = if kinds.is_empty() { "no arguments".to_string() } else { format!("({})", kinds.join(", ")) };
        return (format!("`{name}` cannot be called with {given}"), Some(format!("use {}", usage.join("; or "))));
    }
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return (format!("`{name}` does not work with {}", kinds.join(" and ")), None);
    }
    let of = if arguments.first().is_some_and(|first| type_name(first) == "a process") { " of a process" } else { "" };
    let near = nearest(name, names()).map(|near| format!("did you mean `{near}`? {}", usages(near)[0].usage));
    let near = foreign_function(name).map(str::to_string).or(near);
    (format!("`{name}` is not a function{of}"), near.or(Some("docs/scripting.md lists all functions".into())))
}

fn unknown_variable(name: &str, variables: &[String]) -> Words {
    let known = variables.iter().map(String::as_str).chain(["PAGE", "FRAMES"]);
    let hint = match nearest(name, known) {
        _ if let Some(hint) = foreign(name) => hint.to_string(),
        _ if name.strip_prefix('p').is_some_and(|pid| pid.parse::<u32>().is_ok()) => {
            "in the console p1, p2, … are the living processes; one is made with let p = spawn(\"shell\")".to_string()
        }
        Some(near) => format!("did you mean `{near}`?"),
        None if !usages(name).is_empty() => format!("to call it: {}", usages(name)[0].usage),
        None => format!("make it first: let {name} = …; a function sees only its parameters"),
    };
    (format!("there is no `{name}`"), Some(hint))
}

/// Explains an unknown property: Rhai has a sentence of its own for it, with the names in quotes.
fn unknown_property(text: &str) -> Words {
    let quoted: Vec<&str> = text.split('\'').skip(1).step_by(2).collect();
    let name = quoted.first().copied().unwrap_or(text);
    let kind = quoted.get(1).map_or("this", |kind| type_name(kind));
    let hint = match usages(name).first() {
        Some(function) => Some(format!("call it: {}", function.usage)),
        None if kind == "a failed call" => Some("look at the answer first: if a == \"ENOMEM\" { … }".into()),
        None if foreign_function(name).is_some() => foreign_function(name).map(str::to_string),
        None => nearest(name, names()).map(|near| format!("did you mean `{near}`? {}", usages(near)[0].usage)),
    };
    (format!("{kind} has no `{name}`"), hint)
}

fn too_large(what: &str, limits: &Limits) -> Words {
    let (what, most) = match what {
        what if what.contains("string") => ("a text has more bytes", limits.string),
        what if what.contains("map") => ("a map has more fields", limits.map),
        _ => ("an array has more elements", limits.array),
    };
    (format!("{what} than a script may hold, {most}"), Some("work on smaller pieces".into()))
}

fn parse_words(error: &ParseErrorType, limits: &Limits) -> Words {
    let hint = |message: String, hint: &str| (message, Some(hint.to_string()));
    match error {
        ParseErrorType::UnexpectedEOF => {
            hint("the script ends in the middle of something".into(), "is a `}`, `)` or `]` missing?")
        }
        ParseErrorType::BadInput(error) => lex_words(error),
        ParseErrorType::MissingToken(token, what) => missing_token(token, what),
        ParseErrorType::ExprTooDeep => hint(
            format!("expressions are nested more than {} deep", limits.expression_depth),
            "give parts of it a name with `let`",
        ),
        ParseErrorType::TooManyFunctions => {
            hint(format!("there are more than {} functions", limits.functions), "use fewer")
        }
        ParseErrorType::LiteralTooLarge(what, _) => too_large(&what.to_lowercase(), limits),
        ParseErrorType::Reserved(word) if !word.starts_with(|c: char| c.is_alphabetic()) => {
            (format!("`{word}` has no meaning in the language"), None)
        }
        ParseErrorType::Reserved(word) => hint(format!("`{word}` is a word of the language"), "choose another name"),
        ParseErrorType::LoopBreak => {
            hint("`break` and `continue` belong in a loop".into(), "to end the script use `return`")
        }
        ParseErrorType::WrongFnDefinition => {
            hint("a function is defined inside of something".into(), "define functions on the outside")
        }
        ParseErrorType::MismatchedType(wanted, found) => {
            (format!("expected {}, found {}", type_name(wanted), type_name(found)), None)
        }
        ParseErrorType::AssignmentToConstant(name) => hint(format!("`{name}` is a constant"), "make it with `let`"),
        ParseErrorType::VariableExpected => hint("a name is missing".into(), "for example: let p = spawn(\"shell\");"),
        ParseErrorType::PropertyExpected => {
            hint("a name is missing behind the dot or in the map".into(), "for example: p.mmap(#{pages: 8})")
        }
        other => (plain(&other.to_string()), None),
    }
}

fn missing_token(token: &str, what: &str) -> Words {
    let hint = match token {
        ";" => "end the statement before with `;`",
        "}" | ")" | "]" => "every bracket that opens must close",
        "{" => "the body goes in braces: if a == b { … }",
        _ => "",
    };
    (format!("expected `{token}` {}", plain(what)), Some(hint).filter(|hint| !hint.is_empty()).map(str::to_string))
}

fn lex_words(error: &LexError) -> Words {
    match error {
        LexError::UnterminatedString => {
            ("a text is not closed".into(), Some("end it with `\"` in the same line".into()))
        }
        LexError::MalformedChar(_) => {
            ("single quotes hold one character".into(), Some("texts go in double quotes: \"shell\"".into()))
        }
        LexError::MalformedNumber(number) if number.is_empty() => {
            ("a number is not complete".into(), Some("for example 8, 4096 or 0x1000".into()))
        }
        LexError::MalformedNumber(number) => {
            (format!("`{number}` is not a number"), Some("for example 8, 4096 or 0x1000".into()))
        }
        LexError::UnexpectedInput(input) => (format!("`{input}` is not expected here"), None),
        LexError::MalformedEscapeSequence(text) => (
            format!("`{text}` stands for no character"),
            Some("a backslash itself is written `\\\\`; there are \\n, \\t, \\\", \\x41 and \\u2026".into()),
        ),
        LexError::ImproperSymbol(_, why) if why.starts_with("there is no") => match why.split_once(": ") {
            Some((message, hint)) => (message.to_string(), Some(hint.to_string())),
            None => (why.clone(), None),
        },
        other => (plain(&other.to_string()), None),
    }
}

/// Rhai's sentence in this project's form: without the place, which is shown already, in small letters, with backticks.
fn plain(text: &str) -> String {
    let text = text.split(" (line ").next().unwrap_or(text).trim();
    let text = text.strip_prefix("Runtime error: ").unwrap_or(text);
    lower(text).replace('\'', "`")
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let rest = chars.as_str();
    let shouts = rest.starts_with(|c: char| c.is_uppercase());
    if shouts { text.to_string() } else { first.to_lowercase().collect::<String>() + rest }
}
