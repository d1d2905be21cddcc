//! The hardware: memory, the memory management unit with its TLB, and the swap disk. Knows nothing of processes.

pub mod cpu_cache;
pub mod disk;
pub mod geometry;
pub mod mmu;
pub mod pte;
pub mod ram;
pub mod tlb;
