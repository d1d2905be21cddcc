//! A heap looked at from outside, as a debugger would: its bookkeeping is read wherever its pages are, in frames or on
//! the swap disk, and nothing is touched.

use crate::hw::pte::Pte;
use crate::kmalloc;
use crate::lab::time::view::View;
use crate::units::{HeapId, Pfn, Pid, VirtAddr, Vpn};
use crate::user;
use crate::user::picture::{Picture, Piece, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{Heap, HeapMessage, HeapStats};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::reply::Signal;
use std::collections::BTreeSet;

/// Bookkeeping of more words than that leads round in circles.
const MOST_WORDS: u64 = 1 << 22;

/// A heap; `None` if there is none of this number.
pub fn heap(view: &View, pid: Pid, heap: HeapId) -> Option<&Heap> {
    view.heaps.get(&pid)?.get(&heap)
}

/// What lies where in a heap, by its own bookkeeping. Where that cannot be followed, so much is said, and nothing else.
pub fn picture(view: &View, pid: Pid, heap: &Heap) -> Picture {
    let mut looker = Looker { view, pid, words: 0, counted: HeapStats::default() };
    let picture = match heap.info.settings.is_kernels() {
        true => kmalloc::picture(&mut looker, &heap.info, &heap.blocks),
        false => user::picture(&mut looker, &heap.info, &heap.blocks),
    };
    picture.unwrap_or_else(|stop| {
        let mut picture = Picture::default();
        picture.wrong(match stop {
            Stop::Signal(_, at) => format!("the bookkeeping leads to {at}, where nothing is mapped"),
            Stop::Abort(message) => format!("the bookkeeping is damaged: {}", message.text()),
        });
        picture
    })
}

/// What is wrong with a heap: its bookkeeping contradicts itself or the blocks that were given, or two blocks overlap.
pub fn check(view: &View, pid: Pid, heap: &Heap) -> Vec<String> {
    damage(&picture(view, pid, heap), heap)
}

/// What is wrong with a heap that looks like this.
pub fn damage(picture: &Picture, heap: &Heap) -> Vec<String> {
    let mut wrong = picture.damage.clone();
    wrong.extend(overlaps(&picture.pieces));
    let ends = heap.blocks.iter().zip(heap.blocks.iter().skip(1));
    for ((at, bytes), (next, _)) in ends {
        if at.0.saturating_add(*bytes) > next.0 {
            wrong.push(format!("the block at {at}, of {bytes} bytes, runs into the block at {next}"));
        }
    }
    wrong
}

fn overlaps(pieces: &[Piece]) -> Option<String> {
    let pair = pieces.windows(2).find(|pair| pair[0].at.saturating_add(pair[0].bytes) > pair[1].at)?;
    Some(format!("{} at {:#x} overlaps {} at {:#x}", name(pair[0].kind), pair[0].at, name(pair[1].kind), pair[1].at))
}

fn name(kind: PieceKind) -> &'static str {
    match kind {
        PieceKind::Used => "a block in use",
        PieceKind::Free => "a free block",
        PieceKind::Header => "a header",
        PieceKind::Info => "a description of chunks",
        PieceKind::Directory => "the page directory",
        PieceKind::Top => "the top",
    }
}

/// The pages of a heap that are in memory, of those that it has of the kernel. The kernel's own are frames.
pub fn resident(view: &View, pid: Pid, heap: &Heap) -> u64 {
    if pid == KERNEL {
        return heap.held_pages();
    }
    let pages = heap.held.iter().flat_map(|(from, to)| Pages::new(*from, *to).iter());
    pages.filter(|vpn| view.pte(pid, *vpn).pfn().is_some()).count() as u64
}

/// What of a heap's memory serves nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waste {
    /// Bytes of all pages held.
    pub bytes: u64,
    /// Bytes that blocks in use have beyond what was asked for.
    pub rounding: u64,
    /// Bytes of headers, descriptors, bitmaps, tables and static variables.
    pub metadata: u64,
    /// Pages held that could be given back as they are: something is free there, and nothing in use.
    pub empty: u64,
    /// The largest block that could be given without a page more.
    pub largest: u64,
}

impl Waste {
    /// Names and values.
    pub fn all(&self) -> [(&'static str, u64); 5] {
        let Waste { bytes, rounding, metadata, empty, largest } = *self;
        [("bytes", bytes), ("rounding", rounding), ("metadata", metadata), ("empty", empty), ("largest", largest)]
    }
}

/// What of a heap's memory serves nobody, by its own bookkeeping. Of a heap in a program, blocks that it uses itself
/// count as rounding.
pub fn waste(view: &View, pid: Pid, heap: &Heap) -> Waste {
    let picture = picture(view, pid, heap);
    let page = view.geometry().page_size();
    let of = |kinds: &[PieceKind]| -> u64 {
        let all = picture.pieces.iter().filter(|piece| kinds.contains(&piece.kind));
        all.fold(0, |sum: u64, piece| sum.saturating_add(piece.bytes))
    };
    let (mut free, mut used) = (BTreeSet::new(), BTreeSet::new());
    for piece in &picture.pieces {
        let end = piece.at.saturating_add(piece.bytes).div_ceil(page);
        // A damaged size leads far beyond what is held.
        let held = heap.parts(Pages::new(Vpn(piece.at / page), Vpn(end)), true);
        let pages = held.iter().flat_map(|part| part.iter());
        match piece.kind {
            PieceKind::Used | PieceKind::Directory => used.extend(pages),
            PieceKind::Free | PieceKind::Top => free.extend(pages),
            PieceKind::Header | PieceKind::Info => {}
        }
    }
    Waste {
        bytes: heap.held_pages() * page,
        rounding: of(&[PieceKind::Used]).saturating_sub(heap.info.stats.asked),
        metadata: of(&[PieceKind::Header, PieceKind::Info, PieceKind::Directory]),
        empty: free.difference(&used).count() as u64,
        largest: picture.free_blocks().map(|(_, bytes)| bytes).max().unwrap_or(0),
    }
}

/// Reads a process's memory through its page tables, and changes nothing.
struct Looker<'a> {
    view: &'a View,
    pid: Pid,
    words: u64,
    /// What looking counts, which nobody asks for.
    counted: HeapStats,
}

impl Looker<'_> {
    fn byte(&self, at: u64) -> Outcome<u8> {
        let geometry = self.view.geometry();
        let addr = VirtAddr(at);
        let vpn = geometry.vpn(addr);
        let offset = geometry.offset(addr) as usize;
        if self.pid == KERNEL {
            return match vpn.0 < u64::from(self.view.frames.len()) {
                true => Ok(self.view.ram.read(Pfn(vpn.0 as u32), offset as u64, 1)[0]),
                false => Err(Stop::Signal(Signal::SIGSEGV, addr)),
            };
        }
        if vpn.0 >= geometry.user_pages || self.view.vma(self.pid, vpn).is_none() {
            return Err(Stop::Signal(Signal::SIGSEGV, addr));
        }
        Ok(match self.view.pte(self.pid, vpn) {
            Pte::Empty => 0,
            Pte::Mapped { pfn, .. } => self.view.ram.read(pfn, offset as u64, 1)[0],
            Pte::Swapped { slot } => self.view.slot_contents[slot.index()].as_ref().map_or(0, |bytes| bytes[offset]),
        })
    }
}

impl Program for Looker<'_> {
    fn page(&self) -> u64 {
        self.view.geometry().page_size()
    }

    fn word(&self) -> u64 {
        self.view.geometry().word()
    }

    fn load(&mut self, at: u64, bytes: u64, _what: &'static str) -> Outcome<u64> {
        self.words += 1;
        if self.words > MOST_WORDS {
            return Err(Stop::Abort(HeapMessage::Endless));
        }
        (0..bytes).rev().try_fold(0, |value, n| Ok(value << 8 | u64::from(self.byte(at.wrapping_add(n))?)))
    }

    fn store(&mut self, _at: u64, _bytes: u64, _value: u64, _what: &'static str) -> Outcome<()> {
        Ok(())
    }

    fn copy(&mut self, _from: u64, _to: u64, _bytes: u64) -> Outcome<()> {
        Ok(())
    }

    fn fill(&mut self, _at: u64, _bytes: u64, _value: u8) -> Outcome<()> {
        Ok(())
    }

    fn brk(&mut self, _to: u64) -> Outcome<u64> {
        Ok(self.view.process(self.pid).map_or(0, |process| process.brk.0))
    }

    fn mmap(&mut self, _pages: u64, _reserve: bool) -> Outcome<Option<u64>> {
        Ok(None)
    }

    fn munmap(&mut self, _at: u64, _pages: u64) -> Outcome<()> {
        Ok(())
    }

    fn mremap(&mut self, _at: u64, _pages: u64, _new_pages: u64) -> Outcome<Option<u64>> {
        Ok(None)
    }

    fn discard(&mut self, _at: u64, _pages: u64) -> Outcome<()> {
        Ok(())
    }

    fn say(&mut self, _message: HeapMessage) {}

    fn stats(&mut self) -> &mut HeapStats {
        &mut self.counted
    }
}
