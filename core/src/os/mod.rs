//! The teaching operating system: processes and their system calls, on top of the memory manager.

pub mod dispatch;
mod heap;
pub mod machine;
pub mod port;
pub mod process;
pub mod refuse;
pub mod syscall;
