//! The calls of a log that the import understands, and their kinds.

/// Calls that change memory: if one of them cannot be read, the machine differs from the program.
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

/// Calls that make children.
pub const BIRTHS: [&str; 5] = ["clone", "clone2", "clone3", "fork", "vfork"];

/// Calls that end a thread or a process; `_exit` is strace 4's name of `exit`.
pub const EXITS: [&str; 3] = ["exit", "_exit", "exit_group"];

/// Calls about files: they give areas their names, and read maps texts.
const FILES: [&str; 9] = ["open", "openat", "openat2", "creat", "close", "dup", "dup2", "dup3", "read"];

/// Whether the import understands a call that makes no child.
pub fn is_used(name: &str) -> bool {
    CHANGES.contains(&name) || is_exit(name) || is_about_files(name)
}

/// Whether a call changes memory, or makes a child with its own memory.
pub fn changes_memory(name: &str) -> bool {
    CHANGES.contains(&name) || bears(name)
}

/// Whether a call makes a child.
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

/// Whether a name is no call of Linux, but its end is one: `Helloexit_group(0) = ?`.
pub fn runs_into(name: &str) -> bool {
    let ends_with = |names: &[&str]| names.iter().any(|end| name.ends_with(end));
    !is_used(name) && !bears(name) && (ends_with(&CHANGES) || ends_with(&BIRTHS) || ends_with(&EXITS))
}
