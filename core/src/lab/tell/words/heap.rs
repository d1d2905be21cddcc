//! Events of programs' heaps in words.

use super::{command_text, count, reply_text};
use crate::units::{HeapId, Pid, VirtAddr};
use crate::vocabulary::command::Command;
use crate::vocabulary::heap::HeapInfo;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::reply::Reply;

/// A system call of the allocator, with its answer.
pub(super) fn system_call(call: &Command, reply: &Reply) -> String {
    let answer = match reply {
        Reply::Done => String::new(),
        reply => format!(" and is answered {}", reply_text(call, reply)),
    };
    format!("the allocator has called {}{answer}", command_text(call))
}

/// All heaps of a process come or go.
pub(super) fn all(pid: Pid, before: usize, after: usize) -> String {
    if pid == KERNEL {
        return "the kernel's heap is not made: there is no memory for it".into();
    }
    if after >= before {
        format!("process {pid} has its parent's {}, as its memory has them", count(after as u64, "heap"))
    } else {
        format!("the {} of process {pid} are gone with its memory", count(before as u64, "heap"))
    }
}

/// What is noted of a heap.
pub(super) fn noted(pid: Pid, heap: HeapId, before: Option<&HeapInfo>, after: Option<&HeapInfo>) -> String {
    let whose = if pid == KERNEL { "the kernel".into() } else { format!("process {pid}") };
    match (before, after) {
        (None, Some(info)) => format!("{whose} gets {heap}, of the kind {}", info.settings.kind()),
        (Some(before), Some(after)) if before.list != after.list => {
            let list: Vec<String> = after.list.iter().take(8).map(|(at, bytes)| format!("[{at} {bytes}]")).collect();
            let more = if after.list.len() > list.len() { " …" } else { "" };
            format!("the list of {heap} is now {}{more}", if list.is_empty() { "empty".into() } else { list.join(" ") })
        }
        (Some(_), Some(after)) => {
            let stats = &after.stats;
            format!("{heap} of {whose}: {} in use, {} held", count(stats.asked, "byte"), count(stats.held, "page"))
        }
        (_, None) => format!("{heap} of {whose} is gone"),
    }
}

/// A block is given or freed.
pub(super) fn block(addr: VirtAddr, before: Option<u64>, after: Option<u64>) -> String {
    match (before, after) {
        (None, Some(bytes)) => format!("the block at {addr} is given, for {}", count(bytes, "byte")),
        (Some(before), Some(after)) => format!("the block at {addr} is for {}, not {before}", count(after, "byte")),
        (Some(bytes), None) => format!("the block at {addr}, of {}, is freed", count(bytes, "byte")),
        (None, None) => format!("there is no block at {addr}"),
    }
}

/// Small numbers as they are, addresses and bitmaps in hexadecimal.
pub(super) fn number(value: u64) -> String {
    if value < 1 << 20 { value.to_string() } else { format!("{value:#x}") }
}
