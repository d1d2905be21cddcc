//! Physical memory: real bytes, kept only once written. A frame that was never written, or was zeroed, costs a pointer.
//!
//! Contents are shared where they are equal by construction: copying a page for copy-on-write, or moving it to swap,
//! shares the bytes until one side writes. That is the host's affair and invisible in the model.

use super::geometry::Geometry;
use super::pte::RawPte;
use crate::units::Pfn;
use std::sync::Arc;

/// The bytes of one frame, tag bytes behind them; `None` is all zero.
pub type Contents = Option<Arc<[u8]>>;

/// All frames' contents.
#[derive(Clone, Debug)]
pub struct Ram {
    geometry: &'static Geometry,
    frames: Vec<Contents>,
}

impl PartialEq for Ram {
    /// Equal when every byte reads the same, written or not.
    fn eq(&self, other: &Ram) -> bool {
        self.frames.len() == other.frames.len() && self.frames.iter().zip(&other.frames).all(|(a, b)| same_bytes(a, b))
    }
}

/// Whether two contents read the same.
pub fn same_bytes(a: &Contents, b: &Contents) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
        (Some(a), None) | (None, Some(a)) => a.iter().all(|byte| *byte == 0),
    }
}

/// The contents with zeroes in `from..to`; `None` if they are zero there already.
pub fn zeroed(contents: &Contents, from: u64, to: u64) -> Option<Contents> {
    let part = from as usize..to as usize;
    let bytes = contents.as_ref().filter(|bytes| bytes[part.clone()].iter().any(|byte| *byte != 0))?;
    let mut bytes = bytes.to_vec();
    bytes[part].fill(0);
    Some(Some(bytes.into()))
}

impl Ram {
    /// `frames` zeroed frames.
    pub fn new(geometry: &'static Geometry, frames: u32) -> Ram {
        Ram { geometry, frames: vec![None; frames as usize] }
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

    /// A frame's contents, shared.
    pub fn contents(&self, pfn: Pfn) -> &Contents {
        &self.frames[pfn.index()]
    }

    /// Replaces a frame's contents and returns the old.
    pub fn replace(&mut self, pfn: Pfn, contents: Contents) -> Contents {
        std::mem::replace(&mut self.frames[pfn.index()], contents)
    }

    /// `len` bytes from `offset`, within one frame.
    pub fn read(&self, pfn: Pfn, offset: u64, len: u64) -> Vec<u8> {
        match &self.frames[pfn.index()] {
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
        let Some(bytes) = &self.frames[pfn.index()] else { return 0 };
        let at = usize::from(index) << self.geometry.entry_shift;
        if self.geometry.tag_bytes == 0 {
            u64::from_le_bytes(bytes[at..at + 8].try_into().expect("entries are eight bytes"))
        } else {
            u64::from(bytes[at]) | u64::from(bytes[self.geometry.page_size() as usize + at]) << 8
        }
    }

    /// Sets an entry and returns the old.
    #[inline]
    pub fn set_entry(&mut self, pfn: Pfn, index: u16, raw: RawPte) -> RawPte {
        let before = self.entry(pfn, index);
        let at = usize::from(index) << self.geometry.entry_shift;
        let (page_size, tagged) = (self.geometry.page_size() as usize, self.geometry.tag_bytes != 0);
        let bytes = self.bytes_mut(pfn);
        if tagged {
            bytes[at] = raw as u8;
            bytes[page_size + at] = (raw >> 8) as u8;
        } else {
            bytes[at..at + 8].copy_from_slice(&raw.to_le_bytes());
        }
        before
    }

    /// Bytes kept of a frame: its page and the tag bytes behind it.
    pub fn stored_size(&self) -> usize {
        self.geometry.page_size() as usize + self.geometry.tag_bytes
    }

    fn bytes_mut(&mut self, pfn: Pfn) -> &mut [u8] {
        let size = self.stored_size();
        let contents = self.frames[pfn.index()].get_or_insert_with(|| vec![0; size].into());
        Arc::make_mut(contents)
    }
}
