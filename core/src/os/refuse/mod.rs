//! Commands that make no sense are refused before anything happens: unknown pids, runs that were never given, sizes no
//! machine could serve. What a process may get wrong is not here: that is an errno or a signal.

mod heaps;
mod load;
mod moves;
mod ports;

use crate::alloc::FrameAllocator;
use crate::os::machine::Machine;
use crate::refusal::{Check, Refusal, refuse};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::boot::BootPlace;
use crate::vocabulary::command::*;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::request::{Gfp, Request};
use crate::vocabulary::run::{HASH_TABLE, Run};
use crate::vocabulary::vma::VmaFlags;

/// One command may touch, populate or lock at most this many pages: 4 GiB.
pub const MAX_PAGES: u64 = 1 << 20;
/// One command may read or write at most this many bytes: in a recording they still fit its longest line.
pub const MAX_BYTES: u64 = 1 << 17;
/// A name of a process or file has at most this many bytes.
pub const MAX_NAME: usize = 4096;
/// One command may tell of at most this many references to come.
pub const MAX_FUTURE: u64 = 1 << 14;

/// Checks a command against the machine as it is.
pub fn check(machine: &Machine, command: &Command) -> Check {
    match command.pid() {
        Some(KERNEL) => moves::by_the_kernel(machine, command)?,
        Some(pid) => known(machine, pid)?,
        None => {}
    }
    if let Command::Touch(_) | Command::Read(_) | Command::Write(_) = command {
        foreseen(machine)?;
    }
    match command {
        Command::Spawn(Spawn { pid, name }) => {
            name.as_deref().map_or(Ok(()), short)?;
            fresh(machine, *pid)
        }
        Command::LoadTables(args) => fresh(machine, args.pid).and(load::tables(machine, args)),
        Command::Fork(Fork { child, name, .. }) => {
            name.as_deref().map_or(Ok(()), short)?;
            fresh(machine, *child)
        }
        Command::Exec(Exec { name, .. }) => short(name),
        Command::Mmap(Mmap { pid, pages, flags, file, .. }) => {
            file.as_deref().map_or(Ok(()), short)?;
            let anonymous = flags.contains(&MapFlag::Anonymous);
            if anonymous == file.is_some() {
                let what =
                    if anonymous { "mmap: anonymous memory has no file" } else { "mmap: neither anonymous nor a file" };
                return refuse(what, "give the flag anonymous, or file: a name, not both");
            }
            let asked = flags.contains(&MapFlag::Populate) || flags.contains(&MapFlag::Locked);
            if asked || locks_future(machine, *pid) { size("pages", *pages, MAX_PAGES) } else { Ok(()) }
        }
        Command::Touch(Touch { pages, .. }) => at_least_one("pages", *pages).and(size("pages", *pages, MAX_PAGES)),
        Command::Mlock(Mlock { pages, onfault: false, .. }) => size("pages", *pages, MAX_PAGES),
        Command::Mlockall(Mlockall { pid, current: true, onfault: false, .. }) => {
            let mapped = machine.mm.space(*pid).vmas.values().map(|vma| vma.pages()).sum();
            size("mlockall: pages mapped", mapped, MAX_PAGES)
        }
        Command::Brk(Brk { pid, addr }) if locks_future(machine, *pid) => {
            let grows = addr.0.saturating_sub(machine.mm.space(*pid).info.brk.0) >> machine.mm.geometry().page_shift;
            size("brk: pages", grows, MAX_PAGES)
        }
        Command::Mremap(Mremap { pid, addr, pages, new_pages, .. }) => {
            let vma = machine.mm.space(*pid).find(machine.mm.geometry().vpn(*addr));
            let locked = vma.is_some_and(|vma| faults_in(vma.flags));
            if locked { size("mremap: pages more", new_pages.saturating_sub(*pages), MAX_PAGES) } else { Ok(()) }
        }
        Command::Read(Read { len, .. }) => at_least_one("len", *len).and(size("len", *len, MAX_BYTES)),
        Command::Write(Write { bytes, .. }) => {
            at_least_one("bytes", bytes.len() as u64).and(size("bytes", bytes.len() as u64, MAX_BYTES))
        }
        Command::Mincore(Mincore { pages, .. }) => size("pages", *pages, MAX_BYTES),
        Command::Truncate(Truncate { file, .. }) => short(file),
        Command::Unlink(Unlink { file }) => match machine.mm.has_file(file) {
            true => Ok(()),
            false => refuse(
                format!("unlink: there is no file `{}`", cut(file)),
                "a file is there once it was mapped, written or given a size",
            ),
        },
        Command::Pread(Pread { file, len, .. }) => {
            short(file).and(at_least_one("len", *len)).and(size("len", *len, MAX_BYTES))
        }
        Command::Pwrite(Pwrite { file, bytes, .. }) => {
            short(file).and(at_least_one("bytes", bytes.len() as u64)).and(size("bytes", bytes.len() as u64, MAX_BYTES))
        }
        Command::Alloc(request) => alloc(machine, request),
        Command::Free(Free { pfn, pages }) => free(machine, *pfn, *pages),
        Command::Pin(Pin { pfn }) => run(machine, "pin", *pfn).map(drop),
        Command::Unpin(Unpin { pfn }) => match run(machine, "unpin", *pfn)?.pins {
            0 => refuse(format!("unpin: the run at frame {} is not pinned", pfn.0), "pin it first"),
            _ => Ok(()),
        },
        Command::MapRun(MapRun { pfn, .. }) => map_run(machine, *pfn),
        Command::Migrate(Migrate { from, to }) => moves::migrate(machine, *from, *to),
        Command::Vmalloc(Vmalloc { pages }) => at_least_one("pages", *pages).and(size("pages", *pages, MAX_PAGES)),
        Command::Vfree(Vfree { addr }) => moves::vfree(machine, *addr),
        Command::Reclaim(Reclaim { frames }) => at_least_one("frames", u64::from(*frames)),
        Command::Heap(args) => heaps::new(machine, args),
        Command::Malloc(args) => heaps::known(machine, args.pid, args.heap),
        Command::Calloc(args) => heaps::known(machine, args.pid, args.heap),
        Command::Realloc(args) => heaps::given(machine, "realloc", args.pid, args.heap, args.addr),
        Command::HeapFree(args) => heaps::given(machine, "free", args.pid, args.heap, args.addr),
        Command::HeapTrim(args) => heaps::known(machine, args.pid, args.heap),
        Command::Kmalloc(_) => heaps::of_kernel(machine),
        Command::Kfree(Kfree { addr }) => heaps::kfree(machine, *addr),
        Command::Port(_) => ports::new(machine),
        Command::Send(args) => ports::send(machine, args),
        Command::Receive(args) => ports::receive(machine, args),
        Command::Future(Future { pages }) => {
            at_least_one("pages", pages.len() as u64).and(size("pages", pages.len() as u64, MAX_FUTURE))
        }
        Command::Munmap(_)
        | Command::Mprotect(_)
        | Command::Brk(_)
        | Command::Madvise(_)
        | Command::Mlock(_)
        | Command::Munlock(_)
        | Command::Mlockall(_)
        | Command::Munlockall(_)
        | Command::Msync(_)
        | Command::UnmapRun(_)
        | Command::Exit(_)
        | Command::MergePass
        | Command::Kswapd
        | Command::Compact
        | Command::Note(_)
        | Command::Show(_)
        | Command::Ask(_)
        | Command::Answer(_)
        | Command::Expect(_) => Ok(()),
    }
}

/// A process may not use memory before a policy that decides by the future knows it.
fn foreseen(machine: &Machine) -> Check {
    if machine.mm.policy().lacks_future() {
        return refuse(
            "policy `opt` decides by what comes, and nothing has said what comes",
            "references(process, [...]) says it and makes the references; future([...]) says it alone",
        );
    }
    Ok(())
}

/// Whether what the process maps next is locked, and so faulted in at once.
fn locks_future(machine: &Machine, pid: Pid) -> bool {
    faults_in(machine.mm.space(pid).info.def_flags)
}

/// Whether a mapping with these flags has its pages at once: locked, and not only once they are touched.
fn faults_in(flags: VmaFlags) -> bool {
    flags.contains(VmaFlags::LOCKED) && !flags.contains(VmaFlags::LOCKONFAULT)
}

fn known(machine: &Machine, pid: Pid) -> Check {
    if machine.mm.is_alive(pid) {
        return Ok(());
    }
    let living: Vec<String> =
        machine.mm.spaces().keys().filter(|pid| **pid != KERNEL).take(8).map(Pid::to_string).collect();
    let hint = if living.is_empty() { "spawn one first".to_owned() } else { format!("alive: {}", living.join(", ")) };
    let what = if pid.0 <= machine.last_pid && pid.0 > 0 {
        format!("process {pid} has ended")
    } else {
        format!("there is no process {pid}")
    };
    refuse(what, hint)
}

fn fresh(machine: &Machine, pid: Option<Pid>) -> Check {
    match pid {
        Some(pid) if pid.0 <= machine.last_pid => refuse(
            format!("pid {pid} is taken or was used before"),
            format!("use {} or leave it out", machine.last_pid + 1),
        ),
        Some(pid) if pid.0 > 1 << 22 => refuse(format!("pid {pid} is over 4194304"), "use a smaller one"),
        _ => Ok(()),
    }
}

fn alloc(machine: &Machine, request: &Request) -> Check {
    let config = &machine.config;
    let Request { pages, align, offset, zone, .. } = *request;
    if pages == 0 {
        return refuse("alloc: zero pages", "ask for at least one");
    }
    if pages > config.frames {
        let what = format!("alloc: {pages} pages are more than the machine has, {}", config.frames);
        return refuse(what, "ask for fewer");
    }
    if !align.is_power_of_two() {
        return refuse(format!("alloc: an alignment of {align} frames"), "use a power of two, 1 for any");
    }
    if offset >= align {
        return refuse(
            format!("alloc: offset {offset} with an alignment of {align}"),
            "use an offset below the alignment",
        );
    }
    let zones = config.effective_zones().len();
    if zone.is_some_and(|zone| usize::from(zone) >= zones) {
        let what = format!("alloc: there is no zone {}", zone.unwrap_or(0));
        return refuse(what, format!("the machine has zones 0 to {}", zones - 1));
    }
    match machine.mm.allocator().given(request) {
        Err(_) if request.gfp.contains(Gfp::VMALLOC) => Ok(()),
        given => given.map(drop),
    }
}

fn free(machine: &Machine, pfn: Pfn, pages: u32) -> Check {
    let run = run(machine, "free", pfn)?;
    if run.id == HASH_TABLE {
        return refuse(format!("free: the page cache's hash table is at frame {}", pfn.0), "it stays for good");
    }
    if let Some(given) = machine.mm.boot().iter().find(|given| given.place == BootPlace::Run(pfn)) {
        return moves::refuse_boot("free", given);
    }
    if run.request.pages != pages {
        return refuse(
            format!("free: the run at frame {} has {} pages, not {pages}", pfn.0, run.request.pages),
            "free it with the length it was asked for",
        );
    }
    if run.pins > 0 {
        return refuse(format!("free: the run at frame {} is pinned", pfn.0), "unpin it first");
    }
    not_mapped(machine, "free", pfn, run)
}

fn map_run(machine: &Machine, pfn: Pfn) -> Check {
    let run = run(machine, "map_run", pfn)?;
    size("map_run: pages", u64::from(run.request.pages), MAX_PAGES)?;
    not_mapped(machine, "map_run", pfn, run)
}

/// Refuses to map a run that is mapped already.
fn not_mapped(machine: &Machine, verb: &str, pfn: Pfn, run: &Run) -> Check {
    if run.queued > 0 {
        return refuse(
            format!("{verb}: the run at frame {} is in a message", pfn.0),
            "it belongs to who receives it: q.receive(port)",
        );
    }
    let Some((pid, vpn)) = run.mapped.first() else { return Ok(()) };
    let addr = machine.mm.geometry().addr(*vpn);
    refuse(
        format!("{verb}: process {pid} maps the run at frame {} at {addr}", pfn.0),
        "unmap it first: p.unmap_run(addr)",
    )
}

fn run<'a>(machine: &'a Machine, verb: &str, pfn: Pfn) -> Result<&'a Run, Refusal> {
    if pfn.0 >= machine.config.frames {
        return Err(Refusal::new(
            format!("{verb}: there is no frame {}", pfn.0),
            format!("the machine has frames 0 to {}", machine.config.frames - 1),
        ));
    }
    let unknown = || {
        let what = format!("{verb}: no run from alloc starts at frame {}", pfn.0);
        Refusal::new(what, "freed twice, moved, or never given by alloc")
    };
    if machine.kernel_heap().is_some_and(|heap| heap.holds(Vpn(pfn.0.into()))) {
        let what = format!("{verb}: frame {} is the kernel's heap's", pfn.0);
        return Err(Refusal::new(what, "its blocks are given by kmalloc(bytes), and freed by kfree(addr)"));
    }
    if let Some((port, _)) = machine.ports().iter().find(|(_, info)| info.ring == pfn) {
        let what = format!("{verb}: frame {} has the queue of {port}", pfn.0);
        return Err(Refusal::new(what, "it is the kernel's until the port's process ends"));
    }
    machine.mm.runs().get(&pfn).ok_or_else(unknown)
}

fn short(name: &str) -> Check {
    if name.len() > MAX_NAME {
        return refuse(format!("the name has {} bytes; the most is {MAX_NAME}", name.len()), "choose a shorter one");
    }
    Ok(())
}

/// A name as quoted in a message: its first 40 characters.
fn cut(name: &str) -> String {
    name.chars().take(40).collect()
}

fn at_least_one(field: &str, n: u64) -> Check {
    if n == 0 { refuse(format!("{field}: 0"), "use at least 1") } else { Ok(()) }
}

fn size(field: &str, n: u64, most: u64) -> Check {
    if n > most { refuse(format!("{field}: {n} is over {most}"), "use several commands") } else { Ok(()) }
}
