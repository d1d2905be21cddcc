//! Which calls of a log the import understands, and which of them matter.

/// Calls that change memory: one of them that can't be read makes the machine another.
pub const CHANGES: [&str; 16] = [
    "mmap",
    "mmap2",
    "old_mmap",
    "munmap",
    "mprotect",
    "pkey_mprotect",
    "mremap",
    "brk",
    "madvise",
    "mlock",
    "mlock2",
    "munlock",
    "mlockall",
    "munlockall",
    "execve",
    "execveat",
];

/// Calls that bear children.
pub const BIRTHS: [&str; 5] = ["clone", "clone2", "clone3", "fork", "vfork"];

/// Calls that end a thread or a process; `_exit` is what strace 4 calls the first.
pub const EXITS: [&str; 3] = ["exit", "_exit", "exit_group"];

/// Calls about files: what an area is called, and the maps texts that programs read.
const FILES: [&str; 9] = ["open", "openat", "openat2", "creat", "close", "dup", "dup2", "dup3", "read"];

/// Whether the import understands a call, and it bears no children.
pub fn is_used(name: &str) -> bool {
    CHANGES.contains(&name) || is_exit(name) || is_about_files(name)
}

/// Whether a call changes memory, or bears a child with a memory of its own.
pub fn changes_memory(name: &str) -> bool {
    CHANGES.contains(&name) || bears(name)
}

/// Whether a call bears a child.
pub fn bears(name: &str) -> bool {
    BIRTHS.contains(&name)
}

/// Whether a call ends its thread or process.
pub fn is_exit(name: &str) -> bool {
    EXITS.contains(&name)
}

/// Whether a call is about descriptors and has nothing to do with memory.
pub fn is_about_files(name: &str) -> bool {
    FILES.contains(&name)
}

/// A name that no call of Linux has, but the end of which is one: `Helloexit_group(0) = ?`.
pub fn runs_into(name: &str) -> bool {
    let ends_with = |names: &[&str]| names.iter().any(|end| name.ends_with(end));
    !is_used(name) && !bears(name) && (ends_with(&CHANGES) || ends_with(&BIRTHS) || ends_with(&EXITS))
}
