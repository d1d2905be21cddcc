//! How an address is translated: the TLB, else the tables, read by the MMU entry by entry. What the page draws of it.

mod access;
mod edge;
mod tables;
mod tlb;

pub use access::access;
pub use tlb::{change, tlb};

use crate::dto::TranslationDto;
use crate::inspect::address_fields;
use crate::spaces::address;
use pageturner::lab::time::view::View;
use pageturner::units::{Pid, Vpn};

/// The way to a page of a process; `None` where there is no such process, or it cannot have such a page.
pub fn translation(view: &View, pid: Pid, vpn: Vpn) -> Option<TranslationDto> {
    let geometry = view.geometry();
    if view.process(pid).is_none() || vpn.0 >= geometry.user_pages {
        return None;
    }
    Some(TranslationDto {
        pid: pid.0,
        vpn: vpn.0,
        addr: address(view, vpn),
        address: address_fields(geometry, vpn),
        tables: tables::tables(view, pid, vpn),
    })
}
