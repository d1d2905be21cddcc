//! The machine in words: commands and replies as text of the script language, events as sentences for a student.
//!
//! Every surface that shows a step (page, command line, transcripts of tests) takes its words from here.

use crate::units::Pid;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::prot::Prot;

mod command;
mod event;
mod frames;
mod heap;
mod owners;
mod plain;
mod port;
mod question;
mod rank;
mod reader;
mod reply;
mod runs;

pub use command::{ADVICE, FLAGS, advice_name, command_source, command_text, flag_name, step_source, step_text};
pub use event::event_text;
pub use owners::vma_flag_names;
pub use plain::plain;
pub use reply::{bytes_text, errno_meaning, reply_text, signal_meaning};
pub use runs::lack_text;

/// `1 page`, `2 pages`.
pub fn count(n: u64, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        _ => format!("{n} {thing}s"),
    }
}

/// `process 5`, or `the kernel`.
fn who(pid: Pid) -> String {
    if pid == KERNEL { "the kernel".into() } else { format!("process {pid}") }
}

/// The parts that apply, as one sentence about `who`.
fn changes(who: &str, parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    match parts.as_slice() {
        [] => format!("{who} stays as it is"),
        [one] => format!("{who} {one}"),
        [most @ .., last] => format!("{who} {} and {last}", most.join(", ")),
    }
}

fn prot_name(prot: Prot) -> String {
    let letters = prot.to_string().replace('-', "");
    if letters.is_empty() { "none".into() } else { letters }
}
