//! Trees made without a sort. `collect` into a tree sorts first, by a merge sort compiled for every type of item: some
//! 5 KB of the wasm file each. What is made here is short or in order.

/// Makes a tree of these items.
pub fn tree<T: Default + Extend<I>, I>(items: impl IntoIterator<Item = I>) -> T {
    let mut tree = T::default();
    tree.extend(items);
    tree
}
