//! A map from ids to what they name, for ids that are given in order and never again; Linux's `xarray`.
//!
//! ```text
//! id 70 -> page 70 / 32 = 2, slot 70 % 32 = 6        a page goes when its last slot is empty
//! ```
//! Found without a search, kept in order without a comparison: VMAs and anon_vmas come and go at every fork and exit.
//! Copies share the pages that neither has changed since.

use crate::chunks::own;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;
use std::rc::Rc;

const SLOTS: usize = 32;

/// A map from ids to what they name.
#[derive(Clone)]
pub struct IdMap<K, V> {
    pages: Rc<Vec<Option<Rc<Page<V>>>>>,
    len: usize,
    key: PhantomData<K>,
}

#[derive(Clone)]
struct Page<V> {
    used: usize,
    slots: [Option<V>; SLOTS],
}

fn place(id: u32) -> (usize, usize) {
    (id as usize / SLOTS, id as usize % SLOTS)
}

impl<K: From<u32> + Into<u32> + Copy, V: Clone> IdMap<K, V> {
    /// Number of ids that name something.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no id names anything.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What an id names; `None` if it names nothing.
    #[inline]
    pub fn get(&self, id: &K) -> Option<&V> {
        let (page, slot) = place((*id).into());
        self.pages.get(page)?.as_ref()?.slots[slot].as_ref()
    }

    /// A mutable reference to what an id names; `None` if it names nothing.
    #[inline]
    pub fn get_mut(&mut self, id: &K) -> Option<&mut V> {
        let (page, slot) = place((*id).into());
        own(own(&mut self.pages).get_mut(page)?.as_mut()?).slots[slot].as_mut()
    }

    /// Inserts what an id names; returns what it named before.
    pub fn insert(&mut self, id: K, value: V) -> Option<V> {
        let (page, slot) = place(id.into());
        let pages = own(&mut self.pages);
        if page >= pages.len() {
            pages.resize_with(page + 1, || None);
        }
        let page = own(pages[page].get_or_insert_with(|| Rc::new(Page { used: 0, slots: [const { None }; SLOTS] })));
        let before = page.slots[slot].replace(value);
        if before.is_none() {
            page.used += 1;
            self.len += 1;
        }
        before
    }

    /// Removes what an id names, and returns it.
    pub fn remove(&mut self, id: &K) -> Option<V> {
        let (at, slot) = place((*id).into());
        self.get(id)?;
        let pages = own(&mut self.pages);
        let page = own(pages.get_mut(at)?.as_mut()?);
        let before = page.slots[slot].take()?;
        page.used -= 1;
        self.len -= 1;
        if page.used == 0 {
            pages[at] = None;
        }
        Some(before)
    }

    /// All that is named, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        let pages = self.pages.iter().enumerate().filter_map(|(n, page)| Some((n, page.as_ref()?)));
        pages.flat_map(|(n, page)| {
            let slots = page.slots.iter().enumerate();
            slots.filter_map(move |(slot, value)| Some((K::from((n * SLOTS + slot) as u32), value.as_ref()?)))
        })
    }

    /// All that is named, without the ids, in their order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K, V> Default for IdMap<K, V> {
    fn default() -> IdMap<K, V> {
        IdMap { pages: Rc::default(), len: 0, key: PhantomData }
    }
}

impl<K: From<u32> + Into<u32> + Copy + PartialEq, V: Clone + PartialEq> PartialEq for IdMap<K, V> {
    fn eq(&self, other: &IdMap<K, V>) -> bool {
        self.len == other.len && (Rc::ptr_eq(&self.pages, &other.pages) || self.iter().eq(other.iter()))
    }
}

impl<K: From<u32> + Into<u32> + Copy, V: Clone> Index<&K> for IdMap<K, V> {
    type Output = V;

    fn index(&self, id: &K) -> &V {
        self.get(id).expect("the id names something")
    }
}

impl<K: From<u32> + Into<u32> + Copy + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for IdMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::VmaId;
    use std::collections::BTreeMap;

    #[test]
    fn holds_what_a_tree_holds() {
        let (mut map, mut tree) = (IdMap::default(), BTreeMap::new());
        let mut copies = Vec::new();
        for n in 0..5000u32 {
            if n % 1000 == 7 {
                copies.push((map.clone(), tree.clone()));
            }
            let (id, old) = (VmaId(n), VmaId(n.wrapping_mul(2_654_435_761) % (n + 1)));
            assert_eq!(map.insert(id, n), tree.insert(id, n));
            assert_eq!(map.remove(&old), tree.remove(&old));
            assert_eq!((map.get(&old), map.get(&id)), (tree.get(&old), tree.get(&id)));
            assert_eq!(map.get_mut(&id), tree.get_mut(&id));
            assert_eq!((map.len(), map.is_empty()), (tree.len(), tree.is_empty()));
        }
        assert!(map.iter().eq(tree.iter().map(|(id, n)| (*id, n))));
        for (id, n) in &tree {
            assert_eq!(map.remove(id), Some(*n));
        }
        assert!(map.is_empty() && map.pages.iter().all(Option::is_none));
        for (map, tree) in copies {
            assert!(map.iter().eq(tree.iter().map(|(id, n)| (*id, n))), "a copy is as it was");
        }
    }
}
