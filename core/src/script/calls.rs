//! The machine's commands as functions of the script language.

use super::chart::note;
use super::mistake::{Answer, Fail, Mistake};
use super::room::{Room, act};
use super::values::{CallFields, Failure, Process, addr, amount, bytes, call, display, prot, small};
use super::{config, values};
use crate::lab::recording::by_name;
use crate::lab::tell::words::{ADVICE, FLAGS};
use crate::units::{Pfn, Pid};
use crate::vocabulary::command::*;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;
use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, NativeCallContext};

/// At most this many bytes in a text of a note, question, answer or expectation.
const LONGEST_TEXT: usize = 64 << 10;

/// Adds the commands to the engine.
pub fn register(engine: &mut Engine) {
    register_process_calls(engine);
    register_memory_calls(engine);
    register_file_calls(engine);
    register_machine_calls(engine);
    super::boot::register(engine);
    super::heap::register(engine);
    super::port::register(engine);
    super::moving::register(engine);
    register_lesson_calls(engine);
    super::show::register(engine);
    super::ask::register(engine);
    super::given::register(engine);
    super::thing::register(engine);
}

fn register_process_calls(engine: &mut Engine) {
    engine.register_fn("spawn", |ctx: NativeCallContext| call(&ctx, Command::Spawn(Spawn { pid: None, name: None })));
    engine.register_fn("spawn", |ctx: NativeCallContext, name: &str| {
        call(&ctx, Command::Spawn(Spawn { pid: None, name: Some(name.to_string()) }))
    });
    engine.register_fn("spawn", |ctx: NativeCallContext, fields: Map| {
        let mut fields = CallFields::new(&ctx, "spawn", fields);
        let pid = fields.int("pid")?.map(|pid| small(&ctx, "pid", pid)).transpose()?.map(Pid);
        let name = fields.text("name")?;
        fields.finish()?;
        call(&ctx, Command::Spawn(Spawn { pid, name }))
    });
    engine.register_fn("load_tables", |ctx: NativeCallContext, pages: Array, pdbr: i64| {
        load_tables(&ctx, pages, pdbr, None)
    });
    engine.register_fn("load_tables", |ctx: NativeCallContext, pages: Array, pdbr: i64, pid: i64| {
        load_tables(&ctx, pages, pdbr, Some(pid))
    });
    engine.register_fn("fork", |ctx: NativeCallContext, p: Process| {
        call(&ctx, Command::Fork(Fork { pid: p.0, child: None, name: None }))
    });
    engine.register_fn("fork", |ctx: NativeCallContext, p: Process, child: i64| {
        let child = Some(Pid(small(&ctx, "pid", child)?));
        call(&ctx, Command::Fork(Fork { pid: p.0, child, name: None }))
    });
    engine.register_fn("fork", |ctx: NativeCallContext, p: Process, name: &str| {
        call(&ctx, Command::Fork(Fork { pid: p.0, child: None, name: Some(name.to_string()) }))
    });
    engine.register_fn("fork", |ctx: NativeCallContext, p: Process, fields: Map| {
        let mut fields = CallFields::new(&ctx, "fork", fields);
        let child = fields.int("pid")?.map(|pid| small(&ctx, "pid", pid)).transpose()?.map(Pid);
        let name = fields.text("name")?;
        fields.finish()?;
        call(&ctx, Command::Fork(Fork { pid: p.0, child, name }))
    });
    engine.register_fn("exec", |ctx: NativeCallContext, p: Process, name: &str| {
        call(&ctx, Command::Exec(Exec { pid: p.0, name: name.to_string(), brk: None }))
    });
    engine.register_fn("exec", |ctx: NativeCallContext, p: Process, name: &str, brk: i64| {
        call(&ctx, Command::Exec(Exec { pid: p.0, name: name.to_string(), brk: Some(addr(brk)) }))
    });
    engine.register_fn("exit", |ctx: NativeCallContext, p: Process| call(&ctx, Command::Exit(Exit { pid: p.0 })));
}

fn load_tables(ctx: &NativeCallContext, pages: Array, pdbr: i64, pid: Option<i64>) -> Answer {
    let pdbr = Pfn(small(ctx, "pdbr", pdbr)?);
    let pid = pid.map(|pid| small(ctx, "pid", pid)).transpose()?.map(Pid);
    let pages: Option<Vec<String>> = pages.into_iter().map(|page| page.into_string().ok()).collect();
    let pages = pages.ok_or_else(|| {
        let hint = "one text a frame, such as \"7f7fb5\": two digits a byte, \"\" for a frame that is left as it is";
        Mistake::new("load_tables: the array has something that is no text", hint).at(ctx)
    })?;
    call(ctx, Command::LoadTables(LoadTables { pages, pdbr, pid }))
}

fn register_memory_calls(engine: &mut Engine) {
    engine.register_fn("mmap", |ctx: NativeCallContext, p: Process, pages: i64| {
        mmap(&ctx, p, pages, Prot::READ | Prot::WRITE)
    });
    engine.register_fn("mmap", |ctx: NativeCallContext, p: Process, pages: i64, letters: &str| {
        let prot = prot(&ctx, letters)?;
        mmap(&ctx, p, pages, prot)
    });
    engine.register_fn("mmap", |ctx: NativeCallContext, p: Process, fields: Map| mmap_fields(&ctx, p, fields));
    engine.register_fn("munmap", |ctx: NativeCallContext, p: Process, at: i64, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Munmap(Munmap { pid: p.0, addr: addr(at), pages }))
    });
    engine.register_fn("mprotect", |ctx: NativeCallContext, p: Process, at: i64, pages: i64, letters: &str| {
        let (pages, prot) = (amount(&ctx, "pages", pages)?, prot(&ctx, letters)?);
        call(&ctx, Command::Mprotect(Mprotect { pid: p.0, addr: addr(at), pages, prot, growsdown: false }))
    });
    let protect = |ctx: NativeCallContext, p: Process, at: i64, pages: i64, letters: &str, fields: Map| {
        let (pages, prot) = (amount(&ctx, "pages", pages)?, prot(&ctx, letters)?);
        let mut fields = CallFields::new(&ctx, "mprotect", fields);
        let growsdown = fields.bool("growsdown")?.unwrap_or(false);
        fields.finish()?;
        call(&ctx, Command::Mprotect(Mprotect { pid: p.0, addr: addr(at), pages, prot, growsdown }))
    };
    engine.register_fn("mprotect", protect);
    engine.register_fn("mremap", |ctx: NativeCallContext, p: Process, at: i64, pages: i64, new: i64| {
        mremap(&ctx, p, at, pages, new, Map::new())
    });
    engine.register_fn("mremap", |ctx: NativeCallContext, p: Process, at: i64, pages: i64, new: i64, fields: Map| {
        mremap(&ctx, p, at, pages, new, fields)
    });
    engine.register_fn("brk", |ctx: NativeCallContext, p: Process| {
        call(&ctx, Command::Brk(Brk { pid: p.0, addr: addr(0) }))
    });
    engine.register_fn("brk", |ctx: NativeCallContext, p: Process, to: i64| {
        call(&ctx, Command::Brk(Brk { pid: p.0, addr: addr(to) }))
    });
    engine.register_fn("madvise", |ctx: NativeCallContext, p: Process, at: i64, pages: i64, advice: &str| {
        let pages = amount(&ctx, "pages", pages)?;
        let advice: Advice = named(&ctx, "advice", advice, &ADVICE)?;
        call(&ctx, Command::Madvise(Madvise { pid: p.0, addr: addr(at), pages, advice }))
    });
    engine.register_fn("mlock", |ctx: NativeCallContext, p: Process, at: i64, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Mlock(Mlock { pid: p.0, addr: addr(at), pages, onfault: false }))
    });
    engine.register_fn("mlock", |ctx: NativeCallContext, p: Process, at: i64, pages: i64, fields: Map| {
        let pages = amount(&ctx, "pages", pages)?;
        let mut fields = CallFields::new(&ctx, "mlock", fields);
        let onfault = fields.bool("onfault")?.unwrap_or(false);
        fields.finish()?;
        call(&ctx, Command::Mlock(Mlock { pid: p.0, addr: addr(at), pages, onfault }))
    });
    engine.register_fn("munlock", |ctx: NativeCallContext, p: Process, at: i64, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Munlock(Munlock { pid: p.0, addr: addr(at), pages }))
    });
    engine.register_fn("mlockall", |ctx: NativeCallContext, p: Process, fields: Map| {
        let mut fields = CallFields::new(&ctx, "mlockall", fields);
        let mut on = |name| fields.bool(name).map(|on| on.unwrap_or(false));
        let (current, future, onfault) = (on("current")?, on("future")?, on("onfault")?);
        fields.finish()?;
        call(&ctx, Command::Mlockall(Mlockall { pid: p.0, current, future, onfault }))
    });
    engine.register_fn("munlockall", |ctx: NativeCallContext, p: Process| {
        call(&ctx, Command::Munlockall(Munlockall { pid: p.0 }))
    });
    engine.register_fn("msync", |ctx: NativeCallContext, p: Process, at: i64, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Msync(Msync { pid: p.0, addr: addr(at), pages }))
    });
    engine.register_fn("mincore", |ctx: NativeCallContext, p: Process, at: i64, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Mincore(Mincore { pid: p.0, addr: addr(at), pages }))
    });
    engine.register_fn("read", |ctx: NativeCallContext, p: Process, at: i64| read(&ctx, p, at, 1).map(values::value));
    engine.register_fn("read", |ctx: NativeCallContext, p: Process, at: i64, len: i64| {
        read(&ctx, p, at, len).map(values::value)
    });
    engine.register_fn("read_text", |ctx: NativeCallContext, p: Process, at: i64, len: i64| {
        Ok::<Dynamic, Fail>(match read(&ctx, p, at, len)? {
            Reply::Bytes(bytes) => {
                let text = bytes.split(|byte| *byte == 0).next().unwrap_or(&[]);
                String::from_utf8_lossy(text).into_owned().into()
            }
            reply => values::value(reply),
        })
    });
    engine.register_fn("write", |ctx: NativeCallContext, p: Process, at: i64, data: Dynamic| {
        let bytes = bytes(&ctx, data)?;
        call(&ctx, Command::Write(Write { pid: p.0, addr: addr(at), bytes }))
    });
    engine.register_fn("touch", |ctx: NativeCallContext, p: Process, at: i64| {
        call(&ctx, Command::Touch(Touch { pid: p.0, addr: addr(at), pages: 1 }))
    });
    engine.register_fn("touch", |ctx: NativeCallContext, p: Process, at: i64, pages: i64| {
        let pages = amount(&ctx, "pages", pages)?;
        call(&ctx, Command::Touch(Touch { pid: p.0, addr: addr(at), pages }))
    });
}

fn register_file_calls(engine: &mut Engine) {
    engine.register_fn("truncate", |ctx: NativeCallContext, file: &str, bytes: i64| {
        let bytes = amount(&ctx, "bytes", bytes)?;
        call(&ctx, Command::Truncate(Truncate { file: file.to_string(), bytes }))
    });
    engine.register_fn("unlink", |ctx: NativeCallContext, file: &str| {
        call(&ctx, Command::Unlink(Unlink { file: file.to_string() }))
    });
    engine.register_fn("pread", |ctx: NativeCallContext, p: Process, file: &str, offset: i64, len: i64| {
        let (offset, len) = (amount(&ctx, "offset", offset)?, length(&ctx, "pread", len)?);
        call(&ctx, Command::Pread(Pread { pid: p.0, file: file.to_string(), offset, len }))
    });
    engine.register_fn("pwrite", |ctx: NativeCallContext, p: Process, file: &str, offset: i64, data: Dynamic| {
        let (offset, bytes) = (amount(&ctx, "offset", offset)?, bytes(&ctx, data)?);
        call(&ctx, Command::Pwrite(Pwrite { pid: p.0, file: file.to_string(), offset, bytes }))
    });
}

fn register_machine_calls(engine: &mut Engine) {
    engine.register_fn("machine", |ctx: NativeCallContext, fields: Map| config::machine(&ctx, fields));
    engine.register_fn("reclaim", |ctx: NativeCallContext, frames: i64| {
        let frames = small(&ctx, "frames", frames)?;
        call(&ctx, Command::Reclaim(Reclaim { frames }))
    });
    engine.register_fn("kswapd", |ctx: NativeCallContext| call(&ctx, Command::Kswapd));
    engine.register_fn("merge_pass", |ctx: NativeCallContext| call(&ctx, Command::MergePass));
}

fn register_lesson_calls(engine: &mut Engine) {
    engine.register_fn("note", |ctx: NativeCallContext, said: Dynamic| {
        let text = text(&ctx, said)?;
        act(&ctx, Command::Note(Note::new(text))).map(drop)
    });
    engine.register_fn("note", |ctx: NativeCallContext, said: Dynamic, fields: Map| {
        let text = text(&ctx, said)?;
        act(&ctx, Command::Note(note(&ctx, text, fields)?)).map(drop)
    });
    engine.register_fn("expect", |ctx: NativeCallContext, held: bool| {
        let text = Room::of(&ctx).with(|state| state.arguments_at(ctx.call_position()).map(str::to_string));
        expect(&ctx, held, text.unwrap_or_else(|| "an expectation".into()))
    });
    engine.register_fn("expect", |ctx: NativeCallContext, held: bool, said: Dynamic| {
        let text = text(&ctx, said)?;
        expect(&ctx, held, text)
    });
    engine.register_fn("errno", |answer: Dynamic| answer.try_cast::<Failure>().map(Failure::name).unwrap_or_default());
    engine.register_fn("exit", |ctx: NativeCallContext| exit(&ctx, Dynamic::UNIT));
    engine.register_fn("exit", |ctx: NativeCallContext, value: Dynamic| exit(&ctx, value));
    register_failure(engine);
    // The library's own `sleep` would stop the page for as long as a script likes.
    engine.register_fn("sleep", no_sleep::<i64>);
    engine.register_fn("sleep", no_sleep::<f64>);
}

/// Ends the script with an error that it cannot catch.
fn exit(ctx: &NativeCallContext, value: Dynamic) -> Answer {
    let place = ctx.call_position();
    Room::of(ctx).with(|state| state.exit = Some(place));
    Err(EvalAltResult::Exit(value, place).into())
}

fn no_sleep<T>(ctx: NativeCallContext, _seconds: T) -> Answer {
    Err(Mistake::new("there is no `sleep`", "time is modelled: see counter(\"cycles\")").at(&ctx))
}

/// Makes a failed call print as its name and compare with it.
fn register_failure(engine: &mut Engine) {
    engine.register_type_with_name::<Failure>("failure");
    engine.register_fn("to_string", |failure: Failure| failure.name());
    engine.register_fn("to_debug", |failure: Failure| failure.name());
    engine.register_fn("==", |a: Failure, b: Failure| a == b);
    engine.register_fn("!=", |a: Failure, b: Failure| a != b);
    engine.register_fn("==", |a: Failure, b: ImmutableString| a.name() == b.as_str());
    engine.register_fn("!=", |a: Failure, b: ImmutableString| a.name() != b.as_str());
    engine.register_fn("==", |a: ImmutableString, b: Failure| a.as_str() == b.name());
    engine.register_fn("!=", |a: ImmutableString, b: Failure| a.as_str() != b.name());
    engine.register_fn("==", |a: rhai::Blob, b: ImmutableString| a == b.as_bytes());
    engine.register_fn("!=", |a: rhai::Blob, b: ImmutableString| a != b.as_bytes());
    engine.register_type_with_name::<Mistake>("error");
    engine.register_fn("to_string", |mistake: Mistake| mistake.message);
    engine.register_fn("to_debug", |mistake: Mistake| mistake.message);
}

fn mmap(ctx: &NativeCallContext, p: Process, pages: i64, prot: Prot) -> Answer {
    let pages = amount(ctx, "pages", pages)?;
    let flags = vec![MapFlag::Private, MapFlag::Anonymous];
    call(ctx, Command::Mmap(Mmap { pid: p.0, addr: None, pages, prot, flags, file: None, pgoff: 0 }))
}

fn mmap_fields(ctx: &NativeCallContext, p: Process, fields: Map) -> Answer {
    let mut fields = CallFields::new(ctx, "mmap", fields);
    let at = fields.int("addr")?.map(addr);
    let pages = fields.int("pages")?;
    let pages = amount(ctx, "pages", fields.needed("pages", pages)?)?;
    let letters = fields.text("prot")?;
    let flags = fields.texts("flags")?;
    let file = fields.text("file")?;
    let pgoff = fields.int("pgoff")?.map_or(Ok(0), |pgoff| amount(ctx, "pgoff", pgoff))?;
    fields.finish()?;
    let prot = letters.map_or(Ok(Prot::READ | Prot::WRITE), |letters| prot(ctx, &letters))?;
    let flags = match flags {
        Some(names) => names.iter().map(|name| named(ctx, "flag", name, &FLAGS)).collect::<Result<_, _>>()?,
        None if file.is_some() => vec![MapFlag::Private],
        None => vec![MapFlag::Private, MapFlag::Anonymous],
    };
    call(ctx, Command::Mmap(Mmap { pid: p.0, addr: at, pages, prot, flags, file, pgoff }))
}

fn mremap(ctx: &NativeCallContext, p: Process, at: i64, pages: i64, new: i64, fields: Map) -> Answer {
    let mut fields = CallFields::new(ctx, "mremap", fields);
    let to = fields.int("to")?.map(addr);
    let hint = fields.int("hint")?.map(addr);
    let may_move = fields.bool("may_move")?.unwrap_or(false);
    let dontunmap = fields.bool("dontunmap")?.unwrap_or(false);
    fields.finish()?;
    let (pages, new_pages) = (amount(ctx, "pages", pages)?, amount(ctx, "new_pages", new)?);
    call(ctx, Command::Mremap(Mremap { pid: p.0, addr: addr(at), pages, new_pages, to, may_move, dontunmap, hint }))
}

fn read(ctx: &NativeCallContext, p: Process, at: i64, len: i64) -> Result<Reply, Fail> {
    let len = length(ctx, "read", len)?;
    act(ctx, Command::Read(Read { pid: p.0, addr: addr(at), len }))
}

/// How many bytes to read: at most as many as a value can hold.
fn length(ctx: &NativeCallContext, call: &str, len: i64) -> Result<u64, Fail> {
    let len = amount(ctx, "len", len)?;
    let most = Room::of(ctx).with(|state| state.limits.array) as u64;
    if len > most {
        return Err(Mistake::new(format!("{call}: {len} bytes are more than {most}"), "read in several pieces").at(ctx));
    }
    Ok(len)
}

/// A text for the reader, short enough for a line of a recording.
pub fn text(ctx: &NativeCallContext, said: Dynamic) -> Result<String, Fail> {
    let text = display(&said);
    if text.len() > LONGEST_TEXT {
        return Err(Mistake::new(
            format!("the text has {} bytes; the most is {LONGEST_TEXT}", text.len()),
            "say it in several pieces",
        )
        .at(ctx));
    }
    Ok(text)
}

fn expect(ctx: &NativeCallContext, held: bool, text: String) -> Result<bool, Fail> {
    act(ctx, Command::Expect(Expect { text, held }))?;
    let place = ctx.call_position();
    Room::of(ctx).with(|state| {
        state.failed_expects += u32::from(!held);
        state.reached.insert((place.line().unwrap_or(0), place.position().unwrap_or(0)));
    });
    Ok(held)
}

fn named<T: Copy>(ctx: &NativeCallContext, what: &str, name: &str, table: &[(&str, T)]) -> Result<T, Fail> {
    by_name(what, name, table).map_err(|message| {
        let (message, hint) =
            message.split_once("; ").map_or((message.clone(), String::new()), |(m, h)| (m.to_string(), h.to_string()));
        Mistake::new(message, hint).at(ctx)
    })
}
