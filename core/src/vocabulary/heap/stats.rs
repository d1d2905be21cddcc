//! What is counted of a heap.

use serde::Serialize;

macro_rules! stats {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counters of one heap since it was made, and a few figures of the last call.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize)]
        #[cfg_attr(feature = "page", derive(tsify::Tsify))]
        pub struct HeapStats {
            $($(#[$doc])* pub $name: u64,)*
        }
        impl HeapStats {
            /// All of them by name.
            pub fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name)),*].into_iter()
            }
        }
    };
}

stats! {
    /// Calls of `malloc`, `calloc` and `realloc`.
    requests,
    /// Calls of `free`.
    frees,
    /// Requests of at most 1 KiB.
    small,
    /// Requests that were not served.
    failed,
    /// Free blocks, free runs or list elements that the last call examined, and all calls together.
    searched,
    searched_in_all,
    /// Different pages that the last call read or wrote, for the heap's bookkeeping, and those of all calls added up.
    touched,
    touched_in_all,
    /// Free neighbours that were joined to one block.
    joined,
    /// Runs of pages that the kernel's heap took of the frame allocator, and gave back.
    runs_taken,
    runs_returned,
    /// System calls that the heap made, and those of the last call.
    system_calls,
    last_system_calls,
    /// Words read and written for the heap's bookkeeping.
    loads,
    stores,
    /// Times that the page directory was made anew, bytes copied for that, and the most bytes copied at one time.
    rebuilds,
    bytes_copied,
    longest_stall,
    /// Bytes of blocks that `realloc` moved.
    bytes_moved,
    /// Messages that the heap printed.
    warnings,
    /// Bytes asked for and in use now, and the most at any time.
    asked,
    peak_asked,
    /// Pages that the heap has of the kernel, and the most at any time.
    held,
    peak_held,
    /// Bytes in use, and pages held, added up whenever a block is given or freed: what part of its memory a heap uses
    /// over time.
    asked_over_time,
    held_over_time,
}
