//! Which file a descriptor is, for logs without strace's `-y`.

use std::collections::BTreeMap;

/// Descriptors above this are not followed, since a table is copied at every fork.
const MOST: u64 = 1024;

/// The descriptors of one process.
#[derive(Clone, Debug, Default)]
pub struct Files {
    open: BTreeMap<u64, File>,
}

#[derive(Clone, Debug)]
struct File {
    path: String,
    closed_by_exec: bool,
}

impl Files {
    /// The number of open descriptors.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    /// Notes a descriptor that a call answered.
    pub fn open(&mut self, descriptor: u64, path: String, closed_by_exec: bool) {
        if descriptor < MOST {
            self.open.insert(descriptor, File { path, closed_by_exec });
        }
    }

    /// Marks the descriptor free.
    pub fn close(&mut self, descriptor: u64) {
        self.open.remove(&descriptor);
    }

    /// `dup2`: `to` becomes what `from` is; closed at exec only if asked for anew.
    pub fn dup(&mut self, from: u64, to: u64) {
        match self.open.get(&from).map(|file| file.path.clone()) {
            Some(path) => self.open(to, path, false),
            None => self.close(to),
        }
    }

    /// `execve`: closes the descriptors opened with `O_CLOEXEC`.
    pub fn exec(&mut self) {
        self.open.retain(|_, file| !file.closed_by_exec);
    }

    /// The path that a descriptor was opened with; `None` if its opening was not in the log.
    pub fn path(&self, descriptor: u64) -> Option<&str> {
        self.open.get(&descriptor).map(|file| file.path.as_str())
    }

    /// The file's path, or its number where nothing says the path.
    pub fn name(&self, descriptor: u64) -> String {
        self.path(descriptor).map_or_else(|| format!("fd {descriptor}"), str::to_string)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a fork copies is limited by it.
    #[test]
    fn descriptors_are_counted_while_they_are_open() {
        let mut files = Files::default();
        assert_eq!(files.count(), 0);
        files.open(3, "a".into(), true);
        files.open(4, "b".into(), false);
        files.dup(3, 5);
        files.open(MOST, "too high to be followed".into(), false);
        assert_eq!(files.count(), 3);
        files.dup(99, 4);
        assert_eq!((files.count(), files.path(4)), (2, None), "4 is what 99 was, which is not known");
        files.exec();
        assert_eq!((files.count(), files.path(3), files.path(5)), (1, None, Some("a")));
        files.close(5);
        assert_eq!(files.count(), 0);
    }
}
