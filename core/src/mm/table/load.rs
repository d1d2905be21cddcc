//! `load_tables`: a process over a memory that is given whole, byte by byte, page tables among it, as exercises on
//! paper give it.
//!
//! ```text
//! frame   0        1        2        3                      what is reachable from the directory becomes what it is:
//!         9f 7f .. 01 19 .. 00 00 .. 7f b5 ..               tables in their frames, pages in theirs, areas over them
//!         directory         not used table -> frame 53
//! ```
//! What comes out is as if the process had made it: each mapped page is anonymous memory in an area of its own rights,
//! so it may write, fork, be swapped out and end like any other. A plan first, then the deed: what cannot be so is
//! refused, with the frame and the entry that say why.

use crate::alloc::FrameAllocator;
use crate::hw::geometry::GeometryKind;
use crate::hw::pte::{Pte, PteBits, RawPte, given};
use crate::hw::ram::{Contents, read_entry};
use crate::mm::Mm;
use crate::refusal::{Refusal, refuse};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};
use std::collections::BTreeSet;

/// A memory that was given, and what in it is used.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The bytes of each frame that was given, as long as a page.
    bytes: Vec<(Pfn, Vec<u8>)>,
    /// The tables, the uppermost first, with their level and the first page that they map.
    tables: Vec<(Pfn, u8, Vpn)>,
    /// The entries that lead to a table or a page: their table, index, level, first page and bits.
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    table: Pfn,
    index: u16,
    level: u8,
    vpn: Vpn,
    raw: RawPte,
    to: Pfn,
}

impl Given {
    /// Reads a memory: `pages[n]` is frame n in hexadecimal digits, zeroes behind them; nothing: not given. `root` is
    /// the frame of the uppermost table.
    ///
    /// # Errors
    /// The first thing that is no memory or no page table.
    pub fn read(mm: &Mm, pages: &[String], root: Pfn) -> Result<Given, Refusal> {
        let mut this = Given::default();
        let size = mm.geometry().page_size() as usize;
        for (pfn, digits) in (0..).map(Pfn).zip(pages).filter(|(_, digits)| !digits.is_empty()) {
            let bytes = bytes_of(digits, size).ok_or_else(|| {
                let what = format!("load_tables: {pfn} is no row of at most {} hexadecimal digits", 2 * size);
                Refusal::new(what, format!("two digits a byte, {size} bytes a page"))
            })?;
            if mm.frame(pfn).state != FrameUse::Free {
                let what = format!("load_tables: {pfn} is in use");
                return refuse(what, "on machine(#{kernel: \"apart\"}) all frames are free at the start");
            }
            this.bytes.push((pfn, bytes));
        }
        this.table(mm, root, mm.geometry().levels - 1, Vpn(0), &mut BTreeSet::new())?;
        Ok(this)
    }

    fn table(&mut self, mm: &Mm, table: Pfn, level: u8, base: Vpn, seen: &mut BTreeSet<Pfn>) -> Result<(), Refusal> {
        let geometry = mm.geometry();
        self.enter(table, seen)?;
        self.tables.push((table, level, base));
        let bytes = self.of(table).to_vec();
        for index in 0..geometry.entries() as u16 {
            let at = |why: &str, hint: &str| {
                let name = geometry.level_name(level);
                refuse(format!("load_tables: entry {index} of the table in {table}, a {name}, {why}"), hint)
            };
            let byte = read_entry(&bytes, geometry, index);
            let raw = given(geometry.kind, byte);
            let leads_down = |pfn| level > 0 && raw == Pte::encode_table(geometry.kind, pfn);
            let vpn = base.plus(u64::from(index) * geometry.span(level));
            let (to, _) = match Pte::decode(geometry.kind, raw) {
                Pte::Empty => continue,
                Pte::Mapped { protnone: true, .. } | Pte::Swapped { .. } => {
                    return at("is neither empty nor present", "only entries that lead to frames can be given");
                }
                pte @ Pte::Mapped { pfn, .. } if raw != pte.encode(geometry.kind) && !leads_down(pfn) => {
                    return at(&format!("has bits that mean nothing here, {byte:#x}"), "docs/pte.md has the bits");
                }
                pte => pte.mapped().expect("what is left maps a frame"),
            };
            if vpn.0 >= geometry.user_pages {
                return at("is beyond the addresses of processes", "leave it empty");
            }
            if !self.bytes.iter().any(|(pfn, _)| *pfn == to) {
                return at(&format!("leads to {to}, which is not given"), "give its bytes, or leave the entry empty");
            }
            self.entries.push(Entry { table, index, level, vpn, raw, to });
            match level {
                0 => self.enter(to, seen)?,
                _ => self.table(mm, to, level - 1, vpn, seen)?,
            }
        }
        Ok(())
    }

    /// Each frame is one table or one page.
    fn enter(&self, pfn: Pfn, seen: &mut BTreeSet<Pfn>) -> Result<(), Refusal> {
        if !self.bytes.iter().any(|(given, _)| *given == pfn) {
            return refuse(format!("load_tables: {pfn}, the uppermost table, is not given"), "give its bytes");
        }
        if !seen.insert(pfn) {
            return refuse(format!("load_tables: two entries lead to {pfn}"), "a frame is one table or one page");
        }
        Ok(())
    }

    fn of(&self, pfn: Pfn) -> &[u8] {
        let found = self.bytes.iter().find(|(given, _)| *given == pfn);
        &found.expect("what is used is given").1
    }

    fn pages(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.level == 0)
    }
}

impl Mm {
    /// Makes the process `info`, whose uppermost table is the given memory's, over that memory.
    pub(crate) fn load_space(&mut self, info: ProcessInfo, memory: &Given, t: &mut impl Trace) {
        let pid = info.pid;
        let tables = memory.tables.iter().map(|(pfn, level, base)| {
            (*pfn, Frame { state: FrameUse::Table { pid, level: *level }, index: base.0, ..Frame::default() })
        });
        let pages = memory.pages().map(|entry| (entry.to, Frame { state: FrameUse::Page, ..Frame::default() }));
        for (pfn, used) in tables.chain(pages) {
            self.allocator_mut().claim(FreeRun { start: pfn, len: 1 }, t);
            self.set_frame(pfn, |f| *f = used, t);
        }
        for (pfn, bytes) in &memory.bytes {
            self.load_bytes(*pfn, bytes, memory, t);
        }
        self.add_space(info, t);
        for entry in memory.entries.iter().filter(|entry| entry.level > 0) {
            self.set_raw_pte(place(pid, entry), entry.raw, t);
        }
        self.load_areas(pid, memory, t);
        for entry in memory.pages() {
            self.load_page(pid, entry, t);
        }
    }

    /// Writes a frame's bytes. Entries that lead somewhere are written one by one after it.
    fn load_bytes(&mut self, pfn: Pfn, bytes: &[u8], memory: &Given, t: &mut impl Trace) {
        let shift = self.geometry().entry_shift;
        let mut bytes = bytes.to_vec();
        bytes.resize(self.ram().stored_size(), 0);
        for entry in memory.entries.iter().filter(|entry| entry.table == pfn) {
            let at = usize::from(entry.index) << shift;
            bytes[at..at + (1 << shift)].fill(0);
        }
        let contents: Contents = bytes.iter().any(|byte| *byte != 0).then(|| bytes.into());
        if contents.is_some() || self.ram().bytes(pfn).is_some() {
            self.set_contents(pfn, None, contents, t);
        }
    }

    /// An area for each stretch of pages of the same rights.
    fn load_areas(&mut self, pid: Pid, memory: &Given, t: &mut impl Trace) {
        let mut pages = memory.pages().map(|entry| (entry.vpn, self.rights(entry.raw))).collect::<Vec<_>>();
        pages.sort_unstable_by_key(|(vpn, _)| *vpn);
        for stretch in pages.chunk_by(|(a, of_a), (b, of_b)| a.0 + 1 == b.0 && of_a == of_b) {
            let ((start, prot), len) = (stretch[0], stretch.len() as u64);
            let Pages { start, end } = Pages::at(start, len);
            let flags = if prot.contains(Prot::WRITE) { VmaFlags::ACCOUNT } else { VmaFlags::empty() };
            let (id, pgoff, chain) = (self.new_vma_id(), start.0, Vec::new());
            self.insert_vma(Vma { id, pid, start, end, prot, flags, pgoff, object: None, anon_vma: None, chain }, t);
        }
    }

    fn rights(&self, raw: RawPte) -> Prot {
        let kind = self.geometry().kind;
        let bits = Pte::decode(kind, raw).mapped().map(|(_, bits)| bits);
        let PteBits { writable, exec, .. } = bits.expect("a page's entry maps it");
        let exec = exec && kind != GeometryKind::X86_32;
        let with = |on: bool, right: Prot| if on { right } else { Prot::empty() };
        Prot::READ | with(writable, Prot::WRITE) | with(exec, Prot::EXEC)
    }

    fn load_page(&mut self, pid: Pid, entry: &Entry, t: &mut impl Trace) {
        let vma = self.space(pid).find(entry.vpn).expect("an area was made for it").cover();
        let owner = Owner::Anon(self.prepare_anon_vma(vma, t));
        let enter = |f: &mut Frame| (f.mapping, f.index, f.mapcount) = (owner, vma.index_of(entry.vpn), 1);
        self.set_frame(entry.to, enter, t);
        self.enter_rmap(place(pid, entry), entry.to, t);
        self.set_raw_pte(place(pid, entry), entry.raw, t);
        self.count_pages(pid, 1);
    }
}

fn place(pid: Pid, entry: &Entry) -> PtePlace {
    let Entry { table, index, level, vpn, .. } = *entry;
    PtePlace { pid, table, index, level, vpn }
}

/// The bytes of hexadecimal digits, filled up with zeroes.
fn bytes_of(digits: &str, size: usize) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() || digits.len() > 2 * size {
        return None;
    }
    let byte = |pair: &[u8]| {
        let digit = |c: u8| char::from(c).to_digit(16);
        Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)
    };
    let mut bytes: Vec<u8> = pairs.map(byte).collect::<Option<_>>()?;
    bytes.resize(size, 0);
    Some(bytes)
}
