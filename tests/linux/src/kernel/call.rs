//! A command as the puppet reads it, and its answer in the model's words.

use pageturner::units::VirtAddr;
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::prot::Prot;
use std::collections::HashMap;

/// The call as the puppet reads it.
pub fn line(command: &Command, files: &HashMap<String, u64>) -> String {
    let call = |nr: i64, args: [u64; 6]| {
        let args = args.map(|arg| format!("{arg:x}"));
        format!("call {nr:x} {}", args.join(" "))
    };
    let fd = |name: &String| files.get(name).copied().unwrap_or(u64::MAX);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let range = |addr: &VirtAddr, pages: u64, last: u64| [addr.0, pages << 12, last, 0, 0, 0];
    match command {
        Command::Mmap(Mmap { addr, pages, prot, flags, file, pgoff, .. }) => {
            let fd = file.as_ref().map_or(u64::MAX, fd);
            let addr = addr.unwrap_or_default().0;
            call(libc::SYS_mmap, [addr, pages << 12, prot_bits(*prot), map_bits(flags), fd, pgoff << 12])
        }
        Command::Munmap(Munmap { addr, pages, .. }) => call(libc::SYS_munmap, range(addr, *pages, 0)),
        Command::Mprotect(Mprotect { addr, pages, prot, growsdown, .. }) => {
            let grows = if *growsdown { libc::PROT_GROWSDOWN as u64 } else { 0 };
            call(libc::SYS_mprotect, range(addr, *pages, prot_bits(*prot) | grows))
        }
        Command::Mremap(Mremap { addr, pages, new_pages, to, may_move, dontunmap, hint, .. }) => {
            let mut flags = match to {
                Some(_) => libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED,
                None if *may_move => libc::MREMAP_MAYMOVE,
                None => 0,
            };
            if *dontunmap {
                flags |= libc::MREMAP_DONTUNMAP;
            }
            let to = to.or(*hint).unwrap_or_default().0;
            call(libc::SYS_mremap, [addr.0, pages << 12, new_pages << 12, flags as u64, to, 0])
        }
        Command::Madvise(Madvise { addr, pages, advice, .. }) => {
            let advice = match advice {
                Advice::Dontneed => libc::MADV_DONTNEED,
                Advice::Pageout => libc::MADV_PAGEOUT,
                Advice::Mergeable => libc::MADV_MERGEABLE,
                Advice::Unmergeable => libc::MADV_UNMERGEABLE,
                Advice::Normal => libc::MADV_NORMAL,
                Advice::Random => libc::MADV_RANDOM,
                Advice::Sequential => libc::MADV_SEQUENTIAL,
                Advice::Dontfork => libc::MADV_DONTFORK,
                Advice::Dofork => libc::MADV_DOFORK,
                Advice::Dontdump => libc::MADV_DONTDUMP,
                Advice::Dodump => libc::MADV_DODUMP,
                Advice::Hugepage => libc::MADV_HUGEPAGE,
                Advice::Nohugepage => libc::MADV_NOHUGEPAGE,
                Advice::Wipeonfork => libc::MADV_WIPEONFORK,
                Advice::Keeponfork => libc::MADV_KEEPONFORK,
            };
            call(libc::SYS_madvise, range(addr, *pages, advice as u64))
        }
        Command::Mlock(Mlock { addr, pages, onfault: false, .. }) => call(libc::SYS_mlock, range(addr, *pages, 0)),
        Command::Mlock(Mlock { addr, pages, .. }) => {
            call(libc::SYS_mlock2, range(addr, *pages, u64::from(libc::MLOCK_ONFAULT)))
        }
        Command::Mlockall(Mlockall { current, future, onfault, .. }) => {
            let flags = [(*current, libc::MCL_CURRENT), (*future, libc::MCL_FUTURE), (*onfault, libc::MCL_ONFAULT)]
                .into_iter()
                .filter(|(on, _)| *on)
                .fold(0, |bits, (_, bit)| bits | bit as u64);
            call(libc::SYS_mlockall, [flags, 0, 0, 0, 0, 0])
        }
        Command::Munlockall(_) => call(libc::SYS_munlockall, [0; 6]),
        Command::Msync(Msync { addr, pages, .. }) => call(libc::SYS_msync, range(addr, *pages, libc::MS_SYNC as u64)),
        Command::Mincore(Mincore { addr, pages, .. }) => format!("mincore {:x} {pages:x}", addr.0),
        Command::Munlock(Munlock { addr, pages, .. }) => call(libc::SYS_munlock, range(addr, *pages, 0)),
        Command::Read(Read { addr, len, .. }) => format!("read {:x} {len:x}", addr.0),
        Command::Write(Write { addr, bytes, .. }) => {
            format!("write {:x} {}", addr.0, hex(bytes))
        }
        Command::Pread(Pread { file, offset, len, .. }) => format!("pread {:x} {offset:x} {len:x}", fd(file)),
        Command::Pwrite(Pwrite { file, offset, bytes, .. }) => {
            format!("pwrite {:x} {offset:x} {}", fd(file), hex(bytes))
        }
        Command::Touch(Touch { addr, pages, .. }) => format!("touch {:x} {pages:x}", addr.0),
        Command::Spawn(_) | Command::Fork(_) | Command::Exit(_) | Command::Truncate(_) => not_its_own(command),
        Command::LoadTables(_) | Command::Brk(_) | Command::Exec(_) | Command::Unlink(_) => not_its_own(command),
        Command::MapRun(_) | Command::UnmapRun(_) | Command::Alloc(_) | Command::Free(_) => not_its_own(command),
        Command::Pin(_) | Command::Unpin(_) | Command::Vmalloc(_) | Command::Vfree(_) => not_its_own(command),
        Command::Migrate(_)
        | Command::Compact
        | Command::Reclaim(_)
        | Command::MergePass
        | Command::Kswapd
        | Command::Future(_) => not_its_own(command),
        Command::Heap(_) | Command::Malloc(_) | Command::Calloc(_) => not_its_own(command),
        Command::Realloc(_) | Command::HeapFree(_) | Command::HeapTrim(_) => not_its_own(command),
        Command::Kmalloc(_) | Command::Kfree(_) => not_its_own(command),
        Command::Port(_) | Command::Send(_) | Command::Receive(_) => not_its_own(command),
        Command::Note(_) | Command::Show(_) | Command::Ask(_) | Command::Answer(_) | Command::Expect(_) => {
            not_its_own(command)
        }
    }
}

/// Ends the test: the command is made from outside, or not compared.
fn not_its_own(command: &Command) -> ! {
    panic!("{} is no call that the puppet makes", command.name())
}

/// What the puppet's answer to a call says, in the model's words.
pub fn reply(command: &Command, answer: String) -> String {
    let failed = answer.starts_with('-');
    let is_bytes = matches!(command, Command::Read(_) | Command::Pread(_) | Command::Pwrite(_) | Command::Mincore(_));
    let is_address = matches!(command, Command::Mmap(_) | Command::Mremap(_));
    if is_bytes && !failed { answer } else { value(&answer, is_address) }
}

fn prot_bits(prot: Prot) -> u64 {
    [(Prot::READ, libc::PROT_READ), (Prot::WRITE, libc::PROT_WRITE), (Prot::EXEC, libc::PROT_EXEC)]
        .into_iter()
        .filter(|(flag, _)| prot.contains(*flag))
        .fold(0, |bits, (_, bit)| bits | bit as u64)
}

fn map_bits(flags: &[MapFlag]) -> u64 {
    let bit = |flag: &MapFlag| match flag {
        MapFlag::Private => libc::MAP_PRIVATE,
        MapFlag::Shared => libc::MAP_SHARED,
        MapFlag::Droppable => libc::MAP_DROPPABLE,
        MapFlag::Anonymous => libc::MAP_ANONYMOUS,
        MapFlag::Fixed => libc::MAP_FIXED,
        MapFlag::FixedNoreplace => libc::MAP_FIXED_NOREPLACE,
        MapFlag::Noreserve => libc::MAP_NORESERVE,
        MapFlag::Populate => libc::MAP_POPULATE,
        MapFlag::Growsdown => libc::MAP_GROWSDOWN,
        MapFlag::Locked => libc::MAP_LOCKED,
    };
    flags.iter().fold(0, |bits, flag| bits | bit(flag) as u64)
}

/// A system call's value: an errno by its name, an address, or nothing.
pub fn value(answer: &str, address: bool) -> String {
    let errno = |number: i64| match number as i32 {
        libc::EAGAIN => "EAGAIN".to_owned(),
        libc::EEXIST => "EEXIST".to_owned(),
        libc::EFAULT => "EFAULT".to_owned(),
        libc::EINVAL => "EINVAL".to_owned(),
        libc::ENOMEM => "ENOMEM".to_owned(),
        libc::EACCES => "EACCES".to_owned(),
        libc::EPERM => "EPERM".to_owned(),
        libc::EOVERFLOW => "EOVERFLOW".to_owned(),
        libc::ENOSPC => "ENOSPC".to_owned(),
        other => format!("errno {other}"),
    };
    match answer.parse::<i64>() {
        Ok(number @ -4095..0) => errno(-number),
        Ok(number) if address => VirtAddr(number as u64).to_string(),
        Ok(0) => String::new(),
        _ => answer.to_owned(),
    }
}
