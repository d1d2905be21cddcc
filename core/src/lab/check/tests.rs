//! Each rule notices a machine that breaks it: one part of what is seen of a sound machine is changed, and the rule's
//! name and words are among what is broken.

use super::check_view;
use crate::config::RmapKind;
use crate::hw::pte::Pte;
use crate::lab::time::mapped::WalkStep;
use crate::lab::time::sample::{ANON, FILE, RUN, change_frame, frame_of, sample};
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid, SwapSlot, VirtAddr, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVma;
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::object::{Object, ObjectPage};
use crate::vocabulary::port::PortInfo;
use crate::vocabulary::rank::{RankChange, Ranked};
use crate::vocabulary::run::Run;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::vma::Vma;

/// What is wrong, in words, and a change that makes it so.
type Rule = (&'static str, fn(&mut View));

const RULES: &[Rule] = &[
    ("mapcount: the zero page", |v| change_frame(v, 7, |frame| frame.mapcount = 1)),
    ("2 PTEs map it", |v| change_frame(v, 0, |frame| frame.mapcount = 3)),
    ("pte-rmap: ", |v| {
        let (own, file) = (leaf(v, page(6)), leaf(v, FILE));
        v.ram.set_entry(own.table, own.index, file.raw);
        v.ram.set_entry(file.table, file.index, own.raw);
    }),
    ("is Free, free list says false", |v| change_frame(v, 6, |frame| frame.state = FrameUse::Free)),
    ("is Reserved, free list says true", |v| {
        let start = v.free().all_runs().next().expect("something is free").0.start;
        let frame = v.frames.get(start);
        v.frames.set(start, Frame { state: FrameUse::Reserved, ..frame });
    }),
    ("partition: the run at", |v| run(v).given += 64),
    ("slots: s0 counts 3, 2 refer to it", |v| v.slots[0].count += 1),
    ("is cached in", |v| v.slots[0].cached = Some(frame_of(v, 6))),
    ("which is not cached there", |v| change_frame(v, 6, |frame| frame.slot = Some(SwapSlot(0)))),
    ("is referred to and does not exist", |v| change_leaf(v, page(6), |_| Pte::Swapped { slot: SwapSlot(1000) })),
    ("is not where its id leads", |v| {
        let id = vma(v, ANON).id;
        v.vma_at.remove(&id);
    }),
    ("vmas: v1 of pid 1 is", |v| vma(v, ANON).end = Vpn(0)),
    ("overlap", |v| vma(v, ANON).end = Vpn(FILE.0 / 4096 + 1)),
    ("ought to be one", |v| {
        let upper = Vma { start: Vpn(ANON.0 / 4096 + 4), ..vma(v, ANON).clone() };
        let upper = Vma { pgoff: upper.pgoff + 4, ..upper };
        vma(v, ANON).end = upper.start;
        v.spaces.get_mut(&Pid(1)).expect("it lives").vmas.insert(upper.start, upper);
    }),
    ("is a table that nothing points to", |v| {
        change_frame(v, 6, |frame| frame.state = FrameUse::Table { pid: Pid(1), level: 0 });
    }),
    ("is reached twice", point_twice),
    ("covers no VMA", point_twice),
    ("of pid 1 is Page", |v| {
        let table = leaf(v, ANON).table;
        let frame = v.frames.get(table);
        v.frames.set(table, Frame { state: FrameUse::Page, ..frame });
    }),
    ("tlb: ", |v| v.tlb.iter_mut().flatten().for_each(|entry| entry.pfn = Pfn(1))),
    ("maps the run at", |v| run(v).mapped.clear()),
    ("runs: ", |v| change_leaf(v, RUN, |_| Pte::Empty)),
    ("has a PTE and no VMA", |v| v.spaces.get_mut(&Pid(1)).expect("it lives").vmas.clear()),
    ("allows more than", |v| change_leaf(v, ANON, with_write)),
    ("may be dirty, its file's page", |v| change_leaf(v, FILE, with_write)),
    ("pte-vma: pid 1 counts", |v| change_leaf(v, page(6), |_| Pte::Empty)),
    ("stands in no set of a", |v| anon_vma(v).vmas.clear()),
    ("its chain does not have it", |v| vma(v, ANON).chain.clear()),
    ("leads to Some(v99) that does not lead back", |v| assert!(anon_vma(v).vmas.insert(VmaId(99)))),
    ("stands in no set of o", |v| file(v).info.vmas.clear()),
    ("leads to v99 that does not lead back", |v| assert!(file(v).info.vmas.insert(VmaId(99)))),
    ("lies behind its end", |v| {
        file(v).pages.insert(2, ObjectPage::Slot(SwapSlot(9)));
    }),
    ("links: page 0 of", |v| {
        let other = ObjectPage::Frame(frame_of(v, 6));
        file(v).pages.insert(0, other);
    }),
    ("links: k", |v| node(v).pfn = frame_of(v, 6)),
    ("links: no item of", |v| node(v).items.clear()),
    ("is merged", |v| v.stable_nodes.clear()),
    ("stands in no list", |v| {
        let item = Ranked::Page(frame_of(v, 6));
        let before = v.ranks.get(item);
        v.ranks.apply(&RankChange::Rank { item, before, after: None }, true);
    }),
    ("stands in a list and holds no page", |v| change_frame(v, 6, |frame| frame.mapping = Owner::None)),
    ("ports: port 1 is of process 99, which has ended", |v| port(v).owner = Pid(99)),
    ("is no run", |v| port(v).ring = frame_of(v, 6)),
    ("is in 0 messages, not 1", |v| port(v).len = 0),
    ("nobody has the run at", |v| {
        let run = run(v);
        run.mapped.clear();
        run.sent = true;
    }),
    ("which is over", |v| {
        let sent = *v.runs.iter().find(|(_, run)| run.queued > 0).expect("one was sent").0;
        v.runs.remove(&sent);
    }),
];

#[test]
fn every_rule_notices_what_breaks_it() {
    let session = sample(RmapKind::Object);
    for (words, change) in RULES {
        let mut view = session.view().clone();
        change(&mut view);
        let mut broken = Vec::new();
        check_view(session.machine(), &view, &mut broken);
        assert!(broken.iter().any(|what| what.contains(words)), "{words}: {broken:#?}");
    }
}

fn page(n: u64) -> VirtAddr {
    VirtAddr(ANON.0 + n * 4096)
}

/// The entry of one of process 1's pages.
fn leaf(view: &View, addr: VirtAddr) -> WalkStep {
    view.walk(Pid(1), Vpn(addr.0 / 4096)).pop().expect("a table")
}

fn change_leaf(view: &mut View, addr: VirtAddr, change: fn(Pte) -> Pte) {
    let (step, kind) = (leaf(view, addr), view.geometry().kind);
    view.ram.set_entry(step.table, step.index, change(Pte::decode(kind, step.raw)).encode(kind));
}

fn with_write(pte: Pte) -> Pte {
    let Pte::Mapped { pfn, accessed, dirty, exec, protnone, .. } = pte else { panic!("{pte:?}") };
    Pte::Mapped { pfn, writable: true, accessed, dirty, exec, protnone }
}

/// Lets a second entry of process 1's uppermost table lead where the first does.
fn point_twice(view: &mut View) {
    let top = view.walk(Pid(1), Vpn(ANON.0 / 4096))[0];
    view.ram.set_entry(top.table, top.index + 1, top.raw);
}

fn vma(view: &mut View, addr: VirtAddr) -> &mut Vma {
    let vmas = &mut view.spaces.get_mut(&Pid(1)).expect("it lives").vmas;
    vmas.get_mut(&Vpn(addr.0 / 4096)).expect("it is mapped")
}

fn anon_vma(view: &mut View) -> &mut AnonVma {
    let id = view.anon_vmas.iter().next().expect("there is one").0;
    view.anon_vmas.get_mut(&id).expect("it was just found")
}

fn file(view: &mut View) -> &mut Object {
    let id = *view.objects.iter().next().expect("there is one").0;
    view.objects.get_mut(&id).expect("it was just found")
}

fn node(view: &mut View) -> &mut StableNode {
    let id = *view.stable_nodes.iter().next().expect("there is one").0;
    view.stable_nodes.get_mut(&id).expect("it was just found")
}

fn run(view: &mut View) -> &mut Run {
    let first = *view.runs.iter().find(|(_, run)| !run.mapped.is_empty()).expect("one is mapped").0;
    view.runs.get_mut(&first).expect("it was just found")
}

fn port(view: &mut View) -> &mut PortInfo {
    let first = *view.ports.iter().next().expect("there is one").0;
    view.ports.get_mut(&first).expect("it was just found")
}
