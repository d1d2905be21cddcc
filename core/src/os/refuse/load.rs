//! Memories that cannot be loaded: too many frames, bytes that are none, tables that are none.

use super::MAX_BYTES;
use crate::mm::table::load::Given;
use crate::os::machine::Machine;
use crate::refusal::{Check, refuse};
use crate::vocabulary::command::LoadTables;

/// Checks `load_tables`.
pub(super) fn tables(machine: &Machine, LoadTables { pages, pdbr, .. }: &LoadTables) -> Check {
    let (frames, given) = (machine.config.frames, pages.len());
    if given > frames as usize {
        let what = format!("load_tables: {given} pages are more than the machine has frames, {frames}");
        return refuse(what, "give one string of hexadecimal digits for each frame");
    }
    let bytes = pages.iter().filter(|page| !page.is_empty()).count() as u64 * machine.mm.geometry().page_size();
    if bytes > MAX_BYTES {
        return refuse(
            format!("load_tables: {bytes} bytes are over {MAX_BYTES}"),
            "leave out frames that are not used",
        );
    }
    Given::read(&machine.mm, pages, *pdbr).map(drop)
}
