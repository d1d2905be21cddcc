//! The heap that stands in for every heap a program makes: for the same requests on another allocator.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// The field `heap` of a configuration: which allocator a program's heap gets, whichever it asks for. A list over
/// addresses of its own, `freelist`, is never replaced: it is no memory.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum StandIn {
    /// The one that it asks for.
    #[default]
    AsAsked,
    /// phkmalloc, with the directory that is asked for; the next ones with another, by its name.
    Phk,
    PhkHysteresis,
    PhkDoubling,
    PhkReserved,
    PhkMremap,
    PhkLinked,
    Kr,
    Dl,
    MmapDirect,
}

impl StandIn {
    /// Whether nothing stands in.
    pub fn is_none(&self) -> bool {
        *self == StandIn::AsAsked
    }
}
