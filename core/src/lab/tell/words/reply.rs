//! Replies, errors and bytes in words.

use crate::vocabulary::command::Command;
use crate::vocabulary::reply::{Errno, Reply, Signal};

/// What a command answered; empty if there is nothing to say.
pub fn reply_text(command: &Command, reply: &Reply) -> String {
    match reply {
        Reply::Done => String::new(),
        Reply::Pid(pid) => format!("pid {pid}"),
        Reply::Addr(addr) => addr.to_string(),
        Reply::Bytes(bytes) => bytes_text(bytes),
        Reply::Run(first) => format!("frame {}", first.0),
        Reply::Count(n) => {
            let thing = if matches!(command, Command::Pwrite(_)) { "byte" } else { "frame" };
            super::count(u64::from(*n), thing)
        }
        Reply::Failed(errno) => format!("{errno:?}"),
        Reply::Signal(signal) => format!("{signal:?}"),
        Reply::Heap(heap) => heap.to_string(),
        Reply::Port(port) => port.to_string(),
        Reply::Message(message) => super::port::received(message),
        Reply::Warned(message) => format!("it prints: {}", message.text()),
    }
}

/// Bytes as text where they are readable, else in hexadecimal; at most 32 of them. Trailing zeroes of a text are left
/// out.
pub fn bytes_text(bytes: &[u8]) -> String {
    const MOST: usize = 32;
    let dots = if bytes.len() > MOST { "…" } else { "" };
    let trimmed = &bytes[..bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1)];
    if !trimmed.is_empty() && trimmed.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
        let dots = if trimmed.len() > MOST { "…" } else { "" };
        let shown = String::from_utf8_lossy(&trimmed[..trimmed.len().min(MOST)]).into_owned();
        return format!("{shown:?}{dots}");
    }
    if let Some(byte) = bytes.first().filter(|first| bytes.len() > 1 && bytes.iter().all(|b| b == *first)) {
        return format!("{} times {byte:02x}", bytes.len());
    }
    let pairs: Vec<String> = bytes.iter().take(MOST).map(|b| format!("{b:02x}")).collect();
    pairs.join(" ") + dots
}

/// What an errno means, in a few words.
pub fn errno_meaning(errno: Errno) -> &'static str {
    match errno {
        Errno::EAGAIN => "a limit is reached for now",
        Errno::EEXIST => "something is mapped there already",
        Errno::EFAULT => "nothing is mapped there",
        Errno::EINVAL => "an argument makes no sense, such as an address that is not at a page's start",
        Errno::ENOMEM => "no room, or a part of the range is not mapped",
        Errno::EACCES => "not allowed",
        Errno::ENOSPC => "no space left",
        Errno::EPERM => "nobody may do that",
        Errno::EMSGSIZE => {
            "the message is too long: a header has 128 bytes at most, and no more than the segment is sent"
        }
        Errno::EPIPE => "the process that received from this port has ended",
        Errno::EOVERFLOW => "beyond the largest offset of a file",
    }
}

/// What a signal means, in a few words.
pub fn signal_meaning(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGSEGV => "an access to an address that is not mapped, or not so",
        Signal::SIGBUS => "an access to a page that has nothing behind it",
        Signal::SIGKILL => "ended by the OOM killer",
        Signal::SIGABRT => "its allocator found a bad pointer or damage, and aborted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_as_what_they_look_like() {
        assert_eq!(bytes_text(b"hello\0\0\0"), "\"hello\"");
        assert_eq!(bytes_text(&[0; 4096]), "4096 times 00");
        assert_eq!(bytes_text(&[1, 2, 255]), "01 02 ff");
        assert_eq!(bytes_text(&[7]), "07");
        assert_eq!(bytes_text(&[200; 40]), "40 times c8");
        assert_eq!(bytes_text(b"0123456789012345678901234567890123456789"), "\"01234567890123456789012345678901\"…");
        assert_eq!(bytes_text(&[]), "");
    }
}
