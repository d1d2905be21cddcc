//! Settings of heaps, as commands carry them: the kind of allocator and what can be chosen of it.

use crate::config::{KmallocConfig, KmallocKind, ParagraphFit, StandIn};
use crate::refusal::{Check, refuse};
use strum::{EnumString, IntoStaticStr, VariantNames};

/// The kind of a heap with its settings. As text, in recordings and on the command line: `phk,directory=doubling`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum HeapSettings {
    /// phkmalloc: all bookkeeping outside the program's pages.
    Phk(Phk),
    /// The allocator of Kernighan and Ritchie's book: one circular list of free blocks, a header before each block.
    Kr(Kr),
    /// Doug Lea's allocator, as glibc has it: boundary tags, bins, a top block.
    Dl(Dl),
    /// A mapping for each request.
    MmapDirect(MmapDirect),
    /// A list over addresses of its own, which touches no memory: the exercise program of OSTEP, chapter 17.
    Freelist(Freelist),
    /// The kernel's: page arrays of paragraphs of 16 bytes.
    Paragraph(Paragraph),
    /// The kernel's: the buckets of Linux 2.0.
    Linux20(Linux20),
    /// The kernel's: powers of two, the size known for each page.
    MckusickKarels(MckusickKarels),
    Svr4(Svr4),
    /// The kernel's: slabs.
    Slab(Slab),
}

/// The names of the kinds that a process may have.
pub const HEAP_KINDS: [&str; 5] = ["phk", "kr", "dl", "mmap_direct", "freelist"];
/// The names of the kinds that the kernel may have, behind `kmalloc`.
pub const KMALLOC_KINDS: [&str; 5] = ["paragraph", "linux_2_0", "mckusick_karels", "slab", "svr4"];

impl Default for HeapSettings {
    fn default() -> HeapSettings {
        HeapSettings::Freelist(Freelist::default())
    }
}

/// Settings of phkmalloc.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Phk {
    /// Letters of `/etc/malloc.conf`: `A` abort at a bad pointer, `H` tell the kernel of free pages, `J` junk, `R` move
    /// at every realloc, `V` no block for 0 bytes, `X` abort when memory is out, `Z` zero; `>` doubles and `<` halves
    /// the pages kept at the end. A small letter turns off.
    pub options: String,
    pub directory: Directory,
    /// With `hysteresis`: pages of directory more than needed now.
    pub ahead: u64,
    /// With `reserved`: pages of heap for which the directory has room.
    pub reserve: u64,
    /// The most pages that the heap may have of the kernel, as `RLIMIT_DATA` sets it; none if missing.
    pub limit: Option<u64>,
}

/// What becomes of phkmalloc's page directory when the heap outgrows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Directory {
    /// A larger one is mapped, just large enough, the old one copied and unmapped (the mail of Feb 2005).
    #[default]
    Remade,
    /// The same, some pages larger than needed (Dillon's answer to the mail).
    Hysteresis,
    /// The same, twice as large.
    Doubling,
    /// It never is: address space for the largest is reserved at the start.
    Reserved,
    /// It is resized by `mremap`: page-table entries move, bytes do not.
    Mremap,
    /// Another page is linked to it (OpenBSD): nothing is copied, a look-up follows the links.
    Linked,
}

/// Settings of the book's allocator.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Kr {
    /// The least number of units (of a header's size) asked of the kernel at a time: the book's `NALLOC`.
    pub units: u64,
    pub limit: Option<u64>,
}

/// Settings of Doug Lea's allocator, all in bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Dl {
    /// A free top block of this size is given back.
    pub trim_threshold: u64,
    /// A request of this size gets a mapping of its own, if no free block serves it.
    pub mmap_threshold: u64,
    /// Asked of the kernel beyond what is needed, and left in place by a trim.
    pub top_pad: u64,
    pub limit: Option<u64>,
}

/// Settings of the heap that maps each request.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct MmapDirect {
    pub limit: Option<u64>,
}

/// Settings of the list over addresses of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Freelist {
    /// The first address, and the number of bytes from there.
    pub base: u64,
    pub size: u64,
    pub policy: Policy,
    pub list: ListOrder,
    pub coalesce: bool,
    /// Bytes of a header before each block.
    pub header: u64,
    /// Sizes are rounded up to a multiple of this; -1 for no rounding.
    pub align: i64,
    /// As the published program: the list is put in order at a free only, and only neighbours in the list are joined.
    /// Without, it is in order always, and neighbours are joined wherever they stand in it.
    pub quirks: bool,
}

/// Settings of the page arrays of paragraphs. In these and the next ones, `frames` is how many the machine has.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Paragraph {
    pub fit: ParagraphFit,
    /// Neighbours are joined when no free block is long enough.
    pub coalesce: bool,
    /// Pages that a new page array has at least.
    pub array: u32,
    pub frames: u32,
}

/// Linux 2.0's buckets have no settings.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Linux20 {}

/// Settings of McKusick and Karels' allocator.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct MckusickKarels {
    pub frames: u32,
}

/// Settings of System V's lazy buddy.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Svr4 {
    pub frames: u32,
}

/// Settings of slabs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Slab {
    pub colouring: bool,
    /// An empty slab goes back at once.
    pub reap: bool,
    pub frames: u32,
}

/// Which free block serves a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Policy {
    /// The smallest that is large enough; of several the first.
    #[default]
    Best,
    /// The largest; of several the first.
    Worst,
    First,
}

/// Where a freed block goes in the list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, EnumString, IntoStaticStr, VariantNames)]
pub enum ListOrder {
    #[default]
    #[strum(serialize = "addrsort")]
    Address,
    #[strum(serialize = "sizesort+")]
    Smallest,
    #[strum(serialize = "sizesort-")]
    Largest,
    #[strum(serialize = "insert-front")]
    Front,
    #[strum(serialize = "insert-back")]
    Back,
}

impl Default for Phk {
    fn default() -> Phk {
        Phk { options: String::new(), directory: Directory::default(), ahead: 16, reserve: 1 << 20, limit: None }
    }
}

impl Default for Kr {
    fn default() -> Kr {
        Kr { units: 1024, limit: None }
    }
}

impl Default for Dl {
    fn default() -> Dl {
        let bytes = 128 << 10;
        Dl { trim_threshold: bytes, mmap_threshold: bytes, top_pad: bytes, limit: None }
    }
}

impl Default for Freelist {
    fn default() -> Freelist {
        Freelist {
            base: 1000,
            size: 100,
            policy: Policy::default(),
            list: ListOrder::default(),
            coalesce: false,
            header: 0,
            align: -1,
            quirks: true,
        }
    }
}

/// Letters that `options` may have.
const LETTERS: &str = "AaHhJjRrVvXxZz<>";
/// A directory has room for at most this many pages of heap; a list for this many bytes.
const MOST: u64 = 1 << 32;

impl HeapSettings {
    /// The name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            HeapSettings::Phk(_) => "phk",
            HeapSettings::Kr(_) => "kr",
            HeapSettings::Dl(_) => "dl",
            HeapSettings::MmapDirect(_) => "mmap_direct",
            HeapSettings::Freelist(_) => "freelist",
            HeapSettings::Paragraph(_) => "paragraph",
            HeapSettings::Linux20(_) => "linux_2_0",
            HeapSettings::MckusickKarels(_) => "mckusick_karels",
            HeapSettings::Slab(_) => "slab",
            HeapSettings::Svr4(_) => "svr4",
        }
    }

    /// The settings of the kernel's own heap, on a machine of so many frames.
    pub fn of_kernel(config: &KmallocConfig, frames: u32) -> HeapSettings {
        let KmallocConfig { kind, fit, coalesce, array, colouring, reap } = *config;
        match kind {
            KmallocKind::Paragraph => HeapSettings::Paragraph(Paragraph { fit, coalesce, array, frames }),
            KmallocKind::Linux20 => HeapSettings::Linux20(Linux20 {}),
            KmallocKind::MckusickKarels => HeapSettings::MckusickKarels(MckusickKarels { frames }),
            KmallocKind::Slab => HeapSettings::Slab(Slab { colouring, reap, frames }),
            KmallocKind::Svr4 => HeapSettings::Svr4(Svr4 { frames }),
        }
    }

    /// The settings of the heap that a machine makes where a program asks for this one. One of the same kind keeps what
    /// was asked of it otherwise, and any its limit.
    pub fn stand_in(&self, by: StandIn) -> HeapSettings {
        let limit = self.limit();
        let phk = |directory: Option<Directory>| {
            let mut phk = if let HeapSettings::Phk(phk) = self { phk.clone() } else { Phk { limit, ..Phk::default() } };
            phk.directory = directory.unwrap_or(phk.directory);
            HeapSettings::Phk(phk)
        };
        match (by, self) {
            (StandIn::AsAsked, _)
            | (_, HeapSettings::Freelist(_))
            | (StandIn::Kr, HeapSettings::Kr(_))
            | (StandIn::Dl, HeapSettings::Dl(_)) => self.clone(),
            (StandIn::Phk, _) => phk(None),
            (StandIn::PhkHysteresis, _) => phk(Some(Directory::Hysteresis)),
            (StandIn::PhkDoubling, _) => phk(Some(Directory::Doubling)),
            (StandIn::PhkReserved, _) => phk(Some(Directory::Reserved)),
            (StandIn::PhkMremap, _) => phk(Some(Directory::Mremap)),
            (StandIn::PhkLinked, _) => phk(Some(Directory::Linked)),
            (StandIn::Kr, _) => HeapSettings::Kr(Kr { limit, ..Kr::default() }),
            (StandIn::Dl, _) => HeapSettings::Dl(Dl { limit, ..Dl::default() }),
            (StandIn::MmapDirect, _) => HeapSettings::MmapDirect(MmapDirect { limit }),
        }
    }

    /// Whether this is the kernel's kind of heap, and no program's.
    pub fn is_kernels(&self) -> bool {
        KMALLOC_KINDS.contains(&self.kind())
    }

    /// The most pages that the heap may have of the kernel.
    pub fn limit(&self) -> Option<u64> {
        match self {
            HeapSettings::Phk(phk) => phk.limit,
            HeapSettings::Kr(kr) => kr.limit,
            HeapSettings::Dl(dl) => dl.limit,
            HeapSettings::MmapDirect(direct) => direct.limit,
            HeapSettings::Freelist(_)
            | HeapSettings::Paragraph(_)
            | HeapSettings::Linux20(_)
            | HeapSettings::MckusickKarels(_)
            | HeapSettings::Svr4(_)
            | HeapSettings::Slab(_) => None,
        }
    }

    /// Checks the settings for a machine with pages of `page_size` bytes.
    ///
    /// # Errors
    /// A setting that makes no sense, or pages too small for the allocator.
    pub fn check(&self, page_size: u64) -> Check {
        let needs = match self {
            HeapSettings::Phk(_) => 1024,
            HeapSettings::Dl(_) => 4096,
            HeapSettings::Kr(_) | HeapSettings::MmapDirect(_) | HeapSettings::Freelist(_) => 1,
            HeapSettings::Paragraph(_)
            | HeapSettings::Linux20(_)
            | HeapSettings::MckusickKarels(_)
            | HeapSettings::Svr4(_)
            | HeapSettings::Slab(_) => 4096,
        };
        if page_size < needs && self.is_kernels() {
            let what = format!("kmalloc: {} cannot work with pages of {page_size} bytes", self.kind());
            return refuse(what, "use a machine with pages of 4 KiB");
        }
        if page_size < needs {
            let what = format!("heap: {} cannot work with pages of {page_size} bytes", self.kind());
            return refuse(what, "use \"kr\", \"mmap_direct\" or \"freelist\" here, or a machine with pages of 4 KiB");
        }
        match self {
            HeapSettings::Phk(phk) => phk.check(),
            HeapSettings::Kr(kr) => within("units", kr.units, 1, 1 << 20),
            HeapSettings::Dl(dl) => within("trim_threshold", dl.trim_threshold, 0, MOST)
                .and(within("mmap_threshold", dl.mmap_threshold, 1, MOST))
                .and(within("top_pad", dl.top_pad, 0, MOST)),
            HeapSettings::MmapDirect(_) => Ok(()),
            HeapSettings::Freelist(list) => list.check(),
            // The machine's configuration has them, and was checked with it.
            HeapSettings::Paragraph(_)
            | HeapSettings::Linux20(_)
            | HeapSettings::MckusickKarels(_)
            | HeapSettings::Svr4(_)
            | HeapSettings::Slab(_) => Ok(()),
        }
    }
}

impl Phk {
    fn check(&self) -> Check {
        if let Some(letter) = self.options.chars().find(|letter| !LETTERS.contains(*letter)) {
            return refuse(format!("heap: phk has no option `{letter}`"), "there are A, H, J, R, V, X, Z, < and >");
        }
        within("options: letters", self.options.len() as u64, 0, 16)
            .and(within("ahead", self.ahead, 0, MOST))
            .and(within("reserve", self.reserve, 16, MOST))
    }
}

impl Freelist {
    fn check(&self) -> Check {
        if self.align != -1 && self.align < 1 {
            return refuse(format!("heap: align: {}", self.align), "use a number of bytes, or -1 for none");
        }
        within("base", self.base, 0, 1 << 48)
            .and(within("size", self.size, 1, MOST))
            .and(within("header", self.header, 0, self.size))
            .and(within("align", self.align.max(1) as u64, 1, self.size))
    }
}

fn within(name: &str, n: u64, least: u64, most: u64) -> Check {
    if (least..=most).contains(&n) {
        return Ok(());
    }
    refuse(format!("heap: {name}: {n} is outside {least} to {most}"), "choose a number in between")
}
