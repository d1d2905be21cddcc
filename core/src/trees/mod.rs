//! Ordered maps that copies share, trees made without a sort, and the balanced tree whose shape is to be seen.
//!
//! `collect` into a tree sorts first, by a merge sort compiled for every type of item: some 5 KB of the wasm file each.
//! What is made here is short or in order.

pub mod balanced;

/// An ordered map whose copies share what is equal: a copy costs a pointer, a change after it a few nodes of some 16
/// entries. Not for other threads, as nothing of a machine is.
pub type Map<K, V> = imbl::GenericOrdMap<K, V, imbl::shared_ptr::RcK>;

/// Makes a tree of these items.
pub fn tree<T: Default + Extend<I>, I>(items: impl IntoIterator<Item = I>) -> T {
    let mut tree = T::default();
    tree.extend(items);
    tree
}
