//! Machines that differ in what no process can see, under the same random commands.

use crate::aim::{aim, migrate};
use crate::configs::config;
use pageturner::config::{AllocatorKind, BuddyConfig, Config, RmapKind};
use pageturner::hw::geometry::GeometryKind;
use pageturner::lab::measure::counting::Counting;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::os::refuse::MAX_BYTES;
use pageturner::units::{Pfn, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::entry::Entries;
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::reply::Reply;
use pageturner::vocabulary::trace::NullTrace;
use pageturner::vocabulary::vma::Vma;
use pageturner_tests::SCHEMES;
use proptest::prelude::*;

/// How the way back is found, and whether anybody listens, changes neither what is answered nor what the machine comes
/// to. A listener that only counts has the counters of the fold.
pub fn same_machine(buddy: BuddyConfig, commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    same_machine_with(Config { buddy, ..Config::default() }, commands)
}

pub fn same_machine_with(base: Config, commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    let with = |rmap| Config { frames: 40, swap_slots: 16, rmap, tlb_entries: 8, ..base.clone() };
    let mut machines = SCHEMES.map(|rmap| Session::new(with(rmap)).unwrap());
    let mut unheard = Machine::new(with(RmapKind::Object)).unwrap();
    let mut counted = SCHEMES.map(|rmap| (Machine::new(with(rmap)).unwrap(), Tally::default(), 0_u64));
    for (who, command) in commands {
        let command = aim(&machines[0], who, command);
        let replies = machines.each_mut().map(|machine| machine.run(command.clone()).ok());
        prop_assert_eq!(
            &unheard.apply(&command, &mut NullTrace).ok(),
            &replies[4],
            "with nobody listening: {:?}",
            command
        );
        for (reply, (machine, tally, events)) in replies.iter().zip(&mut counted) {
            let mut counting = Counting::new(machine, tally);
            prop_assert_eq!(&machine.apply(&command, &mut counting).ok(), reply, "only counted: {:?}", command);
            *events += counting.finish().events;
        }
        prop_assert!(replies.iter().all(|reply| *reply == replies[0]), "{:?}: {:?}", command, replies);
    }
    prop_assert_eq!(View::of(&unheard).difference(machines[4].view()), None, "with nobody listening");
    for (session, (machine, tally, events)) in machines.iter().zip(&counted) {
        prop_assert_eq!(View::of(machine).difference(session.view()), None, "only counted");
        prop_assert_eq!(tally, &session.view().tally);
        prop_assert_eq!(*events, u64::from(session.event_count()));
    }
    let strip = |session: &Session| {
        let mut view = session.view().clone();
        view.entries = Entries::default();
        view
    };
    for machine in &machines[1..] {
        prop_assert_eq!(strip(machine).difference(&strip(&machines[0])), None);
    }
    Ok(())
}

/// The same of runs by large pages: nobody listening changes nothing.
pub fn same_segments(commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    for geometry in [GeometryKind::X86_32, GeometryKind::X86_64] {
        let config = Config { geometry, allocator: AllocatorKind::QuickFit, ..config(8192, 16, RmapKind::Object) };
        let mut told = Session::new(config.clone()).unwrap();
        let mut silent = Machine::new(config).unwrap();
        for (who, command) in &commands {
            let command = aim(&told, *who, command.clone());
            prop_assert_eq!(silent.apply(&command, &mut NullTrace).ok(), told.run(command).ok());
        }
        prop_assert_eq!(View::of(&silent).difference(told.view()), None, "with nobody listening");
    }
    Ok(())
}

/// Where pages lie changes nothing that a process can see: the same commands are answered alike on a machine whose
/// pages are moved about between them.
pub fn moved_about(commands: Vec<(u64, Command)>, moves: Vec<(u32, u32)>) -> Result<(), TestCaseError> {
    let mut still = Session::new(config(512, 64, RmapKind::Object)).unwrap();
    let mut moving = Session::new(config(512, 64, RmapKind::Object)).unwrap();
    for (n, (who, command)) in commands.into_iter().enumerate() {
        let command = aim(&still, who, command);
        // Where a run is given depends on what is free.
        if let Command::Alloc(_) | Command::Free(_) | Command::Migrate(_) | Command::Compact = command {
            continue;
        }
        // So does the address of what the kernel asks for, which is physical.
        if let Command::Kmalloc(_) | Command::Kfree(_) = command {
            continue;
        }
        // And a segment that is sent is that of a run.
        if let Command::Send(_) | Command::Receive(_) = command {
            continue;
        }
        // Which page is dropped, and reads as zeroes from then on, follows from where pages lie: so none may be.
        if matches!(&command, Command::Mmap(Mmap { flags, .. }) if flags.contains(&MapFlag::Droppable)) {
            continue;
        }
        let (from, to) = moves[n % moves.len()];
        let replies = [&mut still, &mut moving].map(|machine| machine.run(command.clone()).ok());
        // Which page is the next victim, and so which of two equal pages is in memory, follows from where they lie.
        match (&command, replies) {
            (Command::Reclaim(_) | Command::MergePass | Command::Kswapd | Command::Future(_), _) => {}
            // That is what `mincore` asks; how many pages it answers for, and its errors, are alike.
            (Command::Mincore(_), [Some(Reply::Bytes(here)), Some(Reply::Bytes(there))]) => {
                prop_assert_eq!(here.len(), there.len(), "{:?}", command)
            }
            (_, [here, there]) => prop_assert_eq!(here, there, "{:?}", command),
        }
        for k in 0..3 {
            let shift = migrate(moving.view(), Pfn(from + k * 7), Pfn(to + k * 31));
            moving.run(shift).unwrap();
        }
        let broken = moving.check();
        prop_assert!(broken.is_empty(), "after moving: {:#?}", broken);
    }
    let readable = |vma: &&Vma| !vma.prot.is_empty() && vma.object.is_none();
    let vmas: Vec<Vma> = still.view().all_vmas().filter(readable).cloned().collect();
    for vma in vmas.iter().filter(|vma| vma.pid != KERNEL) {
        // One read takes at most MAX_BYTES, and a stack that grew far down is longer.
        for start in (0..vma.pages() << 12).step_by(MAX_BYTES as usize) {
            let len = MAX_BYTES.min((vma.pages() << 12) - start);
            let read = Command::Read(Read { pid: vma.pid, addr: VirtAddr((vma.start.0 << 12) + start), len });
            prop_assert!(still.run(read.clone()).unwrap() == moving.run(read).unwrap(), "{:?}", vma);
        }
    }
    Ok(())
}
