//! Random requests to every heap: no two blocks overlap, a block keeps its bytes, the bookkeeping agrees with itself
//! and with the blocks that were given, and the folded view is the machine's.

use crate::program::{PID, Program};
use pageturner::config::Config;
use pageturner::hw::geometry::GeometryKind;
use pageturner::units::VirtAddr;
use pageturner::vocabulary::command::{Brk, Command, MapFlag, Mmap, Munmap, Write};
use pageturner::vocabulary::heap::{Directory, Dl, Freelist, HeapSettings, Kr, ListOrder, MmapDirect, Phk, Policy};
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::reply::Reply;
use pageturner_tests::regressions;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug)]
enum Request {
    Malloc(u64),
    Calloc(u64),
    Realloc(usize, u64),
    Free(usize),
    Trim,
    /// Somebody maps a page where the break is, or unmaps it.
    Wall(bool),
}

fn request() -> impl Strategy<Value = Request> {
    let bytes = || prop_oneof![6 => 0u64..300, 2 => 300u64..5000, 1 => 5000u64..60_000];
    prop_oneof![
        8 => bytes().prop_map(Request::Malloc),
        1 => bytes().prop_map(Request::Calloc),
        2 => (any::<usize>(), bytes()).prop_map(|(n, bytes)| Request::Realloc(n, bytes)),
        6 => any::<usize>().prop_map(Request::Free),
        1 => Just(Request::Trim),
    ]
}

/// Of any size up to what a command may write, so that a heap grows again and again.
fn large() -> impl Strategy<Value = Request> {
    let large = |bytes: u64| bytes * 400 % (128 << 10);
    request().prop_map(move |request| match request {
        Request::Malloc(bytes) => Request::Malloc(large(bytes)),
        Request::Calloc(bytes) => Request::Calloc(large(bytes)),
        Request::Realloc(n, bytes) => Request::Realloc(n, large(bytes)),
        other => other,
    })
}

fn settings() -> impl Strategy<Value = HeapSettings> {
    use Directory::*;
    let directory = proptest::sample::select(vec![Remade, Hysteresis, Doubling, Reserved, Mremap, Linked]);
    let options = proptest::sample::select(vec!["", "H", "J", "R", "Z", "<<<<", "V>"]);
    let policy = proptest::sample::select(vec![Policy::Best, Policy::Worst, Policy::First]);
    let orders = vec![ListOrder::Address, ListOrder::Smallest, ListOrder::Largest, ListOrder::Front, ListOrder::Back];
    let order = proptest::sample::select(orders);
    prop_oneof![
        4 => (directory, options).prop_map(|(directory, options)| {
            HeapSettings::Phk(Phk { directory, options: options.into(), reserve: 4096, ..Phk::default() })
        }),
        2 => (1u64..2000).prop_map(|units| HeapSettings::Kr(Kr { units, ..Kr::default() })),
        4 => (0u64..20_000, 1000u64..40_000, 0u64..9000).prop_map(|(trim_threshold, mmap_threshold, top_pad)| {
            HeapSettings::Dl(Dl { trim_threshold, mmap_threshold, top_pad, limit: None })
        }),
        1 => Just(HeapSettings::MmapDirect(MmapDirect::default())),
        2 => (policy, order, any::<bool>(), any::<bool>(), 0u64..9).prop_map(|(policy, list, coalesce, quirks, header)| {
            let align = if header > 4 { 8 } else { -1 };
            let (base, size) = (1 << 20, 4000);
            HeapSettings::Freelist(Freelist { base, size, policy, list, coalesce, header, align, quirks })
        }),
    ]
}

/// What a program has in its blocks: address, bytes asked for, the value of each byte.
type Blocks = BTreeMap<VirtAddr, (u64, u8)>;

struct Tester {
    program: Program,
    blocks: Blocks,
    /// Whether blocks are memory.
    real: bool,
    next: u8,
    wall: Option<VirtAddr>,
}

impl Tester {
    fn carry_out(&mut self, request: Request) {
        match request {
            Request::Malloc(bytes) => {
                let got = self.program.malloc(bytes);
                self.given(got, bytes, None);
            }
            Request::Calloc(bytes) => {
                let got = self.program.calloc(1, bytes);
                if let Some(block) = got.filter(|block| self.real && block.0 != 0 && bytes > 0) {
                    assert_eq!(self.program.read(block, bytes), vec![0; bytes as usize], "calloc clears");
                }
                self.given(got, bytes, None);
            }
            Request::Realloc(n, bytes) => {
                let Some(old) = self.nth(n) else { return };
                let (had, value) = self.blocks[&old];
                let Some(new) = self.program.realloc(old, bytes) else { return };
                self.blocks.remove(&old);
                let kept = had.min(bytes);
                if self.real && kept > 0 {
                    assert_eq!(self.program.read(new, kept), vec![value; kept as usize], "realloc keeps the bytes");
                }
                self.given(Some(new), bytes, Some(value));
            }
            Request::Free(n) => {
                let Some(block) = self.nth(n) else { return };
                self.keeps(block);
                self.program.free(block);
                self.blocks.remove(&block);
            }
            Request::Trim => self.program.trim(),
            Request::Wall(up) => self.wall(up),
        }
    }

    fn wall(&mut self, up: bool) {
        let pages = 1;
        if let Some(addr) = self.wall.take() {
            self.program.run(Command::Munmap(Munmap { pid: PID, addr, pages }));
        }
        if up {
            let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
            let Reply::Addr(brk) = self.program.run(Command::Brk(Brk { pid: PID, addr: VirtAddr(0) })) else { return };
            let addr = Some(VirtAddr(brk.0.next_multiple_of(4096)));
            let prot = Prot::READ | Prot::WRITE;
            self.program.run(Command::Mmap(Mmap { pid: PID, addr, pages, prot, flags, file: None, pgoff: 0 }));
            self.wall = addr;
        }
    }

    fn nth(&self, n: usize) -> Option<VirtAddr> {
        self.blocks.keys().nth(n % self.blocks.len().max(1)).copied()
    }

    fn given(&mut self, got: Option<VirtAddr>, bytes: u64, value: Option<u8>) {
        let Some(block) = got.filter(|block| self.program.heap().blocks.contains_key(block)) else { return };
        let before = self.blocks.range(..=block).next_back();
        assert!(before.is_none_or(|(at, (len, _))| at.0 + len <= block.0), "{block} lies in {before:?}");
        let after = self.blocks.range(block..).next();
        assert!(after.is_none_or(|(at, _)| block.0 + bytes <= at.0), "{block} of {bytes} runs into {after:?}");
        self.next = self.next.wrapping_add(1);
        let value = value.unwrap_or(self.next);
        if self.real && bytes > 0 {
            self.program.write(block, vec![value; bytes as usize]);
        }
        self.blocks.insert(block, (bytes, value));
    }

    fn keeps(&mut self, block: VirtAddr) {
        let (bytes, value) = self.blocks[&block];
        if self.real && bytes > 0 {
            assert_eq!(self.program.read(block, bytes), vec![value; bytes as usize], "{block} keeps its bytes");
        }
    }
}

fn test(config: Config, settings: HeapSettings, requests: Vec<Request>) {
    let real = !matches!(settings, HeapSettings::Freelist(_));
    let (program, blocks) = (Program::on(config, settings), BTreeMap::new());
    let mut tester = Tester { program, blocks, real, next: 0, wall: None };
    for request in requests {
        tester.carry_out(request);
        assert_eq!(tester.program.check(), [] as [String; 0], "after {request:?}");
        let known: Vec<_> = tester.program.heap().blocks.iter().map(|(at, bytes)| (*at, *bytes)).collect();
        assert_eq!(known, tester.blocks.iter().map(|(at, (bytes, _))| (*at, *bytes)).collect::<Vec<_>>());
    }
    for block in tester.blocks.keys().copied().collect::<Vec<_>>() {
        tester.keeps(block);
    }
    assert_eq!(tester.program.0.check(), [] as [String; 0]);
}

/// Requests with a wild write before each, to a multiple of 8 in a page of the heap: a small number, an address of the
/// heap, or anything.
fn damage(settings: HeapSettings, requests: Vec<(Request, (u16, u16, u64))>) {
    let real = !matches!(settings, HeapSettings::Freelist(_));
    let mut program = Program::new(settings);
    for (request, (page, word, value)) in requests {
        if program.0.view().heaps.is_empty() {
            return;
        }
        let heap = program.heap();
        let statics = heap.info.statics.0 / 4096;
        let pages = heap.held.iter().flat_map(|(from, to)| from.0..to.0).take(64).chain([statics]);
        let pages: Vec<u64> = pages.collect();
        let at = pages[usize::from(page) % pages.len()] * 4096 + u64::from(word) % 512 * 8;
        let value = match value % 4 {
            0 => value % 64,
            1 => pages[value as usize % pages.len()] * 4096 + value % 512 * 8,
            2 => value,
            _ => value % 100_000,
        };
        if real {
            program.run(Command::Write(Write { pid: PID, addr: VirtAddr(at), bytes: value.to_le_bytes().into() }));
        }
        let blocks: Vec<VirtAddr> = program.heap().blocks.keys().copied().collect();
        let nth = |n: usize| blocks.get(n % blocks.len().max(1)).copied();
        match request {
            Request::Malloc(bytes) => drop(program.malloc(bytes)),
            Request::Calloc(bytes) => drop(program.calloc(2, bytes)),
            Request::Realloc(n, bytes) => drop(nth(n).map(|block| program.realloc(block, bytes))),
            Request::Free(n) => drop(nth(n).map(|block| program.free(block))),
            Request::Trim => program.trim(),
            Request::Wall(_) => {}
        }
        if !program.0.view().heaps.is_empty() {
            program.check();
        }
    }
    assert_eq!(program.0.check(), [] as [String; 0], "the machine is whole");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96, failure_persistence: regressions("tests/heaps/requests.proptest-regressions"),
        ..ProptestConfig::default()
    })]

    #[test]
    fn blocks_never_overlap_and_keep_their_bytes(
        settings in settings(),
        requests in proptest::collection::vec(request(), 1..120),
    ) {
        test(Config { frames: 4096, swap_slots: 0, ..Config::default() }, settings, requests);
    }

    /// With less memory than the heap takes: bookkeeping goes to the disk and comes back.
    #[test]
    fn nothing_is_lost_on_the_swap_disk(
        settings in settings(),
        requests in proptest::collection::vec(request(), 1..100),
    ) {
        test(Config { frames: 48, swap_slots: 4096, ..Config::default() }, settings, requests);
    }

    /// With pointers of four bytes.
    #[test]
    fn the_same_with_short_pointers(
        settings in settings(),
        requests in proptest::collection::vec(request(), 1..100),
    ) {
        let geometry = GeometryKind::X86_32;
        test(Config { geometry, frames: 4096, swap_slots: 0, ..Config::default() }, settings, requests);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48, failure_persistence: regressions("tests/heaps/requests.proptest-regressions"),
        ..ProptestConfig::default()
    })]

    /// Something above the break comes and goes: Doug Lea's heap goes on in mappings.
    #[test]
    fn a_break_that_cannot_move_is_no_end(
        (trim_threshold, top_pad) in (0u64..20_000, 0u64..9000),
        requests in proptest::collection::vec(prop_oneof![9 => large(), 1 => any::<bool>().prop_map(Request::Wall)], 1..100),
    ) {
        let settings = HeapSettings::Dl(Dl { trim_threshold, mmap_threshold: 1 << 30, top_pad, limit: None });
        test(Config { frames: 1 << 15, swap_slots: 0, ..Config::default() }, settings, requests);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: regressions("tests/heaps/requests.proptest-regressions"),
        ..ProptestConfig::default()
    })]

    /// A program writes anywhere into its heap, the allocator's variables included: whatever that leads to, it is an
    /// answer, a message or the program's end.
    #[test]
    fn no_damage_is_too_much(
        settings in settings(),
        requests in proptest::collection::vec((request(), any::<(u16, u16, u64)>()), 1..30),
    ) {
        damage(settings, requests);
    }
}
