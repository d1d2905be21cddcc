//! What an allocator prints when it is given a pointer that it cannot have given, or finds its bookkeeping damaged.
//!
//! Sources: FreeBSD `lib/libc/stdlib/malloc.c` 1.43 (phkmalloc), glibc 2.x `malloc/malloc.c` and Linux 2.0
//! `mm/kmalloc.c`, whose words these are.

use serde::{Deserialize, Serialize};

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// A message of an allocator.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum HeapMessage {
            $($(#[$doc])* $name,)*
        }
        impl HeapMessage {
            /// The words printed, without the allocator's name.
            pub fn text(self) -> &'static str {
                match self {
                    $(HeapMessage::$name => $text,)*
                }
            }
        }
    };
}

messages! {
    NeverCalled = "malloc() has never been called",
    TooLow = "junk pointer, too low to make sense",
    TooHigh = "junk pointer, too high to make sense",
    PageModified = "modified (page-) pointer",
    ChunkModified = "modified (chunk-) pointer",
    WrongPage = "freed wrong page",
    PageFreed = "page is already free",
    ChunkFreed = "chunk is already free",
    FreeListDestroyed = "freelist is destroyed",
    OutOfMemory = "out of memory",
    InvalidPointer = "free(): invalid pointer",
    InvalidSize = "free(): invalid size",
    DoubleFreeTop = "double free or corruption (top)",
    DoubleFreeOut = "double free or corruption (out)",
    DoubleFreePrev = "double free or corruption (!prev)",
    CorruptedSize = "corrupted size vs. prev_size",
    CorruptedLinks = "corrupted double-linked list",
    CorruptedTop = "malloc(): corrupted top size",
    InvalidRealloc = "realloc(): invalid pointer",
    InvalidMunmap = "munmap_chunk(): invalid pointer",
    NotKmalloced = "kfree of non-kmalloced memory",
    TooLarge = "kmalloc of too large a block",
    /// Not printed by any allocator: the model's word for a list without an end, at which the program would hang.
    Endless = "the bookkeeping is damaged: the allocator would run round its list for ever",
}
