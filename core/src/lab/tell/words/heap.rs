//! Events of programs' heaps in words.

use super::{command_text, count, reply_text};
use crate::units::{HeapId, Pid, VirtAddr};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::heap::HeapInfo;
use crate::vocabulary::reply::Reply;

/// What happened in a heap; nothing for an event of something else.
pub(super) fn heap_event(event: &Event) -> String {
    match event {
        Event::Heaps { pid, before, after } => heaps(*pid, before.len(), after.len()),
        Event::Heap { pid, heap, before, after } => noted(*pid, *heap, before.as_deref(), after.as_deref()),
        Event::Block { addr, before, after, .. } => block(*addr, *before, *after),
        Event::Held { pages, held: true, .. } => format!("the heap has {} more of the kernel", count(*pages, "page")),
        Event::Held { pages, held: false, .. } => format!("the heap has {} less of the kernel", count(*pages, "page")),
        Event::Word { addr, access: Access::Read, value, what, .. } => {
            format!("the allocator reads {what} at {addr}: {}", number(*value))
        }
        Event::Word { addr, access: Access::Write, value, what, .. } => {
            format!("the allocator writes {what} at {addr}: {}", number(*value))
        }
        Event::SystemCall { call, reply, .. } => {
            let answer = match reply {
                Reply::Done => String::new(),
                reply => format!(" and is answered {}", reply_text(call, reply)),
            };
            format!("the allocator has called {}{answer}", command_text(call))
        }
        Event::Said { message, .. } => format!("the allocator prints: {}", message.text()),
        other => other.name().into(),
    }
}

fn heaps(pid: Pid, before: usize, after: usize) -> String {
    if after >= before {
        format!("process {pid} has its parent's {}, as its memory has them", count(after as u64, "heap"))
    } else {
        format!("the {} of process {pid} are gone with its memory", count(before as u64, "heap"))
    }
}

fn noted(pid: Pid, heap: HeapId, before: Option<&HeapInfo>, after: Option<&HeapInfo>) -> String {
    match (before, after) {
        (None, Some(info)) => format!("process {pid} gets {heap}, of the kind {}", info.settings.kind()),
        (Some(before), Some(after)) if before.list != after.list => {
            let list: Vec<String> = after.list.iter().take(8).map(|(at, bytes)| format!("[{at} {bytes}]")).collect();
            let more = if after.list.len() > list.len() { " …" } else { "" };
            format!("the list of {heap} is now {}{more}", if list.is_empty() { "empty".into() } else { list.join(" ") })
        }
        (Some(_), Some(after)) => {
            let stats = &after.stats;
            format!("{heap} of process {pid}: {} in use, {} held", count(stats.asked, "byte"), count(stats.held, "page"))
        }
        (_, None) => format!("{heap} of process {pid} is gone"),
    }
}

fn block(addr: VirtAddr, before: Option<u64>, after: Option<u64>) -> String {
    match (before, after) {
        (None, Some(bytes)) => format!("the block at {addr} is given, for {}", count(bytes, "byte")),
        (Some(before), Some(after)) => format!("the block at {addr} is for {}, not {before}", count(after, "byte")),
        (Some(bytes), None) => format!("the block at {addr}, of {}, is freed", count(bytes, "byte")),
        (None, None) => format!("there is no block at {addr}"),
    }
}

/// Small numbers as they are, addresses and bitmaps in hexadecimal.
fn number(value: u64) -> String {
    if value < 1 << 20 { value.to_string() } else { format!("{value:#x}") }
}
