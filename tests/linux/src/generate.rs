//! Random calls that meet each other: a seeded generator that reads the model to aim.
//!
//! ```text
//!  page 0        480        512       552             900      932
//!       |  . . .  |  arena   |  arena  |   . . .       | arena  |
//!                      ^ page tables meet      ^ room for a stack's gap of 256 pages
//! ```

use crate::comparable::{comparable, size};
use crate::model::{FILES, WINDOW};
use pageturner::lab::time::view::View;
use pageturner::units::{Pid, VirtAddr, Vpn};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::object::SHM;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::vma::{Vma, VmaFlags};

/// At most this many processes live at the same time.
const MOST_PROCESSES: usize = 5;
/// Where mappings are made: first page and pages.
const ARENAS: [(u64, u64); 2] = [(480, 72), (900, 32)];

/// Advice that changes nothing but a flag.
const FLAG_ADVICE: [Advice; 11] = [
    Advice::Normal,
    Advice::Random,
    Advice::Sequential,
    Advice::Dontfork,
    Advice::Dofork,
    Advice::Dontdump,
    Advice::Dodump,
    Advice::Hugepage,
    Advice::Nohugepage,
    Advice::Wipeonfork,
    Advice::Keeponfork,
];

/// SplitMix64: enough for choosing, the same everywhere.
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// What a run is mostly about: chances in percent.
#[derive(Clone, Copy, Debug)]
struct Mood {
    shared: u64,
    file: u64,
    noreserve: u64,
    growsdown: u64,
    populate: u64,
    fork: u64,
    swap: u64,
    lock: u64,
    merge: u64,
    /// Advice that sets flags.
    advice: u64,
    droppable: u64,
    /// Pages move and leave their mapping where it was, empty; percent of `mremap`.
    dontunmap: u64,
}

/// Makes commands.
#[derive(Clone, Debug)]
pub struct Generator {
    rng: Rng,
    mood: Mood,
    last_pid: u32,
    /// Commands that come first, last one first.
    first: Vec<Command>,
}

impl Generator {
    /// A generator that makes the same commands for the same seed, as long as the model does the same.
    pub fn new(seed: u64) -> Generator {
        let mut rng = Rng(seed);
        let mood = Mood {
            shared: rng.pick(&[0, 10, 40]),
            file: rng.pick(&[0, 0, 30, 60]),
            noreserve: rng.pick(&[0, 20, 50]),
            growsdown: rng.pick(&[0, 5, 30]),
            populate: rng.pick(&[0, 10]),
            fork: rng.pick(&[0, 2, 6]),
            swap: rng.pick(&[0, 4, 10]),
            lock: rng.pick(&[0, 2, 6]),
            merge: rng.pick(&[0, 0, 3]),
            advice: rng.pick(&[0, 3, 8]),
            droppable: rng.pick(&[0, 0, 15]),
            dontunmap: rng.pick(&[0, 0, 30]),
        };
        let first = if mood.file > 0 { fill() } else { Vec::new() };
        Generator { rng, mood, last_pid: 0, first }
    }

    /// The next command.
    pub fn next(&mut self, view: &View) -> Command {
        if !view.spaces.is_empty()
            && let Some(command) = self.first.pop()
        {
            return command;
        }
        loop {
            let command = self.any(view);
            if comparable(view, &command) {
                return command;
            }
        }
    }

    fn any(&mut self, view: &View) -> Command {
        let living: Vec<Pid> = view.spaces.keys().copied().collect();
        if living.is_empty() || (living.len() < MOST_PROCESSES && self.rng.below(500) == 0) {
            return Command::Spawn(Spawn { pid: Some(self.new_pid()), name: None });
        }
        let pid = self.rng.pick(&living);
        let room = living.len() < MOST_PROCESSES;
        let Mood { fork, swap, lock, merge, advice, .. } = self.mood;
        let files = self.mood.file / 10;
        let fork = if room { fork } else { 0 };
        let exit = u64::from(living.len() > 1);
        let weights =
            [10, 4, 7, 7, 16, 7, 5, 4, swap, lock, lock, files, fork, exit, merge, advice, lock.div_ceil(4), 3];
        match self.weighted(&weights) {
            0 => self.mmap(view, pid),
            1 => self.munmap(view, pid),
            2 => self.mprotect(view, pid),
            3 => self.mremap(view, pid),
            4 => self.touch(view, pid),
            5 => self.read(view, pid),
            6 => self.write(view, pid),
            7 => self.madvise(view, pid, Advice::Dontneed),
            8 => self.madvise(view, pid, Advice::Pageout),
            9 => {
                let (addr, pages) = self.range(view, pid);
                Command::Mlock(Mlock { pid, addr, pages, onfault: self.rng.percent(30) })
            }
            10 => {
                let (addr, pages) = self.range(view, pid);
                Command::Munlock(Munlock { pid, addr, pages })
            }
            11 => self.file_call(view, pid),
            12 => Command::Fork(Fork { pid, child: Some(self.new_pid()), name: None }),
            13 => Command::Exit(Exit { pid }),
            14 => {
                let advice = self.rng.pick(&[Advice::Mergeable, Advice::Mergeable, Advice::Unmergeable]);
                self.madvise(view, pid, advice)
            }
            15 => {
                let advice = self.rng.pick(&FLAG_ADVICE);
                self.madvise(view, pid, advice)
            }
            16 => self.lock_all(pid),
            _ => {
                let (addr, pages) = self.range(view, pid);
                Command::Mincore(Mincore { pid, addr, pages })
            }
        }
    }

    fn lock_all(&mut self, pid: Pid) -> Command {
        if self.rng.percent(40) {
            return Command::Munlockall(Munlockall { pid });
        }
        let mut on = || self.rng.percent(50);
        Command::Mlockall(Mlockall { pid, current: on(), future: on(), onfault: on() })
    }

    fn new_pid(&mut self) -> Pid {
        self.last_pid += 1;
        Pid(self.last_pid)
    }

    fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut at = self.rng.below(weights.iter().sum());
        for (n, weight) in weights.iter().enumerate() {
            if at < *weight {
                return n;
            }
            at -= weight;
        }
        0
    }

    /// A page of an arena; often where a VMA begins or ends.
    fn page(&mut self, view: &View, pid: Pid) -> u64 {
        let vmas: Vec<&Vma> = view.vmas_of(pid).collect();
        if self.rng.percent(40) && !vmas.is_empty() {
            let vma = self.rng.pick(&vmas);
            return if self.rng.percent(50) { vma.start.0 } else { vma.end.0 };
        }
        let (start, pages) = ARENAS[usize::from(self.rng.percent(25))];
        WINDOW + start + self.rng.below(pages)
    }

    /// An address and a length; now and then one that makes no sense.
    fn range(&mut self, view: &View, pid: Pid) -> (VirtAddr, u64) {
        let pages = if self.rng.percent(80) { 1 + self.rng.below(6) } else { 1 + self.rng.below(20) };
        let mut addr = self.page(view, pid) << 12;
        if self.rng.percent(1) {
            addr += 1 + self.rng.below(4095);
        }
        // Past the end of user space; a length that only just leaves it would meet the puppet's own memory first.
        let odd = self.rng.below(200);
        (
            VirtAddr(addr),
            if odd < 2 {
                0
            } else if odd == 2 {
                self.rng.pick(&[1 << 35, 1 << 36, 1 << 44])
            } else {
                pages
            },
        )
    }

    fn prot(&mut self) -> Prot {
        let rw = Prot::READ | Prot::WRITE;
        self.rng.pick(&[
            rw,
            rw,
            rw,
            rw,
            rw,
            rw,
            Prot::READ,
            Prot::READ,
            Prot::empty(),
            Prot::WRITE,
            Prot::READ | Prot::EXEC,
        ])
    }

    fn mmap(&mut self, view: &View, pid: Pid) -> Command {
        let (addr, pages) = self.range(view, pid);
        let prot = self.prot();
        let shared = self.rng.percent(self.mood.shared);
        let file = self.rng.percent(self.mood.file).then(|| self.rng.pick(&FILES).0.to_owned());
        let droppable = self.rng.percent(self.mood.droppable);
        let mut flags = vec![match (shared, droppable) {
            (_, true) => MapFlag::Droppable,
            (true, false) => MapFlag::Shared,
            (false, false) => MapFlag::Private,
        }];
        if file.is_none() {
            flags.push(MapFlag::Anonymous);
        }
        match self.rng.below(10) {
            0 => flags.push(MapFlag::FixedNoreplace),
            1 => {}
            _ => flags.push(MapFlag::Fixed),
        }
        for (flag, chance) in [
            (MapFlag::Noreserve, self.mood.noreserve),
            (MapFlag::Growsdown, self.mood.growsdown),
            (MapFlag::Populate, self.mood.populate),
            (MapFlag::Locked, self.mood.lock),
        ] {
            if self.rng.percent(chance) {
                flags.push(flag);
            }
        }
        let pgoff = if file.is_some() { self.rng.below(12) } else { 0 };
        Command::Mmap(Mmap { pid, addr: Some(addr), pages, prot, flags, file, pgoff })
    }

    fn file_call(&mut self, view: &View, pid: Pid) -> Command {
        let (name, _) = self.rng.pick(&FILES);
        let file = name.to_owned();
        let size = size(view, name).unwrap_or(0);
        match self.rng.below(8) {
            0 => Command::Truncate(Truncate { file, bytes: self.rng.below(22 << 12) }),
            1 => Command::Truncate(Truncate { file, bytes: self.rng.below(22) << 12 }),
            2 | 3 => Command::Pread(Pread { pid, file, offset: self.rng.below(22 << 12), len: 1 + self.rng.below(5) }),
            4 => {
                let (addr, pages) = self.range(view, pid);
                Command::Msync(Msync { pid, addr, pages })
            }
            n => {
                let offset = if n == 5 { size } else { self.rng.below(size + 1) };
                let bytes = (0..1 + self.rng.below(4)).map(|_| self.rng.next() as u8).collect();
                Command::Pwrite(Pwrite { pid, file, offset, bytes })
            }
        }
    }

    fn munmap(&mut self, view: &View, pid: Pid) -> Command {
        let (addr, pages) = self.range(view, pid);
        Command::Munmap(Munmap { pid, addr, pages })
    }

    fn mprotect(&mut self, view: &View, pid: Pid) -> Command {
        let (addr, pages) = self.range(view, pid);
        let growsdown = self.mood.growsdown > 0 && self.rng.percent(15);
        Command::Mprotect(Mprotect { pid, addr, pages, prot: self.prot(), growsdown })
    }

    fn mremap(&mut self, view: &View, pid: Pid) -> Command {
        let (addr, pages) = self.range(view, pid);
        let dontunmap = self.rng.percent(self.mood.dontunmap);
        let same = if dontunmap { 95 } else { 60 };
        let new_pages = if self.rng.percent(same) { pages } else { self.range(view, pid).1 };
        let to = self.rng.percent(65).then(|| self.range(view, pid).0);
        let may_move = to.is_none() && self.rng.percent(if dontunmap { 90 } else { 50 });
        let hint = (dontunmap && to.is_none()).then(|| self.range(view, pid).0);
        Command::Mremap(Mremap { pid, addr, pages, new_pages, to, may_move, dontunmap, hint })
    }

    fn touch(&mut self, view: &View, pid: Pid) -> Command {
        let stack = view.vmas_of(pid).find(|vma| vma.flags.contains(VmaFlags::GROWSDOWN) && has_room_below(view, vma));
        if let Some(stack) = stack.filter(|_| self.rng.percent(10)) {
            let depth = if self.rng.percent(90) { 1 + self.rng.below(12) } else { 1 + self.rng.below(100) };
            let addr = VirtAddr((stack.start.0 - depth) << 12);
            return if self.rng.percent(80) {
                Command::Touch(Touch { pid, addr, pages: 1 })
            } else {
                Command::Read(Read { pid, addr, len: 1 })
            };
        }
        match self.accessible(view, pid, Prot::WRITE) {
            Some((addr, room)) => Command::Touch(Touch { pid, addr, pages: 1 + self.rng.below(room.min(3)) }),
            None => self.mmap(view, pid),
        }
    }

    fn read(&mut self, view: &View, pid: Pid) -> Command {
        match self.accessible(view, pid, Prot::READ) {
            Some((addr, _)) => Command::Read(Read { pid, addr, len: 1 + self.rng.below(4) }),
            None => self.mmap(view, pid),
        }
    }

    fn write(&mut self, view: &View, pid: Pid) -> Command {
        match self.accessible(view, pid, Prot::WRITE) {
            Some((addr, room)) => {
                let at = if room > 1 && self.rng.percent(20) { 4094 } else { 0 };
                let bytes = (0..1 + self.rng.below(4)).map(|_| self.rng.next() as u8).collect();
                Command::Write(Write { pid, addr: VirtAddr(addr.0 + at), bytes })
            }
            None => self.mmap(view, pid),
        }
    }

    /// A page that may be accessed so, and how many more of its VMA follow; now and then any page at all.
    fn accessible(&mut self, view: &View, pid: Pid, prot: Prot) -> Option<(VirtAddr, u64)> {
        if self.rng.below(250) == 0 {
            return Some((VirtAddr(self.page(view, pid) << 12), 1));
        }
        let vmas: Vec<&Vma> = view.vmas_of(pid).filter(|vma| vma.prot.contains(prot)).collect();
        if vmas.is_empty() {
            return None;
        }
        let vma = self.rng.pick(&vmas);
        let size = vma.object.and_then(|id| view.objects[&id].info.pages(view.geometry())).unwrap_or(u64::MAX);
        let backed = size.saturating_sub(vma.pgoff).min(vma.pages());
        if backed == 0 {
            return None;
        }
        let page = self.rng.below(backed);
        Some((VirtAddr((vma.start.0 + page) << 12), backed - page))
    }

    fn madvise(&mut self, view: &View, pid: Pid, advice: Advice) -> Command {
        let (addr, pages) = self.range(view, pid);
        let pages = if pages >= 1 << 35 { (1 << 52) - 1 } else { pages };
        Command::Madvise(Madvise { pid, addr, pages, advice })
    }
}

fn has_room_below(view: &View, stack: &Vma) -> bool {
    let below = view.vmas_of(stack.pid).filter(|vma| vma.end <= stack.start).last();
    below.is_none_or(|below| {
        stack.start.0 - below.end.0 > if below.prot.is_empty() { 16 } else { view.geometry().guard_gap + 16 }
    }) && stack.start > Vpn(WINDOW + 200)
}

/// Gives the files their sizes; last command first. A byte is written to each page of those on disk: then all are in
/// the page cache, where they are found without reading ahead.
fn fill() -> Vec<Command> {
    let mut commands = Vec::new();
    for (name, pages) in FILES {
        let file = || name.to_owned();
        if name.starts_with(SHM) {
            commands.push(Command::Truncate(Truncate { file: file(), bytes: pages << 12 }));
            continue;
        }
        commands.push(Command::Truncate(Truncate { file: file(), bytes: 0 }));
        for page in 0..pages {
            commands.push(Command::Pwrite(Pwrite {
                pid: Pid(1),
                file: file(),
                offset: page << 12,
                bytes: vec![page as u8],
            }));
        }
        commands.push(Command::Truncate(Truncate { file: file(), bytes: pages << 12 }));
    }
    commands.reverse();
    commands
}
