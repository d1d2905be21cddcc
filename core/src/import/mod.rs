//! Real traces in: what real programs did to their memory becomes a recording that the machine replays.

pub mod malloc;
pub mod refs;
pub mod strace;
