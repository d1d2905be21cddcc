//! A process with one heap, driven by calls.

use pageturner::config::Config;
use pageturner::lab::figures::heap as figures;
use pageturner::lab::time::session::Session;
use pageturner::refusal::Refusal;
use pageturner::units::{HeapId, Pid, VirtAddr};
use pageturner::user::picture::Picture;
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::heap::{Heap, HeapSettings, HeapStats};
use pageturner::vocabulary::reply::Reply;

pub const PID: Pid = Pid(1);
const HEAP: HeapId = HeapId(0);

pub struct Program(pub Session);

impl Program {
    /// On a machine with so much memory that nothing is swapped out.
    pub fn new(settings: HeapSettings) -> Program {
        Program::on(Config { frames: 1 << 15, swap_slots: 0, ..Config::default() }, settings)
    }

    pub fn on(config: Config, settings: HeapSettings) -> Program {
        let mut program = Program(Session::new(config).expect("a machine"));
        program.run(Command::Spawn(Spawn { pid: None, name: None }));
        program.run(Command::Heap(NewHeap { pid: PID, settings }));
        program
    }

    pub fn run(&mut self, command: Command) -> Reply {
        self.try_run(command).expect("no refusal")
    }

    pub fn try_run(&mut self, command: Command) -> Result<Reply, Refusal> {
        self.0.run(command)
    }

    pub fn malloc(&mut self, bytes: u64) -> Option<VirtAddr> {
        address(&self.run(Command::Malloc(Malloc { pid: PID, heap: HEAP, bytes })))
    }

    pub fn calloc(&mut self, count: u64, bytes: u64) -> Option<VirtAddr> {
        address(&self.run(Command::Calloc(Calloc { pid: PID, heap: HEAP, count, bytes })))
    }

    pub fn realloc(&mut self, addr: VirtAddr, bytes: u64) -> Option<VirtAddr> {
        address(&self.run(Command::Realloc(Realloc { pid: PID, heap: HEAP, addr, bytes })))
    }

    pub fn free(&mut self, addr: VirtAddr) -> Reply {
        self.run(Command::HeapFree(HeapFree { pid: PID, heap: HEAP, addr }))
    }

    pub fn try_free(&mut self, addr: VirtAddr) -> Result<Reply, Refusal> {
        self.try_run(Command::HeapFree(HeapFree { pid: PID, heap: HEAP, addr }))
    }

    pub fn trim(&mut self) {
        self.run(Command::HeapTrim(HeapTrim { pid: PID, heap: HEAP }));
    }

    pub fn write(&mut self, addr: VirtAddr, bytes: Vec<u8>) {
        assert_eq!(self.run(Command::Write(Write { pid: PID, addr, bytes })), Reply::Done);
    }

    pub fn read(&mut self, addr: VirtAddr, len: u64) -> Vec<u8> {
        match self.run(Command::Read(Read { pid: PID, addr, len })) {
            Reply::Bytes(bytes) => bytes,
            reply => panic!("{reply:?}"),
        }
    }

    pub fn heap(&self) -> &Heap {
        figures::heap(self.0.view(), PID, HEAP).expect("its heap")
    }

    pub fn stats(&self) -> HeapStats {
        self.heap().info.stats
    }

    pub fn picture(&self) -> Picture {
        figures::picture(self.0.view(), PID, self.heap())
    }

    pub fn check(&self) -> Vec<String> {
        figures::check(self.0.view(), PID, self.heap())
    }
}

fn address(reply: &Reply) -> Option<VirtAddr> {
    if let Reply::Addr(addr) = reply { Some(*addr) } else { None }
}
