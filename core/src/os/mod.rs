//! The teaching operating system: processes and their system calls, on top of the memory manager.

pub mod dispatch;
pub mod process;
pub mod refuse;
mod refuse_moves;
pub mod syscall;
