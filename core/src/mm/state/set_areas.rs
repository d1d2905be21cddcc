//! The setters of what owns memory: processes, VMAs, anon_vmas, stable nodes, objects. Only these change them, each
//! with one event; what has none follows from other state: pages counted, names of files.

use super::Mm;
use crate::hw::ram::Contents;
use crate::mm::base::areas::Areas;
use crate::mm::base::space::{Counts, Space};
use crate::mm::rmap::interval::Interval;
use crate::trees::Map;
use crate::units::{AnonVmaId, ObjectId, Pid, StableId, Vpn};
use crate::vocabulary::anon_vma::AnonVma;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::{Object, ObjectInfo, ObjectPage};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;

impl Mm {
    pub(in crate::mm) fn add_vma(&mut self, vma: Vma, t: &mut impl Trace) {
        self.near.forget_vma();
        let kept = t.keeps().then(|| Box::new(vma.clone()));
        t.emit(|| Event::Vma { id: vma.id, before: None, after: kept });
        self.vma_at.insert(vma.id, (vma.pid, vma.start));
        self.index_area(vma.pid, None, Some(vma.range()));
        self.vmas_mut(vma.pid).insert(vma.start, vma);
    }

    /// Changes a VMA in place; its key follows its start. The new range must not meet another VMA.
    pub(crate) fn change_vma(&mut self, pid: Pid, start: Vpn, change: impl FnOnce(&mut Vma), t: &mut impl Trace) {
        self.near.forget_vma();
        let vmas = &mut self.spaces.get_mut(&pid).expect("a living process").vmas;
        let vma = vmas.get_mut(&start).expect("the VMA to change exists");
        let before = vma.clone();
        let place = Interval::of(vma);
        change(vma);
        let (old, new) = (before.range(), vma.range());
        if before != *vma {
            let kept = t.keeps().then(|| (Box::new(before), Box::new(vma.clone()))).unzip();
            t.emit(|| Event::Vma { id: vma.id, before: kept.0, after: kept.1 });
        }
        self.rmap.move_vma(place, vma);
        if vma.start != start {
            let vma = vmas.remove(&start).expect("the VMA just changed");
            self.vma_at.insert(vma.id, (pid, vma.start));
            vmas.insert(vma.start, vma);
        }
        if old != new {
            self.index_area(pid, Some(old.start), Some(new));
        }
    }

    /// Keeps the index of areas, if there is one, as the VMAs are. It follows from them, so no event.
    fn index_area(&mut self, pid: Pid, gone: Option<Vpn>, new: Option<Pages>) {
        let Some(areas) = self.areas.get_mut(&pid) else { return };
        if let Some(start) = gone {
            areas.remove(start);
        }
        if let Some(area) = new {
            areas.insert(area);
        }
    }

    pub(in crate::mm) fn drop_vma(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) -> Vma {
        self.near.forget_vma();
        let vma = self.vmas_mut(pid).remove(&start).expect("the VMA to drop exists");
        self.vma_at.remove(&vma.id);
        self.index_area(pid, Some(start), None);
        let kept = t.keeps().then(|| Box::new(vma.clone()));
        t.emit(|| Event::Vma { id: vma.id, before: kept, after: None });
        vma
    }

    pub(in crate::mm) fn set_anon_vma(&mut self, id: AnonVmaId, after: Option<AnonVma>, t: &mut impl Trace) {
        let before = match &after {
            Some(anon_vma) => self.anon_vmas.insert(id, anon_vma.clone()),
            None => self.anon_vmas.remove(&id),
        };
        t.emit(|| Event::AnonVma { id, before: before.map(Box::new), after: after.map(Box::new) });
    }

    pub(in crate::mm) fn set_stable_node(&mut self, id: StableId, after: Option<StableNode>, t: &mut impl Trace) {
        let before = match &after {
            Some(node) => self.stable_nodes.insert(id, node.clone()),
            None => self.stable_nodes.remove(&id),
        };
        t.emit(|| Event::StableNode { id, before: before.map(Box::new), after: after.map(Box::new) });
    }

    /// Enters a VMA in an anon_vma or object, or takes it out; `false` if nothing is left there.
    pub(in crate::mm) fn set_link(&mut self, owner: Owner, vma: &Vma, linked: bool, t: &mut impl Trace) -> bool {
        let vmas = match owner {
            Owner::Anon(id) => &mut self.anon_vmas.get_mut(&id).expect("a living anon_vma").vmas,
            Owner::Object(id) => &mut self.objects.get_mut(&id).expect("a living object").info.vmas,
            Owner::None | Owner::Ksm(_) => return false,
        };
        let changed = if linked { vmas.insert(vma.id) } else { vmas.remove(&vma.id) };
        let left = !vmas.is_empty();
        if changed {
            self.rmap.set_link(owner, vma, linked);
            t.emit(|| Event::Link { owner, id: vma.id, linked });
        }
        left
    }

    pub(in crate::mm) fn set_object(&mut self, id: ObjectId, after: Option<ObjectInfo>, t: &mut impl Trace) {
        let before = self.objects.get(&id).map(|object| object.info.clone());
        match (&after, self.objects.get_mut(&id)) {
            (Some(info), Some(object)) => object.info = info.clone(),
            (Some(info), None) => {
                self.objects.insert(id, Object { info: info.clone(), pages: Map::default(), stored: Map::default() });
            }
            (None, _) => drop(self.objects.remove(&id)),
        }
        t.emit(|| Event::Object { id, before: before.map(Box::new), after: after.map(Box::new) });
    }

    /// Changes what is known of an object.
    pub(crate) fn change_object(&mut self, id: ObjectId, change: impl FnOnce(&mut ObjectInfo), t: &mut impl Trace) {
        let mut info = self.objects[&id].info.clone();
        change(&mut info);
        if info != self.objects[&id].info {
            self.set_object(id, Some(info), t);
        }
    }

    pub(in crate::mm) fn set_object_page(
        &mut self,
        id: ObjectId,
        index: u64,
        after: Option<ObjectPage>,
        t: &mut impl Trace,
    ) {
        let pages = &mut self.objects.get_mut(&id).expect("a living object").pages;
        let before = match after {
            Some(page) => pages.insert(index, page),
            None => pages.remove(&index),
        };
        if let Some(hash) = &mut self.page_hash {
            if let Some(ObjectPage::Frame(pfn)) = before {
                hash.leave(id, index, pfn);
            }
            if let Some(ObjectPage::Frame(pfn)) = after {
                hash.enter(id, index, pfn);
            }
        }
        t.emit(|| Event::ObjectPage { id, index, before, after });
    }

    pub(in crate::mm) fn set_stored(&mut self, id: ObjectId, index: u64, after: Contents, t: &mut impl Trace) {
        let stored = &mut self.objects.get_mut(&id).expect("a living object").stored;
        let before = match &after {
            Some(_) => stored.insert(index, after.clone()).flatten(),
            None => stored.remove(&index).flatten(),
        };
        t.emit(|| Event::Stored { id, index, before, after });
    }

    /// Gives a file its name, or takes the name away; returns what had it. The object's event says the same.
    pub(in crate::mm) fn set_name(&mut self, name: &str, id: Option<ObjectId>) -> Option<ObjectId> {
        match id {
            Some(id) => self.files.insert(name.to_owned(), id),
            None => self.files.remove(name),
        }
    }

    pub(crate) fn add_space(&mut self, info: ProcessInfo, t: &mut impl Trace) {
        t.emit(|| Event::Process { pid: info.pid, before: None, after: Some(Box::new(info.clone())) });
        let may_be_unmerged = info.parent.is_some();
        self.counts.insert(info.pid, Counts { rss: 0, may_be_unmerged });
        let lowest = self.settings.lowest;
        let window = Pages::new(lowest, self.geometry.mmap_top);
        if let Some(areas) = Areas::new(self.settings.areas, window) {
            self.areas.insert(info.pid, areas);
        }
        self.spaces.insert(info.pid, Space { info, vmas: Map::default(), lowest });
    }

    pub(crate) fn change_process(&mut self, pid: Pid, change: impl FnOnce(&mut ProcessInfo), t: &mut impl Trace) {
        let info = &mut self.space_mut(pid).info;
        let before = info.clone();
        change(info);
        let after = info.clone();
        if before != after {
            t.emit(|| Event::Process { pid, before: Some(Box::new(before)), after: Some(Box::new(after)) });
        }
    }

    /// Notes that equal VMAs of this process may lie side by side. For the invariants only, so no event.
    pub(crate) fn allow_unmerged(&mut self, pid: Pid) {
        self.counts_mut(pid).may_be_unmerged = true;
    }

    /// Adds `by` to the number of a process's present pages. It follows from the entries, so no event.
    #[inline(always)]
    pub(in crate::mm) fn count_pages(&mut self, pid: Pid, by: i64) {
        let rss = &mut self.counts_mut(pid).rss;
        *rss = rss.wrapping_add_signed(by);
    }

    pub(in crate::mm) fn drop_space(&mut self, pid: Pid, t: &mut impl Trace) {
        let space = self.spaces.remove(&pid).expect("a living process");
        self.counts.remove(&pid);
        self.areas.remove(&pid);
        self.rank_ended(pid, t);
        t.emit(|| Event::Process { pid, before: Some(Box::new(space.info)), after: None });
    }

    #[inline(always)]
    fn space_mut(&mut self, pid: Pid) -> &mut Space {
        self.spaces.get_mut(&pid).expect("a living process")
    }

    #[inline(always)]
    fn counts_mut(&mut self, pid: Pid) -> &mut Counts {
        self.counts.get_mut(&pid).expect("a living process")
    }

    fn vmas_mut(&mut self, pid: Pid) -> &mut Map<Vpn, Vma> {
        &mut self.space_mut(pid).vmas
    }
}
