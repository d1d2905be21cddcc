//! A process that makes the system calls it is given: reads a call a line, makes it on itself, replies. The other end
//! is `kernel`.
//!
//! ```text
//! call NR A B C D E F    a raw system call, six hexadecimal arguments   -> its value, decimal; negative: an errno
//! open PATH              opens a file                                   -> descriptor
//! touch ADDR PAGES       one write access to each page, bytes kept      -> 0
//! read ADDR LEN          loads bytes                                    -> hexadecimal
//! write ADDR BYTES       stores bytes, hexadecimal                      -> 0
//! pwrite FD OFFSET BYTES writes to a file                               -> bytes written
//! pread FD OFFSET LEN    reads from a file                              -> hexadecimal
//! mincore ADDR PAGES     which pages are in memory      -> hexadecimal; negative: an errno
//! fork                   a child, which connects on its own             -> 0 from the parent
//! ```
//! A process that connects says its pid. Closing the connection ends the process. A bad access answers with the
//! signal's name and ends the process; no answer is awaited after that.
//!
//! This is the one place in the workspace that needs `unsafe`: to touch memory at given addresses, to make raw system
//! calls and to catch signals. All of it is meant to break this process's memory, and nobody else's.
#![allow(unsafe_code)]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod puppet {
    use std::io::{BufRead, BufReader, Write};
    use std::os::fd::AsRawFd;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};
    use std::sync::atomic::{AtomicI32, Ordering};

    /// The socket on which the signal handler replies.
    static SOCKET: AtomicI32 = AtomicI32::new(-1);

    extern "C" fn on_signal(signal: libc::c_int) {
        let text: &[u8] = if signal == libc::SIGBUS { b"SIGBUS\n" } else { b"SIGSEGV\n" };
        // SAFETY: both calls are async-signal-safe, and `text` is a static slice.
        unsafe {
            libc::write(SOCKET.load(Ordering::Relaxed), text.as_ptr().cast(), text.len());
            libc::_exit(0);
        }
    }

    pub fn main() {
        let name = std::env::args().nth(1).expect("the name of the socket to connect to");
        prepare();
        let mut socket = connect(&name);
        let mut line = String::new();
        loop {
            line.clear();
            if socket.read_line(&mut line).unwrap_or(0) == 0 {
                // SAFETY: ends the process, without anything that would run at an ordinary exit.
                unsafe { libc::_exit(0) };
            }
            let (verb, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            let answer = if verb == "fork" { fork(&name, &mut socket) } else { Some(answer(verb, rest)) };
            if let Some(mut answer) = answer {
                answer.push('\n');
                let _ = socket.get_ref().write_all(answer.as_bytes());
            }
        }
    }

    /// Makes the kernel predictable: one processor, no huge pages, children that leave no zombies.
    fn prepare() {
        // SAFETY: plain system calls on this process; the structures are fully initialised before use.
        unsafe {
            let mut set: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(libc::sched_getcpu().max(0) as usize, &mut set);
            libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set);
            libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0);
            libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
            libc::signal(libc::SIGCHLD, libc::SIG_IGN);
            libc::signal(libc::SIGSEGV, on_signal as extern "C" fn(libc::c_int) as libc::sighandler_t);
            libc::signal(libc::SIGBUS, on_signal as extern "C" fn(libc::c_int) as libc::sighandler_t);
            let stack = libc::rlimit { rlim_cur: 8 << 20, rlim_max: libc::RLIM_INFINITY };
            libc::setrlimit(libc::RLIMIT_STACK, &stack);
            let all = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
            libc::setrlimit(libc::RLIMIT_MEMLOCK, &all);
        }
    }

    fn connect(name: &str) -> BufReader<UnixStream> {
        let address = SocketAddr::from_abstract_name(name).expect("a name that fits");
        let mut socket = UnixStream::connect_addr(&address).expect("the other end listens");
        SOCKET.store(socket.as_raw_fd(), Ordering::Relaxed);
        socket.write_all(format!("{}\n", std::process::id()).as_bytes()).expect("the other end reads");
        BufReader::new(socket)
    }

    /// Forks. Only the parent replies; the child has its own connection from here on.
    fn fork(name: &str, socket: &mut BufReader<UnixStream>) -> Option<String> {
        // SAFETY: this process has one thread.
        match unsafe { libc::fork() } {
            0 => {
                *socket = connect(name);
                None
            }
            -1 => Some((-i64::from(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))).to_string()),
            _ => Some("0".into()),
        }
    }

    fn answer(verb: &str, rest: &str) -> String {
        let numbers = || rest.split(' ').map(hex);
        match verb {
            "call" => call(&numbers().collect::<Vec<_>>()).to_string(),
            "open" => open(rest).to_string(),
            "touch" => {
                let (at, pages) = (hex(rest.split(' ').next().unwrap_or("")), numbers().nth(1).unwrap_or(1));
                for page in 0..pages {
                    touch(at.wrapping_add(page << 12) as *mut u8);
                }
                "0".into()
            }
            "read" => {
                let (at, len) = (numbers().next().unwrap_or(0), numbers().nth(1).unwrap_or(1));
                // SAFETY: a bad address ends the process by a signal, as it should.
                let byte = |n| unsafe { (at.wrapping_add(n) as *const u8).read_volatile() };
                (0..len).map(|n| format!("{:02x}", byte(n))).collect()
            }
            "write" => {
                let (at, bytes) = rest.split_once(' ').unwrap_or((rest, ""));
                for (n, byte) in unhex(bytes).into_iter().enumerate() {
                    // SAFETY: as above; the window holds nothing but what the calls put there.
                    unsafe { (hex(at).wrapping_add(n as u64) as *mut u8).write_volatile(byte) };
                }
                "0".into()
            }
            "pwrite" => {
                let bytes = unhex(rest.rsplit(' ').next().unwrap_or(""));
                let (fd, at) = (numbers().next().unwrap_or(0), numbers().nth(1).unwrap_or(0));
                // SAFETY: the bytes are there for the length of the call.
                unsafe { libc::pwrite(fd as i32, bytes.as_ptr().cast(), bytes.len(), at as i64) }.to_string()
            }
            "pread" => {
                let n: Vec<u64> = numbers().collect();
                let [fd, at, len] = n[..] else { return "pread what?".into() };
                let mut bytes = vec![0u8; len as usize];
                // SAFETY: the buffer is there for the length of the call.
                let read = unsafe { libc::pread(fd as i32, bytes.as_mut_ptr().cast(), bytes.len(), at as i64) };
                bytes[..read.max(0) as usize].iter().map(|byte| format!("{byte:02x}")).collect()
            }
            "mincore" => {
                let (at, pages) = (numbers().next().unwrap_or(0), numbers().nth(1).unwrap_or(0));
                let mut bytes = vec![0u8; pages as usize];
                match call(&[libc::SYS_mincore as u64, at, pages << 12, bytes.as_mut_ptr() as u64, 0, 0, 0]) {
                    // The other bits mean nothing yet.
                    0 => bytes.iter().map(|byte| format!("{:02x}", byte & 1)).collect(),
                    errno => errno.to_string(),
                }
            }
            _ => format!("what is {verb}?"),
        }
    }

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|n| hex(&text[2 * n..2 * n + 2]) as u8).collect()
    }

    fn hex(text: &str) -> u64 {
        u64::from_str_radix(text, 16).unwrap_or(0)
    }

    /// One write access that keeps the byte. Not `fetch_or(0)`: that is compiled to a load.
    fn touch(at: *mut u8) {
        // SAFETY: a bad address ends the process by a signal, as it should; the byte keeps its value.
        unsafe { std::arch::asm!("lock or byte ptr [{}], 0", in(reg) at, options(nostack)) };
    }

    fn call(n: &[u64]) -> i64 {
        let [nr, a, b, c, d, e, f] = *n else { return i64::MIN };
        let value: i64;
        // SAFETY: the calls asked for change mappings of the window only.
        unsafe {
            std::arch::asm!("syscall", inlateout("rax") nr => value, in("rdi") a, in("rsi") b, in("rdx") c,
                in("r10") d, in("r8") e, in("r9") f, lateout("rcx") _, lateout("r11") _, options(nostack));
        }
        value
    }

    fn open(path: &str) -> i64 {
        let Ok(path) = std::ffi::CString::new(path) else { return -1 };
        // SAFETY: a terminated string.
        i64::from(unsafe { libc::open(path.as_ptr(), libc::O_RDWR) })
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() {
    puppet::main();
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() {
    eprintln!("puppet: only for Linux on x86-64");
}
