//! The picture of references that the page is sent, after steps, jumps and lines that cut the future.

use super::translate::session;
use crate::session::JsSession;
use pageturner::config::{Config, KernelPlace, PolicyKind};

fn belady() -> JsSession {
    let kernel = KernelPlace::Apart;
    let config = Config { frames: 3, kernel, swap_slots: 0, policy: PolicyKind::Fifo, ..Config::default() };
    session(config, &[r#"let p = spawn("p")"#, r#"references(p, "1 2 3 4 1 2 5 1 2 3 4 5")"#])
}

/// The pages in frames at the current column, and how many references are yet to come.
fn now(session: &mut JsSession) -> (Vec<Option<String>>, usize) {
    let all = session.references_dto(40).expect("references");
    let cells = all.rows.iter().map(|row| row.pages[all.current as usize + 1].clone());
    (cells.collect(), all.columns.len() - 1 - all.current as usize)
}

fn pages(pages: [&str; 3]) -> Vec<Option<String>> {
    pages.map(|page| Some(page.to_string())).to_vec()
}

#[test]
fn the_picture_follows_the_cursor() {
    let mut session = belady();
    let end = session.core().end().step;
    assert_eq!(now(&mut session), (pages(["5", "3", "4"]), 0));
    assert_eq!(session.state_dto().references, 12);
    let all = session.references_dto(40).expect("references");
    assert_eq!((all.references, all.misses), (12, 9));
    // A click on a column goes to the state after it.
    session.seek(all.columns[3].step);
    assert_eq!(now(&mut session), (pages(["4", "2", "3"]), 8));
    session.seek(end - 1);
    assert_eq!(now(&mut session), (pages(["5", "3", "4"]), 1));
    session.seek(all.columns[0].step - 1);
    assert_eq!((session.references_dto(40), session.state_dto().references), (None, 0));
}

#[test]
fn another_future_is_another_picture() {
    let mut session = belady();
    session.seek(session.core().end().step - 8);
    assert!(session.references_text(40, false).contains("| 4"));
    assert_eq!(session.console_dto(r#"references(p, "9w")"#).error, None);
    let all = session.references_dto(40).expect("references");
    let last = &all.columns[all.current as usize];
    assert_eq!((last.page.as_str(), last.writes, last.victims.as_slice()), ("9", true, ["2".to_string()].as_slice()));
    assert_eq!(session.references_text(40, true).lines().last(), Some("8,9,write,miss,2,4,9,3"));
}
