//! The machine as it can be seen, folded from events: `apply` goes forward, `revert` back.
//!
//! Invariant: folding the log equals the view read off the machine, after every command. Everything that shows the
//! machine (page, command line, tests) reads this and nothing else.

use crate::alloc::{Allocator, FrameAllocator};
use crate::config::Config;
use crate::hw::cpu_cache::{CpuCache, Looked};
use crate::hw::disk::{SlotContents, Slots};
use crate::hw::geometry::Geometry;
use crate::hw::ram::{Ram, same_bytes};
use crate::hw::tlb::TlbEntry;
use crate::lab::measure::tally::Tally;
use crate::mm::base::space::{Space, Spaces, lowest_page};
use crate::os::machine::Machine;
use crate::os::port::ring::{Waiting, waiting};
use crate::trees::Map;
use crate::units::{HeapId, ObjectId, Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::boot::BootGiven;
use crate::vocabulary::entry::Entries;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{FrameTable, Owner};
use crate::vocabulary::free_lists::FreeLists;
use crate::vocabulary::heap::{Heap, HeapInfo, HeapTable};
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::{Object, ObjectInfo, ObjectPage, Objects};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::port::{PortInfo, Ports};
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::rank::Ranks;
use crate::vocabulary::run::Runs;
use crate::vocabulary::stable_node::StableNodes;
use crate::vocabulary::vma::Vma;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// Everything visible of a machine at one moment.
#[derive(Clone, Debug)]
pub struct View {
    pub config: Arc<Config>,
    pub ram: Ram,
    pub frames: FrameTable,
    /// What the reverse map stores per frame.
    pub entries: Entries,
    /// What [`View::free`] has read off `allocator`, and events have changed since; nothing until it is asked.
    free: OnceCell<FreeLists>,
    allocator: Rc<Allocator>,
    /// The tree of each zone's free areas; empty if the allocator keeps no such trees.
    pub areas: Vec<AreaTree>,
    pub runs: Runs,
    /// Each process with its VMAs by first page.
    pub spaces: Spaces,
    /// Where a VMA is now.
    pub vma_at: IdMap<VmaId, (Pid, Vpn)>,
    pub anon_vmas: AnonVmas,
    pub objects: Objects,
    pub stable_nodes: StableNodes,
    pub slots: Slots,
    pub slot_contents: SlotContents,
    pub tlb: Vec<Option<TlbEntry>>,
    /// The processor's cache; `None`: there is none. As the tally, it is no part of the machine.
    pub cpu_cache: Option<CpuCache>,
    pub hand: Pfn,
    /// What the replacement policy knows.
    pub ranks: Ranks,
    /// What is noted of programs' heaps.
    pub heaps: HeapTable,
    pub ports: Ports,
    /// What the kernel was given at boot, and keeps.
    pub boot: Rc<[BootGiven]>,
    pub tally: Tally,
}

impl View {
    /// The view read off a machine, with which it shares all until either changes: some microseconds. Its tally is
    /// empty: the machine does not count, the fold of events does.
    pub fn of(machine: &Machine) -> View {
        let mm = &machine.mm;
        View {
            config: machine.config.clone(),
            ram: mm.ram().clone(),
            frames: mm.frames().clone(),
            entries: mm.reverse_map().entries().cloned().unwrap_or_default(),
            free: OnceCell::new(),
            allocator: mm.shared_allocator(),
            areas: mm.allocator().area_trees(),
            runs: mm.runs().clone(),
            spaces: mm.spaces().clone(),
            vma_at: mm.vma_places().clone(),
            anon_vmas: mm.anon_vmas().clone(),
            objects: mm.objects().clone(),
            stable_nodes: mm.stable_nodes().clone(),
            slots: mm.disk().slots().clone(),
            slot_contents: mm.disk().all_contents().clone(),
            tlb: mm.tlb().entries().to_vec(),
            cpu_cache: machine.config.cpu_cache.make(),
            hand: mm.hand(),
            ranks: mm.policy().ranks().clone(),
            heaps: machine.heaps().clone(),
            ports: machine.ports().clone(),
            boot: Rc::clone(mm.boot()),
            tally: Tally::default(),
        }
    }

    /// The messages that wait at a port, oldest first.
    pub fn messages<'a>(&'a self, port: &'a PortInfo) -> impl Iterator<Item = Waiting> + 'a {
        let read = |pfn, offset, len| self.ram.read(pfn, offset, len);
        waiting(port, self.geometry().page_size(), read)
    }

    /// Goes one event forward.
    pub fn apply(&mut self, event: &Event) {
        self.tally.apply(event, self.config.rmap);
        self.change(event, true);
    }

    /// Goes one event back. Events are taken back in the reverse of their order.
    pub fn revert(&mut self, event: &Event) {
        self.tally.revert(event, self.config.rmap);
        self.change(event, false);
    }

    /// Applies an event, or takes it back: the only code that knows what an event changes. Backwards exchanges the two
    /// values.
    fn change(&mut self, event: &Event, forward: bool) {
        fn pick<T>(forward: bool, before: T, after: T) -> T {
            if forward { after } else { before }
        }
        match event {
            Event::Process { pid, before, after } => self.set_process(*pid, pick(forward, before, after).as_deref()),
            Event::Vma { before, after, .. } => {
                let (old, new) = if forward { (before, after) } else { (after, before) };
                self.replace_vma(old.as_deref(), new.as_deref());
            }
            Event::AnonVma { id, before, after } => match pick(forward, before, after) {
                Some(anon_vma) => drop(self.anon_vmas.insert(*id, (**anon_vma).clone())),
                None => drop(self.anon_vmas.remove(id)),
            },
            Event::StableNode { id, before, after } => set(&mut self.stable_nodes, *id, pick(forward, before, after)),
            Event::Object { id, before, after } => self.set_object(*id, pick(forward, before, after).as_deref()),
            Event::Link { owner, id, linked } => self.set_link(*owner, *id, *linked == forward),
            Event::ObjectPage { id, index, before, after } => {
                self.set_object_page(*id, *index, *pick(forward, before, after))
            }
            Event::Stored { id, index, before, after } => {
                let object = self.objects.get_mut(id).expect("stored event names a living object");
                match pick(forward, before, after) {
                    None => drop(object.stored.remove(index)),
                    contents => drop(object.stored.insert(*index, contents.clone())),
                }
            }
            Event::Frame { pfn, before, after } => drop(self.frames.set(*pfn, *pick(forward, before, after))),
            Event::Reverse { pfn, before, after } => drop(self.entries.set(*pfn, pick(forward, before, after).clone())),
            Event::Pointer { pfn, at, pte, linked } => {
                if *linked == forward {
                    self.entries.link(*pfn, *at, *pte);
                } else {
                    self.entries.unlink(*pfn, *at);
                }
            }
            Event::Pte { table, index, before, after, .. } => {
                self.ram.set_entry(*table, *index, pick(forward, *before, *after));
            }
            Event::Contents { pfn, before, after, .. } => {
                drop(self.ram.replace(*pfn, pick(forward, before, after).clone()))
            }
            Event::Bytes { pfn, offset, before, after } => {
                self.ram.write(*pfn, u64::from(*offset), pick(forward, before, after))
            }
            Event::Free { run, list, prev, linked } => {
                if *linked == forward {
                    self.free_mut().link(*run, *list, *prev);
                } else {
                    self.free_mut().unlink(run.start, *list);
                }
            }
            Event::Areas { zone, before, after, .. } => {
                self.areas[usize::from(*zone)] = pick(forward, before, after).clone().expect("a view is folded of all");
            }
            Event::Run { first, before, after } => set(&mut self.runs, *first, pick(forward, before, after)),
            Event::Slot { slot, before, after } => self.slots[slot.index()] = *pick(forward, before, after),
            Event::SlotContents { slot, before, after } => {
                self.slot_contents[slot.index()] = pick(forward, before, after).clone()
            }
            Event::Tlb { index, before, after } => self.tlb[usize::from(*index)] = *pick(forward, before, after),
            Event::CacheLine { line, at, evicted, .. } => {
                let cache = self.cpu_cache.as_mut().expect("only a machine with a cache has lines in it");
                if forward {
                    cache.look(*line);
                } else {
                    cache.unlook(*line, Looked { at: *at, evicted: *evicted });
                }
            }
            Event::Port { port, before, after } => match pick(forward, before, after) {
                Some(info) => drop(self.ports.insert(*port, *info)),
                None => drop(self.ports.remove(port)),
            },
            Event::Rank { change } => self.ranks.apply(change, forward),
            Event::Hand { before, after } => self.hand = pick(forward, *before, *after),
            Event::Heaps { pid, before, after } => {
                let heaps = pick(forward, before, after);
                if heaps.is_empty() {
                    self.heaps.remove(pid);
                } else {
                    self.heaps.insert(*pid, heaps.clone());
                }
            }
            Event::Heap { pid, heap, before, after } => {
                self.set_heap(*pid, *heap, pick(forward, before, after).as_deref())
            }
            Event::Block { pid, heap, addr, before, after } => {
                _ = self.heap_mut(*pid, *heap).set_block(*addr, pick(forward, *before, *after))
            }
            Event::Held { pid, heap, start, pages, held } => {
                self.heap_mut(*pid, *heap).set_held(Pages::at(*start, *pages), *held == forward)
            }
            Event::Access { .. }
            | Event::Walk { .. }
            | Event::Use { .. }
            | Event::Fault { .. }
            | Event::Split { .. }
            | Event::Join { .. }
            | Event::Inspect { .. }
            | Event::Alloc { .. }
            | Event::Fit { .. }
            | Event::Mark { .. }
            | Event::Coalesce { .. }
            | Event::Neighbour { .. }
            | Event::HashWalk { .. }
            | Event::Migrate { .. }
            | Event::Contig { .. }
            | Event::Reclaim { .. }
            | Event::Scan { .. }
            | Event::ScanPte { .. }
            | Event::Compare { .. }
            | Event::VisitVma { .. }
            | Event::VisitPte { .. }
            | Event::VisitLink { .. }
            | Event::Stale { .. }
            | Event::DiskRead { .. }
            | Event::DiskWrite { .. }
            | Event::OomKill { .. }
            | Event::Failed { .. }
            | Event::Signal { .. }
            | Event::Word { .. }
            | Event::SystemCall { .. }
            | Event::Message { .. }
            | Event::AreaLook { .. }
            | Event::Said { .. } => {}
        }
    }

    fn set_process(&mut self, pid: Pid, info: Option<&ProcessInfo>) {
        match (info, self.spaces.get_mut(&pid)) {
            (None, _) => drop(self.spaces.remove(&pid)),
            (Some(info), Some(space)) => space.info = info.clone(),
            (Some(info), None) => {
                let lowest = lowest_page(&self.config);
                self.spaces.insert(pid, Space { info: info.clone(), vmas: Map::default(), lowest });
            }
        }
    }

    fn vmas_mut(&mut self, pid: Pid) -> &mut Map<Vpn, Vma> {
        &mut self.spaces.get_mut(&pid).expect("a VMA's process is living").vmas
    }

    fn replace_vma(&mut self, old: Option<&Vma>, new: Option<&Vma>) {
        if let Some(old) = old {
            self.vmas_mut(old.pid).remove(&old.start);
            self.vma_at.remove(&old.id);
        }
        if let Some(new) = new {
            self.vmas_mut(new.pid).insert(new.start, new.clone());
            self.vma_at.insert(new.id, (new.pid, new.start));
        }
    }

    fn set_object(&mut self, id: ObjectId, info: Option<&ObjectInfo>) {
        match info {
            None => drop(self.objects.remove(&id)),
            Some(info) => match self.objects.get_mut(&id) {
                Some(object) => object.info = info.clone(),
                None => drop(
                    self.objects
                        .insert(id, Object { info: info.clone(), pages: Map::default(), stored: Map::default() }),
                ),
            },
        }
    }

    fn heap_mut(&mut self, pid: Pid, heap: HeapId) -> &mut Heap {
        let heaps = self.heaps.get_mut(&pid).expect("an event names a process with heaps");
        heaps.get_mut(&heap).expect("an event names a heap that is there")
    }

    fn set_heap(&mut self, pid: Pid, heap: HeapId, info: Option<&HeapInfo>) {
        let mut heaps = self.heaps.remove(&pid).unwrap_or_default();
        match (info, heaps.get_mut(&heap)) {
            (Some(info), Some(known)) => known.info = info.clone(),
            (Some(info), None) => drop(heaps.insert(heap, Heap::new(info.clone()))),
            (None, _) => drop(heaps.remove(&heap)),
        }
        if !heaps.is_empty() {
            self.heaps.insert(pid, heaps);
        }
    }

    fn set_link(&mut self, owner: Owner, vma: VmaId, linked: bool) {
        let vmas = match owner {
            Owner::Anon(id) => &mut self.anon_vmas.get_mut(&id).expect("a link names a living anon_vma").vmas,
            Owner::Object(id) => &mut self.objects.get_mut(&id).expect("a link names a living object").info.vmas,
            Owner::None | Owner::Ksm(_) => return,
        };
        if linked {
            vmas.insert(vma);
        } else {
            vmas.remove(&vma);
        }
    }

    fn set_object_page(&mut self, id: ObjectId, index: u64, page: Option<ObjectPage>) {
        let pages = &mut self.objects.get_mut(&id).expect("page event names a living object").pages;
        match page {
            Some(page) => drop(pages.insert(index, page)),
            None => drop(pages.remove(&index)),
        }
    }

    /// The geometry.
    pub fn geometry(&self) -> &'static Geometry {
        self.config.geometry.geometry()
    }

    /// The free lists. Made when they are first asked for: that takes as long as there are free runs.
    pub fn free(&self) -> &FreeLists {
        self.free.get_or_init(|| self.allocator.lists().into_owned())
    }

    /// The free lists, to be changed.
    pub fn free_mut(&mut self) -> &mut FreeLists {
        self.free();
        self.free.get_mut().expect("just made")
    }

    /// Number of free frames, without making the lists.
    pub fn free_frames(&self) -> u32 {
        self.free.get().map_or_else(|| self.allocator.free_frames(), FreeLists::total_frames)
    }

    /// A process; `None` if it is not living.
    pub fn process(&self, pid: Pid) -> Option<&ProcessInfo> {
        self.spaces.get(&pid).map(|space| &space.info)
    }

    /// All processes, lowest pid first.
    pub fn processes(&self) -> impl Iterator<Item = &ProcessInfo> {
        self.spaces.values().map(|space| &space.info)
    }

    /// The VMA that holds a page; `None` if no VMA does.
    pub fn vma(&self, pid: Pid, vpn: Vpn) -> Option<&Vma> {
        self.spaces.get(&pid)?.find(vpn)
    }

    /// A VMA by its id; `None` if it does not exist now.
    pub fn vma_by_id(&self, id: VmaId) -> Option<&Vma> {
        let (pid, start) = self.vma_at.get(&id)?;
        self.spaces.get(pid)?.vmas.get(start)
    }

    /// The VMAs of a process, lowest first.
    pub fn vmas_of(&self, pid: Pid) -> impl Iterator<Item = &Vma> {
        self.spaces.get(&pid).into_iter().flat_map(|space| space.vmas.values())
    }

    /// The VMAs of all processes, those of the lowest pid first.
    pub fn all_vmas(&self) -> impl Iterator<Item = &Vma> {
        self.spaces.values().flat_map(|space| space.vmas.values())
    }

    /// Names the first part in which two views differ, the tally left out; `None` if they are of the same machine.
    pub fn difference(&self, other: &View) -> Option<&'static str> {
        let contents = |a: &SlotContents, b: &SlotContents| {
            a.len() == b.len() && a.differing(b).all(|mut range| range.all(|n| same_bytes(&a[n], &b[n])))
        };
        let objects = |a: &Objects, b: &Objects| {
            a.len() == b.len()
                && a.values().zip(b.values()).all(|(a, b)| {
                    a.info == b.info
                        && a.pages == b.pages
                        && a.stored.len() == b.stored.len()
                        && a.stored.iter().zip(&b.stored).all(|(a, b)| a.0 == b.0 && same_bytes(a.1, b.1))
                })
        };
        [
            ("ram", self.ram == other.ram),
            ("frames", self.frames == other.frames),
            ("reverse map", self.entries == other.entries),
            ("free lists", self.free() == other.free()),
            ("trees of free areas", self.areas == other.areas),
            ("runs", self.runs == other.runs),
            ("processes", self.processes().eq(other.processes())),
            ("vmas", self.all_vmas().eq(other.all_vmas())),
            ("anon_vmas", self.anon_vmas == other.anon_vmas),
            ("stable nodes", self.stable_nodes == other.stable_nodes),
            ("objects", objects(&self.objects, &other.objects)),
            ("slots", self.slots == other.slots),
            ("slot contents", contents(&self.slot_contents, &other.slot_contents)),
            ("tlb", self.tlb == other.tlb),
            ("clock hand", self.hand == other.hand),
            ("heaps", self.heaps == other.heaps),
            ("ports", self.ports == other.ports),
            ("ranks", self.ranks == other.ranks),
        ]
        .into_iter()
        .find_map(|(name, same)| (!same).then_some(name))
    }
}

fn set<K: Ord + Clone, V: Clone>(map: &mut Map<K, V>, key: K, value: &Option<Box<V>>) {
    match value {
        Some(value) => drop(map.insert(key, (**value).clone())),
        None => drop(map.remove(&key)),
    }
}
