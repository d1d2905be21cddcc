//! Makes a trace's references on a machine: each is a step of a session like any other.

use super::{Reference, References};
use crate::config::{Config, PolicyKind};
use crate::hw::geometry::Geometry;
use crate::lab::recording::{MAX_TEXT, first_line, step_json};
use crate::lab::time::session::{MAX_STEPS, Session};
use crate::os::refuse::MAX_FUTURE;
use crate::refusal::{Refusal, grouped, refuse};
use crate::units::{Pid, VirtAddr, Vpn};
use crate::vocabulary::command::{Command, Future, MapFlag, Mmap, Read, Spawn, Truncate, Write};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;

const PID: Pid = Pid(1);
/// The file that the pages are mapped from, so that each has one frame and comes from the disk when it is not there.
const FILE: &str = "pages";
/// Pages that are further apart than this are not mapped together.
const GAP: u64 = 512;
/// Commands written between two calls of `going`.
const BETWEEN: usize = 1 << 14;

/// How references are made.
#[derive(Clone, Debug)]
pub struct Drive {
    pub config: Config,
    /// Bytes of the host's memory that the session may hold.
    pub memory: u64,
}

/// A trace made on a machine.
#[derive(Debug)]
pub struct Driven {
    pub session: Session,
}

/// Makes all references.
///
/// # Errors
/// The machine cannot be made, a page cannot be mapped, or the session is full.
pub fn drive(references: &References, how: &Drive) -> Result<Driven, Refusal> {
    let mut session = Session::within(how.config.clone(), how.memory)?;
    for command in recorded(references, &how.config) {
        let name = command.name();
        match session.run(command)? {
            Reply::Failed(errno) => return refuse(format!("{name}: {errno:?}"), "use a machine with more frames"),
            Reply::Signal(signal) => return refuse(format!("{name}: {signal:?}"), "use a machine with more frames"),
            _ => {}
        }
    }
    Ok(Driven { session })
}

/// The recording of a trace's references on a machine of this configuration, none of which has been made yet. `going`
/// is told how many were written since it was last called; if it answers `false`, `None` is the answer.
///
/// # Errors
/// It would be too long to be read again.
pub fn recording(
    references: &References,
    config: &Config,
    title: Option<&str>,
    going: &mut dyn FnMut(usize) -> bool,
) -> Result<Option<String>, Refusal> {
    let mut text = first_line(config, title, None);
    for (n, command) in (1..).zip(recorded(references, config)) {
        text += &step_json(&command, None);
        text.push('\n');
        if text.len() > MAX_TEXT || n > MAX_STEPS {
            let what = format!("{} references make a recording that is too long", grouped(references.all.len() as u64));
            return refuse(what, format!("cut the trace after {}", grouped((n - 1) as u64)));
        }
        if n % BETWEEN == 0 && !going(BETWEEN) {
            return Ok(None);
        }
    }
    Ok(Some(text))
}

/// The commands of a recording. What comes is told under any policy, so that the same commands can be given to a
/// machine whose policy wants to know.
fn recorded<'a>(references: &'a References, config: &Config) -> impl Iterator<Item = Command> + use<'a> {
    setup(references, config, true).into_iter().chain(accesses(references, config))
}

/// The commands that make a trace's references on a machine of this configuration: a process, its pages, what comes if
/// the policy wants to know, and the references.
pub fn commands<'a>(references: &'a References, config: &Config) -> impl Iterator<Item = Command> + use<'a> {
    setup(references, config, config.policy == PolicyKind::Opt).into_iter().chain(accesses(references, config))
}

/// What comes before the references.
pub(super) fn setup(references: &References, config: &Config, foretold: bool) -> Vec<Command> {
    let geometry = config.geometry.geometry();
    let spawn = Command::Spawn(Spawn { pid: Some(PID), name: Some("traced".into()) });
    let future: &[Reference] = if foretold { &references.all } else { &[] };
    let future = future
        .chunks(MAX_FUTURE as usize)
        .map(|part| Command::Future(Future { pages: part.iter().map(|reference| reference.page).collect() }));
    [spawn].into_iter().chain(mappings(references, base(references, geometry), geometry)).chain(future).collect()
}

/// The references themselves.
pub(super) fn accesses<'a>(references: &'a References, config: &Config) -> impl Iterator<Item = Command> + use<'a> {
    let geometry = config.geometry.geometry();
    let base = base(references, geometry);
    let page_of = move |reference: &Reference| geometry.addr(Vpn(base + reference.page));
    references.all.iter().map(move |reference| one(page_of(reference), reference.writes))
}

/// The page that the trace's page 0 is.
fn base(references: &References, geometry: &Geometry) -> u64 {
    if references.bare { geometry.numbered_pages() } else { 0 }
}

fn one(addr: VirtAddr, writes: bool) -> Command {
    match writes {
        true => Command::Write(Write { pid: PID, addr, bytes: vec![1] }),
        false => Command::Read(Read { pid: PID, addr, len: 1 }),
    }
}

/// Maps the pages that are used, neighbours together.
fn mappings(references: &References, base: u64, geometry: &'static Geometry) -> Vec<Command> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for page in references.pages() {
        match ranges.last_mut() {
            Some((_, end)) if page < *end + GAP => *end = page + 1,
            _ => ranges.push((page, page + 1)),
        }
    }
    let pages = ranges.iter().map(|(start, end)| end - start).sum::<u64>();
    let file = Command::Truncate(Truncate { file: FILE.into(), bytes: pages * geometry.page_size() });
    let mut pgoff = 0;
    let map = |(start, end): (u64, u64)| {
        let command = Command::Mmap(Mmap {
            pid: PID,
            addr: Some(geometry.addr(Vpn(base + start))),
            pages: end - start,
            prot: Prot::READ | Prot::WRITE,
            flags: vec![MapFlag::Shared, MapFlag::Fixed],
            file: Some(FILE.into()),
            pgoff,
        });
        pgoff += end - start;
        command
    };
    [file].into_iter().chain(ranges.into_iter().map(map)).collect()
}
