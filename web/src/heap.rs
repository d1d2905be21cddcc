//! Heaps as they are drawn: page by page in the order of addresses, each with what lies in it. The pages of the
//! kernel's are frames.

use crate::dto::{HeapDto, HeapGroupDto, HeapListDto, HeapPageDto, HeapPieceDto, HeapWordDto};
use crate::recent::Recent;
use pageturner::hw::pte::Pte;
use pageturner::lab::figures::heap as figures;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::units::{HeapId, Pid, VirtAddr, Vpn};
use pageturner::user::picture::{Picture, Piece, PieceKind};
use pageturner::vocabulary::event::{Access, Event};
use pageturner::vocabulary::heap::{Heap, HeapSettings};
use pageturner::vocabulary::process::KERNEL;

/// At most this many pages of a heap are drawn, beside those that the last step touched.
const MOST_PAGES: usize = 96;
/// At most this many blocks of a list are named.
const MOST_BLOCKS: usize = 24;
/// At most this many words of the last step are marked.
const MOST_WORDS: usize = 400;
/// At most this many pieces of a page are drawn: more could not be told apart.
const MOST_PIECES: usize = 260;
/// At most this many slabs, or what other allocators have of the kind, are listed.
const MOST_GROUPS: usize = 400;

/// All heaps at the session's cursor.
pub fn heaps(session: &Session, recent: &Recent) -> Vec<HeapDto> {
    let view = session.view();
    let done = recent.done(session);
    let all = view.heaps.iter().flat_map(|(pid, heaps)| heaps.iter().map(move |(id, heap)| (*pid, *id, heap)));
    all.map(|(pid, id, heap)| dto(view, (pid, id), heap, done)).collect()
}

fn dto(view: &View, (pid, id): (Pid, HeapId), heap: &Heap, done: &[Event]) -> HeapDto {
    let picture = figures::picture(view, pid, heap);
    let words = words(view, (pid, id), done);
    let (pages, more) = match &heap.info.settings {
        HeapSettings::Freelist(list) => (vec![list_page(list.base, list.size, heap, &picture)], 0),
        _ => pages(view, pid, heap, &picture, &words),
    };
    let mut said = None;
    for event in done {
        if let Event::Said { pid: whose, heap, message } = event
            && (*whose, *heap) == (pid, id)
        {
            said = Some(message.text());
        }
    }
    HeapDto {
        pid: pid.0,
        heap: id.0,
        kind: heap.info.settings.kind(),
        settings: heap.info.settings.chosen(),
        stats: heap.info.stats,
        blocks: heap.blocks.len() as u32,
        resident: figures::resident(view, pid, heap) as u32,
        pages,
        more,
        lists: lists(&picture, matches!(heap.info.settings, HeapSettings::Freelist(_))),
        groups: groups(view, &picture),
        damage: figures::damage(&picture, heap),
        said,
    }
}

type Words = Vec<(Vpn, HeapWordDto)>;

/// The words that the last step read or wrote, each once: one written as well as read is written.
fn words(view: &View, whose: (Pid, HeapId), done: &[Event]) -> Words {
    let mut words: Words = Vec::new();
    for event in done {
        if let Event::Word { pid, heap, addr, vpn, bytes, access, what, .. } = event
            && (*pid, *heap) == whose
        {
            let at = view.geometry().offset(*addr) as u32;
            let written = *access == Access::Write;
            let known = words.iter().position(|(page, word)| page == vpn && word.at == at);
            if let Some(n) = known {
                words[n].1.written |= written;
            } else if words.len() < MOST_WORDS {
                words.push((*vpn, HeapWordDto { at, bytes: *bytes, written, what }));
            }
        }
    }
    words
}

/// The heap's pages, that of its static variables first, and how many are left out.
fn pages(view: &View, pid: Pid, heap: &Heap, picture: &Picture, words: &Words) -> (Vec<HeapPageDto>, u32) {
    let statics = view.geometry().vpn(heap.info.statics);
    let all = heap.held.iter().flat_map(|(from, to)| (from.0..to.0).map(Vpn));
    let mut shown: Vec<Vpn> = all.take(MOST_PAGES).chain([statics]).collect();
    shown.extend(words.iter().map(|(vpn, _)| *vpn));
    shown.sort_unstable();
    shown.dedup();
    // The kernel's static variables are among the pages held, a program's are not.
    let count = heap.held_pages() as usize + usize::from(!heap.holds(statics));
    let more = count.saturating_sub(shown.len());
    let pages = shown.into_iter().map(|vpn| {
        let role = role(view, (pid, vpn), statics, picture);
        let (frame, slot) = match view.pte(pid, vpn) {
            _ if pid == KERNEL => (Some(vpn.0 as u32), None),
            Pte::Empty => (None, None),
            Pte::Mapped { pfn, .. } => (Some(pfn.0), None),
            Pte::Swapped { slot } => (None, Some(slot.0)),
        };
        let start = view.geometry().addr(vpn).0;
        let bytes = view.geometry().page_size();
        HeapPageDto {
            vpn: (pid != KERNEL).then_some(vpn.0),
            addr: VirtAddr(start).to_string(),
            bytes: bytes as u32,
            role,
            frame,
            slot,
            pieces: pieces((start, bytes), heap, picture, |at| VirtAddr(at).to_string()),
            words: words.iter().filter(|(page, _)| *page == vpn).map(|(_, word)| word.clone()).collect(),
        }
    });
    (pages.collect(), more as u32)
}

fn role(view: &View, (pid, vpn): (Pid, Vpn), statics: Vpn, picture: &Picture) -> Option<&'static str> {
    if vpn == statics {
        return Some("static variables");
    }
    if pid == KERNEL {
        // A slab's descriptor apart from it is one object among others.
        let page = view.geometry().page_size();
        let whole = |piece: &&Piece| piece.at <= vpn.0 * page && (vpn.0 + 1) * page <= piece.at + piece.bytes;
        return match picture.pieces.iter().find(whole)?.kind {
            PieceKind::Info => Some("static variables"),
            PieceKind::Directory => Some("table of frames"),
            PieceKind::Used | PieceKind::Free | PieceKind::Header | PieceKind::Top => None,
        };
    }
    let holds = |piece: &Piece| {
        let (first, last) = (VirtAddr(piece.at), VirtAddr(piece.at + piece.bytes - 1));
        view.geometry().vpn(first) <= vpn && vpn <= view.geometry().vpn(last)
    };
    let directory = picture.pieces.iter().filter(|piece| piece.kind == PieceKind::Directory).any(holds);
    directory.then_some("page directory")
}

/// What lies in the bytes from `start` on. Neighbours of a kind that are too short to be told apart are one.
fn pieces(
    (start, bytes): (u64, u64),
    heap: &Heap,
    picture: &Picture,
    name: impl Fn(u64) -> String,
) -> Vec<HeapPieceDto> {
    let end = start + bytes;
    let from = picture.pieces.partition_point(|piece| piece.at + piece.bytes <= start);
    let inside = picture.pieces[from..].iter().take_while(|piece| piece.at < end);
    inside
        .take(MOST_PIECES)
        .map(|piece| {
            let at = piece.at.max(start);
            let block = heap.blocks.get_key_value(&VirtAddr(piece.at)).filter(|_| piece.kind == PieceKind::Used);
            HeapPieceDto {
                at: (at - start) as u32,
                bytes: ((piece.at + piece.bytes).min(end) - at) as u32,
                kind: piece.kind,
                block: block.map(|(at, _)| name(at.0)),
                asked: block.map(|(_, asked)| *asked),
                first: piece.at >= start,
            }
        })
        .collect()
}

fn list_page(base: u64, size: u64, heap: &Heap, picture: &Picture) -> HeapPageDto {
    HeapPageDto {
        vpn: None,
        addr: base.to_string(),
        bytes: size as u32,
        role: None,
        frame: None,
        slot: None,
        pieces: pieces((base, size), heap, picture, |at| at.to_string()),
        words: Vec::new(),
    }
}

fn lists(picture: &Picture, decimal: bool) -> Vec<HeapListDto> {
    let name = |at: u64| if decimal { at.to_string() } else { VirtAddr(at).to_string() };
    let lists = picture.lists.iter().map(|list| HeapListDto {
        size: list.size,
        count: list.blocks.len() as u32,
        blocks: list.blocks.iter().take(MOST_BLOCKS).map(|(at, bytes)| (name(*at), *bytes)).collect(),
    });
    lists.collect()
}

fn groups(view: &View, picture: &Picture) -> Vec<HeapGroupDto> {
    let page = view.geometry().page_size();
    let groups = picture.groups.iter().take(MOST_GROUPS).map(|group| HeapGroupDto {
        frame: (group.at / page) as u32,
        frames: (group.bytes / page) as u32,
        size: group.size,
        used: group.used as u32,
        of: group.of as u32,
        colour: group.colour.map(|bytes| bytes as u32),
    });
    groups.collect()
}
