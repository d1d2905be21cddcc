//! How a process came to its end, told as a C programmer meets it: the access, the areas around it, the usual mistake.
//!
//! The VMAs are those that the end of the process removed, so nothing has to be looked up at an earlier place in time.

use super::range;
use crate::dto::{KilledDto, NearDto};
use crate::recent::Recent;
use crate::spaces::{perms, vma_name};
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::units::{Pid, VirtAddr, Vpn};
use pageturner::vocabulary::event::{Access, Event};
use pageturner::vocabulary::heap::HeapMessage;
use pageturner::vocabulary::process::ProcessInfo;
use pageturner::vocabulary::reply::Signal;
use pageturner::vocabulary::vma::{Vma, VmaFlags};

/// Pages from address 0 on in which an access is most likely one through a null pointer.
const NULL_PAGES: u64 = 16;
/// Pages behind a VMA in which an access is most likely one beyond the end of an array in it.
const NEAR_PAGES: u64 = 16;

/// What the events of a command say of the end of a process.
#[derive(Default)]
struct Seen {
    access: Option<Access>,
    /// The resident pages of the process that the OOM killer chose.
    chosen: Option<u64>,
    /// What an allocator printed last.
    said: Option<HeapMessage>,
    signal: Option<(Pid, Signal, VirtAddr)>,
    vmas: Vec<Vma>,
    process: Option<ProcessInfo>,
}

/// What happened to the process that a command ended, by its events up to number `end`; `None` if it ended none yet.
pub fn tell((session, recent): (&Session, &Recent), step: u32, end: u32) -> Option<KilledDto> {
    let mut seen = Seen::default();
    recent.each(session, range(session, step, end), |_, event| seen.add(event));
    let (pid, signal, addr) = seen.signal?;
    let view = session.view();
    if end != u32::MAX {
        seen.vmas.extend(view.vmas_of(pid).cloned());
    }
    seen.vmas.sort_by_key(|vma| vma.start);
    let process = seen.process.as_ref().or(view.process(pid));
    let caused = !matches!(signal, Signal::SIGKILL | Signal::SIGABRT);
    let place = Place { view, process, vpn: view.geometry().vpn(addr), addr, vmas: &seen.vmas };
    let (story, in_c) = match seen.said {
        Some(message) if signal == Signal::SIGABRT => by_allocator(message),
        _ if caused => place.story(seen.access, signal),
        _ => by_oom(seen.chosen.unwrap_or(0)),
    };
    let near = |vma: Option<&Vma>| vma.filter(|_| caused).map(|vma| place.near(vma));
    Some(KilledDto {
        pid: pid.0,
        name: process.map_or(String::new(), |process| process.name.clone()),
        step,
        signal: format!("{signal:?}"),
        headline: headline(signal).into(),
        story,
        in_c,
        addr: caused.then(|| addr.to_string()),
        holds: near(place.holding()),
        below: near(place.below()),
        above: near(place.above()),
        guard: place.above().filter(|vma| caused && grows(vma)).map(|_| view.geometry().guard_gap as u32),
    })
}

/// As a shell reports it.
fn headline(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGSEGV => "Segmentation fault",
        Signal::SIGBUS => "Bus error",
        Signal::SIGKILL => "Killed",
        Signal::SIGABRT => "Aborted",
    }
}

fn by_oom(rss: u64) -> (String, String) {
    let story =
        format!("Memory was full and nothing could be reclaimed. Of all processes it had the most pages: {rss}.");
    (story, "In C nothing was wrong with it: malloc() had promised more memory than there is.".into())
}

/// Ended by its own allocator: what that printed, and what mostly leads to it.
fn by_allocator(message: HeapMessage) -> (String, String) {
    use HeapMessage::*;
    let in_c = match message {
        PageFreed | ChunkFreed | DoubleFreeTop | DoubleFreeOut | DoubleFreePrev => "free(p) twice.",
        NeverCalled | TooLow | TooHigh | PageModified | ChunkModified | WrongPage | InvalidPointer | InvalidRealloc
        | InvalidMunmap | NotKmalloced | TooLarge => {
            "free() of an address that malloc() did not give: p + 1, or a variable's."
        }
        OutOfMemory => "malloc() had no memory, and the allocator is set to end the program then.",
        FreeListDestroyed | InvalidSize | CorruptedSize | CorruptedLinks | CorruptedTop | Endless => {
            "A write past the end of a block, or into one that was freed, damaged what the allocator keeps there."
        }
    };
    (format!("Its allocator printed \u{201c}{}\u{201d} and called abort().", message.text()), in_c.into())
}

impl Seen {
    fn add(&mut self, event: &Event) {
        if let Event::Fault { access, .. } = event
            && self.signal.is_none()
        {
            self.access = Some(*access);
        }
        if let Event::Said { message, .. } = event {
            self.said = Some(*message);
        }
        if let Event::OomKill { rss, .. } = event {
            self.chosen = Some(*rss);
        }
        if let Event::Signal { pid, signal, addr } = event {
            *self = Seen {
                signal: Some((*pid, *signal, *addr)),
                access: self.access,
                chosen: self.chosen,
                said: self.said,
                ..Seen::default()
            };
        }
        let Some((pid, ..)) = self.signal else { return };
        if let Event::Vma { before: Some(vma), after: None, .. } = event
            && vma.pid == pid
        {
            self.vmas.push((**vma).clone());
        }
        if let Event::Process { pid: whose, before: Some(info), after: None } = event
            && *whose == pid
        {
            self.process = Some((**info).clone());
        }
    }
}

/// A bad address and what lay around it.
struct Place<'a> {
    view: &'a View,
    process: Option<&'a ProcessInfo>,
    addr: VirtAddr,
    vpn: Vpn,
    /// Lowest first.
    vmas: &'a [Vma],
}

fn grows(vma: &Vma) -> bool {
    vma.flags.contains(VmaFlags::GROWSDOWN)
}

impl Place<'_> {
    fn holding(&self) -> Option<&Vma> {
        self.vmas.iter().find(|vma| vma.start <= self.vpn && self.vpn < vma.end)
    }

    fn below(&self) -> Option<&Vma> {
        self.vmas.iter().rfind(|vma| vma.end <= self.vpn)
    }

    fn above(&self) -> Option<&Vma> {
        self.vmas.iter().find(|vma| vma.start > self.vpn)
    }

    /// The access and why it could not be served; and what is mostly wrong in a C program that does this.
    fn story(&self, access: Option<Access>, signal: Signal) -> (String, String) {
        let did = if access == Some(Access::Write) { "It wrote to" } else { "It read" };
        let (why, in_c) = match self.holding() {
            Some(vma) if signal == Signal::SIGBUS => (
                format!("the page lies in {}, but beyond the end of what is mapped there", self.name(vma)),
                "A file was mapped with mmap() and is shorter than its mapping: truncated since, or mapped too long."
                    .into(),
            ),
            Some(vma) => self.not_allowed(vma, access),
            None => self.held_by_none(),
        };
        (format!("{did} address {}: {why}.", self.addr), in_c)
    }

    fn not_allowed(&self, vma: &Vma, access: Option<Access>) -> (String, String) {
        let (name, rights) = (self.name(vma), perms(vma));
        let in_c = match access {
            _ if vma.prot.is_empty() => {
                "A guard page, as threads have below their stacks: an array or a recursion ran into it."
            }
            Some(Access::Write) => "A write into what is read only: a string literal, const data, program code.",
            Some(Access::Read) | None => "A read of what may not be read.",
        };
        (format!("{name} holds it, but its rights are {rights}"), in_c.into())
    }

    fn held_by_none(&self) -> (String, String) {
        let geometry = self.view.geometry();
        if self.vpn.0 >= geometry.user_pages {
            let why = "no program can have a page there, it lies beyond user space";
            return (why.into(), "A pointer that was never set, or was overwritten with something else.".into());
        }
        if self.vpn.0 < NULL_PAGES.min(geometry.user_pages / 16) {
            let in_c = if self.addr.0 == 0 {
                "*p, where p is NULL."
            } else {
                "p->field or p[i], where p is NULL: the address is the offset."
            };
            return (format!("no VMA holds it{}", self.nearest()), in_c.into());
        }
        if let Some(told) = self.above().filter(|vma| grows(vma)).and_then(|stack| self.below_stack(stack)) {
            return told;
        }
        if let Some(vma) = self.below().filter(|vma| self.vpn.0 - vma.end.0 < NEAR_PAGES) {
            let over = self.addr.0 - geometry.addr(vma.end).0;
            let why = format!("no VMA holds it; {} ends {} before it", self.name(vma), counted(over, "byte"));
            return (why, "a[i] with i too large, or a loop that runs past the end of its array.".into());
        }
        let in_c = "A wild pointer: never set, freed (free() or munmap()) and used again, or computed wrongly.";
        (format!("no VMA holds it{}", self.nearest()), in_c.into())
    }

    /// Why the stack above did not grow down to the address.
    fn below_stack(&self, stack: &Vma) -> Option<(String, String)> {
        let geometry = self.view.geometry();
        let would_be = stack.end.0 - self.vpn.0;
        if would_be > geometry.stack_limit {
            let far = stack.start.0 - self.vpn.0;
            // So far below it is no matter of the stack any more.
            if far > 2 * geometry.stack_limit {
                return None;
            }
            let why = format!(
                "no VMA holds it, and the stack, which begins {} above, cannot grow so far: its limit is {}",
                counted(far, "page"),
                counted(geometry.stack_limit, "page")
            );
            return Some((
                why,
                "A stack overflow: a recursion without end, or an array on the stack that is too large.".into(),
            ));
        }
        let below = self.below().filter(|vma| !grows(vma) && !vma.prot.is_empty())?;
        let free = self.vpn.0 - below.end.0;
        (free < geometry.guard_gap).then(|| {
            let why = format!(
                "no VMA holds it, and the stack may not grow down to it: {} would be left free above {}, and the guard gap is {}",
                counted(free, "page"),
                self.name(below),
                counted(geometry.guard_gap, "page")
            );
            (why, "A stack overflow, stopped before it could write into what lies below the stack.".into())
        })
    }

    /// The nearest VMA and how far it is.
    fn nearest(&self) -> String {
        let (below, above) = (self.below(), self.above());
        let far = |vma: &&Vma| self.pages_to(vma);
        match [below, above].into_iter().flatten().min_by_key(far) {
            Some(vma) if vma.start > self.vpn => {
                format!(
                    "; the nearest is {}, which begins {} above",
                    self.name(vma),
                    counted(self.pages_to(vma), "page")
                )
            }
            Some(vma) => {
                format!("; the nearest is {}, which ends {} below", self.name(vma), counted(self.pages_to(vma), "page"))
            }
            None => ", for the address space is empty".into(),
        }
    }

    fn pages_to(&self, vma: &Vma) -> u64 {
        if vma.start > self.vpn { vma.start.0 - self.vpn.0 } else { (self.vpn.0 + 1).saturating_sub(vma.end.0) }
    }

    fn near(&self, vma: &Vma) -> NearDto {
        let geometry = self.view.geometry();
        NearDto {
            name: self.name(vma),
            perms: perms(vma),
            start_addr: geometry.addr(vma.start).to_string(),
            end_addr: geometry.addr(vma.end).to_string(),
            pages: if vma.start > self.vpn { vma.start.0 - self.vpn.0 } else { self.vpn.0.saturating_sub(vma.end.0) }
                as f64,
        }
    }

    /// How a VMA is spoken of.
    fn name(&self, vma: &Vma) -> String {
        let heap = |process: &ProcessInfo| {
            let (start, end) = (self.view.geometry().addr(vma.start), self.view.geometry().addr(vma.end));
            process.brk > process.brk_start && start < process.brk && end > process.brk_start && vma.object.is_none()
        };
        if grows(vma) {
            return "the stack".into();
        }
        if self.process.is_some_and(heap) {
            return "the heap".into();
        }
        match vma_name(self.view, vma) {
            name if name.is_empty() && vma.object.is_none() => {
                format!("anonymous memory at {}", self.view.geometry().addr(vma.start))
            }
            name if name.is_empty() => format!("a mapping at {}", self.view.geometry().addr(vma.start)),
            name => name,
        }
    }
}

/// `1 page`, `2,048 pages`, `34 billion pages`.
fn counted(n: u64, one: &str) -> String {
    if n >= 1_000_000_000 {
        return format!("{} billion {one}s", n / 1_000_000_000);
    }
    if n >= 1_000_000 {
        return format!("{} million {one}s", n / 1_000_000);
    }
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n == 1 { format!("1 {one}") } else { format!("{text} {one}s") }
}
