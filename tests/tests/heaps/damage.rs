//! Bad pointers and damaged bookkeeping: what each allocator makes of them.

use crate::program::{PID, Program};
use pageturner::units::VirtAddr;
use pageturner::vocabulary::heap::{Dl, Freelist, HeapMessage, HeapSettings, Kr, MmapDirect, Phk};
use pageturner::vocabulary::reply::{Reply, Signal};

fn phk(options: &str) -> HeapSettings {
    HeapSettings::Phk(Phk { options: options.into(), ..Phk::default() })
}

#[test]
fn phk_says_what_is_wrong_with_a_pointer_and_goes_on() {
    let mut program = Program::new(phk(""));
    let block = program.malloc(100).expect("memory");
    program.malloc(100);
    let run = program.malloc(10_000).expect("memory");
    for (addr, message) in [
        (VirtAddr(block.0 + 1), HeapMessage::ChunkModified),
        (VirtAddr(block.0 + 512), HeapMessage::ChunkFreed),
        (VirtAddr(run.0 + 8), HeapMessage::PageModified),
        (VirtAddr(run.0 + 4096), HeapMessage::WrongPage),
        (VirtAddr(run.0 + (1 << 30)), HeapMessage::TooHigh),
        (VirtAddr(block.0 - 3 * 4096), HeapMessage::TooLow),
    ] {
        assert_eq!(program.free(addr), Reply::Warned(message));
        assert_eq!(program.check(), [] as [String; 0], "{message:?}");
    }
    assert_eq!((program.free(block), program.free(run)), (Reply::Done, Reply::Done));
    assert_eq!(program.free(block), Reply::Warned(HeapMessage::ChunkFreed));
    assert_eq!(program.free(run), Reply::Warned(HeapMessage::PageFreed));
    assert_eq!(program.stats().warnings, 8);
}

#[test]
fn with_the_option_the_program_ends() {
    let mut program = Program::new(phk("A"));
    let block = program.malloc(5000).expect("memory");
    program.free(block);
    assert_eq!(program.free(block), Reply::Signal(Signal::SIGABRT));
    assert!(program.0.view().process(PID).is_none() && program.0.view().heaps.is_empty());
}

#[test]
fn options_fill_move_and_refuse_nothing() {
    let mut program = Program::new(phk("Z"));
    let block = program.malloc(64).expect("memory");
    program.write(block, vec![7; 64]);
    program.free(block);
    let again = program.malloc(64).expect("memory");
    assert_eq!((again, program.read(again, 64)), (block, vec![0; 64]));
    let mut program = Program::new(phk("J"));
    let block = program.malloc(40).expect("memory");
    assert_eq!(program.read(block, 64), vec![0xd0; 64]);
    assert_ne!(program.realloc(block, 41), Some(block), "J implies R");
    assert_eq!(Program::new(phk("V")).malloc(0), Some(VirtAddr(0)));
}

#[test]
fn dl_aborts_at_a_pointer_that_is_not_its_own() {
    let fresh = || {
        let mut program = Program::new(HeapSettings::Dl(Dl::default()));
        let blocks = [(); 3].map(|()| program.malloc(100).expect("memory"));
        (program, blocks)
    };
    let (mut program, [a, ..]) = fresh();
    program.free(a);
    assert_eq!(program.free(a), Reply::Signal(Signal::SIGABRT));
    let (mut program, [a, ..]) = fresh();
    assert_eq!(program.free(VirtAddr(a.0 + 16)), Reply::Signal(Signal::SIGABRT));
    let (mut program, _) = fresh();
    assert_eq!(program.free(VirtAddr(0x1000)), Reply::Signal(Signal::SIGSEGV));
}

#[test]
fn dl_finds_what_a_program_wrote_past_its_block() {
    let mut program = Program::new(HeapSettings::Dl(Dl::default()));
    let [a, b, c] = [(); 3].map(|()| program.malloc(100).expect("memory"));
    program.write(a, vec![0x41; 120]);
    let wrong = program.check();
    assert!(wrong[0].contains(&format!("header of the block at {b}")), "{wrong:?}");
    program.free(c);
    assert_eq!(program.free(b), Reply::Signal(Signal::SIGABRT));
}

#[test]
fn the_book_loses_its_way_in_a_damaged_list() {
    let mut program = Program::new(HeapSettings::Kr(Kr::default()));
    let blocks = [(); 4].map(|()| program.malloc(100).expect("memory"));
    program.free(blocks[1]);
    // A pointer to itself, where the freed block's link to the next one is.
    let header = VirtAddr(blocks[1].0 - 16);
    program.write(header, header.0.to_le_bytes().to_vec());
    assert!(!program.check().is_empty());
    let reply = program.try_free(blocks[3]);
    let end = matches!(reply, Ok(Reply::Signal(Signal::SIGABRT | Signal::SIGSEGV))) || reply.is_err();
    assert!(end || !program.check().is_empty(), "{reply:?}");
}

#[test]
fn who_does_not_look_at_a_pointer_is_not_given_a_wrong_one() {
    for settings in [
        HeapSettings::Kr(Kr::default()),
        HeapSettings::MmapDirect(MmapDirect::default()),
        HeapSettings::Freelist(Freelist { base: 4096, ..Freelist::default() }),
    ] {
        let mut program = Program::new(settings);
        let block = program.malloc(40).expect("memory");
        let before = program.0.view().clone();
        let refusal = program.try_free(VirtAddr(block.0 + 8)).expect_err("in the middle");
        assert!(refusal.hint.contains("lies in the block"), "{refusal:?}");
        assert_eq!(program.0.view().difference(&before), None);
        program.free(block);
        let refusal = program.try_free(block).expect_err("twice");
        assert!(refusal.hint.contains("freed before"), "{refusal:?}");
        assert_eq!(program.free(VirtAddr(0)), Reply::Done);
    }
}

#[test]
fn a_size_that_overflows_is_no_memory() {
    for settings in [phk(""), HeapSettings::Dl(Dl::default()), HeapSettings::Kr(Kr::default())] {
        let mut program = Program::new(settings);
        assert_eq!(program.calloc(1 << 40, 1 << 40), None);
        assert_eq!(program.malloc(u64::MAX), None);
        assert_eq!(program.malloc(1 << 62), None);
        assert_eq!((program.check(), program.stats().failed), (Vec::new(), 3));
    }
}
