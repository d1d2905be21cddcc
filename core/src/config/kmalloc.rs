//! Settings of the kernel's allocator of small objects, behind `kmalloc`.

use crate::hw::geometry::Geometry;
use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

/// Pages that a page array is asked to have at most.
pub const MAX_ARRAY: u32 = 256;

/// Which allocator serves `kmalloc`.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum KmallocKind {
    /// Page arrays of paragraphs of 16 bytes: the mail of 1996.
    #[default]
    Paragraph,
    /// Linux 2.0: buckets, a header before each block.
    #[serde(rename = "linux_2_0")]
    Linux20,
    /// 4.3BSD: powers of two, the size known for each page.
    MckusickKarels,
    /// Bonwick's slabs, as Linux 2.4 has them.
    Slab,
    /// System V Release 4's lazy buddy.
    Svr4,
}

/// How free paragraphs are found.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Debug,
    Default,
    Serialize,
    Deserialize,
    VariantArray,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ParagraphFit {
    /// A queue of free blocks for each length, and a longer one cut if there is none.
    #[default]
    Queues,
    /// The first that are free in an array's bitmap; neighbours join by themselves.
    Bitmap,
}

/// The field `kmalloc` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KmallocConfig {
    pub kind: KmallocKind,
    /// Used by `paragraph` only.
    pub fit: ParagraphFit,
    /// Used by `paragraph` with `queues` only: when no free block is long enough, neighbours are joined before a new
    /// page array is taken.
    pub coalesce: bool,
    /// Used by `paragraph` only: pages that a new page array has at least.
    pub array: u32,
    /// Used by `slab` only: the first object of each slab lies a cache line further than that of the slab before.
    pub colouring: bool,
    /// Used by `slab` only: a slab that has become empty goes back at once, and not only when it is missed.
    pub reap: bool,
}

impl Default for KmallocConfig {
    fn default() -> KmallocConfig {
        KmallocConfig {
            kind: KmallocKind::default(),
            fit: ParagraphFit::default(),
            coalesce: false,
            array: 1,
            colouring: true,
            reap: false,
        }
    }
}

impl KmallocConfig {
    /// Whether nothing is set.
    pub fn is_default(&self) -> bool {
        *self == KmallocConfig::default()
    }

    /// # Errors
    /// The first broken limit.
    pub(super) fn validate(&self, frames: u32, geometry: &Geometry) -> Result<(), Refusal> {
        if !(1..=MAX_ARRAY).contains(&self.array) {
            let what = format!("kmalloc.array: {} is outside 1 to {MAX_ARRAY} pages", self.array);
            return refuse(what, "1 is usual");
        }
        if self.kind == KmallocKind::Linux20 && u64::from(frames) * geometry.page_size() > 1 << 32 {
            let what = format!("kmalloc.kind: linux_2_0 has pointers of 4 bytes, and {frames} frames are over 4 GiB");
            return refuse(what, "use fewer frames, or \"paragraph\", \"mckusick_karels\", \"slab\" or \"svr4\"");
        }
        Ok(())
    }
}
