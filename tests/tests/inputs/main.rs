//! What the program reads, and what becomes of it: scripts and console lines, recordings, logs of strace, machines to
//! compare with. `cargo test -p pageturner-tests --test inputs script::what_if` runs some of them.

mod compare;
mod malloc;
mod pte;
mod recording;
mod references;
mod script;
mod strace;
mod sweep;
mod tables;
mod words;
