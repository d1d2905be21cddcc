//! The way back from a frame, as each reverse-mapping scheme stores it.

use super::PteTarget;
use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A PTE on the way back.
    struct PteDto {
        pid: u32,
        vpn: u64,
        to: PteTarget,
        /// Frame number, or slot number when swapped.
        at: u32,
        /// It maps the frame whose way back this is.
        hit: bool,
        /// The number of its visit in the search under way, from 1; 0: not visited yet. The same in all parts of the
        /// way back.
        visit: u32,
    }

    /// A process whose tables are searched.
    struct TableDto {
        pid: u32,
        entries: u32,
        /// How many of `entries` have been visited.
        seen: u32,
        visit: u32,
        /// The number of PTEs found that map the frame.
        finds: u32,
        /// The first of `finds`.
        found: Vec<PteDto>,
        /// The PTE being visited.
        present: Option<PteDto>,
    }

    /// `processes` are those after the first `before` of `count`.
    struct TablesDto { count: u32, before: u32, entries: u64, processes: Vec<TableDto> }

    struct PairVmaDto { pid: u32, start: u64, pgoff: f64 }

    struct RightDto { pid: u32, vpn: u64, vma: u32, offset: f64 }

    struct PairDto {
        /// VMA and offset in pages; `None` if the frame is shared, so that nothing is stored.
        stored: Option<(u32, f64)>,
        /// That VMA, if it still exists.
        vma: Option<PairVmaDto>,
        /// The page that the pair leads to, if inside the VMA.
        page: Option<u64>,
        /// That page's PTE, if a table covers it.
        pte: Option<PteDto>,
        /// PTEs that map the frame and for which another pair would be right.
        wrong: Vec<RightDto>,
        visit: u32,
    }

    /// Oldest pointer first; fewer cells than the link has room for: the rest are empty.
    struct LinkDto { link: u32, visit: u32, cells: Vec<PteDto> }

    struct ChainDto {
        direct: Option<PteDto>,
        /// The present visit is to this VMA, of this process, in which the PTE just found lies.
        vma: Option<(u32, u32)>,
        size: u8,
        pointers: u32,
        count: u32,
        before: u32,
        /// Newest first, those after the first `before` of `count`.
        links: Vec<LinkDto>,
    }

    struct NodeDto {
        vma: u32,
        pid: u32,
        name: String,
        /// For a merged page: the anon_vma of the item that leads here.
        item: Option<u32>,
        /// The index searched for in it.
        index: f64,
        /// Depth in the tree.
        depth: u32,
        /// First index that it maps, and the greatest of its subtree.
        first: f64,
        last: f64,
        max: f64,
        /// Its first page.
        start: u64,
        /// A search for the frame visits it.
        looked: bool,
        covers: bool,
        visit: u32,
        /// The PTE of the page that the index stands for, if the VMA covers it and a table does.
        pte: Option<PteDto>,
        /// The anon_vmas that it is linked to, and its own.
        chain: Vec<u32>,
        own: Option<u32>,
    }

    /// The VMAs of an anon_vma (forked from `parent`), of an object (by `name`), or of all items of a merged page's
    /// `stable` node, in order.
    struct VmasDto {
        tree: bool,
        stable: Option<u32>,
        anon_vma: Option<u32>,
        parent: Option<u32>,
        name: String,
        /// The frame's index in it.
        index: f64,
        /// The number of PTEs counted for the frame: with the last of them a search ends.
        mapcount: u32,
        count: u32,
        /// How many of `count` a search visits.
        looks: u32,
        /// Some of `count`.
        nodes: Vec<NodeDto>,
    }

    struct CostItemDto { what: &'static str, count: u64, each: u64 }

    /// The memory that the reverse map of the whole machine takes: structures of `each` bytes, for `pages` mapped
    /// pages.
    struct CostDto { items: Vec<CostItemDto>, pages: u32 }

    /// The way back from a frame as the machine's scheme stores it; parts that do not apply are `None`.
    struct WayBackDto {
        pfn: u32,
        /// The number of visits so far of the search for this frame; 0 if none is under way. The latest visit has this
        /// number.
        visits: u32,
        pair: Option<PairDto>,
        tables: Option<TablesDto>,
        chain: Option<ChainDto>,
        vmas: Option<VmasDto>,
        cost: CostDto,
    }
}
