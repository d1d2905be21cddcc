//! Settings of a configuration, and the legend.

use super::SettingKind;
use crate::map::{Group, Pattern};
use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A field of a configuration: `choices` are its allowed names, `fields` those of an object.
    struct SettingDto {
        name: String,
        kind: SettingKind,
        #[tsify(type = "unknown")]
        default: serde_json::Value,
        choices: Vec<String>,
        fields: Vec<SettingDto>,
    }

    /// A mark of the map or of the pages' cells.
    struct LegendDto {
        name: &'static str,
        group: Group,
        label: &'static str,
        /// The meaning in a sentence.
        meaning: &'static str,
        /// The colour of a use, for style sheets: `#rrggbb`; and the colour of text that can be read on it.
        color: Option<String>,
        ink: Option<String>,
        pattern: Option<Pattern>,
        /// The shape of a sign inside a cell: five rows of five bits, the highest at the left.
        shape: Option<[u8; 5]>,
    }
}
