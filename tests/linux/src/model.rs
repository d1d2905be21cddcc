//! What can be seen of the model.

use crate::seen::{Area, Depth, FLAGS, Names, Page, Seen, Space};
use pageturner::config::Config;
use pageturner::hw::pte::Pte;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::units::{ObjectId, Pfn, Pid, SwapSlot, Vpn};
use pageturner::vocabulary::frame::{FrameUse, Owner};
use pageturner::vocabulary::reply::Reply;

/// First page of the window in which all calls are made: far below everything that a process maps by itself.
pub const WINDOW: u64 = 0x1000_0000_0000 >> 12;
/// Pages of the window.
pub const WINDOW_PAGES: u64 = 2048;
/// The files, by the names they have in commands, and their pages at first: two on disk, one in shared memory.
pub const FILES: [(&str, u64); 3] = [("data", 20), ("more", 12), ("/dev/shm/pageturner", 10)];

/// Whether the presence of pages of files and shared memory is compared.
pub const OBJECT_PAGES: bool = true;
/// Linux's default: a read fault maps up to 16 neighbours that are in the page cache. Only root could see another
/// value.
const FAULT_AROUND: u32 = 16;

/// The machine: large enough that nothing ever has to be reclaimed.
pub fn config(swap: bool) -> Config {
    let swap_slots = if swap { 4096 } else { 0 };
    Config { frames: 4096, swap_slots, fault_around: FAULT_AROUND, ..Config::default() }
}

/// What can be seen of the model after a reply.
pub fn seen(session: &Session, reply: &Reply, depth: Depth) -> Seen {
    let view = session.view();
    let mut names = AllNames::default();
    let spaces = view.spaces.keys().map(|pid| (pid.0, space(view, *pid, depth, &mut names))).collect();
    Seen { reply: reply_text(reply), spaces }
}

/// A reply as it is compared.
fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Done => String::new(),
        Reply::Pid(pid) => format!("pid {pid}"),
        Reply::Addr(addr) => addr.to_string(),
        Reply::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Reply::Failed(errno) => format!("{errno:?}"),
        Reply::Signal(signal) => format!("{signal:?}"),
        Reply::Count(n) => n.to_string(),
        Reply::Run(_) | Reply::Heap(_) | Reply::Warned(_) | Reply::Port(_) | Reply::Message(_) => {
            unreachable!("no process asks for that")
        }
    }
}

#[derive(Default)]
struct AllNames {
    frames: Names<Pfn>,
    slots: Names<SwapSlot>,
    objects: Names<ObjectId>,
}

fn space(view: &View, pid: Pid, depth: Depth, names: &mut AllNames) -> Space {
    let mut space = Space::default();
    for vma in view.vmas_of(pid) {
        space.areas.push(Area {
            start: vma.start.0 - WINDOW,
            end: vma.end.0 - WINDOW,
            prot: vma.prot,
            shared: !vma.is_private(),
            backing: vma.object.map(|object| (names.objects.name(object), vma.pgoff)),
            flags: FLAGS.iter().map(|(_, flag)| *flag & vma.flags).collect(),
        });
        for vpn in vma.start.0..vma.end.0 {
            if let Some(page) = page(view, view.pte(pid, Vpn(vpn)), depth, names) {
                space.pages.push((vpn - WINDOW, page));
            }
        }
    }
    space
}

fn page(view: &View, pte: Pte, depth: Depth, names: &mut AllNames) -> Option<Page> {
    match pte {
        Pte::Empty => None,
        Pte::Swapped { slot } if depth.frames => Some(Page::Slot { name: names.slots.name(slot) }),
        Pte::Swapped { .. } => Some(Page::Swapped),
        Pte::Mapped { pfn, .. } => {
            let frame = view.frames.get(pfn);
            if matches!(frame.mapping, Owner::Object(_)) && !depth.object_pages {
                return None;
            }
            Some(match frame.state {
                _ if !depth.frames => Page::Present,
                FrameUse::Zero => Page::Zero,
                _ => Page::Frame { name: names.frames.name(pfn), mapcount: frame.mapcount },
            })
        }
    }
}
