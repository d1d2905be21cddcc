//! The kernel's small objects: figures that follow from the algorithms, random requests on every frame allocator, and
//! the fair table of docs/kmalloc.md, which four workloads make.

mod colours;
mod figures;
mod kernel;
mod pointers;
mod requests;
mod rounding;
mod row;
mod table;
mod workloads;
