//! A recording opened in pieces is the one opened at once, and is written in pieces as it is at once.

use crate::opening::Opening;
use crate::session::JsSession;
use pageturner::lab::recording::Recording;

/// A recording with a title, whose commands name places of a script.
const TEXT: &str = r#"{"pageturner":1,"machine":{"frames":64},"title":"small"}
{"do":"spawn","at":[1,1]}
{"do":"mmap","pid":1,"addr":"0x100000","pages":8,"prot":"rw","flags":["private","anonymous","fixed"]}
{"do":"touch","pid":1,"addr":"0x100000","pages":8}
{"do":"note","text":"three pages more"}
{"do":"alloc","pages":3}
"#;

/// Opens pieces, running a few events at a time; returns how many times that took.
fn opened<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (JsSession, u32) {
    let mut opening = Opening::default();
    for piece in pieces {
        opening.read_lines(piece).unwrap();
    }
    assert!(!opening.advance_by(u32::MAX).unwrap(), "the machine alone is made first");
    assert_eq!((opening.done(), opening.commands()), (0, 5));
    let mut turns = 1;
    while !opening.advance_by(5).unwrap() {
        turns += 1;
    }
    assert_eq!(opening.done(), opening.commands());
    (opening.into_session().unwrap(), turns)
}

#[test]
fn pieces_make_the_whole() {
    let whole = Recording::parse(TEXT).unwrap().replay().unwrap();
    let (in_lines, turns) = opened(TEXT.split_inclusive('\n'));
    assert!(turns > 2, "{turns}");
    assert_eq!(in_lines.core().digest(), whole.digest());
    assert_eq!(in_lines.recording(), opened([TEXT]).0.recording());
    let parts: String = (0..6).step_by(2).map(|from| in_lines.recording_part(from, 2)).collect();
    assert_eq!(parts, in_lines.recording());
    assert!(parts.starts_with(TEXT.lines().next().unwrap().split_at(16).0) && parts.contains("\"title\":\"small\""));
}

#[test]
fn an_error_has_its_line_in_whatever_piece_it_stands() {
    let mut opening = Opening::default();
    let (first, second) = TEXT.split_at(TEXT.find("{\"do\":\"touch\"").unwrap());
    opening.read_lines(first).unwrap();
    let error = opening.read_lines(&second.replacen("note", "notes", 1)).unwrap_err();
    assert_eq!((error.line, error.message.as_str()), (Some(5), "there is no command `notes`"));
    assert_eq!(Opening::default().advance_by(1).unwrap_err().message, "the line is empty");
    assert!(Opening::default().into_session().is_none());
}

#[test]
fn a_refused_command_ends_the_opening_at_its_line() {
    let mut opening = Opening::default();
    opening.read_lines(&TEXT.replace("\"pages\":3", "\"pages\":0")).unwrap();
    assert!(!opening.advance_by(1).unwrap());
    let error = opening.advance_by(u32::MAX).unwrap_err();
    assert_eq!((error.line, opening.done()), (Some(6), 4), "{error:?}");
}

#[test]
fn a_touch_of_many_pages_is_carried_out_in_parts() {
    let text = TEXT.replace("\"frames\":64", "\"frames\":32768").replace("\"pages\":8", "\"pages\":20000");
    let (parts, turns) = opened([text.as_str()]);
    assert!(turns > 20_000 / 4096, "{turns}");
    assert_eq!(parts.core().digest(), Recording::parse(&text).unwrap().replay().unwrap().digest());
}
