//! One machine under random commands, checked after each; then every place in its time.

use crate::aim::aim;
use pageturner::config::Config;
use pageturner::lab::time::session::Session;
use pageturner::units::Pfn;
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::request::Request;
use proptest::prelude::*;

pub fn run(config: Config, commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    let mut session = Session::new(config).unwrap();
    for (who, command) in commands {
        let command = aim(&session, who, command);
        let before = session.view().clone();
        match session.run(command.clone()) {
            Ok(_) => {}
            // Of a small memory no zone has such a place, whatever is free.
            Err(_) if matches!(command, Command::Alloc(_)) => continue,
            Err(refusal) => return Err(TestCaseError::fail(format!("{command:?}: {refusal}"))),
        }
        let broken = session.check();
        prop_assert!(broken.is_empty(), "after {:?}: {:#?}", command, broken);
        let mut back = session.view().clone();
        let last = session.steps().len() as u32 - 1;
        session.events_in(session.events_of(last)).iter().rev().for_each(|event| back.revert(event));
        prop_assert_eq!(back.difference(&before), None, "reverting {:?}", command);
        prop_assert_eq!(back.tally, before.tally);
    }
    seek_everywhere(session)
}

/// Every place reached by any jump looks as it does when reached from the start.
fn seek_everywhere(mut session: Session) -> Result<(), TestCaseError> {
    let events = session.event_count();
    let mut fold = Session::new(session.config().clone()).unwrap().view().clone();
    let mut at = 0;
    for stop in (0..=events).step_by(1 + events as usize / 7) {
        session.each_event(at..stop, |_, event| fold.apply(event));
        at = stop;
        for from in [0, events] {
            session.seek_event(from);
            session.seek_event(stop);
            prop_assert_eq!(session.view().difference(&fold), None);
        }
    }
    cut_in_the_middle(session)
}

/// A command in the middle of another cuts that one and the future; a refused one cuts nothing.
fn cut_in_the_middle(mut session: Session) -> Result<(), TestCaseError> {
    session.seek_event(session.event_count() / 2);
    let (at, steps) = (session.cursor(), session.steps().len());
    session.run(Command::Free(Free { pfn: Pfn(u32::MAX), pages: 1 })).unwrap_err();
    prop_assert_eq!((session.cursor(), session.steps().len()), (at, steps));
    session.run(Command::Alloc(Request::of(1))).unwrap();
    prop_assert_eq!(session.steps().len() as u32, at.step + 1);
    prop_assert_eq!(session.check(), Vec::<String>::new());
    Ok(())
}
