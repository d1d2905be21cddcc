//! Changes of frames, entries, swap slots and the TLB, in words.

use super::owners::object_name;
use super::{changes, count, who};
use crate::hw::disk::Slot;
use crate::hw::pte::{Pte, RawPte, is_large};
use crate::hw::ram::Contents;
use crate::hw::tlb::TlbEntry;
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid, SwapSlot, Vpn};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};

pub(super) fn zone_name(view: &View, zone: u8) -> String {
    view.config
        .effective_zones()
        .get(usize::from(zone))
        .map(|zone| zone.name.clone())
        .unwrap_or_else(|| zone.to_string())
}

/// Whether the index of a frame means something.
fn is_owned_or_table(frame: &Frame) -> bool {
    frame.mapping != Owner::None || matches!(frame.state, FrameUse::Table { .. })
}

pub(super) fn frame(view: &View, pfn: Pfn, before: &Frame, after: &Frame) -> String {
    let parts = [
        (before.state != after.state).then(|| use_text(view, before.state, after.state)),
        (before.mapcount != after.mapcount).then(|| match after.mapcount {
            0 => "is mapped by no PTE any more".into(),
            n => format!("is mapped by {} now ({} before)", count(u64::from(n), "PTE"), before.mapcount),
        }),
        ((before.mapping, before.index) != (after.mapping, after.index)
            && (before.mapping != after.mapping || is_owned_or_table(after)))
        .then(|| match after.mapping {
            // A table's index says which page its first entry maps.
            Owner::None if before.mapping == Owner::None => {
                format!("maps pages from {} on", view.geometry().addr(Vpn(after.index)))
            }
            Owner::None => "forgets whom it belonged to".into(),
            // Without a way back through anon_vmas and objects, nothing that is named here leads back.
            Owner::Anon(_) if !view.config.rmap.uses_objects() => "is anonymous memory".into(),
            Owner::Anon(id) => {
                format!("belongs to anon_vma {id} at page offset {:#x}: this is its reverse entry", after.index)
            }
            Owner::Ksm(id) => format!("is a merged page, which stable node {id} leads back from"),
            Owner::Object(id) => {
                let leads = if view.config.rmap.uses_objects() { ": this is its reverse entry" } else { "" };
                format!("is page {} of {}{leads}", after.index, object_name(view, id))
            }
        }),
        (before.slot != after.slot).then(|| match after.slot {
            Some(slot) => format!("is in the swap cache with slot {slot}"),
            None => "leaves the swap cache".into(),
        }),
        (before.dirty != after.dirty).then(|| if after.dirty { "is dirty".into() } else { "is clean".to_string() }),
        (before.mlocked != after.mlocked)
            .then(|| if after.mlocked { "is locked in memory".into() } else { "is not locked any more".to_string() }),
    ];
    changes(&pfn.to_string(), &parts)
}

fn use_text(view: &View, before: FrameUse, after: FrameUse) -> String {
    match after {
        FrameUse::Free => "is free".into(),
        FrameUse::Hole => "is a hole".into(),
        FrameUse::Reserved => "is kept by the kernel".into(),
        FrameUse::Zero => "is the page of zeroes that all share".into(),
        FrameUse::Table { pid, level } => {
            format!("becomes a page table of {} ({})", who(pid), view.geometry().level_name(level))
        }
        FrameUse::Page if before == FrameUse::Free => "is not free any more".into(),
        FrameUse::Page => "becomes a page".into(),
        FrameUse::Run { first } => format!("becomes part of the kernel's run at {first}"),
    }
}

#[allow(clippy::too_many_arguments)]
pub(super) fn pte(
    view: &View,
    pid: Pid,
    table: Pfn,
    index: u16,
    level: u8,
    vpn: Vpn,
    before: RawPte,
    after: RawPte,
) -> String {
    let geometry = view.geometry();
    let name = geometry.level_name(level);
    let entry = format!("entry {index} of the {name} table in {table} ({})", who(pid));
    let large = |raw| level > 0 && is_large(geometry.kind, raw);
    let page = geometry.addr(vpn);
    let page = if level > 0 { format!("the large page {page}") } else { format!("page {page}") };
    // An entry that pointed to a table maps nothing itself.
    let decode = |raw| if level == 0 || large(raw) { Pte::decode_at(geometry.kind, level, raw) } else { Pte::Empty };
    if level > 0 && !large(after) && (after != 0 || !large(before)) {
        return match Pte::decode(geometry.kind, after) {
            Pte::Mapped { pfn, .. } => {
                format!("{entry} now leads to the {} table in {pfn}", geometry.level_name(level - 1))
            }
            Pte::Empty | Pte::Swapped { .. } => format!("{entry} is cleared: there is no table below it any more"),
        };
    }
    match (decode(before), decode(after)) {
        (Pte::Mapped { pfn: old, .. }, Pte::Mapped { pfn: new, .. }) if old == new => {
            format!("{entry} for {page} {}", bits(decode(before), decode(after)))
        }
        (Pte::Mapped { pfn: old, .. }, now @ Pte::Mapped { pfn, .. }) => {
            format!("{entry} now maps {page} to {pfn} instead of {old}, {}", rights(now))
        }
        (_, now @ Pte::Mapped { pfn, .. }) => format!("{entry} now maps {page} to {pfn}, {}", rights(now)),
        (_, Pte::Swapped { slot }) => format!("{entry} now says that {page} is in swap slot {slot}"),
        (_, Pte::Empty) => format!("{entry} is cleared: {page} is not mapped any more"),
    }
}

/// The bits that changed in an entry that maps the same frame as before.
fn bits(before: Pte, after: Pte) -> String {
    let (
        Pte::Mapped { writable: w0, accessed: a0, dirty: d0, exec: x0, protnone: n0, .. },
        Pte::Mapped { writable, accessed, dirty, exec, protnone, .. },
    ) = (before, after)
    else {
        return String::new();
    };
    let changed = |old: bool, new: bool, on: &str, off: &str| {
        (old != new).then(|| if new { on.to_string() } else { off.to_string() })
    };
    let parts: Vec<String> = [
        changed(n0, protnone, "allows no access", "allows access again"),
        changed(w0, writable, "becomes writable", "becomes read-only"),
        changed(x0, exec, "becomes executable", "becomes non-executable"),
        changed(a0, accessed, "gets its accessed bit", "loses its accessed bit"),
        changed(d0, dirty, "gets its dirty bit", "loses its dirty bit"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "is written again unchanged".into() } else { parts.join(" and ") }
}

fn rights(pte: Pte) -> &'static str {
    match pte {
        Pte::Mapped { protnone: true, .. } => "without access",
        Pte::Mapped { writable: true, .. } => "writable",
        Pte::Mapped { .. } | Pte::Empty | Pte::Swapped { .. } => "read-only",
    }
}

/// What the MMU finds in an entry.
pub(super) fn entry(view: &View, level: u8, raw: RawPte) -> String {
    let kind = view.geometry().kind;
    if level > 0 && is_large(kind, raw) {
        let first = Pte::decode_at(kind, level, raw).encode(kind);
        return format!("a large page from {}", entry(view, 0, first));
    }
    match Pte::decode(kind, raw) {
        Pte::Empty => "empty".into(),
        Pte::Swapped { slot } => format!("the page is in swap slot {slot}"),
        Pte::Mapped { pfn, .. } if level > 0 => format!("the {} is in {pfn}", view.geometry().level_name(level - 1)),
        now @ Pte::Mapped { pfn, .. } => format!("{pfn}, {}", rights(now)),
    }
}

pub(super) fn swap_slot(slot: SwapSlot, before: Slot, after: Slot) -> String {
    changes(
        &format!("swap slot {slot}"),
        &[
            (before.is_free() && !after.is_free()).then(|| "is taken".into()),
            (before.count != after.count)
                .then(|| format!("is named by {} ({} before)", count(u64::from(after.count), "PTE"), before.count)),
            (before.cached != after.cached).then(|| match after.cached {
                Some(pfn) => format!("has its bytes in {pfn}, too"),
                None => "has no copy in memory any more".into(),
            }),
            (!before.is_free() && after.is_free()).then(|| "is free".into()),
        ],
    )
}

pub(super) fn slot_contents(slot: SwapSlot, after: &Contents) -> String {
    match after {
        Some(_) => format!("swap slot {slot} holds the page's bytes"),
        None => format!("swap slot {slot} holds zeroes"),
    }
}

pub(super) fn tlb(view: &View, index: u16, before: Option<TlbEntry>, after: Option<TlbEntry>) -> String {
    let page = |entry: &TlbEntry| {
        let large = if entry.pages > 1 { "the large " } else { "" };
        format!("{large}page {} of {}", view.geometry().addr(entry.vpn), who(entry.pid))
    };
    match (before, after) {
        (Some(old), Some(new)) if (old.pid, old.vpn) != (new.pid, new.vpn) => {
            format!("TLB entry {index} forgets {} and remembers {} in {}", page(&old), page(&new), new.pfn)
        }
        (_, Some(new)) => {
            let rights = if new.writable { "writable" } else { "read-only" };
            format!("TLB entry {index} remembers {} in {}, {rights}", page(&new), new.pfn)
        }
        (Some(old), None) => format!("TLB entry {index} forgets {}", page(&old)),
        (None, None) => format!("TLB entry {index} is empty"),
    }
}
