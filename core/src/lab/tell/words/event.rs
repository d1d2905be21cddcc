//! Events worded for a student, one sentence each.
//!
//! The view is used for names only (levels, files, addresses), so any view of the same machine will do; words never
//! depend on whether it stands before or after the event.

use super::frames::{entry, frame, pte, slot_contents, swap_slot, tlb, zone_name};
use super::owners::{anon_vma, object, object_name, owner_name, process, stable_node, vma};
use super::runs::{contig, fitted, frames, run};
use super::{bytes_text, count, heap, port, rank, who};
use crate::alloc::describe::list_name;
use crate::lab::time::view::View;
use crate::policy::keeps_lists;
use crate::units::{ObjectId, Pfn, SwapSlot, Vpn};
use crate::vocabulary::entry::{Entry, PtePointer};
use crate::vocabulary::event::{Access, CacheUser, Event, FaultKind};
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::process::KERNEL;

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
            let mut list_of = list_name(&view.config, *list);
            if view.config.effective_zones().len() > 1 {
                list_of += &format!(" of zone {}", zone_name(view, list.zone));
            }
            if *linked { format!("{what} enters {list_of}") } else { format!("{what} leaves {list_of}") }
        }
        Event::Run { first, before, after } => run(*first, before.as_deref(), after.as_deref()),
        Event::Slot { slot, before, after } => swap_slot(*slot, *before, *after),
        Event::SlotContents { slot, after, .. } => slot_contents(*slot, after),
        Event::Tlb { index, before, after } => tlb(view, *index, *before, *after),
        Event::Rank { change } => rank::changed(view.config.policy, change),
        Event::Hand { before, after } => format!("the clock's hand moves from {before} to {after}"),
        Event::Access { pid, vpn, access, hit } => {
            let verb = access_name(*access);
            // The TLB may know the page by an entry that is read-only, or not dirty yet.
            let result = match (hit, access) {
                (true, _) => "the TLB knows the page",
                (false, Access::Read) => "the TLB does not know the page, so the tables are walked",
                (false, Access::Write) => "the TLB has no entry that allows it, so the tables are walked",
            };
            format!("{} {verb} page {}: {result}", who(*pid), page(*vpn))
        }
        Event::Walk { level: at, table, index, raw, .. } => {
            format!("the MMU reads entry {index} of the {} in {table}: {}", level(*at), entry(view, *at, *raw))
        }
        Event::Fault { pid, addr, access, kind } => {
            format!("page fault: {} {} {addr}; {}", who(*pid), access_name(*access), fault_text(*kind))
        }
        Event::Split { pfn, left, right } if left == right => {
            format!("the block of {} at {pfn} is split into two of {}", frames(left + right), frames(*left))
        }
        Event::Split { pfn, left, right } => {
            format!("the run of {} at {pfn} is split into {left} and {right}", frames(left + right))
        }
        Event::Join { pfn, left, right } if left == right => {
            format!("two free neighbours of {} become one block of {} at {pfn}", frames(*left), frames(left + right))
        }
        Event::Join { pfn, left, right } => {
            format!("free neighbours of {left} and {right} frames become one run of {} at {pfn}", frames(left + right))
        }
        Event::Inspect { pfn, looked } => {
            format!("{} looked at, the last at {pfn}", count(u64::from(*looked), "place"))
        }
        Event::Alloc { request, got: Some(pfn) } => {
            format!("{} asked of the allocator: given at {pfn}", frames(request.pages))
        }
        Event::Alloc { request, got: None } => {
            format!("{} asked of the allocator: there is no such run", frames(request.pages))
        }
        Event::Areas { zone, rotations, .. } => {
            let zone = zone_name(view, *zone);
            format!(
                "the tree of the free areas of zone {zone} is changed, by {}",
                count(u64::from(*rotations), "rotation")
            )
        }
        Event::Mark { pfn, words } => {
            format!("the map of free runs at {pfn}: {} written", count(u64::from(*words), "word"))
        }
        Event::Coalesce { zone, before, after } => {
            let zone = zone_name(view, *zone);
            format!("all free neighbours of zone {zone} are joined: {before} runs became {after}")
        }
        Event::Neighbour { pfn } => {
            format!("{pfn} lies beside a free run and holds a clean page that nobody maps: dropped at once")
        }
        Event::Fit { pfn, pages, fit } => fitted(*pfn, *pages, *fit),
        Event::Use { pfn, offset, bytes, access } => {
            let bytes = count((*bytes).into(), "byte");
            let verb = if *access == Access::Read { "read" } else { "written" };
            format!("{bytes} of {pfn} from {offset} are {verb}")
        }
        Event::CacheLine { line, by, at, evicted } => cache_line(*line, *by, *at, *evicted),
        Event::HashWalk { bucket, looked, found, .. } => {
            let chain = format!("chain {bucket} of the page cache's hash table: {}", count((*looked).into(), "page"));
            match found {
                Some(pfn) => format!("{chain} looked at, the last is the one wanted, in {pfn}"),
                None => format!("{chain} looked at, none is the one wanted"),
            }
        }
        Event::Migrate { from, to, pages } => format!("{} moved from {from} to {to}", frames(*pages)),
        Event::Contig { request, report } => contig(request, report),
        Event::Reclaim { wanted } => format!("reclaim begins: {} wanted", count(u64::from(*wanted), "frame")),
        Event::Scan { pfn, victim: true, .. } if keeps_lists(&view.config) => {
            format!("the page in {pfn} goes: it is the one that the policy lets go")
        }
        Event::Scan { pfn, referenced: true, .. } if keeps_lists(&view.config) => {
            format!("the page in {pfn} was used lately: its accessed bits are cleared")
        }
        Event::Scan { pfn, victim: true, .. } => {
            format!("the hand is at {pfn}: not used since it last passed, so this is the victim")
        }
        Event::Scan { pfn, referenced: true, .. } => {
            format!("the hand is at {pfn}: used lately, so its accessed bit is cleared and it is spared")
        }
        Event::Scan { pfn, .. } => format!("the hand is at {pfn} and passes on"),
        Event::ScanPte { pid, vpn, pfn, referenced } => {
            let used = if *referenced { "used lately, so its accessed bit is cleared" } else { "not used lately" };
            format!("the tables are scanned: page {} of process {pid}, in {pfn}: {used}", page(*vpn))
        }
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
        Event::Failed { pid: KERNEL, errno } => {
            format!("the kernel's request fails with {errno:?}: {}", super::errno_meaning(*errno))
        }
        Event::Failed { pid, errno } => {
            format!("the call of process {pid} fails with {errno:?}: {}", super::errno_meaning(*errno))
        }
        Event::Signal { pid, signal, addr } => {
            format!("process {pid} is ended by {signal:?} at {addr}: {}", super::signal_meaning(*signal))
        }
        Event::Heaps { pid, before, after } => heap::all(*pid, before.len(), after.len()),
        Event::Heap { pid, heap, before, after } => heap::noted(*pid, *heap, before.as_deref(), after.as_deref()),
        Event::Block { addr, before, after, .. } => heap::block(*addr, *before, *after),
        Event::Held { pid: KERNEL, pages, held, .. } => {
            format!("the kernel's heap has {} {}", count(*pages, "page"), if *held { "more" } else { "less" })
        }
        Event::Held { pages, held, .. } => {
            format!("the heap has {} {} of the kernel", count(*pages, "page"), if *held { "more" } else { "less" })
        }
        Event::Word { addr, access, value, what, .. } => {
            format!("the allocator {} {what} at {addr}: {}", access_name(*access), heap::number(*value))
        }
        Event::AreaLook { looked, room: true, .. } => {
            format!("room for the mapping is found: {} read", count(u64::from(*looked), "area"))
        }
        Event::AreaLook { vpn, looked, .. } => {
            format!("the area of {} is looked up: {} read", page(*vpn), count(u64::from(*looked), "area"))
        }
        Event::Port { port, before, after } => port::changed(*port, *before, *after),
        Event::Message { pid, port, by, bytes, copied, sent } => {
            port::message(*pid, *port, *by, (*bytes, *copied), *sent)
        }
        Event::SystemCall { call, reply, .. } => heap::system_call(call, reply),
        Event::Said { message, .. } => format!("the allocator prints: {}", message.text()),
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

fn cache_line(line: u64, by: CacheUser, at: Option<u8>, evicted: Option<u64>) -> String {
    let who = match by {
        CacheUser::Process => "the process",
        CacheUser::Mmu => "the MMU",
        CacheUser::Kernel => "the kernel",
    };
    match (at, evicted) {
        (Some(_), _) => format!("{who} finds line {line} in the processor's cache"),
        (None, None) => format!("{who} misses line {line} in the processor's cache: it is fetched"),
        (None, Some(old)) => format!("{who} misses line {line} in the processor's cache: it takes the place of {old}"),
    }
}
