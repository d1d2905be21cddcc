//! The words that every room above uses: commands go in, events come out, and the plain data that both carry.
//!
//! Nothing here changes a machine. Stands on `hw` and `config`: an event names the real bits of an entry, a slot, a
//! page's bytes.

pub mod about_event;
pub mod access;
pub mod anon_vma;
pub mod area;
pub mod boot;
pub mod chart;
pub mod command;
pub mod entry;
pub mod event;
pub mod frame;
pub mod free_lists;
pub mod heap;
pub mod id_map;
pub mod object;
pub mod page_hash;
pub mod pages;
pub mod place;
pub mod port;
pub mod process;
pub mod prot;
pub mod question;
pub mod rank;
pub mod reply;
pub mod report;
pub mod request;
pub mod run;
pub mod show;
pub mod stable_node;
pub mod thing;
pub mod trace;
pub mod vma;
