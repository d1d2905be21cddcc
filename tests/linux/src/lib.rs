//! The model held against the running Linux kernel: the same calls on both, everything that can be seen compared after
//! every call.
//!
//! ```text
//!  generate ---- Command ----+---> Session (the model) ----> view ------------------+
//!                            |                                                      |
//!                            +---> Kernel ---> puppet: the call, on itself          +--> Seen = Seen ?
//!                                    |                                              |
//!                                    +---> /proc/PID/maps, pagemap, kpagecount -----+
//! ```
//! `docs/linux.md` says what is compared, what is not, and why. Nothing here but the puppet is unsafe, and all but
//! [`kernel`] is for every host: recorded runs are checked in wasm, too.

pub mod comparable;
pub mod generate;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod kernel;
pub mod model;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod run;
pub mod seen;
pub mod stored;
