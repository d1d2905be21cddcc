//! Changes of processes, VMAs and what pages belong to, in words.

use super::{changes, count, who};
use crate::lab::time::view::View;
use crate::units::{ObjectId, Pid, StableId, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVma;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::{ObjectInfo, ObjectKind};
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::vma::{Vma, VmaFlags};
use std::collections::BTreeSet;

pub(super) fn process(pid: Pid, before: Option<&ProcessInfo>, after: Option<&ProcessInfo>) -> String {
    match (before, after) {
        (None, Some(new)) => {
            let from = new.parent.map(|parent| format!(", a child of {parent}")).unwrap_or_default();
            format!("process {pid}{} begins{from}; the root of its page tables is {}", called(&new.name), new.root)
        }
        (Some(old), Some(new)) => changes(
            &format!("process {pid}"),
            &[
                (old.name != new.name).then(|| format!("is now called {:?}", new.name)),
                (old.root != new.root).then(|| format!("has its root table in {} instead of {}", new.root, old.root)),
                (old.brk_start != new.brk_start).then(|| format!("has its heap start at {}", new.brk_start)),
                (old.brk != new.brk).then(|| format!("has its break moved from {} to {}", old.brk, new.brk)),
                (old.def_flags != new.def_flags).then(|| match vma_flag_names(new.def_flags) {
                    none if none.is_empty() => "no longer locks what it maps from now on".into(),
                    names => format!("gives what it maps from now on the flags {}", names.join(", ")),
                }),
                (old.parent != new.parent).then(|| match new.parent {
                    Some(parent) => format!("is now a child of {parent}"),
                    None => "has no parent any more".into(),
                }),
            ],
        ),
        (Some(old), None) => format!("process {pid}{} is gone", called(&old.name)),
        (None, None) => format!("process {pid} does not exist"),
    }
}

fn called(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" ({name})") }
}

pub(super) fn vma(view: &View, id: VmaId, before: Option<&Vma>, after: Option<&Vma>) -> String {
    let addr = |vpn: Vpn| view.geometry().addr(vpn);
    let range = |vma: &Vma| format!("{}-{} ({})", addr(vma.start), addr(vma.end), count(vma.pages(), "page"));
    match (before, after) {
        (None, Some(new)) => {
            format!("{} gets VMA {id}: {}, {}, {}", who(new.pid), range(new), new.prot, backing(view, new))
        }
        (Some(old), None) => format!("VMA {id} of {} at {} is gone", who(old.pid), range(old)),
        (Some(old), Some(new)) => changes(
            &format!("VMA {id} of {}", who(new.pid)),
            &[
                ((old.start, old.end) != (new.start, new.end))
                    .then(|| format!("now covers {} instead of {}", range(new), range(old))),
                (old.pid != new.pid).then(|| format!("moves from process {}", old.pid)),
                (old.prot != new.prot).then(|| format!("changes its protection from {} to {}", old.prot, new.prot)),
                (old.flags != new.flags).then(|| format!("is now {}", flag_words(new.flags))),
                (old.pgoff != new.pgoff)
                    .then(|| format!("now starts at page offset {:#x} instead of {:#x}", new.pgoff, old.pgoff)),
                (old.object != new.object).then(|| format!("is now backed by {}", backing(view, new))),
                (old.anon_vma != new.anon_vma).then(|| match new.anon_vma {
                    Some(a) => format!("enters its anonymous pages in anon_vma {a}"),
                    None => "has no anon_vma any more".into(),
                }),
                (old.chain != new.chain).then(|| match new.chain.as_slice() {
                    [] => "stands in no anon_vma".into(),
                    chain => {
                        format!(
                            "stands in anon_vma {}",
                            chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                        )
                    }
                }),
            ],
        ),
        (None, None) => format!("VMA {id} does not exist"),
    }
}

fn backing(view: &View, vma: &Vma) -> String {
    let kind = if vma.is_private() { "private" } else { "shared" };
    if vma.flags.contains(VmaFlags::RUN) {
        return format!("the run at frame {}", vma.pgoff);
    }
    match vma.object {
        Some(id) => format!("{kind}, {} from page {:#x}", object_name(view, id), vma.pgoff),
        None => format!("{kind} anonymous memory"),
    }
}

/// A VMA's flags: the short name, as in scripts and on the page, and the words for it.
const VMA_FLAGS: [(VmaFlags, &str, &str); 16] = [
    (VmaFlags::SHARED, "shared", "shared"),
    (VmaFlags::GROWSDOWN, "growsdown", "a stack that grows down"),
    (VmaFlags::NORESERVE, "noreserve", "without reserve"),
    (VmaFlags::ACCOUNT, "account", "accounted"),
    (VmaFlags::LOCKED, "locked", "locked in memory"),
    (VmaFlags::LOCKONFAULT, "lockonfault", "once a page is touched"),
    (VmaFlags::MERGEABLE, "mergeable", "mergeable"),
    (VmaFlags::RUN, "run", "a run"),
    (VmaFlags::DROPPABLE, "droppable", "droppable"),
    (VmaFlags::DONTCOPY, "dontcopy", "not inherited by a child"),
    (VmaFlags::WIPEONFORK, "wipeonfork", "empty in a child"),
    (VmaFlags::DONTDUMP, "dontdump", "not in a core dump"),
    (VmaFlags::HUGEPAGE, "hugepage", "large pages welcome"),
    (VmaFlags::NOHUGEPAGE, "nohugepage", "no large pages"),
    (VmaFlags::RAND_READ, "rand_read", "used in no order"),
    (VmaFlags::SEQ_READ, "seq_read", "used in order"),
];

/// The short names of the flags that are set.
pub fn vma_flag_names(flags: VmaFlags) -> Vec<&'static str> {
    VMA_FLAGS.iter().filter(|(flag, ..)| flags.contains(*flag)).map(|(_, name, _)| *name).collect()
}

fn flag_words(flags: VmaFlags) -> String {
    let set: Vec<&str> =
        VMA_FLAGS.iter().filter(|(flag, ..)| flags.contains(*flag)).map(|(.., words)| *words).collect();
    if set.is_empty() { "without special flags".into() } else { set.join(", ") }
}

pub(super) fn anon_vma(name: &str, before: Option<&AnonVma>, after: Option<&AnonVma>) -> String {
    match (before, after) {
        (None, Some(new)) => match new.parent {
            Some(parent) => format!("{name} is made, a child of {parent}: pages written from now on are entered there"),
            None => format!("{name} is made: the way back from anonymous pages to their VMAs"),
        },
        (Some(old), Some(new)) => membership(name, &old.vmas, &new.vmas),
        (Some(_), None) => format!("{name} is gone: no VMA stands in it"),
        (None, None) => format!("{name} does not exist"),
    }
}

pub(super) fn stable_node(id: StableId, before: Option<&StableNode>, after: Option<&StableNode>) -> String {
    let name = format!("stable node {id}");
    let items = |a: &StableNode, b: &StableNode| {
        let words: Vec<String> =
            a.items.difference(&b.items).map(|(a, index)| format!("anon_vma {a} at {index:#x}")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    };
    match (before, after) {
        (None, Some(new)) => format!("{name} is made for {}: the way back from a page of several owners", new.pfn),
        (Some(old), Some(new)) => changes(
            &name,
            &[
                items(new, old).map(|items| format!("now leads to {items}, too")),
                items(old, new).map(|items| format!("does not lead to {items} any more")),
            ],
        ),
        (Some(old), None) => format!("{name} ends with {}", old.pfn),
        (None, None) => format!("{name} does not exist"),
    }
}

pub(super) fn object(id: ObjectId, before: Option<&ObjectInfo>, after: Option<&ObjectInfo>) -> String {
    let name = |info: &ObjectInfo| kind_name(id, &info.kind);
    match (before, after) {
        (None, Some(new)) => format!("{} is opened as a memory object", name(new)),
        (Some(old), Some(new)) if (old.size, old.unlinked) != (new.size, new.unlinked) => changes(
            &name(new),
            &[
                (old.size != new.size).then(|| match new.size {
                    Some(size) => format!("is now {} long", count(size, "byte")),
                    None => "has no known size any more".into(),
                }),
                (old.unlinked != new.unlinked).then(|| "loses its name: it ends with its last mapping".into()),
            ],
        ),
        (Some(old), Some(new)) => membership(&name(new), &old.vmas, &new.vmas),
        (Some(old), None) => format!("{} is gone", name(old)),
        (None, None) => format!("object {id} does not exist"),
    }
}

/// Which VMAs joined or left a set.
fn membership(name: &str, old: &BTreeSet<VmaId>, new: &BTreeSet<VmaId>) -> String {
    let ids = |a: &BTreeSet<VmaId>, b: &BTreeSet<VmaId>| {
        a.difference(b).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let (joined, left) = (ids(new, old), ids(old, new));
    changes(
        name,
        &[
            (!joined.is_empty()).then(|| format!("now leads to VMA {joined}, too")),
            (!left.is_empty()).then(|| format!("does not lead to VMA {left} any more")),
        ],
    )
}

fn kind_name(id: ObjectId, kind: &ObjectKind) -> String {
    match kind {
        ObjectKind::File(name) => format!("the file {name}"),
        ObjectKind::Shm(name) => format!("the shared memory {name}"),
        ObjectKind::Shmem => format!("shared memory {id}"),
    }
}

pub(super) fn object_name(view: &View, id: ObjectId) -> String {
    match view.objects.get(&id) {
        Some(object) => kind_name(id, &object.info.kind),
        None => format!("object {id}"),
    }
}

pub(super) fn owner_name(view: &View, owner: Owner) -> String {
    match owner {
        Owner::None => "nothing".into(),
        Owner::Anon(id) => format!("anon_vma {id}"),
        Owner::Object(id) => object_name(view, id),
        Owner::Ksm(id) => format!("stable node {id}"),
    }
}
