//! What happened: a closed set. An event is one primitive change with the value before and after, so it can be applied
//! and reverted; or an observation, which changes nothing but the tally (counters and cycles). Which is which, and what
//! each is about, [`super::about_event`] says.

pub use crate::vocabulary::access::{Access, CacheUser, FaultKind};

use crate::hw::disk::Slot;
use crate::hw::pte::RawPte;
use crate::hw::ram::Contents;
use crate::hw::tlb::TlbEntry;
use crate::units::{AnonVmaId, HeapId, ObjectId, Pfn, Pid, PortId, StableId, SwapSlot, VirtAddr, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVma;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::command::Command;
use crate::vocabulary::entry::{Entry, PtePointer};
use crate::vocabulary::frame::{Frame, Owner};
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::heap::{HeapInfo, HeapMessage, Heaps};
use crate::vocabulary::object::{ObjectInfo, ObjectPage};
use crate::vocabulary::port::{PortInfo, SendBy};
use crate::vocabulary::process::ProcessInfo;
use crate::vocabulary::rank::RankChange;
use crate::vocabulary::reply::{Errno, Reply, Signal};
use crate::vocabulary::report::{Fit, Report};
use crate::vocabulary::request::Request;
use crate::vocabulary::run::Run;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::vma::Vma;
use serde::Serialize;
use strum::{EnumDiscriminants, IntoStaticStr};

/// One event. In JSON the variant's name is the field `event`.
#[derive(Clone, PartialEq, Debug, Serialize, IntoStaticStr, EnumDiscriminants)]
#[strum_discriminants(name(EventName), derive(strum::EnumCount, strum::VariantArray), doc = "An event's variant.")]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    // Changes of state: `before` and `after`, `None` where the thing does not exist.
    Process {
        pid: Pid,
        before: Option<Box<ProcessInfo>>,
        after: Option<Box<ProcessInfo>>,
    },
    Vma {
        id: VmaId,
        before: Option<Box<Vma>>,
        after: Option<Box<Vma>>,
    },
    AnonVma {
        id: AnonVmaId,
        before: Option<Box<AnonVma>>,
        after: Option<Box<AnonVma>>,
    },
    /// A stable node, the way back from a merged page, was changed.
    StableNode {
        id: StableId,
        before: Option<Box<StableNode>>,
        after: Option<Box<StableNode>>,
    },
    Object {
        id: ObjectId,
        before: Option<Box<ObjectInfo>>,
        after: Option<Box<ObjectInfo>>,
    },
    /// A VMA enters (`linked`) or leaves the set of VMAs that an anon_vma or an object leads to.
    Link {
        owner: Owner,
        id: VmaId,
        linked: bool,
    },
    ObjectPage {
        id: ObjectId,
        index: u64,
        before: Option<ObjectPage>,
        after: Option<ObjectPage>,
    },
    /// A page of a file on its disk was replaced.
    Stored {
        id: ObjectId,
        index: u64,
        #[serde(skip)]
        before: Contents,
        #[serde(skip)]
        after: Contents,
    },
    Frame {
        pfn: Pfn,
        before: Frame,
        after: Frame,
    },
    /// The entry that the reverse map stores for a frame was replaced.
    Reverse {
        pfn: Pfn,
        before: Entry,
        after: Entry,
    },
    /// A PTE pointer enters (`linked`) a frame's chain at place `at`, counted from the oldest, or leaves it.
    Pointer {
        pfn: Pfn,
        at: u32,
        pte: PtePointer,
        linked: bool,
    },
    /// An entry of the table in `table` was changed; `vpn` is the first page it covers.
    Pte {
        pid: Pid,
        table: Pfn,
        index: u16,
        level: u8,
        vpn: Vpn,
        before: RawPte,
        after: RawPte,
    },
    /// A frame's bytes replaced whole: zeroed, copied, read from disk. `from` names the source frame of a copy.
    Contents {
        pfn: Pfn,
        from: Option<Pfn>,
        #[serde(skip)]
        before: Contents,
        #[serde(skip)]
        after: Contents,
    },
    /// Bytes written by a process.
    Bytes {
        pfn: Pfn,
        offset: u32,
        before: Box<[u8]>,
        after: Box<[u8]>,
    },
    /// A free run enters (`linked`) or leaves a free list; inserted after `prev`, or at the head.
    Free {
        run: FreeRun,
        list: ListId,
        prev: Option<Pfn>,
        linked: bool,
    },
    /// The tree of a zone's free areas was changed; it took so many rotations.
    Areas {
        zone: u8,
        rotations: u32,
        #[serde(skip)]
        before: Option<AreaTree>,
        #[serde(skip)]
        after: Option<AreaTree>,
    },
    Run {
        first: Pfn,
        before: Option<Box<Run>>,
        after: Option<Box<Run>>,
    },
    Slot {
        slot: SwapSlot,
        before: Slot,
        after: Slot,
    },
    SlotContents {
        slot: SwapSlot,
        #[serde(skip)]
        before: Contents,
        #[serde(skip)]
        after: Contents,
    },
    Tlb {
        index: u16,
        before: Option<TlbEntry>,
        after: Option<TlbEntry>,
    },
    /// A line of the processor's cache was read or written: `at` lines of its set had been used since it was, `None`: a
    /// miss. `evicted`: the line that it took the place of.
    CacheLine {
        line: u64,
        by: CacheUser,
        at: Option<u8>,
        evicted: Option<u64>,
    },
    /// The clock's hand moved.
    Hand {
        before: Pfn,
        after: Pfn,
    },

    // Observations.
    /// A memory access by a process; `hit`: its translation was in the TLB.
    Access {
        pid: Pid,
        vpn: Vpn,
        access: Access,
        hit: bool,
    },
    /// The MMU read one entry on its walk.
    Walk {
        pid: Pid,
        vpn: Vpn,
        level: u8,
        table: Pfn,
        index: u16,
        raw: RawPte,
    },
    /// Bytes of a frame that a process, or a file call, reads or writes. Emitted where a cache is to hear it.
    Use {
        pfn: Pfn,
        offset: u32,
        bytes: u32,
        access: Access,
    },
    Fault {
        pid: Pid,
        addr: VirtAddr,
        access: Access,
        kind: FaultKind,
    },
    /// The allocator split a free run at `pfn` into `left` frames and, after them, `right`.
    Split {
        pfn: Pfn,
        left: u32,
        right: u32,
    },
    /// Two free neighbours became one run at `pfn`: `left` frames and, after them, `right`.
    #[serde(rename = "merge")]
    #[strum(serialize = "merge")]
    Join {
        pfn: Pfn,
        left: u32,
        right: u32,
    },
    /// The allocator, or a search for a window to clear, examined `looked` things (frames, words of a bitmap, runs of a
    /// list, nodes of a tree), the last of them at `pfn`.
    Inspect {
        pfn: Pfn,
        looked: u32,
    },
    /// An allocation was asked for; `got` is its first frame, `None` a miss. Asked again after a miss, it is emitted
    /// again.
    Alloc {
        request: Request,
        got: Option<Pfn>,
    },
    /// How well a request fitted: `pages` frames at `pfn`.
    Fit {
        pfn: Pfn,
        pages: u32,
        fit: Fit,
    },
    /// The allocator wrote this many words of a map of its own, about frames from `pfn`.
    Mark {
        pfn: Pfn,
        words: u32,
    },
    /// The allocator joined all free neighbours of a zone: `before` runs became `after`.
    Coalesce {
        zone: u8,
        before: u32,
        after: u32,
    },
    /// A clean page of a file, not mapped by any process, lies beside a free run: it is dropped to make the run longer.
    Neighbour {
        pfn: Pfn,
    },
    /// A page of an object was looked for on its chain of the page cache's hash table: the table's pointer and `looked`
    /// descriptors were read. `found`: the frame that holds it.
    HashWalk {
        id: ObjectId,
        index: u64,
        bucket: u32,
        looked: u32,
        found: Option<Pfn>,
    },
    /// `pages` frames' contents, and everything that leads to them, moved: a page, or a whole run.
    Migrate {
        from: Pfn,
        to: Pfn,
        pages: u32,
    },
    /// What was done for a request that no free run could serve.
    Contig {
        request: Request,
        report: Report,
    },
    /// Reclaim begins: this many frames are wanted.
    Reclaim {
        wanted: u32,
    },
    /// The replacement policy ranks a page anew, or changes a number of its own.
    Rank {
        change: RankChange,
    },
    /// The clock, or another policy, examined a frame.
    Scan {
        pfn: Pfn,
        referenced: bool,
        victim: bool,
    },
    /// A scan of a process's tables read a PTE that maps a frame, and cleared its accessed bit if it was set
    /// (`referenced`).
    ScanPte {
        pid: Pid,
        vpn: Vpn,
        pfn: Pfn,
        referenced: bool,
    },
    /// The merge pass read a page's bytes; `equal` is the frame that has the same.
    Compare {
        pfn: Pfn,
        equal: Option<Pfn>,
    },
    /// The reverse map visited a VMA (or, scanning, a process) while looking for `pfn`.
    VisitVma {
        pfn: Pfn,
        pid: Pid,
        id: Option<VmaId>,
    },
    /// The reverse map read a PTE; `found`: it maps `pfn`.
    VisitPte {
        pfn: Pfn,
        pid: Pid,
        vpn: Vpn,
        found: bool,
    },
    /// The reverse map read one link of a frame's chain, a cache line; links count from the oldest.
    VisitLink {
        pfn: Pfn,
        link: u32,
    },
    /// The consistency check: page `vpn` of `pid` maps `pfn`, but the frame's entry leads elsewhere.
    Stale {
        pfn: Pfn,
        pid: Pid,
        vpn: Vpn,
        entry: Entry,
        right: Entry,
    },
    DiskRead {
        slot: Option<SwapSlot>,
        object: Option<ObjectId>,
    },
    DiskWrite {
        slot: Option<SwapSlot>,
        object: Option<ObjectId>,
    },
    /// Memory ran out and nothing could be reclaimed: this process was chosen. `rss` in pages.
    OomKill {
        pid: Pid,
        rss: u64,
    },
    /// A call failed.
    Failed {
        pid: Pid,
        errno: Errno,
    },
    Signal {
        pid: Pid,
        signal: Signal,
        addr: VirtAddr,
    },

    // Heaps in programs: changes of state.
    /// All heaps of a process appear or go: at `fork`, `exec` and the process's end.
    Heaps {
        pid: Pid,
        #[serde(skip)]
        before: Heaps,
        #[serde(skip)]
        after: Heaps,
    },
    /// A heap is made, or its counters and its list of free blocks change; at the end of each call.
    Heap {
        pid: Pid,
        heap: HeapId,
        before: Option<Box<HeapInfo>>,
        after: Option<Box<HeapInfo>>,
    },
    /// A block is given or freed: the bytes asked for, before and after.
    Block {
        pid: Pid,
        heap: HeapId,
        addr: VirtAddr,
        before: Option<u64>,
        after: Option<u64>,
    },
    /// The heap gets pages from the kernel (`held`), or gives them back.
    Held {
        pid: Pid,
        heap: HeapId,
        start: Vpn,
        pages: u64,
        held: bool,
    },

    // Heaps in programs: observations.
    /// The allocator reads or writes a number of its bookkeeping, `bytes` bytes long.
    Word {
        pid: Pid,
        heap: HeapId,
        addr: VirtAddr,
        /// The page that holds its first byte.
        vpn: Vpn,
        bytes: u8,
        access: Access,
        value: u64,
        what: &'static str,
    },
    /// The allocator has made a system call, and was answered.
    SystemCall {
        pid: Pid,
        heap: HeapId,
        call: Box<Command>,
        reply: Reply,
    },
    /// An observation: `looked` areas were read to find the one that holds `vpn`, or with `room` a free one.
    AreaLook {
        pid: Pid,
        vpn: Vpn,
        looked: u32,
        room: bool,
    },

    // Messages between processes.
    /// A port is made, has one message more or less, or ends.
    Port {
        port: PortId,
        before: Option<PortInfo>,
        after: Option<PortInfo>,
    },
    /// An observation: a message of `bytes` bytes beside its header was sent, or received; `copied` bytes of header and
    /// segment were copied for it then.
    Message {
        pid: Pid,
        port: PortId,
        by: SendBy,
        bytes: u64,
        copied: u64,
        sent: bool,
    },
    /// The allocator prints a message.
    Said {
        pid: Pid,
        heap: HeapId,
        message: HeapMessage,
    },
}
