//! From a path to the submission's bytes. A path comes from whoever hands in: what is no file of its own, a link above
//! all, is not read, since it might be the hidden test.

use pageturner::lab::recording::MAX_TEXT;
use pageturner::script::grade::Given;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Reads a submission.
pub fn read(path: &Path) -> Given {
    let named = |path: &Path, bytes| Given { name: path.display().to_string(), bytes };
    match file(path) {
        Ok(file) => named(&file, bytes(&file)),
        Err(why) => named(path, Err(why)),
    }
}

/// The file itself: of a folder the only script or recording that is in it.
fn file(path: &Path) -> Result<PathBuf, String> {
    // With a slash at its end the name of a link would be that of a folder.
    let path = &path.components().collect::<PathBuf>();
    let kind = fs::symlink_metadata(path).map_err(|error| error.to_string())?.file_type();
    if kind.is_file() {
        return Ok(path.to_path_buf());
    }
    if !kind.is_dir() {
        return Err("it is a link or a device: a submission is a file of its own".into());
    }
    let entries = fs::read_dir(path).map_err(|error| error.to_string())?;
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| candidate(&entry.ok()?)).collect();
    found.sort();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err("no script (.rhai) and no recording (.jsonl) is in it".into()),
        _ => {
            let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
            let names: Vec<String> = found.iter().filter_map(name).take(5).collect();
            Err(format!("hand in one script or recording; there are {}: {}", found.len(), names.join(", ")))
        }
    }
}

fn candidate(entry: &fs::DirEntry) -> Option<PathBuf> {
    let path = entry.path();
    let hidden = entry.file_name().to_string_lossy().starts_with('.');
    let named = path.extension().is_some_and(|is| is.eq_ignore_ascii_case("rhai") || is.eq_ignore_ascii_case("jsonl"));
    // Of a link this is the link's own kind.
    (named && !hidden && entry.file_type().ok()?.is_file()).then_some(path)
}

/// One byte more than the longest text that is accepted, so that a text that is too long is refused, not cut off.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_TEXT as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    Ok(bytes)
}
