//! Addresses that were never given, frames that are the heap's, and who may ask.

use crate::kernel::{Kernel, kinds};
use pageturner::config::Config;
use pageturner::config::KmallocConfig;
use pageturner::config::KmallocKind::{Linux20, Paragraph};
use pageturner::hw::geometry::GeometryKind;
use pageturner::units::{HeapId, Pfn, Pid, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::heap::{HeapMessage, HeapSettings, KMALLOC_KINDS, Phk};
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::reply::Reply;

#[test]
fn linux_2_0_says_what_is_no_block() {
    let mut kernel = Kernel::new(Linux20);
    let block = kernel.block(100);
    kernel.block(100);
    for wrong in [block + 4, block - 8, block - block % 4096] {
        assert_eq!(kernel.kfree(wrong), Reply::Warned(HeapMessage::NotKmalloced));
    }
    assert_eq!(kernel.kfree(block), Reply::Done);
    assert_eq!(kernel.kfree(block), Reply::Warned(HeapMessage::NotKmalloced));
    assert_eq!((kernel.check(), kernel.stats().warnings), (Vec::new(), 4));
    assert_eq!(kernel.kmalloc(1 << 20), None);
    assert_eq!((kernel.stats().warnings, kernel.stats().failed), (5, 1));
    assert!(kernel.try_kfree(1 << 30).is_err() && kernel.try_kfree(1 << 16).is_err());
}

#[test]
fn the_others_are_not_given_a_wrong_one() {
    for (name, kmalloc) in kinds().into_iter().filter(|(_, kmalloc)| kmalloc.kind != Linux20) {
        let mut kernel = Kernel::with(kmalloc);
        assert!(kernel.try_kfree(4096).is_err(), "{name}: nothing was given");
        let block = kernel.block(100);
        let refusal = kernel.try_kfree(block + 16).expect_err("in the middle");
        assert!(refusal.hint.contains("lies in the block"), "{name}: {refusal:?}");
        assert_eq!(kernel.kfree(block), Reply::Done);
        assert!(kernel.try_kfree(block).expect_err("twice").hint.contains("freed before"));
        assert_eq!(kernel.kfree(0), Reply::Done);
    }
}

/// Only the kernel has these allocators, and it has no other.
#[test]
fn a_process_has_none_and_the_kernel_no_other() {
    let mut kernel = Kernel::new(Paragraph);
    kernel.run(Command::Spawn(Spawn { pid: None, name: None }));
    for kind in KMALLOC_KINDS {
        let settings: HeapSettings = kind.parse().expect("settings");
        let heap = Command::Heap(NewHeap { pid: Pid(1), settings });
        let refusal = kernel.0.run(heap).expect_err("the kernel's");
        assert!(refusal.hint.contains("kmalloc(bytes)"), "{refusal:?}");
    }
    let block = kernel.block(10);
    let (pid, heap, addr) = (KERNEL, HeapId(0), VirtAddr(block));
    for command in [
        Command::Heap(NewHeap { pid, settings: HeapSettings::Phk(Phk::default()) }),
        Command::Malloc(Malloc { pid, heap, bytes: 9 }),
        Command::HeapFree(HeapFree { pid, heap, addr }),
    ] {
        let refusal = kernel.0.run(command).expect_err("no program's");
        assert!(refusal.hint.contains("use kmalloc(bytes)"), "{refusal:?}");
    }
    let read = |kernel: &mut Kernel, pid| kernel.0.run(Command::Read(Read { pid, addr, len: 11 }));
    assert!(read(&mut kernel, KERNEL).is_err(), "one byte past the block");
}

/// The heap's frames are in nobody else's hands.
#[test]
fn its_frames_are_its_own() {
    let mut kernel = Kernel::new(Paragraph);
    let block = kernel.block(100);
    kernel.run(Command::Spawn(Spawn { pid: None, name: None }));
    let pfn = Pfn((block / 4096) as u32);
    let map = MapRun { pid: Pid(1), pfn, addr: None, prot: Prot::READ };
    for command in [
        Command::Free(Free { pfn, pages: 1 }),
        Command::Pin(Pin { pfn }),
        Command::MapRun(map),
        Command::Migrate(Migrate { from: pfn, to: Pfn(900) }),
    ] {
        assert!(kernel.0.run(command.clone()).is_err(), "{command:?}");
    }
    kernel.run(Command::Exit(Exit { pid: Pid(1) }));
    assert_eq!(kernel.heap().blocks.len(), 1, "no process's end is the end of the kernel's heap");
}

/// Memory that runs out is an answer, and leaves the heap as it was; so does a machine too small for a heap at all.
#[test]
fn no_memory_is_an_answer() {
    for (name, kmalloc) in kinds() {
        let mut kernel = Kernel::on(Config { frames: 40, swap_slots: 0, kmalloc, ..Config::default() });
        let blocks: Vec<u64> = std::iter::from_fn(|| kernel.kmalloc(3000)).collect();
        assert!(blocks.len() > 20, "{name}: {}", blocks.len());
        assert_eq!((kernel.stats().failed, kernel.check()), (1, Vec::new()), "{name}");
        blocks.into_iter().for_each(|block| drop(kernel.kfree(block)));
        assert!(kernel.kmalloc(3000).is_some() && kernel.kmalloc(u64::MAX).is_none(), "{name}");
        assert_eq!((kernel.check(), kernel.0.check()), (Vec::new(), Vec::new()), "{name}");
        let mut kernel = Kernel::on(Config { frames: 16, swap_slots: 0, kmalloc, ..Config::default() });
        while kernel.run(Command::Alloc(pageturner::vocabulary::request::Request::of(1))) != failed() {}
        assert_eq!(kernel.kmalloc(10), None, "{name}");
        assert!(kernel.0.view().heaps.is_empty() && kernel.0.check().is_empty(), "{name}");
    }
}

fn failed() -> Reply {
    Reply::Failed(pageturner::vocabulary::reply::Errno::ENOMEM)
}

#[test]
fn machines_that_do_not_suit_are_refused() {
    let mut classroom = Kernel::on(Config::classroom());
    assert!(classroom.0.run(Command::Kmalloc(Kmalloc { bytes: 4 })).is_err());
    let kmalloc = KmallocConfig { kind: Linux20, ..KmallocConfig::default() };
    let config = Config { frames: (1 << 20) + 1, kmalloc, ..Config::default() };
    assert!(config.validate().is_err());
    let config = Config { geometry: GeometryKind::X86_32, frames: 1 << 20, kmalloc, ..Config::default() };
    assert_eq!(config.validate(), Ok(()));
}
