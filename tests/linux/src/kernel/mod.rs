//! The running kernel with the same interface as the model: commands in, what can be seen out.
//!
//! Every process of a run is a puppet (`bin/puppet`), a fork of one that itself never maps anything in the window. Each
//! has a connection of its own, so parents and children are driven independently. What they look like is read from
//! outside, in `/proc`.

mod call;
mod look;

use crate::model::FILES;
use crate::run::Setting;
use crate::seen::{Depth, Names, Seen, Space};
use call::{line, reply, value};
use look::{PFN, PRESENT, WRITEBACK, numbers};
use pageturner::vocabulary::command::{Command, Exit, Fork, Spawn, Truncate};
use pageturner::vocabulary::object::SHM;
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
/// A puppet that sends nothing for this long is stuck.
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
    smaps: File,
    pagemap: File,
    /// Bytes of `smaps` that were of interest the last time, and one more.
    expected: usize,
    /// Descriptors by the file's name.
    files: HashMap<String, u64>,
}

/// Why the running kernel cannot be compared with; `Ok` with what can be seen of it.
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
    File::open("/proc/self/pagemap").map_err(|e| format!("/proc/self/pagemap cannot be read: {e}"))?;
    let frames = File::open("/proc/kpagecount").is_ok() && File::open("/proc/kpageflags").is_ok() && sees_frames();
    let swap = std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() > 1);
    // Merging would be seen; that it is allowed is not.
    let merging = std::fs::read_to_string("/sys/kernel/mm/ksm/run").is_ok_and(|run| run.trim() == "0");
    Ok(Setting { depth: Depth { frames, object_pages: crate::model::OBJECT_PAGES }, swap, merging })
}

/// Whether pagemap shows frame numbers: this very function's stack is certainly present.
fn sees_frames() -> bool {
    let here = 0u8;
    let vpn = std::ptr::from_ref(&here).addr() as u64 >> 12;
    let mut entry = [0; 8];
    File::open("/proc/self/pagemap").is_ok_and(|file| file.read_exact_at(&mut entry, vpn * 8).is_ok())
        && u64::from_le_bytes(entry) & PFN != 0
}

impl Kernel {
    /// Starts the puppet program at `puppet`.
    pub fn start(puppet: &Path) -> io::Result<Kernel> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("pageturner-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder)?;
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        let program = Program::new(puppet).arg(&name).spawn()?;
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

    /// Makes a call and returns its reply as text.
    pub fn call(&mut self, command: &Command) -> io::Result<String> {
        match command {
            Command::Spawn(Spawn { pid: Some(pid), .. }) => {
                self.nursery.ask("fork")?;
                let mut puppet = Puppet::accept(&self.listener)?;
                for (name, _) in FILES {
                    let fd = puppet.ask(&format!("open {}", self.path(name).display()))?;
                    puppet.files.insert(name.into(), fd.parse().map_err(|_| broken("open"))?);
                }
                self.living.insert(pid.0, puppet);
                Ok(format!("pid {}", pid.0))
            }
            Command::Fork(Fork { pid, child: Some(child), .. }) => {
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
            Command::Exit(Exit { pid }) => {
                self.living.remove(&pid.0).ok_or_else(|| broken("exit"))?.end()?;
                Ok(String::new())
            }
            Command::Truncate(Truncate { file, bytes }) => {
                File::options().write(true).open(self.path(file))?.set_len(*bytes)?;
                Ok(String::new())
            }
            command => self.ask(command),
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
        Ok(reply(command, answer))
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

    /// The frames that a process's pages are in: to be waited for once they are being written to swap.
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
        Ok(Puppet { socket, smaps: proc("smaps")?, pagemap: proc("pagemap")?, expected: 1, files: HashMap::new() })
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
}

fn broken(what: &str) -> io::Error {
    io::Error::other(format!("the puppet: {what}"))
}
