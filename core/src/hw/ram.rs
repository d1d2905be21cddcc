//! Physical memory: real bytes, kept only once written. A frame that was never written, or was zeroed, costs a pointer.
//!
//! A frame's bytes are its own while they are written, and shared once they are needed elsewhere: a copy for
//! copy-on-write, a page moved to swap, a mark of a session. The next write makes them its own again. So writing an
//! entry of a page table costs no atomic count. That concerns the host only and is invisible in the model.

use super::geometry::Geometry;
use super::pte::RawPte;
use crate::units::Pfn;
use std::sync::Arc;

/// The bytes of one frame, with its tag bytes after them; `None` is all zero.
pub type Contents = Option<Arc<[u8]>>;

/// A frame's bytes while in RAM: all zero, owned exclusively, or shared.
#[derive(Clone, Debug, Default)]
pub enum Bytes {
    #[default]
    Zero,
    Own(Box<[u8]>),
    Shared(Arc<[u8]>),
}

impl Bytes {
    #[inline]
    fn get(&self) -> Option<&[u8]> {
        match self {
            Bytes::Zero => None,
            Bytes::Own(bytes) => Some(bytes),
            Bytes::Shared(bytes) => Some(bytes),
        }
    }
}

impl From<Bytes> for Contents {
    fn from(bytes: Bytes) -> Contents {
        match bytes {
            Bytes::Zero => None,
            Bytes::Own(bytes) => Some(bytes.into()),
            Bytes::Shared(bytes) => Some(bytes),
        }
    }
}

impl From<Contents> for Bytes {
    #[inline]
    fn from(contents: Contents) -> Bytes {
        contents.map_or(Bytes::Zero, Bytes::Shared)
    }
}

/// Physical memory: the contents of all frames.
#[derive(Clone, Debug)]
pub struct Ram {
    geometry: &'static Geometry,
    frames: Vec<Bytes>,
}

impl PartialEq for Ram {
    /// Equal when every byte reads the same, written or not.
    fn eq(&self, other: &Ram) -> bool {
        let same = |(a, b): (&Bytes, &Bytes)| same_slices(a.get(), b.get());
        self.frames.len() == other.frames.len() && self.frames.iter().zip(&other.frames).all(same)
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
        Ram { geometry, frames: vec![Bytes::Zero; frames as usize] }
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
        self.frames[pfn.index()].get()
    }

    /// Whether two frames read the same.
    pub fn same_bytes(&self, a: Pfn, b: Pfn) -> bool {
        same_slices(self.bytes(a), self.bytes(b))
    }

    /// A frame's contents, shared with it until either is written.
    pub fn share(&mut self, pfn: Pfn) -> Contents {
        share(&mut self.frames[pfn.index()])
    }

    /// Shares every frame's contents, so that a clone of this costs pointers.
    pub fn share_all(&mut self) {
        self.frames.iter_mut().for_each(|bytes| drop(share(bytes)));
    }

    /// Replaces a frame's contents and returns the old. `None` is all zero.
    #[inline]
    pub fn replace(&mut self, pfn: Pfn, contents: Contents) -> Bytes {
        std::mem::replace(&mut self.frames[pfn.index()], contents.into())
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
        match &self.frames[pfn.index()] {
            Bytes::Own(bytes) if self.geometry.entry_shift == 3 => {
                u64::from_le_bytes(bytes.as_chunks().0[usize::from(index)])
            }
            bytes => read_entry(bytes, self.geometry, index),
        }
    }

    /// Sets an entry and returns the old.
    #[inline(always)]
    pub fn set_entry(&mut self, pfn: Pfn, index: u16, raw: RawPte) -> RawPte {
        match &mut self.frames[pfn.index()] {
            Bytes::Own(bytes) if self.geometry.entry_shift == 3 => {
                let entry = &mut bytes.as_chunks_mut().0[usize::from(index)];
                u64::from_le_bytes(std::mem::replace(entry, raw.to_le_bytes()))
            }
            bytes => write_entry(bytes, self.geometry, index, raw),
        }
    }

    /// Moves entries from `index` up out of a table; empty ones stay there.
    #[inline]
    pub fn take_entries(&mut self, pfn: Pfn, index: u16, taken: &mut [RawPte]) {
        match &mut self.frames[pfn.index()] {
            Bytes::Own(bytes) if self.geometry.entry_shift == 3 => {
                let first = usize::from(index);
                let entries = &mut bytes.as_chunks_mut().0[first..first + taken.len()];
                for (taken, entry) in taken.iter_mut().zip(entries) {
                    *taken = u64::from_le_bytes(std::mem::take(entry));
                }
            }
            bytes => {
                for (taken, index) in taken.iter_mut().zip(index..) {
                    *taken = write_entry(bytes, self.geometry, index, 0);
                }
            }
        }
    }

    /// Number of bytes stored for a frame: its page and the tag bytes after it.
    pub fn stored_size(&self) -> usize {
        stored_size(self.geometry)
    }

    fn bytes_mut(&mut self, pfn: Pfn) -> &mut [u8] {
        make_own(&mut self.frames[pfn.index()], self.geometry)
    }
}

/// An entry of any geometry in any kind of bytes. A function apart, so that the usual case is inlined.
#[inline(never)]
fn read_entry(bytes: &Bytes, geometry: &Geometry, index: u16) -> RawPte {
    let Some(bytes) = bytes.get() else { return 0 };
    let at = usize::from(index) << geometry.entry_shift;
    if geometry.tag_bytes > 0 {
        return u64::from(bytes[at]) | u64::from(bytes[geometry.page_size() as usize + at]) << 8;
    }
    let mut raw = [0; 8];
    let width = 1 << geometry.entry_shift;
    raw[..width].copy_from_slice(&bytes[at..at + width]);
    u64::from_le_bytes(raw)
}

#[inline(never)]
fn write_entry(bytes: &mut Bytes, geometry: &Geometry, index: u16, raw: RawPte) -> RawPte {
    let before = read_entry(bytes, geometry, index);
    if before != raw {
        let at = usize::from(index) << geometry.entry_shift;
        let own = make_own(bytes, geometry);
        if geometry.tag_bytes > 0 {
            own[at] = raw as u8;
            own[geometry.page_size() as usize + at] = (raw >> 8) as u8;
        } else {
            let width = 1 << geometry.entry_shift;
            own[at..at + width].copy_from_slice(&raw.to_le_bytes()[..width]);
        }
    }
    before
}

fn stored_size(geometry: &Geometry) -> usize {
    geometry.page_size() as usize + geometry.tag_bytes
}

fn make_own<'a>(bytes: &'a mut Bytes, geometry: &Geometry) -> &'a mut [u8] {
    match bytes {
        Bytes::Own(_) => {}
        Bytes::Zero => *bytes = Bytes::Own(vec![0; stored_size(geometry)].into()),
        Bytes::Shared(shared) => *bytes = Bytes::Own(shared[..].into()),
    }
    match bytes {
        Bytes::Own(own) => own,
        Bytes::Zero | Bytes::Shared(_) => unreachable!("just made its own"),
    }
}

fn share(bytes: &mut Bytes) -> Contents {
    let contents = Contents::from(std::mem::take(bytes));
    *bytes = contents.clone().into();
    contents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hw::geometry::GeometryKind;

    #[test]
    fn what_is_shared_keeps_its_bytes() {
        for kind in [GeometryKind::X86_64, GeometryKind::X86_64La57, GeometryKind::X86_32, GeometryKind::Classroom] {
            let (mut ram, a, b) = (Ram::new(kind.geometry(), 2), Pfn(0), Pfn(1));
            assert_eq!((ram.set_entry(a, 3, 0), ram.bytes(a)), (0, None), "an empty entry stays unwritten");
            ram.set_entry(a, 3, 0x1f85);
            ram.set_entry(a, 4, 0x81);
            let contents = ram.share(a);
            ram.replace(b, contents);
            let before = ram.clone();
            assert!(ram.same_bytes(a, b));
            assert_eq!(ram.set_entry(a, 3, 0x85), 0x1f85);
            assert_eq!((ram.entry(a, 3), ram.entry(a, 4), ram.entry(b, 3)), (0x85, 0x81, 0x1f85));
            assert_eq!((before.entry(a, 3), before == ram), (0x1f85, false));
            let mut taken = [1; 3];
            ram.take_entries(a, 2, &mut taken);
            assert_eq!((taken, ram.entry(a, 3), ram.entry(b, 3)), ([0, 0x85, 0x81], 0, 0x1f85));
        }
    }
}
