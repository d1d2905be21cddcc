//! Every term that a lesson uses is in the glossary, and every term of the glossary is used in a lesson.

use libtest_mimic::Trial;
use pageturner_tests::file_cases::Folder;
use std::collections::{BTreeMap, BTreeSet};

const GLOSSARY: &str = include_str!("../../../www/glossary.json");
const LESSONS: Folder = Folder { path: "../www/lessons", name: "lessons", extension: "rhai" };
/// Written in capitals, and no term: units, a protocol, the script language's constants.
const NO_TERMS: [&str; 7] = ["KB", "MB", "GB", "TCP", "PAGE", "FRAMES", "PARENT"];

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("glossary: the terms of the lessons, and no others", || {
        holds_the_terms_of_the_lessons();
        Ok(())
    })]
}

fn holds_the_terms_of_the_lessons() {
    let glossary: BTreeMap<String, String> = serde_json::from_str(GLOSSARY).expect("an object of texts");
    let mut unused: BTreeSet<&str> = glossary.keys().map(String::as_str).collect();
    let mut missing = BTreeSet::new();
    for (_, said) in LESSONS.files() {
        unused.retain(|term| !said.to_lowercase().contains(&term.to_lowercase()));
        let words = said.split(|c: char| !c.is_alphanumeric() && c != '_');
        let acronyms = words.filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        let known = |word: &str| glossary.contains_key(word.trim_end_matches('s')) || NO_TERMS.contains(&word);
        missing.extend(acronyms.filter(|word| !known(word)).map(str::to_string));
    }
    assert_eq!((missing, unused), (BTreeSet::new(), BTreeSet::new()), "(not in the glossary, in no lesson)");
}
