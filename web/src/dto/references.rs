//! Replacement as it is drawn on paper: references, and what every frame holds after each.

use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A reference to a page: a column.
    struct ReferenceDto {
        /// The state after it, as a number for `seek`.
        step: u32,
        vpn: u64,
        /// The page's name in the picture.
        page: String,
        writes: bool,
        /// null: it is yet to come.
        hit: Option<bool>,
        /// The pages that went meanwhile.
        victims: Vec<String>,
        /// The row of the frame where the page is then.
        row: Option<u32>,
    }

    /// A frame: a row.
    struct FrameRowDto {
        frame: u32,
        /// The names of the pages that it held: before the first reference, and after each that has been made or begun.
        pages: Vec<Option<String>>,
    }

    struct ReferencesDto {
        pid: u32,
        /// All that the process has made up to the cursor, and how many of them missed.
        references: u32,
        misses: u32,
        columns: Vec<ReferenceDto>,
        /// The last column that has been made or begun.
        current: u32,
        rows: Vec<FrameRowDto>,
        /// Frames that are left out, since others were used after them.
        more_rows: u32,
        /// The VMAs with pages in the picture, what the names of their pages begin with and their own; none if all
        /// pages are of one.
        areas: Vec<(String, String)>,
    }
}
