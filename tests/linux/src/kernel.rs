//! The running kernel behind the same face as the model: commands in, what can be seen out.
//!
//! Every process of a run is a puppet (`bin/puppet`), a fork of one that itself never maps anything in the window. Each
//! has a connection of its own, so parents and children are driven independently. What they look like is read from
//! outside, in `/proc`.

use crate::model::{FILES, WINDOW, WINDOW_PAGES};
use crate::run::Setting;
use crate::seen::{Area, Depth, Names, Page, Seen, Space};
use pageturner::lab::command::{Advice, Command, MapFlag, Prot};
use pageturner::mm::object::SHM;
use pageturner::units::VirtAddr;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Program};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The oldest kernel that has the rules the model has: 6.17 moves several VMAs with one `mremap`.
const OLDEST: (u32, u32) = (6, 17);
/// A puppet that says nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(20);

/// The kernel, with the processes of one run.
#[derive(Debug)]
pub struct Kernel {
    listener: UnixListener,
    /// Where processes come from: it forks, and maps nothing.
    nursery: Puppet,
    program: Child,
    living: BTreeMap<u32, Puppet>,
    name: String,
    folder: PathBuf,
    files: u32,
    kpagecount: Option<File>,
    kpageflags: Option<File>,
}

/// One process.
#[derive(Debug)]
struct Puppet {
    socket: BufReader<UnixStream>,
    maps: File,
    pagemap: File,
    /// Bytes of `maps` that were of interest the last time, and one more.
    expected: usize,
    /// Descriptors by the file's name.
    files: HashMap<String, u64>,
}

/// Why the running kernel can not be compared with; `Ok` with what can be seen of it.
pub fn setting() -> Result<Setting, String> {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").map_err(|e| format!("no /proc: {e}"))?;
    let mut numbers = release.split('.').map(|part| part.parse().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < OLDEST {
        return Err(format!("the kernel is {}, older than {}.{}", release.trim(), OLDEST.0, OLDEST.1));
    }
    let overcommit = std::fs::read_to_string("/proc/sys/vm/overcommit_memory").unwrap_or_default();
    if overcommit.trim() != "0" {
        return Err("vm.overcommit_memory is not 0, the heuristic that the model has".into());
    }
    File::open("/proc/self/pagemap").map_err(|e| format!("/proc/self/pagemap can not be read: {e}"))?;
    let frames = File::open("/proc/kpagecount").is_ok() && File::open("/proc/kpageflags").is_ok() && sees_frames();
    let swap = std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() > 1);
    // Merging would be seen; that it is allowed is not.
    let merging = std::fs::read_to_string("/sys/kernel/mm/ksm/run").is_ok_and(|run| run.trim() == "0");
    Ok(Setting { depth: Depth { frames, object_pages: crate::model::OBJECT_PAGES }, swap, merging })
}

/// Whether pagemap tells frame numbers: this very function's stack is certainly present.
fn sees_frames() -> bool {
    let here = 0u8;
    let vpn = std::ptr::from_ref(&here).addr() as u64 >> 12;
    let mut entry = [0; 8];
    File::open("/proc/self/pagemap").is_ok_and(|file| file.read_exact_at(&mut entry, vpn * 8).is_ok())
        && u64::from_le_bytes(entry) & PFN != 0
}

const PFN: u64 = (1 << 55) - 1;
const SWAPPED: u64 = 1 << 62;
const PRESENT: u64 = 1 << 63;
/// The page is of a file or of shared memory.
const OF_OBJECT: u64 = 1 << 61;
/// The bit of `/proc/kpageflags` of a page that is being written to swap.
const WRITEBACK: u64 = 1 << 8;

impl Kernel {
    /// Starts the puppet program at `puppet`.
    pub fn start(puppet: &Path) -> io::Result<Kernel> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("pageturner-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder)?;
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        let program = Program::new(puppet).arg(&name).arg(number.to_string()).spawn()?;
        let nursery = Puppet::accept(&listener)?;
        Ok(Kernel {
            listener,
            nursery,
            program,
            living: BTreeMap::new(),
            name,
            folder,
            files: 0,
            kpagecount: File::open("/proc/kpagecount").ok(),
            kpageflags: File::open("/proc/kpageflags").ok(),
        })
    }

    /// Ends all processes and begins anew, with files that hold only zeroes.
    pub fn restart(&mut self) -> io::Result<()> {
        for (_, puppet) in std::mem::take(&mut self.living) {
            puppet.end()?;
        }
        for (name, _) in FILES {
            let _ = std::fs::remove_file(self.path(name));
        }
        self.files += 1;
        for (name, _) in FILES {
            File::create(self.path(name))?;
        }
        Ok(())
    }

    /// Where a file of that name is: a new one for each run.
    fn path(&self, name: &str) -> PathBuf {
        let (folder, name) = match name.strip_prefix(SHM) {
            Some(name) => (Path::new(SHM), format!("{}-{name}", self.name)),
            None => (self.folder.as_path(), name.to_owned()),
        };
        folder.join(format!("{name}{}", self.files))
    }

    /// Makes a call and answers what it says, as text.
    pub fn call(&mut self, command: &Command) -> io::Result<String> {
        match command {
            Command::Spawn { pid: Some(pid), .. } => {
                self.nursery.ask("fork")?;
                let mut puppet = Puppet::accept(&self.listener)?;
                for (name, _) in FILES {
                    let fd = puppet.ask(&format!("open {}", self.path(name).display()))?;
                    puppet.files.insert(name.into(), fd.parse().map_err(|_| broken("open"))?);
                }
                self.living.insert(pid.0, puppet);
                Ok(format!("pid {}", pid.0))
            }
            Command::Fork { pid, child: Some(child) } => {
                let parent = self.living.get_mut(&pid.0).ok_or_else(|| broken("fork"))?;
                let answer = parent.ask("fork")?;
                if answer != "0" {
                    return Ok(value(&answer, false));
                }
                let files = parent.files.clone();
                let puppet = Puppet { files, ..Puppet::accept(&self.listener)? };
                self.living.insert(child.0, puppet);
                Ok(format!("pid {}", child.0))
            }
            Command::Exit { pid } => {
                self.living.remove(&pid.0).ok_or_else(|| broken("exit"))?.end()?;
                Ok(String::new())
            }
            Command::Truncate { file, bytes } => {
                File::options().write(true).open(self.path(file))?.set_len(*bytes)?;
                Ok(String::new())
            }
            _ => self.ask(command),
        }
    }

    fn ask(&mut self, command: &Command) -> io::Result<String> {
        let pid = command.pid().ok_or_else(|| broken("a command without a process"))?;
        let puppet = self.living.get_mut(&pid.0).ok_or_else(|| broken("a command to nobody"))?;
        let answer = puppet.ask(&line(command, &puppet.files))?;
        if answer.starts_with("SIG") {
            self.living.remove(&pid.0).ok_or_else(|| broken("signal"))?.wait()?;
            return Ok(answer);
        }
        Ok(match command {
            Command::Read { .. } | Command::Pread { .. } | Command::Pwrite { .. } => answer,
            Command::Mmap { .. } | Command::Mremap { .. } => value(&answer, true),
            _ => value(&answer, false),
        })
    }

    /// What can be seen of every living process.
    pub fn seen(&mut self, reply: String, depth: Depth) -> io::Result<Seen> {
        let mut spaces = BTreeMap::new();
        let mut names = AllNames::default();
        for (pid, puppet) in &mut self.living {
            let mut space = Space::default();
            puppet.areas(&mut space, &mut names.objects)?;
            puppet.pages(&mut space, depth, self.kpagecount.as_ref(), &mut names)?;
            spaces.insert(*pid, space);
        }
        Ok(Seen { reply, spaces })
    }

    /// The frames that a process's pages are in: to be waited for once they are on their way to swap.
    pub fn frames(&mut self, pid: u32, start: u64, pages: u64) -> io::Result<Vec<u64>> {
        let Some(puppet) = self.living.get(&pid) else { return Ok(Vec::new()) };
        let mut entries = vec![0; 8 * pages as usize];
        puppet.pagemap.read_exact_at(&mut entries, start * 8)?;
        Ok(numbers(&entries).filter(|entry| entry & PRESENT != 0).map(|entry| entry & PFN).collect())
    }

    /// Waits until none of these frames is being written. Until then the kernel would not page it out once more.
    pub fn wait_written(&self, frames: &[u64]) -> io::Result<()> {
        let Some(flags) = &self.kpageflags else { return Ok(()) };
        for pfn in frames {
            let mut entry = [0; 8];
            loop {
                flags.read_exact_at(&mut entry, pfn * 8)?;
                if u64::from_le_bytes(entry) & WRITEBACK == 0 {
                    break;
                }
                std::thread::yield_now();
            }
        }
        Ok(())
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        for (name, _) in FILES {
            let _ = std::fs::remove_file(self.path(name));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[derive(Default)]
struct AllNames {
    frames: Names<u64>,
    slots: Names<u64>,
    objects: Names<String>,
}

impl Puppet {
    fn accept(listener: &UnixListener) -> io::Result<Puppet> {
        let (stream, _) = listener.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut socket = BufReader::new(stream);
        let mut pid = String::new();
        socket.read_line(&mut pid)?;
        let proc = |name: &str| File::open(format!("/proc/{}/{name}", pid.trim()));
        Ok(Puppet { socket, maps: proc("maps")?, pagemap: proc("pagemap")?, expected: 1, files: HashMap::new() })
    }

    fn ask(&mut self, line: &str) -> io::Result<String> {
        self.socket.get_ref().write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        if self.socket.read_line(&mut answer)? == 0 {
            return Err(broken("a process ended without a word"));
        }
        answer.pop();
        Ok(answer)
    }

    /// Ends the process and waits until its memory is gone.
    fn end(self) -> io::Result<()> {
        self.socket.get_ref().shutdown(std::net::Shutdown::Write)?;
        self.wait()
    }

    /// A process closes its files after it has given up its memory: the end of the connection says both.
    fn wait(mut self) -> io::Result<()> {
        let mut rest = String::new();
        match self.socket.read_line(&mut rest) {
            Err(e) if e.kind() != io::ErrorKind::ConnectionReset => Err(e),
            _ => Ok(()),
        }
    }

    /// The lines of `maps` in the window, which lies below all else. Only as much is asked for as is likely needed: the
    /// kernel takes longest to write the paths of the lines behind it.
    fn areas(&mut self, space: &mut Space, objects: &mut Names<String>) -> io::Result<()> {
        let beyond = |line: &[u8]| start_of(line).is_none_or(|page| page >= WINDOW + WINDOW_PAGES);
        let mut text = Vec::new();
        loop {
            let had = text.len();
            text.resize(self.expected.max(had + 256), 0);
            let n = self.maps.read_at(&mut text[had..], had as u64)?;
            text.truncate(had + n);
            let whole = text.iter().rposition(|c| *c == b'\n').map_or(0, |end| end + 1);
            if n == 0 || text[..whole].split(|c| *c == b'\n').filter(|line| !line.is_empty()).any(beyond) {
                break;
            }
        }
        let mut length = 0;
        for line in text.split(|c| *c == b'\n').take_while(|line| !beyond(line)) {
            length += line.len() + 1;
            let area = std::str::from_utf8(line).ok().and_then(|line| area(line, objects));
            space.areas.push(area.ok_or_else(|| broken("a line of maps"))?);
        }
        self.expected = length + 1;
        Ok(())
    }

    fn pages(
        &self,
        space: &mut Space,
        depth: Depth,
        kpagecount: Option<&File>,
        names: &mut AllNames,
    ) -> io::Result<()> {
        let mut entries = Vec::new();
        let mut at = 0;
        while at < space.areas.len() {
            // Neighbours are read with one call.
            let mut last = at;
            while last + 1 < space.areas.len() && space.areas[last + 1].start - space.areas[last].end < 64 {
                last += 1;
            }
            let (start, end) = (space.areas[at].start, space.areas[last].end);
            entries.resize(8 * (end - start) as usize, 0);
            self.pagemap.read_exact_at(&mut entries, (WINDOW + start) * 8)?;
            for (n, entry) in numbers(&entries).enumerate() {
                if let Some(page) = page(entry, depth, kpagecount, names)? {
                    space.pages.push((start + n as u64, page));
                }
            }
            at = last + 1;
        }
        Ok(())
    }
}

fn page(entry: u64, depth: Depth, kpagecount: Option<&File>, names: &mut AllNames) -> io::Result<Option<Page>> {
    Ok(match (entry & PRESENT != 0, entry & SWAPPED != 0, kpagecount.filter(|_| depth.frames)) {
        (true, ..) if entry & OF_OBJECT != 0 && !depth.object_pages => None,
        (true, _, None) => Some(Page::Present),
        (true, _, Some(counts)) => {
            let mut count = [0; 8];
            counts.read_exact_at(&mut count, (entry & PFN) * 8)?;
            Some(match u64::from_le_bytes(count) as u32 {
                0 => Page::Zero,
                mapcount => Page::Frame { name: names.frames.name(entry & PFN), mapcount },
            })
        }
        (false, true, None) => Some(Page::Swapped),
        (false, true, Some(_)) => Some(Page::Slot { name: names.slots.name(entry & PFN) }),
        (false, false, _) => None,
    })
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.chunks_exact(8).map(|entry| u64::from_le_bytes(entry.try_into().expect("eight bytes")))
}

fn start_of(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    u64::from_str_radix(text.split_once('-')?.0, 16).ok().map(|addr| addr >> 12)
}

/// `100000000000-100000004000 rw-p 00000000 00:01 1032 /dev/zero (deleted)`
fn area(line: &str, objects: &mut Names<String>) -> Option<Area> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let perms = fields.next()?;
    let (offset, device, inode) = (fields.next()?, fields.next()?, fields.next()?);
    let page = |text: &str| u64::from_str_radix(text, 16).ok().map(|addr| addr >> 12);
    let backing = match inode {
        "0" => None,
        _ => Some((objects.name(format!("{device} {inode}")), page(offset)?)),
    };
    Some(Area {
        start: page(start)? - WINDOW,
        end: page(end)? - WINDOW,
        prot: perms[..3].parse().ok()?,
        shared: perms.ends_with('s'),
        backing,
    })
}

/// The call as the puppet reads it.
fn line(command: &Command, files: &HashMap<String, u64>) -> String {
    let call = |nr: i64, args: [u64; 6]| {
        let args = args.map(|arg| format!("{arg:x}"));
        format!("call {nr:x} {}", args.join(" "))
    };
    let fd = |name: &String| files.get(name).copied().unwrap_or(u64::MAX);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let range = |addr: &VirtAddr, pages: u64, last: u64| [addr.0, pages << 12, last, 0, 0, 0];
    match command {
        Command::Mmap { addr, pages, prot, flags, file, pgoff, .. } => {
            let fd = file.as_ref().map_or(u64::MAX, fd);
            let addr = addr.unwrap_or_default().0;
            call(libc::SYS_mmap, [addr, pages << 12, prot_bits(*prot), map_bits(flags), fd, pgoff << 12])
        }
        Command::Munmap { addr, pages, .. } => call(libc::SYS_munmap, range(addr, *pages, 0)),
        Command::Mprotect { addr, pages, prot, .. } => call(libc::SYS_mprotect, range(addr, *pages, prot_bits(*prot))),
        Command::Mremap { addr, pages, new_pages, to, may_move, .. } => {
            let flags = match to {
                Some(_) => libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED,
                None if *may_move => libc::MREMAP_MAYMOVE,
                None => 0,
            };
            let to = to.unwrap_or_default().0;
            call(libc::SYS_mremap, [addr.0, pages << 12, new_pages << 12, flags as u64, to, 0])
        }
        Command::Madvise { addr, pages, advice, .. } => {
            let advice = match advice {
                Advice::Dontneed => libc::MADV_DONTNEED,
                Advice::Pageout => libc::MADV_PAGEOUT,
                Advice::Mergeable => libc::MADV_MERGEABLE,
                Advice::Unmergeable => libc::MADV_UNMERGEABLE,
            };
            call(libc::SYS_madvise, range(addr, *pages, advice as u64))
        }
        Command::Mlock { addr, pages, .. } => call(libc::SYS_mlock, range(addr, *pages, 0)),
        Command::Msync { addr, pages, .. } => call(libc::SYS_msync, range(addr, *pages, libc::MS_SYNC as u64)),
        Command::Munlock { addr, pages, .. } => call(libc::SYS_munlock, range(addr, *pages, 0)),
        Command::Read { addr, len, .. } => format!("read {:x} {len:x}", addr.0),
        Command::Write { addr, bytes, .. } => {
            format!("write {:x} {}", addr.0, hex(bytes))
        }
        Command::Pread { file, offset, len, .. } => format!("pread {:x} {offset:x} {len:x}", fd(file)),
        Command::Pwrite { file, offset, bytes, .. } => format!("pwrite {:x} {offset:x} {}", fd(file), hex(bytes)),
        Command::Touch { addr, pages, .. } => format!("touch {:x} {pages:x}", addr.0),
        _ => format!("{command:?}"),
    }
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
fn value(answer: &str, address: bool) -> String {
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

fn broken(what: &str) -> io::Error {
    io::Error::other(format!("the puppet: {what}"))
}
