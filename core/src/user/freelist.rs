//! A list of free blocks over addresses of its own: no memory is touched, so that the list is all there is to see.
//!
//! ```text
//! base 1000, size 100, best fit, by address         malloc(20) from [1000 30][1050 50]
//!   searched 2, given 1000, left [1020 10][1050 50]
//! ```
//! Source: the exercise program of OSTEP chapter 17, whose answers this gives for the same requests. Its quirks are a
//! setting: the list is sorted when a block is freed and not when one is cut, only neighbours in the list are joined,
//! and rounding up makes a block longer without moving it to a round address.

use super::picture::{Blocks, FreeList, Picture, PieceKind};
use crate::vocabulary::heap::{Freelist, ListOrder, Policy};

/// A free block: address and bytes.
type Block = (u64, u64);

/// Bytes that a request of `bytes` takes of the list; `None` beyond the largest number.
pub fn taken(settings: &Freelist, bytes: u64) -> Option<u64> {
    let rounded = match u64::try_from(settings.align) {
        Ok(align) => bytes.checked_next_multiple_of(align)?,
        Err(_) => bytes,
    };
    rounded.checked_add(settings.header)
}

/// Takes a block: its address, past the header, or `None`; and how many elements were searched.
pub fn malloc(settings: &Freelist, list: &mut Vec<Block>, bytes: u64) -> (Option<u64>, u64) {
    let searched = list.len() as u64;
    let Some(bytes) = taken(settings, bytes) else { return (None, 0) };
    let fits = list.iter().enumerate().filter(|(_, block)| block.1 >= bytes);
    let found = match settings.policy {
        Policy::Best => fits.min_by_key(|(_, block)| block.1),
        // Of equal ones the first: a later one has to be larger.
        Policy::Worst => fits.rev().max_by_key(|(_, block)| block.1),
        Policy::First => fits.take(1).next(),
    };
    let Some((n, _)) = found else { return (None, searched) };
    let at = list[n].0;
    list[n] = (at + bytes, list[n].1 - bytes);
    if list[n].1 == 0 {
        list.remove(n);
    } else if !settings.quirks {
        sort(settings, list);
    }
    let searched = if settings.policy == Policy::First { n as u64 + 1 } else { searched };
    (Some(at + settings.header), searched)
}

/// Gives a block back that was asked for with `bytes` bytes.
pub fn free(settings: &Freelist, list: &mut Vec<Block>, block: u64, bytes: u64) {
    let taken = taken(settings, bytes).expect("it was given");
    let freed = (block - settings.header, taken);
    match settings.list {
        ListOrder::Front => list.insert(0, freed),
        _ => list.push(freed),
    }
    sort(settings, list);
    if settings.coalesce && settings.quirks {
        join_in_order(list);
    } else if settings.coalesce {
        join_anywhere(list);
        sort(settings, list);
    }
}

/// Puts a list in its order; equal blocks stay as they stand. Mostly one block is out of place, which moves down.
fn sort(settings: &Freelist, list: &mut [Block]) {
    let follows = |before: &Block, after: &Block| match settings.list {
        ListOrder::Address => before.0 > after.0,
        ListOrder::Smallest => before.1 > after.1,
        ListOrder::Largest => before.1 < after.1,
        ListOrder::Front | ListOrder::Back => false,
    };
    for end in 1..list.len() {
        let mut n = end;
        while n > 0 && follows(&list[n - 1], &list[n]) {
            list.swap(n - 1, n);
            n -= 1;
        }
    }
}

/// Joins each block with the one after it in the list, if that lies right behind it.
fn join_in_order(list: &mut Vec<Block>) {
    list.dedup_by(|block, before| {
        let joins = before.0 + before.1 == block.0;
        if joins {
            before.1 += block.1;
        }
        joins
    });
}

/// Joins neighbours in memory; the joined block stands where the first of them stood in the list.
fn join_anywhere(list: &mut Vec<Block>) {
    let mut n = 0;
    while n < list.len() {
        let (at, bytes) = list[n];
        let Some(behind) = list.iter().position(|block| block.0 == at + bytes) else {
            n += 1;
            continue;
        };
        let (first, last) = (n.min(behind), n.max(behind));
        list[first] = (at, bytes + list[behind].1);
        list.remove(last);
        n = first;
    }
}

/// The list as it is, with the blocks in use.
pub fn picture(settings: &Freelist, list: &[Block], blocks: &Blocks) -> Picture {
    let mut picture = Picture::default();
    for (at, asked) in blocks {
        let has = taken(settings, *asked).unwrap_or(0).saturating_sub(settings.header);
        picture.in_use(at.0 - settings.header, settings.header, has, *asked);
    }
    for (at, bytes) in list {
        picture.add(PieceKind::Free, *at, *bytes);
    }
    picture.lists.push(FreeList { size: 0, blocks: list.to_vec() });
    picture
}
