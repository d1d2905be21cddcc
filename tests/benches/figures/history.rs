//! What a history costs: how long a jump into it takes, and how many bytes an event is kept in.

use super::{BASE, in_turn, report};
use pageturner::config::Config;
use pageturner::import::strace::{Options, import_with};
use pageturner::lab::measure::footprint::Part;
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, run_script};
use pageturner::units::{Pid, VirtAddr};
use pageturner::vocabulary::command::{Brk, Command, MapFlag, Mmap, Munmap, Spawn, Touch};
use pageturner::vocabulary::prot::Prot;
use pageturner_tests::logs::log;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Logs of real programs, the larger ones.
const LOGS: [&str; 6] = ["cat", "compile", "memory", "pipeline", "python", "terminal"];
/// A process of 10,000 pages forks.
const FORK: &str =
    r#"machine(#{ frames: 32768 }); let p = spawn("p"); let a = p.mmap(10000); p.touch(a, 10000); p.fork();"#;

/// Measures jumps in the longest history that a session holds, and bytes per event.
pub fn measure() {
    seek();
    for name in LOGS {
        let options = Options { touch: true, ..Options::default() };
        let recording = import_with(&log(name), options).expect("a log").recording;
        bytes(name, &recording.replay().expect("its commands make sense"));
    }
    let session = run_script(FORK, &Limits::default(), |_| true).session.expect("it has a machine");
    bytes("fork of 10,000 pages", &session);
    bytes("1,000,000 commands", &long_session(1_000_000));
}

/// What a session holds of its history: commands and checkpoints, not the machine itself.
fn bytes(name: &str, session: &Session) {
    let parts = session.footprint();
    let (commands, checkpoints) = (parts[Part::Commands], parts[Part::Checkpoints]);
    let events = u64::from(session.event_count());
    println!(
        "history: {name}: {events} events, {:.1} bytes each: commands {:.1}, checkpoints {:.1}",
        (commands + checkpoints) as f64 / events as f64,
        commands as f64 / events as f64,
        checkpoints as f64 / events as f64,
    );
}

/// A jump to a random step of 1,000,000 commands, with the view there, against replaying it from the start.
fn seek() {
    const COMMANDS: u32 = 1_000_000;
    let session = long_session(COMMANDS);
    println!("seek: {} commands, {} events", session.steps().len(), session.event_count());
    let mut random = 12345u32;
    let mut target = move || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random % COMMANDS
    };
    let mut seeking = session.clone();
    let mut worst = Duration::ZERO;
    let mut one_seek = || {
        let start = Instant::now();
        for _ in 0..64 {
            let one = Instant::now();
            seeking.seek(target());
            black_box(seeking.view());
            worst = worst.max(one.elapsed());
        }
        start.elapsed() / 64
    };
    let replay = || {
        let start = Instant::now();
        let mut again = Session::new(session.config().clone()).unwrap();
        for step in session.steps() {
            again.run(step.command.clone()).unwrap();
        }
        black_box(again.view());
        start.elapsed()
    };
    let best = in_turn(&mut one_seek, replay);
    report("seek to a random step", "us", 1000, best);
    println!("seek: the slowest single jump took {:.2} ms (a frame of the screen is 16 ms)", worst.as_secs_f64() * 1e3);
}

/// Processes that map, touch, share and unmap in a machine that is short of memory, so that all parts of it are used.
pub fn long_session(commands: u32) -> Session {
    let config = Config { frames: 4096, swap_slots: 8192, ..Config::default() };
    let mut session = Session::new(config).unwrap();
    session.run(Command::Spawn(Spawn { pid: None, name: None })).unwrap();
    let (pid, mut n) = (Pid(1), 0u64);
    while (session.steps().len() as u32) < commands {
        n += 1;
        let addr = VirtAddr(BASE + (n * 37 % 512) * 0x2_0000);
        let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
        let command = match n % 8 {
            0 => Command::Mmap(Mmap {
                pid,
                addr: Some(addr),
                pages: 16,
                prot: Prot::READ | Prot::WRITE,
                flags,
                file: None,
                pgoff: 0,
            }),
            7 if n % 5 == 0 => Command::Munmap(Munmap { pid, addr, pages: 8 }),
            _ => match session.view().vmas_of(pid).nth((n * 31 % 97) as usize) {
                Some(vma) => {
                    Command::Touch(Touch { pid, addr: VirtAddr((vma.start.0 + n % vma.pages()) << 12), pages: 1 })
                }
                None => Command::Brk(Brk { pid, addr: VirtAddr(0) }),
            },
        };
        session.run(command).unwrap();
    }
    session
}
