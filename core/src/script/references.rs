//! Reference strings: `references(p, "7 0 1 2 0 3")` makes each reference, and says which hit and which page went.

use super::mistake::{Answer, Fail, Mistake};
use super::room::{Room, act, look};
use super::values::{CallFields, Process, addr, type_name};
use crate::config::PolicyKind;
use crate::lab::time::view::View;
use crate::os::refuse::MAX_FUTURE;
use crate::units::{Pid, VirtAddr, Vpn};
use crate::vocabulary::command::{Command, Future, MapFlag, Mmap, Read, Truncate, Write};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// A reference: a page by its number, and whether it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Reference {
    page: u64,
    writes: bool,
}

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("references", |ctx: NativeCallContext, p: Process, string: Dynamic| {
        references(&ctx, p, string, Map::new())
    });
    engine.register_fn("references", |ctx: NativeCallContext, p: Process, string: Dynamic, fields: Map| {
        references(&ctx, p, string, fields)
    });
    engine.register_fn("future", |ctx: NativeCallContext, pages: Array| {
        let pages = parse_all(&ctx, Dynamic::from(pages))?;
        foretell(&ctx, &pages).map(|()| Dynamic::from(0_i64))
    });
}

fn references(ctx: &NativeCallContext, p: Process, string: Dynamic, fields: Map) -> Answer {
    let mut fields = CallFields::new(ctx, "references", fields);
    let at = fields.int("addr")?.map(addr);
    fields.finish()?;
    let string = parse_all(ctx, string)?;
    let base = match at {
        Some(at) => at,
        None => area(ctx, p.0, string.iter().map(|reference| reference.page).max().unwrap_or(0))?,
    };
    if look(ctx, 1, |view| view.config.policy)? == PolicyKind::Opt {
        foretell(ctx, &string)?;
    }
    let mut answers = Array::with_capacity(string.len());
    for reference in string {
        answers.push(one(ctx, p.0, base, reference)?);
    }
    Ok(answers.into())
}

/// Makes one reference: a step.
fn one(ctx: &NativeCallContext, pid: Pid, base: VirtAddr, reference: Reference) -> Answer {
    let (addr, hit) = look(ctx, 1, |view| {
        let addr = VirtAddr(base.0.wrapping_add(reference.page.wrapping_mul(view.geometry().page_size())));
        let vpn = view.geometry().vpn(addr);
        (addr, vpn.0 < view.geometry().user_pages && view.pte(pid, vpn).pfn().is_some())
    })?;
    let command = match reference.writes {
        true => Command::Write(Write { pid, addr, bytes: vec![1] }),
        false => Command::Read(Read { pid, addr, len: 1 }),
    };
    if let Reply::Signal(_) | Reply::Failed(_) = act(ctx, command)? {
        let message = format!("references: page {} at {addr} cannot be used", reference.page);
        return Err(Mistake::new(message, "map the pages first, or leave `addr` out: then they are").at(ctx));
    }
    let victim = Room::of(ctx).with(|state| state.session.as_ref().and_then(|session| session.evicted()));
    let first = look(ctx, 1, |view| view.geometry().vpn(base))?;
    let victim = victim.filter(|(of, vpn)| *of == pid && *vpn >= first).map_or(-1, |(_, vpn)| (vpn.0 - first.0) as i64);
    Ok(Map::from([
        ("page".into(), (reference.page as i64).into()),
        ("hit".into(), hit.into()),
        ("victim".into(), victim.into()),
    ])
    .into())
}

/// Where the pages of a process's reference strings are: a shared mapping of a file of its own, so that a page that
/// comes in is read from the disk, and has one frame, whoever reads or writes it first.
fn area(ctx: &NativeCallContext, pid: Pid, last: u64) -> Result<VirtAddr, Fail> {
    let file = format!("pages of {pid}");
    let (there, room, page) = look(ctx, 64, |view| {
        (mapped(view, pid, &file), view.geometry().numbered_pages(), view.geometry().page_size())
    })?;
    if last >= room {
        let message = format!("references: there are pages 0 to {}, and not {last}", room - 1);
        return Err(Mistake::new(message, "give `addr`, and pages of memory mapped there").at(ctx));
    }
    if let Some(there) = there {
        return Ok(there);
    }
    act(ctx, Command::Truncate(Truncate { file: file.clone(), bytes: room * page }))?;
    let prot = Prot::READ | Prot::WRITE;
    let flags = vec![MapFlag::Shared];
    let addr = Some(VirtAddr(room * page));
    match act(ctx, Command::Mmap(Mmap { pid, addr, pages: room, prot, flags, file: Some(file), pgoff: 0 }))? {
        Reply::Addr(addr) => Ok(addr),
        _ => Err(Mistake::new("references: there is no room for the pages", "unmap something").at(ctx)),
    }
}

/// Where a process has mapped a file from its start.
fn mapped(view: &View, pid: Pid, file: &str) -> Option<VirtAddr> {
    let of_file = |id| view.objects.get(&id).is_some_and(|object| object.info.kind.name() == Some(file));
    let vmas = &view.spaces.get(&pid)?.vmas;
    let found = vmas.values().find(|vma| vma.pgoff == 0 && vma.object.is_some_and(of_file));
    found.map(|vma| view.geometry().addr(Vpn(vma.start.0)))
}

/// Tells `opt` what comes.
fn foretell(ctx: &NativeCallContext, string: &[Reference]) -> Result<(), Fail> {
    for part in string.chunks(MAX_FUTURE as usize) {
        let pages = part.iter().map(|reference| reference.page).collect();
        act(ctx, Command::Future(Future { pages }))?;
    }
    Ok(())
}

/// Reads a reference string: a text of numbers, `7 0 1w 2`, with `w` for a write, or an array of them.
fn parse_all(ctx: &NativeCallContext, string: Dynamic) -> Result<Vec<Reference>, Fail> {
    if string.is_string() {
        let text = string.into_string().unwrap_or_default();
        let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
        return words.map(|word| parse(ctx, word)).collect();
    }
    let kind = type_name(string.type_name());
    let Some(array) = string.try_cast::<Array>() else {
        let message = format!("references: {kind} is no reference string");
        return Err(Mistake::new(message, "give pages as \"7 0 1 2\" or [7, 0, 1, 2]").at(ctx));
    };
    array.into_iter().map(|item| parse(ctx, &item.to_string())).collect()
}

fn parse(ctx: &NativeCallContext, word: &str) -> Result<Reference, Fail> {
    let number = word.trim_end_matches(['r', 'w']);
    let suffix = &word[number.len()..];
    let page = number.parse().ok().filter(|_| suffix.len() <= 1);
    page.map(|page| Reference { page, writes: suffix == "w" }).ok_or_else(|| {
        let short: String = word.chars().take(20).collect();
        let message = format!("references: `{short}` is no page");
        Mistake::new(message, "a page is a number from 0, with w if it is written: 7 or 7w").at(ctx)
    })
}
