//! What the kernel asks for while it starts, beside the page cache's hash table: the other users of large areas that
//! the mail of 2001 names.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// At most this many requests at boot.
pub const MAX_BOOT: usize = 16;

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, VariantArray, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BootUser {
    /// The use counts of swap slots, 2 bytes each in Linux 2.4.
    SwapMap,
    BufferHash,
    InodeHash,
    DentryHash,
    TcpHash,
    /// A module's code and data.
    Module,
}

/// One request at boot: a run of `pages` frames, or else as many single frames by `vmalloc`. It stays for good.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootRequest {
    pub user: BootUser,
    /// From 1.
    pub pages: u32,
}

/// Checks the limits of what is asked for at boot, of a memory of `frames`.
pub(super) fn validate(requests: &[BootRequest], hash_pages: u32, frames: u32) -> Result<(), Refusal> {
    if requests.len() > MAX_BOOT {
        return refuse(format!("boot: {} requests, over {MAX_BOOT}", requests.len()), "use fewer");
    }
    if let Some(request) = requests.iter().find(|request| request.pages == 0) {
        return refuse(
            format!("boot: `{}` asks for 0 pages", <&str>::from(request.user)),
            "1 or more, or leave it out",
        );
    }
    let asked = u64::from(hash_pages) + requests.iter().map(|request| u64::from(request.pages)).sum::<u64>();
    if asked > u64::from(frames / 2) {
        return refuse(format!("boot and hash_pages: {asked} pages together, over half of memory"), "use fewer");
    }
    Ok(())
}
