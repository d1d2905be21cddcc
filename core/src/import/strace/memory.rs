//! What calls do to an address space, as commands.

use super::call::{Backing, Call, Mmap};
use super::maps::MapsLine;
use super::ranges::Range;
use super::space::Space;
use super::world::World;
use crate::lab::command::{Command, MapFlag, Position, Prot};
use crate::units::VirtAddr;

const PAGE: u64 = 4096;
/// Most pages that calls and assumed accesses bring in, in all: 2 GiB.
const MOST_PAGES_IN: u64 = 1 << 19;
/// Largest area that the machine is made to reserve memory for: 1 GiB.
pub const MOST_RESERVED: u64 = 1 << 18;
/// Pages of each new area that the option `touch` accesses.
const TOUCHED: u64 = 16;

fn addr(range: Range) -> VirtAddr {
    VirtAddr(range.start * PAGE)
}

impl World<'_> {
    /// A call about memory that succeeded.
    pub(super) fn memory(&mut self, space: usize, files: usize, at: Position, call: Call) {
        let pid = self.spaces[space].pid;
        match call {
            Call::Mmap(mmap) => self.mmap(space, files, at, mmap),
            Call::Munmap(range) => {
                self.spaces[space].unmap(range);
                self.push_unless_empty(at, range, Command::Munmap { pid, addr: addr(range), pages: range.pages() });
            }
            Call::Mprotect(range, prot) => {
                self.explain(space, at, range, Some(prot));
                self.push_unless_empty(
                    at,
                    range,
                    Command::Mprotect { pid, addr: addr(range), pages: range.pages(), prot, growsdown: false },
                );
            }
            Call::Mremap { from, to, keeps_old } => self.mremap(space, at, from, to, keeps_old),
            Call::Brk { asked, now } => self.brk(space, at, asked, now),
            Call::Madvise(range, advice) => {
                self.explain(space, at, range, None);
                self.push_unless_empty(
                    at,
                    range,
                    Command::Madvise { pid, addr: addr(range), pages: range.pages(), advice },
                );
            }
            Call::Mlock(range) => {
                self.explain(space, at, range, None);
                if self.bring_in(range.pages()) {
                    self.push_unless_empty(
                        at,
                        range,
                        Command::Mlock { pid, addr: addr(range), pages: range.pages(), onfault: false },
                    );
                } else {
                    self.skip(format!("mlock beyond {MOST_PAGES_IN} pages in all"));
                }
            }
            Call::Munlock(range) => {
                self.explain(space, at, range, None);
                self.push_unless_empty(at, range, Command::Munlock { pid, addr: addr(range), pages: range.pages() });
            }
            Call::Execve(_)
            | Call::Exit { .. }
            | Call::Open { .. }
            | Call::Close(_)
            | Call::Dup { .. }
            | Call::Read { .. }
            | Call::Other(_) => {}
        }
    }

    /// `mprotect` that failed at a hole: the pages before the hole have changed. Anything else that failed changed nothing.
    /// Whether it was taken in.
    pub(super) fn partly(&mut self, space: usize, at: Position, call: Call) -> bool {
        let Call::Mprotect(range, prot) = call else { return false };
        let Space { pid, mapped, .. } = &self.spaces[space];
        let (pid, stops_at_hole) = (*pid, mapped.end_of(range.start).is_some_and(|end| end < range.end));
        if stops_at_hole {
            self.push(at, Command::Mprotect { pid, addr: addr(range), pages: range.pages(), prot, growsdown: false });
        }
        stops_at_hole
    }

    fn push_unless_empty(&mut self, at: Position, range: Range, command: Command) {
        if range.pages() == 0 { self.skip("calls about no pages") } else { self.push(at, command) }
    }

    fn mmap(&mut self, space: usize, files: usize, at: Position, mmap: Mmap) {
        let Mmap { range, prot, mut flags, backing, pgoff, stack, ignored } = mmap;
        for flag in ignored {
            self.skip(format!("the flag {flag} of mmap"));
        }
        let brings_in = |flag: &MapFlag| matches!(flag, MapFlag::Populate | MapFlag::Locked);
        if flags.iter().any(brings_in) && !self.bring_in(range.pages()) {
            flags.retain(|flag| !brings_in(flag));
            self.skip(format!("MAP_POPULATE and MAP_LOCKED beyond {MOST_PAGES_IN} pages in all"));
        }
        if flags.contains(&MapFlag::Anonymous) && !flags.contains(&MapFlag::Noreserve) && !self.reserve(range.pages()) {
            flags.push(MapFlag::Noreserve);
            self.skip(format!("the reserve of areas of more than {MOST_RESERVED} pages (mapped with MAP_NORESERVE)"));
        }
        let file = match backing {
            Backing::Anonymous => None,
            Backing::File(path) => Some(path),
            Backing::Descriptor(number) => Some(self.files[files].name(number)),
        };
        let touched = prot.contains(Prot::WRITE) && flags.contains(&MapFlag::Private);
        let pid = self.spaces[space].pid;
        self.push(at, Command::Mmap { pid, addr: Some(addr(range)), pages: range.pages(), prot, flags, file, pgoff });
        self.spaces[space].map(range);
        if stack {
            self.spaces[space].stacks.insert(range);
        }
        if touched {
            self.touch(space, at, range);
        }
    }

    fn mremap(&mut self, space: usize, at: Position, from: Range, to: Range, keeps_old: bool) {
        self.explain(space, at, from, None);
        let pid = self.spaces[space].pid;
        let moved = (to.start != from.start).then(|| addr(to));
        self.push(
            at,
            Command::Mremap {
                pid,
                addr: addr(from),
                pages: from.pages(),
                new_pages: to.pages(),
                to: moved,
                may_move: moved.is_some(),
                dontunmap: false,
                hint: None,
            },
        );
        self.spaces[space].unmap(from);
        self.spaces[space].map(to);
        if keeps_old {
            self.skip("the flag MREMAP_DONTUNMAP of mremap (the old pages are mapped anew)");
            self.map_again(space, at, from);
        }
    }

    /// Pages that are mapped, but how the log does not say: private, anonymous and writable is the usual.
    fn map_again(&mut self, space: usize, at: Position, range: Range) {
        let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
        let pid = self.spaces[space].pid;
        self.push(
            at,
            Command::Mmap {
                pid,
                addr: Some(addr(range)),
                pages: range.pages(),
                prot: Prot::READ | Prot::WRITE,
                flags,
                file: None,
                pgoff: 0,
            },
        );
        self.spaces[space].map(range);
    }

    fn brk(&mut self, space: usize, at: Position, asked: u64, now: u64) {
        let place = &mut self.spaces[space];
        let pid = place.pid;
        let old = place.brk.replace(now);
        if old.is_none()
            && let Some((Command::Exec { brk, .. }, _)) = self.steps.get_mut(place.made_by)
        {
            // The first answer tells where the heap begins.
            *brk = Some(VirtAddr(now.next_multiple_of(PAGE)));
        }
        let old = old.unwrap_or(now);
        if asked != 0 && asked != now {
            self.skip("brk that was refused");
            return self
                .push(at, Command::Note { text: format!("brk({asked:#x}) was refused: the break stays at {now:#x}") });
        }
        let (from, to) = (old.div_ceil(PAGE), now.div_ceil(PAGE));
        self.push(at, Command::Brk { pid, addr: VirtAddr(asked) });
        if from < to {
            self.reserve(to - from);
            self.spaces[space].map(Range::new(from, to));
            self.touch(space, at, Range::new(from, to));
        } else {
            self.spaces[space].unmap(Range::new(to, from));
        }
    }

    /// A successful call shows that all these pages are mapped. What no call of the log explains was mapped by `execve`, or,
    /// where the log has mapped or unmapped something before, by a call that is not in it.
    fn explain(&mut self, space: usize, at: Position, range: Range, new: Option<Prot>) {
        for gap in self.spaces[space].mapped.gaps(range) {
            for part in self.spaces[space].known.gaps(gap) {
                let Space { image, mapped, .. } = &mut self.spaces[space];
                mapped.insert(part);
                if let Some(image) = *image {
                    self.images[image].2.infer(part, new);
                }
            }
            for part in self.spaces[space].known.parts(gap) {
                self.skip("areas mapped by a call that the log does not show");
                self.map_again(space, at, part);
            }
        }
    }

    /// As `explain`, for a line of the program's maps text. What only calls outside the log explain is left to differ.
    pub(super) fn explain_shown(&mut self, space: usize, line: &MapsLine) {
        let Space { image, mapped, known, .. } = &mut self.spaces[space];
        let Some(image) = image.map(|image| &mut self.images[image].2) else { return };
        for gap in mapped.gaps(Range::new(line.start, line.end)) {
            for part in known.gaps(gap) {
                mapped.insert(part);
                image.show(part, line);
            }
        }
        image.name(line);
    }

    /// Whether so many pages more may come in.
    fn bring_in(&mut self, pages: u64) -> bool {
        let fits = pages <= MOST_PAGES_IN - self.pages_in;
        if fits {
            self.pages_in += pages;
        }
        fits
    }

    /// The machine refuses areas larger than its memory and swap together: it gets as much as the largest needs, in reason.
    fn reserve(&mut self, pages: u64) -> bool {
        self.largest = self.largest.max(pages.min(MOST_RESERVED));
        pages <= MOST_RESERVED
    }

    /// With the option `touch`: assumes that the program writes to the start of a new area.
    fn touch(&mut self, space: usize, at: Position, range: Range) {
        let pages = range.pages().min(TOUCHED);
        if self.options.touch && self.bring_in(pages) {
            self.push(at, Command::Touch { pid: self.spaces[space].pid, addr: addr(range), pages });
        }
    }
}
