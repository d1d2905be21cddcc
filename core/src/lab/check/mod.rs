//! Invariants by name, checked by brute force over the whole machine. A broken one is a bug.
//!
//! `pte-rmap` the reverse map finds exactly the PTEs that a scan finds · `mapcount` equals the mappings · `partition`
//! free lists and used frames are all of RAM, once · `slots` counts equal references, a free slot has none · `vmas`
//! ordered, disjoint, merged · `tables` every reachable table is one, none is free, none is lost · `tlb` agrees with
//! the tables · `runs` mapped runs (`check_runs`) · `pte-vma` PTEs lie in VMAs and allow no more, what may be dirty is
//! marked so · `ports` messages and their runs (`ports`) · `ranks` what a replacement policy lists (`ranks`) ·
//! `links` anon_vmas, objects and stable nodes agree with VMAs and frames both ways.

mod ports;
mod ranks;
pub mod runs;
#[cfg(test)]
mod tests;

use super::time::mapped::Mapping;
use super::time::session::Session;
use super::time::view::View;
use crate::alloc::FrameAllocator;
use crate::hw::pte::Pte;
use crate::mm::area::edit::should_be_one;
use crate::mm::rmap::interval::Interval;
use crate::os::machine::Machine;
use crate::trees::tree;
use crate::units::{Pfn, Pid, SwapSlot, Vpn};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::trace::NullTrace;
use crate::vocabulary::vma::{Vma, VmaFlags};
use runs::runs;
use std::collections::{BTreeMap, BTreeSet};

impl Session {
    /// Broken invariants of the machine at the end, by name; empty when it is sound. Also compares the fold of the last
    /// command's events with the view read off the machine.
    pub fn check(&self) -> Vec<String> {
        let mut broken = check(self.machine());
        broken.extend(self.folds().map(|part| format!("fold: the folded view and the machine differ in {part}")));
        broken
    }

    /// The first part in which the state before the last command, with the command's events applied, differs from the
    /// state after it.
    fn folds(&self) -> Option<&'static str> {
        let last = (self.steps().len() as u32).checked_sub(1)?;
        let mut folded = self.view_at(last);
        self.each_event(self.events_of(last), |_, event| folded.apply(event));
        let end = self.view_at(last + 1);
        folded.difference(&end).or((folded.tally != end.tally).then_some("the counters"))
    }
}

/// Every broken invariant of the machine, as `name: what is wrong`; empty when it is sound.
pub fn check(machine: &Machine) -> Vec<String> {
    let mut broken = machine.mm.allocator().check();
    check_view(machine, &View::of(machine), &mut broken);
    trees(machine, &mut broken);
    page_hash(machine, &mut broken);
    broken
}

/// What of the machine is visible, against itself and against what is not visible.
fn check_view(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    let mappings = view.all_mappings();
    reverse_map(machine, view, &mappings, broken);
    partition(machine, view, broken);
    slots(view, broken);
    vmas(machine, view, broken);
    tables(machine, view, broken);
    runs(machine, view, broken);
    ports::ports(view, broken);
    ranks::ranks(view, broken);
    tlb(view, broken);
    ptes(machine, view, broken);
    links(view, broken);
    stable_nodes(view, &mappings, broken);
}

fn reverse_map(machine: &Machine, view: &View, mappings: &BTreeMap<Pfn, Vec<Mapping>>, broken: &mut Vec<String>) {
    for (pfn, frame) in view.frames.iter() {
        let scanned = mappings.get(&pfn).map_or(&[][..], Vec::as_slice);
        if frame.state == FrameUse::Zero {
            if frame.mapcount != 0 {
                broken.push(format!("mapcount: the zero page {pfn} counts {}", frame.mapcount));
            }
            continue;
        }
        // As with `VM_PFNMAP`, the mappings of a run are not counted: its descriptor holds them.
        let scanned = if matches!(frame.state, FrameUse::Run { .. }) { &[] } else { scanned };
        if frame.mapcount as usize != scanned.len() {
            broken.push(format!("mapcount: {pfn} counts {}, {} PTEs map it", frame.mapcount, scanned.len()));
            continue;
        }
        if frame.mapcount == 0 {
            continue;
        }
        let scanned: BTreeSet<(Pid, Vpn)> = tree(scanned.iter().map(|m| (m.pid, m.vpn)));
        let found: BTreeSet<(Pid, Vpn)> =
            machine.mm.mappings_unchecked(pfn, &mut NullTrace).iter().map(|(at, _)| (at.pid, at.vpn)).collect();
        if found != scanned {
            broken.push(format!("pte-rmap: {pfn} is mapped at {scanned:?}, the reverse map finds {found:?}"));
        }
    }
}

fn partition(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    let (all, studied) = (view.frames.len(), view.frames.studied());
    let mut free = vec![false; all as usize];
    let lists = view.free().all_runs().map(|(run, list)| (run, 0..studied, format!("{list:?}")));
    let pool = machine.mm.pool().free().map(|run| (run, studied..all, "the kernel's pool".to_string()));
    for (run, within, list) in lists.chain(pool) {
        for n in run.start.0..run.start.0 + run.len {
            match free.get_mut(n as usize) {
                Some(seen) if !*seen && within.contains(&n) => *seen = true,
                _ => broken.push(format!("partition: f{n} is twice in free lists, or beyond RAM ({list})")),
            }
        }
    }
    for (pfn, frame) in view.frames.iter() {
        if free[pfn.index()] != (frame.state == FrameUse::Free) {
            broken.push(format!("partition: {pfn} is {:?}, free list says {}", frame.state, free[pfn.index()]));
        }
        let misplaced = match frame.state {
            FrameUse::Zero => all > studied && pfn.0 < studied,
            FrameUse::Page | FrameUse::Hole | FrameUse::Reserved => pfn.0 >= studied,
            // Tables of a memory that was given lie where it says.
            FrameUse::Free | FrameUse::Run { .. } | FrameUse::Table { .. } => false,
        };
        if misplaced {
            broken.push(format!("partition: {pfn} is {:?}, on the wrong side of frame {studied}", frame.state));
        }
    }
    for (first, run) in &view.runs {
        let whole =
            (first.0..first.0 + run.given).all(|n| view.frames.get(Pfn(n)).state == FrameUse::Run { first: *first });
        if !whole {
            broken.push(format!("partition: the run at {first} does not hold its {} frames", run.given));
        }
    }
}

fn slots(view: &View, broken: &mut Vec<String>) {
    let mut counts: BTreeMap<SwapSlot, u32> = BTreeMap::new();
    for pid in view.spaces.keys() {
        view.each_pte(*pid, &mut |m| {
            if let Pte::Swapped { slot } = view.decode(&m) {
                *counts.entry(slot).or_default() += 1;
            }
        });
    }
    for object in view.objects.values() {
        for page in object.pages.values() {
            if let ObjectPage::Slot(slot) = page {
                *counts.entry(*slot).or_default() += 1;
            }
        }
    }
    for (n, slot) in view.slots.iter().enumerate() {
        let id = SwapSlot(n as u32);
        let referenced = counts.remove(&id).unwrap_or(0);
        if slot.count != referenced {
            broken.push(format!("slots: {id:?} counts {}, {referenced} refer to it", slot.count));
        }
        if let Some(pfn) = slot.cached
            && view.frames.get(pfn).slot != Some(id)
        {
            broken.push(format!("slots: {id:?} is cached in {pfn}, which does not say so"));
        }
    }
    if let Some((slot, _)) = counts.first_key_value() {
        broken.push(format!("slots: {slot:?} is referred to and does not exist"));
    }
    for (pfn, frame) in view.frames.iter() {
        if let Some(slot) = frame.slot
            && view.slots[slot.index()].cached != Some(pfn)
        {
            broken.push(format!("slots: {pfn} names {slot:?}, which is not cached there"));
        }
    }
}

fn vmas(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    for (pid, space) in &view.spaces {
        let vmas = &space.vmas;
        let list: Vec<_> = vmas.values().collect();
        for (start, vma) in vmas {
            if *start != vma.start || vma.start >= vma.end || vma.pid != *pid || vma.end.0 > view.geometry().user_pages
            {
                broken.push(format!("vmas: {:?} of pid {pid} is {}..{} at {start}", vma.id, vma.start, vma.end));
            }
            if view.vma_at.get(&vma.id) != Some(&(*pid, *start)) {
                broken.push(format!("vmas: {:?} is not where its id leads", vma.id));
            }
        }
        for pair in list.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if a.end > b.start {
                broken.push(format!("vmas: {:?} and {:?} of pid {pid} overlap", a.id, b.id));
            }
            // A stack grows up to its neighbour without merging; a fork's child keeps the splits of its parent, where
            // a lock that is not inherited may have been the reason; `mremap` leaves what it empties as it is, too.
            let left = machine.mm.counts(*pid).may_be_unmerged;
            if !left && !b.flags.contains(VmaFlags::GROWSDOWN) && a.chain.len() < 2 && should_be_one(a, b) {
                broken.push(format!("vmas: {:?} and {:?} of pid {pid} ought to be one", a.id, b.id));
            }
        }
    }
}

fn tables(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    let mut seen: BTreeSet<Pfn> = tree(machine.mm.spare_tables().values().copied());
    for process in view.processes() {
        let top = view.geometry().levels - 1;
        table_tree(view, process.pid, process.root, top, Vpn(0), &mut seen, broken);
    }
    for (pfn, frame) in view.frames.iter() {
        if matches!(frame.state, FrameUse::Table { .. }) && !seen.contains(&pfn) {
            broken.push(format!("tables: {pfn} is a table that nothing points to"));
        }
    }
}

fn table_tree(
    view: &View,
    pid: Pid,
    table: Pfn,
    level: u8,
    base: Vpn,
    seen: &mut BTreeSet<Pfn>,
    broken: &mut Vec<String>,
) {
    if !seen.insert(table) {
        broken.push(format!("tables: {table} is reached twice"));
        return;
    }
    if view.frames.get(table).state != (FrameUse::Table { pid, level }) {
        broken.push(format!("tables: {table} of pid {pid} is {:?}", view.frames.get(table).state));
        return;
    }
    let geometry = view.geometry();
    if level == 0 {
        return;
    }
    for index in 0..geometry.entries() as u16 {
        let vpn = base.plus(u64::from(index) * geometry.span(level));
        if let Some(next) = Pte::next_table(geometry.kind, view.ram.entry(table, index)) {
            if view.vmas_of(pid).all(|vma| vma.end <= vpn || vma.start >= vpn.plus(geometry.span(level))) {
                broken.push(format!("tables: {next} of pid {pid} covers no VMA"));
            }
            table_tree(view, pid, next, level - 1, vpn, seen, broken);
        }
    }
}

fn tlb(view: &View, broken: &mut Vec<String>) {
    for entry in view.tlb.iter().flatten() {
        match view.pte(entry.pid, entry.vpn) {
            Pte::Mapped { pfn, writable, dirty, protnone: false, .. }
                if pfn == entry.pfn && (writable || !entry.writable) && (dirty || !entry.dirty) => {}
            pte => broken.push(format!("tlb: {entry:?} against {pte:?}")),
        }
    }
}

fn ptes(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    for pid in view.spaces.keys() {
        let mut rss = 0;
        view.each_pte(*pid, &mut |m| {
            let Some(vma) = view.vma(*pid, m.vpn) else {
                broken.push(format!("pte-vma: page {} of pid {pid} has a PTE and no VMA", m.vpn));
                return;
            };
            if let Pte::Mapped { pfn, writable, dirty, protnone, .. } = view.decode(&m) {
                let frame = view.frames.get(pfn);
                rss += u64::from(frame.state == FrameUse::Page);
                let shared_private = vma.is_private()
                    && (frame.mapcount > 1
                        || frame.state == FrameUse::Zero
                        || frame.slot.is_some()
                        || matches!(frame.mapping, Owner::Ksm(_)));
                if (writable || dirty) && !frame.dirty && is_file_page(view, frame) {
                    broken.push(format!(
                        "pte-vma: page {} of pid {pid} may be dirty, its file's page {pfn} is clean",
                        m.vpn
                    ));
                }
                if writable && (!vma.prot.contains(Prot::WRITE) || shared_private) || (protnone && !vma.prot.is_empty())
                {
                    broken.push(format!(
                        "pte-vma: page {} of pid {pid} allows more than {} (mapcount {})",
                        m.vpn, vma.prot, frame.mapcount
                    ));
                }
            }
        });
        if rss != machine.mm.counts(*pid).rss {
            broken.push(format!("pte-vma: pid {pid} counts {} pages, has {rss}", machine.mm.counts(*pid).rss));
        }
    }
}

fn is_file_page(view: &View, frame: Frame) -> bool {
    match frame.mapping {
        Owner::Object(id) => view.objects.get(&id).is_some_and(|object| !object.info.kind.swap_backed()),
        Owner::Anon(_) | Owner::Ksm(_) | Owner::None => false,
    }
}

fn links(view: &View, broken: &mut Vec<String>) {
    for vma in view.all_vmas() {
        for id in &vma.chain {
            if !view.anon_vmas.get(id).is_some_and(|a| a.vmas.contains(&vma.id)) {
                broken.push(format!("links: {:?} stands in no set of {id:?}", vma.id));
            }
        }
        if vma.anon_vma.is_some_and(|own| !vma.chain.contains(&own)) || vma.anon_vma.is_some() == vma.chain.is_empty() {
            broken.push(format!("links: {:?} has {:?}, its chain does not have it", vma.id, vma.anon_vma));
        }
        if let Some(id) = vma.object
            && !view.objects.get(&id).is_some_and(|o| o.info.vmas.contains(&vma.id))
        {
            broken.push(format!("links: {:?} stands in no set of {id:?}", vma.id));
        }
    }
    for (id, anon_vma) in view.anon_vmas.iter() {
        let stray = anon_vma.vmas.iter().find(|v| view.vma_by_id(**v).is_none_or(|v| !v.chain.contains(&id)));
        if anon_vma.vmas.is_empty() || stray.is_some() {
            broken.push(format!("links: {id:?} leads to {stray:?} that does not lead back"));
        }
    }
    for (id, object) in &view.objects {
        if object.info.is_anonymous() && object.info.vmas.is_empty() {
            broken.push(format!("links: {id:?} has no name and nobody maps it"));
        }
        let end = object.info.pages(view.geometry()).unwrap_or(u64::MAX);
        if let Some((index, _)) = object.pages.range(end..).next() {
            broken.push(format!("links: page {index} of {id:?} lies behind its end"));
        }
        let strays = object.info.vmas.iter().filter(|v| view.vma_by_id(**v).is_none_or(|v| v.object != Some(*id)));
        broken.extend(strays.map(|v| format!("links: {id:?} leads to {v:?} that does not lead back")));
        for (index, page) in &object.pages {
            if let ObjectPage::Frame(pfn) = page
                && (view.frames.get(*pfn).mapping, view.frames.get(*pfn).index) != (Owner::Object(*id), *index)
            {
                broken.push(format!("links: page {index} of {id:?} is in {pfn}, which does not say so"));
            }
        }
    }
}

/// The interval trees hold what the sets of VMAs hold, and nothing else.
fn trees(machine: &Machine, broken: &mut Vec<String>) {
    let mm = &machine.mm;
    let Some(trees) = mm.reverse_map().interval_trees() else { return };
    let anon = mm.anon_vmas().values().map(|a| (Owner::Anon(a.id), &a.vmas));
    let objects = mm.objects().values().map(|o| (Owner::Object(o.info.id), &o.info.vmas));
    let mut wanted: BTreeMap<Owner, BTreeSet<Interval>> = BTreeMap::new();
    for (owner, vmas) in anon.chain(objects) {
        for id in vmas {
            wanted.entry(owner).or_default().insert(Interval::of(mm.vma_by_id(*id)));
        }
    }
    let found = trees.map(|(owner, rows)| {
        broken.extend(rows.check());
        (owner, tree(rows.rows().into_iter().map(|row| row.1)))
    });
    let found: BTreeMap<Owner, BTreeSet<Interval>> = tree(found);
    if wanted != found {
        broken.push("links: the interval trees differ from the sets of VMAs".into());
    }
}

fn page_hash(machine: &Machine, broken: &mut Vec<String>) {
    let Some(hash) = machine.mm.page_hash() else { return };
    let mut cached = BTreeMap::new();
    for (id, object) in machine.mm.objects() {
        for (index, page) in &object.pages {
            if let ObjectPage::Frame(pfn) = page {
                cached.insert((*id, *index), *pfn);
            }
        }
    }
    if !hash.holds(&cached) {
        broken.push("links: the chains of the page cache's hash table differ from the pages of objects".into());
    }
}

fn stable_nodes(view: &View, mappings: &BTreeMap<Pfn, Vec<Mapping>>, broken: &mut Vec<String>) {
    for (id, node) in &view.stable_nodes {
        if view.frames.get(node.pfn).mapping != Owner::Ksm(*id) {
            broken.push(format!("links: {id:?} leads to {}, which does not say so", node.pfn));
        }
        for mapping in mappings.get(&node.pfn).into_iter().flatten() {
            let vma = view.vma(mapping.pid, mapping.vpn);
            let leads = |vma: &Vma| vma.chain.iter().any(|a| node.items.contains(&(*a, vma.index_of(mapping.vpn))));
            if !vma.is_some_and(leads) {
                broken.push(format!("links: no item of {id:?} leads to page {} of pid {}", mapping.vpn, mapping.pid));
            }
        }
    }
    for (pfn, frame) in view.frames.iter() {
        if let Owner::Ksm(id) = frame.mapping
            && (frame.mapcount == 0 || view.stable_nodes.get(&id).is_none_or(|node| node.pfn != pfn))
        {
            broken.push(format!("links: {pfn} is merged, {id:?} does not lead to it or nobody maps it"));
        }
    }
}
