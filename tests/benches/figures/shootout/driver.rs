//! A machine at work, and what is counted of it.

use pageturner::config::Config;
use pageturner::lab::figures::metadata::metadata;
use pageturner::lab::measure::counting::Counting;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::units::{Pid, VirtAddr};
use pageturner::vocabulary::command::{Advice, Command, Exit, Fork, Madvise, MapFlag, Mmap, Spawn, Touch};
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::reply::Reply;

const BASE: u64 = 0x1000_0000_0000;

fn addr(page: u64) -> VirtAddr {
    VirtAddr(BASE + (page << 12))
}

/// What commands are given to.
pub trait Worker {
    fn give(&mut self, command: Command) -> Reply;
    /// The counters, where they are asked for.
    fn tally(&self) -> Option<Tally>;
    /// The machine as seen now, where it is asked for.
    fn view(&self) -> Option<View>;
}

/// What `pageturner run` does: a session, whose time is measured.
impl Worker for Session {
    fn give(&mut self, command: Command) -> Reply {
        self.run(command).expect("a command that makes sense")
    }

    fn tally(&self) -> Option<Tally> {
        None
    }

    fn view(&self) -> Option<View> {
        None
    }
}

/// A machine whose events are counted.
pub struct Counted {
    machine: Machine,
    tally: Tally,
}

impl Worker for Counted {
    fn give(&mut self, command: Command) -> Reply {
        let mut counting = Counting::new(&self.machine, &mut self.tally);
        let reply = self.machine.apply(&command, &mut counting).expect("a command that makes sense");
        counting.finish();
        reply
    }

    fn tally(&self) -> Option<Tally> {
        Some(self.tally.clone())
    }

    fn view(&self) -> Option<View> {
        Some(View::of(&self.machine))
    }
}

/// A worker at work.
pub struct Driver<W: Worker> {
    worker: W,
    seed: u32,
    next_pid: u32,
    counts: Counts,
    start: Tally,
}

/// What is counted.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub forks: u64,
    pub fork_entries: u64,
    pub unmapped: u64,
    pub visited_ptes: u64,
    pub visited_vmas: u64,
    pub visited_links: u64,
    pub bytes: u64,
    pub cycles: u64,
    /// Times that the allocator was asked, and those of one frame.
    pub requests: u64,
    pub singles: u64,
}

impl Driver<Counted> {
    /// A driver that counts.
    pub fn counting(config: Config) -> Driver<Counted> {
        Driver::new(Counted { machine: Machine::new(config).expect("a valid machine"), tally: Tally::default() })
    }
}

impl Driver<Session> {
    /// A driver of a session.
    pub fn of_session(config: Config) -> Driver<Session> {
        Driver::new(Session::new(config).expect("a valid machine"))
    }
}

impl<W: Worker> Driver<W> {
    fn new(worker: W) -> Driver<W> {
        Driver { worker, seed: 12345, next_pid: 0, counts: Counts::default(), start: Tally::default() }
    }

    /// What was counted, the cycles and requests of all events included.
    pub fn counts(&self) -> Counts {
        let tally = self.worker.tally().unwrap_or_default();
        let lengths = tally.lengths();
        let requests = lengths.iter().map(|of| of.asked).sum();
        let singles = lengths.iter().filter(|of| of.to == 1).map(|of| of.asked).sum();
        Counts { cycles: tally.cycles, requests, singles, ..self.counts }
    }

    fn apply(&mut self, command: Command) -> Reply {
        self.worker.give(command)
    }

    pub fn spawn(&mut self) -> Pid {
        self.apply(Command::Spawn(Spawn { pid: None, name: None }));
        self.next_pid += 1;
        Pid(self.next_pid)
    }

    pub fn fork(&mut self, pid: Pid) -> Pid {
        let before = self.worker.tally();
        let reply = self.apply(Command::Fork(Fork { pid, child: None, name: None }));
        assert!(matches!(reply, Reply::Pid(_)), "fork: {reply:?}");
        if let (Some(before), Some(after)) = (before, self.worker.tally()) {
            self.counts.forks += 1;
            self.counts.fork_entries += after.rmap_entries - before.rmap_entries;
        }
        self.next_pid += 1;
        Pid(self.next_pid)
    }

    pub fn exit(&mut self, pid: Pid) {
        self.apply(Command::Exit(Exit { pid }));
    }

    pub fn map_file(&mut self, pid: Pid, at: u64, pgoff: u64, pages: u64) {
        let (prot, flags) = (Prot::READ | Prot::WRITE, vec![MapFlag::Shared, MapFlag::Fixed]);
        let file = Some("data".to_owned());
        self.apply(Command::Mmap(Mmap { pid, addr: Some(addr(at)), pages, prot, flags, file, pgoff }));
    }

    pub fn map_anonymous(&mut self, pid: Pid, pages: u64) {
        let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
        let prot = Prot::READ | Prot::WRITE;
        self.apply(Command::Mmap(Mmap { pid, addr: Some(addr(0)), pages, prot, flags, file: None, pgoff: 0 }));
    }

    pub fn touch(&mut self, pid: Pid, page: u64, pages: u64) {
        let reply = self.apply(Command::Touch(Touch { pid, addr: addr(page), pages }));
        assert_eq!(reply, Reply::Done, "the machine is large enough");
    }

    pub fn page_out(&mut self, pid: Pid, page: u64, pages: u64) {
        self.apply(Command::Madvise(Madvise { pid, addr: addr(page), pages, advice: Advice::Pageout }));
    }

    pub fn begin_unmaps(&mut self) {
        self.start = self.worker.tally().unwrap_or_default();
    }

    pub fn end_unmaps(&mut self) {
        if let Some(now) = self.worker.tally() {
            self.counts.unmapped += now.disk_writes - self.start.disk_writes;
            self.counts.visited_ptes += now.rmap_ptes - self.start.rmap_ptes;
            self.counts.visited_vmas += now.rmap_vmas - self.start.rmap_vmas;
            self.counts.visited_links += now.rmap_links - self.start.rmap_links;
        }
    }

    /// Notes how many bytes the reverse map takes now; called at the moment with the most mappings.
    pub fn peak(&mut self) {
        if let Some(view) = self.worker.view() {
            self.counts.bytes = metadata(&view).iter().map(|item| item.bytes()).sum();
        }
    }

    pub fn random(&mut self, below: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 17;
        self.seed ^= self.seed << 5;
        u64::from(self.seed) % below
    }
}
