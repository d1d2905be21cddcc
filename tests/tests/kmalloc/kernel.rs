//! A machine whose kernel asks for small objects.

use pageturner::config::{Config, KmallocConfig, KmallocKind, ParagraphFit};
use pageturner::lab::figures::heap::{self as figures, Waste};
use pageturner::lab::time::session::Session;
use pageturner::refusal::Refusal;
use pageturner::units::{HeapId, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::heap::{Heap, HeapStats};
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::reply::Reply;

pub const PAGE: u64 = 4096;

/// Every allocator with the settings that make it another.
pub fn kinds() -> Vec<(&'static str, KmallocConfig)> {
    use KmallocKind::{Linux20, MckusickKarels, Paragraph, Slab, Svr4};
    let of = |kind| KmallocConfig { kind, ..KmallocConfig::default() };
    vec![
        ("paragraph", of(Paragraph)),
        ("paragraph, coalesce", KmallocConfig { coalesce: true, ..of(Paragraph) }),
        ("paragraph, bitmap", KmallocConfig { fit: ParagraphFit::Bitmap, ..of(Paragraph) }),
        ("linux_2_0", of(Linux20)),
        ("mckusick_karels", of(MckusickKarels)),
        ("svr4", of(Svr4)),
        ("slab", of(Slab)),
        ("slab, reap", KmallocConfig { reap: true, ..of(Slab) }),
    ]
}

pub struct Kernel(pub Session);

impl Kernel {
    /// With so much memory that it never is short.
    pub fn new(kind: KmallocKind) -> Kernel {
        Kernel::with(KmallocConfig { kind, ..KmallocConfig::default() })
    }

    pub fn with(kmalloc: KmallocConfig) -> Kernel {
        Kernel::on(Config { frames: 4096, swap_slots: 0, kmalloc, ..Config::default() })
    }

    pub fn on(config: Config) -> Kernel {
        Kernel(Session::new(config).expect("a machine"))
    }

    pub fn run(&mut self, command: Command) -> Reply {
        self.0.run(command).expect("no refusal")
    }

    pub fn kmalloc(&mut self, bytes: u64) -> Option<u64> {
        match self.run(Command::Kmalloc(Kmalloc { bytes })) {
            Reply::Addr(at) => Some(at.0),
            _ => None,
        }
    }

    /// Where memory is known to be there.
    pub fn block(&mut self, bytes: u64) -> u64 {
        self.kmalloc(bytes).expect("memory")
    }

    pub fn kfree(&mut self, at: u64) -> Reply {
        self.try_kfree(at).expect("no refusal")
    }

    pub fn try_kfree(&mut self, at: u64) -> Result<Reply, Refusal> {
        self.0.run(Command::Kfree(Kfree { addr: VirtAddr(at) }))
    }

    pub fn reap(&mut self) {
        self.run(Command::HeapTrim(HeapTrim { pid: KERNEL, heap: HeapId(0) }));
    }

    pub fn write(&mut self, at: u64, bytes: Vec<u8>) {
        assert_eq!(self.run(Command::Write(Write { pid: KERNEL, addr: VirtAddr(at), bytes })), Reply::Done);
    }

    pub fn read(&mut self, at: u64, len: u64) -> Vec<u8> {
        match self.run(Command::Read(Read { pid: KERNEL, addr: VirtAddr(at), len })) {
            Reply::Bytes(bytes) => bytes,
            reply => panic!("{reply:?}"),
        }
    }

    pub fn heap(&self) -> &Heap {
        figures::heap(self.0.view(), KERNEL, HeapId(0)).expect("made at the first request")
    }

    pub fn stats(&self) -> HeapStats {
        self.heap().info.stats
    }

    pub fn waste(&self) -> Waste {
        figures::waste(self.0.view(), KERNEL, self.heap())
    }

    /// What is wrong with the heap, once there is one.
    pub fn check(&self) -> Vec<String> {
        figures::heap(self.0.view(), KERNEL, HeapId(0))
            .map(|heap| figures::check(self.0.view(), KERNEL, heap))
            .unwrap_or_default()
    }
}
