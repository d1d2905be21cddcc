//! Reads all slabs by the table of frames, and holds the caches' lists against them.

use super::lists::{EMPTY, FULL, PARTIAL};
use super::{CACHES, END, Heap, Shape, word};
use crate::kmalloc::table;
use crate::user::picture::{FreeList, Group, Picture, PieceKind};
use crate::user::program::{Outcome, Program, Stop};
use crate::vocabulary::heap::{HeapMessage, Slab};
use std::collections::BTreeMap;

/// The free objects of each slab, as `(address, bytes)`.
type Slabs = BTreeMap<u64, Vec<(u64, u64)>>;

/// What lies where, and what contradicts itself.
pub fn picture(p: &mut dyn Program, vars: u64, settings: &Slab, picture: &mut Picture) -> Outcome<()> {
    let entries = table::entries(p, vars, settings.frames.into(), picture)?;
    let mut heap = Heap { p, vars, settings };
    let mut slabs = Slabs::new();
    let mut apart = Vec::new();
    for (page, _) in entries {
        let (at, cache) = heap.slab_of(page)?;
        if slabs.contains_key(&at) {
            continue;
        }
        if heap.shape(cache).apart {
            apart.push(at);
        }
        let free = heap.look_at_slab(at, cache, picture)?;
        slabs.insert(at, free);
    }
    // A descriptor that is an object itself keeps its page from being empty, though nobody was given it.
    for piece in picture.pieces.iter_mut().filter(|piece| piece.kind == PieceKind::Used) {
        if apart.contains(&piece.at) {
            piece.kind = PieceKind::Directory;
        }
    }
    heap.look_at_lists(&slabs, picture)
}

impl Heap<'_> {
    fn look_at_slab(&mut self, at: u64, cache: u64, picture: &mut Picture) -> Outcome<Vec<(u64, u64)>> {
        let shape = self.shape(cache);
        let first = self.p.get(at, word::FIRST, "")?;
        if !shape.apart {
            picture.add(PieceKind::Info, at, first - at);
        }
        let mut is_free = vec![false; shape.objects as usize];
        let mut free = Vec::new();
        let mut n = self.free_object(at)?;
        while n != END {
            match is_free.get_mut(n as usize) {
                Some(free) if !*free => *free = true,
                _ => {
                    picture.wrong(format!("the links of the slab at {at:#x} lead to object {n}"));
                    break;
                }
            }
            free.push((first + n * shape.size, shape.size));
            n = self.object_link(at, n)?;
        }
        for (n, is_free) in is_free.iter().enumerate() {
            let kind = if *is_free { PieceKind::Free } else { PieceKind::Used };
            picture.add(kind, first + n as u64 * shape.size, shape.size);
        }
        let in_use = self.in_use(at)?;
        if in_use + free.len() as u64 != shape.objects {
            let links = free.len();
            picture.wrong(format!("the slab at {at:#x} has {links} free objects by its links, {in_use} in use of all"));
        }
        Ok(free)
    }

    fn look_at_lists(&mut self, slabs: &Slabs, picture: &mut Picture) -> Outcome<()> {
        let mut found = 0;
        for cache in 0..CACHES {
            let shape = self.shape(cache);
            let mut blocks = Vec::new();
            for list in [PARTIAL, EMPTY, FULL] {
                let mut at = self.head(cache, list)?;
                while at != 0 {
                    let free = slabs.get(&at).map_or(&[][..], Vec::as_slice);
                    let fits = match free.len() as u64 {
                        0 => list == FULL,
                        free if free == shape.objects => list == EMPTY,
                        _ => list == PARTIAL,
                    };
                    if !fits {
                        picture.wrong(format!("the slab at {at:#x} is in a list where it does not belong"));
                    }
                    blocks.extend_from_slice(free);
                    found += 1;
                    if found > slabs.len() {
                        return Err(Stop::Abort(HeapMessage::Endless));
                    }
                    let used = shape.objects.saturating_sub(free.len() as u64);
                    picture.groups.push(self.look_at_group(at, shape, used)?);
                    at = self.p.get(at, word::NEXT, "")?;
                }
            }
            if !blocks.is_empty() {
                picture.lists.push(FreeList { size: shape.size, blocks });
            }
        }
        if found != slabs.len() {
            picture.wrong(format!("{} slabs are in the table of frames, {found} in the lists", slabs.len()));
        }
        Ok(())
    }
    fn look_at_group(&mut self, at: u64, shape: Shape, used: u64) -> Outcome<Group> {
        let (first, page) = (self.p.get(at, word::FIRST, "")?, self.p.page());
        let colour = self.p.get(at, word::COLOUR, "")?;
        Ok(Group {
            at: first - first % page,
            bytes: shape.pages * page,
            size: shape.size,
            used,
            of: shape.objects,
            colour: (!shape.apart).then_some(colour),
        })
    }
}
