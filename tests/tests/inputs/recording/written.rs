//! Every command as a line of a recording, as docs/recording.md has it.

use super::HEAD;
use pageturner::lab::recording::Recording;
use pageturner::units::{HeapId, Pfn, Pid, PortId, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::heap::{HeapSettings, Kr};
use pageturner::vocabulary::port::SendBy;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::question::{Asks, Right, Task};
use pageturner::vocabulary::request::{Gfp, Mobility, Request};
use pageturner::vocabulary::show::{Panel, Show};
use pageturner::vocabulary::thing::Thing;

#[test]
fn every_command_is_written_as_documented() {
    let (pid, addr, heap) = (Pid(1), VirtAddr(0x1000_0000_0000), HeapId(2));
    let rw = Prot::READ | Prot::WRITE;
    for (command, line) in [
        (Command::Spawn(Spawn { pid: None, name: Some("shell".into()) }), r#"{"do":"spawn","name":"shell"}"#),
        (
            Command::LoadTables(LoadTables { pages: vec![String::new(), "81".into()], pdbr: Pfn(1), pid: None }),
            r#"{"do":"load_tables","pages":["","81"],"pdbr":1}"#,
        ),
        (
            Command::Ask(Ask {
                task: Some(Box::new(Task {
                    hints: vec![("1".into(), "more".into())],
                    tries: 3,
                    ..Task::new(Asks::Number { unit: "frames".into(), within: 1 }, Some(Right::Number(4)))
                })),
                ..Ask::new("How many?", "")
            }),
            r#"{"do":"ask","question":"How many?","answer":"","task":{"asks":{"number":{"unit":"frames","within":1}},"right":{"number":4},"hints":[["1","more"]],"tries":3}}"#,
        ),
        (
            Command::Answer(Answer { right: Right::Things(vec![Thing::Frame(Pfn(6))]) }),
            r#"{"do":"answer","right":{"things":["frame 6"]}}"#,
        ),
        (Command::Note(Note { before: true, ..Note::new("x") }), r#"{"do":"note","text":"x","before":true}"#),
        (
            Command::Show(Box::new(Show {
                select: Some(Thing::Page(pid, addr)),
                point: vec![Thing::Frame(Pfn(6))],
                zoom: Some([8, 4]),
                open: vec![Panel::Console],
                fold: vec![Panel::Swap],
                counter: Some("faults".into()),
            })),
            r#"{"do":"show","select":"page 1 0x100000000000","point":["frame 6"],"zoom":[8,4],"open":["console"],"fold":["swap"],"counter":"faults"}"#,
        ),
        (
            Command::Mmap(Mmap {
                pid,
                addr: Some(addr),
                pages: 8,
                prot: rw,
                flags: vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed],
                file: None,
                pgoff: 0,
            }),
            r#"{"do":"mmap","pid":1,"addr":"0x100000000000","pages":8,"prot":"rw","flags":["private","anonymous","fixed"]}"#,
        ),
        (
            Command::Mmap(Mmap {
                pid,
                addr: None,
                pages: 1,
                prot: Prot::empty(),
                flags: vec![MapFlag::Shared],
                file: Some("a".into()),
                pgoff: 7,
            }),
            r#"{"do":"mmap","pid":1,"pages":1,"prot":"none","flags":["shared"],"file":"a","pgoff":7}"#,
        ),
        (
            Command::Munmap(Munmap { pid, addr, pages: 8 }),
            r#"{"do":"munmap","pid":1,"addr":"0x100000000000","pages":8}"#,
        ),
        (
            Command::Mprotect(Mprotect { pid, addr, pages: 8, prot: Prot::READ, growsdown: false }),
            r#"{"do":"mprotect","pid":1,"addr":"0x100000000000","pages":8,"prot":"r"}"#,
        ),
        (
            Command::Mprotect(Mprotect { pid, addr, pages: 8, prot: Prot::READ, growsdown: true }),
            r#"{"do":"mprotect","pid":1,"addr":"0x100000000000","pages":8,"prot":"r","growsdown":true}"#,
        ),
        (
            Command::Mremap(Mremap {
                pid,
                addr,
                pages: 1,
                new_pages: 2,
                to: Some(VirtAddr(0x5000)),
                may_move: false,
                dontunmap: false,
                hint: None,
            }),
            r#"{"do":"mremap","pid":1,"addr":"0x100000000000","pages":1,"new_pages":2,"to":"0x5000"}"#,
        ),
        (
            Command::Mremap(Mremap {
                pid,
                addr,
                pages: 2,
                new_pages: 2,
                to: None,
                may_move: true,
                dontunmap: true,
                hint: Some(VirtAddr(0x5000)),
            }),
            r#"{"do":"mremap","pid":1,"addr":"0x100000000000","pages":2,"new_pages":2,"may_move":true,"dontunmap":true,"hint":"0x5000"}"#,
        ),
        (
            Command::Madvise(Madvise { pid, addr, pages: 1, advice: Advice::Wipeonfork }),
            r#"{"do":"madvise","pid":1,"addr":"0x100000000000","pages":1,"advice":"wipeonfork"}"#,
        ),
        (
            Command::Mlock(Mlock { pid, addr, pages: 4, onfault: true }),
            r#"{"do":"mlock","pid":1,"addr":"0x100000000000","pages":4,"onfault":true}"#,
        ),
        (
            Command::Mlockall(Mlockall { pid, current: true, future: false, onfault: true }),
            r#"{"do":"mlockall","pid":1,"current":true,"onfault":true}"#,
        ),
        (Command::Munlockall(Munlockall { pid }), r#"{"do":"munlockall","pid":1}"#),
        (
            Command::Mmap(Mmap {
                pid,
                addr: None,
                pages: 1,
                prot: rw,
                flags: vec![MapFlag::Droppable, MapFlag::Anonymous],
                file: None,
                pgoff: 0,
            }),
            r#"{"do":"mmap","pid":1,"pages":1,"prot":"rw","flags":["droppable","anonymous"]}"#,
        ),
        (Command::Brk(Brk { pid, addr: VirtAddr(0) }), r#"{"do":"brk","pid":1,"addr":"0x0"}"#),
        (
            Command::Madvise(Madvise { pid, addr, pages: 1, advice: Advice::Pageout }),
            r#"{"do":"madvise","pid":1,"addr":"0x100000000000","pages":1,"advice":"pageout"}"#,
        ),
        (Command::Fork(Fork { pid, child: Some(Pid(3)), name: None }), r#"{"do":"fork","pid":1,"child":3}"#),
        (
            Command::Fork(Fork { pid, child: None, name: Some("child".into()) }),
            r#"{"do":"fork","pid":1,"name":"child"}"#,
        ),
        (
            Command::Exec(Exec { pid, name: "ls".into(), brk: Some(VirtAddr(0x1000)) }),
            r#"{"do":"exec","pid":1,"name":"ls","brk":"0x1000"}"#,
        ),
        (Command::Exit(Exit { pid }), r#"{"do":"exit","pid":1}"#),
        (Command::Read(Read { pid, addr, len: 5 }), r#"{"do":"read","pid":1,"addr":"0x100000000000","len":5}"#),
        (
            Command::Write(Write { pid, addr, bytes: vec![1, 255] }),
            r#"{"do":"write","pid":1,"addr":"0x100000000000","bytes":[1,255]}"#,
        ),
        (Command::Touch(Touch { pid, addr, pages: 2 }), r#"{"do":"touch","pid":1,"addr":"0x100000000000","pages":2}"#),
        (Command::Truncate(Truncate { file: "a".into(), bytes: 6000 }), r#"{"do":"truncate","file":"a","bytes":6000}"#),
        (Command::Unlink(Unlink { file: "a".into() }), r#"{"do":"unlink","file":"a"}"#),
        (
            Command::Pread(Pread { pid, file: "a".into(), offset: 0, len: 9 }),
            r#"{"do":"pread","pid":1,"file":"a","len":9}"#,
        ),
        (
            Command::Pwrite(Pwrite { pid, file: "a".into(), offset: 5, bytes: vec![1] }),
            r#"{"do":"pwrite","pid":1,"file":"a","offset":5,"bytes":[1]}"#,
        ),
        (Command::Msync(Msync { pid, addr, pages: 2 }), r#"{"do":"msync","pid":1,"addr":"0x100000000000","pages":2}"#),
        (
            Command::Mincore(Mincore { pid, addr, pages: 2 }),
            r#"{"do":"mincore","pid":1,"addr":"0x100000000000","pages":2}"#,
        ),
        (Command::Alloc(Request::of(4)), r#"{"do":"alloc","pages":4}"#),
        (
            Command::Alloc(Request {
                align: 8,
                offset: 3,
                zone: Some(0),
                gfp: Gfp::ATOMIC,
                ..Request::page(Mobility::Movable)
            }),
            r#"{"do":"alloc","pages":1,"align":8,"offset":3,"zone":0,"gfp":["atomic"],"mobility":"movable"}"#,
        ),
        (Command::Pin(Pin { pfn: Pfn(8) }), r#"{"do":"pin","pfn":8}"#),
        (
            Command::MapRun(MapRun { pid: Pid(1), pfn: Pfn(8), addr: None, prot: Prot::READ }),
            r#"{"do":"map_run","pid":1,"pfn":8,"prot":"r"}"#,
        ),
        (
            Command::UnmapRun(UnmapRun { pid: Pid(1), addr: VirtAddr(0x4000) }),
            r#"{"do":"unmap_run","pid":1,"addr":"0x4000"}"#,
        ),
        (Command::Unpin(Unpin { pfn: Pfn(8) }), r#"{"do":"unpin","pfn":8}"#),
        (Command::Free(Free { pfn: Pfn(8), pages: 4 }), r#"{"do":"free","pfn":8,"pages":4}"#),
        (Command::Reclaim(Reclaim { frames: 3 }), r#"{"do":"reclaim","frames":3}"#),
        (Command::Future(Future { pages: vec![7, 0, 7] }), r#"{"do":"future","pages":[7,0,7]}"#),
        (Command::MergePass, r#"{"do":"merge_pass"}"#),
        (Command::Kswapd, r#"{"do":"kswapd"}"#),
        (Command::Migrate(Migrate { from: Pfn(8), to: Pfn(9) }), r#"{"do":"migrate","from":8,"to":9}"#),
        (Command::Compact, r#"{"do":"compact"}"#),
        (Command::Vmalloc(Vmalloc { pages: 3 }), r#"{"do":"vmalloc","pages":3}"#),
        (Command::Vfree(Vfree { addr }), r#"{"do":"vfree","addr":"0x100000000000"}"#),
        (
            Command::Heap(NewHeap { pid, settings: HeapSettings::Kr(Kr { units: 8, limit: None }) }),
            r#"{"do":"heap","pid":1,"settings":"kr,units=8"}"#,
        ),
        (Command::Malloc(Malloc { pid, heap, bytes: 9 }), r#"{"do":"malloc","pid":1,"heap":2,"bytes":9}"#),
        (
            Command::Calloc(Calloc { pid, heap, count: 3, bytes: 9 }),
            r#"{"do":"calloc","pid":1,"heap":2,"count":3,"bytes":9}"#,
        ),
        (
            Command::Realloc(Realloc { pid, heap, addr, bytes: 9 }),
            r#"{"do":"realloc","pid":1,"heap":2,"addr":"0x100000000000","bytes":9}"#,
        ),
        (
            Command::HeapFree(HeapFree { pid, heap, addr }),
            r#"{"do":"heap_free","pid":1,"heap":2,"addr":"0x100000000000"}"#,
        ),
        (Command::HeapTrim(HeapTrim { pid, heap }), r#"{"do":"heap_trim","pid":1,"heap":2}"#),
        (Command::Port(NewPort { pid, auto: Some(512) }), r#"{"do":"port","pid":1,"auto":512}"#),
        (
            Command::Send(Send {
                pid,
                port: PortId(1),
                addr: Some(addr),
                bytes: Some(100),
                header: b"hi".to_vec(),
                by: SendBy::Cow,
            }),
            r#"{"do":"send","pid":1,"port":1,"addr":"0x100000000000","bytes":100,"header":[104,105],"by":"cow"}"#,
        ),
        (
            Command::Receive(Receive { pid, port: PortId(1), addr: None, into: Some(addr) }),
            r#"{"do":"receive","pid":1,"port":1,"into":"0x100000000000"}"#,
        ),
        (Command::Kmalloc(Kmalloc { bytes: 9 }), r#"{"do":"kmalloc","bytes":9}"#),
        (Command::Kfree(Kfree { addr }), r#"{"do":"kfree","addr":"0x100000000000"}"#),
        (
            Command::Madvise(Madvise { pid, addr, pages: 1, advice: Advice::Unmergeable }),
            r#"{"do":"madvise","pid":1,"addr":"0x100000000000","pages":1,"advice":"unmergeable"}"#,
        ),
        (
            Command::Expect(Expect { text: "it holds".into(), held: true }),
            r#"{"do":"expect","text":"it holds","held":true}"#,
        ),
    ] {
        let recording = Recording { steps: vec![(command, None)], ..Recording::default() };
        let text = recording.to_jsonl();
        assert_eq!(text.lines().nth(1), Some(line));
        assert_eq!(Recording::parse(&text), Ok(recording));
    }
}

#[test]
fn the_manual_shows_every_command_and_its_lines_can_be_read() {
    let manual = include_str!("../../../../docs/recording.md");
    for name in COMMANDS {
        assert!(manual.contains(&format!("{{\"do\":\"{name}\"")), "docs/recording.md has no example of {name}");
    }
    let lines: Vec<&str> = manual.lines().filter(|line| line.starts_with("{\"do\"")).collect();
    assert!(lines.len() >= 21);
    for line in lines {
        if let Err(error) = Recording::parse(&format!("{HEAD}{line}")) {
            panic!("docs/recording.md: {error}");
        }
    }
}

/// What is said of a command in one place agrees with its line.
#[test]
fn a_command_is_about_what_its_line_names() {
    let manual = include_str!("../../../../docs/recording.md");
    for line in manual.lines().filter(|line| line.starts_with("{\"do\"")) {
        let (mut command, _) = Recording::parse(&format!("{HEAD}{line}")).expect("a proper line").steps.remove(0);
        let fields: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(fields["do"], command.name());
        let caller = fields["pid"].as_u64().filter(|_| command.name() != "spawn");
        assert_eq!(command.pid().map(|pid| u64::from(pid.0)), caller, "{line}");
        assert_eq!(command.run_mut().map(|pfn| u64::from(pfn.0)), fields["pfn"].as_u64(), "{line}");
        assert_eq!(command.speaks(), ["note", "show", "ask", "answer", "expect"].contains(&command.name()), "{line}");
        let anywhere = serde_json::to_value(command.anywhere()).expect("JSON");
        for name in ["addr", "to", "hint", "brk"].into_iter().filter(|name| fields[name].is_string()) {
            assert!(anywhere[name].is_null() || anywhere[name] == "0x0", "{line}: {name}");
        }
    }
}
