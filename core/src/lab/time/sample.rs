//! A machine that has some of everything, for tests that change one part of it.

use super::session::Session;
use super::view::View;
use crate::config::{Config, PolicyKind, RmapKind};
use crate::units::{Pfn, Pid, VirtAddr, Vpn};
use crate::vocabulary::command::*;
use crate::vocabulary::frame::Frame;
use crate::vocabulary::port::SendBy;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::request::Request;

/// Where process 1 has 8 anonymous pages: 0 and 1 are its child's, too, as are 2 and 3, which
/// are swapped out; 4 and 5 equal and
/// merged, 6 is its own, 7 the page of zeroes.
pub(in crate::lab) const ANON: VirtAddr = VirtAddr(0x10_0000);
/// Where process 1 has mapped two pages of the file `f`, the first of them read.
pub(in crate::lab) const FILE: VirtAddr = VirtAddr(0x20_0000);
/// Where process 1 has mapped a run of 3 frames.
pub(in crate::lab) const RUN: VirtAddr = VirtAddr(0x30_0000);

/// Where process 1 had a segment that waits in a message to process 2.
const MESSAGE: VirtAddr = VirtAddr(0x40_0000);

/// The machine, under the given scheme.
pub(in crate::lab) fn sample(rmap: RmapKind) -> Session {
    let mut session =
        Session::new(Config { frames: 128, swap_slots: 16, rmap, policy: PolicyKind::Lru, ..Config::default() })
            .unwrap();
    let pid = Pid(1);
    let mut run = |command| match session.run(command).unwrap() {
        failed @ (Reply::Failed(_) | Reply::Signal(_)) => panic!("{failed:?}"),
        reply => reply,
    };
    let page = |n: u64| VirtAddr(ANON.0 + n * 4096);
    let write = |n, byte| Command::Write(Write { pid, addr: page(n), bytes: vec![byte] });
    let madvise = |n, pages, advice| Command::Madvise(Madvise { pid, addr: page(n), pages, advice });
    let map = |addr, pages, kind, file: Option<&str>| {
        let mut flags = vec![kind, MapFlag::Fixed];
        flags.extend(file.is_none().then_some(MapFlag::Anonymous));
        let (prot, file) = (Prot::READ | Prot::WRITE, file.map(String::from));
        Command::Mmap(Mmap { pid, addr: Some(addr), pages, prot, flags, file, pgoff: 0 })
    };
    run(Command::Spawn(Spawn { pid: Some(pid), name: None }));
    run(map(ANON, 8, MapFlag::Private, None));
    for n in 0..4 {
        run(write(n, 1 + n as u8));
    }
    run(madvise(2, 2, Advice::Pageout));
    run(Command::Fork(Fork { pid, child: Some(Pid(2)), name: None }));
    run(madvise(4, 2, Advice::Mergeable));
    run(write(4, 9));
    run(write(5, 9));
    run(Command::MergePass);
    run(write(6, 7));
    run(Command::Read(Read { pid, addr: page(7), len: 1 }));
    run(Command::Pwrite(Pwrite { pid, file: "f".into(), offset: 0, bytes: vec![5; 5000] }));
    run(map(FILE, 2, MapFlag::Shared, Some("f")));
    run(Command::Write(Write { pid, addr: FILE, bytes: vec![6] }));
    run(Command::Msync(Msync { pid, addr: FILE, pages: 2 }));
    run(Command::Read(Read { pid, addr: FILE, len: 1 }));
    let Reply::Run(pfn) = run(Command::Alloc(Request::of(3))) else { panic!("no run") };
    run(Command::MapRun(MapRun { pid, pfn, addr: Some(RUN), prot: Prot::READ | Prot::WRITE }));
    let Reply::Port(port) = run(Command::Port(NewPort { pid: Pid(2), auto: None })) else { panic!("no port") };
    let Reply::Run(pfn) = run(Command::Alloc(Request::of(1))) else { panic!("no run") };
    let addr = Some(MESSAGE);
    run(Command::MapRun(MapRun { pid, pfn, addr, prot: Prot::READ | Prot::WRITE }));
    run(Command::Send(Send { pid, port, addr, bytes: None, header: vec![1], by: SendBy::Remap }));
    assert_eq!(session.check(), Vec::<String>::new());
    session
}

/// The frame of a page of process 1's anonymous memory.
pub(in crate::lab) fn frame_of(view: &View, page: u64) -> Pfn {
    view.pte(Pid(1), Vpn(ANON.0 / 4096 + page)).pfn().expect("it is in memory")
}

/// Changes the descriptor of such a frame.
pub(in crate::lab) fn change_frame(view: &mut View, page: u64, change: impl FnOnce(&mut Frame)) {
    let pfn = frame_of(view, page);
    let mut frame = view.frames.get(pfn);
    change(&mut frame);
    view.frames.set(pfn, frame);
}
