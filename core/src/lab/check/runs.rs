//! The invariant `runs`: a mapped run's entries map exactly its frames, in order and with its VMA's rights, by large
//! pages where they can; VMA and run lead to each other; nothing else maps a run's frames; the tables put aside are
//! those of large pages that may have to give way.

use crate::hw::pte::Pte;
use crate::lab::time::view::View;
use crate::mm::run::segment::stretches;
use crate::os::machine::Machine;
use crate::trees::tree;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::run::Run;
use crate::vocabulary::vma::VmaFlags;
use std::collections::BTreeMap;

/// Adds every broken rule of mapped runs to `broken`.
pub fn runs(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    for (first, run) in &view.runs {
        for (pid, start) in &run.mapped {
            mapped(view, (*first, run), (*pid, *start), broken);
        }
    }
    for vma in view.all_vmas().filter(|vma| vma.flags.contains(VmaFlags::RUN)) {
        let run = view.runs.get(&Pfn(vma.pgoff as u32));
        if !run.is_some_and(|run| run.mapped.contains(&(vma.pid, vma.start))) {
            broken.push(format!("runs: {:?} maps the run at {}, which does not say so", vma.id, vma.pgoff));
        }
    }
    for pid in view.spaces.keys() {
        view.each_page(*pid, &mut |mapping, pte| {
            let of_run = |pfn| matches!(view.frames.get(pfn).state, FrameUse::Run { .. });
            let by_run = view.vma(*pid, mapping.vpn).is_some_and(|vma| vma.flags.contains(VmaFlags::RUN));
            if pte.pfn().is_some_and(of_run) != by_run {
                broken.push(format!("runs: page {} of pid {pid} is {pte:?}", mapping.vpn));
            }
        });
    }
    spares(machine, view, broken);
}

fn mapped(view: &View, (first, run): (Pfn, &Run), (pid, start): (Pid, Vpn), broken: &mut Vec<String>) {
    let pages = u64::from(run.request.pages);
    let Some(vma) = view.spaces.get(&pid).and_then(|space| space.vmas.get(&start)) else {
        return broken
            .push(format!("runs: the run at {first} is mapped by pid {pid} at {start}, where there is no VMA"));
    };
    if !vma.flags.contains(VmaFlags::RUN) || (vma.pgoff, vma.pages()) != (u64::from(first.0), pages) {
        broken.push(format!("runs: {:?} is not of the run at {first}", vma.id));
    }
    for stretch in stretches(view.geometry(), start, pages) {
        let pfn = first.plus((stretch.vpn.0 - start.0) as u32);
        let large = view.walk(pid, stretch.vpn).last().is_some_and(|step| step.level == 1);
        if large != stretch.is_large(pfn) {
            broken.push(format!("runs: page {} of pid {pid} in {pfn}: large is {large}", stretch.vpn));
        }
        for n in 0..stretch.pages {
            let (vpn, wanted) = (stretch.vpn.plus(n), pfn.plus(n as u32));
            // Shared: until one writes. What was shared may still be read-only.
            let may_write = vma.prot.contains(Prot::WRITE) && !run.is_shared();
            let writes = |writable: bool| writable == may_write || (run.sent && !writable);
            match view.pte(pid, vpn) {
                Pte::Mapped { pfn, writable, protnone, .. }
                    if pfn == wanted && writes(writable) && protnone == vma.prot.is_empty() => {}
                pte => broken.push(format!("runs: page {vpn} of pid {pid} is {pte:?}, not in {wanted}")),
            }
        }
    }
}

fn spares(machine: &Machine, view: &View, broken: &mut Vec<String>) {
    let mut wanted = BTreeMap::new();
    for (first, run) in view.runs.iter().filter(|(_, run)| run.is_movable()) {
        for (pid, start) in run.mapped.iter().copied() {
            for stretch in stretches(view.geometry(), start, u64::from(run.request.pages)) {
                if stretch.is_large(first.plus((stretch.vpn.0 - start.0) as u32)) {
                    wanted.insert((pid, stretch.vpn), FrameUse::Table { pid, level: 0 });
                }
            }
        }
    }
    let spare = machine.mm.spare_tables();
    let found: BTreeMap<_, _> = tree(spare.iter().map(|(at, pfn)| (*at, view.frames.get(*pfn).state)));
    if wanted != found || spare.values().any(|pfn| view.ram.bytes(*pfn).is_some_and(|b| b.iter().any(|b| *b != 0))) {
        broken.push(format!("runs: tables put aside: {found:?}, wanted {wanted:?}, all of them empty"));
    }
}
