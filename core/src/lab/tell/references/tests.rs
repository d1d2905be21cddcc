//! The picture of strings that textbooks draw, cell by cell; and of any string, against the view after each command.

use super::{MOST, Reader, References, csv, markdown};
use crate::config::{Config, KernelPlace, PolicyKind};
use crate::lab::time::session::Session;
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::command::{Command, MapFlag, Mmap, Note, Read, Reclaim, Spawn, Truncate, Write};
use crate::vocabulary::prot::Prot;
use std::collections::BTreeMap;

const BELADY: [u64; 12] = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
const PAGES: u64 = 16;
const AT: u64 = 0x10000;

/// A process with pages of a file, on a machine of so many frames.
fn machine(policy: PolicyKind, frames: u32) -> Session {
    let config = Config { frames, kernel: KernelPlace::Apart, swap_slots: 0, policy, ..Config::default() };
    let mut session = Session::new(config).expect("a machine");
    let (pid, file) = (Pid(1), Some("pages".to_string()));
    let give = [
        Command::Spawn(Spawn { pid: None, name: None }),
        Command::Truncate(Truncate { file: "pages".into(), bytes: PAGES * 4096 }),
        Command::Mmap(Mmap {
            pid,
            addr: Some(VirtAddr(AT)),
            pages: PAGES,
            prot: Prot::READ | Prot::WRITE,
            flags: vec![MapFlag::Shared],
            file,
            pgoff: 0,
        }),
    ];
    give.into_iter().for_each(|command| drop(session.run(command).expect("it makes sense")));
    session
}

fn refer(session: &mut Session, page: u64) {
    let read = Read { pid: Pid(1), addr: VirtAddr(AT + page * 4096), len: 1 };
    session.run(Command::Read(read)).expect("it makes sense");
}

fn after(policy: PolicyKind, frames: u32, string: &[u64]) -> Session {
    let mut session = machine(policy, frames);
    string.iter().for_each(|page| refer(&mut session, *page));
    session
}

fn picture(session: &Session) -> References {
    Reader::default().at(session, 40).expect("references were made")
}

/// Each row's cells as one text, what came marked with a star; below them hits, and what went.
fn cells(all: &References) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for row in &all.rows {
        let cell = |cell: &super::Cell| {
            let page = cell.page.as_deref().unwrap_or(".");
            format!("{page}{}", if cell.came { "*" } else { " " })
        };
        lines.push(row.cells.iter().map(cell).collect::<Vec<_>>().join(" ").trim_end().into());
    }
    let hit = |hit: Option<bool>| hit.map_or("?", |hit| if hit { "h" } else { "m" });
    lines.push(all.columns.iter().map(|one| hit(one.hit)).collect::<Vec<_>>().join("  "));
    let went = |went: &[String]| if went.is_empty() { "-".to_string() } else { went.join("+") };
    lines.push(all.columns.iter().map(|one| went(&one.victims)).collect::<Vec<_>>().join("  "));
    lines
}

#[test]
fn beladys_string_with_three_frames_misses_nine_times() {
    let session = after(PolicyKind::Fifo, 3, &BELADY);
    let all = picture(&session);
    assert_eq!((all.totals.references, all.totals.misses, all.current), (12, 9, 11));
    assert_eq!(
        cells(&all),
        [
            "1* 1  1  4* 4  4  5* 5  5  5  5  5",
            ".  2* 2  2  1* 1  1  1  1  3* 3  3",
            ".  .  3* 3  3  2* 2  2  2  2  4* 4",
            "m  m  m  m  m  m  m  h  h  m  m  h",
            "-  -  -  1  2  3  4  -  -  1  2  -",
        ]
    );
    // A hit is marked in the row where the page is.
    assert_eq!([all.columns[7].row, all.columns[8].row, all.columns[11].row], [Some(1), Some(2), Some(0)]);
}

#[test]
fn beladys_string_with_four_frames_misses_ten_times() {
    let session = after(PolicyKind::Fifo, 4, &BELADY);
    let all = picture(&session);
    assert_eq!((all.totals.references, all.totals.misses), (12, 10));
    assert_eq!(
        cells(&all),
        [
            "1* 1  1  1  1  1  5* 5  5  5  4* 4",
            ".  2* 2  2  2  2  2  1* 1  1  1  5*",
            ".  .  3* 3  3  3  3  3  2* 2  2  2",
            ".  .  .  4* 4  4  4  4  4  3* 3  3",
            "m  m  m  m  h  h  m  m  m  m  m  m",
            "-  -  -  -  -  -  1  2  3  4  5  1",
        ]
    );
}

#[test]
fn in_the_midst_what_comes_is_named_and_no_more() {
    let mut session = after(PolicyKind::Fifo, 3, &BELADY);
    session.seek(3 + 4);
    let all = picture(&session);
    assert_eq!((all.columns.len(), all.current), (12, 3));
    assert_eq!(all.columns[11].page, "5");
    assert_eq!(
        cells(&all),
        [
            "1* 1  1  4*",
            ".  2* 2  2",
            ".  .  3* 3",
            "m  m  m  m  ?  ?  ?  ?  ?  ?  ?  ?",
            "-  -  -  1  -  -  -  -  -  -  -  -",
        ]
    );
    assert_eq!((all.totals.references, all.totals.misses), (4, 4));
    // Inside a reference: the page that goes has gone, and the one that comes is not there yet.
    let events = session.events_of(7);
    let half: Vec<References> = events
        .map(|event| {
            session.seek_event(event + 1);
            picture(&session)
        })
        .collect();
    assert!(half[0].current == 4 && half[0].rows[1].cells[4].page.as_deref() == Some("2"));
    assert!(half.iter().any(|all| all.rows.len() == 3 && all.rows[1].cells[4].page.is_none()));
    assert_eq!(half[half.len() - 1].rows[1].cells[4].page.as_deref(), Some("1"));
}

#[test]
fn text_and_values_say_the_same() {
    let mut session = after(PolicyKind::Fifo, 2, &[7, 0]);
    let write = Write { pid: Pid(1), addr: VirtAddr(AT + 4096), bytes: vec![1] };
    session.run(Command::Write(write)).expect("it makes sense");
    refer(&mut session, 0);
    let all = picture(&session);
    let frames: Vec<u32> = all.rows.iter().map(|row| row.frame.0).collect();
    let [one, two] = frames[..] else { panic!("two frames") };
    let table = format!(
        "| reference | 7     | 0     | 1w    | 0   |
| --------- | ----- | ----- | ----- | --- |
|           | miss  | miss  | miss  | hit |
| goes      |       |       | 7     |     |
| frame {one}   | **7** | 7     | **1** | 1   |
| frame {two}   |       | **0** | 0     | 0   |

4 references: 1 hit, 3 misses (75.0 %)
"
    );
    assert_eq!(markdown(&all), table);
    let values = format!(
        "step,page,access,result,goes,frame {one},frame {two}
4,7,read,miss,,7,
5,0,read,miss,,7,0
6,1,write,miss,7,1,0
7,0,read,hit,,1,0
"
    );
    assert_eq!(csv(&all), values);
}

/// A string of numbers that repeats after a long while.
fn long(count: u64) -> Vec<u64> {
    (0..count)
        .scan(7_u64, |x, _| {
            *x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            Some((*x >> 33) % PAGES)
        })
        .collect()
}

#[test]
fn every_cell_is_what_the_view_shows_after_its_command() {
    for policy in [PolicyKind::Fifo, PolicyKind::Lru, PolicyKind::Clock, PolicyKind::Arc] {
        let mut session = machine(policy, 5);
        for (n, page) in long(120).into_iter().enumerate() {
            refer(&mut session, page);
            if n % 20 == 5 {
                // What goes between two references is seen, too.
                session.run(Command::Reclaim(Reclaim { frames: 1 })).expect("it makes sense");
                session.run(Command::Note(Note::new("words"))).expect("words");
            }
        }
        let all = Reader::default().at(&session, MOST).expect("references");
        assert_eq!(all.columns.len(), 120);
        for (n, one) in all.columns.iter().enumerate() {
            let view = session.view_at(one.step + 1);
            let mut held = BTreeMap::new();
            view.each_pte(Pid(1), &mut |mapping| {
                held.extend(view.decode(&mapping).pfn().map(|pfn| (pfn, (mapping.vpn.0 - AT / 4096).to_string())));
            });
            let drawn = all.rows.iter().filter_map(|row| Some((row.frame, row.cells[n].page.clone()?)));
            assert_eq!(drawn.collect::<BTreeMap<_, _>>(), held, "{policy:?}, reference {n}");
        }
        let misses = all.columns.iter().filter(|one| one.hit == Some(false)).count();
        assert_eq!(misses as u32, all.totals.misses, "what was noted, and what was heard");
    }
}

#[test]
fn what_is_kept_makes_no_difference_wherever_one_goes() {
    let mut session = after(PolicyKind::Lru, 5, &long(400));
    let mut reader = Reader::default();
    for step in [403, 402, 401, 10, 11, 12, 390, 200, 201, 199, 198, 403] {
        session.seek(step);
        assert_eq!(reader.at(&session, 40), Reader::default().at(&session, 40), "step {step}");
        assert_eq!(reader.at(&session, 40).expect("references").totals.references, step - 3);
    }
    // After a cut another future.
    session.seek(200);
    reader.cut(200);
    refer(&mut session, 3);
    assert_eq!(reader.at(&session, 40), Reader::default().at(&session, 40));
}

#[test]
fn a_long_history_is_read_no_further_than_the_picture_reaches() {
    let session = after(PolicyKind::Fifo, 5, &long(20_000));
    let mut reader = Reader::default();
    let all = reader.at(&session, 40).expect("references");
    assert_eq!((all.columns.len(), all.totals.references), (40, 20_000));
    assert!(reader.moves.kept() <= MOST, "{} commands' events were heard", reader.moves.kept());
}

#[test]
fn a_machine_without_references_has_no_picture() {
    let session = machine(PolicyKind::Fifo, 3);
    assert_eq!(Reader::default().at(&session, 40), None);
}
