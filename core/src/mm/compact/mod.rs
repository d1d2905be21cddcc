//! Making room in one piece: moving pages by the reverse map, clearing windows, sliding runs together.

pub mod contig;
pub mod migrate;
pub mod neighbours;
pub mod slide;
