//! A long array that shares what is equal: copies of it share every chunk that neither has written since.
//!
//! ```text
//! top        | * | * | * |         one pointer for 256 chunks: what a copy costs
//!              |   \___/
//! directory  | * * * .. * |  <---- shared: none of its chunks has been written
//!              |   \_____/
//! chunk      [T T .. T] <--------- shared: every element has the value that the array was made with
//! ```
//! A write copies the chunk and its directory if they are shared, else it goes straight there. So a new array of any
//! length costs next to nothing, a copy some microseconds, a change after that one chunk; and two arrays are compared
//! without a look at what they share. `Rc`, not `Arc`: no machine or session crosses threads. Source: the two-level
//! tables of persistent vectors (Bagwell and Rompf 2011), of a fixed height. Measured against `imbl::Vector`, which
//! takes 8 times as long to read an element and 10 times to write one.

use std::fmt;
use std::ops::{Index, IndexMut, Range};
use std::rc::Rc;

/// Chunks of a directory.
const CHUNKS: usize = 256;

type Chunk<T, const N: usize> = Rc<[T; N]>;
type Directory<T, const N: usize> = Rc<[Chunk<T, N>; CHUNKS]>;

/// An array in chunks of `N` elements, a power of two.
#[derive(Clone)]
pub struct Chunks<T, const N: usize> {
    top: Vec<Directory<T, N>>,
    len: usize,
    /// What no write has reached.
    untouched: Chunk<T, N>,
    empty: Directory<T, N>,
    /// Number of chunks that have been written.
    touched: usize,
}

/// Makes what a pointer leads to its own. The copy is a call apart, so that the usual case is short enough to inline.
#[inline(always)]
pub fn own<T: Clone>(shared: &mut Rc<T>) -> &mut T {
    #[cold]
    #[inline(never)]
    fn copy<T: Clone>(shared: &mut Rc<T>) {
        *shared = Rc::new((**shared).clone());
    }
    if Rc::strong_count(shared) != 1 {
        copy(shared);
    }
    Rc::get_mut(shared).expect("nobody else has it, and no weak pointers are made")
}

impl<T: Clone, const N: usize> Chunks<T, N> {
    const OF_DIRECTORY: usize = N * CHUNKS;

    /// `len` elements of one value.
    pub fn new(len: usize, value: &T) -> Chunks<T, N> {
        const { assert!(N.is_power_of_two()) };
        let untouched = Rc::new(std::array::from_fn(|_| value.clone()));
        let empty: Directory<T, N> = Rc::new(std::array::from_fn(|_| Rc::clone(&untouched)));
        Chunks { top: vec![Rc::clone(&empty); len.div_ceil(Self::OF_DIRECTORY)], len, untouched, empty, touched: 0 }
    }

    /// Number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// An element; `None` beyond the end.
    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        (at < self.len).then(|| &self[at])
    }

    /// Makes the array longer by elements of the value that it was made with; never shorter.
    pub fn grow(&mut self, len: usize) {
        self.len = self.len.max(len);
        self.top.resize(self.len.div_ceil(Self::OF_DIRECTORY), Rc::clone(&self.empty));
    }

    /// All elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.top.iter().flat_map(|directory| directory.iter()).flat_map(|chunk| chunk.iter()).take(self.len)
    }

    /// The chunks that have been written, each with the index of its first element; the last may go beyond the end.
    /// Costs a look at every pointer, not at every element.
    pub fn written(&self) -> impl Iterator<Item = (usize, &[T; N])> {
        let directories = self.top.iter().enumerate().filter(|(_, directory)| !Rc::ptr_eq(directory, &self.empty));
        directories.flat_map(|(n, directory)| {
            let first = n * Self::OF_DIRECTORY;
            let chunks = directory.iter().enumerate().filter(|(_, chunk)| !Rc::ptr_eq(chunk, &self.untouched));
            chunks.map(move |(n, chunk)| (first + n * N, &**chunk))
        })
    }

    /// Every element of the chunks that have been written, with its index: all that may differ from the value that the
    /// array was made with.
    pub fn written_elements(&self) -> impl Iterator<Item = (usize, &T)> {
        let len = self.len;
        self.written().flat_map(move |(first, chunk)| (first..len).zip(chunk))
    }

    /// The ranges of elements whose chunks are not shared with `other`: what may differ. Arrays of one length.
    pub fn differing(&self, other: &Chunks<T, N>) -> impl Iterator<Item = Range<usize>> {
        let directories = self.top.iter().zip(&other.top).enumerate().filter(|(_, (a, b))| !Rc::ptr_eq(a, b));
        directories.flat_map(move |(n, (a, b))| {
            let first = n * Self::OF_DIRECTORY;
            let chunks = a.iter().zip(b.iter()).enumerate().filter(|(_, (a, b))| !Rc::ptr_eq(a, b));
            chunks.map(move |(n, _)| first + n * N..(first + n * N + N).min(self.len))
        })
    }

    /// Bytes of the chunks that `other` does not share, by the size of an element. Arrays of one length.
    pub fn beyond(&self, other: &Chunks<T, N>, each: usize) -> u64 {
        self.differing(other).map(|range| (range.len() * each) as u64).sum()
    }

    /// Gives the chunk of an element the value that the array was made with, so that it takes no memory.
    pub fn forget_chunk(&mut self, at: usize) {
        let chunk = &mut own(&mut self.top[at / Self::OF_DIRECTORY])[at / N % CHUNKS];
        if !Rc::ptr_eq(chunk, &self.untouched) {
            self.touched -= 1;
            *chunk = Rc::clone(&self.untouched);
        }
    }

    /// Bytes that the written chunks take, by the size that an element has on the host of the figure: `each`.
    pub fn bytes(&self, each: usize) -> u64 {
        (self.touched * N * each) as u64
    }
}

impl<T: Clone + Default, const N: usize> Default for Chunks<T, N> {
    fn default() -> Chunks<T, N> {
        Chunks::new(0, &T::default())
    }
}

impl<T: Clone, const N: usize> Index<usize> for Chunks<T, N> {
    type Output = T;

    #[inline(always)]
    fn index(&self, at: usize) -> &T {
        assert!(at < self.len, "an index within the array");
        &self.top[at / Self::OF_DIRECTORY][at / N % CHUNKS][at % N]
    }
}

impl<T: Clone, const N: usize> IndexMut<usize> for Chunks<T, N> {
    #[inline(always)]
    fn index_mut(&mut self, at: usize) -> &mut T {
        assert!(at < self.len, "an index within the array");
        let chunk = &mut own(&mut self.top[at / Self::OF_DIRECTORY])[at / N % CHUNKS];
        if Rc::strong_count(chunk) != 1 {
            copy_chunk(chunk, &self.untouched, &mut self.touched);
        }
        &mut Rc::get_mut(chunk).expect("nobody else has it")[at % N]
    }
}

#[cold]
#[inline(never)]
fn copy_chunk<T: Clone, const N: usize>(chunk: &mut Chunk<T, N>, untouched: &Chunk<T, N>, touched: &mut usize) {
    *touched += usize::from(Rc::ptr_eq(chunk, untouched));
    *chunk = Rc::new((**chunk).clone());
}

impl<T: Clone + PartialEq, const N: usize> PartialEq for Chunks<T, N> {
    fn eq(&self, other: &Chunks<T, N>) -> bool {
        let same = |at: usize| self[at] == other[at];
        self.len == other.len && self.differing(other).all(|mut range| range.all(same))
    }
}

impl<T: Clone + fmt::Debug, const N: usize> fmt::Debug for Chunks<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: usize = 40_000;

    fn random(seed: &mut u64, n: usize) -> usize {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize % n
    }

    #[test]
    fn holds_what_a_vector_holds_and_copies_are_independent() {
        let (mut seed, mut copies) = (5, vec![(Chunks::<u32, 16>::new(LEN, &7), vec![7u32; LEN])]);
        for n in 0..3000 {
            let which = random(&mut seed, copies.len());
            if n % 500 == 1 {
                let copy = copies[which].clone();
                copies.push(copy);
            }
            let (chunks, vector) = &mut copies[which];
            let at = random(&mut seed, LEN);
            if n % 7 == 0 {
                chunks.forget_chunk(at);
                vector[at / 16 * 16..at / 16 * 16 + 16].fill(7);
            } else {
                (chunks[at], vector[at]) = (n as u32, n as u32);
            }
        }
        for (chunks, vector) in &copies {
            assert!(chunks.iter().eq(vector) && chunks.len() == LEN);
            let mut seen = vec![7; LEN];
            chunks.written_elements().for_each(|(at, value)| seen[at] = *value);
            assert_eq!(&seen, vector, "what has not been written is as it was");
            assert_eq!(chunks.bytes(4), chunks.written().count() as u64 * 64);
            for (others, other) in &copies {
                assert_eq!(chunks == others, vector == other);
                let mut covered = vec![false; LEN];
                chunks.differing(others).flatten().for_each(|at| covered[at] = true);
                assert!((0..LEN).all(|at| covered[at] || vector[at] == other[at]), "the rest is equal");
            }
        }
    }

    #[test]
    fn a_copy_shares_all_but_what_is_written() {
        let mut chunks = Chunks::<u32, 16>::new(LEN, &0);
        assert_eq!((chunks.bytes(4), chunks.written().count()), (0, 0));
        (0..LEN).for_each(|at| chunks[at] = at as u32);
        let copy = chunks.clone();
        assert_eq!(chunks.differing(&copy).next(), None);
        chunks[20_000] += 1;
        assert_eq!(chunks.differing(&copy).collect::<Vec<_>>(), vec![20_000..20_016]);
        assert_eq!((chunks[20_000], copy[20_000], chunks == copy), (20_001, 20_000, false));
        chunks[20_000] -= 1;
        assert!(chunks == copy);
        chunks.grow(LEN + 1);
        assert_eq!((chunks[LEN], chunks.get(LEN + 1), copy.get(LEN)), (0, None, None));
    }

    #[test]
    #[should_panic(expected = "an index within the array")]
    fn an_index_beyond_the_end_is_refused() {
        let _ = Chunks::<u32, 16>::new(5, &0)[5];
    }
}
