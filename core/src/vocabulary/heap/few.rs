//! A short map in one vector, in the order of its keys; copies share it until one of them changes.
//!
//! For what there is little of: processes that have heaps, a process's heaps, the ranges of pages that a heap has. A
//! tree whose copies share nodes ([`crate::trees::Map`]) costs some 17 KB of the wasm file for each pair of types.

use crate::chunks::own;
use std::ops::Index;
use std::rc::Rc;

/// A short map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Few<K, V>(Rc<Vec<(K, V)>>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Few<K, V> {
        Few(Rc::default())
    }
}

impl<K: Ord + Clone, V: Clone> Few<K, V> {
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }

    /// All entries, in the order of their keys.
    pub fn entries(&self) -> &[(K, V)] {
        &self.0
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is under a key; `None` if nothing is.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|n| &self.0[n].1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let n = self.place(key).ok()?;
        Some(&mut own(&mut self.0)[n].1)
    }

    /// Puts something under a key; returns what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(n) => Some(std::mem::replace(&mut own(&mut self.0)[n].1, value)),
            Err(n) => {
                own(&mut self.0).insert(n, (key, value));
                None
            }
        }
    }

    /// Takes away what is under a key, and returns it.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let n = self.place(key).ok()?;
        Some(own(&mut self.0).remove(n).1)
    }

    /// Puts entries in the place of those with these numbers.
    pub fn replace(&mut self, old: std::ops::Range<usize>, new: impl IntoIterator<Item = (K, V)>) {
        own(&mut self.0).splice(old, new);
    }

    /// The keys, lowest first.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// What is under the keys, in their order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Keys and what is under them.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<K: Ord + Clone, V: Clone> Index<&K> for Few<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        self.get(key).expect("the key is there")
    }
}
