//! Physical memory: real bytes, kept only once written. A frame that was never written, or was zeroed, costs a pointer.
//!
//! Bytes are written in place by the only one that has them. Once they are needed elsewhere (a copy for copy-on-write,
//! a page moved to swap, a copy of the machine) they are shared, and the next write makes a copy first. That concerns
//! the host only and is invisible in the model.

use super::geometry::Geometry;
use super::pte::{RawPte, is_empty};
use crate::chunks::Chunks;
use crate::units::Pfn;
use std::rc::Rc;

/// The bytes of one frame, with its tag bytes after them; `None` is all zero.
pub type Contents = Option<Rc<[u8]>>;

/// Physical memory: the contents of all frames.
#[derive(Clone, Debug)]
pub struct Ram {
    geometry: &'static Geometry,
    frames: Chunks<Contents, 128>,
    /// Number of frames that are not all zero by being unwritten.
    stored: u32,
}

impl PartialEq for Ram {
    /// Equal when every byte reads the same, written or not.
    fn eq(&self, other: &Ram) -> bool {
        let same = |at: usize| same_bytes(&self.frames[at], &other.frames[at]);
        self.len() == other.len() && self.frames.differing(&other.frames).all(|mut range| range.all(same))
    }
}

/// Whether two contents read the same.
pub fn same_bytes(a: &Contents, b: &Contents) -> bool {
    same_slices(a.as_deref(), b.as_deref())
}

fn same_slices(a: Option<&[u8]>, b: Option<&[u8]>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => std::ptr::eq(a, b) || a == b,
        (Some(a), None) | (None, Some(a)) => a.iter().all(|byte| *byte == 0),
    }
}

/// The contents with zeroes in `from..to`; `None` if they are zero there already.
pub fn zeroed(bytes: Option<&[u8]>, from: u64, to: u64) -> Option<Contents> {
    let part = from as usize..to as usize;
    let bytes = bytes.filter(|bytes| bytes[part.clone()].iter().any(|byte| *byte != 0))?;
    let mut bytes = bytes.to_vec();
    bytes[part].fill(0);
    Some(Some(bytes.into()))
}

impl Ram {
    /// `frames` zeroed frames.
    pub fn new(geometry: &'static Geometry, frames: u32) -> Ram {
        Ram { geometry, frames: Chunks::new(frames as usize, &None), stored: 0 }
    }

    /// The geometry that gives the frame size.
    pub fn geometry(&self) -> &'static Geometry {
        self.geometry
    }

    /// Number of frames.
    pub fn len(&self) -> u32 {
        self.frames.len() as u32
    }

    /// Whether there are none; never for a machine.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// A frame's bytes; `None` is all zero.
    #[inline]
    pub fn bytes(&self, pfn: Pfn) -> Option<&[u8]> {
        self.frames[pfn.index()].as_deref()
    }

    /// Whether two frames read the same.
    pub fn same_bytes(&self, a: Pfn, b: Pfn) -> bool {
        same_bytes(&self.frames[a.index()], &self.frames[b.index()])
    }

    /// A frame's contents, shared with it until either is written.
    pub fn share(&self, pfn: Pfn) -> Contents {
        self.frames[pfn.index()].clone()
    }

    /// Replaces a frame's contents and returns the old. `None` is all zero.
    #[inline]
    pub fn replace(&mut self, pfn: Pfn, contents: Contents) -> Contents {
        let frame = &mut self.frames[pfn.index()];
        self.stored = self.stored + u32::from(contents.is_some()) - u32::from(frame.is_some());
        std::mem::replace(frame, contents)
    }

    /// `len` bytes from `offset`, within one frame.
    pub fn read(&self, pfn: Pfn, offset: u64, len: u64) -> Vec<u8> {
        match self.bytes(pfn) {
            Some(bytes) => bytes[offset as usize..(offset + len) as usize].to_vec(),
            None => vec![0; len as usize],
        }
    }

    /// Writes bytes within one frame.
    pub fn write(&mut self, pfn: Pfn, offset: u64, bytes: &[u8]) {
        let offset = offset as usize;
        self.bytes_mut(pfn)[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    /// The entry `index` of the table in frame `pfn`; tag bits from bit 8 up where the geometry has them.
    #[inline]
    pub fn entry(&self, pfn: Pfn, index: u16) -> RawPte {
        self.bytes(pfn).map_or(0, |bytes| self.entry_in(bytes, index))
    }

    /// The entry `index` of a table with these bytes.
    #[inline]
    fn entry_in(&self, bytes: &[u8], index: u16) -> RawPte {
        if self.geometry.entry_shift == 3 {
            return u64::from_le_bytes(bytes.as_chunks().0[usize::from(index)]);
        }
        read_entry(bytes, self.geometry, index)
    }

    /// Calls `visit` with every entry of a table that is not empty, lowest first: faster than one by one.
    pub fn each_entry(&self, pfn: Pfn, mut visit: impl FnMut(u16, RawPte)) {
        let Some(bytes) = self.bytes(pfn) else { return };
        for index in 0..self.geometry.entries() as u16 {
            let raw = self.entry_in(bytes, index);
            if !is_empty(self.geometry.kind, raw) {
                visit(index, raw);
            }
        }
    }

    /// Sets an entry and returns the old.
    #[inline(always)]
    pub fn set_entry(&mut self, pfn: Pfn, index: u16, raw: RawPte) -> RawPte {
        if self.geometry.entry_shift == 3
            && let Some(bytes) = &mut self.frames[pfn.index()]
        {
            let entry = &mut own(bytes).as_chunks_mut().0[usize::from(index)];
            return u64::from_le_bytes(std::mem::replace(entry, raw.to_le_bytes()));
        }
        self.write_entry(pfn, index, raw)
    }

    /// Number of bytes stored for a frame: its page and the tag bytes after it.
    pub fn stored_size(&self) -> usize {
        self.geometry.page_size() as usize + self.geometry.tag_bytes
    }

    /// Number of frames whose bytes are stored.
    pub fn stored(&self) -> u32 {
        self.stored
    }

    /// Number of frames whose bytes are stored here and not shared with `other`, of the same length.
    pub fn beyond(&self, other: &Ram) -> u64 {
        let own = |at: &usize| match (&self.frames[*at], &other.frames[*at]) {
            (Some(here), Some(there)) => !Rc::ptr_eq(here, there),
            (here, _) => here.is_some(),
        };
        self.frames.differing(&other.frames).map(|range| range.filter(own).count() as u64).sum()
    }

    /// A frame's own bytes, made where nothing was stored. Apart, so that the usual cases are short.
    #[inline(never)]
    fn bytes_mut(&mut self, pfn: Pfn) -> &mut [u8] {
        let size = self.stored_size();
        let frame = &mut self.frames[pfn.index()];
        self.stored += u32::from(frame.is_none());
        own(frame.get_or_insert_with(|| std::iter::repeat_n(0, size).collect()))
    }

    /// Sets an entry of any geometry in any kind of bytes; an empty one stays unwritten where nothing is stored.
    #[inline(never)]
    fn write_entry(&mut self, pfn: Pfn, index: u16, raw: RawPte) -> RawPte {
        let before = self.entry(pfn, index);
        if before != raw {
            let geometry = self.geometry;
            let at = usize::from(index) << geometry.entry_shift;
            let bytes = self.bytes_mut(pfn);
            let width = 1 << geometry.entry_shift;
            bytes[at..at + width].copy_from_slice(&raw.to_le_bytes()[..width]);
            if geometry.tag_bytes > 0 {
                bytes[geometry.page_size() as usize + usize::from(index)] = (raw >> (8 * width)) as u8;
            }
        }
        before
    }
}

/// An entry of any geometry, of a table with these bytes. Apart, so that the usual case is inlined.
#[inline(never)]
pub fn read_entry(bytes: &[u8], geometry: &Geometry, index: u16) -> RawPte {
    let at = usize::from(index) << geometry.entry_shift;
    let mut raw = [0; 8];
    let width = 1 << geometry.entry_shift;
    raw[..width].copy_from_slice(&bytes[at..at + width]);
    // Of a memory that was given there are no tag bits.
    let tag = if geometry.tag_bytes > 0 { bytes.get(geometry.page_size() as usize + usize::from(index)) } else { None };
    u64::from_le_bytes(raw) | tag.map_or(0, |tag| u64::from(*tag) << (8 * width))
}

/// The bytes, for writing: a copy of them if they are shared. The copy is a call apart.
#[inline(always)]
fn own(bytes: &mut Rc<[u8]>) -> &mut [u8] {
    #[cold]
    #[inline(never)]
    fn copy(bytes: &mut Rc<[u8]>) {
        *bytes = Rc::from(&bytes[..]);
    }
    if Rc::strong_count(bytes) != 1 {
        copy(bytes);
    }
    Rc::get_mut(bytes).expect("nobody else has them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hw::geometry::GeometryKind;
    use strum::VariantArray;

    #[test]
    fn what_is_shared_keeps_its_bytes() {
        for kind in GeometryKind::VARIANTS {
            let (mut ram, a, b) = (Ram::new(kind.geometry(), 2), Pfn(0), Pfn(1));
            assert_eq!((ram.set_entry(a, 3, 0), ram.bytes(a)), (0, None), "an empty entry stays unwritten");
            ram.set_entry(a, 3, 0x1f85);
            ram.set_entry(a, 4, 0x81);
            ram.replace(b, ram.share(a));
            let before = ram.clone();
            assert!(ram.same_bytes(a, b));
            assert_eq!(ram.set_entry(a, 3, 0x85), 0x1f85);
            assert_eq!((ram.entry(a, 3), ram.entry(a, 4), ram.entry(b, 3)), (0x85, 0x81, 0x1f85));
            assert_eq!((before.entry(a, 3), before == ram), (0x1f85, false));
            assert_eq!(ram.stored(), 2);
        }
    }
}
