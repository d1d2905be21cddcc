//! Mistakes of people who know C, Python or JavaScript better than the script language: the tokens around a parser's
//! error explain it better than the parser does.

use super::mistake::Mistake;
use super::tokens::{Tokens, word};
use rhai::{LexError, Position, Token};

type Placed = (Token, Position);

/// Words of other languages, each with what to write here instead.
const FOREIGN: [(&[&str], &str); 19] = [
    (
        &["null", "nil", "None", "NULL", "nullptr", "undefined", "void"],
        "nothing is written `()`; a call that fails answers its errno: if a == \"ENOMEM\" { … }",
    ),
    (&["True", "TRUE"], "it is written `true`"),
    (&["False", "FALSE"], "it is written `false`"),
    (&["and"], "it is written `&&`"),
    (&["or"], "it is written `||`"),
    (&["not"], "it is written `!`: if !p.is_present(a) { … }"),
    (&["elif", "elsif", "elseif"], "it is written `else if`"),
    (&["then"], "leave it out; the body goes in braces: if a == b { … }"),
    (
        &[
            "var", "auto", "int", "long", "unsigned", "char", "float", "double", "bool", "string", "size_t", "local",
            "mut",
        ],
        "a variable is made with `let`, without a type: let pages = 8;",
    ),
    (&["function", "def", "func", "fun"], "a function is made with `fn`: fn fill(p, pages) { … }"),
    (&["lambda"], "a function without a name is written |x| x + 1"),
    (&["class", "struct", "enum", "new"], "there are no classes; a map holds values by name: #{pages: 8}"),
    (&["include", "using", "require"], "a script is one text and cannot read files"),
    (
        &["print", "println", "printf", "puts", "echo", "console", "cout"],
        "it is written print(value), with brackets: print(\"shell\");",
    ),
    (&["assert"], "it is written expect(condition, \"text\")"),
    (&["case"], "a branch is written `1 => …,`, and the last `_ => …`"),
    (&["raise"], "it is written `throw`"),
    (&["pass"], "leave it out: braces may be empty"),
    (&["foreach", "repeat", "unless"], "loops are `for i in 0..8 { … }`, `while a < b { … }` and `loop { … }`"),
];

/// Functions of other languages, each with the equivalent here.
const FOREIGN_FUNCTIONS: [(&[&str], &str); 9] = [
    (&["append", "add", "push_back"], "it is array.push(value)"),
    (&["length", "size", "count", "strlen"], "it is array.len() or text.len()"),
    (&["str", "String", "toString"], "it is value.to_string()"),
    (&["int", "Number", "parseInt"], "it is text.parse_int()"),
    (&["malloc", "calloc"], "a process asks for memory with p.mmap(pages), the kernel with alloc(pages)"),
    (&["kill"], "it is p.exit()"),
    (&["sbrk"], "it is p.brk(addr)"),
    (&["open"], "a file is mapped with p.mmap(#{pages: 8, file: \"name\"}), read with p.pread(\"name\", offset, len)"),
    (&["assertEquals", "assert_eq", "check_eq"], "it is expect(a == b, \"text\")"),
];

/// What to write here instead of a name of another language; `None` if it is no such name.
pub fn foreign(name: &str) -> Option<&'static str> {
    look_up(&FOREIGN, name)
}

/// What to call here instead of a function of another language; `None` if it is no such function.
pub fn foreign_function(name: &str) -> Option<&'static str> {
    look_up(&FOREIGN_FUNCTIONS, name).or_else(|| foreign(name))
}

fn look_up(table: &[(&[&str], &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(names, _)| names.contains(&name)).map(|(_, hint)| *hint)
}

/// The sign of another language at which reading stopped; `None` if it stopped at none.
pub fn foreign_sign(tokens: &Tokens) -> Option<(Mistake, Position)> {
    let n = tokens.all.len().checked_sub(1)?;
    matches!(tokens.all[n].0, Token::LexError(_)).then(|| sign(&tokens.all, n))?
}

/// A better explanation, with its place, of a parser's error at a place; `None` if the tokens there are no known
/// mistake.
pub fn explain(tokens: &Tokens, place: Position) -> Option<(Mistake, Position)> {
    let all = &tokens.all[..];
    let n = if place.is_none() { all.len() } else { tokens.at(place) };
    let here = all.get(n);
    let before = n.checked_sub(1).map(|n| &all[n]);
    sign(all, n)
        .or_else(|| map_without_hash(all, n))
        .or_else(|| loop_of_c(all, n))
        .or_else(|| foreign_word(all, Some(n)))
        .or_else(|| foreign_word(all, n.checked_sub(1)))
        .or_else(|| foreign_word(all, head(&all[..n])))
        .or_else(|| glued(before?, here?))
        .or_else(|| colon(all, n))
        .or_else(|| closing(all, n))
        .or_else(|| missing_value(before, here?))
}

/// `let m = {};` is valid for the parser: an empty block, whose value is nothing.
pub fn empty_block_as_value(tokens: &Tokens) -> Option<(Mistake, Position)> {
    let is_value = |three: &&[Placed]| {
        matches!(three[0].0, Token::Equals | Token::LeftParen | Token::Comma | Token::Colon)
            && (&three[1].0, &three[2].0) == (&Token::LeftBrace, &Token::RightBrace)
    };
    let found = tokens.all.windows(3).find(is_value)?;
    Some((Mistake::new("`{}` is an empty block, which has no value", "an empty map is written `#{}`"), found[1].1))
}

fn is(token: Option<&Placed>, wanted: &Token) -> bool {
    token.is_some_and(|(token, _)| token == wanted)
}

/// The word of another language at an index, unless it is a variable, or is called: then it is an unknown function, or
/// a known one.
fn foreign_word(all: &[Placed], n: Option<usize>) -> Option<(Mistake, Position)> {
    let (token, place) = all.get(n?)?;
    let name = word(token)?;
    let hint = foreign(name)?;
    let called = matches!(all.get(n? + 1), Some((Token::LeftParen | Token::Unit, _)));
    let made =
        |pair: &[Placed]| matches!(pair[0].0, Token::Let | Token::Const | Token::For) && word(&pair[1].0) == Some(name);
    let not_called = ["and", "or", "not", "elif", "elsif", "elseif"].contains(&name);
    if called && !not_called || all.windows(2).any(|pair| made(pair) && pair[1].1 != *place) {
        return None;
    }
    Some((Mistake::new(format!("`{name}` is not a word of this language"), hint), *place))
}

/// Signs that have a meaning in other languages. Rhai reads most of them as reserved, some as two of its own.
fn sign(all: &[Placed], n: usize) -> Option<(Mistake, Position)> {
    let (token, place) = all.get(n)?;
    let text = match token {
        Token::Reserved(text) => text.as_str(),
        Token::LexError(error) => match &**error {
            LexError::ImproperSymbol(text, _) => text.as_str(),
            LexError::UnexpectedInput(text) => text.as_str(),
            _ => return None,
        },
        Token::Equals => "=",
        Token::DoubleArrow => "=>",
        Token::Modulo => "%",
        Token::If => "if",
        Token::Divide if n > 0 && is(all.get(n - 1), &Token::Multiply) => "*/",
        Token::Multiply => "*",
        Token::Ampersand => "&",
        _ => return None,
    };
    let starts_line = n.checked_sub(1).is_none_or(|n| all[n].1.line() < place.line());
    let after_value = n.checked_sub(1).is_some_and(|n| super::names::ends_value(&all[n].0));
    let in_head = |heads: &[Token]| {
        all[..n]
            .iter()
            .rev()
            .take(12)
            .map(|(t, _)| t)
            .take_while(|t| !matches!(t, Token::SemiColon | Token::LeftBrace | Token::RightBrace))
            .any(|t| heads.contains(t))
    };
    let hint = match text {
        "++" => "it is written `i += 1`",
        "--" if !starts_line => "it is written `i -= 1`",
        ":=" => "it is written `=`, and a new variable `let a = 1;`",
        "===" => "it is written `==`",
        "!==" => "it is written `!=`",
        "->" if in_head(&[Token::Fn]) => "leave it out: a function does not say what it answers",
        "->" => "it is written with a dot: p.touch(a)",
        "=>" if after_value => "a function without a name is written |x| x + 1",
        "if" if after_value && !starts_line => "it is written if a { b } else { c }",
        "*/" => "it ends a comment, and none was begun",
        "?" => "it is written if a { b } else { c }",
        "@" | "$" | "~" | "\\" => "names have letters, digits and `_`",
        "#" | "--" | "%" if starts_line => "a comment begins with `//`",
        "*" | "&" if !after_value => "there are no pointers: addresses are numbers, read with p.read(a)",
        "=" if in_head(&[Token::If, Token::While]) => {
            return Some((Mistake::new("`=` gives a value, it does not compare", "to compare write `==`"), *place));
        }
        _ => return None,
    };
    Some((Mistake::new(format!("`{text}` has no meaning here"), hint), *place))
}

/// `{pages: 8}` for `#{pages: 8}`, and `=` in a map.
fn map_without_hash(all: &[Placed], n: usize) -> Option<(Mistake, Position)> {
    let [(brace, place), (name, _), (sign, at)] = all.get(n.checked_sub(2)?..=n)? else { return None };
    let named = word(name).is_some() || matches!(name, Token::StringConstant(_));
    match (brace, sign) {
        (Token::LeftBrace, Token::Colon) if named => {
            Some((Mistake::new("`{` begins a block; a map begins with `#{`", "write #{name: value}"), *place))
        }
        (Token::MapStart | Token::Comma, Token::Equals) if named && open_bracket(all, n) == Some(&Token::MapStart) => {
            Some((Mistake::new("a map's fields have a colon", "write #{name: value}"), *at))
        }
        _ => None,
    }
}

/// The innermost bracket that is open before a token.
fn open_bracket(all: &[Placed], n: usize) -> Option<&Token> {
    brackets(&all[..n]).ok()?.last().map(|n| &all[*n].0)
}

/// `for (let i = 0; i < 8; i++)`.
fn loop_of_c(all: &[Placed], n: usize) -> Option<(Mistake, Position)> {
    let start = all[..(n + 1).min(all.len())].iter().rposition(|(token, _)| *token == Token::For)?;
    let in_head = n - start <= 3 && is(all.get(start + 1), &Token::LeftParen);
    in_head.then(|| (Mistake::new("a loop has no such head", "it is written for i in 0..8 { … }"), all[start].1))
}

/// A number or a text with letters directly after or before it: `4k`, `4096L`, `f"{x}"`.
fn glued((before, first): &Placed, (here, second): &Placed) -> Option<(Mistake, Position)> {
    let near = first.line() == second.line();
    match (before, here) {
        (Token::IntegerConstant(_) | Token::FloatConstant(_), Token::Identifier(_) | Token::IntegerConstant(_))
            if near =>
        {
            let hint =
                "numbers are like 8, 4096, 0x1000, 0b1010 and 1_000_000; sizes are in pages, or n * PAGE in bytes";
            Some((Mistake::new("a number ends here", hint), *second))
        }
        (Token::Identifier(_), Token::StringConstant(_)) if near && touches(*first, *second) => Some((
            Mistake::new("a text has no letters before it", "a text with values in it goes in backticks: `page ${n}`"),
            *first,
        )),
        _ => None,
    }
}

/// Whether a word of one letter ends directly before a place.
fn touches(first: Position, second: Position) -> bool {
    second.position().unwrap_or(0) == first.position().unwrap_or(0) + 1
}

/// A colon after the head of a loop or a condition, or before a type.
fn colon(all: &[Placed], n: usize) -> Option<(Mistake, Position)> {
    let (token, place) = all.get(n)?;
    if *token != Token::Colon {
        return None;
    }
    let hint = match &all[head(&all[..n])?].0 {
        Token::Let | Token::Const | Token::Fn => "leave it out: variables and parameters have no types",
        Token::If | Token::Else | Token::While | Token::For | Token::Loop => "the body goes in braces: if a == b { … }",
        _ => return None,
    };
    Some((Mistake::new("`:` has no meaning here", hint), *place))
}

/// The index of the word that the statement under way began with.
fn head(before: &[Placed]) -> Option<usize> {
    let ends = |token: &Token| matches!(token, Token::SemiColon | Token::LeftBrace | Token::RightBrace);
    let start = before.iter().rposition(|(token, _)| ends(token)).map_or(0, |n| n + 1);
    (start < before.len()).then_some(start)
}

/// A bracket that nothing opens, or that another one should close.
fn closing(all: &[Placed], n: usize) -> Option<(Mistake, Position)> {
    let (token, place) = all.get(n)?;
    if !matches!(token, Token::RightParen | Token::RightBracket | Token::RightBrace) {
        return None;
    }
    let open = brackets(&all[..=n]).err()?;
    let what = token.literal_syntax();
    let mistake = match open {
        None => {
            Mistake::new(format!("nothing opens the `{what}` here"), "every bracket that closes must have been opened")
        }
        Some(open) => {
            let (open, from) = &all[open];
            let line = from.line().unwrap_or(1);
            let message = format!("`{what}` cannot close the `{}` of line {line}", open.literal_syntax());
            Mistake::new(message, format!("close that first, with `{}`", closed_by(open)))
        }
    };
    Some((mistake, *place))
}

/// The brackets that are open at the end, by their indices; as an error the bracket, if any, that the last token, which
/// closes another kind, would have had to match.
fn brackets(all: &[Placed]) -> Result<Vec<usize>, Option<usize>> {
    let mut open = Vec::new();
    for (n, (token, _)) in all.iter().enumerate() {
        match token {
            Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart => open.push(n),
            Token::RightParen | Token::RightBracket | Token::RightBrace => match open.pop() {
                Some(last) if closed_by(&all[last].0) == token.literal_syntax() => {}
                last => return Err(last),
            },
            _ => {}
        }
    }
    Ok(open)
}

fn closed_by(open: &Token) -> &'static str {
    match open {
        Token::LeftParen => ")",
        Token::LeftBracket => "]",
        _ => "}",
    }
}

/// `x = x + ;`
fn missing_value(before: Option<&Placed>, (here, place): &Placed) -> Option<(Mistake, Position)> {
    let ends =
        matches!(here, Token::SemiColon | Token::Comma | Token::RightParen | Token::RightBracket | Token::RightBrace);
    let before = before.map(|(token, _)| token).filter(|token| token.is_literal() && word(token).is_none())?;
    let wants_one = matches!(
        before,
        Token::Equals
            | Token::Plus
            | Token::Minus
            | Token::Multiply
            | Token::Divide
            | Token::Modulo
            | Token::PowerOf
            | Token::LeftShift
            | Token::RightShift
            | Token::LessThan
            | Token::GreaterThan
            | Token::LessThanEqualsTo
            | Token::GreaterThanEqualsTo
            | Token::EqualsTo
            | Token::NotEqualsTo
            | Token::Bang
            | Token::Pipe
            | Token::Or
            | Token::XOr
            | Token::Ampersand
            | Token::And
            | Token::Colon
            | Token::In
            | Token::UnaryMinus
            | Token::UnaryPlus
            | Token::LeftParen
            | Token::LeftBracket
            | Token::Comma
    ) || before.is_op_assignment();
    (ends && wants_one).then(|| {
        let (here, before) = (here.literal_syntax(), before.literal_syntax());
        let hint = format!("write a number, a name or a call between `{before}` and `{here}`");
        (Mistake::new(format!("a value is missing after `{before}`"), hint), *place)
    })
}
