//! Same-page merging on request; Linux's `mm/ksm.c` (Izik Eidus, Andrea Arcangeli, Chris Wright 2009).
//!
//! ```text
//! madvise(MERGEABLE) marks VMAs; a pass examines each of their anonymous pages:
//!   equal to a merged page ............ its PTE joins that frame
//!   equal to a page seen before ....... this frame becomes a merged page, the other's PTEs join it
//! frame --mapping--> stable node --items--> (anon_vma, index) --> VMAs --> PTEs
//! ```
//! A merged frame is read-only everywhere; a write always copies, even the last sharer's. Linux wants a page unchanged
//! over two passes before it merges it, and limits a node's sharers; the model does neither. Observed on Linux 6.18.
//! Invariant: every PTE of a merged frame lies in a VMA that one of its items leads to.

use super::table::map::Rights;
use super::{Mm, MmError};
use crate::alloc::FrameAllocator;
use crate::hw::pte::{Pte, PteBits};
use crate::trees::tree;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{FrameUse, Owner};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Cover, VmaFlags};
use std::collections::BTreeMap;

/// A page that no other is equal to so far, with the entries that map it: Linux's unstable tree.
struct Candidate {
    pfn: Pfn,
    places: Vec<PtePlace>,
}

/// What a pass has seen, by a digest of the bytes.
#[derive(Default)]
struct Seen {
    merged: BTreeMap<u64, Vec<Pfn>>,
    single: BTreeMap<u64, Vec<Candidate>>,
}

impl Mm {
    /// Makes one pass over all mergeable VMAs. Returns how many frames it freed.
    pub(crate) fn ksm_pass(&mut self, t: &mut impl Trace) -> u32 {
        let before = self.free_frames();
        self.prune_items(t);
        let mut seen = Seen::default();
        for node in self.stable_nodes().values() {
            seen.merged.entry(self.digest(node.pfn)).or_default().push(node.pfn);
        }
        for at in self.mergeable_places() {
            if let Pte::Mapped { pfn, .. } = self.pte_at(at)
                && self.frame(pfn).state == FrameUse::Page
                && matches!(self.frame(pfn).mapping, Owner::Anon(_))
            {
                self.ksm_page(at, pfn, &mut seen, t);
            }
        }
        self.free_frames() - before
    }

    /// Every entry in use of every mergeable VMA, in the order of processes and addresses.
    fn mergeable_places(&self) -> Vec<PtePlace> {
        let vmas = self.spaces().values().flat_map(|space| space.vmas.values());
        let mergeable = vmas.filter(|vma| vma.flags.contains(VmaFlags::MERGEABLE));
        mergeable.flat_map(|vma| self.leaves(vma.pid, vma.range())).map(|(at, _)| at).collect()
    }

    fn ksm_page(&mut self, at: PtePlace, pfn: Pfn, seen: &mut Seen, t: &mut impl Trace) {
        let digest = self.digest(pfn);
        let equal = |other: Pfn| self.ram().same_bytes(other, pfn);
        let merged = seen.merged.get(&digest).and_then(|all| all.iter().copied().find(|other| equal(*other)));
        if let Some(kept) = merged {
            t.emit(|| Event::Compare { pfn, equal: Some(kept) });
            return self.join(at, kept, t);
        }
        let singles = seen.single.entry(digest).or_default();
        let Some(n) = singles.iter().position(|other| equal(other.pfn)) else {
            t.emit(|| Event::Compare { pfn, equal: None });
            return singles.push(Candidate { pfn, places: vec![at] });
        };
        // A fork's share of the same frame is nothing to merge; it waits with the others for an equal page.
        if singles[n].pfn == pfn {
            return singles[n].places.push(at);
        }
        t.emit(|| Event::Compare { pfn, equal: Some(singles[n].pfn) });
        // Its slot would outlive the frame's anon_vma: it can join later, when the slot is gone.
        if self.frame(pfn).slot.is_some() {
            return;
        }
        let other = singles.remove(n);
        self.make_stable(at, pfn, t);
        seen.merged.entry(digest).or_default().push(pfn);
        for place in other.places {
            self.join(place, pfn, t);
        }
    }

    /// Turns an anonymous page into a merged one where it is. Its only writable entry, if any, is the one at `at`.
    fn make_stable(&mut self, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        let frame = self.frame(pfn);
        let Owner::Anon(anon_vma) = frame.mapping else { unreachable!("only anonymous pages are merged") };
        if let Some((_, bits)) = self.pte_at(at).mapped() {
            self.set_pte(at, PteBits { writable: false, dirty: false, ..bits }.entry(pfn), t);
        }
        let id = self.new_stable_id();
        // The anon_vma it belonged to leads to every process that shares it already.
        let items = tree([(anon_vma, frame.index)]);
        self.set_stable_node(id, Some(StableNode { id, pfn, items }), t);
        self.set_frame(pfn, |f| (f.mapping, f.index, f.dirty) = (Owner::Ksm(id), 0, true), t);
    }

    /// Points an entry from its own page to a merged one with the same bytes.
    fn join(&mut self, at: PtePlace, kept: Pfn, t: &mut impl Trace) {
        let Pte::Mapped { pfn, .. } = self.pte_at(at) else { return };
        let vma = self.space(at.pid).find(at.vpn).expect("a present PTE lies in a VMA").cover();
        let Owner::Ksm(id) = self.frame(kept).mapping else { unreachable!("the kept frame is merged") };
        let anon_vma = vma.anon_vma.expect("a VMA with an anonymous page has an anon_vma");
        let mut node = self.stable_nodes()[&id].clone();
        if node.items.insert((anon_vma, vma.index_of(at.vpn))) {
            self.set_stable_node(id, Some(node), t);
        }
        self.forget_lock(pfn, vma.flags, t);
        self.unmap_frame(pfn, at, false, t);
        self.map_frame(at, vma, (kept, Owner::Ksm(id)), Rights { writable: false, dirty: false }, t);
    }

    /// Gives every merged page of a range back a frame of its own: `MADV_UNMERGEABLE`, and before a move.
    pub(crate) fn unmerge_range(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) -> Result<(), MmError> {
        for (at, _) in self.leaves(pid, pages) {
            let Some(pfn) = self.pte_at(at).pfn() else { continue };
            if let Owner::Ksm(_) = self.frame(pfn).mapping {
                let vma = self.space(pid).find(at.vpn).expect("a present PTE lies in a VMA").cover();
                self.copy_on_write(at, vma, pfn, Rights { writable: false, dirty: false }, t)?;
            }
        }
        Ok(())
    }

    /// Drops the items that lead to no PTE of their frame any more.
    fn prune_items(&mut self, t: &mut impl Trace) {
        let nodes: Vec<StableNode> = self.stable_nodes().values().cloned().collect();
        for node in nodes {
            let maps = |(vma, vpn)| self.pte(self.vma_by_id(vma).pid, vpn).pfn() == Some(node.pfn);
            let items =
                node.items.iter().copied().filter(|item| self.tables().pages_of_item(*item).any(maps)).collect();
            if items != node.items {
                self.set_stable_node(node.id, Some(StableNode { items, ..node }), t);
            }
        }
    }

    /// Whether a swapped-in frame that others map may be mapped here, too. Pages that shared a slot because they were
    /// merged belong to lineages that do not find each other; Linux's `ksm_might_need_to_copy`.
    pub(in crate::mm) fn needs_own_copy(&self, pfn: Pfn, vma: Cover, vpn: Vpn) -> bool {
        let frame = self.frame(pfn);
        let Owner::Anon(owner) = frame.mapping else { return false };
        let found = frame.index == vma.index_of(vpn) && self.vma(vma.pid, vma.start).chain.contains(&owner);
        frame.mapcount > 0 && !found
    }

    fn free_frames(&self) -> u32 {
        self.allocator().free_frames()
    }

    /// A digest of a page's bytes, for finding equal ones; what is found is compared byte by byte.
    fn digest(&self, pfn: Pfn) -> u64 {
        match self.ram().bytes(pfn) {
            Some(bytes) => xxhash_rust::xxh3::xxh3_64(bytes),
            None => xxhash_rust::xxh3::xxh3_64(&vec![0; self.ram().stored_size()]),
        }
    }
}
