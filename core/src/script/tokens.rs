//! A script's words and signs, read once before the parser reads them: some mistakes can be recognised only there, and
//! a parser's error is better explained with the tokens around it.

use rhai::{Engine, Position, Token};

/// The tokens of a script: everything up to its end, or to the first thing that is no token of the language.
#[derive(Default)]
pub struct Tokens {
    /// All tokens, each with its place; comments are left out.
    pub all: Vec<(Token, Position)>,
    /// Where a comment begins that nothing closes; `None` if all are closed.
    pub open_comment: Option<Position>,
}

impl Tokens {
    /// Reads a script's tokens as the engine would.
    pub fn read(engine: &Engine, source: &str) -> Tokens {
        let (mut tokens, control) = engine.lex([&source]);
        tokens.state.include_comments = true;
        let mut read = Tokens::default();
        // Braces open in each `${…}` of a text in backticks that is being read; after the last the text goes on.
        let mut texts: Vec<u32> = Vec::new();
        while let Some((token, place)) = tokens.next() {
            match (&token, texts.last_mut()) {
                (Token::EOF, _) => break,
                (Token::Comment(_), _) => {
                    if tokens.state.comment_level > 0 {
                        read.open_comment = Some(place);
                        break;
                    }
                    continue;
                }
                (Token::LexError(_), _) => {
                    read.all.push((token, place));
                    break;
                }
                (Token::InterpolatedString(_), _) => texts.push(0),
                (Token::LeftBrace | Token::MapStart, Some(open)) => *open += 1,
                (Token::RightBrace, Some(open)) => {
                    *open -= 1;
                    if *open == 0 {
                        texts.pop();
                        control.borrow_mut().is_within_text = true;
                    }
                }
                _ => {}
            }
            read.all.push((token, place));
        }
        read
    }

    /// The places of all calls of a function by its name.
    pub fn calls<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Position> + 'a {
        let is_call = move |pair: &&[(Token, Position)]| {
            word(&pair[0].0) == Some(name) && matches!(pair[1].0, Token::LeftParen | Token::Unit)
        };
        self.all.windows(2).filter(is_call).map(|pair| pair[0].1)
    }

    /// The index of the first token at or after a place; the number of tokens if there is none.
    pub fn at(&self, place: Position) -> usize {
        let key = |place: Position| (place.line().unwrap_or(usize::MAX), place.position().unwrap_or(0));
        self.all.partition_point(|(_, at)| key(*at) < key(place))
    }
}

/// A token's name; `None` if it is none.
pub fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Identifier(word) | Token::Reserved(word) => Some(word.as_str()),
        _ => None,
    }
}
