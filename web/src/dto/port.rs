//! Ports and the messages that wait at them.

use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A message that waits.
    struct MessageDto {
        /// The pid of its sender.
        from: u32,
        /// Its header, as text in quotes or as bytes; empty if it has none.
        header: String,
        /// Bytes of the message in its segment.
        bytes: u64,
        by: &'static str,
        /// The first frame of the segment; null: only a header.
        segment: Option<u32>,
        /// Pages of the segment.
        pages: u32,
    }

    struct PortDto {
        port: u32,
        /// The pid of the process that receives from it.
        owner: u32,
        /// The frame of its queue.
        frame: u32,
        /// How many messages the queue has room for.
        places: u32,
        /// The place of the oldest message in the ring.
        head: u32,
        /// Oldest first.
        messages: Vec<MessageDto>,
    }
}
