//! The arguments of the calls that begin and end processes.

use crate::units::{Pfn, Pid, VirtAddr};
use serde::Serialize;

/// A new process with an empty address space. `pid` defaults to the lowest never used.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Spawn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A process over a memory that is given whole: `pages[n]` is frame n in hexadecimal digits, nothing a frame that is
/// left as it is; `pdbr` the frame of the uppermost table. `pid` defaults to the lowest never used.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct LoadTables {
    pub pages: Vec<String>,
    pub pdbr: Pfn,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
}

/// `fork`. `child` is the child's pid, by default the lowest never used; `name` its name, by default the parent's.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Fork {
    pub pid: Pid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child: Option<Pid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// `execve`: the address space is replaced by an empty one. `brk` places the heap's start.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Exec {
    pub pid: Pid,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brk: Option<VirtAddr>,
}

/// The process ends.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Exit {
    pub pid: Pid,
}
