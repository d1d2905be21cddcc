//! What rounding and headers cost where each size is as likely as the others: the figures that can be worked out.

use crate::kernel::kinds;
use crate::row::{Who, row};
use crate::workloads::{Generated, generated};
use pageturner::config::{AllocatorKind, KmallocConfig};

/// Rounding at the peak of a trace whose sizes are uniform up to 8 KiB, in per cent, by kind.
fn rounding(kmalloc: KmallocConfig) -> f64 {
    let kind = Generated { requests: 3000, least: 1, most: 8192, log: false, early: false };
    let seeds = [1, 2, 3];
    let all = seeds.map(|seed| row(Who::Kernel(AllocatorKind::Buddy, kmalloc), &generated(kind, seed)).rounding);
    all.iter().sum::<f64>() / all.len() as f64
}

/// Powers of two: of sizes up to 2^k two thirds of a block's 2^k on average, while a half is asked for: a quarter lost.
/// Linux 2.0's steps are a header and a descriptor lower, which is a little more. Paragraphs lose 7.5 of 4096 bytes.
#[test]
fn rounding_is_what_uniform_sizes_make_it() {
    let of = |name: &str| {
        let (_, kmalloc) = kinds().into_iter().find(|(known, _)| *known == name).expect("a kind");
        rounding(kmalloc)
    };
    let [paragraph, linux, mckusick, slab] = ["paragraph", "linux_2_0", "mckusick_karels", "slab"].map(of);
    assert!((mckusick - 25.0).abs() < 1.5, "{mckusick}");
    assert!((slab - mckusick).abs() < 0.2, "{slab}: the same powers of two, from 32 on");
    assert!(linux > mckusick && linux < mckusick + 1.5, "{linux}");
    assert!((paragraph - 0.18).abs() < 0.05, "{paragraph}");
}
