//! Which lines of the processor's cache an event reads or writes. The cache listens: what happens in the machine does
//! not depend on it.
//!
//! ```text
//! physical addresses   0 ....... RAM | descriptors, 64 bytes a frame | heads of free lists, 16 | maps, 1 bit a frame
//! ```
//! Seen are the bytes that processes and file calls reach, the entries that the MMU reads, the descriptors written, the
//! free lists with the neighbours that are linked anew, the words of allocators' own maps, and those of the kernel's
//! heap. Pages zeroed and copied whole go past it, as by stores that bypass the cache; searches of the reverse map are
//! not seen.

use crate::config::Config;
use crate::hw::cpu_cache::{CpuCache, Looked};
use crate::hw::geometry::Geometry;
use crate::units::Pfn;
use crate::vocabulary::event::{CacheUser, Event};
use crate::vocabulary::free_lists::LISTS_PER_ZONE;
use crate::vocabulary::process::KERNEL;

/// Bytes of a descriptor, Linux's `struct page`.
const DESCRIPTOR: u64 = 64;
/// Bytes of the head of a list: two pointers.
const HEAD: u64 = 16;
/// Zones that have lists, at most.
const ZONES: u64 = 8;

/// The cache of a machine, and where in memory things are.
#[derive(Clone, Debug)]
pub struct Caching {
    cache: CpuCache,
    geometry: &'static Geometry,
    frames: u64,
}

impl Caching {
    /// The cache of a configuration, empty; `None` if it has none.
    pub fn new(config: &Config) -> Option<Caching> {
        let cache = config.cpu_cache.make()?;
        Some(Caching { cache, geometry: config.geometry.geometry(), frames: config.all_frames().into() })
    }

    /// The cache itself.
    pub fn cache(&self) -> &CpuCache {
        &self.cache
    }

    /// Calls `hear` with an [`Event::CacheLine`] for each line that an event reads or writes, in order.
    pub fn listen(&mut self, event: &Event, mut hear: impl FnMut(&Event)) {
        for Reached { by, address, bytes } in self.reached(event).into_iter().flatten() {
            for line in self.cache.line_of(address)..=self.cache.line_of(address + bytes - 1) {
                let Looked { at, evicted } = self.cache.look(line);
                hear(&Event::CacheLine { line, by, at, evicted });
            }
        }
    }

    fn reached(&self, event: &Event) -> [Option<Reached>; 3] {
        let one = |by, address, bytes| [Some(Reached { by, address, bytes }), None, None];
        let kernel = |address| Some(Reached { by: CacheUser::Kernel, address, bytes: 1 });
        if let Event::Use { pfn, offset, bytes, .. } = *event {
            return one(CacheUser::Process, self.byte(pfn, offset.into()), u64::from(bytes).max(1));
        }
        if let Event::Walk { table, index, .. } = *event {
            let size = self.geometry.page_size() / self.geometry.entries();
            return one(CacheUser::Mmu, self.byte(table, u64::from(index) * size), size);
        }
        if let Event::Frame { pfn, .. } = *event {
            return one(CacheUser::Kernel, self.descriptor(pfn), 1);
        }
        if let Event::Free { run, list, prev, .. } = *event {
            let number = u64::from(list.zone) * LISTS_PER_ZONE as u64 + u64::from(list.list);
            let head = self.heads() + number * HEAD;
            return [
                kernel(head),
                kernel(self.descriptor(run.start)),
                prev.and_then(|pfn| kernel(self.descriptor(pfn))),
            ];
        }
        if let Event::Mark { pfn, words } = *event {
            return one(CacheUser::Kernel, self.maps() + u64::from(pfn.0 / 64) * 8, u64::from(words) * 8);
        }
        if let Event::Word { pid: KERNEL, addr, bytes, .. } = *event {
            return one(CacheUser::Kernel, addr.0, bytes.into());
        }
        [None, None, None]
    }

    fn byte(&self, pfn: Pfn, offset: u64) -> u64 {
        u64::from(pfn.0) * self.geometry.page_size() + offset
    }

    fn descriptor(&self, pfn: Pfn) -> u64 {
        self.frames * self.geometry.page_size() + u64::from(pfn.0) * DESCRIPTOR
    }

    fn heads(&self) -> u64 {
        self.descriptor(Pfn(self.frames as u32))
    }

    fn maps(&self) -> u64 {
        self.heads() + ZONES * LISTS_PER_ZONE as u64 * HEAD
    }
}

/// Some bytes of memory, and who reached them.
struct Reached {
    by: CacheUser,
    address: u64,
    bytes: u64,
}
