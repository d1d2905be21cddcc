//! The lessons that come with the page: each runs to its end, every claim in it holds, and the machine is sound. The
//! page's own walk through them is in `e2e/lessons.test.mjs`.

use super::exercises::what_is_right_is_right;
use libtest_mimic::Trial;
use pageturner::lab::compare::{changed, labels, named_partners};
use pageturner::lab::quiz::{Question, question};
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, header, headers, run_script, title};
use pageturner::vocabulary::command::{Ask, Command, Expect};
use pageturner_tests::file_cases::Folder;

pub const LESSONS: Folder = Folder { path: "../www/lessons", name: "lessons", extension: "rhai" };

/// How a lesson with chance in it gives the state of its chance a seed: its own, or one of `over_seeds`.
const SEED: &str = "#{ seed: seed";
/// How it runs something over seeds; with other ones, one for each run of the lesson will do.
const OVER_SEEDS: &str = "over_seeds(20,";
const ONE_SEED: &str = "over_seeds(1,";

pub fn trials() -> Vec<Trial> {
    let mut trials = LESSONS.checked(lesson);
    trials.extend(LESSONS.files().into_iter().filter(|(_, text)| text.contains(SEED)).map(|(path, text)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Trial::test(format!("lessons/{name}, other seeds"), move || {
            holds_for_other_seeds(&text);
            Ok(())
        })
    }));
    trials.push(Trial::test("lessons: each has its place", || {
        each_has_its_place();
        Ok(())
    }));
    trials
}

fn lesson(source: &str) {
    assert_eq!(title(source).as_deref(), header(source, "title"), "it has a title");
    assert!(title(source).is_some(), "it has a title");
    stands_in_the_index(source);
    let outcome = run_script(source, &Limits::default(), |_| true);
    assert_eq!(outcome.error.map(|error| error.to_string()), None);
    let session = outcome.session.expect("a lesson has a machine");
    let failed = claims(&session, false);
    assert!(failed.is_empty(), "{failed:?}");
    assert!(claims(&session, true).len() >= 3, "it claims something");
    let questions: Vec<Question> =
        (0..session.steps().len() as u32).filter_map(|step| question(&session, step)).collect();
    assert!(questions.len() >= 3, "three of its questions are judged, not {}", questions.len());
    questions.iter().for_each(|question| what_is_right_is_right(question, "the lesson"));
    every_task_has_its_answer(&session);
    assert_eq!(session.check(), Vec::<String>::new());
    partners_differ(source, &session);
    let moment = header(source, "moment").expect("its picture is of a note: //! moment:");
    let is_it = |note: &Command| matches!(note, Command::Note(note) if note.text.starts_with(moment));
    assert!(session.steps().iter().any(|step| is_it(&step.command)), "no note begins with its //! moment: {moment}");
    assert!(!source.contains("fn random(") || source.contains(SEED), "chance starts from {SEED}");
}

/// A question that is judged, and of which nothing is known that would be right, would be asked in vain.
fn every_task_has_its_answer(session: &Session) {
    for (n, step) in session.steps().iter().enumerate() {
        if let Command::Ask(Ask { question: words, task: Some(_), .. }) = &step.command {
            assert!(question(session, n as u32).is_some(), "nothing is known to be right: {words}");
        }
    }
}

/// What the page's index of lessons and a lesson's end say.
fn stands_in_the_index(source: &str) {
    assert!(header(source, "topic").is_some_and(|topic| !topic.is_empty()), "it belongs to a topic: //! topic:");
    let minutes = header(source, "minutes").and_then(|minutes| minutes.parse().ok());
    assert!(minutes.is_some_and(|minutes| (1..=30).contains(&minutes)), "it takes 1 to 30 minutes: //! minutes:");
    let is_sentence = |text: &str| text.ends_with(['.', '?']) && text.len() > 20;
    assert!(header(source, "teaches").is_some_and(is_sentence), "what it teaches is a sentence: //! teaches:");
    let learned: Vec<&str> = headers(source, "learned").collect();
    assert!((1..=3).contains(&learned.len()), "one to three things are learned: //! learned:");
    assert!(learned.into_iter().all(is_sentence), "each a sentence");
}

/// Every claim holds for twenty seeds that are not in the lesson: it is about chance, not about one history.
fn holds_for_other_seeds(source: &str) {
    let of_one = with_one_seed(source);
    let over = |source: &str| source.matches("over_seeds(").count();
    assert_eq!(over(&of_one), of_one.matches(ONE_SEED).count(), "it uses twenty seeds: {OVER_SEEDS}");
    let mut failed = Vec::new();
    for n in 1..=20 {
        let added = n * 7919;
        let other = of_one.replace(SEED, &format!("{SEED} + {added}"));
        let outcome = run_script(&other, &Limits::default(), |_| true);
        assert_eq!(outcome.error.map(|error| error.to_string()), None, "{added} added to each seed");
        let session = outcome.session.expect("a lesson has a machine");
        failed
            .extend(claims(&session, false).into_iter().map(|claim| format!("{added} added to each seed: {claim:?}")));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The same with one seed wherever it has many.
pub fn with_one_seed(source: &str) -> String {
    source.replace(OVER_SEEDS, ONE_SEED)
}

/// Claims that held, or those that failed.
pub fn claims(session: &Session, as_claimed: bool) -> Vec<&Command> {
    let commands = session.steps().iter().map(|step| &step.command);
    commands.filter(|command| matches!(command, Command::Expect(Expect { held, .. }) if *held == as_claimed)).collect()
}

fn partners_differ(source: &str, session: &Session) {
    let partners = named_partners(source).unwrap_or_else(|refusal| panic!("{refusal}"));
    for (changes, label) in partners.iter().zip(&labels(session.config(), &partners)[1..]) {
        let other = changed(session.config(), changes).unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_ne!(other, *session.config(), "{label} is its own machine");
    }
}

/// The lessons' orders are 1, 2, 3 and so on.
fn each_has_its_place() {
    let order = |text: &str| header(text, "order").expect("an order").parse::<usize>().expect("a number");
    let mut orders: Vec<usize> = LESSONS.files().iter().map(|(_, text)| order(text)).collect();
    orders.sort_unstable();
    assert_eq!(orders, (1..=orders.len()).collect::<Vec<_>>());
}
