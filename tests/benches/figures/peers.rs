//! What the parts of a page fault cost when well-kept libraries do them, each alone.

use memory_addr::{PhysAddr, VirtAddr};
use page_table_entry::x86_64::X64PTE;
use page_table_multiarch::{MappingFlags, PageSize, PageTable64, PagingHandler, PagingMetaData};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

pub struct FourLevels;

impl PagingMetaData for FourLevels {
    const LEVELS: usize = 4;
    const PA_MAX_BITS: usize = 52;
    const VA_MAX_BITS: usize = 48;
    type VirtAddr = VirtAddr;
    fn flush_tlb(_vaddr: Option<VirtAddr>) {}
}

thread_local! {
    static TABLES: RefCell<Vec<Box<Aligned>>> = const { RefCell::new(Vec::new()) };
}

#[repr(align(4096))]
struct Aligned(#[allow(dead_code)] [u8; 4096]);

/// Tables live in the host's memory; a "physical" address is the host's.
pub struct HostMemory;

impl PagingHandler for HostMemory {
    fn alloc_frames(num: usize, _align: usize) -> Option<PhysAddr> {
        assert_eq!(num, 1, "only single tables are asked for");
        TABLES.with_borrow_mut(|tables| {
            tables.push(Box::new(Aligned([0; 4096])));
            let address = std::ptr::from_ref(tables.last()?.as_ref()).expose_provenance();
            Some(address.into())
        })
    }
    fn dealloc_frames(_paddr: PhysAddr, _num: usize) {}
    fn phys_to_virt(paddr: PhysAddr) -> VirtAddr {
        paddr.as_usize().into()
    }
}

/// A four-level table of x86-64 in the host's memory.
pub type Table = PageTable64<FourLevels, X64PTE, HostMemory>;

/// Frees the tables of all that were dropped.
pub fn free_tables() {
    TABLES.with_borrow_mut(Vec::clear);
}

/// For each page of each VMA: a lookup in a `BTreeMap` of the VMAs, a pop off a stack of frames, a map of one page.
pub fn parts_of_a_fault(base: u64, vmas: u64, per_vma: u64) -> Duration {
    let map: BTreeMap<u64, u64> = (0..vmas).map(|n| (base / 4096 + n * 2 * per_vma, per_vma)).collect();
    let mut stack: Vec<u32> = (0..(vmas * per_vma) as u32).rev().collect();
    let mut table = Table::try_new().expect("a root table");
    let flags = MappingFlags::READ | MappingFlags::WRITE | MappingFlags::USER;
    let start = Instant::now();
    for n in 0..vmas {
        for page in 0..per_vma {
            let vpn = base / 4096 + n * 2 * per_vma + page;
            let found = map.range(..=black_box(vpn)).next_back().expect("a VMA is there");
            assert!(vpn - found.0 < *found.1);
            let pfn = stack.pop().expect("a frame is there");
            let vaddr = VirtAddr::from((vpn * 4096) as usize);
            let paddr = PhysAddr::from(pfn as usize * 4096);
            table.cursor().map(vaddr, paddr, PageSize::Size4K, flags).expect("the page was not mapped");
        }
    }
    let took = start.elapsed();
    black_box(&table);
    std::mem::forget(table);
    free_tables();
    took
}
