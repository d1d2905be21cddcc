//! Memories given whole: twelve of the OSTEP homework on two-level tables, with ten translations each, as its program
//! answers them.

use pageturner::config::{Config, KernelPlace};
use pageturner::lab::time::session::Session;
use pageturner::units::{Pfn, Pid, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::event::{Access, Event, FaultKind};
use pageturner::vocabulary::reply::{Reply, Signal};
use serde_json::Value;

const FIXTURE: &str = include_str!("../../fixtures/two-level.json");
const PID: Pid = Pid(1);

struct Row {
    pages: Vec<String>,
    pdbr: u32,
    queries: Vec<Query>,
}

/// An address, the entries on the way with their indices, and what the walk came to.
struct Query {
    va: u64,
    entries: Vec<(u16, u64)>,
    pa: Option<u64>,
    value: Option<u8>,
    fault: Option<String>,
}

fn rows() -> Vec<Row> {
    let fixture: Value = serde_json::from_str(FIXTURE).expect("the fixture");
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let text = |of: &Value| of.as_str().map(str::to_string);
    let query = |of: Value| Query {
        va: of["va"].as_u64().expect("an address"),
        entries: [("pde_index", "pde"), ("pte_index", "pte")]
            .into_iter()
            .filter_map(|(index, entry)| Some((of[index].as_u64()? as u16, of[entry].as_u64()?)))
            .collect(),
        pa: of["pa"].as_u64(),
        value: of["value"].as_u64().map(|value| value as u8),
        fault: text(&of["fault"]),
    };
    let row = |of: &Value| Row {
        pages: list(of, "pages").iter().filter_map(text).collect(),
        pdbr: of["pdbr"].as_u64().expect("a frame") as u32,
        queries: list(of, "queries").into_iter().map(query).collect(),
    };
    list(&fixture, "rows").iter().map(row).collect()
}

fn loaded(row: &Row) -> Session {
    let config = Config { kernel: KernelPlace::Apart, ..Config::classroom() };
    let mut session = Session::new(config).expect("a machine");
    let (pages, pdbr) = (row.pages.clone(), Pfn(row.pdbr));
    let load = Command::LoadTables(LoadTables { pages, pdbr, pid: None });
    assert_eq!(session.run(load).expect("a memory"), Reply::Pid(PID));
    assert_eq!(session.check(), [] as [String; 0]);
    session
}

fn read(va: u64) -> Command {
    Command::Read(Read { pid: PID, addr: VirtAddr(va), len: 1 })
}

#[test]
fn every_translation_of_the_homework_is_as_its_program_has_it() {
    let (mut right, mut faults) = (0, 0);
    for row in &rows() {
        let mut session = loaded(row);
        for query in &row.queries {
            let view = session.view();
            let (vpn, offset) = (view.geometry().vpn(VirtAddr(query.va)), query.va % 32);
            let steps = view.walk(PID, vpn);
            let entries: Vec<_> = steps.iter().map(|step| (step.index, step.raw & 0xff)).collect();
            assert_eq!(entries, query.entries, "the way to {:#x}", query.va);
            let address = view.pte(PID, vpn).pfn().map(|pfn| u64::from(pfn.0) * 32 + offset);
            assert_eq!(address, query.pa, "where {:#x} is", query.va);
            match &query.fault {
                None => {
                    let value = query.value.expect("what is mapped has a value");
                    assert_eq!(session.run(read(query.va)).expect("a read"), Reply::Bytes(vec![value]));
                }
                Some(kind) => {
                    assert_eq!(entries.len(), if kind == "pde" { 1 } else { 2 }, "at {:#x}", query.va);
                    faults_at(loaded(row), query.va);
                    faults += 1;
                }
            }
            right += 1;
        }
        assert_eq!(session.check(), [] as [String; 0]);
    }
    assert_eq!((right, faults), (120, 50));
}

/// Reading there is a fault, and the end of the process.
fn faults_at(mut session: Session, va: u64) {
    assert_eq!(session.run(read(va)).expect("a read"), Reply::Signal(Signal::SIGSEGV));
    let bad = |event: &Event| matches!(event, Event::Fault { pid: PID, addr, access: Access::Read, kind: FaultKind::Bad } if addr.0 == va);
    let last = session.steps().len() as u32 - 1;
    assert!(session.events_in(session.events_of(last)).iter().any(bad), "a fault at {va:#x}");
    assert_eq!(session.check(), [] as [String; 0]);
}

/// What was loaded is a process like any other.
#[test]
fn a_process_that_was_loaded_writes_forks_maps_and_ends() {
    for row in &rows() {
        let mut session = loaded(row);
        let mapped = row.queries.iter().filter(|query| query.pa.is_some()).map(|query| VirtAddr(query.va));
        let mut commands = vec![Command::Fork(Fork { pid: PID, child: None, name: None })];
        commands.extend(mapped.map(|addr| Command::Write(Write { pid: Pid(2), addr, bytes: vec![7] })));
        let flags = vec![MapFlag::Private, MapFlag::Anonymous];
        let prot = "rw".parse().expect("a protection");
        commands.push(Command::Mmap(Mmap { pid: PID, addr: None, pages: 2, prot, flags, file: None, pgoff: 0 }));
        commands.push(Command::Reclaim(Reclaim { frames: 20 }));
        commands.push(Command::Exit(Exit { pid: PID }));
        commands.push(Command::Exit(Exit { pid: Pid(2) }));
        for command in commands {
            session.run(command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
            assert_eq!(session.check(), [] as [String; 0], "after {command:?}");
        }
        let free = session.view().free_frames();
        assert_eq!(free, 128, "nothing of it is left");
    }
}
