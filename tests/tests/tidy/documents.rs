//! What documents name exists: a path in back-ticks, or a link to a file, leads somewhere.

use crate::none;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn paths_in_documents_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project");
    let mut found = Vec::new();
    for file in documents(root) {
        let text = fs::read_to_string(&file).expect("a readable file");
        let name = file.strip_prefix(root).expect("below the root").display();
        let folder = file.parent().expect("a folder");
        for (n, line) in text.lines().enumerate() {
            let quoted = line.split('`').skip(1).step_by(2).filter(|word| is_path(word)).map(|word| root.join(word));
            let linked = links(line).map(|target| folder.join(target));
            for path in quoted.chain(linked).filter(|path| !path.exists()) {
                found.push(format!("{name}:{}: {} is not there", n + 1, path.display()));
            }
        }
    }
    none("documents name files that exist", &found);
}

fn documents(root: &Path) -> Vec<PathBuf> {
    let of = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a readable folder");
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.extension().is_some_and(|e| e == "md"))
    };
    of(root).chain(of(&root.join("docs"))).collect()
}

/// Paths that building, fuzzing and packing create.
const MADE: [&str; 4] = ["www/dist", "www/pkg", "fuzz/artifacts", "fuzz/corpus"];

/// A path from the project's root, without wildcards or parts to be filled in.
fn is_path(word: &str) -> bool {
    let begins = ["core/", "web/", "www/", "tests/", "docs/", "scripts/", "fuzz/"];
    begins.iter().any(|begin| word.starts_with(begin))
        && !MADE.iter().any(|made| word.starts_with(made))
        && word.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c))
        && !word.contains("NAME")
}

/// The targets of a line's links to files.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter_map(|target| target.split('#').next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}
