//! Which chain of the page cache's hash table a page of an object is on: Linux 2.4's `page_hash_table`, before the page
//! cache became a tree for each file in 2.5.8.
//!
//! ```text
//! table, in the frames of run 0     | b0 | b1 | b2 | b3 | ..        a pointer for each chain, to its newest page
//! pages of an object, by index             0    1    2              neighbours are on neighbouring chains
//! pages of another one                               0    1         begin elsewhere
//! ```

use crate::hw::geometry::Geometry;
use crate::units::ObjectId;

/// Number of chains of a table of so many frames: a power of two, one pointer each, of the size of a PTE.
pub fn buckets(geometry: &Geometry, frames: u32) -> u32 {
    let pointers = u64::from(frames) * geometry.entries();
    1 << pointers.max(1).ilog2().min(31)
}

/// The chain, of so many, that a page of an object is on.
pub fn bucket(buckets: u32, object: ObjectId, index: u64) -> u32 {
    // Where an object's pages begin is spread by a multiple of the golden ratio, as the address of an inode was.
    let begin = u64::from(object.0).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    (begin.wrapping_add(index) & u64::from(buckets - 1)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hw::geometry::GeometryKind;

    #[test]
    fn a_frame_holds_a_chain_for_each_pointer() {
        let frames = |kind: GeometryKind, frames| buckets(kind.geometry(), frames);
        assert_eq!(frames(GeometryKind::X86_64, 1), 512);
        assert_eq!(frames(GeometryKind::X86_64, 200), 65_536);
        assert_eq!(frames(GeometryKind::X86_32, 1), 1024);
    }

    #[test]
    fn as_many_pages_in_a_row_as_chains_are_on_one_each() {
        let mut seen = vec![false; 512];
        (40..552).for_each(|index| seen[bucket(512, ObjectId(7), index) as usize] = true);
        assert!(seen.iter().all(|seen| *seen));
    }
}
