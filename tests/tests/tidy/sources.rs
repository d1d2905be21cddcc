//! The Rust sources of the project, read and parsed.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// The path from the project's root, with `/`.
    pub path: String,
    pub text: String,
    pub syntax: syn::File,
}

impl Source {
    /// Every Rust file below these folders of the project.
    ///
    /// # Panics
    /// If a file cannot be read or is no Rust.
    pub fn below(folders: &[&str]) -> Vec<Source> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project");
        let mut files = Vec::new();
        for folder in folders {
            collect(&root.join(folder), &mut files);
        }
        files.sort();
        files.iter().map(|file| Source::read(root, file)).collect()
    }

    fn read(root: &Path, file: &Path) -> Source {
        let text = fs::read_to_string(file).expect("a readable file");
        let path = file.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
        let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        Source { path, text, syntax }
    }

    /// `core/src/mm/fault/mod.rs:12: what`; lines count from 1.
    pub fn at_line(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
