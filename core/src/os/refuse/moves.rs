//! Moves that make no sense are refused before anything happens: what cannot be moved, and places that are taken. And
//! what the kernel itself cannot do.

use super::heaps;
use crate::mm::compact::migrate::Unmovable;
use crate::os::machine::Machine;
use crate::refusal::{Check, refuse};
use crate::units::{Pfn, VirtAddr};
use crate::vocabulary::boot::{BootGiven, BootPlace};
use crate::vocabulary::command::{Command, CommandKind, Read, Touch, Write};
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::run::Run;

/// Checks `migrate`: what is in `from` can be moved, and `to` is free.
pub(super) fn migrate(machine: &Machine, from: Pfn, to: Pfn) -> Check {
    exists(machine, from)?;
    exists(machine, to)?;
    let frame = machine.mm.frame(from);
    if frame.state == FrameUse::Free {
        return refuse(format!("migrate: frame {} is free", from.0), "name one that is used");
    }
    if let Some(why) = machine.mm.why_unmovable(from) {
        return refuse(format!("migrate: frame {} cannot be moved", from.0), reason(why));
    }
    match frame.state {
        FrameUse::Run { first } if first != from => refuse(
            format!("migrate: frame {} is in the middle of a run", from.0),
            format!("a run moves as a whole: name its first frame, {}", first.0),
        ),
        FrameUse::Run { first } => room_for(machine, &machine.mm.runs()[&first], first, to),
        _ => free(machine, to),
    }
}

/// Why something cannot be moved, as a hint.
fn reason(why: Unmovable) -> &'static str {
    match why {
        Unmovable::Fixed => "it is the kernel's from the start, or a hole",
        Unmovable::Table => "it is a page table, which others know by its physical address",
        Unmovable::InUse => "it is just being filled or copied",
        Unmovable::Run => "it is part of a run that was not asked for as movable",
        Unmovable::Pinned => "it is part of a pinned run: unpin it first",
    }
}

/// Checks that a run keeps its alignment and its zone.
fn room_for(machine: &Machine, run: &Run, first: Pfn, to: Pfn) -> Check {
    if !run.request.fits_at(to.0) {
        let what = format!("migrate: a run there would not have its alignment of {} frames", run.request.align);
        return refuse(what, "choose a place that has it");
    }
    if !machine.mm.zone_holds(to, run.given, run.request.zone) {
        return refuse(
            format!("migrate: {} frames at {} are not in a zone of the run", run.given, to.0),
            "stay in one",
        );
    }
    (to.0..to.0 + run.given)
        .map(Pfn)
        .filter(|pfn| machine.mm.frame(*pfn).state != FrameUse::Run { first })
        .try_for_each(|pfn| free(machine, pfn))
}

fn free(machine: &Machine, pfn: Pfn) -> Check {
    match machine.mm.frame(pfn).state {
        FrameUse::Free => Ok(()),
        _ => refuse(format!("migrate: frame {} is not free", pfn.0), "move to free frames"),
    }
}

fn exists(machine: &Machine, pfn: Pfn) -> Check {
    if pfn.0 < machine.config.frames {
        return Ok(());
    }
    let hint = format!("the machine has frames 0 to {}", machine.config.frames - 1);
    refuse(format!("migrate: there is no frame {}", pfn.0), hint)
}

/// Checks `vfree`: an area that `vmalloc` gave begins there.
pub(super) fn vfree(machine: &Machine, addr: VirtAddr) -> Check {
    let geometry = machine.mm.geometry();
    let area = machine.mm.spaces().get(&KERNEL).and_then(|space| space.vmas.get(&geometry.vpn(addr)));
    if area.is_some() && geometry.aligned(addr) {
        let at_boot = machine.mm.boot().iter().find(|given| given.place == BootPlace::Vmalloc(addr));
        return at_boot.map_or(Ok(()), |given| refuse_boot("vfree", given));
    }
    refuse(format!("vfree: no area from vmalloc begins at {addr}"), "freed twice, or never given by vmalloc")
}

/// Refuses to free what the kernel was given at boot.
pub(super) fn refuse_boot(verb: &str, given: &BootGiven) -> Check {
    refuse(format!("{verb}: this was given to `{}` at boot", <&str>::from(given.user)), "it stays for good")
}

/// Checks what process 0, the kernel, does: it gives no calls, and accesses what it got from `vmalloc`
/// and `kmalloc`.
pub(super) fn by_the_kernel(machine: &Machine, command: &Command) -> Check {
    let page = machine.mm.geometry().page_size();
    let (addr, bytes) = if let Command::Read(Read { addr, len, .. }) = command {
        (*addr, *len)
    } else if let Command::Write(Write { addr, bytes, .. }) = command {
        (*addr, bytes.len() as u64)
    } else if let Command::Touch(Touch { addr, pages, .. }) = command {
        (*addr, pages.saturating_mul(page))
    } else if let Command::HeapTrim(args) = command {
        return heaps::known(machine, args.pid, args.heap);
    } else if command.kind() == CommandKind::Heap {
        let hint = "use kmalloc(bytes) and kfree(addr); machine(#{kmalloc: #{kind: \"slab\"}}) names their allocator";
        return refuse("process 0 is the kernel, which has a heap of its own", hint);
    } else {
        return refuse("process 0 is the kernel, which gives no calls", "use vmalloc and vfree, or kmalloc and kfree");
    };
    let area = machine.mm.spaces().get(&KERNEL).and_then(|space| space.find(machine.mm.geometry().vpn(addr)));
    let end = area.map(|vma| vma.end.0.saturating_mul(page));
    if end.is_some_and(|end| addr.0.checked_add(bytes).is_some_and(|last| last <= end)) {
        return Ok(());
    }
    if machine.at_kernel_block(addr, bytes) && !matches!(command, Command::Touch(_)) {
        return Ok(());
    }
    let what = format!("the kernel has no {bytes} bytes from vmalloc or kmalloc at {addr}");
    refuse(what, "it may access what vmalloc(pages) or kmalloc(bytes) gave it, and nothing else here")
}
