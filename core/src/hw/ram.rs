//! Physical memory: real bytes, kept only once written. A frame that was never written, or was zeroed, costs a pointer.
//!
//! A frame's bytes are its own while they are written, and shared once they are needed elsewhere: a copy for
//! copy-on-write, a page moved to swap, a mark of a session. The next write makes them its own again. So writing an
//! entry of a page table costs no atomic count. That is the host's affair and invisible in the model.

use super::geometry::Geometry;
use super::pte::RawPte;
use crate::units::Pfn;
use std::sync::Arc;

/// The bytes of one frame, tag bytes behind them; `None` is all zero.
pub type Contents = Option<Arc<[u8]>>;

/// The same while in RAM.
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

/// All frames' contents.
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

    /// Replaces a frame's contents and returns the old.
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
        self.bytes(pfn).map_or(0, |bytes| entry(self.geometry, bytes, index))
    }

    /// Sets an entry and returns the old.
    #[inline]
    pub fn set_entry(&mut self, pfn: Pfn, index: u16, raw: RawPte) -> RawPte {
        let before = self.entry(pfn, index);
        if before == raw {
            return before;
        }
        let geometry = self.geometry;
        let bytes = self.bytes_mut(pfn);
        let at = usize::from(index) << geometry.entry_shift;
        if geometry.tag_bytes == 0 {
            bytes[at..at + 8].copy_from_slice(&raw.to_le_bytes());
        } else {
            set_tagged_entry(geometry, bytes, at, raw);
        }
        before
    }

    /// Bytes kept of a frame: its page and the tag bytes behind it.
    pub fn stored_size(&self) -> usize {
        stored_size(self.geometry)
    }

    #[inline]
    fn bytes_mut(&mut self, pfn: Pfn) -> &mut [u8] {
        let bytes = &mut self.frames[pfn.index()];
        if !matches!(bytes, Bytes::Own(_)) {
            make_own(bytes, self.geometry);
        }
        match bytes {
            Bytes::Own(own) => own,
            Bytes::Zero | Bytes::Shared(_) => unreachable!("just made its own"),
        }
    }
}

#[inline]
fn entry(geometry: &Geometry, bytes: &[u8], index: u16) -> RawPte {
    let at = usize::from(index) << geometry.entry_shift;
    if geometry.tag_bytes == 0 {
        u64::from_le_bytes(bytes[at..at + 8].try_into().expect("entries are eight bytes"))
    } else {
        tagged_entry(geometry, bytes, at)
    }
}

/// Kept apart so that entries of eight bytes are read inline.
#[inline(never)]
fn tagged_entry(geometry: &Geometry, bytes: &[u8], at: usize) -> RawPte {
    u64::from(bytes[at]) | u64::from(bytes[geometry.page_size() as usize + at]) << 8
}

#[inline(never)]
fn set_tagged_entry(geometry: &Geometry, bytes: &mut [u8], at: usize, raw: RawPte) {
    bytes[at] = raw as u8;
    bytes[geometry.page_size() as usize + at] = (raw >> 8) as u8;
}

fn stored_size(geometry: &Geometry) -> usize {
    geometry.page_size() as usize + geometry.tag_bytes
}

#[cold]
fn make_own(bytes: &mut Bytes, geometry: &Geometry) {
    let own = match bytes.get() {
        Some(shared) => shared.into(),
        None => vec![0; stored_size(geometry)].into(),
    };
    *bytes = Bytes::Own(own);
}

fn share(bytes: &mut Bytes) -> Contents {
    let contents = Contents::from(std::mem::take(bytes));
    *bytes = contents.clone().into();
    contents
}
