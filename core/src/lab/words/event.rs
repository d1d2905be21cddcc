//! Events worded for a student, one sentence each.
//!
//! The view is used for names only (levels, files, addresses), so any view of the same machine will do; words never
//! depend on whether it stands before or after the event.

use super::super::event::{Access, Event, FaultKind, ProcessInfo, Run};
use super::super::view::View;
use super::{bytes_text, count};
use crate::hw::disk::Slot;
use crate::hw::pte::{Pte, RawPte};
use crate::hw::ram::Contents;
use crate::hw::tlb::TlbEntry;
use crate::mm::anon_vma::AnonVma;
use crate::mm::frame::{Frame, FrameUse, Owner};
use crate::mm::ksm::StableNode;
use crate::mm::object::{ObjectInfo, ObjectKind, ObjectPage};
use crate::mm::rmap::entry::{Entry, PtePointer};
use crate::mm::vma::{Vma, VmaFlags};
use crate::units::{ObjectId, Pfn, Pid, StableId, SwapSlot, VmaId, Vpn};
use std::collections::BTreeSet;

/// What happened, in a sentence without its full stop.
pub fn event_text(event: &Event, view: &View) -> String {
    let page = |vpn: Vpn| view.geometry().addr(vpn);
    let level = |level: u8| view.geometry().level_name(level);
    match event {
        Event::Process { pid, before, after } => process(*pid, before.as_deref(), after.as_deref()),
        Event::Vma { id, before, after } => vma(view, *id, before.as_deref(), after.as_deref()),
        Event::AnonVma { id, before, after } => {
            anon_vma(&format!("anon_vma {id}"), before.as_deref(), after.as_deref())
        }
        Event::StableNode { id, before, after } => stable_node(*id, before.as_deref(), after.as_deref()),
        Event::Object { id, before, after } => object(*id, before.as_deref(), after.as_deref()),
        Event::Link { owner, id, linked } => {
            let owner = owner_name(view, *owner);
            if *linked {
                format!("{owner} now leads to VMA {id}")
            } else {
                format!("{owner} does not lead to VMA {id} any more")
            }
        }
        Event::ObjectPage { id, index, after, .. } => {
            let what = format!("page {index} of {}", object_name(view, *id));
            match after {
                Some(ObjectPage::Frame(pfn)) => format!("{what} is now in {pfn}: it is in the page cache"),
                Some(ObjectPage::Slot(slot)) => format!("{what} is now in swap slot {slot}"),
                None => format!("{what} is not in memory any more"),
            }
        }
        Event::Stored { id, index, .. } => format!("page {index} of {} is changed on the disk", object_name(view, *id)),
        Event::Frame { pfn, before, after } => frame(view, *pfn, before, after),
        Event::Reverse { pfn, before, after } => reverse(view, *pfn, before, after),
        Event::Pointer { pfn, pte, linked: true, .. } => {
            format!("the chain of {pfn} gets a pointer to {}", pte_name(*pte))
        }
        Event::Pointer { pfn, pte, linked: false, .. } => {
            format!("the chain of {pfn} loses its pointer to {}", pte_name(*pte))
        }
        Event::Pte { pid, table, index, level: at, vpn, before, after } => {
            pte(view, *pid, *table, *index, *at, *vpn, *before, *after)
        }
        Event::Contents { pfn, from: Some(from), .. } => format!("the bytes of {from} are copied to {pfn}"),
        Event::Contents { pfn, from: None, after: None, .. } => format!("{pfn} is filled with zeroes"),
        Event::Contents { pfn, from: None, after: Some(_), .. } => format!("{pfn} gets its bytes from the disk"),
        Event::Bytes { pfn, offset, after, .. } => {
            format!(
                "{} written into {pfn} at offset {offset:#x}: {}",
                count(after.len() as u64, "byte"),
                bytes_text(after)
            )
        }
        Event::Free { run, list, linked, .. } => {
            let what = format!("the free block of {} at {}", count(u64::from(run.len), "frame"), run.start);
            let list = format!("the free list of order {} of zone {}", list.list, zone_name(view, list.zone));
            if *linked { format!("{what} enters {list}") } else { format!("{what} leaves {list}") }
        }
        Event::Run { first, before, after } => run(*first, *before, *after),
        Event::Slot { slot, before, after } => swap_slot(*slot, *before, *after),
        Event::SlotContents { slot, after, .. } => slot_contents(*slot, after),
        Event::Tlb { index, before, after } => tlb(view, *index, *before, *after),
        Event::Hand { before, after } => format!("the clock's hand moves from {before} to {after}"),
        Event::Access { pid, vpn, access, hit } => {
            let verb = access_name(*access);
            let result = if *hit {
                "the TLB knows the page"
            } else {
                "the TLB does not know the page, so the tables are walked"
            };
            format!("process {pid} {verb} page {}: {result}", page(*vpn))
        }
        Event::Walk { level: at, table, index, raw, .. } => {
            format!("the MMU reads entry {index} of the {} in {table}: {}", level(*at), entry(view, *at, *raw))
        }
        Event::Fault { pid, addr, access, kind } => {
            format!("page fault: process {pid} {} {addr}; {}", access_name(*access), fault_text(*kind))
        }
        Event::Split { pfn, order } => {
            format!("the block of {} at {pfn} is split into two of {}", frames(*order + 1), frames(*order))
        }
        Event::Merge { pfn, order } => {
            format!(
                "two free buddies of {} become one block of {} at {pfn}",
                frames(order.saturating_sub(1)),
                frames(*order)
            )
        }
        Event::Alloc { pages, got: Some(pfn) } => {
            format!("{} asked of the allocator: given at {pfn}", count(u64::from(*pages), "frame"))
        }
        Event::Alloc { pages, got: None } => {
            format!("{} asked of the allocator: there is no such run", count(u64::from(*pages), "frame"))
        }
        Event::Reclaim { wanted } => format!("reclaim begins: {} wanted", count(u64::from(*wanted), "frame")),
        Event::Scan { pfn, victim: true, .. } => {
            format!("the clock looks at {pfn}: not used since the last round, so it is the victim")
        }
        Event::Scan { pfn, referenced: true, .. } => {
            format!("the clock looks at {pfn}: used lately, so it gets a second chance")
        }
        Event::Scan { pfn, .. } => format!("the clock looks at {pfn} and passes on"),
        Event::Compare { pfn, equal: Some(other) } => {
            format!("the merge pass reads {pfn}: its bytes are those of {other}")
        }
        Event::Compare { pfn, equal: None } => format!("the merge pass reads {pfn}: no page seen so far is equal"),
        Event::VisitVma { pfn, pid, id: Some(id) } => {
            format!("looking for {pfn}: the reverse map leads to VMA {id} of process {pid}")
        }
        Event::VisitVma { pfn, pid, id: None } => {
            format!("looking for {pfn}: all page tables of process {pid} are searched")
        }
        Event::VisitPte { pfn, pid, vpn, found } => {
            let answer = if *found { "it maps the frame" } else { "it does not map the frame" };
            format!("looking for {pfn}: the PTE of page {} of process {pid}: {answer}", page(*vpn))
        }
        Event::VisitLink { pfn, link } => {
            format!("looking for {pfn}: link {link} of its chain is read, one cache line")
        }
        Event::Stale { pfn, pid, vpn, entry, right } => {
            format!(
                "consistency check: page {} of process {pid} maps {pfn}, whose entry says {}; right is {}",
                page(*vpn),
                entry_name(view, entry),
                entry_name(view, right)
            )
        }
        Event::DiskRead { slot, object } => format!("the disk reads {}", disk_place(view, *slot, *object)),
        Event::DiskWrite { slot, object } => format!("the disk writes {}", disk_place(view, *slot, *object)),
        Event::OomKill { pid, rss } => {
            format!(
                "memory ran out and nothing can be reclaimed: process {pid} is killed to free its {}",
                count(*rss, "page")
            )
        }
        Event::Failed { pid, errno } => {
            format!("the call of process {pid} fails with {errno:?}: {}", super::errno_meaning(*errno))
        }
        Event::Signal { pid, signal, addr } => {
            format!("process {pid} is ended by {signal:?} at {addr}: {}", super::signal_meaning(*signal))
        }
    }
}

fn reverse(view: &View, pfn: Pfn, before: &Entry, after: &Entry) -> String {
    match (before, after) {
        (_, Entry::Offset { .. }) => format!("the way back from {pfn} is now {}", entry_name(view, after)),
        (_, Entry::Shared) => format!("{pfn} is mapped twice: its entry is useless from now on"),
        (Entry::Chain(_), Entry::Direct(pte)) => {
            format!("the chain of {pfn} is down to one: a direct pointer to {}", pte_name(*pte))
        }
        (_, Entry::Direct(pte)) => format!("the way back from {pfn} is now a direct pointer to {}", pte_name(*pte)),
        (_, Entry::Chain(pointers)) => {
            format!("the way back from {pfn} is now a chain of {}", count(pointers.len() as u64, "pointer"))
        }
        (_, Entry::None) => format!("there is no way back from {pfn} any more"),
    }
}

fn pte_name(pte: PtePointer) -> String {
    format!("entry {} of the table in {}", pte.index, pte.table)
}

fn entry_name(view: &View, entry: &Entry) -> String {
    match entry {
        Entry::Offset { vma, offset } => format!("VMA {vma} + {:#x}", offset << view.geometry().page_shift),
        Entry::Shared => "shared".into(),
        Entry::Direct(pte) => pte_name(*pte),
        Entry::Chain(pointers) => count(pointers.len() as u64, "pointer"),
        Entry::None => "nothing".into(),
    }
}

fn process(pid: Pid, before: Option<&ProcessInfo>, after: Option<&ProcessInfo>) -> String {
    match (before, after) {
        (None, Some(new)) => {
            let from = new.parent.map(|parent| format!(", a child of {parent}")).unwrap_or_default();
            format!("process {pid}{} begins{from}; the root of its page tables is {}", called(&new.name), new.root)
        }
        (Some(old), Some(new)) => changes(
            &format!("process {pid}"),
            &[
                (old.name != new.name).then(|| format!("is now called {:?}", new.name)),
                (old.root != new.root).then(|| format!("has its root table in {} instead of {}", new.root, old.root)),
                (old.brk_start != new.brk_start).then(|| format!("has its heap start at {}", new.brk_start)),
                (old.brk != new.brk).then(|| format!("has its break moved from {} to {}", old.brk, new.brk)),
                (old.parent != new.parent).then(|| match new.parent {
                    Some(parent) => format!("is now a child of {parent}"),
                    None => "has no parent any more".into(),
                }),
            ],
        ),
        (Some(old), None) => format!("process {pid}{} is gone", called(&old.name)),
        (None, None) => format!("process {pid} does not exist"),
    }
}

fn called(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" ({name})") }
}

fn vma(view: &View, id: VmaId, before: Option<&Vma>, after: Option<&Vma>) -> String {
    let addr = |vpn: Vpn| view.geometry().addr(vpn);
    let range = |vma: &Vma| format!("{}-{} ({})", addr(vma.start), addr(vma.end), count(vma.pages(), "page"));
    match (before, after) {
        (None, Some(new)) => {
            format!("process {} gets VMA {id}: {}, {}, {}", new.pid, range(new), new.prot, backing(view, new))
        }
        (Some(old), None) => format!("VMA {id} of process {} at {} is gone", old.pid, range(old)),
        (Some(old), Some(new)) => changes(
            &format!("VMA {id} of process {}", new.pid),
            &[
                ((old.start, old.end) != (new.start, new.end))
                    .then(|| format!("now covers {} instead of {}", range(new), range(old))),
                (old.pid != new.pid).then(|| format!("moves from process {}", old.pid)),
                (old.prot != new.prot).then(|| format!("changes its protection from {} to {}", old.prot, new.prot)),
                (old.flags != new.flags).then(|| format!("is now {}", flag_words(new.flags))),
                (old.pgoff != new.pgoff)
                    .then(|| format!("now starts at page offset {:#x} instead of {:#x}", new.pgoff, old.pgoff)),
                (old.object != new.object).then(|| format!("is now backed by {}", backing(view, new))),
                (old.anon_vma != new.anon_vma).then(|| match new.anon_vma {
                    Some(a) => format!("enters its anonymous pages in anon_vma {a}"),
                    None => "has no anon_vma any more".into(),
                }),
                (old.chain != new.chain).then(|| match new.chain.as_slice() {
                    [] => "stands in no anon_vma".into(),
                    chain => {
                        format!("stands in {}", chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
                    }
                }),
            ],
        ),
        (None, None) => format!("VMA {id} does not exist"),
    }
}

fn backing(view: &View, vma: &Vma) -> String {
    let kind = if vma.is_private() { "private" } else { "shared" };
    match vma.object {
        Some(id) => format!("{kind}, {} from page {:#x}", object_name(view, id), vma.pgoff),
        None => format!("{kind} anonymous memory"),
    }
}

fn flag_words(flags: VmaFlags) -> String {
    let names = [
        (VmaFlags::SHARED, "shared"),
        (VmaFlags::GROWSDOWN, "a stack that grows down"),
        (VmaFlags::NORESERVE, "without reserve"),
        (VmaFlags::ACCOUNT, "accounted"),
        (VmaFlags::LOCKED, "locked in memory"),
        (VmaFlags::MERGEABLE, "mergeable"),
    ];
    let set: Vec<&str> = names.iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, name)| *name).collect();
    if set.is_empty() { "without special flags".into() } else { set.join(", ") }
}

fn anon_vma(name: &str, before: Option<&AnonVma>, after: Option<&AnonVma>) -> String {
    match (before, after) {
        (None, Some(new)) => match new.parent {
            Some(parent) => format!("{name} is made, a child of {parent}: pages written from now on are entered there"),
            None => format!("{name} is made: the way back from anonymous pages to their VMAs"),
        },
        (Some(old), Some(new)) => membership(name, &old.vmas, &new.vmas),
        (Some(_), None) => format!("{name} is gone: no VMA stands in it"),
        (None, None) => format!("{name} does not exist"),
    }
}

fn stable_node(id: StableId, before: Option<&StableNode>, after: Option<&StableNode>) -> String {
    let name = format!("stable node {id}");
    let items = |a: &StableNode, b: &StableNode| {
        let words: Vec<String> = a.items.difference(&b.items).map(|(a, index)| format!("{a} at {index:#x}")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    };
    match (before, after) {
        (None, Some(new)) => format!("{name} is made for {}: the way back from a page of several owners", new.pfn),
        (Some(old), Some(new)) => changes(
            &name,
            &[
                items(new, old).map(|items| format!("now leads to {items}, too")),
                items(old, new).map(|items| format!("does not lead to {items} any more")),
            ],
        ),
        (Some(old), None) => format!("{name} ends with {}", old.pfn),
        (None, None) => format!("{name} does not exist"),
    }
}

fn object(id: ObjectId, before: Option<&ObjectInfo>, after: Option<&ObjectInfo>) -> String {
    let name = |info: &ObjectInfo| kind_name(id, &info.kind);
    match (before, after) {
        (None, Some(new)) => format!("{} is opened as a memory object", name(new)),
        (Some(old), Some(new)) if (old.size, old.unlinked) != (new.size, new.unlinked) => changes(
            &name(new),
            &[
                (old.size != new.size).then(|| match new.size {
                    Some(size) => format!("is now {} long", count(size, "byte")),
                    None => "has no known size any more".into(),
                }),
                (old.unlinked != new.unlinked).then(|| "loses its name: it ends with its last mapping".into()),
            ],
        ),
        (Some(old), Some(new)) => membership(&name(new), &old.vmas, &new.vmas),
        (Some(old), None) => format!("{} is gone", name(old)),
        (None, None) => format!("object {id} does not exist"),
    }
}

/// Which VMAs joined or left a set.
fn membership(name: &str, old: &BTreeSet<VmaId>, new: &BTreeSet<VmaId>) -> String {
    let ids = |a: &BTreeSet<VmaId>, b: &BTreeSet<VmaId>| {
        a.difference(b).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let (joined, left) = (ids(new, old), ids(old, new));
    changes(
        name,
        &[
            (!joined.is_empty()).then(|| format!("now leads to VMA {joined}, too")),
            (!left.is_empty()).then(|| format!("does not lead to VMA {left} any more")),
        ],
    )
}

fn kind_name(id: ObjectId, kind: &ObjectKind) -> String {
    match kind {
        ObjectKind::File(name) => format!("the file {name}"),
        ObjectKind::Shm(name) => format!("the shared memory {name}"),
        ObjectKind::Shmem => format!("shared memory {id}"),
    }
}

fn object_name(view: &View, id: ObjectId) -> String {
    match view.objects.get(&id) {
        Some(object) => kind_name(id, &object.info.kind),
        None => format!("object {id}"),
    }
}

fn owner_name(view: &View, owner: Owner) -> String {
    match owner {
        Owner::None => "nothing".into(),
        Owner::Anon(id) => format!("anon_vma {id}"),
        Owner::Object(id) => object_name(view, id),
        Owner::Ksm(id) => format!("stable node {id}"),
    }
}

fn zone_name(view: &View, zone: u8) -> String {
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

fn frame(view: &View, pfn: Pfn, before: &Frame, after: &Frame) -> String {
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
            Owner::Anon(id) => {
                format!("belongs to anon_vma {id} at page offset {:#x}: this is its reverse entry", after.index)
            }
            Owner::Ksm(id) => format!("is a merged page, which stable node {id} leads back from"),
            Owner::Object(id) => {
                format!("is page {} of {}: this is its reverse entry", after.index, object_name(view, id))
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
            format!("becomes a page table of process {pid} ({})", view.geometry().level_name(level))
        }
        FrameUse::Page if before == FrameUse::Free => "is not free any more".into(),
        FrameUse::Page => "becomes a page".into(),
        FrameUse::Run { first } => format!("becomes part of the kernel's run at {first}"),
    }
}

#[allow(clippy::too_many_arguments)]
fn pte(view: &View, pid: Pid, table: Pfn, index: u16, level: u8, vpn: Vpn, before: RawPte, after: RawPte) -> String {
    let geometry = view.geometry();
    let decode = |raw| Pte::decode(geometry.kind, raw);
    let name = geometry.level_name(level);
    let entry = format!("entry {index} of the {name} table in {table} (process {pid})");
    let page = geometry.addr(vpn);
    if level > 0 {
        return match decode(after) {
            Pte::Mapped { pfn, .. } => {
                format!("{entry} now leads to the {} table in {pfn}", geometry.level_name(level - 1))
            }
            Pte::Empty | Pte::Swapped { .. } => format!("{entry} is cleared: there is no table below it any more"),
        };
    }
    match (decode(before), decode(after)) {
        (Pte::Mapped { pfn: old, .. }, Pte::Mapped { pfn: new, .. }) if old == new => {
            format!("{entry} for page {page} {}", bits(decode(before), decode(after)))
        }
        (Pte::Mapped { pfn: old, .. }, now @ Pte::Mapped { pfn, .. }) => {
            format!("{entry} now maps page {page} to {pfn} instead of {old}, {}", rights(now))
        }
        (_, now @ Pte::Mapped { pfn, .. }) => format!("{entry} now maps page {page} to {pfn}, {}", rights(now)),
        (_, Pte::Swapped { slot }) => format!("{entry} now says that page {page} is in swap slot {slot}"),
        (_, Pte::Empty) => format!("{entry} is cleared: page {page} is not mapped any more"),
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
fn entry(view: &View, level: u8, raw: RawPte) -> String {
    match Pte::decode(view.geometry().kind, raw) {
        Pte::Empty => "empty".into(),
        Pte::Swapped { slot } => format!("the page is in swap slot {slot}"),
        Pte::Mapped { pfn, .. } if level > 0 => format!("the {} is in {pfn}", view.geometry().level_name(level - 1)),
        now @ Pte::Mapped { pfn, .. } => format!("{pfn}, {}", rights(now)),
    }
}

fn run(first: Pfn, before: Option<Run>, after: Option<Run>) -> String {
    match (before, after) {
        (_, Some(run)) if run.given > run.pages => {
            format!(
                "{} from {first} are the kernel's: {} asked for, the rest is lost to rounding",
                count(u64::from(run.given), "frame"),
                run.pages
            )
        }
        (_, Some(run)) => format!("{} from {first} are the kernel's", count(u64::from(run.given), "frame")),
        (_, None) => format!("the kernel gives the run at {first} back"),
    }
}

fn swap_slot(slot: SwapSlot, before: Slot, after: Slot) -> String {
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

fn slot_contents(slot: SwapSlot, after: &Contents) -> String {
    match after {
        Some(_) => format!("swap slot {slot} holds the page's bytes"),
        None => format!("swap slot {slot} holds zeroes"),
    }
}

fn tlb(view: &View, index: u16, before: Option<TlbEntry>, after: Option<TlbEntry>) -> String {
    let page = |entry: &TlbEntry| format!("page {} of process {}", view.geometry().addr(entry.vpn), entry.pid);
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

fn access_name(access: Access) -> &'static str {
    match access {
        Access::Read => "reads",
        Access::Write => "writes",
    }
}

fn fault_text(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::ZeroPage => "a first read: the shared page of zeroes will do",
        FaultKind::AnonWrite => "a first write: it gets a frame of its own",
        FaultKind::Cow => "the frame is shared: it is copied before the write",
        FaultKind::Reuse => "the frame's other sharers are gone: no copy is needed",
        FaultKind::SwapIn => "the page is on the swap disk: it is read back",
        FaultKind::SwapCache => "the page was swapped out, but its frame is still in memory",
        FaultKind::PageCache => "the page is in the page cache",
        FaultKind::ObjectNew => "the page is brought into the page cache",
        FaultKind::WriteNotify => "the first write to a clean page of a file: the page is marked dirty",
        FaultKind::Spurious => "the page table allows it after all",
        FaultKind::Bad => "it may not: no VMA allows this access",
    }
}

fn disk_place(view: &View, slot: Option<SwapSlot>, id: Option<ObjectId>) -> String {
    match (slot, id) {
        (Some(slot), _) => format!("swap slot {slot}"),
        (None, Some(id)) => format!("a page of {}", object_name(view, id)),
        (None, None) => "a page".into(),
    }
}

fn frames(order: u8) -> String {
    count(1 << order, "frame")
}

/// The parts that apply, as one sentence about `who`.
fn changes(who: &str, parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    match parts.as_slice() {
        [] => format!("{who} stays as it is"),
        [one] => format!("{who} {one}"),
        [most @ .., last] => format!("{who} {} and {last}", most.join(", ")),
    }
}
