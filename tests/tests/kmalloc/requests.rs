//! Random requests to every allocator of small objects on every frame allocator: no two blocks overlap, a block keeps
//! its bytes, the bookkeeping agrees with itself, and the folded view is the machine's.

use crate::kernel::{Kernel, kinds};
use pageturner::config::{AllocatorKind, Config};
use pageturner::hw::geometry::GeometryKind;
use pageturner_tests::regressions;
use proptest::prelude::*;
use std::collections::BTreeMap;
use strum::VariantArray;

#[derive(Clone, Copy, Debug)]
enum Request {
    Kmalloc(u64),
    Kfree(usize),
    Reap,
}

fn request() -> impl Strategy<Value = Request> {
    let bytes = prop_oneof![6 => 0u64..300, 3 => 300u64..5000, 1 => 5000u64..40_000];
    prop_oneof![
        9 => bytes.prop_map(Request::Kmalloc),
        7 => any::<usize>().prop_map(Request::Kfree),
        1 => Just(Request::Reap),
    ]
}

struct Tester {
    kernel: Kernel,
    /// Address, bytes asked for, the value of each byte.
    blocks: BTreeMap<u64, (u64, u8)>,
    next: u8,
}

impl Tester {
    fn carry_out(&mut self, request: Request) {
        match request {
            Request::Kmalloc(bytes) => {
                let Some(block) = self.kernel.kmalloc(bytes) else { return };
                let before = self.blocks.range(..=block).next_back();
                assert!(before.is_none_or(|(at, (len, _))| at + len.max(&1) <= block), "{block:#x} lies in {before:?}");
                let after = self.blocks.range(block..).next();
                assert!(after.is_none_or(|(at, _)| block + bytes <= *at), "{block:#x} runs into {after:?}");
                self.next = self.next.wrapping_add(1);
                if bytes > 0 {
                    self.kernel.write(block, vec![self.next; bytes as usize]);
                }
                self.blocks.insert(block, (bytes, self.next));
            }
            Request::Kfree(n) => {
                let Some(block) = self.blocks.keys().nth(n % self.blocks.len().max(1)).copied() else { return };
                self.keeps(block);
                self.kernel.kfree(block);
                self.blocks.remove(&block);
            }
            Request::Reap if self.kernel.0.view().heaps.is_empty() => {}
            Request::Reap => self.kernel.reap(),
        }
    }

    fn keeps(&mut self, block: u64) {
        let (bytes, value) = self.blocks[&block];
        if bytes > 0 {
            assert_eq!(self.kernel.read(block, bytes), vec![value; bytes as usize], "{block:#x} keeps its bytes");
        }
    }
}

fn test(config: Config, requests: &[Request]) {
    let mut tester = Tester { kernel: Kernel::on(config), blocks: BTreeMap::new(), next: 0 };
    for request in requests {
        tester.carry_out(*request);
        assert_eq!(tester.kernel.check(), [] as [String; 0], "after {request:?}");
    }
    for block in tester.blocks.keys().copied().collect::<Vec<_>>() {
        tester.keeps(block);
    }
    assert_eq!(tester.kernel.0.check(), [] as [String; 0]);
    tester.kernel.0.seek(0);
    assert!(tester.kernel.0.view().heaps.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: regressions("tests/kmalloc/requests.proptest-regressions"),
        ..ProptestConfig::default()
    })]

    #[test]
    fn blocks_never_overlap_and_keep_their_bytes(
        kind in proptest::sample::select(kinds()),
        allocator in proptest::sample::select(AllocatorKind::VARIANTS),
        array in 1u32..4,
        short in any::<bool>(),
        requests in proptest::collection::vec(request(), 1..100),
    ) {
        let mut kmalloc = kind.1;
        kmalloc.array = array;
        let geometry = if short { GeometryKind::X86_32 } else { GeometryKind::X86_64 };
        test(Config { geometry, frames: 1024, swap_slots: 0, allocator, kmalloc, ..Config::default() }, &requests);
    }

    /// With less memory than is asked for.
    #[test]
    fn the_same_when_memory_is_short(
        kind in proptest::sample::select(kinds()),
        allocator in proptest::sample::select(AllocatorKind::VARIANTS),
        requests in proptest::collection::vec(request(), 1..100),
    ) {
        test(Config { frames: 32, swap_slots: 0, allocator, kmalloc: kind.1, ..Config::default() }, &requests);
    }
}
