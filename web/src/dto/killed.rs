//! Processes that were ended by a signal.

use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A VMA beside a bad address: how many pages lie between the two.
    struct NearDto { name: String, perms: String, start_addr: String, end_addr: String, pages: f64 }

    /// A process ended by a signal, told as its user would hear of it.
    struct KilledDto {
        pid: u32,
        name: String,
        /// The command in which it was, counted from 0.
        step: u32,
        signal: String,
        /// As a shell reports it: *Segmentation fault*.
        headline: String,
        /// The access, and why it could not be served; in C's terms what is wrong in the program.
        story: String,
        in_c: String,
        /// The address; `None` where it is not the cause.
        addr: Option<String>,
        /// The VMA that holds the address, or those below and above it.
        holds: Option<NearDto>,
        below: Option<NearDto>,
        above: Option<NearDto>,
        /// Pages that stay free below the stack above the address.
        guard: Option<u32>,
    }
}
