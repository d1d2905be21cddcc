//! The lessons that come with the page: each runs to its end, every claim in it holds, and the machine is sound. The page's
//! own walk through them is in `e2e/lessons.test.mjs`.

use pageturner::lab::compare::{changed, labels, named_partners};
use pageturner::script::{Limits, header, run_script, title};
use pageturner::vocabulary::command::{Command, Expect};
use std::path::Path;

#[test]
fn every_claim_of_every_lesson_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/lessons");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the lessons' folder").map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 5, "the lessons are found");
    let mut orders = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(&file).expect("a readable script");
        assert_eq!(title(&source).as_deref(), header(&source, "title"), "{name} has a title");
        assert!(title(&source).is_some(), "{name} has a title");
        orders.push(header(&source, "order").expect("an order").parse::<u32>().expect("a number"));
        let outcome = run_script(&source, &Limits::default(), |_| true);
        assert_eq!(outcome.error.map(|error| error.to_string()), None, "{name}");
        let session = outcome.session.expect("a lesson has a machine");
        let claims = |held: bool| {
            session
                .steps()
                .iter()
                .filter(move |s| matches!(&s.command, Command::Expect(Expect { held: h, .. }) if *h == held))
        };
        let failed: Vec<_> = claims(false).map(|step| &step.command).collect();
        assert!(failed.is_empty(), "{name}: {failed:?}");
        assert!(claims(true).count() >= 3, "{name} claims something");
        assert!(session.steps().iter().any(|s| matches!(s.command, Command::Ask(_))), "{name} asks for a prediction");
        assert_eq!(session.check(), Vec::<String>::new(), "{name}");
        let partners = named_partners(&source).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        for (changes, label) in partners.iter().zip(&labels(session.config(), &partners)[1..]) {
            let other = changed(session.config(), changes).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
            assert_ne!(other, *session.config(), "{name}: {label} is its own machine");
        }
    }
    orders.sort_unstable();
    orders.dedup();
    assert_eq!(orders.len(), orders.last().map_or(0, |last| *last as usize), "each lesson has its place");
}
