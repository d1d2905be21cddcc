//! Commands in the script's language. The full source of a recording's commands is a script that does the same again.

use super::plain;
use super::prot_name;
use super::reader::{note_fields, show_fields};
use super::runs::{alloc, map_run};
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::command::{self, *};
use crate::vocabulary::heap::HeapSettings;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;
use std::fmt::Write;

/// The flags of `mmap` by their names in scripts and recordings.
pub const FLAGS: [(&str, MapFlag); 10] = [
    ("private", MapFlag::Private),
    ("shared", MapFlag::Shared),
    ("droppable", MapFlag::Droppable),
    ("anonymous", MapFlag::Anonymous),
    ("fixed", MapFlag::Fixed),
    ("fixed_noreplace", MapFlag::FixedNoreplace),
    ("noreserve", MapFlag::Noreserve),
    ("populate", MapFlag::Populate),
    ("growsdown", MapFlag::Growsdown),
    ("locked", MapFlag::Locked),
];

/// What `madvise` may advise, by name.
pub const ADVICE: [(&str, Advice); 15] = [
    ("dontneed", Advice::Dontneed),
    ("pageout", Advice::Pageout),
    ("mergeable", Advice::Mergeable),
    ("unmergeable", Advice::Unmergeable),
    ("normal", Advice::Normal),
    ("random", Advice::Random),
    ("sequential", Advice::Sequential),
    ("dontfork", Advice::Dontfork),
    ("dofork", Advice::Dofork),
    ("dontdump", Advice::Dontdump),
    ("dodump", Advice::Dodump),
    ("hugepage", Advice::Hugepage),
    ("nohugepage", Advice::Nohugepage),
    ("wipeonfork", Advice::Wipeonfork),
    ("keeponfork", Advice::Keeponfork),
];

/// At most this many characters of a text, or elements of a list of bytes, in [`command_text`].
const SHORT: usize = 60;

/// A flag's name.
pub fn flag_name(flag: MapFlag) -> &'static str {
    FLAGS.iter().find(|(_, f)| *f == flag).expect("every flag has a name").0
}

/// An advice's name.
pub fn advice_name(advice: Advice) -> &'static str {
    ADVICE.iter().find(|(_, a)| *a == advice).expect("every advice has a name").0
}

/// A command in the script's language, long texts cut with `…`: `p1.mmap(8)`.
pub fn command_text(command: &Command) -> String {
    write_command(command, SHORT)
}

/// A command in the script's language, whole.
pub fn command_source(command: &Command) -> String {
    write_command(command, usize::MAX)
}

/// A command with the variable its answer goes to: `let p2 = p1.fork()`. Long texts cut.
pub fn step_text(command: &Command, reply: &Reply) -> String {
    format!("{}{}", variable(reply), command_text(command))
}

/// A command with the variable its answer goes to, with its texts whole: a line of a script.
pub fn step_source(command: &Command, reply: &Reply) -> String {
    format!("{}{};", variable(reply), command_source(command))
}

fn variable(reply: &Reply) -> String {
    if let Reply::Pid(pid) = reply { format!("let p{pid} = ") } else { String::new() }
}

fn write_command(command: &Command, most: usize) -> String {
    let text = |s: &str| if most == usize::MAX { quoted(s, most) } else { quoted(&plain(s), most) };
    match command {
        Command::Spawn(Spawn { pid: None, name: None }) => "spawn()".into(),
        Command::Spawn(Spawn { pid: None, name: Some(name) }) => format!("spawn({})", text(name)),
        Command::Spawn(Spawn { pid: Some(pid), name: None }) => format!("spawn(#{{pid: {pid}}})"),
        Command::Spawn(Spawn { pid: Some(pid), name: Some(name) }) => {
            format!("spawn(#{{pid: {pid}, name: {}}})", text(name))
        }
        Command::LoadTables(args) => load_tables(args, most),
        Command::Mmap(_) => mmap(command, most),
        Command::Munmap(Munmap { pid, addr, pages }) => format!("p{pid}.munmap({addr}, {pages})"),
        Command::Mprotect(Mprotect { pid, addr, pages, prot, growsdown }) => {
            let call = format!("p{pid}.mprotect({addr}, {pages}, \"{}\"", prot_name(*prot));
            with_switches(&call, &[("growsdown", *growsdown)])
        }
        Command::Mremap(Mremap { pid, addr, pages, new_pages, to, may_move, dontunmap, hint }) => {
            let call = format!("p{pid}.mremap({addr}, {pages}, {new_pages}");
            let to = to.map(|to| format!("to: {to}"));
            let switches = [("may_move", *may_move), ("dontunmap", *dontunmap)];
            let hint = hint.map(|hint| format!("hint: {hint}"));
            with_fields(&call, to.into_iter().chain(hint).chain(switched_on(&switches)).collect())
        }
        Command::Brk(Brk { pid, addr: VirtAddr(0) }) => format!("p{pid}.brk(0)"),
        Command::Brk(Brk { pid, addr }) => format!("p{pid}.brk({addr})"),
        Command::Madvise(Madvise { pid, addr, pages, advice }) => {
            format!("p{pid}.madvise({addr}, {pages}, \"{}\")", advice_name(*advice))
        }
        Command::Mlock(Mlock { pid, addr, pages, onfault }) => {
            with_switches(&format!("p{pid}.mlock({addr}, {pages}"), &[("onfault", *onfault)])
        }
        Command::Munlock(Munlock { pid, addr, pages }) => format!("p{pid}.munlock({addr}, {pages})"),
        Command::Mlockall(Mlockall { pid, current, future, onfault }) => {
            let switches = [("current", *current), ("future", *future), ("onfault", *onfault)];
            let on: Vec<String> = switched_on(&switches).collect();
            format!("p{pid}.mlockall(#{{{}}})", on.join(", "))
        }
        Command::Munlockall(Munlockall { pid }) => format!("p{pid}.munlockall()"),
        Command::Fork(Fork { pid, child: None, name: None }) => format!("p{pid}.fork()"),
        Command::Fork(Fork { pid, child: Some(child), name: None }) => format!("p{pid}.fork({child})"),
        Command::Fork(Fork { pid, child: None, name: Some(name) }) => format!("p{pid}.fork(#{{name: {}}})", text(name)),
        Command::Fork(Fork { pid, child: Some(child), name: Some(name) }) => {
            format!("p{pid}.fork(#{{pid: {child}, name: {}}})", text(name))
        }
        Command::Exec(Exec { pid, name, brk: None }) => format!("p{pid}.exec({})", text(name)),
        Command::Exec(Exec { pid, name, brk: Some(brk) }) => format!("p{pid}.exec({}, {brk})", text(name)),
        Command::Exit(Exit { pid }) => format!("p{pid}.exit()"),
        Command::Read(Read { pid, addr, len }) => format!("p{pid}.read({addr}, {len})"),
        Command::Write(command::Write { pid, addr, bytes }) => format!("p{pid}.write({addr}, {})", data(bytes, most)),
        Command::Touch(Touch { pid, addr, pages: 1 }) => format!("p{pid}.touch({addr})"),
        Command::Touch(Touch { pid, addr, pages }) => format!("p{pid}.touch({addr}, {pages})"),
        Command::Truncate(Truncate { file, bytes }) => format!("truncate({}, {bytes})", text(file)),
        Command::Unlink(Unlink { file }) => format!("unlink({})", text(file)),
        Command::Pread(Pread { pid, file, offset, len }) => format!("p{pid}.pread({}, {offset}, {len})", text(file)),
        Command::Pwrite(Pwrite { pid, file, offset, bytes }) => {
            format!("p{pid}.pwrite({}, {offset}, {})", text(file), data(bytes, most))
        }
        Command::Msync(Msync { pid, addr, pages }) => format!("p{pid}.msync({addr}, {pages})"),
        Command::Mincore(Mincore { pid, addr, pages }) => format!("p{pid}.mincore({addr}, {pages})"),
        Command::Alloc(request) => alloc(request),
        Command::Free(Free { pfn, pages }) => format!("free({}, {pages})", pfn.0),
        Command::Pin(Pin { pfn }) => format!("pin({})", pfn.0),
        Command::Unpin(Unpin { pfn }) => format!("unpin({})", pfn.0),
        Command::MapRun(MapRun { pid, pfn, addr, prot }) => map_run(*pid, *pfn, *addr, *prot),
        Command::UnmapRun(UnmapRun { pid, addr }) => format!("p{pid}.unmap_run({addr})"),
        Command::Reclaim(Reclaim { frames }) => format!("reclaim({frames})"),
        Command::Future(Future { pages }) => foretold(pages, most),
        Command::MergePass => "merge_pass()".into(),
        Command::Kswapd => "kswapd()".into(),
        Command::Migrate(Migrate { from, to }) => format!("migrate({}, {})", from.0, to.0),
        Command::Compact => "compact()".into(),
        Command::Vmalloc(Vmalloc { pages }) => format!("vmalloc({pages})"),
        Command::Vfree(Vfree { addr }) => format!("vfree({addr})"),
        Command::Heap(NewHeap { pid, settings }) => heap(*pid, settings),
        Command::Malloc(Malloc { pid, heap, bytes }) => format!("p{pid}.heap({}).malloc({bytes})", heap.0),
        Command::Calloc(Calloc { pid, heap, count, bytes }) => {
            format!("p{pid}.heap({}).calloc({count}, {bytes})", heap.0)
        }
        Command::Realloc(Realloc { pid, heap, addr, bytes }) => {
            format!("p{pid}.heap({}).realloc({addr}, {bytes})", heap.0)
        }
        Command::HeapFree(HeapFree { pid, heap, addr }) => format!("p{pid}.heap({}).free({addr})", heap.0),
        Command::HeapTrim(HeapTrim { pid, heap }) => format!("p{pid}.heap({}).trim()", heap.0),
        Command::Kmalloc(Kmalloc { bytes }) => format!("kmalloc({bytes})"),
        Command::Kfree(Kfree { addr }) => format!("kfree({addr})"),
        Command::Port(args) => super::port::new_port(args),
        Command::Send(args) => super::port::send(args, &header(&args.header, most)),
        Command::Receive(args) => super::port::receive(args),
        Command::Note(note) => with_fields(&format!("note({}", text(&note.text)), note_fields(note, most)),
        Command::Show(show) => format!("show(#{{{}}})", show_fields(show).join(", ")),
        Command::Ask(ask) => super::question::ask(ask, most),
        Command::Answer(answer) => super::question::answer(answer, most),
        Command::Expect(Expect { text: what, held }) => format!("expect({held}, {})", text(what)),
    }
}

fn foretold(pages: &[u64], most: usize) -> String {
    if pages.len() <= most {
        return format!("future({pages:?})");
    }
    let first: Vec<String> = pages[..most].iter().map(u64::to_string).collect();
    format!("future([{}, …])", first.join(", "))
}

/// `p1.heap("phk", #{directory: "doubling"})`: the kind with the settings that are not as they are by themselves.
fn heap(pid: Pid, settings: &HeapSettings) -> String {
    let fields = settings.chosen().into_iter().map(|(name, value)| format!("{name}: {}", scripted(&value))).collect();
    with_fields(&format!("p{pid}.heap(\"{}\"", settings.kind()), fields)
}

/// A setting's value as a script has it: numbers and true or false as they are, all else in quotes.
fn scripted(value: &str) -> String {
    let plain = value.parse::<i64>().is_ok() || value.parse::<bool>().is_ok();
    if plain { value.to_string() } else { quoted(value, usize::MAX) }
}

/// A call without its closing bracket, with the switches that are on as a last argument: `, #{onfault: true})`.
fn with_switches(call: &str, switches: &[(&str, bool)]) -> String {
    with_fields(call, switched_on(switches).collect())
}

pub(super) fn with_fields(call: &str, fields: Vec<String>) -> String {
    if fields.is_empty() { format!("{call})") } else { format!("{call}, #{{{}}})", fields.join(", ")) }
}

fn switched_on(switches: &[(&str, bool)]) -> impl Iterator<Item = String> {
    switches.iter().filter(|(_, on)| *on).map(|(name, _)| format!("{name}: true"))
}

fn mmap(command: &Command, most: usize) -> String {
    let Command::Mmap(Mmap { pid, addr, pages, prot, flags, file, pgoff }) = command else { return String::new() };
    let plain = flags == &[MapFlag::Private, MapFlag::Anonymous];
    if plain && addr.is_none() && file.is_none() && *pgoff == 0 {
        let usual = *prot == Prot::READ | Prot::WRITE;
        return if usual {
            format!("p{pid}.mmap({pages})")
        } else {
            format!("p{pid}.mmap({pages}, \"{}\")", prot_name(*prot))
        };
    }
    let mut fields = Vec::new();
    fields.extend(addr.map(|addr| format!("addr: {addr}")));
    fields.push(format!("pages: {pages}"));
    fields.push(format!("prot: \"{}\"", prot_name(*prot)));
    let names: Vec<String> = flags.iter().map(|flag| format!("\"{}\"", flag_name(*flag))).collect();
    fields.push(format!("flags: [{}]", names.join(", ")));
    fields.extend(file.as_ref().map(|file| format!("file: {}", quoted(file, most))));
    fields.extend((*pgoff > 0).then(|| format!("pgoff: {pgoff}")));
    format!("p{pid}.mmap(#{{{}}})", fields.join(", "))
}

/// A string literal of the script's language, cut after `most` characters.
pub(super) fn quoted(text: &str, most: usize) -> String {
    let mut out = String::from('"');
    for (n, c) in text.chars().enumerate() {
        if n == most {
            out.push('…');
            break;
        }
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A message's header: as bytes are, but often empty.
fn header(bytes: &[u8], most: usize) -> String {
    if bytes.is_empty() { "\"\"".into() } else { data(bytes, most) }
}

/// Bytes as a string where they are readable text, else as an array of numbers.
fn data(bytes: &[u8], most: usize) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t') => {
            quoted(text, most)
        }
        _ => {
            let shown: Vec<String> = bytes.iter().take(most.min(bytes.len())).map(u8::to_string).collect();
            format!("[{}{}]", shown.join(", "), if bytes.len() > most { ", …" } else { "" })
        }
    }
}

fn load_tables(LoadTables { pages, pdbr, pid }: &LoadTables, most: usize) -> String {
    let pages = match most {
        usize::MAX => pages.iter().map(|page| quoted(page, most)).collect::<Vec<_>>().join(", "),
        _ => "…".into(),
    };
    let pid = pid.map_or(String::new(), |pid| format!(", {pid}"));
    format!("load_tables([{pages}], {}{pid})", pdbr.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Pfn, Pid};

    #[test]
    fn every_command_reads_as_script() {
        let pid = Pid(1);
        let addr = VirtAddr(0x1000);
        for (command, text) in [
            (Command::Spawn(Spawn { pid: None, name: Some("shell".into()) }), r#"spawn("shell")"#),
            (Command::Spawn(Spawn { pid: Some(Pid(7)), name: None }), "spawn(#{pid: 7})"),
            (
                Command::LoadTables(LoadTables {
                    pages: vec!["9f".into(), String::new()],
                    pdbr: Pfn(0),
                    pid: Some(Pid(7)),
                }),
                r#"load_tables(["9f", ""], 0, 7)"#,
            ),
            (mmap_of(None, Prot::READ | Prot::WRITE, vec![MapFlag::Private, MapFlag::Anonymous]), "p1.mmap(8)"),
            (mmap_of(None, Prot::empty(), vec![MapFlag::Private, MapFlag::Anonymous]), r#"p1.mmap(8, "none")"#),
            (
                mmap_of(Some(addr), Prot::READ, vec![MapFlag::Shared, MapFlag::Fixed]),
                r#"p1.mmap(#{addr: 0x1000, pages: 8, prot: "r", flags: ["shared", "fixed"]})"#,
            ),
            (
                Command::Mremap(Mremap {
                    pid,
                    addr,
                    pages: 1,
                    new_pages: 2,
                    to: None,
                    may_move: true,
                    dontunmap: false,
                    hint: None,
                }),
                "p1.mremap(0x1000, 1, 2, #{may_move: true})",
            ),
            (
                Command::Madvise(Madvise { pid, addr, pages: 2, advice: Advice::Pageout }),
                r#"p1.madvise(0x1000, 2, "pageout")"#,
            ),
            (
                Command::Write(command::Write { pid, addr, bytes: b"a \"b\"\n".to_vec() }),
                r#"p1.write(0x1000, "a \"b\"\n")"#,
            ),
            (Command::Write(command::Write { pid, addr, bytes: vec![0, 255] }), "p1.write(0x1000, [0, 255])"),
            (Command::Touch(Touch { pid, addr, pages: 1 }), "p1.touch(0x1000)"),
            (Command::Truncate(Truncate { file: "a".into(), bytes: 9 }), r#"truncate("a", 9)"#),
            (
                Command::Pwrite(Pwrite { pid, file: "a".into(), offset: 5, bytes: b"x".to_vec() }),
                r#"p1.pwrite("a", 5, "x")"#,
            ),
        ] {
            assert_eq!(command_source(&command), text);
        }
    }

    #[test]
    fn long_texts_are_cut_for_show_and_whole_in_source() {
        let note = Command::Note(Note::new("x".repeat(100)));
        assert_eq!(command_text(&note), format!("note(\"{}…\")", "x".repeat(60)));
        assert_eq!(command_source(&note), format!("note(\"{}\")", "x".repeat(100)));
    }

    #[test]
    fn an_answer_that_is_a_process_gets_a_name() {
        let fork = Command::Fork(Fork { pid: Pid(1), child: None, name: None });
        assert_eq!(step_source(&fork, &Reply::Pid(Pid(2))), "let p2 = p1.fork();");
    }

    fn mmap_of(addr: Option<VirtAddr>, prot: Prot, flags: Vec<MapFlag>) -> Command {
        Command::Mmap(Mmap { pid: Pid(1), addr, pages: 8, prot, flags, file: None, pgoff: 0 })
    }
}
