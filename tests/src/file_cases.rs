//! File cases: each file of a folder is a test of its own, named by its path and run in parallel with the others. What
//! a case gives is compared with the text file beside it; `UPDATE_EXPECT=1` writes that file instead, as `expect-test`
//! does.

use libtest_mimic::{Failed, Trial};
use similar::TextDiff;
use std::path::{Path, PathBuf};

/// Folders with file cases: one here, or one of the page's.
#[derive(Clone, Copy, Debug)]
pub struct Folder {
    /// From this crate's folder.
    pub path: &'static str,
    /// What the names of its tests begin with.
    pub name: &'static str,
    /// How the files end that are cases.
    pub extension: &'static str,
}

impl Folder {
    /// One test a file: what `give` makes of the file's text must be the text beside it, whose name ends with `.txt`.
    pub fn compared(self, give: fn(&Path, &str) -> String) -> Vec<Trial> {
        self.each(move |name, path, text| compare(name, &path.with_extension("txt"), &give(path, text)))
    }

    /// One test a file, which passes if `check` does not panic.
    pub fn checked(self, check: fn(&str)) -> Vec<Trial> {
        self.each(move |_, _, text| {
            check(text);
            Ok(())
        })
    }

    /// Every case with its text, in the order of their paths; those in folders below, too.
    pub fn files(self) -> Vec<(PathBuf, String)> {
        let mut paths = Vec::new();
        collect(&self.root(), self.extension, &mut paths);
        assert!(!paths.is_empty(), "{} has cases", self.root().display());
        paths.sort();
        paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
    }

    fn each(self, run: impl Fn(&str, &Path, &str) -> Result<(), Failed> + Copy + Send + 'static) -> Vec<Trial> {
        let trial = |(path, text): (PathBuf, String)| {
            let below = path.strip_prefix(self.root()).expect("a file of the folder").display();
            let name = format!("{}/{below}", self.name);
            Trial::test(name.clone(), move || run(&name, &path, &text))
        };
        self.files().into_iter().map(trial).collect()
    }

    fn root(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.path)
    }
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder's entry").path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn compare(name: &str, file: &Path, given: &str) -> Result<(), Failed> {
    // A new case has no expectation yet.
    let expected = if file.exists() { read(file).replace("\r\n", "\n") } else { String::new() };
    if expected == given {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return Ok(std::fs::write(file, given)?);
    }
    let diff = TextDiff::from_lines(expected.as_str(), given);
    let diff = diff.unified_diff().header("expected", "given").to_string();
    Err(format!(
        "{} is not what the case gives:\n\n{diff}\n\
         If the case is right, this writes its expectation anew:\n    \
         UPDATE_EXPECT=1 cargo test -p pageturner-tests --test cases {name}",
        file.display()
    )
    .into())
}
