//! The effects of calls on an address space, as commands.

use super::call::{Backing, Call, MmapCall};
use super::maps::MapsLine;
use super::numbers::PAGE;
use super::ranges::Range;
use super::space::Space;
use super::world::World;
use crate::units::VirtAddr;
use crate::vocabulary::command::{self, *};
use crate::vocabulary::prot::Prot;

/// At most this many pages are brought in by calls and assumed accesses together: 2 GiB.
pub const MOST_PAGES_IN: u64 = 1 << 19;
/// The machine reserves memory for areas of at most this many pages: 1 GiB.
pub const MOST_RESERVED: u64 = 1 << 18;
/// What differs where pages were mapped by a call outside the log.
const UNSEEN: &str = "areas mapped by a call that the log does not show";
/// Pages of each new area that the option `touch` accesses.
const TOUCHED: u64 = 16;

fn addr(range: Range) -> VirtAddr {
    VirtAddr(range.start * PAGE)
}

impl World<'_> {
    /// Carries out a call about memory that succeeded.
    pub(super) fn memory(&mut self, space: usize, files: usize, at: Position, call: Call) {
        let pid = self.spaces[space].pid;
        match call {
            Call::Mmap(mmap) => self.mmap(space, files, at, mmap),
            Call::Munmap(range) => {
                self.spaces[space].unmap(range);
                self.push_unless_empty(
                    at,
                    range,
                    Command::Munmap(Munmap { pid, addr: addr(range), pages: range.pages() }),
                );
            }
            Call::Mprotect { range, prot, growsdown } => {
                self.explain(space, at, range, Some(prot));
                let command =
                    Command::Mprotect(Mprotect { pid, addr: addr(range), pages: range.pages(), prot, growsdown });
                self.push_unless_empty(at, range, command);
            }
            Call::Mremap { from, to, dontunmap } => self.mremap(space, at, from, to, dontunmap),
            Call::Brk { asked, now } => self.brk(space, at, asked, now),
            Call::Madvise(range, advice) => {
                self.explain(space, at, range, None);
                self.madvise(space, at, range, advice);
            }
            Call::Mlock { range, onfault } => {
                self.explain(space, at, range, None);
                if onfault || self.bring_in(range.pages()) {
                    let command = Command::Mlock(Mlock { pid, addr: addr(range), pages: range.pages(), onfault });
                    self.push_unless_empty(at, range, command);
                } else {
                    self.report.differ(format!("mlock beyond {MOST_PAGES_IN} pages in all"));
                }
            }
            Call::Munlock(range) => {
                self.explain(space, at, range, None);
                self.push_unless_empty(
                    at,
                    range,
                    Command::Munlock(Munlock { pid, addr: addr(range), pages: range.pages() }),
                );
            }
            Call::Mlockall { current, future, onfault } => self.mlockall(space, at, (current, future, onfault)),
            Call::Munlockall => {
                self.spaces[space].locks_future = false;
                self.push(at, Command::Munlockall(Munlockall { pid }));
            }
            Call::OtherAdvice(name) => self.report.differ(format!("advice {name} of madvise")),
            Call::Execve(_)
            | Call::Exit { .. }
            | Call::Open { .. }
            | Call::Close(_)
            | Call::Dup { .. }
            | Call::Read { .. }
            | Call::Other(_) => {}
        }
    }

    /// Carries out a call that failed at a hole: `mprotect` has changed the pages before it, `madvise` those around it.
    /// Any other call that failed changed nothing. Returns whether it was taken into the recording.
    pub(super) fn partly(&mut self, space: usize, at: Position, call: Call) -> bool {
        let Space { pid, mapped, .. } = &self.spaces[space];
        let pid = *pid;
        match call {
            Call::Mprotect { range, prot, growsdown } => {
                let stops_at_hole = mapped.end_of(range.start).is_some_and(|end| end < range.end);
                if stops_at_hole {
                    let command =
                        Command::Mprotect(Mprotect { pid, addr: addr(range), pages: range.pages(), prot, growsdown });
                    self.push(at, command);
                }
                stops_at_hole
            }
            Call::Madvise(range, advice) => {
                let has_hole = !mapped.gaps(range).is_empty() && !mapped.parts(range).is_empty();
                if has_hole {
                    self.madvise(space, at, range, advice);
                }
                has_hole
            }
            _ => false,
        }
    }

    fn madvise(&mut self, space: usize, at: Position, range: Range, advice: Advice) {
        self.spaces[space].advise(range, advice);
        let pid = self.spaces[space].pid;
        self.push_unless_empty(
            at,
            range,
            Command::Madvise(Madvise { pid, addr: addr(range), pages: range.pages(), advice }),
        );
    }

    fn mlockall(&mut self, space: usize, at: Position, (current, future, onfault): (bool, bool, bool)) {
        let Space { pid, mapped, .. } = &self.spaces[space];
        let (pid, pages) = (*pid, if current && !onfault { mapped.pages() } else { 0 });
        if !self.bring_in(pages) {
            return self.report.differ(format!("mlockall beyond {MOST_PAGES_IN} pages in all"));
        }
        self.spaces[space].locks_future = future && !onfault;
        // What `execve` mapped is brought in, too, and is known only at the end.
        self.locks_images |= !onfault;
        self.push(at, Command::Mlockall(Mlockall { pid, current, future, onfault }));
    }

    fn push_unless_empty(&mut self, at: Position, range: Range, command: Command) {
        if range.pages() == 0 { self.report.skip("calls about no pages") } else { self.push(at, command) }
    }

    fn mmap(&mut self, space: usize, files: usize, at: Position, mmap: MmapCall) {
        let MmapCall { range, prot, mut flags, backing, pgoff, stack } = mmap;
        let brings_in = |flag: &MapFlag| matches!(flag, MapFlag::Populate | MapFlag::Locked);
        if flags.iter().any(brings_in) && !self.bring_in(range.pages()) {
            flags.retain(|flag| !brings_in(flag));
            self.report.differ(format!("MAP_POPULATE and MAP_LOCKED beyond {MOST_PAGES_IN} pages in all"));
        }
        let reserves = flags.contains(&MapFlag::Anonymous)
            && !flags.contains(&MapFlag::Noreserve)
            && !flags.contains(&MapFlag::Droppable);
        if reserves && !self.reserve(range.pages()) {
            flags.push(MapFlag::Noreserve);
            self.report
                .differ(format!("the reserve of areas of more than {MOST_RESERVED} pages (mapped with MAP_NORESERVE)"));
        }
        let file = match backing {
            Backing::Anonymous => None,
            Backing::File(path) => Some(path),
            Backing::Descriptor(number) => Some(self.files[files].name(number)),
        };
        let touched = prot.contains(Prot::WRITE) && !flags.contains(&MapFlag::Shared);
        let pid = self.spaces[space].pid;
        self.lock_new(space, at, range.pages());
        self.push(
            at,
            Command::Mmap(command::Mmap {
                pid,
                addr: Some(addr(range)),
                pages: range.pages(),
                prot,
                flags,
                file,
                pgoff,
            }),
        );
        self.spaces[space].map(range);
        if stack {
            self.spaces[space].stacks.insert(range);
        }
        if touched {
            self.touch(space, at, range);
        }
    }

    /// `mremap`. From no pages (an old size of 0) a second mapping of the same pages is made, which must be shared.
    fn mremap(&mut self, space: usize, at: Position, from: Range, to: Range, dontunmap: bool) {
        if from.pages() == 0 {
            self.explain_shared(space, at, Range::new(from.start, from.start + to.pages()));
        } else {
            self.explain(space, at, from, None);
        }
        let pid = self.spaces[space].pid;
        let moved = (to.start != from.start).then(|| addr(to));
        self.lock_new(space, at, to.pages().saturating_sub(from.pages()));
        self.push(
            at,
            Command::Mremap(Mremap {
                pid,
                addr: addr(from),
                pages: from.pages(),
                new_pages: to.pages(),
                to: moved,
                may_move: moved.is_some(),
                dontunmap,
                hint: None,
            }),
        );
        self.spaces[space].remap(from, to, dontunmap);
    }

    /// Maps pages whose mapping the log does not show, anonymous and writable. `kind` is private or shared.
    fn map_again(&mut self, space: usize, at: Position, range: Range, kind: MapFlag) {
        let flags = vec![kind, MapFlag::Anonymous, MapFlag::Fixed];
        let pid = self.spaces[space].pid;
        self.lock_new(space, at, range.pages());
        self.push(
            at,
            Command::Mmap(command::Mmap {
                pid,
                addr: Some(addr(range)),
                pages: range.pages(),
                prot: Prot::READ | Prot::WRITE,
                flags,
                file: None,
                pgoff: 0,
            }),
        );
        self.spaces[space].map(range);
    }

    fn brk(&mut self, space: usize, at: Position, asked: u64, now: u64) {
        let place = &mut self.spaces[space];
        let pid = place.pid;
        let old = place.brk.replace(now);
        let page = self.numbers.page;
        if old.is_none()
            && let Some((Command::Exec(Exec { brk, .. }), _)) = self.steps.get_mut(place.made_by)
        {
            // The first answer is the start of the heap.
            *brk = Some(VirtAddr(now.next_multiple_of(page)));
        }
        let old = old.unwrap_or(now);
        if asked != 0 && asked != now {
            self.report.skip("brk that was refused");
            return self.push(
                at,
                Command::Note(Note::new(format!("brk({asked:#x}) was refused: the break stays at {now:#x}"))),
            );
        }
        let up = |address: u64| address.next_multiple_of(page) / PAGE;
        let (from, to) = (up(old), up(now));
        // The heap ends with a page of the machine that the log is of.
        let asked = if page > PAGE { asked.next_multiple_of(page) } else { asked };
        self.lock_new(space, at, to.saturating_sub(from));
        self.push(at, Command::Brk(Brk { pid, addr: VirtAddr(asked) }));
        if from < to {
            self.reserve(to - from);
            self.spaces[space].map(Range::new(from, to));
            self.touch(space, at, Range::new(from, to));
        } else {
            self.spaces[space].unmap(Range::new(to, from));
        }
    }

    /// A successful call shows that all these pages are mapped. What no call of the log explains was mapped by
    /// `execve`, or, where the log has mapped or unmapped something before, by a call that is not in it.
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
                self.report.differ(UNSEEN);
                // The usual.
                self.map_again(space, at, part, MapFlag::Private);
            }
        }
    }

    /// A second mapping was made of these pages: the first of them is mapped, and shared, and so are the others that no
    /// call of the log has mapped.
    fn explain_shared(&mut self, space: usize, at: Position, range: Range) {
        let first = Range::new(range.start, range.start + self.numbers.page / PAGE);
        let Space { mapped, known, image, .. } = &self.spaces[space];
        let (unknown, image) = (known.gaps(range), *image);
        if known.gaps(first).is_empty() && !mapped.gaps(first).is_empty() {
            self.report.differ(UNSEEN);
            return self.map_again(space, at, first, MapFlag::Shared);
        }
        self.explain(space, at, first, None);
        if let Some(image) = image {
            unknown.into_iter().for_each(|part| self.images[image].2.share(part));
        }
    }

    /// Notes pages that a line of the program's maps text shows. What only calls outside the log explain is left to
    /// differ.
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

    /// Counts pages that are to be brought in; returns whether that many more are allowed.
    fn bring_in(&mut self, pages: u64) -> bool {
        let fits = pages <= MOST_PAGES_IN - self.pages_in;
        if fits {
            self.pages_in += pages;
        }
        fits
    }

    /// Brings new pages in at once after `mlockall(MCL_FUTURE)`. If they are more than the machine is made for, later
    /// pages come in only when they are touched.
    fn lock_new(&mut self, space: usize, at: Position, pages: u64) {
        if !self.spaces[space].locks_future || self.bring_in(pages) {
            return;
        }
        self.report
            .differ(format!("mlockall beyond {MOST_PAGES_IN} pages in all (pages come in once they are touched)"));
        self.spaces[space].locks_future = false;
        let pid = self.spaces[space].pid;
        self.push(at, Command::Mlockall(Mlockall { pid, current: false, future: true, onfault: true }));
    }

    /// Notes the reserve that an area needs, since the machine refuses areas larger than its memory and swap together;
    /// returns whether that is within the limit.
    fn reserve(&mut self, pages: u64) -> bool {
        self.largest = self.largest.max(pages.min(MOST_RESERVED));
        pages <= MOST_RESERVED
    }

    /// Assumes, with the option `touch`, that the program writes to the start of a new area.
    fn touch(&mut self, space: usize, at: Position, range: Range) {
        let pages = range.pages().min(TOUCHED);
        if self.options.touch && self.bring_in(pages) {
            self.push(at, Command::Touch(Touch { pid: self.spaces[space].pid, addr: addr(range), pages }));
        }
    }
}
